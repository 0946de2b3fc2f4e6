"""Tables and staged files read on the driver as lazy frames, without Spark.

Counts and checks of a night are a few streaming passes over narrow columns; Spark plans each for longer
than such a pass takes. Only the columns that are asked for are read, so no text comes to the driver.
What a person decides is written here too, for which no session is worth its start.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote

import polars as pl
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake

from pipelines.table_columns import polars_schema, polars_types
from schemas.table import Table


def newest_commit(table: Path) -> int | None:
    """Return the version of the newest commit in a table's log; None where there is no log.

    A listing takes no Spark job; a dozen tables are asked several times a night.
    """
    log = table / "_delta_log"
    commits = (
        [int(file.stem) for file in log.glob("*.json") if file.stem.isdigit()]
        if log.is_dir()
        else []
    )
    return max(commits, default=None)


def scan_files(folder: Path, table: Table) -> pl.LazyFrame:
    """Return the rows of a folder of Parquet files; none in the table's columns where it holds no file."""
    files = sorted(folder.glob("*.parquet"))
    return scan_parquet(files) if files else _no_rows(table)


def scan_parquet(files: Sequence[Path]) -> pl.LazyFrame:
    """Return the rows of Parquet files, each of exactly that name: `[` and `*` in it stand for themselves."""
    return pl.scan_parquet(list(files), glob=False, hive_partitioning=False)


def scan_table(
    root: Path,
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
    place = root / table.name
    if newest_commit(place) is None:
        return _no_rows(table)
    return scan_delta(place, version, nights if table.nightly else None)


def scan_delta(
    place: Path, version: int | None = None, nights: Callable[[str], bool] | None = None
) -> pl.LazyFrame:
    """Return the rows of a Delta table that is there, of all nights or of some.

    The files are taken from the table's log here: polars' own reader looks for them under an encoded
    path, where a warehouse with a blank or an umlaut in its name holds none.
    """
    log = DeltaTable(place, version=version)
    schema = polars_types(pa.schema(log.schema().to_arrow()))
    files = pl.DataFrame(pa.table(log.get_add_actions(flatten=True)))
    if "partition.ds" not in files.columns:
        files = files.with_columns(pl.lit("").alias("partition.ds"))
    by_night = files.group_by("partition.ds").agg(pl.col("path").sort()).sort("partition.ds")
    chosen = [
        _scan_night_files([place / unquote(path) for path in paths], schema, ds)
        for ds, paths in by_night.select("partition.ds", "path").iter_rows()
        if nights is None or nights(ds)
    ]
    return pl.concat(chosen) if chosen else pl.LazyFrame(schema=schema)


def _scan_night_files(files: Sequence[Path], schema: pl.Schema, ds: str) -> pl.LazyFrame:
    stored = pl.Schema({name: kind for name, kind in schema.items() if not (ds and name == "ds")})
    rows = pl.scan_parquet(
        list(files),
        glob=False,
        hive_partitioning=False,
        schema=stored,
        missing_columns="insert",
        extra_columns="ignore",
    )
    return rows.with_columns(ds=pl.lit(ds)).select(schema.names()) if ds else rows


def scan_night(root: Path, table: Table, ds: str, version: int | None = None) -> pl.LazyFrame:
    """Return one night of a Delta table."""
    return scan_table(root, table, version, lambda night: night == ds)


def scan_elsewhere(root: Path, table: Table, ds: str) -> pl.LazyFrame:
    """Return all nights of a Delta table but one."""
    return scan_table(root, table, nights=lambda night: night != ds)


def replace_nights(
    root: Path, table: Table, rows: pl.DataFrame, nights: Sequence[str], note: str
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
        root / table.name,
        rows.to_arrow(),
        mode="overwrite",
        predicate=" or ".join(f"ds = '{ds}'" for ds in nights),
        commit_properties=CommitProperties(custom_metadata={"note": note}),
    )


def column_names(root: Path, table: Table) -> set[str]:
    """Return the columns that a table has, which an earlier version of it may have fewer of."""
    return {field.name for field in DeltaTable(root / table.name).schema().fields}


def with_statistics(root: Path, tables: Sequence[Table]) -> list[str]:
    """Return the tables whose log holds minima and maxima of columns, ids among them."""
    made = [t for t in tables if newest_commit(root / t.name) is not None]
    counted = {t.name: DeltaTable(root / t.name).metadata().configuration for t in made}
    return [
        name
        for name, said in counted.items()
        if said.get("delta.dataSkippingNumIndexedCols") != "0"
    ]


def _no_rows(table: Table) -> pl.LazyFrame:
    return pl.LazyFrame(schema=polars_schema(table))
