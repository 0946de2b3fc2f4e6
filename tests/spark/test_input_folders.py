"""Folders of files that differ are one table; what cannot be united is named with its file."""

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from pipelines.errors import InputError
from pipelines.night.intake import (
    extra_columns,
    read_night,
)
from pipelines.spark.inputs import PARTS
from tests.factories import FIRST, conversation
from tests.spark.traffic_files import (
    START,
    messages_of,
    read,
    rows,
    write,
)

pytestmark = pytest.mark.spark

FOLDERS: dict[str, tuple[dict[str, pa.Table], dict[str, list[Any]]]] = {
    "a column that came later": (
        {"a.parquet": rows(1), "b.parquet": rows(2, arm=pa.array(["x"]))},
        {"arm": [None, "x"]},
    ),
    "a column that went": (
        {"a.parquet": rows(1, arm=pa.array(["x"])), "b.parquet": rows(2)},
        {"arm": ["x", None]},
    ),
    "an optional column that came later": (
        {
            "a.parquet": rows(1).drop_columns(["quality", "locale"]),
            "b.parquet": rows(2, quality=pa.array([0.25])),
        },
        {"quality": [None, 0.25]},
    ),
    "whole numbers that became wider": (
        {
            "a.parquet": rows(1, n=pa.array([1], pa.int8())),
            "b.parquet": rows(2, n=pa.array([2**40])),
        },
        {"n": [1, 2**40]},
    ),
    "numbers that became decimals": (
        {"a.parquet": rows(1, n=pa.array([1])), "b.parquet": rows(2, n=pa.array([0.5]))},
        {"n": [1.0, 0.5]},
    ),
    "no type at first": (
        {"a.parquet": rows(1, n=pa.nulls(1)), "b.parquet": rows(2, n=pa.array(["x"]))},
        {"n": [None, "x"]},
    ),
    "a struct that grew": (
        {
            "a.parquet": rows(1, n=pa.array([{"b": 1, "a": 2}])),
            "b.parquet": rows(2, n=pa.array([{"a": 3, "c": "x"}])),
        },
        {"n": [{"b": 1, "a": 2, "c": None}, {"b": None, "a": 3, "c": "x"}]},
    ),
    "nanoseconds in one file": (
        {
            "a.parquet": rows(1),
            "b.parquet": rows(2, started_at=pa.array([START], pa.timestamp("ns", "UTC"))),
        },
        {"started_at": [None, START.timestamp() * 1_000_000]},
    ),
    "other letters in one file": (
        {"a.parquet": rows(1, Arm=pa.array(["x"])), "b.parquet": rows(2, arm=pa.array(["y"]))},
        {"Arm": ["x", "y"]},
    ),
    "our name in other letters": (
        {
            "a.parquet": rows(1, quality=pa.array([0.25])).rename_columns({"quality": "Quality"}),
            "b.parquet": rows(2),
        },
        {"quality": [0.25, None]},
    ),
    "parts in one file, text in another": (
        {
            "a.parquet": rows(1),
            "b.parquet": rows(2, messages=pa.array(messages_of([{"type": "text", "text": "a"}]))),
        },
        {"messages": [None, messages_of("a")[0]]},
    ),
    "folders that look like numbers": (
        {
            "character_id=007/a.parquet": rows(1).drop_columns(["character_id"]),
            "character_id=12/a.parquet": rows(2).drop_columns(["character_id"]),
        },
        {"character_id": ["007", "12"]},
    ),
    "folders of an extra column": (
        {"year=02026/a.parquet": rows(1), "year=__HIVE_DEFAULT_PARTITION__/a.parquet": rows(2)},
        {"year": ["02026", None]},
    ),
    "folders with encoded signs": (
        {"arm=a%2Fb c/a.parquet": rows(1), "arm=ü%25/a.parquet": rows(2)},
        {"arm": ["a/b c", "ü%"]},
    ),
    "folders and nanoseconds": (
        {
            "arm=7/a.parquet": rows(1, started_at=pa.array([START], pa.timestamp("ns", "UTC"))),
            "arm=8/a.parquet": rows(2),
        },
        {"arm": ["7", "8"]},
    ),
    "folders inside folders": (
        {"a=1/b=2/x.parquet": rows(1), "a=3/b=4/x.parquet": rows(2)},
        {"a": ["1", "3"], "b": ["2", "4"]},
    ),
    "a file beside folders": (
        {"x.parquet": rows(1), "arm=4/x.parquet": rows(2)},
        {"arm": [None, "4"]},
    ),
    "other nights beside it, of any form": (
        {
            "ds=2026-01-30/a.parquet": rows(5, locale=pa.array([{"code": 1}])),
            f"ds={FIRST}/a.parquet": rows(1),
            f"ds={FIRST}/b.parquet": rows(2),
        },
        {},
    ),
    "nights in the rows": (
        {
            "a.parquet": rows(1, ds=pa.array([FIRST])),
            "b.parquet": rows(2, ds=pa.array([dt.date(2026, 1, 31)])),
            "c.parquet": rows(3, ds=pa.array(["2026-02-01"])),
        },
        {},
    ),
    "nights in the rows of one file alone": (
        {
            "a.parquet": pa.concat_tables(
                [rows(1, ds=pa.array([FIRST])), rows(2, ds=pa.array([FIRST]))]
            ),
            "b.parquet": rows(3),
        },
        {},
    ),
    "marks and hidden files beside it": (
        {
            "a.parquet": rows(1),
            "b.parquet": rows(2),
            "_temporary/c.parquet": rows(3),
            ".d.parquet": rows(4),
        },
        {},
    ),
    "names without an ending": ({"part-0": rows(1), "part-1": rows(2)}, {}),
}


@pytest.mark.parametrize("form", FOLDERS)
def test_files_of_a_folder_are_united(spark: SparkSession, tmp_path: Path, form: str) -> None:
    """No column of any file vanishes, and no row of another night comes in."""
    files, wanted = FOLDERS[form]
    place = write(tmp_path / "traffic", files)
    (place / "_SUCCESS").touch()

    found = read(spark, place)

    assert [row["conversation_id"] for row in found] == [
        conversation(n)["conversation_id"] for n in (1, 2)
    ]
    for name, values in wanted.items():
        given = [row[name] if name in row else row["extra"][name] for row in found]
        assert all(
            own == value for own, value in zip(given, values, strict=True) if value is not None
        )
        if name not in {"started_at", "messages", "quality"}:
            assert given == values


def test_types_that_cannot_be_united_name_both_files(spark: SparkSession, tmp_path: Path) -> None:
    """File, column and both types; a column that is not carried disturbs nobody."""
    files = {"a.parquet": rows(1, n=pa.array([1])), "b.parquet": rows(2, n=pa.array(["x"]))}
    place = write(tmp_path / "traffic", files)

    with pytest.raises(InputError) as caught:
        read(spark, place)

    (fault,) = caught.value.faults
    assert (
        f"column n is bigint in {place / 'a.parquet'} and string in {place / 'b.parquet'}" in fault
    )
    assert len(read(spark, place, carry=[])) == 2


def test_a_type_of_one_file_is_reported_with_the_file(spark: SparkSession, tmp_path: Path) -> None:
    """The other files are right; the operator must know which to mend."""
    place = write(
        tmp_path / "t", {"a.parquet": rows(1), "b.parquet": rows(2, locale=pa.array([7]))}
    )

    with pytest.raises(
        InputError, match=r"column locale is bigint in .*b\.parquet, must be string"
    ):
        read(spark, place)


def test_parts_that_hold_no_text_are_named_and_nothing_else_of_them(
    spark: SparkSession, tmp_path: Path
) -> None:
    """A type comes from the client: what is no plain word is shown as unknown."""
    kinds = ["text", "image_url", "Bob's <b>", None, "image_url"]
    parts = [{"type": kind, "text": "a" if kind == "text" else None} for kind in kinds]
    place = write(tmp_path / "t", {"a.parquet": rows(1, messages=pa.array(messages_of(parts)))})

    (row,) = read(spark, place)

    assert row["parts"] == ["image_url", "unknown"]
    assert row["messages"] == messages_of("a")[0]
    assert extra_columns(read_night(spark, str(place), FIRST)) == []
    assert PARTS in read_night(spark, str(place), FIRST).columns
