"""Traffic in the forms that people have, written as files and read as a night reads it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from pipelines.night.intake import (
    prepare_rows,
    read_night,
    read_whole,
)
from tests.factories import FIRST, conversation, traffic_of

NS = pa.timestamp("ns")
START = dt.datetime(2026, 1, 31, 10, tzinfo=dt.UTC)


def rows(*numbers: int, **columns: Any) -> pa.Table:  # noqa: ANN401 any Arrow values
    """Return good traffic, with columns put in the place of its own or added."""
    table = traffic_of([conversation(number) for number in numbers])
    for name, values in columns.items():
        table = put(table, name, values)
    return table


def put(table: pa.Table, name: str, values: Any) -> pa.Table:  # noqa: ANN401 any Arrow values
    """Return a table with a column replaced or added."""
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, values)
    return table.append_column(name, values)


def write(folder: Path, files: Mapping[str, pa.Table]) -> Path:
    """Write a folder of files by their paths in it."""
    for name, table in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, place)
    return folder


def read(
    spark: SparkSession, place: Path | str, carry: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return what the kernels get of a night, by conversation."""
    night = read_night(spark, str(place), FIRST, carry)
    count = read_whole(night).rows
    found = [row.asDict(recursive=True) for row in prepare_rows(night, None, 1).collect()]
    assert count == len(found)
    return sorted(found, key=lambda row: row["conversation_id"])


def messages_of(*contents: Any) -> list[list[dict[str, Any]]]:  # noqa: ANN401 any content
    """Return messages of one row per content."""
    return [[{"role": "user", "content": content}] for content in contents]


ID = conversation(1)["conversation_id"]
MESSAGES = traffic_of([conversation(1)]).schema.field("messages").type
DEEP = pa.list_(pa.struct([("Role", pa.string()), ("CONTENT", pa.string()), ("created_at", NS)]))
