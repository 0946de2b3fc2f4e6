"""What a table is: name, version, key, columns with their meaning."""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    type: pa.DataType
    meaning: str
    null: bool = False


def column(name: str, type_: pa.DataType, meaning: str, *, null: bool = False) -> Column:
    """Return a column; `null` says whether it may be null, `meaning` what null then means."""
    return Column(name, type_, meaning, null)


NIGHT = (
    column("ds", pa.string(), "the night, as a date string; the partition"),
    column("run_id", pa.string(), "the run that wrote the row"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """The contract of a table.

    Args:
        name: of the directory `<warehouse>/<name>`.
        version: raised with every change of the columns, with a line in the changelog.
        key: columns that name a row once in a night.
        columns: without `ds` and `run_id`, which every nightly table ends with.
        nightly: partitioned by `ds`; otherwise one table over all nights.
        pinned: `runs` names versions of it, so old files are kept for long.
    """

    name: str
    version: int
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    nightly: bool = True
    pinned: bool = False

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns as stored, `ds` and `run_id` last."""
        if not self.nightly:
            return self.columns
        return self.columns + tuple(
            c for c in NIGHT if c.name not in {own.name for own in self.columns}
        )

    @property
    def arrow(self) -> pa.Schema:
        """The schema as stored."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.null) for c in self.all_columns])

    @property
    def names(self) -> list[str]:
        """The column names as stored."""
        return [c.name for c in self.all_columns]
