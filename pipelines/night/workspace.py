"""A run's own folder in the warehouse, where the named tables between two phases are staged."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.lake import scan_parquet
from pipelines.night.claim import STAGING
from pipelines.spark.private_pyspark import remove_tree, spark_schema, stored_schema
from pipelines.spark.tables import quoted, read_files
from pipelines.stores.files import list_folder, list_parquet, make_folder, sink_parquet
from pipelines.stores.location import Location, Place, locate
from pipelines.table_columns import polars_schema
from schemas.ledger import RUNS
from schemas.table import Table


@dataclass(frozen=True, slots=True)
class Staged:
    """A table of a run that is written: Spark and Polars read the same files.

    Args:
        spark: the session.
        table: what it holds.
        folder: of its Parquet files.
    """

    spark: SparkSession
    table: Table
    folder: Location

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to a task without the session, which only the driver has."""
        return type(self), (None, self.table, self.folder)

    def frame(self) -> DataFrame:
        """Return its rows for Spark, with the extra columns if Spark wrote them."""
        return read_files(self.spark, stored_schema(self.folder, self.table.arrow), self.folder)

    def files(self) -> list[Location]:
        """Return its Parquet files, in order."""
        return list_parquet(self.folder)

    def scan(self) -> pl.LazyFrame:
        """Return its rows as a lazy frame, read without Spark."""
        return scan_parquet(self.files())


@dataclass(frozen=True, slots=True)
class Workspace:
    """The staged tables of one run.

    Args:
        spark: the session.
        root: the warehouse.
        run_id: of the run.
        ds: its night; empty where the run writes no nightly table.
        elsewhere: name of a table → its folder, where it outlives the run or a run before wrote it.
        mark: of the names of files that `sink` writes.
        written: these files.
    """

    spark: SparkSession
    root: Place
    run_id: str
    ds: str = ""
    elsewhere: dict[str, Location] = field(default_factory=dict)
    mark: str = ""
    written: list[Location] = field(default_factory=list)

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to a task without the session, which only the driver has."""
        given = (self.root, self.run_id, self.ds, self.elsewhere, self.mark, self.written)
        return type(self), (None, *given)

    @property
    def folder(self) -> Location:
        """The folder of the run."""
        return locate(self.root) / STAGING / self.run_id

    def staged(self, table: Table) -> Staged:
        """Return a table of the run, which may not be written yet."""
        own = self.folder / _folder_name(table)
        return Staged(self.spark, table, self.elsewhere.get(table.name, own))

    def write(
        self,
        table: Table,
        rows: DataFrame,
        files: int | None = None,
        folder: Location | None = None,
    ) -> Staged:
        """Write a table from Spark's rows, in its own column types; extra columns follow them.

        Args:
            table: what it is.
            rows: its rows.
            files: in so many files; None = as the rows are spread.
            folder: where what outlives the run is written; None = in the run's own folder.
        """
        named = rows
        if table.nightly:
            named = rows.withColumn("ds", F.lit(self.ds)).withColumn("run_id", F.lit(self.run_id))
        types = {f.name: f.dataType for f in spark_schema(table.arrow).fields}
        own = [F.col(name).cast(types[name]).alias(name) for name in table.names]
        extra = [F.col(quoted(name)) for name in named.columns if name not in types]
        chosen = named.select(*own, *extra)
        if folder is not None:
            self.elsewhere[table.name] = folder
        staged = self.staged(table)
        parted = chosen if files is None else chosen.coalesce(files)
        parted.write.mode("overwrite").parquet(str(staged.folder))
        return staged

    def sink(self, table: Table, rows: pl.LazyFrame) -> Staged:
        """Write a lazy frame as one more file of a table, batch by batch, in its column types."""
        named = rows
        if table.nightly:
            named = rows.with_columns(ds=pl.lit(self.ds), run_id=pl.lit(self.run_id))
        own = [pl.col(name).cast(kind) for name, kind in polars_schema(table).items()]
        staged = self.staged(table)
        make_folder(staged.folder)
        number = len(list_folder(staged.folder))
        file = staged.folder / f"part-{number:05}{self.mark}.parquet"
        sink_parquet(named.select(own), file)
        self.written.append(file)
        return staged

    def replace(self, table: Table, rows: pl.LazyFrame) -> Staged:
        """Write a table anew from a lazy frame that does not read it."""
        remove_tree(self.spark, self.staged(table).folder)
        return self.sink(table, rows)

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        remove_tree(self.spark, self.folder)


def clear_runs(spark: SparkSession | None, root: Location, keep: Collection[str] = ()) -> None:
    """Remove the folders of runs, but those of some; who calls holds the warehouse."""
    for entry in list_folder(root / STAGING):
        if entry.is_folder and entry.place.name not in keep:
            remove_tree(spark, entry.place)


def _folder_name(table: Table) -> str:
    """Return the folder of a table; the names stay, since a later version finishes a killed run."""
    if table is RUNS:
        return "run"
    return f"night_{table.name}" if table.nightly else table.name
