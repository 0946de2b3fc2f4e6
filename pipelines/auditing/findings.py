"""What an audit says: named invariants, and findings that name rows which break one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

_SHOWN_IDS = 5
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that is always true of a published night.

    Args:
        name: by which findings name it.
        meaning: what is true, in one sentence.
        remedy: what to do where it is not.
        is_notice: it is named where it does not hold, but is no fault: something that was asked for
            has this effect.
    """

    name: str
    meaning: str
    remedy: str
    is_notice: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows of a night that break an invariant.

    Args:
        name: of the invariant.
        table: that holds the rows.
        count: of them.
        ids: the first of them, sorted: ids, or names of files or columns; never text.
        note: which columns, or how many where; empty = the name says it.
    """

    name: str
    table: str
    count: int
    ids: tuple[str, ...] = ()
    note: str = ""


def find_rows(
    name: str, table: str, rows: pl.DataFrame, column: str = "sample_id", note: str = ""
) -> Iterator[Finding]:
    """Yield a finding of rows that break an invariant; nothing where there are none.

    Args:
        name: of the invariant.
        table: that holds them.
        rows: with `column`.
        column: their id; null = a row without one.
        note: as in `Finding`.
    """
    if rows.height:
        yield find_ids(name, table, rows[column].to_list(), note)


def find_ids(
    name: str, table: str, ids: Sequence[str | None], note: str = "", count: int | None = None
) -> Finding:
    """Return a finding of ids; ids come from outside, so only printable ASCII of them is shown."""
    known = sorted({value for value in ids if value is not None})
    shown = tuple(show_id(value) for value in known[:_SHOWN_IDS])
    return Finding(name, table, len(ids) if count is None else count, shown, note)


def show_id(value: str) -> str:
    """Return an id in printable ASCII, cut where it is long."""
    said = value.encode("unicode_escape").decode("ascii")
    return said if len(said) <= _SHOWN_CHARS else f"{said[:_SHOWN_CHARS]}..."
