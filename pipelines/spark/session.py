"""One place for every Spark and Delta setting, each with its reason."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyspark import SparkConf
from pyspark.sql import SparkSession

from pipelines.config import SparkSettings
from pipelines.environment import check_shell, explain_start, log_folder, spark_environment
from pipelines.errors import ConfigurationError
from pipelines.isolation import ROOT
from pipelines.places import IS_CHECKOUT, SETUP
from pipelines.spark.private_pyspark import find_class, start_jvm
from pipelines.stores.location import locate
from pipelines.stores.options import CLIENTS, hadoop_settings

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
    # A model gets one batch at a time; conversations can be large.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1024",
    # Every value of the input is hashed once, so that it is read before any model; maps too.
    "spark.sql.legacy.allowHashOnMapType": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.ui.showConsoleProgress": "false",
    "spark.task.maxFailures": "4",
    "spark.sql.codegen.logging.maxLines": "0",
    # Else `python -m pyspark.daemon` puts the directory in which the job was started first on its
    # path.
    "spark.executorEnv.PYTHONSAFEPATH": "1",
    # Tables hold what people wrote: files are for their owner alone. Hadoop asks no umask of ours.
    "spark.hadoop.fs.permissions.umask-mode": "077",
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

_JVM_LOG = "jvm.log"


@contextmanager
def open_session(settings: SparkSettings, name: str = "curation") -> Iterator[SparkSession]:
    """Open the session, checked to have Delta; close it at the end.

    Raises:
        ConfigurationError: Spark did not start or has no Delta; says why.
    """
    spark = start_session(settings, name)
    try:
        yield spark
    finally:
        with _noise_to_file():
            spark.stop()


def start_session(settings: SparkSettings, name: str = "curation") -> SparkSession:
    """Return the running session, or a new one.

    Raises:
        ConfigurationError: Spark did not start; says what is wrong, and where.
    """
    check_shell(os.environ)
    try:
        with spark_environment(), _noise_to_file():
            gateway = start_jvm()
            if gateway is not None:
                _name_user(gateway)
            spark = _build(settings, name)
    except ConfigurationError:
        raise
    except Exception as error:
        raise ConfigurationError(*explain_start(error, log_folder() / _JVM_LOG)) from error
    spark.sparkContext.setLogLevel("ERROR")
    _require_delta(spark)
    return spark


def _build(settings: SparkSettings, name: str) -> SparkSession:
    builder = SparkSession.builder.appName(name)
    for key, value in {
        **_SETTINGS,
        **hadoop_settings(os.environ),
        "spark.sql.shuffle.partitions": str(settings.partitions),
    }.items():
        builder = builder.config(key, value)
    asked = SparkConf()
    master = settings.master or asked.get("spark.master", "local[*,4]")
    if not master.startswith("local"):
        # The executors' Python, which pyspark takes from here alone.
        os.environ["PYSPARK_PYTHON"] = asked.get("spark.pyspark.python", sys.executable)
    elif IS_CHECKOUT:
        # The workers run the code of this checkout, whichever one the environment was made for.
        builder = builder.config("spark.executorEnv.PYTHONPATH", ROOT)
    return builder.master(master).getOrCreate()


def _name_user(gateway: Any) -> None:  # noqa: ANN401 py4j has no types
    """Name a user whose id has no name, as in containers: Hadoop lets nobody else log in."""
    users = gateway.jvm.org.apache.hadoop.security.UserGroupInformation
    if gateway.jvm.com.sun.security.auth.module.UnixSystem().getUsername() is None:
        users.setLoginUser(
            users.createRemoteUser(os.environ.get("HADOOP_USER_NAME", f"uid-{os.getuid()}"))
        )


def _require_delta(spark: SparkSession) -> None:
    try:
        find_class(spark, "io.delta.sql.DeltaSparkSessionExtension")
    except Exception as error:
        message = f"Spark has no Delta: its jars are not in pyspark/jars. Run {SETUP}."
        raise ConfigurationError(message) from error


def require_clients(spark: SparkSession, *places: object) -> None:
    """Refuse a place whose store Spark has no client for; names of tables and None pass.

    Raises:
        ConfigurationError: names the place, and how to get the client.
    """
    for place in places:
        scheme = locate(str(place)).scheme
        if place is None or "://" not in str(place) or scheme not in CLIENTS:
            continue
        client = CLIENTS[scheme]
        try:
            for name in client.classes:
                find_class(spark, name)
        except Exception as error:
            message = f"Spark has no client for {scheme}://; {client.remedy.format(setup=SETUP)}."
            raise ConfigurationError(message) from error


@contextmanager
def _noise_to_file() -> Iterator[None]:
    """Let the JVM that starts here inherit a file as its error stream; ours comes back."""
    sys.stderr.flush()
    screen = os.dup(2)
    log = os.open(log_folder() / _JVM_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.dup2(log, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(screen, 2)
        os.close(screen)
        os.close(log)
