"""What follows a street and its number: flat, floor, block, rear house, postcode, town."""

# ruff: noqa: RUF001  a pattern is read as one line

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

from pipelines.filtering.privacy.no_persons import towns
from pipelines.word_files import UniqueKeys

_WORDS = Path(__file__).with_name("address_parts.yaml")
_MARKS = r"\u0900-\u0963\u064b-\u0652"  # vowel signs: no word characters to Python
_STEPS = 6
_STREET_WORDS = Path(__file__).with_name("address_words.yaml")
LEFT, RIGHT = rf"(?<![\w{_MARKS}@.])(?<!s/)", rf"(?![\w{_MARKS}])"
"""Edges of a word, also of scripts with vowel signs."""
NUMBER = (
    r"(?:[^\W\d_]{1,2}[-/]?)?\d{1,5}(?:[^\W\d_]\d{0,2}| [^\W\d_](?!\.?\s{1,2}\d|\.\w)\d{0,2})?"
    r"(?:[-/.]\d{1,4}[^\W\d_]?"
    r"|[-/][^\W\d_](?!\w)){0,3}"
)
LETTER = r"(?:[b-df-hj-np-tvxa]|[абгдежз]|बी|सी|डी|ए|ई|एफ|जी|एच|[xvi]{2,4})"
_SAID = r"(?:(?:n[º°.]{1,2}|no\.?:?|nr\.?|nomor|رقم|नंबर|नं\.?|№|#|:|-)\s{0,2})?"
_VALUE = rf"{_SAID}(?:{NUMBER}|{LETTER}(?:[-/. ]{{0,2}}\d{{1,4}})?){RIGHT}(?![%€$£₹])"
_GLUE = r"(?:(?<=[./:#])\s{0,2}|[.:]\s{0,2}|\s{1,2}|(?=\d)|[-/](?=\d))"
_ORDINAL = r"(?:[º°ª.]|er|e|eme|ème|ste|to|do|th|nd|rd|st|-?й|-?[iey])"
_FLOOR_DOOR = rf"\d{{1,2}}(?:[º°ª]|do|to|er|ro|da|ta)\s?(?:[a-d1-9][º°ª]?|izq|dcha|dto|esq)?{RIGHT}"
_BETWEEN = re.compile(r"(?:\s{0,2}[,;/–-]\s{0,2}|\s{1,2}|(?=\d{1,2}[º°]))")
POSTCODE = re.compile(
    rf",?\s{{0,2}}(?:[^\W\d_][\w{_MARKS}'.-]{{0,24}},?\s){{0,3}}?"
    r"(?:(?:[a-z]{2,3},?\s)?(?:\d{5}(?:-\d{3,4})?"
    r"|\d{4}\s?[a-z]{2}|\d{4}-\d{3}|\d{3}[ -]\d{3}|\d{2}-\d{3}|[a-z]{1,2}\d[\da-z]?\s?\d[a-z]{2}"
    r"|[a-z]\d[a-z]\s?\d[a-z]\d|\d{6})"
    r"|(?:nsw|vic|qld|wa|sa|tas|act|nt)\s\d{4}|[a-z]\d[\dw]\s[a-z\d]{4})(?!\w)"
)
_TOWN = re.compile(
    r",?\s{1,2}(?:(?:bad|sankt|saint|san|santa|sao|são|los|las|den|le|la|el)\s)?"
    r"[^\W\d_][\w'-]{2,24}(?=\s{0,2}(?:[.,;!?)\n]|\Z))"
    r"|,?\s[1-9]\d{3}\s[^\W\d_][\w'-]{2,24}(?=\s{0,2}(?:[.,;!?)\n]|\Z))"
)  # fmt: skip
_ENDS = re.compile(
    r"\s{0,2}(?:[.!?)\n।]|\Z)|\s(?:pls|plz|please|porfa|bitte|grazie|merci|ya|dong|aja|pe|par|me"
    r"|mein|bhej\w{0,3}|aana|aa jao|में|पर|भेज|आना|आ जाओ)(?![\w-])"
)
"""What may stand behind a town that nothing but a blank leads to."""
_CROSSING = re.compile(
    r",?\s(?:entre|e/)\s(?:[\w.-]{1,16}\s){1,2}(?:y|e)\s(?:\d{1,3}(?!\w)|[^\W\d_][\w-]{2,16})"
)
"""Between which streets a house stands, as people say it in Latin America."""
_MARK = re.compile(r"\s?[,،、，/]\s{0,2}|\s-\s|\s")
_PLACE = re.compile(rf"[^\W\d_][\w{_MARKS}.\u0307-]{{0,24}}")  # with the dot that İ leaves
_SHORT_POSTCODE = re.compile(r",?\s[1-9]\d{3}\s")
_PROVINCE = re.compile(r"\s?\([a-z]{2}\)")
_NO_MARK_LETTERS = str.maketrans({"ł": "l", "ı": "i", "ß": "ss", "ø": "o", "æ": "ae", "’": "'"})
_BARE_CHARS_MIN = 6
_PLACE_WORDS, _QUARTER_WORDS, _PLACES = 3, 2, 3  # words; quarter, town, province in a row
_WORDS_TOO = frozenset(
    ["bath", "cork", "essen", "halle", "nice", "reading", "solo", "split", "tours", "van"]
)
"""Towns that are everyday words too."""


class _Texts(UniqueKeys, yaml.BaseLoader):  # type: ignore[misc]  # yaml has no types
    """YAML in which all is text, "no" and "on" too, and no key stands twice."""


def read_texts(file: Path) -> Mapping[str, Any]:
    """Return what a YAML file holds, all of it text."""
    read: Mapping[str, Any] = yaml.load(file.read_text("utf-8"), _Texts)  # noqa: S506  no objects
    return read


@cache
def read_parts() -> Mapping[str, Any]:
    """Return the parts of addresses by language, and the words that stand in no name."""
    return {
        code: words
        if isinstance(words, list)
        else {kind: with_bare(listed) for kind, listed in words.items()}
        for code, words in read_texts(_WORDS).items()
    }


def with_bare(words: Sequence[str]) -> list[str]:
    """Return Latin words and the same without accents, as many type them.

    >>> with_bare(["wyślij na", "é na"])
    ['wyślij na', 'é na', 'wyslij na']

    A short word is left alone: without its accent it is another one.
    """
    bare = (
        normalize("NFD", word.translate(_NO_MARK_LETTERS)).encode("ascii", "ignore").decode()
        for word in words
        if len(word) >= _BARE_CHARS_MIN and any("a" <= sign <= "\u024f" for sign in word)
    )
    return list(dict.fromkeys((*words, *bare)))


def any_word(words: Iterable[str]) -> str:
    """Return an alternation of words, the longest first; `(?!)` where there is none."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return shared(ordered, lambda rest: re.escape(rest).replace(r"\ ", r"\s{1,2}")) or "(?!)"


def shared(words: Sequence[str], said: Callable[[str], str]) -> str:
    """Return an alternation that takes the same as one of the words in their order.

    Words that begin alike share it, so that of a hundred words few are tried. Words with different
    first letters never match at one place: to bring those of one letter together changes nothing.

    >>> shared(["casa", "rua", "av", "c"], str)
    'c(?:asa|)|rua|av'

    Args:
        words: the longest first, so that none is hidden by its own beginning.
        said: from a piece of a word to its expression, character by character; a star may stand
            for any ending.
    """
    if any("*" in word[:-1] or word == "*" for word in words):  # it meets any letter: order counts
        return "|".join(map(said, words))
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[:1], []).append(word)
    return "|".join(_shared_by(group, said) for group in groups.values())


def _shared_by(group: Sequence[str], said: Callable[[str], str]) -> str:
    if len(group) == 1:
        return said(group[0])
    size = next(
        n for n, letters in enumerate(zip_longest(*group)) if len(set(letters)) > 1
    )  # of what all begin with
    rest = shared([word[size:] for word in group], said)
    return f"{said(group[0][:size])}(?:{rest})"


def part_pattern(words: Mapping[str, Iterable[str]], *, closing: bool = False) -> re.Pattern[str]:
    """Return the expression of a part of an address, with groups `word`, `behind`, `lone`.

    Args:
        words: strong, weak, behind, lone and closing words of one language or of all.
        closing: take words that say something behind a house number alone, and "2º b".
    """
    before = any_word((*words["strong"], *words["weak"]))
    lone = (*words["lone"], *(words.get("closing", ()) if closing else ()))
    door = rf"|{_FLOOR_DOOR}" if closing else ""
    # The edge that all have in common stands first and once: at most places it is all that is read.
    return re.compile(
        rf"{LEFT}(?:(?P<word>{before}){_GLUE}{_VALUE}"
        rf"|(?:\d{{1,4}}|{LETTER})\s?{_ORDINAL}?\s?-?"
        rf"(?P<behind>{any_word(words['behind'])}){RIGHT}"
        rf"|(?P<lone>{any_word(lone)}){RIGHT}{door})"
    )


@cache
def _any_part() -> re.Pattern[str]:
    tables = [words for code, words in read_parts().items() if code not in {"no_name", "months"}]
    kinds = ("strong", "weak", "behind", "lone", "closing")
    return part_pattern(
        {kind: [w for t in tables for w in t.get(kind, ())] for kind in kinds}, closing=True
    )


def tail_end(low: str, end: int) -> int:
    """Return where an address with its house number ends: behind parts, postcode, town."""
    at = end
    for _ in range(_STEPS):
        gap = _BETWEEN.match(low, at)
        part = _any_part().match(low, gap.end()) if gap else None
        if part is None:
            break
        at = part.end()
    crossing = _CROSSING.match(low, at)
    at = crossing.end() if crossing else at
    postcode = POSTCODE.match(low, at)
    if postcode:
        at = postcode.end()
    short = _SHORT_POSTCODE.match(low, at)
    town = _TOWN.match(low, at) if postcode or short else None
    if short and not town:
        at = max(
            (e for e in _word_ends(low, short.end()) if _is_town(low[short.end() : e])), default=at
        )
    return _town_end(low, town.end() if town else at, is_told=postcode is not None)


@cache
def _everyday_words() -> frozenset[str]:
    """Return the words that stand in no name of a street or a place."""
    return frozenset((*read_parts()["no_name"], *read_texts(_STREET_WORDS)["no_name"]))


def _town_end(low: str, at: int, *, is_told: bool) -> int:
    """Return where the town behind an address ends; a strange quarter may stand before it.

    Args:
        low: the text in small letters.
        at: where the address ends.
        is_told: a postcode stands before, so that a blank is enough to lead to the town.
    """
    end, reached = at, at
    for _ in range(_PLACES):
        mark = _MARK.match(low, reached)
        ends = _word_ends(low, mark.end()) if mark else []
        if mark is None or not ends:
            break
        town = next((e for e in reversed(ends) if _is_town(low[mark.end() : e])), None)
        led = (
            is_told
            or mark[0].strip() != ""
            or low[town or 0 : (town or 0) + 1] in {",", "/"}
            or (town is not None and _ENDS.match(low, town) is not None)
        )
        if town is not None and led:
            behind = POSTCODE.match(low, town) or _PROVINCE.match(low, town)
            end = reached = behind.end() if behind else town
            is_told = True
        elif mark[0].strip() and _is_quarter(low[mark.end() : ends[-1]]):
            reached = ends[-1]
        else:
            break
    return end


def _word_ends(low: str, start: int) -> list[int]:
    """Return where the words end that stand here in a row, with one blank between them."""
    ends = list[int]()
    while len(ends) < _PLACE_WORDS and (word := _PLACE.match(low, start)):
        ends.append(word.end())
        if low[word.end() : word.end() + 1] != " ":
            break
        start = word.end() + 1
    return ends


def _is_quarter(said: str) -> bool:
    """Say whether a strange name may be of a quarter: two words at most, none of everyday talk."""
    words = said.split()
    return len(words) <= _QUARTER_WORDS and not set(words) & _everyday_words()


def _is_town(name: str) -> bool:
    return name in towns() and name not in _WORDS_TOO and name not in _everyday_words()
