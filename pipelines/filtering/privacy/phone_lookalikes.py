"""Long numbers that are no phones: money, dates, counts, and numbers that everybody shares."""

# ruff: noqa: ISC004  a pattern is read as one line

import ipaddress
import re
from itertools import pairwise

from pipelines.filtering.privacy.digit_runs import Run
from pipelines.filtering.privacy.identifier_words import one_of, read_words

_MONEY = one_of(read_words("phone")["money"])
_MONEY_BEFORE = re.compile(rf"(?:[$€£₹¥₩₽₺฿₫₦]|(?<![^\W\d_])(?:{_MONEY}))\s?[-+]?\Z")
_MONEY_BEHIND = re.compile(
    rf"(?:[.,]\d{{1,2}})?\s{{0,2}}(?:[$€£₹¥₩₽₺%‰°]|(?:{_MONEY})(?![^\W\d_]))"
)
_DATE = re.compile(
    r"(?:(?:1[5-9]|20)\d{2}[-/. ](?:0?[1-9]|1[0-2])[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19"
    r"|20)\d{2})(?:\D{1,3}\d{1,4}){0,4}\Z"
    r"|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[-_ ]?\d{4}(?:\d{2})?)?\Z"
)
_YEARS = re.compile(r"(?:1[5-9]|20)\d{2}(?:[\s,/-]{1,3}(?:1[5-9]|20)\d{2})+\Z")
_DECIMAL = re.compile(
    r"\d+\.\d+\Z|\d{1,3}\.\d\.\d{1,6}(?:\.\d{1,6}){0,2}\Z|\d{1,2}\.\d{1,2}\.\d{3}(?:\d{2,3})?\Z"
    r"|\d{1,3}(?:\.\d{3})+\Z|\d+(?:\.\d{1,3}){2}\Z|\d{1,3}(?:\.\d{1,3}){3}\Z"
)
_PHONE_DOTS = re.compile(
    r"[679]\d\d\.\d{3}\.\d{3}\Z|[679]\d\d(?:\.\d\d){3}\Z|\d{4,5}\.\d{5,6}\Z"
    r"|0\d{1,2}\.\d{3}\.\d{2}\.\d{2}\Z"
)
_TOLD_DOTS = re.compile(r"[1-9]\d\d\.\d{3}\.(?!000)\d{3}\Z|\d\d\.\d{3}\.\d\d\.\d\d\Z")
"""Phones with dots beside a word that says so, else amounts: Poland, the Netherlands"""
_SOCIAL_SECURITY = re.compile(r"\d{3}([- ])\d{2}\1\d{4}\Z")
_GROWING_GROUPS_MIN = 6
_REPEATED = re.compile(r"(\d)\1*\Z")
_COUNTED = "012345678901234567890"  # an example, nobody's number


def is_money(low: str, start: int, end: int) -> bool:
    """Does a currency or a measure stand beside it? Before a + it is a word: "call kr +91"."""
    before = None if low[start] == "+" else _MONEY_BEFORE.search(low[max(0, start - 12) : start])
    return bool(before or _MONEY_BEHIND.match(low, end))


def is_dotted_phone(said: str, *, told: bool) -> bool:
    """Is it written with dots as phones are, though amounts may be written so as well?

    Args:
        said: digits and dots.
        told: does a word beside it say that it is a phone?
    """
    return bool(_PHONE_DOTS.match(said) or (told and _TOLD_DOTS.match(said)))


def is_counting(run: Run, *, strict: bool) -> bool:
    """Are its groups numbers in a row: 10 20 30, 5 4 3? Pairs from 0 on are a phone's.

    Args:
        run: the groups.
        strict: only where they rise or fall from first to last; else wherever all are short.
    """
    lengths = run.lengths()
    if len(lengths) < 4 or (run.digits()[0] == "0" and lengths[0] > 1):  # noqa: PLR2004  of a count
        return False
    steps = _steps(run)
    if lengths[0] == 1 and len(lengths) >= _GROWING_GROUPS_MIN and min(steps) >= 0 < max(steps):
        return True  # 1 1 2 3 5 8, 2 4 8 16 32 64 128
    if max(lengths) > 2 or run.digits()[0] == "0":  # noqa: PLR2004  digits of a number in a count
        return False
    if not strict or all(step > 0 for step in steps):
        return True
    is_countdown = all(step < 0 for step in steps) and len(set(steps)) == 1
    return is_countdown and max(lengths) == 2  # noqa: PLR2004  digits


def _steps(run: Run) -> list[int]:
    numbers = [int(run.text[start:end]) for start, end in run.groups]
    return [b - a for a, b in pairwise(numbers)]


def is_other_number(run: Run, *, told: bool = False) -> bool:
    """Is it written as a date, an address of a machine, a decimal or a book's number?

    Args:
        run: the groups.
        told: does a word beside it say that it is a phone?
    """
    digits, said = run.digits(), run.said
    if run.text[max(0, run.start - 2) : run.start].endswith(("+", "+(")):
        return False  # only a phone has that sign
    isbn = len(digits) == 13 and digits.startswith(("978", "979"))  # noqa: PLR2004  ISBN-13
    dotted = _DECIMAL.match(said) and not is_dotted_phone(said, told=told)
    return (
        isbn
        or digits in _COUNTED
        or _is_address(said)
        or bool(dotted)
        or any(pattern.match(said) for pattern in (_DATE, _YEARS, _SOCIAL_SECURITY))
        or _REPEATED.match(digits) is not None
    )


def _is_address(said: str) -> bool:
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback)


_GAP, _APART = "[ .-]{0,3}", "[ .-]{1,3}"
_SHARED = re.compile(
    "|".join(
        (
            # Many countries: 0800 482 917, 0900-8844
            rf"080[08]\)?{_APART}\d{{2,7}}(?:{_GAP}\d{{2,4}}){{0,3}}|0800\d{{6}}",
            rf"090[069]\)?{_APART}(?:\d{{4}}|\d{{3}}{_GAP}\d{{4}})|090[0-5]{_APART}\d{{5}}",
            rf"0(?:90[01]|84[0248]|8[15]0|300)\)?{_APART}\d{{3}}{_APART}"
            rf"(?:\d{{3,4}}|\d\d{_APART}\d\d)|0850{_APART}\d(?:[ .-]?\d){{6}}",
            rf"0180{_GAP}[1-9]{_GAP}\d{{3}}{_GAP}\d{{3}}",  # Germany
            rf"0(?:84[2-5]|87[0-3]|3[034][03-5]|37[01]){_APART}\d{{3}}{_APART}\d{{4}}",  # Britain
            rf"0{_GAP}8(?:0[05-9]|1\d|2[0-6]|36|84|9\d)"
            rf"(?:(?:{_APART}\d\d){{3}}|{_APART}\d{{3}}{_APART}\d{{3}})",  # France
            # Italy, Spain, Portugal, Poland
            rf"(?:80[0-8]|90[0125]|84[08]|89[259]|199|76[01]|70[0-8]){_APART}"
            rf"(?:\d{{3}}{_GAP}\d{{3}}|\d\d{_APART}\d\d{_APART}\d\d)|(?:800|90[0125])\d{{6}}",
            r"(?:400[1-9]|4020|3003)[ -]\d{4}",  # Brazil
            # North America, Mexico, Colombia
            rf"\+?1{_GAP}\(?(?:8(?:00|88|77|66|55|44|33)|900)\)?{_GAP}\d{{3}}{_GAP}\d{{4}}",
            r"8(?:00|88|77|66|55|44|33)\)?[.-] ?\d{3}[.-]\d{4}|800\)? \d{3}[ -]\d{4}",
            r"01 ?8000? ?\d{2,3} ?\d{4}",
            rf"1(?:300|8[06]0){_APART}\d{{2,4}}{_APART}\d{{2,4}}|18[06]0[ -]?\d{{6,7}}",  # India
            rf"(?:\+7|[78]){_GAP}\(?80[04]\)?{_GAP}\d{{3}}{_GAP}\d\d{_GAP}\d\d",  # Russia
            r"[48]00[ -]?\d{3}[ -]?\d{4}|[48]00[ -]\d{4}[ -]\d{3}",  # China
            r"(?:0120|0570|0990)-?\d{2,3}-?\d{3,4}",  # Japan
            r"1[568]\d\d[ -]\d{4}|080-\d{3}-\d{4}",  # Korea
            r"444[ -]?\d[ -]?\d\d?[ -]?\d{1,2}",  # Turkey
            r"1500[ -]?\d{3}|0804[ -]1[ -]\d{3}[ -]?\d{3}",  # Indonesia
            r"9200[ -]?\d{5}|9200[ -]?\d\d[ -]?\d{3}|800[ -]?\d{4,5}",  # Arabia
        )
    )
)
_OF_MOBILES = (  # beside letters of their country, elsewhere of firms
    (re.compile(r"09|1[38]\d{9}\Z|08[47]"), re.compile(r"[^\u4e00-\u9fff]{0,200}[\u4e00-\u9fff]")),
    (re.compile(r"920\d{6}\Z|800\d{7}\Z"), re.compile(r"[^\u0621-\u064a]{0,200}\Z")),
)


def is_shared(said: str, around: str) -> bool:
    """Is it a number that everybody calls, as its country writes it: 0800 123 456, 1588-1234?

    Args:
        said: the number as it is written.
        around: the text near it; its letters tell countries apart that share a beginning.

    >>> is_shared("8-800-482-91-73", ""), is_shared("8 900 482-91-73", "")
    (True, False)
    """
    bare = said.lstrip("(")
    return _SHARED.fullmatch(bare) is not None and not any(
        form.match(bare) and letters.match(around) for form, letters in _OF_MOBILES
    )
