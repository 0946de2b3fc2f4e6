"""Tables and staged files read on the driver as lazy frames, without Spark.

Counts and checks of a night are a few streaming passes over narrow columns; Spark plans each for
longer than such a pass takes. Only the columns that are named are read, so no text comes to the
driver. A person's decisions are written here too: they need no session.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

import polars as pl
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake

from pipelines.stores import files as store_files
from pipelines.stores.location import Location, Place, locate
from pipelines.table_columns import polars_schema, polars_types
from schemas.table import Table

_NEWEST_COMMITS = 50


def newest_commit(table: Place) -> int | None:
    """Return the version of the newest commit in a table's log; None where there is no log.

    A listing takes no Spark job; a dozen tables are listed several times a night.
    """
    return max(list_commits(table), default=None)


def list_commits(table: Place) -> dict[int, Location]:
    """Return version → file of every commit that the table's log still holds.

    The log's folder is read here: delta-rs finds no history where a folder's name holds `#`.
    """
    log = store_files.list_folder(locate(table) / "_delta_log")
    stems = {entry.place.name.removesuffix(".json"): entry.place for entry in log}
    return {int(stem): file for stem, file in stems.items() if stem.isdigit()}


def open_table(table: Place, version: int | None = None) -> DeltaTable:
    """Return a Delta table as delta-rs sees it, as it is or was at a version.

    Raises:
        deltalake.exceptions.TableNotFoundError: there is none.
    """
    return DeltaTable(str(locate(table)), version=version)


def find_commit(table: Place, key: str, value: object) -> int | None:
    """Return the version of the newest commit with a value in its user metadata; None = none."""
    commits = list_commits(table)
    for version in sorted(commits, reverse=True)[:_NEWEST_COMMITS]:
        if _user_metadata(store_files.read_bytes(commits[version])).get(key) == value:
            return version
    return None


def _user_metadata(commit: bytes) -> dict[str, Any]:
    """Return what a commit's writer has said of it; nothing where that is another tool's words."""
    for line in commit.splitlines():
        if b'"commitInfo"' in line[:20]:
            try:
                said = json.loads(json.loads(line)["commitInfo"].get("userMetadata") or "{}")
            except ValueError:
                return {}
            return said if isinstance(said, dict) else {}
    return {}


def count_gone(table: Place, version: int, ds: str | None = None) -> int:
    """Return how many files of a version are there no more: another tool has vacuumed the table.

    Args:
        table: the table.
        version: the version.
        ds: of this night; None = of all.
    """
    nights = None if ds is None else lambda night: night == ds
    return len(list_gone(files_of_log(open_table(table, version), locate(table), nights)))


def scan_files(folder: Place, table: Table) -> pl.LazyFrame:
    """Return the rows of a folder of Parquet files; without a file, the table without rows."""
    found = store_files.list_parquet(locate(folder))
    return scan_parquet(found) if found else _no_rows(table)


def scan_parquet(files: Sequence[Place]) -> pl.LazyFrame:
    """Return the rows of Parquet files by their exact names: `[` and `*` are no wildcards."""
    return store_files.scan_parquet([locate(file) for file in files])


def scan_table(
    root: Place,
    table: Table,
    version: int | None = None,
    nights: Callable[[str], bool] | None = None,
) -> pl.LazyFrame:
    """Return a Delta table, as it is or was at a version; no rows where it does not exist.

    Args:
        root: the warehouse.
        table: of it.
        version: as it was then; None = the newest.
        nights: files of other nights are not looked into; None = all are.
    """
    place = locate(root) / table.name
    if newest_commit(place) is None:
        return _no_rows(table)
    return scan_delta(place, version, nights if table.nightly else None)


def scan_delta(
    place: Place, version: int | None = None, nights: Callable[[str], bool] | None = None
) -> pl.LazyFrame:
    """Return the rows of a Delta table that is there, of all nights or of some.

    The files are taken from the table's log here: polars' own reader looks for them under an
    encoded path, where a warehouse with a blank or an umlaut in its name holds none.
    """
    log, folder = open_table(place, version), locate(place)
    schema = polars_types(pa.schema(log.schema().to_arrow()))
    return scan_table_files(files_of_log(log, folder, nights), schema)


class TableFile(NamedTuple):
    """A Parquet file of a Delta table: its night ("" = none), place, bytes, time of writing."""

    ds: str
    path: str
    size: int
    written_at: datetime


def list_files(
    root: Place, table: Table, nights: Callable[[str], bool] | None = None
) -> list[TableFile]:
    """Return the files of a Delta table, of all nights or of some, by night and path.

    They are taken from the table's log: no file of the table is opened.
    """
    place = locate(root) / table.name
    if newest_commit(place) is None:
        return []
    return files_of_log(open_table(place), place, nights)


def list_nights(root: Place, table: Table) -> list[str]:
    """Return the nights that a Delta table has files of, in order."""
    return sorted({file.ds for file in list_files(root, table)})


def files_of_log(
    log: DeltaTable, place: Location, nights: Callable[[str], bool] | None = None
) -> list[TableFile]:
    """Return the files of a table at the version of an open log, as `list_files` does."""
    files = pl.DataFrame(pa.table(log.get_add_actions(flatten=True)))
    if "partition.ds" not in files.columns:
        files = files.with_columns(pl.lit("").alias("partition.ds"))
    at = pl.col("modification_time").cast(pl.Datetime("ms", "UTC"))
    rows = files.select("partition.ds", "path", "size_bytes", at).sort("partition.ds", "path")
    return [
        TableFile(ds, str(place / unquote(path)), size, written_at)
        for ds, path, size, written_at in rows.iter_rows()
        if not ds or nights is None or nights(ds)
    ]


def list_gone(files: Sequence[TableFile]) -> list[Location]:
    """Return the files of a table that are not in its folders; no file is opened."""
    places = [Location(file.path) for file in files]
    folders = {place.parent for place in places}
    there = {entry.place for folder in folders for entry in store_files.list_folder(folder)}
    return [place for place in places if place not in there]


def scan_table_files(files: Sequence[TableFile], schema: pl.Schema) -> pl.LazyFrame:
    """Return the rows of some files of a table.

    Args:
        files: of the table.
        schema: of the table as it is stored, with its night.
    """
    by_night: dict[str, list[Location]] = {}
    for file in files:
        by_night.setdefault(file.ds, []).append(Location(file.path))
    chosen = [_scan_night_files(places, schema, ds) for ds, places in by_night.items()]
    return pl.concat(chosen) if chosen else pl.LazyFrame(schema=schema)


def _scan_night_files(files: Sequence[Location], schema: pl.Schema, ds: str) -> pl.LazyFrame:
    stored = pl.Schema({name: kind for name, kind in schema.items() if not (ds and name == "ds")})
    rows = store_files.scan_parquet(files, stored)
    return rows.with_columns(ds=pl.lit(ds)).select(schema.names()) if ds else rows


def scan_night(root: Place, table: Table, ds: str, version: int | None = None) -> pl.LazyFrame:
    """Return one night of a Delta table."""
    return scan_table(root, table, version, lambda night: night == ds)


def replace_nights(
    root: Place, table: Table, rows: pl.DataFrame, nights: Sequence[str], note: str
) -> None:
    """Replace whole nights of a table that is there by other rows of them, in one commit.

    Args:
        root: the warehouse; whoever writes to it holds it.
        table: a nightly one, which no run names a version of.
        rows: all rows of these nights, with every column that the table has.
        nights: which are replaced.
        note: goes into the table's history; no id of a person or conversation.
    """
    write_deltalake(
        open_table(locate(root) / table.name),
        rows.to_arrow(),
        mode="overwrite",
        predicate=" or ".join(f"ds = '{ds}'" for ds in nights),
        commit_properties=CommitProperties(custom_metadata={"note": note}),
    )


def column_names(root: Place, table: Table) -> set[str]:
    """Return the columns that a table has, which an earlier version of it may have fewer of."""
    return {field.name for field in open_table(locate(root) / table.name).schema().fields}


def with_statistics(root: Place, tables: Sequence[Table]) -> list[str]:
    """Return the tables whose log holds minima and maxima of columns, ids among them."""
    folder = locate(root)
    made = [t for t in tables if newest_commit(folder / t.name) is not None]
    counted = {t.name: open_table(folder / t.name).metadata().configuration for t in made}
    return [
        name
        for name, properties in counted.items()
        if properties.get("delta.dataSkippingNumIndexedCols") != "0"
    ]


def _no_rows(table: Table) -> pl.LazyFrame:
    return pl.LazyFrame(schema=polars_schema(table))
