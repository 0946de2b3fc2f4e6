"""Rules for codes of what is locked: doors, safes, telephones, the back of a card.

The words stand in `secret_words/locks.yaml` and `secret_words/card_codes.yaml`. A word for a code
is found first, and digits right behind or before it; a word for what they open must stand near.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.filtering.privacy.identifier_words import read_tables
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import (
    IsBeside,
    Rule,
    Span,
    latin_edges,
    literal,
    near,
)
from pipelines.filtering.privacy.recogniser_cues import (
    LETTER,
    UNSPACED,
    Cues,
    any_of,
    flat,
    read_words,
    spelled,
    stems,
)

_L, _B = read_words("locks"), read_words("card_codes")
_CODES = read_words("codes")
_BEFORE, _AFTER = 44, 26  # characters around the digits in which both words stand
_GAP = r"(?P<gap>[^\d\n.!?;]{0,24}?(?:\?[ \t]{1,2})?)"
_SHORT = r"[a-z\u0430-\u044f]{1,2}"
_VALUE = (
    rf"(?<![\w.,/$€£₹-])(?P<value>(?:(?<!\*)[*#])?(?:\d{{1,4}} ?(?:{any_of(_L['between'])}) ?"
    rf"\d{{2,6}}|{_SHORT}\d{{3,6}}{_SHORT}?|\d{{1,6}}{_SHORT}\d{{1,6}}|\d{{3,6}}"
    rf"(?P<unit>{_SHORT})|\d{{3}}[ -]\d{{3}}|\d{{2}}[ -]\d{{2}}(?:[ -]\d{{2}})?"
    r"|\d(?:[ -]\d){2,7}|\d{3,8})(?:[#*](?![#*])){0,1})(?![\w%]|[.,:/-]\d| \d)"
)
_VALUE_AFTER = re.compile(latin_edges(_GAP + _VALUE))
_VALUE_BEFORE = re.compile(latin_edges(rf"{_VALUE}(?P<gap>[^\d\n.!?;,]{{0,28}})\Z"))
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNITS = frozenset(_L["units"])
_LINKED = re.compile(
    rf"[:=]|(?<!{LETTER})(?:{any_of([*_CODES['links'], *_B['links'], *_L['links']])})(?!{LETTER})"
    rf"|[{UNSPACED}]\Z"
)
_OPENED = frozenset(flat(_L["locks"]["things"])).union(flat(_L["devices"]["things"]))
_breaks = near(
    [re.escape(word) for word in _CODES["breaks"].split() if word not in _OPENED | {"dial"}],
    before=_BEFORE,
)
_OTHERS = spelled(w for w in (*_L["others"], *_CODES["arrived"]["others"]) if w[0].isalnum())
_says_other = near(map(literal, _OTHERS), before=_BEFORE, after=_AFTER, on_line=True)
_MONEY = [*map(literal, read_tables("phone")["money"])]
_says_money = near(_MONEY, before=8)
_MEASURED = re.compile(rf" ?(?:{any_of(_L['units'])}|{'|'.join(_MONEY)})(?![^\W_])")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class _Kind:
    """One kind of code: what it is called, and what must stand beside it.

    Attributes:
        codes: words for the code.
        things: does a word for what it opens stand near a place?
        least: fewest digits that are one.
        sure: digits from which no "is" is needed.
        letters: it may have letters, too.
    """

    codes: frozenset[str]
    things: IsBeside
    least: int
    sure: int
    letters: bool


def _kind(name: str, least: int, sure: int, *, letters: bool) -> _Kind:
    words = _L[name]
    return _Kind(
        frozenset(flat(words["codes"])),
        near(map(re.escape, flat(words["things"])), before=_BEFORE, after=_AFTER),
        least,
        sure,
        letters,
    )


_KINDS = (
    _kind("locks", 3, 3, letters=True),
    _kind("devices", 4, 4, letters=False),
    _kind("senders", 4, 6, letters=False),
)
_KEYPADS = frozenset(spelled(_L["keypads"]))
_CODE_WORDS = sorted({word for kind in _KINDS for word in kind.codes})
_THING_WORDS = [
    word for name in ("locks", "devices", "senders") for word in flat(_L[name]["things"])
]
_CUES, _KEYPAD_CUES = Cues(_CODE_WORDS), Cues(_KEYPADS)


def scan_keypads(text: PlainText) -> Iterator[Span]:
    """Find "digicode 48A29", "padlock: 583": the word alone says that the number opens."""
    yield from _scan(text, _KEYPAD_CUES)


def scan_locks(text: PlainText) -> Iterator[Span]:
    """Find "door code 4471#", "codice del portone: 48C29", "die PIN vom Handy ist 7391"."""
    yield from _scan(text, _CUES)


def _scan(text: PlainText, cues: Cues) -> Iterator[Span]:
    for cue in cues.find(text):
        match, shift = _beside(text.lower, cue, _VALUE_AFTER, _VALUE_BEFORE)
        if match is None or (shift and match["gap"].strip() and not _LINKED.search(match["gap"])):
            continue
        start, end = shift + match.start("value"), shift + match.end("value")
        if _opens(text, cue, match, start, end):
            yield start, end, 0.85


def _beside(
    low: str, cue: re.Match[str], after: re.Pattern[str], before: re.Pattern[str]
) -> tuple[re.Match[str] | None, int]:
    """Return the match of a number behind a cue, else before it, and where its text begins."""
    match = after.match(low, cue.end())
    if match is not None:
        return match, 0
    start = max(0, cue.start() - _BEFORE)
    window = low[start : cue.start()]
    return (before.search(window) if _DIGIT.search(window) else None), start


def _opens(text: PlainText, cue: re.Match[str], match: re.Match[str], start: int, end: int) -> bool:
    """Is a number beside a word for a code the code of something that stands near, too?"""
    if match["unit"] in _UNITS or _breaks(text, start, end) or _says_other(text, start, end):
        return False
    if _says_money(text, start, end) or _MEASURED.match(text.lower, end):
        return False
    linked = _LINKED.search(match["gap"]) is not None
    if _YEAR.fullmatch(match["value"]) and not linked:
        return False
    digits = sum(map(str.isdigit, match["value"]))
    letters = any(map(str.isalpha, match["value"]))
    return cue[0] in _KEYPADS or any(
        cue[0] in kind.codes
        and digits >= (kind.least if linked else kind.sure)
        and (kind.letters or not letters)
        and kind.things(text, start, end)
        for kind in _KINDS
    )


_KEYED = re.compile(latin_edges(r"(?<![\w.,/$€£₹#*-])(?:\*\d{3,8}[#*]?|\d{3,8}[#*])(?![\w*#/])"))
_says_sign = near(map(re.escape, spelled(_L["signs"])), before=_BEFORE, after=_AFTER, on_line=True)


def scan_keyed(text: PlainText) -> Iterator[Span]:
    """Find "2907# at the door": with a key of a keypad in it, it needs no word for a code."""
    for match in text.matches(_KEYED):
        span = match.span()
        if _KINDS[0].things(text, *span) and not (
            _breaks(text, *span) or _says_other(text, *span) or _says_sign(text, *span)
        ):
            yield *span, 0.75


# The back of a card

_THREE, _BACK = flat(_B["three"]), flat(_B["back"])
_FEW = spelled(_B["few"])
_CARD_CUES = Cues([*_THREE, *_FEW, *_BACK])
_THREE_SET = frozenset(_THREE)
_THREE_DIGITS = r"(?<![\w.,/$€£₹#-])(?P<value>\d{3}|\d[ -]\d[ -]\d)(?![\w%]|[.,:/-]\d| \d)"
_CARD_AFTER = re.compile(latin_edges(rf"(?P<gap>[^\d\n.!;]{{0,26}}){_THREE_DIGITS}"))
_CARD_BEFORE = re.compile(latin_edges(rf"{_THREE_DIGITS}(?P<gap>[^\d\n.!?;]{{0,26}})\Z"))
_ONLY_LINK = re.compile(rf"(?:\s{{0,2}}(?:{any_of(_B['links'])})){{1,2}}\s{{0,2}}")
_CARDS, _NAMES = spelled(_B["cards"]), spelled([*_B["cards"], *_B["code"]])
_says_three = near(map(literal, [*_THREE, *_FEW]), before=_BEFORE, after=_AFTER)
_says_place = near(map(literal, [*_BACK, *_CARDS]), before=_BEFORE, after=_AFTER)
_back_before = near(map(literal, _BACK), before=_BEFORE)
_names_before = near(map(literal, _NAMES), before=_BEFORE)
_names_behind = near(map(literal, _NAMES), before=0, after=_AFTER)
_says_more = near(map(literal, spelled(_B["others"])), before=_BEFORE, after=_AFTER, on_line=True)
# nothing but "is" between the words and the digits: "back of the card? 417", "417 on the back"
_LINKS = rf"(?:\s{{0,2}}(?:{any_of(_B['links'])}|[?,])){{0,3}}\s{{0,2}}"
_PLACE_BEFORE = re.compile(rf"(?:{any_of([*_BACK, *_NAMES])}){_LINKS}\Z")
_PLACE_BEHIND = re.compile(rf"{_LINKS}(?:{any_of(_BACK)})")


def scan_card_codes(text: PlainText) -> Iterator[Span]:
    """Find "the 3 digits on the back are 092", "back of the card? 417", "die drei hinten: 508"."""
    for cue in _CARD_CUES.find(text):
        match, shift = _beside(text.lower, cue, _CARD_AFTER, _CARD_BEFORE)
        if match is None:
            continue
        span = shift + match.start("value"), shift + match.end("value")
        if _breaks(text, *span) or _says_more(text, *span):
            continue
        # the three alone are a card's only where nothing but "is" parts them from the word
        told = cue[0] in _THREE_SET and _ONLY_LINK.fullmatch(match["gap"]) is not None
        if told or (_says_three(text, *span) and _says_place(text, *span)) or _on_back(text, *span):
            yield *span, 0.85


def _on_back(text: PlainText, start: int, end: int) -> bool:
    """Do the words for the back of a card stand on one side of three digits, right beside them?"""
    low = text.lower
    if _back_before(text, start, end) and _names_before(text, start, end):
        return _PLACE_BEFORE.search(low[max(0, start - _BEFORE) : start]) is not None
    return _PLACE_BEHIND.match(low, end) is not None and _names_behind(text, start, end)


# Whole words, no beginnings: "pin" and "pintu" are two, a beginning would make one of them
LOCK_RULES = (
    Rule(
        "PASSWORD",
        Needs(digits=3, any_of=tuple(sorted({*_CODE_WORDS, *_THING_WORDS})), words=2, reach=150),
        scan_locks,
    ),
    Rule("PASSWORD", Needs(digits=3, any_of=stems(_KEYPADS, 6), reach=150), scan_keypads),
    Rule("PASSWORD", Needs(digits=3, any_of=("#", "*"), reach=80), scan_keyed),
    Rule(
        "PASSWORD",
        Needs(digits=3, any_of=stems([*_THREE, *_FEW, *_BACK]), reach=150),
        scan_card_codes,
    ),
)
