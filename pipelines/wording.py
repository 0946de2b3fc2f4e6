"""Words of messages: nouns and verbs that agree with a count, times as a person reads them."""

from datetime import datetime


def format_count(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun.

    Args:
        count: of things.
        noun: of one of them.
        plural: of several; empty = the noun with an s.

    >>> format_count(1, "row"), format_count(2_000, "row"), format_count(0, "copy", "copies")
    ('1 row', '2000 rows', '0 copies')
    """
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def be(count: int, one: str = "is", several: str = "are") -> str:
    """Return the verb that goes with a count.

    >>> be(1), be(2), be(1, "has", "have")
    ('is', 'are', 'has')
    """
    return one if count == 1 else several


def format_time(at: datetime) -> str:
    """Return a time that is in UTC, to the second.

    >>> format_time(datetime(2026, 1, 31, 4, 5, 6))
    '2026-01-31 04:05:06 UTC'
    """
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def spell_controls(text: str) -> str:
    r"""Return a line that a terminal shows as it is: what it would obey or hide is spelled.

    A path or the name of a column may hold an escape sequence, a mark of direction or half of a
    surrogate pair.

    >>> spell_controls("an \x1b[31m escape \u202e")
    'an \\x1b[31m escape \\u202e'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
