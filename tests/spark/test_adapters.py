"""Kernels on executors: every row once, the declared columns and types, in any partitions."""

import re

import polars as pl
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from pipelines.errors import InputError, unpack_fault
from pipelines.spark.adapters import conform, map_batches, map_partitions, map_whole

pytestmark = pytest.mark.spark

OUTPUT = pa.schema([("id", pa.int64()), ("size", pa.int32())])


def count_rows(rows: pa.Table) -> pa.Table:
    """Return each row with the number of rows in the call, its columns in another order."""
    return pa.table(
        {"size": pa.array([rows.num_rows] * rows.num_rows, pa.int64()), "id": rows["id"]}
    )


def test_a_row_wise_kernel_answers_about_every_row_by_name(spark: SparkSession) -> None:
    """Spark binds what Python returns by position; the adapter must put it in order."""

    def double(rows: pa.Table) -> pa.Table:
        frame = pl.DataFrame(rows)
        return frame.select(size=pl.col("id") * 2, id=pl.col("id"), spare=pl.lit("x")).to_arrow()

    answers = map_batches(spark.range(10).repartition(3), double, OUTPUT)

    assert sorted(map(tuple, answers.collect())) == [(n, 2 * n) for n in range(10)]


def test_a_kernel_of_tables_sees_its_batch_its_task_or_everything(spark: SparkSession) -> None:
    """Three scopes: an answer may depend on all rows of the call; an empty task answers nothing."""
    rows = spark.range(10).repartition(3).where("id < 6")
    whole = map_whole(rows, count_rows, OUTPUT).collect()
    tasks = map_partitions(rows, count_rows, OUTPUT).collect()
    batches = map_batches(rows, count_rows, OUTPUT).collect()

    assert sorted(map(tuple, whole)) == [(n, 6) for n in range(6)]
    assert (
        sorted(row["id"] for row in tasks) == sorted(row["id"] for row in batches) == list(range(6))
    )
    assert map_whole(rows.where("id < 0"), count_rows, OUTPUT).collect() == []


def test_a_kernel_that_is_stuck_on_a_batch_is_a_failed_task(spark: SparkSession) -> None:
    """A library that never returns, holding Python's lock, must not hold the night for ever."""

    def hang(rows: pa.Table) -> pa.Table:
        re.match(r"(a+)+$", "a" * 40 + "b")
        return rows

    with pytest.raises(Exception, match="Python worker exited unexpectedly"):
        map_batches(spark.range(1), hang, OUTPUT, seconds=1).collect()


def test_a_kernel_of_a_whole_table_may_take_its_time(spark: SparkSession) -> None:
    """A million rows in one task took 20 minutes: Spark's limit of 15 ended it each time."""
    assert spark.conf.get("spark.sql.execution.pyspark.udf.idleTimeoutSeconds") == "0ms"
    assert spark.conf.get("spark.sql.execution.pyspark.udf.killOnIdleTimeout") == "false"


def test_a_fault_that_a_kernel_finds_reaches_the_driver(spark: SparkSession) -> None:
    """A worker's exception is text on the driver: the job must still end with its line and code."""

    def refuse(rows: pa.Table) -> pa.Table:
        message = f"pruning.keep_at_least needs {rows.num_rows} rows"
        raise InputError(message, "id: 1 ids repeat, first ['é']")

    with pytest.raises(Exception, match="curation-fault") as ended:
        map_whole(spark.range(2), refuse, OUTPUT).collect()
    fault = unpack_fault(str(ended.value))

    assert isinstance(fault, InputError)
    assert fault.faults == ("pruning.keep_at_least needs 2 rows", "id: 1 ids repeat, first ['é']")


def test_an_answer_of_another_type_is_refused_rather_than_cast() -> None:
    """A silent overflow in a count would be believed."""
    with pytest.raises(pa.ArrowInvalid, match="not in range"):
        conform(pa.table({"id": [1], "size": [2**40]}), OUTPUT)
    with pytest.raises(KeyError, match="size"):
        conform(pa.table({"id": [1]}), OUTPUT)
