"""Rule for codes and passwords whose digits are said: "the alarm code is four one nine six".

Numbers in words are written as digits first, then the rules for codes read the text.
"""

import re
from collections.abc import Iterator, Sequence

from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span
from pipelines.filtering.privacy.recognisers_lock import scan_card_codes, scan_keypads, scan_locks
from pipelines.filtering.privacy.recognisers_secret import scan_codes, scan_passwords
from pipelines.filtering.privacy.recognisers_spelled import (
    LONG_WORDS,
    SPOKEN_RUN,
    is_counting,
    read_said,
)

_DIGITS = range(3, 9)
_WORDS_MIN, _GAP = 2, re.compile(r"[\s,.-]+")  # different ones in every code
_PAIR = 2  # numbers, which are always one step apart: "forty-one ninety-six"
_SCANS = (scan_codes, scan_locks, scan_keypads, scan_card_codes, scan_passwords)


def scan_said_codes(text: PlainText) -> Iterator[Span]:
    """Find codes in three to eight digits that are said; a count ("one two three") is none."""
    runs = [
        (start, end, said.digits)
        for start, end in (match.span() for match in text.matches(SPOKEN_RUN))
        if len(LONG_WORDS.intersection(_GAP.split(text.lower[start:end]))) >= _WORDS_MIN
        and len((said := read_said(text.lower[start:end])).digits) in _DIGITS
        and not (said.tokens > _PAIR and is_counting(said))
    ]
    if not runs:
        return
    written, stands_for = _write_digits(text.lower, runs)
    for scan in _SCANS:
        for start, end, score in scan(written):
            if any(last - first > 1 for first, last in stands_for[start:end]):
                yield stands_for[start][0], stands_for[end - 1][1], score


def _write_digits(
    low: str, runs: Sequence[tuple[int, int, str]]
) -> tuple[PlainText, Sequence[tuple[int, int]]]:
    """Return a text with digits in place of words, and the span that each of its signs stands for.

    Each digit stands for all the words of its run.
    """
    parts, stands_for, behind = list[str](), list[tuple[int, int]](), 0
    for start, end, digits in (*runs, (len(low), len(low), "")):
        parts += [low[behind:start], digits]
        stands_for += [(place, place + 1) for place in range(behind, start)]
        stands_for += [(start, end)] * len(digits)
        behind = end
    return PlainText("".join(parts)), stands_for


SAID_CODE_RULES = (
    Rule(
        "PASSWORD",
        Needs(any_of=tuple(sorted(LONG_WORDS)), words=_WORDS_MIN),
        scan_said_codes,
    ),
)
