"""How the page writes what comes from the data: made visible, cut to a readable length, escaped."""

import math
import unicodedata
from datetime import UTC, datetime

from markupsafe import Markup
from markupsafe import escape as escape_html

from pipelines.wording import format_time

VALUE_CHARS = 40
"""The longest value of the data that is shown whole; a longer one keeps its head and its tail."""

NULL = "∅ null"
"""How a missing value is written: ∅ distinguishes it from a value that is the text `null`."""

# `@` and `(` could begin `@import` or `url(`; a reader of the source must never wonder about them.
_RISKY = str.maketrans({"@": "&#64;", "(": "&#40;"})


def escape(text: str) -> Markup:
    """Return the text as HTML, safe in an element and a quoted attribute; controls are named."""
    shown = text if text.isprintable() else "".join(c if c == "\n" else _spell_one(c) for c in text)
    return Markup(str(escape_html(shown)).translate(_RISKY))  # noqa: S704 escaped on this very line


def escape_unless_markup(value: object) -> object:
    """Return what a template writes: markup and figures as they are, all else as escaped text."""
    return value if hasattr(value, "__html__") else escape(str(value))


def mark_code(text: str) -> Markup:
    """Return the text as HTML in which what lies between backticks is set as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # an odd backtick belongs to a value
        return escape(text)
    pieces = (
        f"<code>{escape(part)}</code>" if i % 2 else escape(part) for i, part in enumerate(parts)
    )
    return Markup("".join(pieces))  # noqa: S704 every piece is escaped above


def show_value(value: str | None, limit: int = VALUE_CHARS) -> str:
    """Return a value of the data as one readable line: cut, controls and directions spelled out.

    A value may be a megabyte, hold NUL, right-to-left overrides or a lone combining mark; only its
    first and last characters are ever looked at.
    """
    if value is None:
        return NULL
    if not value:
        return "(empty)"
    if len(value) <= limit:
        return _spell(value)
    tail = limit // 4
    return f"{_spell(value[: limit - tail])}…{_spell(value[-tail:])} [{len(value):,} characters]"


def show_label(value: str | None, limit: int) -> str:
    """Return a value as one line of at most `limit` characters, for a figure with little room."""
    if not value:
        return show_value(value)
    head = _spell(value[:limit])
    if len(value) <= limit and len(head) <= limit:
        return head
    tail = limit // 4
    return f"{head[: limit - tail - 1]}…{_spell(value[-tail:])[-tail:]}"


def _spell(text: str) -> str:
    shown = "".join(map(_spell_one, text))
    return f"◌{shown}" if unicodedata.combining(shown[0]) else shown


def _spell_one(character: str) -> str:
    return character if character.isprintable() else f"⟨U+{ord(character):04X}⟩"


def show_count(rows: float | None) -> str:
    """Return a whole number with its thousands marked; `—` for what is not known."""
    return "—" if rows is None or not math.isfinite(rows) else f"{round(rows):,}"


def show_counted(rows: float | None, noun: str) -> str:
    """Return a whole number with its noun: `1 sample`, `2,000 samples`."""
    return f"{show_count(rows)} {noun}{'' if rows == 1 else 's'}"


def show_share(share: float | None) -> str:
    """Return a share in [0, 1] as a percentage of about three figures; 0 only if it is zero."""
    if share is None or not math.isfinite(share):
        return "—"
    size = abs(share)
    if 0 < size < 0.0001:  # noqa: PLR2004 (below the last digit that is written)
        return "<0.01 %"
    digits = 2 if 0 < size < 0.01 else 1  # noqa: PLR2004 (one per cent: below it a digit more)
    return f"{share * 100:.{digits}f}".removesuffix(".0") + " %"


def show_number(value: float | None) -> str:
    """Return a measurement with three decimals at most; `—` for what is not known."""
    if value is None or not math.isfinite(value):
        return "—"
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def share_of(part: float, whole: float) -> float | None:
    """Return the part of a whole, or `None` where there is nothing to be a part of."""
    return part / whole if whole else None


def show_time(time: datetime | None) -> str:
    """Return a time in UTC to the second; a time without a zone is taken as UTC."""
    if time is None:
        return "—"
    utc = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return format_time(utc)


def show_bounds(low: float | None, high: float | None) -> str:
    """Return in words what a constraint asks of a share."""
    if low is None and high is None:
        return "anything"
    if low is None or high is None:
        return f"at most {show_share(high)}" if low is None else f"at least {show_share(low)}"
    return show_share(low) if low == high else f"{show_share(low)} to {show_share(high)}"


def show_times(ratio: float) -> str:
    """Return a ratio in words: `twice`, `2.5 times`."""
    return "twice" if ratio == 2 else f"{show_number(ratio)} times"  # noqa: PLR2004 the word for it
