"""The private names of pyspark that this code uses, each with its fall-back."""

import json
from typing import Any

import pyarrow as pa
from pyspark import SparkContext
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_type
from pyspark.sql.types import StructType

from pipelines.stores.files import list_parquet, read_schema, remove_folder
from pipelines.stores.location import Location

__all__ = [
    "arrow_type",
    "find_class",
    "find_jvm_process",
    "remove_tree",
    "spark_schema",
    "start_jvm",
    "stored_schema",
]

arrow_type = to_arrow_type
"""Return the Arrow type of a Spark type."""

_ROW_SCHEMA = b"org.apache.spark.sql.parquet.row.metadata"
"""Under this Spark leaves the schema of a frame in the footer of each Parquet file."""


def spark_schema(schema: pa.Schema) -> StructType:
    """Return the Spark schema of an Arrow one."""
    return from_arrow_schema(schema)


def start_jvm() -> Any | None:  # noqa: ANN401 py4j has no types
    """Start the JVM of this process and return its gateway; None = leave the start to pyspark.

    A session starts the JVM too; started before it, the JVM is named a user first.
    """
    ensure = getattr(SparkContext, "_ensure_initialized", None)
    if ensure is None:
        return None
    ensure()
    return getattr(SparkContext, "_gateway", None)


def find_class(spark: SparkSession, name: str) -> None:
    """Load a Java class by its name, or do nothing where the JVM cannot be reached.

    Raises:
        Exception: py4j's, where the JVM has no such class.
    """
    jvm = getattr(spark, "_jvm", None)
    if jvm is not None:
        jvm.Thread.currentThread().getContextClassLoader().loadClass(name)


def find_jvm_process(spark: SparkSession) -> int | None:
    """Return the process of the session's JVM; None where it cannot be asked, or is elsewhere."""
    jvm = getattr(spark, "_jvm", None)
    try:
        return None if jvm is None else int(jvm.java.lang.ProcessHandle.current().pid())
    except Exception:  # noqa: BLE001 py4j's, of several kinds; nothing rests on the answer
        return None


def remove_tree(spark: SparkSession | None, folder: Location) -> None:
    """Remove a folder with everything in it; by Hadoop's client, which leaves no empty folder."""
    jvm = None if folder.is_local else getattr(spark, "_jvm", None)
    if jvm is None or spark is None:
        remove_folder(folder)
        return
    path = jvm.org.apache.hadoop.fs.Path(str(folder))
    settings = getattr(spark, "_jsc").hadoopConfiguration()  # noqa: B009 it has no public name
    path.getFileSystem(settings).delete(path, True)


def stored_schema(folder: Location, columns: pa.Schema) -> StructType:
    """Return the schema of Parquet files of our own, without a job of Spark.

    Args:
        folder: of the files; at least one.
        columns: those of the table. Where the files do not say what Spark wrote, these keep their
            types and further columns have those of the files.
    """
    found = read_schema(min(list_parquet(folder)))
    stored = (found.metadata or {}).get(_ROW_SCHEMA)
    if stored is not None:
        return StructType.fromJson(json.loads(stored))
    own = set(columns.names)
    further = [field for field in found if field.name not in own]
    return spark_schema(pa.schema([*columns, *further]))
