"""What a text must hold for a rule of addresses to find something, as Rust searches for it.

Short words ("no", "d", "r") stand in most texts as letters, and Python tries a list of words at
each of them. These patterns are the rules' own without what Rust lacks, look-around, so they let
through more, never less: three or four of a hundred texts with a digit.
"""

# ruff: noqa: RUF001  letters of other scripts

import re
from collections.abc import Iterable, Mapping

from pipelines.filtering.privacy.address_tail import LETTER

_BLANK = r"[\s\x1c-\x1f]"  # the last four are blanks to Python alone
_BEFORE, _BEHIND = "(?:^|[^a-z0-9_])", "(?:[^a-z0-9_]|$)"
_VALUE = (
    rf"(?:n[º°.]{{1,2}}|no\.?:?|nr\.?|nomor|رقم|नंबर|नं\.?|№|#|:|-)?{_BLANK}{{0,2}}"
    rf"(?:(?s:.){{0,2}}[-/]?\d|{LETTER}(?:[^a-z]|$))"
)


def part_need(words: Mapping[str, Iterable[str]]) -> str:
    """Return what a text holds in which `part_pattern` finds a part of an address."""
    before = {*words["strong"], *words["weak"]}
    value = rf"{_BLANK}{{0,2}}{_VALUE}"
    return (
        rf"{_BEFORE}(?:(?:{_any_of(_marked(before))}){value}"
        rf"|(?:{_any_of(before)})(?:(?:[.:]|{_BLANK}){value}|[-/]?\d)"
        rf"|(?:{_any_of(words['lone'])}){_BEHIND})"
        rf"|(?:{_any_of(words['behind'])}){_BEHIND}"
    )


def cue_need(cues: Iterable[str]) -> str:
    """Return what a text holds in which words announce an address, with what leads on to it."""
    return rf"{_BEFORE}(?:{_any_of(cues)})(?:[:,：]|{_BLANK})"


def type_need(types: Iterable[str]) -> str:
    """Return what a text holds in which a street's type begins an address."""
    return rf"{_BEFORE}(?:(?:{_any_of(_marked(types))})|(?:{_any_of(types)})(?:[.,]|{_BLANK}))"


def led_need(types: Iterable[str]) -> str:
    """Return what a text holds in which a number leads to a street's type: "14 bis, rue"."""
    return rf"(?:[0-9][a-z]?|bis|ter|quater),?{_BLANK}{{1,2}}(?:{_any_of(types)})"


def _marked(words: Iterable[str]) -> set[str]:
    """Return the words that end in a mark, behind which no blank need stand."""
    return {word for word in words if word.endswith((".", "/", ":", "#"))}


def _any_of(words: Iterable[str]) -> str:
    said = (
        re.escape(word).replace(r"\ ", rf"{_BLANK}{{1,2}}").replace(r"\*", r"[^\s]*")
        for word in sorted(set(words))
    )
    return "|".join(said) or r"[^\s\S]"
