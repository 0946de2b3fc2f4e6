"""Which countries a phone number may be of, and whether it is valid there."""

import re
from functools import lru_cache

import phonenumbers

# Written with a leading 0
_TRUNK_REGIONS = (
    "GB",
    "DE",
    "FR",
    "IN",
    "IT",
    "AU",
    "CH",
    "NL",
    "BR",
    "TR",
    "JP",
    "KR",
    "BE",
    "PH",
)
_BARE_REGIONS = ("US", "IN", "ES", "MX")
_BRACKET_REGIONS = ("US", "BR", "MX")
_SERVED_REGIONS = (
    *_BARE_REGIONS,
    *_TRUNK_REGIONS,
    "PT",
    "PL",
    "ID",
    "SA",
    "AE",
    "EG",
    "RU",
    "CN",
    "TW",
    "HK",
    "CA",
    "AR",
    "CO",
    "CL",
    "ZA",
    "NG",
    "PK",
)
_PAIRED = re.compile(r"(?:8[ -])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{2}[ .-]\d{2}\Z")
TRUNK_DIGITS_MIN = 10
"""shorter ones with a leading 0 are valid in Germany, whatever they are"""
GROUP_DIGITS_MAX = 5
"""of a number in three groups or more: longer ones are of registers"""


@lru_cache(maxsize=4096)
def is_valid(said: str) -> bool:
    """Is it a number of a country that is written like this?"""
    groups = re.findall(r"\d+", said)
    count = sum(map(len, groups))
    if not said.startswith("+") and (
        (len(groups) > 2 and max(map(len, groups)) > GROUP_DIGITS_MAX)  # noqa: PLR2004
        or (said.lstrip("(").startswith("0") and count < TRUNK_DIGITS_MIN)
    ):
        return False
    return any(_valid_in(said, region) for region in _regions(said))


@lru_cache(maxsize=4096)
def is_valid_served(said: str) -> bool:
    """Is it a number of a country whose language is served, however it is written?"""
    return any(_valid_in(said, region) for region in _SERVED_REGIONS)


def _valid_in(said: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(said, region))
    except phonenumbers.NumberParseException:
        return False


def _regions(said: str) -> tuple[str | None, ...]:
    """Return where a number written like this may be from."""
    if said.lstrip("(").startswith("+"):
        return (None,)
    if said.startswith(("0", "(0")):
        return _TRUNK_REGIONS
    if _PAIRED.match(said):
        return ("TR", "RU", *_BARE_REGIONS)
    return _BRACKET_REGIONS if said.startswith("(") else _BARE_REGIONS
