"""HTML by construction: what is not `Markup` is escaped, made visible and cut to a readable length."""

import html
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

VALUE_CHARS = 40
"""The longest value of the data that is shown whole; a longer one keeps its head and its tail."""

NULL = "∅ null"
"""How a null is shown: no value of the data can look like it unnoticed, since a real one has no sign."""

_VOID = frozenset({"meta", "br", "hr", "col"})
# `@` and `(` could begin `@import` or `url(`; a reader of the source must never wonder about them.
_RISKY = str.maketrans({"@": "&#64;", "(": "&#40;"})


class Markup(str):
    """A string that is HTML already; every other string is text and is escaped."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """Return the text as HTML, safe in an element and in a quoted attribute; controls are spelled."""
    shown = text if text.isprintable() else "".join(c if c == "\n" else _spell_one(c) for c in text)
    return Markup(html.escape(shown, quote=True).translate(_RISKY))


def show_value(value: str | None, limit: int = VALUE_CHARS) -> str:
    """Return a value of the data as one readable line: cut, controls and directions spelled out.

    A value may be a megabyte, hold NUL, right-to-left overrides or a lone combining mark; only its first
    and last characters are ever looked at.
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
    """Return a value as one line of `limit` characters at most, for a figure that has room for no more."""
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


def element(tag: str, *children: str | int | None, **attributes: str | float | None) -> Markup:
    """Return one element; children that are not `Markup` are escaped, `None` is left out.

    Attribute names: a trailing `_` goes, other `_` become `-`; numbers are written with two decimals at most.
    """
    written = "".join(
        f' {_name(name)}="{_attribute(value)}"' for name, value in attributes.items() if value is not None
    )
    if tag in _VOID:
        return Markup(f"<{tag}{written}>")
    return Markup(f"<{tag}{written}>{join(children)}</{tag}>")


def join(children: Iterable[str | int | None]) -> Markup:
    """Return the children one after the other; those that are not `Markup` are escaped."""
    return Markup("".join(c if isinstance(c, Markup) else escape(str(c)) for c in children if c is not None))


def _name(name: str) -> str:
    return name.removesuffix("_").replace("_", "-")


def _attribute(value: str | float) -> str:
    return escape(f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value))


def show_count(rows: float | None) -> str:
    """Return a whole number with its thousands marked; `—` for what is not known."""
    return "—" if rows is None or not math.isfinite(rows) else f"{round(rows):,}"


def show_counted(rows: float | None, noun: str) -> str:
    """Return a whole number with its noun: `1 sample`, `2,000 samples`."""
    return f"{show_count(rows)} {noun}{'' if rows == 1 else 's'}"


def show_share(share: float | None) -> str:
    """Return a share in [0, 1] as a percentage with three figures or so; never a zero that is none."""
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


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers (then it is set to the right)."""

    title: str
    numeric: bool = False


def columns(words: str, numbers: str = "") -> tuple[Column, ...]:
    """Return columns from two lists separated by `|`: those of words first, then those of numbers."""
    named = [Column(title.strip()) for title in words.split("|") if title.strip()]
    return (*named, *(Column(title.strip(), numeric=True) for title in numbers.split("|") if title.strip()))


def table(
    caption: str, heads: Sequence[Column], rows: Iterable[Sequence[str]], class_: str | None = None
) -> Markup:
    """Return a captioned table in a frame that scrolls by keyboard; the first cell of a row heads it."""
    head = element("tr", *(element("th", c.title, scope="col", class_=_number_class(c)) for c in heads))
    body = join(_row(heads, cells) for cells in rows)
    inner = join(
        (element("caption", element("span", caption)), element("thead", head), element("tbody", body))
    )
    whole = element("table", inner, class_=class_)
    return element("div", whole, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _row(heads: Sequence[Column], cells: Sequence[str]) -> Markup:
    first, *rest = cells
    named = element("th", isolate(first), scope="row")
    pairs = zip(heads[1:], rest, strict=True)
    return element("tr", named, *(element("td", isolate(cell), class_=_number_class(c)) for c, cell in pairs))


def isolate(cell: str) -> Markup:
    """Return the cell so that a right-to-left value cannot turn its neighbours around."""
    return cell if isinstance(cell, Markup) else element("bdi", cell)


def _number_class(column: Column) -> str | None:
    return "n" if column.numeric else None


def fold(summary: str, *children: Markup, opened: bool = False) -> Markup:
    """Return what is there for who wants it: closed on the screen, open in print."""
    attributes = {"open": ""} if opened else {}
    return element("details", element("summary", summary), *children, **attributes)


def paragraph(text: str, class_: str | None = None) -> Markup:
    """Return a paragraph; what stands between backticks is set as code."""
    parts = text.split("`")
    pieces = (element("code", part) if index % 2 else part for index, part in enumerate(parts))
    return element("p", *(pieces if len(parts) % 2 else [text]), class_=class_)
