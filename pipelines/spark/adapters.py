"""Kernels on executors: whole Arrow batches in, Arrow batches out."""

import faulthandler
import gc
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from pipelines.errors import CurationError, pack_fault
from pipelines.spark.private_pyspark import spark_schema
from pipelines.threads import use_threads

TableKernel = Callable[[pa.Table], pa.Table]
T = TypeVar("T")
_ANSWER = pa.schema([("answer", pa.binary())])
_STDERR = 2
STUCK_SECONDS = 900
"""A batch of a thousand conversations takes half a minute."""


def map_batches(
    frame: DataFrame, kernel: TableKernel, output: pa.Schema, seconds: int = STUCK_SECONDS
) -> DataFrame:
    """Run a kernel whose rows ignore each other, one Arrow batch at a time.

    A worker that has been at one batch for so many seconds ends: its task fails and is run again.
    """

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        _spare_the_collector()
        for batch in batches:
            with _ending_when_stuck(seconds):
                answer = _answer(kernel, pa.Table.from_batches([batch]), output)
            yield from answer.to_batches()

    return frame.mapInArrow(run, spark_schema(output))


@contextmanager
def _ending_when_stuck(seconds: int) -> Iterator[None]:
    """End this process after so many seconds, even in a library's loop that never returns.

    Spark's own limit (`pyspark.udf.idleTimeoutSeconds`) is of no use: it counts the time between
    two answers, and a kernel of a whole table gives one after any time.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=_STDERR)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def map_partitions(frame: DataFrame, kernel: TableKernel, output: pa.Schema) -> DataFrame:
    """Run a kernel once per task on all of the task's rows; an empty task answers nothing."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        _spare_the_collector()
        given = [batch for batch in batches if batch.num_rows]
        if given:
            answer = _answer(kernel, pa.Table.from_batches(given), output)
            yield from answer.to_batches(max_chunksize=10_000)

    return frame.mapInArrow(run, spark_schema(output))


def map_whole(frame: DataFrame, kernel: TableKernel, output: pa.Schema) -> DataFrame:
    """Run a kernel that needs all rows at once, in one task; row order is the kernel's to fix.

    The kernel may use as many threads as the task's machine lends it cores.
    """
    count = _cores_of_a_machine(frame.sparkSession)

    def run(rows: pa.Table) -> pa.Table:
        with use_threads(count):
            return kernel(rows)

    return map_partitions(frame.coalesce(1), run, output)


def _cores_of_a_machine(spark: SparkSession) -> int:
    """Return the cores of one executor; 1 where the cluster does not say."""
    context = spark.sparkContext
    if str(context.master).startswith("local"):
        return int(context.defaultParallelism)
    return int(context.getConf().get("spark.executor.cores") or 1)


def map_items(
    spark: SparkSession, items: Sequence[str], kernel: Callable[[str], pa.Table], output: pa.Schema
) -> DataFrame:
    """Run a kernel on each item, such as the names of files that it reads, in a task of its own."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        _spare_the_collector()
        for batch in batches:
            for number in batch.column("id").to_pylist():
                answer = _answer(kernel, items[number], output)
                yield from answer.to_batches(max_chunksize=10_000)

    if not items:
        return spark.createDataFrame([], spark_schema(output))
    # The items go with the code: a frame of them would be made by a second Python worker per task.
    return spark.range(0, len(items), 1, len(items)).mapInArrow(run, spark_schema(output))


def call_in_task(spark: SparkSession, call: Callable[[], T]) -> T:
    """Return what a call returns that a worker makes; the driver holds nothing that it loads.

    Args:
        spark: the session.
        call: with all that it needs; it may be made again where a worker is lost.
    """

    def answer(_: str) -> pa.Table:
        return pa.table({"answer": [pickle.dumps(call())]})

    (row,) = map_items(spark, [""], answer, _ANSWER).collect()
    found: T = pickle.loads(row["answer"])  # noqa: S301 of our own task
    return found


def _spare_the_collector() -> None:
    """Take what a worker has loaded out of the reach of Python's garbage collector.

    Spark's daemon collects garbage after each task. With models in memory that walk over millions
    of objects takes .3 s, for a task of a few rows most of its time. What is alive when a task
    begins has outlived such a walk: imports and models, which stay for the worker's life.
    """
    gc.freeze()


@cache
def _spare_the_first_walk() -> None:
    """Do so once more behind a process's first answer, for which it has loaded its models: 1.4 s.

    Not behind every answer: garbage that the collector has not seen yet would stay for ever.
    """
    gc.freeze()


class KernelFaultError(Exception):
    """A kernel's fault, packed as text for the way to the driver; `unpack_fault` reads it."""


@contextmanager
def passing_faults() -> Iterator[None]:
    """Let a fault that is found in a worker process reach the driver whole."""
    try:
        yield
    except CurationError as error:
        raise KernelFaultError(pack_fault(error)) from error


def _answer(kernel: Callable[[T], pa.Table], given: T, output: pa.Schema) -> pa.Table:
    with passing_faults():
        answer = conform(kernel(given), output)
    _spare_the_first_walk()
    return answer


def conform(table: pa.Table, output: pa.Schema) -> pa.Table:
    """Return a table cast to exactly the declared schema, columns in its order."""
    return table.select(output.names).cast(output)
