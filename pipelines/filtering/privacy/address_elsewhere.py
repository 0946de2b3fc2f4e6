"""What looks like an address and is nobody's home: rooms, gates, flights, buses, seats, surfaces.

"salle 304 batiment b", "423 wali bus pakad lajpat nagar", "loyer 780 cc pr 42 m2" have numbers and
the words of houses. A span is given up where each of its numbers is of such a thing. The words
stand in `address_elsewhere.yaml`. A span is read once, and a few characters beside it.
"""

# ruff: noqa: RUF001  letters of Russian

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipelines.filtering.privacy.address_tail import any_word, read_parts, read_texts
from pipelines.filtering.privacy.prefilter import PlainText
from pipelines.filtering.privacy.recogniser import Scan, Span

_WORDS = Path(__file__).with_name("address_elsewhere.yaml")
_SIGNS = r"\w\u0900-\u0963\u064b-\u0652'"  # with vowel signs, no word characters to Python
_BACK, _AHEAD = 24, 24  # characters read beside a number
_NUMBERED = re.compile(rf"(?<![{_SIGNS}])[a-z]{{0,3}}-?\d[\d/.-]{{0,8}}[a-zа-я]?(?!\w)|\d{{1,6}}")
_MARK = re.compile(
    r"[\s,.:#-]{1,3}(?:(?:no|nr|number|numero|número|nº|n°|num|номер|№|رقم|नंबर)\.?\s?)?\Z"
)
_SURFACE = re.compile(r"\d\s?(?:m|m[23²³]|mq|mt2|qm|м2|кв\.? ?м)\Z|(?<![\w.])m[23²³]\Z")
_ROW = re.compile(r"(?<![\w.,])(?:\d{1,5},?\s){2,}\Z")
_NUMBER_BEFORE = re.compile(r"\d\s?\Z")
_OF_NONE = re.compile(r"(?:\d{1,2}h|[a-z]{2}\d{3,4})\Z")  # an hour, a flight: they say nothing
_GLUED_FLAT = re.compile(r"(?<!\w)m\d{1,2}\Z")


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(read_texts(_WORDS)[key])


@cache
def _pattern(*keys: str) -> re.Pattern[str]:
    """Return words as a pattern that ends where it is asked for."""
    said = any_word(word for key in keys for word in _words(key))
    return re.compile(rf"(?<![{_SIGNS}])(?:{said})\Z")


@cache
def _behind() -> re.Pattern[str]:
    """Return what may stand right behind a number and makes it no house's."""
    link = any_word(_words("between"))
    return re.compile(
        rf"(?:[\s-](?:{link}))?[\s-](?:{any_word(_words('behind'))})(?!\s?\d|[{_SIGNS}])"
        rf"|\s?(?:{any_word(_words('hours'))})(?![{_SIGNS}])|(?:am|pm)(?!\w)"
    )


@cache
def _floor_behind() -> re.Pattern[str]:
    return re.compile(rf"[^\w\s]?\s?(?:{any_word(_words('floors'))})(?![{_SIGNS}])")


@cache
def _streets() -> re.Pattern[str]:
    """Return the words of streets that make a home of what has a room too."""
    tables = [words for code, words in read_parts().items() if code not in {"no_name", "months"}]
    said = any_word(
        word for table in tables for word in (*table["street"], *table["named"]) if len(word) > 1
    )
    return re.compile(
        rf"(?<![{_SIGNS}])(?:{said})(?![{_SIGNS}])|(?:straße|strasse|straat|gasse)(?!\w)"
    )


def is_elsewhere(low: str, start: int, end: int) -> bool:
    """Say whether a span with the shape of an address is of a room, a bus, a surface, a film.

    Args:
        low: the text in small letters.
        start: where the span begins.
        end: where it ends, exclusive.
    """
    said = low[start:end]
    if said.startswith(tuple(_words("told"))):
        return True
    if low[start].isdigit() and _ROW.search(low, max(0, start - _BACK), start):
        return True  # "1 4 9 16 25 la suite"
    if _is_measured(low, start, end):
        return True
    kinds = [
        _kind(low, match.start(), match.end()) for match in _NUMBERED.finditer(low, start, end)
    ]
    if not {"travel", "room"} & set(kinds) or "house" in kinds:
        return False
    return "room" not in kinds or _streets().search(said) is None


def _is_measured(low: str, start: int, end: int) -> bool:
    """Say whether a span ends in a surface, or in a line of a metro: "42 m2", "la m2"."""
    if _streets().search(low, start, end):
        return False
    if _SURFACE.search(low, start, end):
        return True
    flat = _GLUED_FLAT.search(low, start, end)
    return flat is not None and _NUMBER_BEFORE.search(low, start, flat.start()) is None


def _kind(low: str, start: int, end: int) -> str:
    """Return what a number is of: "travel", "room", "floor" or else "house"."""
    mark = _MARK.search(low, max(0, start - 12), start)
    at = mark.start() if mark else start
    if _pattern("travel", "counted").search(low, max(0, at - _BACK), at) or _behind().match(
        low, end
    ):
        return "travel"
    if _pattern("rooms").search(low, max(0, at - _BACK), at):
        return "room"
    if (
        _OF_NONE.match(low[start:end])
        or _pattern("floors").search(low, max(0, at - _BACK), at)
        or _floor_behind().match(low, end)
    ):
        return "floor"
    return "house"


# A word that is no type of street, a full stop, a great letter: "granja en la luna. El paquete 7"
_SENTENCE_END = re.compile(r"[^\W\d_]+[ ][^\d.,]{0,60}?(?<=[a-zà-ÿ]{4})\.[ ][A-ZÀ-Ý][^\W\d_]*[ ]")

# "naik jadi Rp1.350.000", "kost 1.249,90"
_AMOUNT = re.compile(
    r"(?<![^\W\d_])(?:rp|rs|eur|usd|tl|chf|r\$)\.?[ ]?\d|[€$£₹¥₩₽₺][ ]?\d"
    r"|\d(?:[.,]\d{3}){1,3}(?!\w)|\d,\d{2}(?!\w)"
)


def at_home(scan: Scan) -> Scan:
    """Return the same scan without what is nobody's home."""

    def checked(text: PlainText) -> Iterator[Span]:
        for start, end, score in scan(text):
            is_none = _SENTENCE_END.match(text.text, start, end) or _AMOUNT.search(
                text.lower, start, end
            )
            if not is_none and not is_elsewhere(text.lower, start, end):
                yield start, end, score

    return checked
