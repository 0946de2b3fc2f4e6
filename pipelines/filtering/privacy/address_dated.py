"""Streets that bear a day: "calle 5 de mayo 18", "ul 3 maja 61"."""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.address_tail import (
    LEFT,
    NUMBER,
    RIGHT,
    any_word,
    read_parts,
    tail_end,
)
from pipelines.filtering.privacy.address_words import counts_something
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span

_SURE = 0.9
_TYPE_CHARS_MIN = 3  # shorter types of streets are words of other languages


def _dated() -> re.Pattern[str]:
    """Return the expression of a street's type, a day of a month and a house's number."""
    tables = [words for code, words in read_parts().items() if code not in {"no_name", "months"}]
    types = any_word(
        [
            *(
                word
                for table in tables
                for word in table["street"]
                if len(word) >= _TYPE_CHARS_MIN or word == "ул"
            ),
            "ul",
            "c/",
            "cl",
            "av",
            "straße des",
            "strasse des",
        ]
    )
    return re.compile(
        rf"{LEFT}(?:{types})\.?\s{{1,2}}\d{{1,2}}[.º°]?\s(?:de\s)?"
        rf"(?:{any_word(read_parts()['months'])}){RIGHT}"
        rf",?\s{{1,2}}(?:(?:n[º°.]?|no\.?|nr\.?|n[úu]m\.?|д\.?|дом|#)\s?)?#?{NUMBER}{RIGHT}"
    )


def _find_dated(text: PlainText) -> Iterator[Span]:
    for match in text.matches(_DATED):
        if not counts_something(text.lower, match.end()):
            yield match.start(), tail_end(text.lower, match.end()), _SURE


_DATED = _dated()
DATED_RULES: tuple[Rule, ...] = (
    Rule("STREET_ADDRESS", Needs(2, any_of=tuple(read_parts()["months"]), reach=300), _find_dated),
)
"""The rule; a text without the name of a month is not read."""
