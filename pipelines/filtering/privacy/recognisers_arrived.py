"""Rules for one-time codes that came: the digits stand near the word, not right behind it."""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.identifier_words import read_tables
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import (
    Rule,
    Span,
    by_pattern,
    latin_edges,
    literal,
    near,
)
from pipelines.filtering.privacy.recogniser_cues import (
    UNSPACED_LETTER,
    any_of,
    flat,
    read_words,
    spelled,
    stems,
    worded,
)

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
_HURRY = spelled(_C["arrived"]["acts"])
_JOINED = [word for word in _HURRY if UNSPACED_LETTER.match(word)]
_APART = [word for word in _HURRY if not UNSPACED_LETTER.match(word)]
_DIGITS = re.compile(
    latin_edges(
        r"(?<![\w.,/$€£₹#-])(?<!\d )(?:(?:g-)?\d{3}[ -]\d{3}|\d{2}[ -]\d{2}(?:[ -]\d{2})?"
        r"|\d(?:[ -]\d){3,7}|(?:g-)?\d{4,8})(?![\w%]|[.,:/-]\d| \d(?!\d? ?(?:"
    )
    + any_of(_C["arrived"]["minutes"])
    + r")))"
)
_SIX = 6
_MONEY = near(map(literal, read_tables("phone")["money"]), before=8, after=10)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NEAR_CHARS = 40


_says_code = near(map(re.escape, _NAMES), before=_NEAR_CHARS, after=_NEAR_CHARS)
_says_sent = near(map(re.escape, [*_VERBS, *_C["arrived"]["shown"]]), before=_NEAR_CHARS)
_CAME = [word for word in _VERBS if word not in {"app", "dari", "digid", "из"}]
_ACTS = re.compile(
    rf"(?:[ ]?(?:って)?(?P<came>{any_of(_CAME)}))?[ ,.!\u2026\u3001-]{{0,3}}"
    rf"(?:{worded(_APART)}|{any_of(_JOINED)})"
)
_says_message = near(map(re.escape, _MESSAGES), before=_NEAR_CHARS, after=_NEAR_CHARS)
_says_came = near(map(re.escape, _VERBS), before=_NEAR_CHARS, after=_NEAR_CHARS)
_OTHERS = [*map(re.escape, _C["breaks"].split()), *map(re.escape, _C["arrived"]["others"])]
_is_other = near(_OTHERS, before=_NEAR_CHARS, after=_NEAR_CHARS, on_line=True)
_was_other = near(_OTHERS, before=_NEAR_CHARS)


def scan_arrived(text: PlainText) -> Iterator[Span]:
    """Find the digits of a code that came, or that a message brought."""
    for match in text.matches(_DIGITS):
        span = match.span()
        if _YEAR.fullmatch(match[0]):
            continue
        act = _ACTS.match(text.lower, span[1])
        told = act is not None and (bool(act["came"]) or _says_sent(text, *span))
        # "type it before it expires" says nothing of another number
        if (_was_other if told else _is_other)(text, *span):
            continue
        if not told and not _says_came(text, *span):
            continue
        digits = sum(map(str.isdigit, match[0]))
        is_round = match[0].endswith("000") or _MONEY(text, *span)
        if (
            (told and not is_round)
            or _says_code(text, *span)
            or (digits == _SIX and not is_round and _says_message(text, *span))
        ):
            yield *span, 0.7


_GOOGLE = r"(?<![\w-])G-\d{6}(?![\w-]|[.,:]\d)"


ARRIVED_RULES = (
    Rule(
        "PASSWORD",
        Needs(digits=4, within=15, any_of=stems([*_NAMES, *_MESSAGES, *_HURRY]), reach=90),
        scan_arrived,
    ),
    Rule(
        "PASSWORD",
        Needs(digits=6, within=8, any_of=("g-",), reach=20),
        by_pattern(_GOOGLE, 0.8, cased=True),
    ),
)
