"""Rules for places by their coordinates: pairs of decimals, of degrees, and both in words.

The words are in `identifier_words/coordinates.yaml`.
"""

import re

from pipelines.filtering.privacy.identifier_words import in_a_row, one_of, read_tables
from pipelines.filtering.privacy.prefilter import Needs
from pipelines.filtering.privacy.recogniser import Rule, by_pattern, stem

_WORDS = read_tables("coordinates")
# Of a script that sets blanks between words
_LETTER = r"[^\W\d_\u0900-\u0dff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_NO_LETTER_BEFORE, _NO_LETTER_BEHIND = f"(?<!{_LETTER})", f"(?!{_LETTER})"


def _units(name: str, signs: str) -> str:
    """Return the expression of a unit behind its number: a sign or a word."""
    apart, joined = one_of(_WORDS[name]), one_of(_WORDS[f"joined_{name}"])
    return rf"(?:\s?(?:{signs})|\s?(?:{apart}){_NO_LETTER_BEHIND}\.?|\s?(?:{joined}))"


_DIRECTION = (
    rf"(?:(?:{one_of(in_a_row(_WORDS['directions']))}){_NO_LETTER_BEHIND}"
    rf"|{one_of(_WORDS['joined'])})"
)
_DEGREES = _units("degrees", "[°º]")
_MINUTES = _units("minutes", "['\u00b4`]{1,2}")
_SECONDS = _units("seconds", "[\"\u00b4`']{1,2}")
_NUMBER = r"\d{1,3}(?:[.,]\d{1,9})?"
_JOIN = rf"[\s,]{{0,2}}(?:(?:{one_of(_WORDS['links'])})\s)?"
_ANGLE = (
    rf"{_NUMBER}{_DEGREES}(?:{_JOIN}\d{{1,2}}(?:[.,]\d{{1,9}})?{_MINUTES}"
    rf"(?:{_JOIN}\d{{1,2}}(?:[.,]\d{{1,9}})?{_SECONDS})?)?"
)
_ONE = rf"(?:{_ANGLE}\s{{0,2}}{_DIRECTION}|{_NO_LETTER_BEFORE}{_DIRECTION}[\s:.]{{0,2}}{_ANGLE})"
_BETWEEN = rf"[\s.]{{0,2}}(?:[,;/&]|{one_of(_WORDS['links'])})?\s{{0,2}}"
_PAIR = rf"(?<![\d.]){_ONE}{_BETWEEN}{_ONE}"
_SIGNED = r"[+-]?\d{1,3}[.,]\d{2,9}"
_TAIL = rf"(?!\d)(?:{_DEGREES})?(?:\s?{_DIRECTION})?"
_IS = "(?:is|es|es de|ist|est|è|é|hai|है|jest|:)?"
_SAID = (
    rf"{_NO_LETTER_BEFORE}(?:{one_of(_WORDS['latitude'])})[\"']?(?:{_DEGREES})?[:=\s]{{0,3}}"
    rf"{_IS}\s{{0,2}}{_SIGNED}{_TAIL}[,;/\s]{{0,3}}[\"']?"
    rf"(?:(?:{one_of(_WORDS['links'])})\s{{1,2}})?"
    rf"(?:{one_of(_WORDS['longitude'])})[\"']?[:=\s]{{0,3}}{_IS}\s{{0,2}}{_SIGNED}{_TAIL}"
)
# Degrees and decimal minutes, as sailors write them: "N 48 51.4012 E 002 21.0537"
_MINUTES_ONLY = (
    r"(?<!\w)[ns]\s?\d{1,2}[°\s]{1,2}\d{1,2}[.,]\d{2,5}['\u2032]?\s?[,/]?\s?"
    r"[ewo]\s?\d{1,3}[°\s]{1,2}\d{1,2}[.,]\d{2,5}['\u2032]?(?!\w)"
    r"|(?<![\w.])\d{1,2}[°\s]{1,2}\d{1,2}[.,]\d{2,5}['\u2032]?\s?[ns]\s?[,/]?\s?"
    r"\d{1,3}[°\s]{1,2}\d{1,2}[.,]\d{2,5}['\u2032]?\s?[ewo](?!\w)"
)
_DECIMALS = (
    rf"(?<![\d.])(?:{_NO_LETTER_BEFORE}{_DIRECTION}\s)?[+-]?(?:[1-8]?\d|90)\.\d{{4,9}}[°º]?"
    rf"(?:\s?{_DIRECTION})?\s?[,/ ]\s?(?:{_DIRECTION}\s)?[+-]?(?:1[0-7]\d|180|\d{{1,2}})"
    rf"\.\d{{4,9}}(?!\d)(?:[°º]?\s?{_DIRECTION}|[°º](?!\w))?"
)


def _is_place(said: str) -> bool:
    """Is it no pair of shares or probabilities? Where both are below one degree there is sea."""
    return any(int(degrees) for degrees in re.findall(r"(\d{1,3})\.", said))


_ANGLE_SIGNS = ("°", "º", *map(stem, _WORDS["degrees"]), *_WORDS["joined_degrees"])
COORDINATE_RULES = (
    Rule("GPS_COORDINATES", Needs(digits=10, within=40, reach=80), by_pattern(_MINUTES_ONLY, 0.85)),
    Rule(
        "GPS_COORDINATES",
        Needs(digits=10, within=40, reach=80),
        by_pattern(_DECIMALS, 0.8, _is_place),
    ),
    Rule(
        "GPS_COORDINATES",
        Needs(digits=6, any_of=tuple(sorted({*map(stem, _WORDS["latitude"])})), reach=150),
        by_pattern(_SAID, 0.85),
    ),
    Rule(
        "GPS_COORDINATES",
        Needs(digits=2, any_of=tuple(sorted(set(_ANGLE_SIGNS))), reach=120),
        by_pattern(_PAIR, 0.85),
    ),
)
