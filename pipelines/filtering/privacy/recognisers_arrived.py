"""Rules for one-time codes that came: the digits stand near the word, not right behind it."""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.identifier_words import read_tables
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, latin_edges, literal, near
from pipelines.filtering.privacy.recogniser_cues import flat, read_words, stems

_C = read_words("codes")
_NAMES = [
    *flat(_C["codes"]),
    *_C["told"]["words"],
    "kodu",
    "kodun",
    "kodę",
    "кода",
    "coden",
    "代码",
]
_MESSAGES, _VERBS = _C["arrived"]["messages"], _C["arrived"]["verbs"]
_DIGITS = re.compile(
    latin_edges(
        r"(?<![\w.,/$€£₹#-])(?<!\d )(?:\d{3}[ -]\d{3}|\d{2}[ -]\d{2}[ -]\d{2}|\d{4,8})"
        r"(?![\w%]|[.,:/-]\d| \d)"
    )
)
_SIX = 6
_MONEY = near(map(literal, read_tables("phone")["money"]), before=8, after=10)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEAR_CHARS = 40


_says_code = near(map(re.escape, _NAMES), before=_NEAR_CHARS, after=_NEAR_CHARS)
_says_message = near(map(re.escape, _MESSAGES), before=_NEAR_CHARS, after=_NEAR_CHARS)
_says_came = near(map(re.escape, _VERBS), before=_NEAR_CHARS, after=_NEAR_CHARS)
_OTHER = near(
    [*map(re.escape, _C["breaks"].split()), *map(re.escape, _C["arrived"]["others"])],
    before=_NEAR_CHARS,
    after=_NEAR_CHARS,
)


def scan_arrived(text: PlainText) -> Iterator[Span]:
    """Find the digits of a code that came, or that a message brought."""
    for match in text.matches(_DIGITS):
        span = match.span()
        if _YEAR.fullmatch(match[0]) or not _says_came(text, *span) or _OTHER(text, *span):
            continue
        digits = sum(map(str.isdigit, match[0]))
        is_round = match[0].endswith("000") or _MONEY(text, *span)
        if _says_code(text, *span) or (
            digits == _SIX and not is_round and _says_message(text, *span)
        ):
            yield *span, 0.7


ARRIVED_RULES = (
    Rule(
        "PASSWORD",
        Needs(digits=4, within=11, any_of=stems([*_NAMES, *_MESSAGES]), reach=90),
        scan_arrived,
    ),
)
