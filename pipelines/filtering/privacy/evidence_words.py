"""Which words make a finding of the entity model count: what may be a name, no everyday words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipelines.filtering.privacy.no_persons import joins_speaker, ordinary_words, people_words

WORD = re.compile(
    r"[^\W\d_]+(?:[\u0300-\u036f\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963"
    r"\u064b-\u0652\u0670\u200c\u200d]+[^\W\d_]*)*"
)
"""A run of letters with the vowel signs of Hindi and Arabic, which are no letters to Python."""
_ASCII_WORD = re.compile(r"[A-Za-z]+")  # the same in a text of ASCII, in a third of the time

_BEHIND = 3  # words behind a name in which people show
_CUE = re.compile(  # beside one of them a name that no list holds may stand in small letters
    r"(?<![^\W_])(?:name|naam|nombre|llamo|call me|called|i'm|im|i am|soy|this is|hoon|hun|hu|dr"
    r"|mrs?|ms)"
    r"(?![^\W_])|@ "
)
_BEHIND_A_NAME = frozenset(
    [
        "ने",
        "को",
        "जी",
        "भैया",
        "दीदी",
        "सर",
        "मैडम",
        "अंकल",
        "आंटी",
        "हूँ",
        "हूं",
        "ne",
        "ko",
        "ji",
        "bhaiya",
        "didi",
        "sir",
    ]
)
_PET_MIN, _STEM_MIN = 7, 3
_PET_ENDINGS = (
    ("zinho", ("", "o")), ("zinha", ("", "a")), ("inho", ("o", "e", "", "io")), ("inha", ("a", "",
    "ia")),
    ("ecito", ("o", "")), ("cito", ("", "o")), ("cita", ("", "a")), ("ito", ("o", "", "e")), ("ita",
    ("a", "")),
    ("uccio", ("o", "io")), ("uccia", ("a",)), ("ino", ("o", "e")), ("ina", ("a",)), ("etto", ("o",
    )), ("etta", ("a",)),
    ("chen", ("",)), ("lein", ("",)), ("tje", ("",)), ("pje", ("",)), ("je", ("",)), ("uś", ("",)),
    ("unia", ("a", "ia")),
)  # fmt: skip
"""Endings of endearment, each with what ends the name without it; longer ones stand first."""
_ALL_PET_ENDINGS = tuple(ending for ending, _ in _PET_ENDINGS)
_LATIN_LAST = "\u024f"
# A sentence of which less is known is of no learned language
_FOREIGN_WORDS_MIN, _KNOWN_SHARE_MIN = (
    4,
    0.4,
)


def find_words(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of a text, as `WORD` has them."""
    return (_ASCII_WORD if text.isascii() else WORD).finditer(text)


def low_words(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    low = text.lower()
    return (_ASCII_WORD if low.isascii() else WORD).findall(low)


@dataclass(frozen=True)
class NameLists:
    """Two lists in small letters, and what follows from them.

    Args:
        common: words that name nobody in small letters; where it is empty every word tells.
        names: words of names, that tell even in small letters, and with a capital where they are
            common too.
        cues: words beside which a word of neither list tells in small letters.
    """

    common: frozenset[str]
    names: frozenset[str]
    cues: frozenset[str] = field(default_factory=frozenset)

    def is_name(self, word: str) -> bool:
        """Say whether a word is a name and no common word."""
        low = word.lower()
        return low in self.names and low not in self.common

    def is_pet_name(self, low: str) -> bool:
        """Say whether a word is a name with an ending of endearment: "gustavinho", "giacomino"."""
        if len(low) < _PET_MIN or not low.endswith(_ALL_PET_ENDINGS):
            return False
        if low in self.common or low in self.names:
            return False
        for ending, others in _PET_ENDINGS:
            if low.endswith(ending):
                stem = low[: -len(ending)]
                return any(self.is_name(stem + other) for other in others if len(stem) > _STEM_MIN)
        return False

    def is_plain(self, piece: str) -> bool:
        """Say whether no word could be of a name: all are common, none is a name or an account."""
        words = low_words(piece)
        return "@ " not in piece and self.common.issuperset(words) and self.names.isdisjoint(words)

    def has_strange(self, piece: str) -> bool:
        """Say whether a word stands in no list of common words, and so may be a name."""
        return not self.common.issuperset(low_words(piece))

    def telling(self, piece: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of the words of a sentence of which a finding must hold one to count.

        Such a word is not common and is written with a capital, stands among the names, beside a
        cue, or is of Devanagari; or it is a common one that is a name, with a capital inside the
        sentence or beside a cue. Of a language that was not learned only the names tell, of
        Chinese, Thai and other scripts none.
        """
        words = list(find_words(piece))
        around = _Around(piece, words, self)
        has_account = "@ " in piece  # as tokenised posts write it
        for number, match in enumerate(words):
            low = match[0].lower()
            if has_account and piece.endswith("@ ", 0, match.start()):
                yield match.span()
            elif low not in self.common:
                if self._tells(match[0], around):
                    yield match.span()
            elif low in self.names and self._common_tells(words, number):
                yield match.span()

    def _common_tells(self, words: Sequence[re.Match[str]], number: int) -> bool:
        """Say whether a common word that is a name tells."""
        word = words[number][0]
        has_capital = word != word.lower() and (number > 0 or self._goes_on_as_name(words))
        return has_capital or self._is_said_of_somebody(words, number)

    def _tells(self, word: str, around: "_Around") -> bool:
        low = word.lower()
        script = _script(word[0])
        if script == "other":
            return False
        if low in self.names or script == "devanagari":
            return True
        return script != "arabic" and (word != low or around.cued) and around.known

    def _goes_on_as_name(self, words: Sequence[re.Match[str]]) -> bool:
        """Say whether the second word is a name with a capital: "Bill Hill called"."""
        second = words[1][0] if len(words) > 1 else ""
        return second != second.lower() and second.lower() in self.names

    def _is_said_of_somebody(self, words: Sequence[re.Match[str]], number: int) -> bool:
        """Say whether a word that is a name too stands beside a cue, or before what people do."""
        if number and words[number - 1][0].lower() in self.cues:
            return True
        word = words[number][0]
        behind = [word[0].lower() for word in words[number + 1 : number + 1 + _BEHIND]]
        may_act = word != word.lower() or word in ordinary_words()
        if may_act and (joins_speaker(behind) or not people_words().isdisjoint(behind)):
            return True
        return number + 1 < len(words) and words[number + 1][0].lower() in _BEHIND_A_NAME


@dataclass(frozen=True)
class _Around:
    """What of a sentence decides about its strange words, found out once and only when asked."""

    piece: str
    words: Sequence[re.Match[str]]
    lists: NameLists

    @cached_property
    def cued(self) -> bool:
        """Whether a cue stands in it."""
        if _CUE.search(self.piece.lower()):
            return True
        return any(word[0].lower() in self.lists.cues for word in self.words)

    @cached_property
    def known(self) -> bool:
        """Whether enough of its words in small letters are common in a learned language."""
        small = [word[0] for word in self.words if word[0] == word[0].lower()]
        known = sum(word in self.lists.common for word in small)
        return len(small) < _FOREIGN_WORDS_MIN or known >= _KNOWN_SHARE_MIN * len(small)


def _script(letter: str) -> str:
    if letter <= _LATIN_LAST or "\u0400" <= letter <= "\u052f" or "\u1e00" <= letter <= "\u1eff":
        return "cased"
    if "\u0900" <= letter <= "\u097f":
        return "devanagari"
    return "arabic" if "\u0600" <= letter <= "\u06ff" else "other"


def read_words(file: Path) -> frozenset[str]:
    """Return the words of a list, one a line; none where there is no such file."""
    return frozenset(file.read_text("utf-8").split()) if file.is_file() else frozenset()
