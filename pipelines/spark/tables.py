"""Tables of a warehouse: create, write a night idempotently, versions."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from delta.exceptions import (
    ConcurrentTransactionException,
    DeltaConcurrentModificationException,
)
from delta.tables import DeltaTable
from pyspark.sql import DataFrame, DataFrameWriter, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import StructField, StructType

from pipelines.errors import CurationError
from pipelines.lake import column_names, find_commit, newest_commit
from pipelines.locations import for_spark
from pipelines.spark.private_pyspark import spark_schema
from pipelines.stores.files import is_folder
from pipelines.stores.location import Location, Place, locate
from schemas.claims import FENCE
from schemas.table import Table

# Versions that `runs` names must stay readable; raw facts may go sooner.
_PINNED_RETENTION = "interval 365 days"
_SHORT_RETENTION = "interval 7 days"


def quoted(name: str) -> str:
    """Return a column's name as an expression takes it, whatever signs it holds."""
    return f"`{name.replace('`', '``')}`"


def read_files(spark: SparkSession, schema: StructType | str, *places: Place) -> DataFrame:
    """Return the rows of folders of Parquet files of our own, each of exactly that name."""
    return spark.read.schema(schema).parquet(*(for_spark(str(place)) for place in places))


class Fence(Protocol):
    """Who holds the warehouse: a table refuses the writes of who held it before."""

    def next_write(self) -> int:
        """Return a number higher than that of every write before it."""

    def require(self) -> None:
        """Raise where the warehouse is held by another."""


_WRITE = "write"
_TRIES = 3


class Warehouse:
    """The tables of a warehouse, all of them committed by Spark alone.

    Args:
        spark: the session.
        root: the warehouse.
        fence: who holds it; None = the writes are not fenced.
    """

    def __init__(self, spark: SparkSession, root: Place, fence: Fence | None = None) -> None:
        self._spark = spark
        self._fence = fence
        self.root = locate(root)

    def place(self, table: Table) -> Location:
        """Return where a table lies."""
        return self.root / table.name

    def path(self, table: Table) -> str:
        """Return where a table lies, as Spark takes it."""
        return str(self.place(table))

    def exists(self, table: Table) -> bool:
        """Whether the table has been created."""
        return newest_commit(self.place(table)) is not None

    def create(self, table: Table, extra: StructType | None = None) -> None:
        """Create a table where it is missing; add columns of ours and extra ones that it lacks."""
        if not self.exists(table):
            self._create(table)
        there = {name.lower() for name in column_names(self.root, table)}
        wanted = [*spark_schema(table.arrow).fields, *(extra.fields if extra is not None else ())]
        missing = [field for field in wanted if field.name.lower() not in there]
        if missing:
            self._add_columns(table, missing)

    def _create(self, table: Table) -> None:
        builder = DeltaTable.createIfNotExists(self._spark).location(self.path(table))
        for field in spark_schema(table.arrow).fields:
            builder = builder.addColumn(field.name, field.dataType, nullable=field.nullable)
        if table.nightly:
            builder = builder.partitionedBy("ds")
        # No statistics of ids or texts: what is in the log outlives an erasure.
        builder = builder.property("delta.dataSkippingNumIndexedCols", "0")
        keep = _PINNED_RETENTION if table.pinned else _SHORT_RETENTION
        builder = builder.property("delta.deletedFileRetentionDuration", keep)
        if table.pinned:
            # Delta wants the log to live at least as long as the files it names.
            builder = builder.property("delta.logRetentionDuration", keep)
        builder = builder.property("curation.schemaVersion", str(table.version))
        builder.execute()

    def _add_columns(self, table: Table, fields: Sequence[StructField]) -> None:
        if any("timestamp_ntz" in field.dataType.simpleString() for field in fields):
            # Times without a zone are a feature of Delta that only a
            # table holding one requires of its readers.
            feature = "'delta.feature.timestampNtz' = 'supported'"
            self._spark.sql(f"ALTER TABLE delta.`{self.path(table)}` SET TBLPROPERTIES ({feature})")
        columns = ", ".join(
            f"`{f.name.replace('`', '``')}` {f.dataType.simpleString()}" for f in fields
        )
        self._spark.sql(f"ALTER TABLE delta.`{self.path(table)}` ADD COLUMNS ({columns})")

    def read(self, table: Table) -> DataFrame:
        """Return a table; an empty frame of its schema where it does not exist."""
        if not self.exists(table):
            return self._spark.createDataFrame([], spark_schema(table.arrow))
        return self._spark.read.format("delta").load(self.path(table))

    def replace_night(
        self, table: Table, rows: DataFrame, ds: str, metadata: Mapping[str, str]
    ) -> int:
        """Replace a night's rows; return the version that holds them.

        Args:
            table: a nightly table that has been created.
            rows: all rows of the night; none clears it.
            ds: the night.
            metadata: goes into the table's history; no id of a person or conversation.
        """
        if is_folder(self.place(table) / f"ds={ds}"):
            writer = rows.write.mode("overwrite").option("replaceWhere", f"ds = '{ds}'")
        else:
            # No file of the night was ever written, so there is nothing to replace: appending is
            # faster.
            writer = _only_of(rows, ds).write.mode("append")
        return self._save(writer, table, metadata)

    def append(self, table: Table, rows: DataFrame, metadata: Mapping[str, str]) -> int:
        """Add rows to a table that has been created; return the version that holds them."""
        return self._save(rows.write.mode("append"), table, metadata)

    def shut_out(self, table: Table) -> None:
        """Let a table that is there refuse all writes of who held the warehouse before."""
        if self.exists(table):
            nothing = self.read(table).limit(0)
            self._save(nothing.write.mode("append"), table, {})

    def _save(self, writer: DataFrameWriter, table: Table, metadata: Mapping[str, str]) -> int:
        """Commit once; a commit whose answer was lost is found by its number, and not made again.

        Raises:
            CurationError: another run has taken the warehouse over.
        """
        user_metadata: dict[str, object] = dict(metadata)
        number = 0 if self._fence is None else self._fence.next_write()
        if number:
            # Delta silently skips a write whose number is not above the last.
            writer = writer.option("txnAppId", FENCE).option("txnVersion", number)
            user_metadata[_WRITE] = number
        writer = writer.format("delta").option("userMetadata", json.dumps(user_metadata))
        for tries_left in reversed(range(_TRIES)):
            try:
                writer.save(self.path(table))
                break
            except Exception as error:
                version = self._find_lost(table, number)
                if version is not None:
                    return version
                if not (tries_left and _is_of_another_tool(error)):
                    raise
        if self._fence is None:
            return self.version(table)
        version = find_commit(self.place(table), _WRITE, number)
        if version is None:
            self._fence.require()
            message = f"warehouse: {self.path(table)} was not written; start again."
            raise CurationError(message)
        return version

    def _find_lost(self, table: Table, number: int) -> int | None:
        """Return the version of a commit whose answer was lost; None where it was not made."""
        with suppress(Exception):  # the store that failed may fail again
            return find_commit(self.place(table), _WRITE, number) if number else None
        return None

    def version(self, table: Table) -> int:
        """Return the newest version of a table.

        Raises:
            LookupError: there is no such table.
        """
        version = newest_commit(self.place(table))
        if version is None:
            raise LookupError(table.name)
        return version

    def restore(self, table: Table, version: int) -> None:
        """Set a table back to a version, if it has moved since."""
        if self.version(table) != version:
            DeltaTable.forPath(self._spark, self.path(table)).restoreToVersion(version)


def _is_of_another_tool(error: Exception) -> bool:
    """Whether another commit came between: of a tool that compacts, not of another run of ours."""
    is_conflict = isinstance(error, DeltaConcurrentModificationException)
    return is_conflict and not isinstance(error, ConcurrentTransactionException)


def _only_of(rows: DataFrame, ds: str) -> DataFrame:
    """Return rows that fail the write where one is of another night, as replaceWhere would."""
    stray = F.raise_error(F.lit("a row of another night"))
    return rows.withColumn(
        "ds", F.when(F.col("ds") == ds, F.col("ds")).otherwise(stray.cast("string"))
    )
