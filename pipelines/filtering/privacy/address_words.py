"""Words of street addresses, and what they say of a place in a text: a cue, a measure, a tail."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.filtering.privacy.address_tail import (
    POSTCODE,
    read_texts,
    shared,
    tail_end,
    with_bare,
)
from pipelines.filtering.privacy.prefilter import PlainText

_WORDS = Path(__file__).with_name("address_words.yaml")
CUE_CHARS = 45
_MEASURE = re.compile(
    r"\s?(?:%|€|\$|£|₹|¥|₽|°|(?:st|nd|rd|th|x|k|am|pm|a\.m|p\.m|h|hrs?|kg|kgs|g|gm|gms|mg|lbs?|oz"
    r"|dl|ml|cm|mm|m|km|kms|km/h|kmh|mph"
    r"|kb|mb|gb|tb|kbps|mbps|gbps|hz|khz|mhz|ghz|fps|px|dpi|rpm|bpm|kw|kwh|mah|volts?|watts?|kcal"
    r"|cal|psi|euros?|dollars?|rupees?|rs|usd)(?!\w)|[.,:]\d)"
)
_WORD_BEHIND = re.compile(r"\s{1,2}([^\W\d_]+)")


@cache
def read_words() -> Mapping[str, Any]:
    """Return the words of addresses, by the way in which languages build them."""
    return read_texts(_WORDS)


def any_of(words: Iterable[str]) -> str:
    """Return an alternation of words, the longest first; a star stands for any ending."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return shared(ordered, lambda rest: re.escape(rest).replace(r"\*", r"\w{0,12}"))


@cache
def cues() -> re.Pattern[str]:
    """Return the words that speak of an address, as a pattern."""
    return re.compile(rf"(?<!\w)(?:{any_of(with_bare(read_words()['cues']))})(?!\w)")


@cache
def no_names() -> frozenset[str]:
    """Return the words that stand in no name of a street."""
    return frozenset(read_words()["no_name"])


def has_cue(text: PlainText, start: int, end: int) -> bool:
    """Say whether words that speak of an address stand before a span, or right behind it."""
    search, low = cues().search, text.lower
    return bool(search(low, max(0, start - CUE_CHARS), start) or search(low, end, end + CUE_CHARS))


def alone(low: str, start: int, end: int) -> bool:
    """Say whether a span is all that is said, as in an answer: "where?" "12b harrow rd"."""
    return not low[:start].strip() and not low[end:].strip(" .,!?\n")


def is_capital(text: PlainText, start: int) -> bool:
    """Say whether a capital stands at a place."""
    return text.text[start : start + 1].isupper()


def counts_something(low: str, end: int) -> bool:
    """Say whether what stands behind a number makes it a measure, a price or a count."""
    if _MEASURE.match(low, end):
        return True
    following = _WORD_BEHIND.match(low, end)
    return following is not None and following[1] in _counted()


@cache
def _counted() -> frozenset[str]:
    return frozenset(read_words()["counted"])


@cache
def _rooms(units: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:,?\s{{0,2}}(?:{any_of(units)})\.?\s{{0,2}}[\w/]{{1,6}}(?!\w)){{1,3}}")


def extended(low: str, end: int, units: Sequence[str]) -> tuple[int, bool]:
    """Return where an address ends with its flat, floor, postcode, town, and whether it has one."""
    at = end
    if units:
        unit = _rooms(tuple(units)).match(low, at)
        at = unit.end() if unit else at
    more = at > end or POSTCODE.match(low, at) is not None
    return tail_end(low, at), more
