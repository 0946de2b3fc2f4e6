"""One place for every Spark and Delta setting, each with its reason."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

from pipelines.cli import log_folder
from pipelines.config import SparkSettings
from pipelines.errors import ConfigurationError

_SETTINGS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # The default of 50 makes the first read after a write seven times slower on nightly tables.
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "4",
    # A plain Python UDF on an unpartitioned Delta scan hangs for ever with the default.
    "spark.sql.execution.arrow.pythonUDF.columnarInput.enabled": "false",
    # Otherwise output columns are bound by position, unchecked.
    "spark.sql.execution.arrow.pyspark.validateSchema.enabled": "true",
    "spark.sql.execution.arrow.pyspark.fallback.enabled": "false",
    # A batch is what a model sees at once; conversations can be large.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1024",
    # A stuck worker becomes a task failure, not a stuck night.
    "spark.sql.execution.pyspark.udf.idleTimeoutSeconds": "900",
    "spark.sql.execution.pyspark.udf.killOnIdleTimeout": "true",
    # Every value of the input is hashed once, so that it is read before any model; maps too.
    "spark.sql.legacy.allowHashOnMapType": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.ui.showConsoleProgress": "false",
    "spark.task.maxFailures": "4",
    "spark.sql.codegen.logging.maxLines": "0",
    # One thread per task: more only fight for the cores, and sums must not depend on their number.
    **{
        f"spark.executorEnv.{name}": "1"
        for name in (
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
            "RAYON_NUM_THREADS",
            "POLARS_MAX_THREADS",
        )
    },
}


@contextmanager
def open_session(settings: SparkSettings, name: str = "curation") -> Iterator[SparkSession]:
    """Open the session, checked to have Delta; close it at the end.

    Raises:
        ConfigurationError: Delta's jars or Java are missing; says to run make setup.
    """
    spark = start_session(settings, name)
    try:
        yield spark
    finally:
        with _noise_to_file():
            spark.stop()


def start_session(settings: SparkSettings, name: str = "curation") -> SparkSession:
    """Return the running session, or a new one."""
    # The workers must be the Python that has our packages, whatever the shell finds first.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(name)
    for key, value in {**_SETTINGS, "spark.sql.shuffle.partitions": str(settings.partitions)}.items():
        builder = builder.config(key, value)
    master = settings.master or (None if "PYSPARK_GATEWAY_PORT" in os.environ else "local[*,4]")
    if master is not None:
        builder = builder.master(master)
    try:
        with _noise_to_file():
            spark = builder.getOrCreate()
    except Exception as error:
        message = (
            f"Spark did not start ({type(error).__name__}); is Java 17 or newer installed? Run make setup."
        )
        raise ConfigurationError(message) from error
    spark.sparkContext.setLogLevel("ERROR")
    _require_delta(spark)
    return spark


def _require_delta(spark: SparkSession) -> None:
    try:
        loader = spark._jvm.Thread.currentThread().getContextClassLoader()  # type: ignore[union-attr]  # noqa: SLF001 the JVM gateway has no public name
        loader.loadClass("io.delta.sql.DeltaSparkSessionExtension")
    except Exception as error:
        message = "Spark has no Delta: its jars are not in pyspark/jars. Run make setup."
        raise ConfigurationError(message) from error


@contextmanager
def _noise_to_file() -> Iterator[None]:
    """Let the JVM that starts here inherit a file as its error stream; ours comes back."""
    sys.stderr.flush()
    screen = os.dup(2)
    log = os.open(log_folder() / "jvm.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.dup2(log, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(screen, 2)
        os.close(screen)
        os.close(log)
