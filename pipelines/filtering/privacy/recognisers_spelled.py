"""Rules for numbers said in words: "double nine 8 triple seven", "zéro six douze"."""

# ruff: noqa: RUF001  letters of Turkish

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any  # of tables in a file: each has its own form

from pipelines.filtering.privacy.checksums import card_holds
from pipelines.filtering.privacy.identifier_words import one_of, read_tables
from pipelines.filtering.privacy.phone_regions import is_mobile, is_valid_served
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, by_first_letter, literal, near
from pipelines.filtering.privacy.recognisers_phone import SAYS_PHONE, is_told

_WORDS = read_tables("number")
_VALUES = {
    re.sub(r"[\s-]+", " ", word): value
    for kind in ("digits", "teens", "tens", "hundreds", "repeats")
    for value, words in _WORDS[kind].items()
    for word in words
}


def glued_words(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield words of a ten and a digit in one, "sechsundvierzig", with their values."""
    for ten, stem in table["tens"].items():
        for unit, word in table["units"].items():
            said = (
                stem + table["link"] + word if table.get("after") else word + table["link"] + stem
            )
            yield said, str(int(ten) + int(unit))


_VALUES |= {word: value for table in _WORDS["glued"] for word, value in glued_words(table)}
_HUNDRED = frozenset(_WORDS["hundred"])
_VALUES |= dict.fromkeys(_HUNDRED, "100")
_TENS = frozenset(
    re.sub(r"[\s-]+", " ", word) for words in _WORDS["tens"].values() for word in words
)
_REPEATS = frozenset(word for words in _WORDS["repeats"].values() for word in words)
_COMMON, _LONG_MIN = frozenset(_WORDS["common"]), 4
_TELLING = frozenset(word for word in _VALUES if " " not in word and word not in _COMMON)
LONG_WORDS = _TELLING | {word for word in _COMMON if len(word) >= _LONG_MIN and " " not in word}
"""Words that say little but a number, and those of four letters, which few other words hold."""
SPOKEN_WORDS = frozenset(_VALUES)
"""Words that `SPOKEN_RUN` is made of."""
_LETTER = r"[^\W\d_\u0900-\u0dff]"
_NO_LETTER_BEFORE, _NO_LETTER_BEHIND = (
    rf"(?<!{_LETTER})(?<![\u0900-\u0dff])",
    rf"(?!{_LETTER})(?![\u0900-\u0dff])",
)
_ALL = sorted(_VALUES, key=lambda word: (-len(word), word))
_SPOKEN = by_first_letter(re.escape(word).replace(r"\ ", r"[\s-]{1,2}") for word in _ALL)
_LINK = one_of(_WORDS["links"])
_GAP = rf"[\s,.-]{{1,4}}(?:(?:{_LINK})\s{{1,2}})?"
_PLUS = "plus|плюс|más|mais|più|artı|प्लस|زائد"  # before the country's number
_TOKEN = re.compile(
    rf"(?P<word>{_NO_LETTER_BEFORE}(?:{_SPOKEN}){_NO_LETTER_BEHIND})|(?P<digits>[0-9]{{1,5}})"
)
_SPELLED = re.compile(
    rf"(?<![0-9.,]){_NO_LETTER_BEFORE}(?:(?:{_PLUS})\s)?(?:(?:{_SPOKEN}){_NO_LETTER_BEHIND}"
    rf"|[0-9]{{1,5}})"
    rf"(?:{_GAP}{_NO_LETTER_BEFORE}(?:(?:{_SPOKEN}){_NO_LETTER_BEHIND}"
    rf"|[0-9]{{1,5}})){{3,40}}(?![0-9])"
)
_MIXED = re.compile(
    rf"(?<![0-9.,])(?:{_NO_LETTER_BEFORE}(?:{_SPOKEN}){_NO_LETTER_BEHIND}[\s,.-]{{1,4}}){{2,12}}"
    rf"[0-9]{{2,7}}(?:{_GAP}[0-9]{{2,7}}){{0,4}}(?![0-9])"
)
SPOKEN_RUN = re.compile(
    rf"{_NO_LETTER_BEFORE}(?:{_SPOKEN}){_NO_LETTER_BEHIND}"
    rf"(?:{_GAP}{_NO_LETTER_BEFORE}(?:{_SPOKEN}){_NO_LETTER_BEHIND}){{2,20}}"
)
"""Three or more numbers in words, in small letters."""
_LAST_WORD = re.compile(r"(?<=[0-9])[\s,.-]{1,3}([^\W\d_]{1,9})\Z")
_MIXED_DIGITS = range(9, 14)
_MIXED_WRITTEN_MIN = 4
_MIXED_WORDS = tuple(sorted(w for w in _VALUES if len(w) > 1 and " " not in w))
_MIXED_WORDS_SURE, _GROUP = 3, re.compile("[0-9]+")  # so many words, then two groups
_AROUND = 60  # characters whose script tells the country of a mobile
_SIGNS = tuple(sorted(_WORDS["signs"], key=lambda sign: (-len(sign), sign)))
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
_SIGNED = re.compile(
    rf"(?<![0-9])(?:{_SIGN.pattern}|[0-9])"
    rf"(?:(?:[\s\u00b7,-]|[の에의ー]){{0,2}}(?:{_SIGN.pattern}|[0-9])){{7,18}}(?![0-9])"
)
_SIGN_OR_DIGIT = re.compile(rf"{_SIGN.pattern}|[0-9]")
_SIGNS_SAID_MIN, _EDGES = 3, ((0, 0), (0, 1), (1, 0), (1, 1))
_MOBILE = re.compile(r"(?:0[5789]0|010)\d{7,8}\Z|1[3-9]\d{9}\Z")  # of Japan, Korea and China
_DIGITS_MIN, _DIGITS_MAX, _CARD_MIN = 7, 15, 13
_WORDS_SURE, _DIGITS_SURE = 5, 9  # so many words and digits in a row are no amount
_TELLING_MIN, _SIGNS_MIN = 2, 4  # different ones in every number
_SIGNS_NEEDED = 2  # different ones, where digits stand behind them: "공일공 4827 9135"
_COUNTING_SHARE = 0.6  # of steps by one: a count, a dance, a countdown
_ABOUT = {
    kind: near(map(literal, words), before=50, after=20) for kind, words in _WORDS["about"].items()
}
_LENGTHS = {"US_SSN": (9,), "IN_AADHAAR": (12,), "BANK_ACCOUNT": tuple(range(7, 20))}


@dataclass(frozen=True)
class Said:
    """A number that was said.

    Attributes:
        digits: its digits.
        steps: differences between neighbouring values, each a word or a group.
        words: how many of them were words.
        telling: how many different ones were words that say little but a number.
        repeated: was "double" or "triple" among them?
        tokens: how many words and groups there were.
    """

    digits: str
    steps: Sequence[int]
    words: int
    telling: int
    repeated: bool
    tokens: int


def read_said(said: str) -> Said:
    """Return the digits that words and groups of digits stand for, in small letters.

    >>> read_said("double nine 8 triple seven").digits
    '998777'
    >>> read_said("zéro six douze trente-quatre soixante-dix-huit").digits
    '06123478'
    >>> read_said("девятьсот шестнадцать beş yüz otuz dokuz").digits
    '916539'
    """
    values, words, telling, times, repeated, open_places = list[str](), 0, set[str](), 1, False, 0
    for token in _TOKEN.finditer(said):
        word = re.sub(r"[\s-]+", " ", token["word"] or "")
        words += bool(word)
        telling |= {word} & _TELLING
        if word in _REPEATS:
            times, repeated = int(_VALUES[word]), True
            continue
        value = _VALUES[word] if word else token["digits"]
        if word in _HUNDRED and values and len(values[-1]) == 1 and values[-1] != "0":
            values[-1] += "00"
        elif word and open_places >= len(value) and value != "0":
            values[-1] = values[-1][: -len(value)] + value
        else:
            values.append(value * times)
        open_places, times = _open_places(word, value), 1
    steps = [int(b) - int(a) for a, b in pairwise(values)]
    return Said("".join(values), steps, words, len(telling), repeated, len(values))


def _open_places(word: str, value: str) -> int:
    """Return how many places the next word fills: one behind a ten, two behind hundreds."""
    if word in _TENS:
        return 1
    return 2 if word in _HUNDRED or (word and len(value) == 3) else 0  # noqa: PLR2004  hundreds


def is_counting(said: Said) -> bool:
    """Are most values one more, or one less, than the one before, or all steps alike?"""
    by_one = max(said.steps.count(1), said.steps.count(-1)) if said.steps else 0
    return by_one >= _COUNTING_SHARE * len(said.steps) or len(set(said.steps)) == 1


def _kind(text: PlainText, said: Said, start: int, end: int) -> tuple[str, float] | None:
    """Return the type of a said number and how sure it is, None where it is none."""
    digits = said.digits
    if len(digits) >= _CARD_MIN and card_holds(digits):
        return "CREDIT_CARD", 0.95
    for kind, says_so in _ABOUT.items():
        if len(digits) in _LENGTHS[kind] and says_so(text, start, end):
            return kind, 0.8
    if not _DIGITS_MIN <= len(digits) <= _DIGITS_MAX:
        return None
    told = SAYS_PHONE(text, start, end)
    many = said.words >= _WORDS_SURE and len(digits) >= _DIGITS_SURE
    if not told and not said.repeated and not many and said.tokens < _DIGITS_MIN:
        return None
    if is_counting(said) and not (told and said.steps.count(1) < len(said.steps)):
        return None
    return ("PHONE_NUMBER", 0.75 if told else 0.7)


def _scan_spoken(text: PlainText, wanted: str) -> Iterator[Span]:
    found: list[tuple[int, int, str, float]] | None = vars(text).get("said")
    if found is None:  # read once for the rules of all its types
        found = list(_spoken(text))
        vars(text).update(said=found)
    return ((start, end, score) for start, end, kind, score in found if kind == wanted)


def _spoken(text: PlainText) -> Iterator[tuple[int, int, str, float]]:
    for match in text.matches(_SPELLED):
        whole, (start, end) = match[0], match.span()
        last = _LAST_WORD.search(whole)
        if last and last[1] in _COMMON:  # "… 1730 das ist meine"
            whole, end = whole[: last.start()], start + last.start()
        said = read_said(whole)
        share = said.words * 2 + (said.tokens >= _DIGITS_MIN)
        enough = said.telling >= _TELLING_MIN and (said.repeated or share >= said.tokens)
        kind = _kind(text, said, start, end) if enough else None
        if kind:
            yield start, end, *kind


def scan_mixed(text: PlainText) -> Iterator[Span]:
    """Find phones whose first digits are said and whose last are written: "zéro six 48 29 17 30".

    The words may be common ones, for the whole must be a number of a country.
    """
    for match in text.matches(_MIXED):
        said, (start, end) = read_said(match[0]), match.span()
        around = text.lower[max(0, start - _AROUND) : end + _AROUND]
        if sum(map(str.isdecimal, match[0])) < _MIXED_WRITTEN_MIN:
            continue
        if len(said.digits) not in _MIXED_DIGITS or is_counting(said):
            continue
        many = said.words >= _MIXED_WORDS_SURE and len(_GROUP.findall(match[0])) > 1
        if is_mobile(said.digits, around) or (
            is_valid_served(said.digits) and (many or is_told(text, start, end))
        ):
            yield start, end, 0.75


_REPEATED = re.compile(
    rf"(?<![0-9.,])[0-9]{{1,5}}(?:[\s-][0-9]{{1,5}}){{0,8}}"
    rf"(?:[\s-](?:{one_of(sorted(_REPEATS))})\s[0-9](?:[\s-][0-9]{{1,5}}){{0,8}}){{1,3}}(?![0-9])"
)


def scan_repeated(text: PlainText) -> Iterator[Span]:
    """Find phones in digits, some of them told as repeated: "9811 triple 4 027"."""
    for match in text.matches(_REPEATED):
        digits = read_said(match[0]).digits
        if len(digits) in _MIXED_DIGITS and is_valid_served(digits):
            yield *match.span(), 0.75


def scan_signs(text: PlainText) -> Iterator[Span]:
    """Find phones in signs for digits, some perhaps in digits: "ゼロ九ゼロ 4412 9087".

    A sign at either end may be a particle, "に", which no number has there.
    """
    for match in text.matches(_SIGNED):
        signs = list(_SIGN_OR_DIGIT.finditer(match[0]))
        if sum(not sign[0].isdecimal() for sign in signs) < _SIGNS_SAID_MIN:
            continue
        values = [_WORDS["signs"].get(sign[0], sign[0]) for sign in signs]
        cuts = [(first, len(signs) - last) for first, last in _EDGES]
        first, last = next(
            (cut for cut in cuts if _MOBILE.match("".join(values[slice(*cut)]))), cuts[0]
        )
        digits = "".join(values[first:last])
        steps = [int(b) - int(a) for a, b in pairwise(digits)]
        said = Said(digits, steps, len(digits), len(digits), repeated=False, tokens=len(digits))
        start, end = match.start() + signs[first].start(), match.start() + signs[last - 1].end()
        kind = _kind(text, said, start, end)
        if (
            kind
            and len(set(digits)) >= _SIGNS_MIN
            and (SAYS_PHONE(text, start, end) or _MOBILE.match(digits))
        ):
            yield start, end, kind[1]


def _rule(wanted: str) -> Rule:
    needs = Needs(any_of=tuple(sorted(_TELLING)), words=_TELLING_MIN)
    return Rule(wanted, needs, lambda text: _scan_spoken(text, wanted))


SPELLED_RULES = (
    *map(_rule, ("PHONE_NUMBER", "CREDIT_CARD", *_ABOUT)),
    Rule(
        "PHONE_NUMBER",
        Needs(digits=_MIXED_WRITTEN_MIN, any_of=_MIXED_WORDS, words=_TELLING_MIN),
        scan_mixed,
    ),
    Rule("PHONE_NUMBER", Needs(digits=4, any_of=tuple(sorted(_REPEATS))), scan_repeated),
    Rule("PHONE_NUMBER", Needs(any_of=_SIGNS, words=_SIGNS_NEEDED), scan_signs),
)
