"""What follows a street and its number: flat, floor, block, rear house, postcode, town."""

# ruff: noqa: RUF001  a pattern is read as one line

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.word_files import UniqueKeys

_WORDS = Path(__file__).with_name("address_parts.yaml")
_MARKS = r"\u0900-\u0963\u064b-\u0652"  # vowel signs: no word characters to Python
_STEPS = 6
LEFT, RIGHT = rf"(?<![\w{_MARKS}@.])(?<!s/)", rf"(?![\w{_MARKS}])"
"""Edges of a word, also of scripts with vowel signs."""
NUMBER = (
    r"(?:[^\W\d_]{1,2}[-/]?)?\d{1,5}(?: ?[^\W\d_]\d{0,2})?(?:[-/.]\d{1,4}[^\W\d_]?"
    r"|[-/][^\W\d_](?!\w)){0,3}"
)
LETTER = r"(?:[b-df-hj-np-tvxa]|[абгдежз]|बी|सी|डी|ए|ई|एफ|जी|एच|[xvi]{2,4})"
_SAID = r"(?:(?:n[º°.]{1,2}|no\.?:?|nr\.?|nomor|رقم|नंबर|नं\.?|№|#|:|-)\s{0,2})?"
_VALUE = rf"{_SAID}(?:{NUMBER}|{LETTER}(?:[-/. ]{{0,2}}\d{{1,4}})?){RIGHT}(?![%€$£₹])"
_GLUE = r"(?:(?<=[./:#])\s{0,2}|[.:]\s{0,2}|\s{1,2}|(?=\d)|[-/](?=\d))"
_ORDINAL = r"(?:[º°ª.]|er|e|eme|ème|ste|to|do|th|nd|rd|st|-?й|-?[iey])"
_FLOOR_DOOR = rf"{LEFT}\d{{1,2}}(?:[º°ª]|do|to|er|ro|da|ta)\s?(?:[a-d1-9]|izq|dcha|dto|esq)?{RIGHT}"
_BETWEEN = re.compile(r"(?:\s{0,2}[,;/–-]\s{0,2}|\s{1,2}|(?=\d{1,2}[º°]))")
POSTCODE = re.compile(
    r",?\s{0,2}(?:[^\W\d_][\w'.-]{0,24},?\s){0,3}?(?:[a-z]{2,3},?\s)?(?:\d{5}(?:-\d{3,4})?"
    r"|\d{4}\s?[a-z]{2}|\d{3}[ -]\d{3}|\d{2}-\d{3}|[a-z]{1,2}\d[\da-z]?\s?\d[a-z]{2}"
    r"|[a-z]\d[a-z]\s?\d[a-z]\d|\d{6})(?!\w)"
)
_TOWN = re.compile(
    r",?\s{1,2}[^\W\d_][\w'-]{2,24}(?=\s{0,2}(?:[.,;!?)\n]|\Z))"
    r"|,?\s[1-9]\d{3}\s[^\W\d_][\w'-]{2,24}(?=\s{0,2}(?:[.,;!?)\n]|\Z))"
)  # fmt: skip


class _Texts(UniqueKeys, yaml.BaseLoader):  # type: ignore[misc]  # yaml has no types
    """YAML in which all is text, "no" and "on" too, and no key stands twice."""


def read_texts(file: Path) -> Mapping[str, Any]:
    """Return what a YAML file holds, all of it text."""
    read: Mapping[str, Any] = yaml.load(file.read_text("utf-8"), _Texts)  # noqa: S506  no objects
    return read


@cache
def read_parts() -> Mapping[str, Any]:
    """Return the parts of addresses by language, and the words that stand in no name."""
    return read_texts(_WORDS)


def any_word(words: Iterable[str]) -> str:
    """Return an alternation of words, the longest first; `(?!)` where there is none."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s{1,2}") for word in ordered) or "(?!)"


def part_pattern(words: Mapping[str, Iterable[str]], *, closing: bool = False) -> re.Pattern[str]:
    """Return the expression of a part of an address, with groups `word`, `behind`, `lone`.

    Args:
        words: strong, weak, behind, lone and closing words of one language or of all.
        closing: take words that say something behind a house number alone, and "2º b".
    """
    before = any_word((*words["strong"], *words["weak"]))
    lone = (*words["lone"], *(words.get("closing", ()) if closing else ()))
    door = rf"|{_FLOOR_DOOR}" if closing else ""
    return re.compile(
        rf"{LEFT}(?P<word>{before}){_GLUE}{_VALUE}"
        rf"|{LEFT}(?:\d{{1,4}}|{LETTER})\s?{_ORDINAL}?\s?-?"
        rf"(?P<behind>{any_word(words['behind'])}){RIGHT}"
        rf"|{LEFT}(?P<lone>{any_word(lone)}){RIGHT}{door}"
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
    postcode = POSTCODE.match(low, at)
    if postcode:
        at = postcode.end()
    town = (
        _TOWN.match(low, at) if postcode or re.compile(r",?\s[1-9]\d{3}\s").match(low, at) else None
    )
    return town.end() if town else at
