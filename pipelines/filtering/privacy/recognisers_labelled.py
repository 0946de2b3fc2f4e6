"""Rules for numbers that only their name tells: of patients, students, customers, cars, devices.

The names are in `identifier_words/labelled.yaml`; what has a form or check digits of its own is in
`national.yaml`. A number counts that stands close to its name and has enough digits.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.filtering.privacy.checksums import luhn_holds
from pipelines.filtering.privacy.identifier_words import in_a_row, read_tables
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import (
    SPACED_LETTER,
    Rule,
    Scan,
    Span,
    bare,
    by_first_letter,
    by_pattern,
    literal,
    stem,
)

_SCORE = 0.6
_MOST_DIGITS = 26
_REACH = 30  # characters between a name and its number
_MIXED_LENGTH, _MIXED_DIGITS = 8, 3  # of letters and digits in one group: fewer digits are enough
_VIN_LENGTH = 17
_LATIN = r"a-z\u0430-\u044f\u0451"  # letters that stand in numbers: also those of Russia
_GROUP = rf"[{_LATIN}0-9]*[0-9][{_LATIN}0-9]*"
_CODE = re.compile(
    rf"(?<![{_LATIN}0-9_])(?P<series>(?:[{_LATIN}]{{1,6}}[ /.-]){{0,2}})(?:[#№]\s?)?"
    rf"{_GROUP}(?:(?:[ /.\\-]|\s?№\s?|[./-][{_LATIN}]{{1,4}}[./-]){_GROUP}){{0,8}}"
    rf"(?P<last>[ /.-][{_LATIN}])?(?![{_LATIN}0-9_@])"
)
_GAP = re.compile(r"[^\d\n!;]{0,30}\Z")
_GAP_BEFORE = re.compile(r"[^\d\n!?;:]{0,30}\Z")
_SUM = re.compile(
    r"\s?(?:[%€$£₹¥₩₽₺]|(?:eur|euros?|usd|dollars?|rs|\u0440\u0443\u0431|tl|zł|rupees?|won|yen|kg|km"
    r"|m2)\b)"
)
_DATE = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{2,4}")
_YEARS = re.compile(r"(?:19|20)\d\d[-/ ](?:(?:19|20)\d\d|\d\d)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3}){1,2}")
# Forms that no word needs: a car's number as all makers write it, Japan's, a telephone's
_VIN = r"(?<![\w-])[A-HJ-NPR-Z0-9]{13}\d{4}(?![\w-])|(?<![\w-])[A-Z]{2,4}\d{1,3}-\d{7}(?![\w-])"
_IMEI = r"(?<![\w.,-])(?:\d{15}|\d{2}([ -])\d{6}\1\d{6}\1\d)(?![\w-]|[.,]\d)"
_IMEI_STARTS = ("01", "35", "45", "49", "86", "99")  # of the bodies that give them
_VIN_LETTERS = 3


def _trim(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return a match in a text as it is written without small words: a series is written large."""
    start, end = match.span()
    if match["series"].endswith(" ") and not text[slice(*match.span("series"))].isupper():
        start = match.end("series")
    if match["last"] and match["last"][0] == " " and text[end - 1].islower():
        end -= 2
    return start, end


def _scan(entry: Mapping[str, Any], kind: str) -> Scan:
    apart = by_first_letter(
        literal(word)
        for words in entry["labels"]
        for word in sorted(words, key=lambda w: (-len(w), w))
    )
    joined = "|".join(map(re.escape, entry["joined"]))
    label = re.compile(
        rf"(?<!{SPACED_LETTER})(?<![\u0900-\u0dff\d])(?:{apart})(?!{SPACED_LETTER})(?![\u0900-\u0dff])|{joined}"
    )
    least = int(entry["digits"])

    def scan(text: PlainText) -> Iterator[Span]:
        low = text.lower
        for said in text.matches(label):
            for start, end in (_behind(text, said.end()), _before(text, said.start())):
                if _has_enough(low[start:end], least) and _may_be(kind, low, start, end):
                    yield start, end, _SCORE

    return scan


def _behind(text: PlainText, place: int) -> tuple[int, int]:
    """Return the first number behind a name that ends at a place; an empty span if it is far."""
    match = _CODE.search(text.lower, place, place + 3 * _REACH)
    if match is None:
        return place, place
    start, end = _trim(text.text, match)
    is_near = start - place <= _REACH and _GAP.match(text.lower[place:start])
    return (start, end) if is_near else (place, place)


def _before(text: PlainText, place: int) -> tuple[int, int]:
    """Return the last number before a name that begins at a place; an empty span if it is far."""
    first = max(0, place - 3 * _REACH)
    last = None
    for last in _CODE.finditer(text.lower, first, place):  # noqa: B007 the last is what counts
        pass
    if last is None or last.start() == first > 0:
        return place, place
    start, end = _trim(text.text, last)
    is_near = place - end <= _REACH and _GAP_BEFORE.match(text.lower[end:place])
    return (start, end) if is_near else (place, place)


def _has_enough(said: str, least: int) -> bool:
    """Has a number so many digits, or is it one long group of letters and digits?"""
    digits = sum(map(str.isdigit, said))
    is_mixed = said.isalnum() and len(said) >= _MIXED_LENGTH and digits >= _MIXED_DIGITS
    return (digits >= least or is_mixed) and digits <= _MOST_DIGITS


def _may_be(kind: str, low: str, start: int, end: int) -> bool:
    """Is it neither an amount nor a date, and as long as a car's number where it is one?"""
    said = low[start:end]
    if kind == "VEHICLE_ID" and sum(map(str.isalnum, said)) != _VIN_LENGTH:
        return False
    is_other = any(form.fullmatch(said) for form in (_DATE, _YEARS, _THOUSANDS))
    return not (is_other or _SUM.match(low, end))


def _rules() -> Iterator[Rule]:
    for kind, entry in read_tables("labelled").items():
        signs = set(map(stem, in_a_row(entry["labels"])))
        digits = min(int(entry["digits"]), _MIXED_DIGITS)
        needs = Needs(digits, None, tuple(sorted({*signs, *entry["joined"]})), reach=120)
        yield Rule(kind, needs, _scan(entry, kind))


def _is_vin(said: str) -> bool:
    return sum(map(str.isalpha, said)) >= _VIN_LETTERS or "-" in said


def _is_imei(said: str) -> bool:
    digits = bare(said)
    return digits.startswith(_IMEI_STARTS) and luhn_holds(digits)


LABELLED_RULES = (
    *_rules(),
    Rule(
        "VEHICLE_ID",
        Needs(digits=4, within=4, reach=30),
        by_pattern(_VIN, 0.7, _is_vin, cased=True),
    ),
    Rule("DEVICE_ID", Needs(digits=15, within=18, reach=30), by_pattern(_IMEI, 0.7, _is_imei)),
)
LABELLED_TYPES = tuple(read_tables("labelled"))
"""The types of the table, in its order."""
