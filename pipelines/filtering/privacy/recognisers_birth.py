"""Rules for dates of birth: a date in figures, words or years of an emperor, beside a word for it.

The words are in `identifier_words/birth.yaml`; days as words are those of `number.yaml` as well.
"""

# ruff: noqa: RUF001  letters of other scripts

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.identifier_words import in_a_row, one_of, read_tables
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Scan, Span, latin_edges, literal, stem
from pipelines.filtering.privacy.recognisers_spelled import glued_words

_WORDS, _NUMBERS = read_tables("birth"), read_tables("number")
_FIRST_YEAR = 1905  # who was born before it is a person of history
_OTHER_CALENDARS = range(1320, 1460)  # years since the Hijra, of people who live
_LETTER = r"[^\W\d_\u0900-\u0dff]"
_SPACE_OR_END = r"[\s,.!?]|\Z"
_BEFORE, _BEHIND = rf"(?<!{_LETTER})(?<![\u0900-\u0dff])", rf"(?!{_LETTER})(?![\u0900-\u0dff])"


def _flat(name: str) -> list[str]:
    return in_a_row(_WORDS[name])


def _numbers(most: int) -> list[str]:
    """Return the words that number.yaml has for 1 to `most`."""
    return [
        word
        for kind in ("digits", "teens", "tens", "hundreds")
        for value, words in _NUMBERS[kind].items()
        if 1 <= int(value) <= most
        for word in words
    ]


def _year_words() -> list[str]:
    glued = (word for table in _NUMBERS["glued"] for word, _ in glued_words(table))
    return [*_numbers(900), *glued, *_NUMBERS["hundred"], *_WORDS["thousands"]]


_AND = r"(?:(?:and|y|e|et|und|en|i|dan|og|ve)\s)?\u0648?"
_DAY_WORD = (
    rf"(?:{one_of([*_numbers(31), *_flat('ordinals')])}"
    rf"|{'|'.join(_WORDS['ordinal_endings'])}){_BEHIND}"
)
_YEAR_WORD = (
    f"(?:{one_of(_year_words())})"
    rf"(?:'?(?:te|ta|de|da|in|inde|ında)(?={_SPACE_OR_END}))?{_BEHIND}"
)
_MONTH = f"(?:{one_of(_flat('months'))}){_BEHIND}"
_LINK = rf"(?:[ ,.'-]{{0,2}}(?:{one_of(_WORDS['links'])}){_BEHIND})?[ ,.'/-]{{0,3}}"
_DAY = (
    r"(?:\d{1,2}(?:st|nd|rd|th|er|ego|го|й|е|º|\.)?(?!\d)"
    rf"|{_BEFORE}{_DAY_WORD}(?:[ -]{{1,2}}{_AND}{_DAY_WORD}){{0,2}})"
)
_SHORT_YEAR = r"(?:\d{4}|['´`]\d\d|(?<=[/. -])\d\d)"
_YEAR = rf"(?:{_SHORT_YEAR}|{_BEFORE}{_YEAR_WORD}(?:[ -]{{1,2}}{_AND}{_YEAR_WORD}){{0,5}})"
_ERA = rf"(?:(?:{one_of(_WORDS['eras'])})[ ]?|{_BEFORE}[hsrt][.]?[ ]?)"
_SIGNED = r"[ ]?[年년][ ]?\d{1,2}[ ]?[月월][ ]?\d{1,2}[ ]?[日일号號]?"
_FIGURE = f"[{_WORDS['figures']}]"
_WRITTEN = (
    rf"{_FIGURE}{{2,9}}[ ]?[年년][ ]?{_FIGURE}{{1,3}}[ ]?[月월][ ]?{_FIGURE}{{1,4}}[ ]?[日일号號]?"
)
_TAIL = r"(?:[ ]?(?:г\.?(?![^\W\d_])|года(?![^\W\d_])|هـ))?"
_DATE = (
    rf"(?<!\d)(?:{_ERA}?(?:\d{{1,4}}|元){_SIGNED}|{_WRITTEN}"
    rf"|{_ERA}\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]\d{{1,2}}"
    r"|\d{1,2}[ ]?[-/.,_ ][ ]?(?:\d{1,2}|[ivx]{1,4})[ ]?[-/.,_ ][ ]?\d{4}"
    r"|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}"
    r"|\d{4}[ ]?[-/._ ][ ]?\d{1,2}[ ]?[-/._ ][ ]?\d{1,2}"
    r"|(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"|{_DAY}{_LINK}{_BEFORE}{_MONTH}{_LINK}{_YEAR}"
    rf"|{_BEFORE}{_MONTH}[ ,.]{{1,2}}(?:the )?{_DAY},?[ ]{{1,2}}(?:of )?{_YEAR}"
    rf"|\d{{4}}[ ,.-]{{1,2}}{_MONTH}[ ,.-]{{1,2}}\d{{1,2}})(?!\d){_TAIL}"
)
_YEARS = re.compile(r"(?<!\d)\d{4}(?!\d)")


def _living(said: str) -> bool:
    """Can somebody who lives have been born in the year of this date, if it has four digits?"""
    return all(
        int(year) >= _FIRST_YEAR or int(year) in _OTHER_CALENDARS for year in _YEARS.findall(said)
    )


def _cued(pattern: str) -> Scan:
    compiled = re.compile(latin_edges(pattern))

    def scan(text: PlainText) -> Iterator[Span]:
        for match in text.matches(compiled):
            if _living(match["date"]):
                yield *match.span("date"), 0.85

    return scan


def _cues(apart: str, joined: str) -> str:
    words = "|".join(map(literal, sorted(_flat(apart), key=len, reverse=True)))
    return rf"(?:{_BEFORE}(?:{words}){_BEHIND}|{'|'.join(map(re.escape, _WORDS[joined]))})"


def _signs(apart: str, joined: str) -> tuple[str, ...]:
    return tuple(sorted({*map(stem, _flat(apart)), *_WORDS[joined]}))


_TOLD = rf"{_cues('before', 'joined_before')}[^\d\n!]{{0,40}}?(?P<date>{_DATE})"
_TOLD_BEHIND = (
    rf"(?P<date>{_DATE})(?:'?(?:te|ta|de|da))?[\s,;:)-]{{0,3}}"
    rf"(?:(?:de|el|am|on|op|il|em|tarihinde|tarihli|в|के|ki|ka|की|का)\s)?(?:の[^\d\n]{{1,8}})?"
    rf"{_cues('behind', 'joined_behind')}"
)
_ZODIAC = _cues("zodiac", "joined_zodiac")
_SIGN_BEFORE = rf"{_ZODIAC}[^\d\n]{{0,40}}?(?P<date>{_DATE})"
_SIGN_BEHIND = rf"(?P<date>{_DATE})[^\d\n]{{0,30}}?{_ZODIAC}"
# As Rust and Python read it: what every date has
_A_DATE = (
    r"\d[-/._ ]{1,3}(?:\d{1,2}|[ivx]{1,4})[-/._ ]{1,3}\d{2}|\d{6}|[\u5e74\ub144]"
    rf"|\b(?:{'|'.join(map(re.escape, sorted({*_flat('months')})))})\b"
)
_SAYS_ZODIAC = _signs("zodiac", "joined_zodiac")
_SAYS_BEFORE, _SAYS_BEHIND = _signs("before", "joined_before"), _signs("behind", "joined_behind")
BIRTH_RULES = tuple(
    Rule("DATE_OF_BIRTH", Needs(any_of=signs, pattern=_A_DATE, reach=130), _cued(pattern))
    for signs, pattern in (
        (_SAYS_BEFORE, _TOLD),
        (_SAYS_BEHIND, _TOLD_BEHIND),
        (_SAYS_ZODIAC, _SIGN_BEFORE),
        (_SAYS_ZODIAC, _SIGN_BEHIND),
    )
)
