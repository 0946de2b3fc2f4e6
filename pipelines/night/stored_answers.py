"""Answers of earlier nights about the same prompts, looked up by `text_hash` file by file."""

import json
from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession

from pipelines.lake import list_files
from pipelines.night.index_search import count_tasks, share_files
from pipelines.night.workspace import Staged
from pipelines.spark.adapters import map_items
from pipelines.stores.faults import naming_damage
from pipelines.stores.files import open_input, scan_parquet
from pipelines.stores.location import Location, Place
from schemas.table import Table


def find_stored(
    spark: SparkSession, root: Place, table: Table, prompts: Staged, revisions: Mapping[str, str]
) -> DataFrame:
    """Return the rows of a table that are about prompts of the night.

    A task reads the hashes of some files, and the other columns of those that are wanted.

    Args:
        spark: the session.
        root: the warehouse.
        table: of it, with `text_hash`, `model`, `model_revision`; not nightly.
        prompts: a staged table with the `text_hash` of each prompt.
        revisions: of each model whose rows are wanted.
    """
    files = list_files(root, table)
    prompt_files = [str(file) for file in prompts.files()]
    items = [
        json.dumps({"prompts": prompt_files, "files": [file.path for file in group]})
        for group in share_files(files, count_tasks(spark))
    ]
    kernel = partial(_look_up, table=table, revisions=dict(revisions))
    return map_items(spark, items, kernel, table.arrow)


def _look_up(item: str, table: Table, revisions: Mapping[str, str]) -> pa.Table:
    task = json.loads(item)
    prompts = scan_parquet([Location(file) for file in task["prompts"]])
    wanted = prompts.select("text_hash").unique()
    model = pl.struct("model", "model_revision").is_in(
        [{"model": name, "model_revision": revision} for name, revision in revisions.items()]
    )
    found = [table.arrow.empty_table()]
    for path in task["files"]:
        with naming_damage([Location(path)]):
            keys = scan_parquet([Location(path)]).with_row_index("row").filter(model)
            here = keys.join(wanted, on="text_hash", how="semi").select("row").collect()
            found += _take_rows(path, here["row"].to_numpy(), table)
    return pa.concat_tables(found)


def _take_rows(path: str, rows: NDArray[np.uint32], table: Table) -> Iterator[pa.Table]:
    """Yield chosen rows of a file, one row group at a time; groups without any are not read."""
    with open_input(Location(path)) as stream, pq.ParquetFile(stream) as file:
        start = 0
        for group in range(file.num_row_groups):
            stop = start + file.metadata.row_group(group).num_rows
            here = rows[(rows >= start) & (rows < stop)]
            if len(here):
                read = file.read_row_group(group, columns=table.names).take(pa.array(here - start))
                yield read.select(table.names).cast(table.arrow)
            start = stop
