"""Searches of the index of kept rows: each task goes through its files, one after the other.

A task takes one file of the night's rows, prepares what it asks once, and is shown its share of the
files of `representatives`, a part at a time. No task, and no driver, holds more than that part and
one file of the night's rows.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from pipelines.lake import TableFile, list_files
from pipelines.night.night import Night
from pipelines.night.workspace import Staged
from pipelines.spark.adapters import map_items
from pipelines.stores.faults import naming_damage
from pipelines.stores.files import scan_parquet
from pipelines.stores.location import Location
from schemas.index import REPRESENTATIVES
from schemas.table import Table

_TASK_BYTES = 64 * 2**20
"""Stored bytes of the index that are worth a task: 40,000 rows of 384 dimensions."""
_PART_BYTES = 96 * 2**20
"""Of the index that a task holds at a time; in smaller parts a search takes a fifth longer."""
_TASKS_PER_CORE = 4
"""Each prepares the night's rows anew; with few of them the last one to end is waited for."""
_COLUMNS = (
    *("sample_id", "text_hash", "model", "model_revision"),
    *("cluster_id", "side", "published", "embedding"),
)


class Search(Protocol):
    """What is asked about rows of a night: it is shown kept rows, part by part, then it answers.

    However kept rows fall into parts, and whatever their order, the answers are the same (a
    float32 cosine that is told but decides nothing: to its last digits).
    """

    def look_at(self, kept: pa.Table) -> None:
        """Take in kept rows of other nights: `ds` and the columns of `representatives` above."""

    def answers(self) -> pa.Table:
        """Return what they say."""


def ask(search: Search, kept: pa.Table) -> pa.Table:
    """Return what a search answers of kept rows in one part."""
    search.look_at(kept)
    return search.answers()


def over_index(
    night: Night, rows: Staged, begin: Callable[[pa.Table], Search], answers: Table
) -> DataFrame:
    """Ask about each file of the night's rows in each task's share of the index.

    Args:
        night: the run.
        rows: a staged table.
        begin: rows of one file of it → the search for them.
        answers: the columns of what it answers: for each file of `rows` as often as there are
            tasks.
    """
    files = list_files(night.plan.root, REPRESENTATIVES, lambda ds: ds != night.plan.ds)
    tasks = _parts_of(files, count_tasks(night.spark))
    items = [
        json.dumps({"rows": str(own), "parts": parts}) for own in rows.files() for parts in tasks
    ]
    return map_items(night.spark, items, partial(_search, begin=begin), answers.arrow)


def _parts_of(files: Sequence[TableFile], tasks: int) -> list[list[list[tuple[str, str]]]]:
    """Return for each task the night and path of files, in parts that it holds at a time."""
    return [
        [[(file.ds, file.path) for file in part] for part in group_files(group, _PART_BYTES)]
        for group in share_files(files, tasks)
    ]


def count_tasks(spark: SparkSession) -> int:
    """Return into how many tasks a large index is shared."""
    return _TASKS_PER_CORE * spark.sparkContext.defaultParallelism


def share_files(files: Sequence[TableFile], tasks: int) -> list[list[TableFile]]:
    """Share files out to about so many tasks, fewer where that leaves a task little to read."""
    return group_files(files, max(_TASK_BYTES, -(-sum(file.size for file in files) // tasks)))


def group_files(files: Sequence[TableFile], most: int) -> list[list[TableFile]]:
    """Group files in order, of at most so many bytes; a larger file is a group of its own."""
    groups: list[list[TableFile]] = []
    room = 0
    for file in files:
        if not groups or file.size > room:
            groups.append([])
            room = most
        groups[-1].append(file)
        room -= file.size
    return groups


def _search(item: str, begin: Callable[[pa.Table], Search]) -> pa.Table:
    task = json.loads(item)
    search = begin(scan_parquet([Location(task["rows"])]).collect().to_arrow())
    for part in task["parts"]:
        with naming_damage([Location(path) for _, path in part]):
            kept = [
                scan_parquet([Location(path)]).select(_COLUMNS).with_columns(ds=pl.lit(ds))
                for ds, path in part
            ]
            search.look_at(pl.concat(kept).collect().to_arrow())
    return search.answers()


def of_model(rows: pa.Table, model: str, revision: str | None = None) -> pa.Table:
    """Return the rows that a model compares, in their order; of one revision, or of all."""
    own = rows_where(rows, pa.compute.equal(rows["model"], model))
    if revision is None:
        return own
    return rows_where(own, pa.compute.equal(own["model_revision"], revision))


def rows_where(rows: pa.Table, chosen: pa.ChunkedArray | Sequence[bool]) -> pa.Table:
    """Return the chosen rows, in their order; all of them are no copy, as a filter would make."""
    mask = pa.array(chosen, pa.bool_()) if isinstance(chosen, list) else chosen
    return rows if pa.compute.all(mask, skip_nulls=False).as_py() else rows.filter(mask)
