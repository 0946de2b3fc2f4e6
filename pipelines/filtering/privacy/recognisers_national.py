"""Rules for the numbers that states give to people: a table of forms, words and check digits.

The table is `identifier_words/national.yaml`; a new number is one more line of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import yaml

from pipelines.filtering.privacy import checksums
from pipelines.filtering.privacy.digit_runs import Beside, in_hexadecimal, scan_digits
from pipelines.filtering.privacy.identifier_words import read_words
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import (
    Rule,
    Scan,
    Span,
    bare,
    beside,
    by_pattern,
    goes_on,
    latin_edges,
    literal,
    near,
    stem,
)
from pipelines.word_files import UniqueKeyLoader

Holds = Callable[[str], bool]
_GAP = r"[ \t\n\r./_-]{0,3}"
_ALONE, _BESIDE, _SURE = 0.85, 0.8, 0.95  # a phone without a word has .78
# The same for all: one view of a text for their rules
_ALONE_NEEDS = Needs(digits=5, within=40, reach=60)
_BEFORE, _BEHIND = 45, 30
_EDGE = r"(?<![\w-])", r"(?![\w-])"
_GLUED_EDGE = r"(?<!\w)", r"(?!\w)"


def _check(name: str) -> Holds:
    if hasattr(checksums, name):
        own: Holds = getattr(checksums, name)
        return own
    return checksums.check(name)


def _safely(holds: Holds) -> Holds:
    """Return a check that says no to what it cannot read."""

    def test(said: str) -> bool:
        try:
            return holds(bare(said))
        except (ValueError, IndexError, KeyError):
            return False

    return test


def _rules(entry: Mapping[str, Any]) -> Iterator[Rule]:
    """Yield the rules of one line of the table: beside a word, and alone where that is enough."""
    kind, check = str(entry["type"]), entry.get("check")
    holds = _safely(_check(check)) if check else None
    words: Sequence[str] = entry["words"]
    signs = tuple(sorted({stem(word) for word in words}))
    if "digits" in entry:
        lengths = tuple(entry["digits"])
        says_so = near(map(literal, words), _BEFORE, _BEHIND)
        must = bool(entry.get("must", False))
        scan = scan_digits(Beside(lengths, says_so, holds, must, _BESIDE, _SURE))
        yield Rule(kind, Needs(min(lengths), 5 * min(lengths), signs, reach=6 * max(lengths)), scan)
    else:
        needs, form = int(entry["needs"]), str(entry["form"]).replace("~", _GAP)
        pattern = f"{_GLUED_EDGE[0]}(?:{form}){_GLUED_EDGE[1]}"
        scan = beside(
            pattern, map(literal, words), _BESIDE, holds, before=_BEFORE, after=_BEHIND, sure=_SURE
        )
        yield Rule(kind, Needs(needs, None, signs), scan)
    if "alone" in entry:
        yield Rule(kind, _ALONE_NEEDS, _alone(str(entry["alone"]), holds))


def _alone(form: str, holds: Holds | None) -> Scan:
    """Return a scan for a form that says enough by itself, outside of UUIDs and orders."""
    found = by_pattern(_whole(form), _ALONE, holds)

    def scan(text: PlainText) -> Iterator[Span]:
        if not _stands_alone(text):
            return
        for start, end, score in found(text):
            is_order = text.lower[start:end].isdecimal() and _SAYS_ORDER(text, start, end)
            if (
                not is_order
                and not goes_on(text.text, start, end)
                and not in_hexadecimal(text.lower, start, end)
            ):
                yield start, end, score

    return scan


def _whole(form: str) -> str:
    return f"{_EDGE[0]}(?:{form.replace('~', '[ .-]?')}){_EDGE[1]}"


def _stands_alone(text: PlainText) -> bool:
    """Does any of the forms that need no word stand in a text? Asked once for all."""
    known: bool | None = vars(text).get("stands_alone")
    if known is None:
        known = next(text.matches(_ANY_ALONE), None) is not None
        vars(text).update(stands_alone=known)
    return known


_SSN_AREA = r"(?!000|666|9\d\d)\d{3}"
_SSN = (
    rf"(?<![\w-])(?<!\d[.,/]){_SSN_AREA}(?:([- .])(?!00)\d{{2}}\1"
    rf"|([-/_ ] ?)(?!00)\d{{2}}[-/_ ] ?)(?!0000)\d{{4}}(?![\w-])(?![.,/]\d)"
)
_ITIN = (
    r"(?<![\w-])9\d{2}(?:([- ])(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\1|-?(?:5\d|6[0-5]|7\d|8[0-8]"
    r"|9[0-24-9])-|-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9]))\d{4}(?![\w-])"
)
_NINO = (
    r"(?<!\w)(?!bg|gb|kn|nk|nt|tn|zz)[abceghj-prstw-z][abceghj-nprstw-z][ ./-]{0,3}(?!00[ ./-]{0,"
    r"3}00[ ./-]{0,3}00)\d{2}[ ./-]{0,3}\d{2}[ ./-]{0,3}\d{2}[ ./-]{0,3}[a-d](?!\w)"
)
_PAN = r"(?<!\w)[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)"
_RFC = (
    r"(?<!\w)[A-ZÑ&][AEIOUX][A-ZÑ&]{2}[ -]?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d"
    r"|3[01])[ -]?[A-Z0-9]{2}[A0-9](?!\w)"
)


def _not_published(said: str) -> bool:
    """Is it no number that stood in an advertisement, as 078-05-1120 did?"""
    return bare(said) not in {"078051120", "457555462", "219099999"}


_TABLE = yaml.load(
    files("pipelines.filtering.privacy.identifier_words")
    .joinpath("national.yaml")
    .read_text("utf-8"),
    UniqueKeyLoader,  # noqa: S506  a safe loader
)
_ANY_ALONE = re.compile(
    latin_edges(_whole("|".join(str(e["alone"]) for e in _TABLE if "alone" in e)))
)
_SAYS_ORDER = near(map(literal, read_words("phone")["no_phone"]), before=16)
_NHS = by_pattern(r"(?<![\w-])\d{3} \d{3} \d{4}(?![\w-])", 0.7, _safely(checksums.check("gb.nhs")))

NATIONAL_TYPES = tuple(dict.fromkeys(str(entry["type"]) for entry in _TABLE))
"""The types of the table, in its order."""
NATIONAL_RULES = (
    Rule("US_SSN", Needs(digits=9, within=30, reach=40), by_pattern(_SSN, 0.9, _not_published)),
    Rule("US_ITIN", Needs(digits=9, within=16, reach=30), by_pattern(_ITIN, 0.85)),
    Rule("UK_NINO", Needs(digits=6, within=20, reach=40), by_pattern(_NINO, 0.9)),
    Rule("UK_NHS", Needs(digits=10, within=16, reach=30), _NHS),
    Rule("IN_PAN", Needs(digits=4, within=6, reach=20), by_pattern(_PAN, 0.85, cased=True)),
    Rule("MX_RFC", Needs(digits=6, within=10, reach=30), by_pattern(_RFC, 0.8, cased=True)),
    *(rule for entry in _TABLE for rule in _rules(entry)),
)
