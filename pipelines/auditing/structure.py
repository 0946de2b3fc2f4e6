"""Tables are there, whole, of the schema that the code knows, and their logs name nobody."""

from collections.abc import Iterator, Mapping

import pyarrow as pa

from pipelines.auditing.findings import Finding, Invariant, find_ids
from pipelines.auditing.night import TableState
from schemas.table import Column, Table

_RERUN = "Run the night again by jobs/curate.py; a table at an older version may still be whole."
_UPGRADE = "Read the warehouse with the code that wrote it, or set the column back."

INVARIANTS = (
    Invariant(
        "log_unreadable",
        "The log of every table can be read.",
        "Restore the table's _delta_log from the store's own versions or a backup.",
    ),
    Invariant("table_missing", "Every table of a published night is there.", _RERUN),
    Invariant(
        "file_missing",
        "Every file that the newest version of a table, or the version that runs names, has of the "
        "night is there.",
        _RERUN,
    ),
    Invariant("file_damaged", "Every file of the night can be read to its end.", _RERUN),
    Invariant(
        "schema_version",
        "Every table says its schema version, and none is newer than this code.",
        "Audit with the code that wrote the table.",
    ),
    Invariant(
        "column_missing",
        "Every column is there; one that may be null may lack in a table of an earlier version.",
        _UPGRADE,
    ),
    Invariant("column_type", "Every column has the type of its schema.", _UPGRADE),
    Invariant(
        "log_statistics",
        "No log holds minima or maxima of columns, ids among them.",
        "Set delta.dataSkippingNumIndexedCols to 0 and write the night again.",
    ),
)

STILL_READABLE = ("schema_version", "log_statistics")
"""What does not keep the tables from being read."""


def check_structure(
    states: Mapping[str, TableState], tables: Mapping[str, Table]
) -> Iterator[Finding]:
    """Yield what is wrong with how tables are stored, table by table.

    Args:
        states: of every table that a night must have.
        tables: their schemas.
    """
    for name, state in states.items():
        if not state.is_readable:
            yield Finding("log_unreadable", name, 1)
        elif state.schema is None:
            yield Finding("table_missing", name, 1)
        else:
            yield from _check_files(name, state)
            yield from _check_schema(tables[name], state, state.schema)


def _check_files(name: str, state: TableState) -> Iterator[Finding]:
    if state.gone:
        yield find_ids("file_missing", name, state.gone)
    if state.damaged:
        yield find_ids("file_damaged", name, state.damaged)
    if state.has_statistics:
        yield Finding("log_statistics", name, 1)


def _check_schema(table: Table, state: TableState, schema: pa.Schema) -> Iterator[Finding]:
    said = state.version
    if said is None or not said.isdigit() or int(said) > table.version:
        note = f"says {said if said and said.isdigit() else 'none'}, this code has {table.version}"
        yield Finding("schema_version", table.name, 1, (), note)
    is_old = said is not None and said.isdigit() and int(said) < table.version
    lacking = [
        column.name
        for column in table.all_columns
        if column.name not in schema.names and not (is_old and column.null)
    ]
    if lacking:
        yield find_ids("column_missing", table.name, lacking)
    wrong = [c.name for c in table.all_columns if not _fits(c, schema)]
    if wrong:
        yield find_ids("column_type", table.name, wrong)


def _fits(column: Column, schema: pa.Schema) -> bool:
    """Say whether a column has its type, whatever its parts may be null; one that lacks has."""
    if column.name not in schema.names:
        return True
    return _shape(schema.field(column.name).type) == _shape(column.type)


def _shape(kind: pa.DataType) -> object:
    """Return a type without what may be null in it and how wide its offsets are."""
    if pa.types.is_struct(kind):
        return tuple(
            (kind.field(i).name, _shape(kind.field(i).type)) for i in range(kind.num_fields)
        )
    if pa.types.is_map(kind):
        return ("map", _shape(kind.key_type), _shape(kind.item_type))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return ("list", _shape(kind.value_type))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return "string"
    return str(kind)
