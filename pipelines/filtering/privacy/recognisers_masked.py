"""Rules for numbers that are typed so that no machine reads them: "98x11x04x56x72", "o77oo 9oo461".

People put a sign, a word or an arrow between the groups, or letters where digits stand. What
`digit_runs` takes for separators is read by the other rules; the rest is read here.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipelines.filtering.privacy.checksums import card_holds
from pipelines.filtering.privacy.digit_runs import in_hexadecimal
from pipelines.filtering.privacy.identifier_words import read_words
from pipelines.filtering.privacy.phone_regions import is_valid_served
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, literal, near
from pipelines.filtering.privacy.recognisers_phone import SAYS_PHONE, is_told, scan_phones

_CARD_DIGITS, _PHONE_DIGITS = range(13, 20), range(9, 14)
_PAIR = 2
_GROUPS_SURE = 4  # so many groups with one sign between them are no measure ("1920x1080x60")
# The same between all groups: signs, a word, or one letter
_MASK = (
    r"(?:[^\w\s]{0,3}\s?[^\w\s]{1,3}\s?|\s{0,2}[a-z]{1,8}\s{0,2}"
    r"|\s?[^\x00-\u02ff\w\s]{1,3}\s?|[ .-]|\n)"
)
_MASKED = re.compile(
    rf"(?<![\d.,])\d{{1,8}}(?P<mask>{_MASK})\d{{1,8}}(?:(?P=mask)\d{{1,8}}){{0,18}}(?!\d)"
)
_READ_ELSEWHERE = frozenset({" ", "-", ".", "/", "_", ",", "\n", ", ", " - "})
_BETWEEN_NUMBERS = re.compile(r"\s*(?:[,;|/]|and|und|y|et|e|en|i|ve|dan|or|vs)?\s*")
_IN_LIST = re.compile(r"[\s,;:./-]|\A\Z")  # between numbers of a list, times, dates
_PICTURE = re.compile(r"(?<=[0-9])[\u2600-\u27bf\U0001f000-\U0001faff]{1,2}(?=[0-9])")
# "first block: 4929", line by line
_LABELLED = re.compile(r"(?<!\d)\d{4}(?:[^\d]{0,20}[:\n][^\d]{0,6}\d{4}){3}(?!\d)")
_SAYS_CARD = near(map(literal, read_words("finance")["card"]), before=60, after=40)
_TYPED = re.compile(
    r"(?<![^\W_])(?:\+?[0-9oil|]{2,13})(?:[ ._/-]{1,2}[0-9oil|]{2,13}){0,5}(?![^\W_])"
)
_LETTERS = str.maketrans({"o": "0", "i": "1", "l": "1", "|": "1"})
_WRITTEN_DIGITS_MIN = 5
_APART = re.compile(r"(?<![\w.,])[0-9](?:[ ._-]{1,3}[0-9]){8,13}(?![\w%]|[.,]\d)")
_FEW_DIGITS = 3  # so few different ones are a pattern: "0 1 0 1 0 1"
_MIXED_FORM = r"[0-9][oil|]|[oil|][0-9]"
_MIXED = re.compile(_MIXED_FORM)
_CARD_GROUPS = ([4] * 4, [4, 6, 5], [8, 8], [1] * 16)


def scan_masked_cards(text: PlainText) -> Iterator[Span]:
    """Find cards with one sign or word between all groups, or in labelled blocks beside a word."""
    for match in text.matches(_MASKED):
        digits = "".join(filter(str.isdecimal, match[0]))
        sizes = [len(group) for group in re.findall(r"\d{1,8}", match[0])]
        is_shaped = (
            sizes in _CARD_GROUPS
            or not _BETWEEN_NUMBERS.fullmatch(match["mask"])
            or _SAYS_CARD(text, *match.span())
        )
        is_number = len(digits) in _CARD_DIGITS and is_shaped and not _is_series(match[0])
        if is_number and card_holds(digits) and not in_hexadecimal(text.lower, *match.span()):
            yield *match.span(), 0.95
    for match in text.matches(_LABELLED):
        digits = "".join(filter(str.isdecimal, match[0]))
        if card_holds(digits) and _SAYS_CARD(text, *match.span()):
            yield *match.span(), 0.9


def _is_series(said: str) -> bool:
    """Say whether numbers count up or down: "4 5 6 7", "10, 20, 30"."""
    numbers = [int(number) for number in re.findall(r"\d{1,8}", said)]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(numbers) > _PAIR and (len(steps) == 1 or steps <= {1, -9} or steps <= {-1, 9})


def scan_masked_phones(text: PlainText) -> Iterator[Span]:
    """Find phones whose groups a letter, a star or a word parts: "98x11x04x56x72"."""
    for match in text.matches(_MASKED):
        groups = re.findall(r"\d{1,8}", match[0])
        digits = "".join(groups)
        if match["mask"] in _READ_ELSEWHERE:
            continue
        if len(groups) <= _PAIR or len(digits) not in _PHONE_DIGITS or _is_series(match[0]):
            continue
        start, end = match.span()
        told = SAYS_PHONE(text, start, end)
        sure = len(groups) > _GROUPS_SURE and not _IN_LIST.search(match["mask"])
        if (told or sure) and is_valid_served(digits):
            yield start, end, 0.8
    # "6 0 2 . 7 7 1 . 4 5 8": digits one by one, whatever stands between them
    for match in text.matches(_APART):
        digits = re.sub(r"\D", "", match[0])
        is_pattern = len(set(digits)) <= _FEW_DIGITS or _is_series(match[0])
        if not is_pattern and is_told(text, *match.span()):
            yield *match.span(), 0.75
    # "8(925)316🔥48": pictures between the groups are blanks to the rules of phones
    if _PICTURE.search(text.text):
        seen = PlainText(_PICTURE.sub(lambda found: " " * len(found[0]), text.text))
        yield from scan_phones(seen)


def scan_lettered_phones(text: PlainText) -> Iterator[Span]:
    """Find phones with letters for digits: "o77oo 9oo461"."""
    for match in text.matches(_TYPED):
        said = match[0]
        if not _MIXED.search(said):
            continue
        written, digits = sum(map(str.isdecimal, said)), re.sub(r"\D", "", said.translate(_LETTERS))
        if written < _WRITTEN_DIGITS_MIN or len(digits) not in _PHONE_DIGITS:
            continue
        if is_valid_served(digits) or is_told(text, *match.span()):
            yield *match.span(), 0.75


MASKED_RULES = (
    Rule("CREDIT_CARD", Needs(digits=13), scan_masked_cards),
    Rule("PHONE_NUMBER", Needs(digits=9), scan_masked_phones),
    Rule(
        "PHONE_NUMBER",
        Needs(digits=_WRITTEN_DIGITS_MIN, pattern=_MIXED_FORM),
        scan_lettered_phones,
    ),
)
