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
    "AT",
    "ID",
    "EG",
    "SA",
    "AE",
    "CN",
    "TW",
)
_MOBILE_REGIONS = ("GB", "DE", "FR", "IN", "NL", "TR", "JP", "KR", "ID", "EG", "SA", "AE")
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
_PAIRED = re.compile(r"(?:8[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{2}[ .-]\d{2}\Z")
_SHORT_TRUNK = re.compile(r"\(?02[) -]{1,3}\d{3}[ -]\d{4}\Z")  # Seoul: nine digits
_SHAPED = (  # without a leading 0: Brazil, China; Poland and Spain; Russia
    (re.compile(r"[1-9]\d[ -]9\d{4}-\d{4}\Z"), ("BR",)),
    (re.compile(r"1[3-9]\d([ -])\d{4}\1\d{4}\Z"), ("CN",)),
    (re.compile(r"[5-8]\d\d-\d{3}-\d{3}\Z"), ("PL", "ES")),
    (re.compile(r"8[ .-]?\(9\d\d\)[ .-]?\d{3}[ .-]?\d\d[ .-]?\d\d\Z"), ("RU",)),
)
_ABROAD = re.compile(r"\(?00[ .-]?(?=[1-9])")
_TRUNK_MOBILE = re.compile(r"0[1-9]\d{8,11}\Z|00[1-9]\d{8,12}\Z")
_MOBILE_BY_SCRIPT = (
    (re.compile(r"[78]9\d{9}\Z"), re.compile(r"[\u0430-\u044f]"), "RU"),
    (re.compile(r"1[3-9]\d{9}\Z"), re.compile(r"[\u4e00-\u9fff]"), "CN"),
    (re.compile(r"[6-9]\d{9}\Z"), re.compile(r"[\u0900-\u097f]"), "IN"),
)
"""Mobiles that are typed without a leading 0, and letters that must stand near."""
TRUNK_DIGITS_MIN = 10
"""shorter ones with a leading 0 are valid in Germany, whatever they are"""
GROUP_DIGITS_MAX = 5
"""of a number in three groups or more: longer ones are of registers"""


@lru_cache(maxsize=4096)
def is_valid(said: str) -> bool:
    """Is it a number of a country that is written like this?"""
    said = _with_plus(said)
    if _SHORT_TRUNK.match(said):
        return _valid_in(said, "KR")
    groups = re.findall(r"\d+", said)
    count = sum(map(len, groups))
    if not said.startswith("+") and (
        (len(groups) > 2 and max(map(len, groups)) > GROUP_DIGITS_MAX and "(" not in said)  # noqa: PLR2004
        or (said.lstrip("(").startswith("0") and count < TRUNK_DIGITS_MIN)
    ):
        return False
    return any(_valid_in(said, region) for region in _regions(said))


@lru_cache(maxsize=4096)
def is_valid_served(said: str) -> bool:
    """Is it a number of a country whose language is served, however it is written?"""
    return any(_valid_in(said, region) for region in _SERVED_REGIONS)


@lru_cache(maxsize=4096)
def is_mobile(digits: str, around: str) -> bool:
    """Is it a mobile's number by its digits alone, typed without a blank?

    It begins with 0, or the letters around it are of the country where such a number is one.

    >>> is_mobile("017648291736", ""), is_mobile("4829173648", "")
    (True, False)
    """
    if _TRUNK_MOBILE.match(digits):
        return any(
            _valid_in(said, region, mobile=True)
            for said in (_with_plus(digits),)
            for region in (_MOBILE_REGIONS if said == digits else (None,))
        )
    return any(
        form.match(digits) and letters.search(around) and _valid_in(digits, region)
        for form, letters, region in _MOBILE_BY_SCRIPT
    )


def _with_plus(said: str) -> str:
    """Return a number with + for 00, by which people call abroad."""
    return _ABROAD.sub("+", said, count=1) if _ABROAD.match(said) else said


def _valid_in(said: str, region: str | None, *, mobile: bool = False) -> bool:
    try:
        number = phonenumbers.parse(said, region)
    except phonenumbers.NumberParseException:
        return False
    if mobile:
        return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return phonenumbers.is_valid_number(number)


def _regions(said: str) -> tuple[str | None, ...]:
    """Return where a number written like this may be from."""
    if said.lstrip("(").startswith("+"):
        return (None,)
    if said.startswith(("0", "(0")):
        return _TRUNK_REGIONS
    for form, regions in _SHAPED:
        if form.match(said):
            return (*regions, *_BARE_REGIONS)
    if _PAIRED.match(said):
        return ("TR", "RU", *_BARE_REGIONS)
    return _BRACKET_REGIONS if said.startswith("(") else _BARE_REGIONS
