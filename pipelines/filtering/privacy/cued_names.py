"""Names beside a cue ("mi chiamo", 我叫, さん): found by lists, never a whole sentence."""

# ruff: noqa: ISC004  a long pattern is written over two lines

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from pipelines.filtering.privacy.called_names import any_of, find_called
from pipelines.filtering.privacy.character_names import apart, find_by_characters
from pipelines.filtering.privacy.evidence_words import WORD, NameLists, find_words, low_words
from pipelines.filtering.privacy.fiction import FICTION, SOFTWARE
from pipelines.filtering.privacy.no_persons import CUES, is_nobody, ordinary_words
from pipelines.word_files import read_word_file

_GAP = re.compile(r"[\s:,\"'“„«‘’*_–-]{1,12}")  # noqa: RUF001  between a cue and its name
_JOIN = re.compile(r"[ \t]{1,2}|-|\. ")  # between the words of a name
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")  # kana, Chinese, Hangul
_WORDS_MAX = 4
_AFTER_A_NAME = frozenset(
    {
        "है",
        "हैं",
        "हूँ",
        "था",
        "थी",
        "hai",
        "hain",
        "hu",
        "hun",
        "hoon",
        "tha",
        "thi",
        "and",
        "y",
        "und",
        "et",
    }
)
_BE = frozenset(["", "है", "हैं", "हूँ", "हूं", "था", "थी", "थे", "हो", "बने", "बना", "बनी"])
"""What stands in Hindi behind what somebody is, never behind the name of one who does something."""
_FIRST_UNCASED = "\u0590"
_SMALL_MIN = (
    3  # letters; a strange word in small letters behind "my cousin" is a name where it is longer
)
_LABEL_CHARS = 12
_COLON = re.compile(r"[\"'*_\s)]{0,4}[:=|\uff1a]")
_CELL = re.compile(r"[\s:=|\uff1a\"'*_>\[({-]{1,12}")
_LINE_START = re.compile(r"(?:^|[\n>•|{,;(\[\"'*#-])[\s\"'*_]{0,6}\Z")
_ACTS = re.compile(
    r" ?(?:[说說跟请請没沒姐哥]|的(?:生日|作业|微信)|今天|昨天|老师"
    r"|씨|님|한테|언니|오빠|누나|쌤|さん|くん|ちゃん|先生)"
)
"""What stands behind somebody, in sentences of other letters."""
_LATIN = re.compile(
    r"(?<![A-Za-z\d@._-])(?<![A-Za-z] )[A-Z][a-z]{2,11}(?![A-Za-z\d@._-]| [A-Za-z])"
)
Spans = list[tuple[int, int]]
Kind = Literal["named", "related", "labels"]
_KINDS: tuple[Kind, ...] = ("named", "related", "labels")


class _Cue(NamedTuple):
    """What announces a name: of which kind, and of how many words."""

    kind: Kind
    words: int


class CuedNames:
    """Finds names by the cues beside them.

    Args:
        lists: common words and names; a common word is taken only where it is a name with a
            capital.
    """

    def __init__(self, lists: NameLists) -> None:
        self._lists = lists
        self._phrases = _phrases()

    def find(self, piece: str) -> Spans:
        """Return the spans of names beside a cue in a sentence, by start, none overlapping."""
        if not piece.isascii() and _UNSPACED.search(piece):
            return apart([*_unspaced_names(piece), *self._latin(piece)])
        if self._phrases.keys().isdisjoint(low_words(piece)):
            return []
        words = list(find_words(piece))
        spans, reached = Spans(), 0
        low = [word[0].lower() for word in words]
        for at, word in enumerate(low):
            for phrase, kind in self._phrases.get(word, ()):
                begin = at + 1 - len(phrase)
                if begin < reached or tuple(low[begin : at + 1]) != phrase:
                    continue
                if kind == "labels" and not self._is_label(piece, words, begin, at):
                    continue
                stop = self._name_end(piece, words, at + 1, _Cue(kind, len(phrase)))
                span = (words[at + 1].start(), words[stop - 1].end()) if stop > at + 1 else None
                if span is not None and (kind == "named" or not is_nobody(piece, *span)):
                    spans.append(span)
                    reached = stop
                    break
        return spans

    def _latin(self, piece: str) -> Iterator[tuple[int, int]]:
        """Yield listed names with a capital that stand alone in a sentence of another script."""
        for match in _LATIN.finditer(piece):
            low = match[0].lower()
            sure = low not in self._lists.common or _ACTS.match(piece, match.end())
            told = low in self._lists.names and sure and low not in ordinary_words()
            if told and low not in FICTION | SOFTWARE and not is_nobody(piece, *match.span()):
                yield match.span()

    def _is_label(self, piece: str, words: Sequence[re.Match[str]], begin: int, last: int) -> bool:
        """Say whether words stand first in a line or a cell, with a colon behind: "- Autor: "."""
        behind = piece[words[last].end() : words[last].end() + _LABEL_CHARS]
        before = piece[max(0, words[begin].start() - _LABEL_CHARS) : words[begin].start()]
        return _COLON.match(behind) is not None and _LINE_START.search(before) is not None

    def _name_end(self, piece: str, words: Sequence[re.Match[str]], first: int, cue: "_Cue") -> int:
        """Return the number of the word behind the name that begins with `first`, or `first`."""
        if first >= len(words) or not (_CELL if cue.kind == "labels" else _GAP).fullmatch(
            piece, words[first - 1].end(), words[first].start()
        ):
            return first
        if not self._begins(piece, words, first, cue):
            return first
        stop = last = first + 1
        while last < min(len(words), first + _WORDS_MAX) and _JOIN.fullmatch(
            piece, words[last - 1].end(), words[last].start()
        ):
            word = words[last][0]
            if self._goes_on(word, words[first][0]):
                stop = last + 1
            elif word.lower() not in _particles():
                break
            last += 1
        return stop

    def _begins(  # noqa: PLR0911  one a reason
        self, piece: str, words: Sequence[re.Match[str]], first: int, cue: "_Cue"
    ) -> bool:
        strong = cue.kind == "named"
        word = words[first][0]
        low = word.lower()
        named, common = low in self._lists.names, low in self._lists.common
        behind = words[first + 1][0] if first + 1 < len(words) else ""
        if low in _particles() and word != low and behind != behind.lower():
            return True  # "signor De Luca"
        if common and not named:
            return False
        if word != low:
            return len(word) > 1 or bool(re.match(r"\. ?\w", piece[words[first].end() :][:3]))
        behind = words[first + 1][0].lower() if first + 1 < len(words) else ""
        if common:  # "my name is rose", not "my friend will"; पूजा वर्मा has a family's name behind
            named_behind = behind in self._lists.names and behind not in self._lists.common
            return named_behind or (strong and (not behind or behind in _AFTER_A_NAME))
        if named:
            return word[0] < _FIRST_UNCASED or strong or _is_arabic(word)
        if word[0] >= _FIRST_UNCASED or len(word) < 3:  # noqa: PLR2004  names are longer
            told = strong or cue.kind == "labels" or (_is_hindi(word) and behind not in _BE)
            return told and len(word) >= 3  # noqa: PLR2004
        told = strong or (cue.words > 1 and len(word) > _SMALL_MIN and bool(behind))
        return told or (bool(behind) and self._is_strange(behind))

    def _goes_on(self, word: str, first: str) -> bool:
        low = word.lower()
        named, common = low in self._lists.names, low in self._lists.common
        if common:
            return named and (word != low or word[0] >= _FIRST_UNCASED)
        if word != low or named:
            return True
        return first == first.lower() and self._is_strange(low)

    def _is_strange(self, low: str) -> bool:
        return len(low) > 2 and low not in self._lists.common  # noqa: PLR2004  no initials


def _is_hindi(word: str) -> bool:
    return "\u0900" <= word[0] <= "\u097f"


def _is_arabic(word: str) -> bool:
    return "\u0600" <= word[0] <= "\u06ff"


@cache
def _cues() -> Mapping[str, Any]:
    return read_word_file(CUES)


@cache
def _particles() -> frozenset[str]:
    return frozenset(_cues()["particles"])


@cache
def _phrases() -> Mapping[str, list[tuple[tuple[str, ...], Kind]]]:
    """Return the phrases by their last word, the longest first, each with what it announces."""
    by_last: dict[str, list[tuple[tuple[str, ...], Kind]]] = {}
    for kind in _KINDS:
        for phrases in _cues()[kind].values():
            for said in phrases:
                phrase = tuple(WORD.findall(str(said).lower()))
                by_last.setdefault(phrase[-1], []).append((phrase, kind))
    return {
        last: sorted(set(found), key=lambda one: (-len(one[0]), _KINDS.index(one[1]), one))
        for last, found in by_last.items()
    }


@lru_cache(maxsize=4_096)  # a sentence is asked about twice: whether it holds a name, and which
def _unspaced_names(piece: str) -> tuple[tuple[int, int], ...]:
    return tuple(find_unspaced(piece))


def find_unspaced(piece: str) -> Spans:
    """Return the spans of Chinese, Japanese and Korean names, none overlapping."""
    found = find_by_characters(piece) + find_called(piece)
    for pattern in _patterns():
        for match in pattern.finditer(piece):
            start, end = match.span("name")
            if match["name"][:2] not in _no_names() and match["name"] not in _no_names():
                found.append((start, end))
    return apart(found)


@cache
def _no_names() -> frozenset[str]:
    return frozenset((*_cues()["zh"]["words"], *_cues()["ko"]["words"]))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return what is searched for; every part is a list or a bounded run, so a search is linear."""
    zh, ja, ko = (_cues()[one] for one in ("zh", "ja", "ko"))
    stops = re.escape(zh["stops"])
    given = rf"[^\W\d_{stops}]{{1,2}}"
    chinese = rf"(?P<name>(?:{any_of(zh['double_surnames'])}|[{zh['surnames']}]){given})"
    labels = [one for one in ja["before"] if one.endswith((":", "\uff1a"))]
    edge = rf"(?=[\s{stops}]|\Z)"
    surname = rf"(?:{any_of(zh['double_surnames'])}|[{zh['surnames']}])"
    titled = rf"(?P<name>{surname}(?:{given})?){any_of(zh['titles'])}"
    kanji = "[々\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]"
    family = any_of(ja["surnames"])
    japanese = rf"(?P<name>{family}[々\u4e00-\u9fff]{{0,3}})"
    korean = rf"(?P<name>[{ko['surnames']}][가-힣]{{2}})"
    end = r"(?=[\s,.!?\u3001\u3002\uff01\uff0c\uff1f]|\Z)"
    return tuple(
        map(
            re.compile,
            (
                rf"{any_of(zh['before'])}\s?{chinese}",
                rf"{any_of(zh['before_bounded'])}\s?{chinese}{edge}",
                rf"{any_of(zh['related'])}(?:叫|是)?\s?{chinese}",
                rf"(?<![{zh['surnames']}]){titled}",
                rf"{any_of(ja['before'])}\s?(?P<name>{family}(?:\s?{kanji}{{0,4}}?))"
                rf"(?:{any_of(ja['after'])}|{end})",
                rf"{any_of(ja['related'])}{japanese}",
                rf"{any_of(labels)}\s?(?P<name>[\u30a1-\u30fa\u30fc]{{3,10}}){edge}",
                rf"(?<![\u4e00-\u9fff])(?P<name>(?:{family}"
                rf"|{any_of(ja['given'])})[々\u4e00-\u9fff]{{0,3}}?){any_of(ja['titles'])}",
                rf"(?<![\u4e00-\u9fff])(?P<name>{family}\s?[々\u4e00-\u9fff]{{1,3}})(?:と申します|といいます"
                rf"|と言います)",
                rf"{any_of(ko['before'])}\s?{korean}(?:{any_of(ko['after'])}|{end})",
                rf"{any_of(ko['before_bounded'])}\s{korean}(?:{any_of(ko['after'])})",
                rf"{any_of(ko['related'])}\s{korean}(?=[이가은는을를\s,.!?]|\Z)",
                rf"(?<![가-힣]){korean}\s?{any_of(ko['titles'])}(?![가-힣])",
                rf"(?<![가-힣]){korean}\s?씨",
                rf"(?<![가-힣])(?P<name>[{ko['surnames']}])\s선생님",
            ),
        )
    )
