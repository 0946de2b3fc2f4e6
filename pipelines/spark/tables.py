"""Tables of a warehouse: create, write a night idempotently, versions."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from delta.tables import DeltaTable
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import StructField, StructType

from pipelines.lake import column_names, newest_commit
from pipelines.locations import for_spark
from pipelines.spark.private_pyspark import spark_schema
from schemas.table import Table

# Versions that `runs` names must stay readable; raw facts may go sooner.
_PINNED_RETENTION = "interval 365 days"
_SHORT_RETENTION = "interval 7 days"


def quoted(name: str) -> str:
    """Return a column's name as an expression takes it, whatever signs it holds."""
    return f"`{name.replace('`', '``')}`"


def read_files(spark: SparkSession, schema: StructType | str, *places: Path) -> DataFrame:
    """Return the rows of folders of Parquet files of our own, each of exactly that name."""
    return spark.read.schema(schema).parquet(*(for_spark(place) for place in places))


class Warehouse:
    """The tables of a warehouse directory."""

    def __init__(self, spark: SparkSession, root: str) -> None:
        self._spark = spark
        self.root = root.rstrip("/")

    def path(self, table: Table) -> str:
        """Return the path of a table."""
        return f"{self.root}/{table.name}"

    def exists(self, table: Table) -> bool:
        """Whether the table has been created."""
        return newest_commit(Path(self.path(table))) is not None

    def create(self, table: Table, extra: StructType | None = None) -> None:
        """Create a table where it is missing; add columns of ours and extra ones that it lacks."""
        if not self.exists(table):
            self._create(table)
        there = {name.lower() for name in column_names(Path(self.root), table)}
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
        # No statistics of ids or texts: what stands in the log outlives an erasure.
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
            # Times without a zone are a feature of Delta that only a table holding one asks of its readers.
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
        writer = rows.write.format("delta").option("userMetadata", json.dumps(dict(metadata)))
        if (Path(self.path(table)) / f"ds={ds}").is_dir():
            writer = writer.mode("overwrite").option("replaceWhere", f"ds = '{ds}'")
        else:
            # No file of the night was ever written, so there is nothing to replace: appending is faster.
            writer = _only_of(rows, ds).write.format("delta").mode("append")
            writer = writer.option("userMetadata", json.dumps(dict(metadata)))
        writer.save(self.path(table))
        return self.version(table)

    def append(self, table: Table, rows: DataFrame, metadata: Mapping[str, str]) -> None:
        """Add rows to a table that has been created."""
        writer = (
            rows.write.format("delta")
            .mode("append")
            .option("userMetadata", json.dumps(dict(metadata)))
        )
        writer.save(self.path(table))

    def version(self, table: Table) -> int:
        """Return the newest version of a table.

        Raises:
            LookupError: there is no such table.
        """
        version = newest_commit(Path(self.path(table)))
        if version is None:
            raise LookupError(table.name)
        return version

    def restore(self, table: Table, version: int) -> None:
        """Set a table back to a version, if it has moved since."""
        if self.version(table) != version:
            DeltaTable.forPath(self._spark, self.path(table)).restoreToVersion(version)


def _only_of(rows: DataFrame, ds: str) -> DataFrame:
    """Return rows that fail the write where one is of another night, as replaceWhere would."""
    stray = F.raise_error(F.lit("a row of another night"))
    return rows.withColumn(
        "ds", F.when(F.col("ds") == ds, F.col("ds")).otherwise(stray.cast("string"))
    )
