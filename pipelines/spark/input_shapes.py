"""What an input is, from footers and logs alone: its columns, its rows, its bytes; no session."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql.types import StructField, StructType

from pipelines.errors import InputError
from pipelines.intake.parquet_files import DataFile, FileGroup, group_files, list_files
from pipelines.lake import newest_commit, open_table, scan_delta
from pipelines.locations import as_local, is_path
from pipelines.spark.inputs import (
    find_faults,
    find_our_names,
    refuse_unreadable,
    schema_of,
    unite_types,
)
from pipelines.spark.private_pyspark import spark_schema
from pipelines.stores.files import open_input, scan_parquet
from pipelines.stores.location import Location, locate
from schemas.table import Table

_GIVE = "Give a Delta or Parquet directory."


@dataclass(frozen=True, slots=True)
class InputShape:
    """An input without its values.

    Args:
        columns: of all its files, in Spark's types.
        rows: of the night.
        size: of the files that hold them, in bytes.
    """

    columns: StructType
    rows: int
    size: int


def read_shape(
    place: str, table: Table, ds: str, extras: Sequence[str] | None
) -> InputShape | None:
    """Return the shape of an input, checked as `read_input` checks it; no row is read.

    Args:
        place: where it is.
        table: the contract; its name is that of the input in error messages.
        ds: the night.
        extras: columns besides the contract's that will be used; None = all.

    Returns:
        None where it is a name of a session's catalogue, which no session is there to ask.

    Raises:
        InputError: no table; a damaged footer; a column that is missing, doubled or of another
            type.
    """
    local = as_local(place)
    if local is None and not is_path(place):
        return None
    root = locate(place)
    if newest_commit(root) is not None:
        schemas, wheres = [_delta_schema(root)], [""]
        rows, size = _count_delta(root, ds)
    else:
        groups = _group(root, table.name, ds, place)
        single = len(groups) == 1
        schemas = [spark_schema(schema_of(group)) for group in groups]
        wheres = ["" if single else f" in {group.files[0].path}" for group in groups]
        unreadable = [(w, group.unreadable) for w, group in zip(wheres, groups, strict=True)]
        known = {column.name for column in table.columns} | {"ds"}
        used = None if extras is None else known | set(extras)
        refuse_unreadable(unreadable, table.name, used)
        rows, size = _count_files(groups, ds)
    return InputShape(_unite(schemas, wheres, table, extras), rows, size)


def _unite(
    schemas: Sequence[StructType],
    wheres: Sequence[str],
    table: Table,
    extras: Collection[str] | None,
) -> StructType:
    """Return the columns of all files, those of the contract by its names.

    Raises:
        InputError: one of a file breaks the contract, or two of the others cannot be united.
    """
    known = {column.name for column in table.columns} | {"ds"}
    named = [_rename(schema, find_our_names(schema.names, known)) for schema in schemas]
    pairs = list(zip(named, wheres, strict=True))
    faults = [fault for schema, where in pairs for fault in find_faults(schema, table, where)]
    if faults:
        raise InputError(*dict.fromkeys(faults))
    others = [StructType([f for f in schema.fields if f.name not in known]) for schema in named]
    united = unite_types(others, wheres, table.name, extras).values()
    own = {f.name: f for schema in named for f in schema.fields if f.name in known}
    return StructType([*own.values(), *united])


def _rename(schema: StructType, names: dict[str, str]) -> StructType:
    return StructType(
        [StructField(names.get(f.name, f.name), f.dataType, f.nullable) for f in schema.fields]
    )


def _delta_schema(root: Location) -> StructType:
    return spark_schema(pa.schema(open_table(root).schema().to_arrow()))


def _count_delta(root: Location, ds: str) -> tuple[int, int]:
    """Return the rows of a night and the bytes of its files; where `ds` is no folder, all bytes."""
    log = open_table(root)
    files = pl.DataFrame(pa.table(log.get_add_actions(flatten=True)))
    if "partition.ds" in files.columns:
        files = files.filter(pl.col("partition.ds").cast(pl.String) == ds)
    size = int(files["size_bytes"].sum() or 0)
    nights = (lambda night: night == ds) if log.metadata().partition_columns == ["ds"] else None
    rows = scan_delta(root, None, nights)
    if "ds" in rows.collect_schema().names():
        rows = rows.filter(pl.col("ds").cast(pl.String) == ds)
    return int(rows.select(pl.len()).collect(engine="streaming").item()), size


def _group(root: Location, what: str, ds: str, place: str) -> list[FileGroup]:
    start = root.local if root.is_local else root
    files, whole = list_files(start, ds)
    if not files and whole:
        message = f"{what}: {place} is not a table that can be read (it holds no file). {_GIVE}"
        raise InputError(message)
    return group_files(files or list_files(start, None)[0], what)


def _count_files(groups: Sequence[FileGroup], ds: str) -> tuple[int, int]:
    rows = size = 0
    for group in groups:
        of_night = [file for file in group.files if dict(file.partitions).get("ds", ds) == ds]
        in_rows = "ds" in group.schema.names and "ds" not in group.files[0].partition_names
        for file in of_night:
            with open_input(_locate(file)) as stream:
                size += int(stream.size())
                rows += 0 if in_rows else pq.read_metadata(stream).num_rows
        if in_rows and of_night:
            night = scan_parquet([_locate(file) for file in of_night]).select("ds")
            chosen = night.filter(pl.col("ds").cast(pl.String) == ds).select(pl.len())
            rows += int(chosen.collect(engine="streaming").item())
    return rows, size


def _locate(file: DataFile) -> Location:
    return locate(file.path)
