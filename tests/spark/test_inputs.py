"""Inputs that are damaged, of any name, or no table: each is read, or its fault is named."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from pipelines.errors import InputError
from pipelines.night.intake import (
    gather_rewards,
    read_scores,
)
from pipelines.spark.inputs import read_table, version_of
from schemas.inputs import SCORES
from tests.factories import FIRST
from tests.spark.traffic_files import (
    read,
    rows,
    write,
)

pytestmark = pytest.mark.spark


def cut(file: Path) -> None:
    """Leave the first half of a file."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scratch(file: Path) -> None:
    """Spoil the pages of a file; its footer stays."""
    whole = bytearray(file.read_bytes())
    whole[4:600] = bytes(596)
    file.write_bytes(bytes(whole))


DAMAGED: dict[str, Callable[[Path], object]] = {
    "cut off": cut,
    "of no bytes": lambda file: file.write_bytes(b""),
    "text": lambda file: file.write_text("no table", encoding="utf-8"),
    "JSON lines": lambda file: file.write_text('{"conversation_id": "a"}\n', encoding="utf-8"),
    "spoilt pages": scratch,
}


@pytest.mark.parametrize("form", DAMAGED)
def test_a_damaged_file_is_named(spark: SparkSession, tmp_path: Path, form: str) -> None:
    """One bad file is an input error that says which, whatever the others hold."""
    place = write(tmp_path / "traffic", {"a.parquet": rows(1), "b.parquet": rows(2)})
    DAMAGED[form](place / "b.parquet")

    with pytest.raises(InputError, match=r"b\.parquet .*(cut off, damaged|damaged and cannot)"):
        read(spark, place)


NAMES = [
    "a b",
    "a%20b",
    "100%",
    "a#b",
    "a'b",
    'a"b',
    "a[bc]",
    "a{b,c}",
    "zür",
    "नाम",
    "a*b",
    "a?b",
    "a:b",
    "ds=7",
    " a",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_path_is_the_folder_of_that_name_and_no_other(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    """`a*b` is no pattern: the neighbours `aXb` and `ab` are not read."""
    for decoy in ("aXb", "ab", "a b c", "a"):
        write(tmp_path / decoy, {"x.parquet": rows(9)})
    shutil.rmtree(tmp_path / name, ignore_errors=True)
    place = write(
        tmp_path / name, {"x.parquet": rows(1), "y.parquet": rows(2, arm=pa.array(["x"]))}
    )
    delta = tmp_path / f"delta {name}"
    schema = ", ".join(
        f"{c.name} {'int' if c.name == 'turn_index' else 'string'}" for c in SCORES.columns[:-1]
    )
    scores = spark.createDataFrame([("a", 0, "r", "p", None, "m")], schema)
    scores.write.format("delta").save(str(delta))

    assert len(read(spark, place)) == 2
    assert [r["rm_version"] for r in read_table(spark, str(delta), "scores").collect()] == ["m"]
    assert read_scores(spark, str(delta), FIRST).count() == 1


def test_a_single_file_is_a_table(spark: SparkSession, tmp_path: Path) -> None:
    """As pandas writes it."""
    place = write(tmp_path, {"traffic.parquet": rows(1)})

    assert len(read(spark, place / "traffic.parquet")) == 1
    assert len(read(spark, f"file:{place / 'traffic.parquet'}")) == 1


def test_a_folder_without_the_night_has_no_rows(spark: SparkSession, tmp_path: Path) -> None:
    """Other nights are there: the message names the night, not the table."""
    place = write(tmp_path / "t", {"ds=2026-01-01/a.parquet": rows(1)})

    with pytest.raises(InputError, match=f"has no rows of {FIRST}"):
        read(spark, place)


def test_an_input_may_be_parquet_delta_or_a_name_and_nothing_else(
    spark: SparkSession, tmp_path: Path
) -> None:
    """What is no table is an input error that names the place, not a stack of Java."""
    notes = spark.createDataFrame([("a",), ("b",)], "id string")
    notes.write.parquet(str(tmp_path / "parquet"))
    notes.write.format("delta").save(str(tmp_path / "delta"))
    notes.createOrReplaceTempView("notes_by_name")
    places = [str(tmp_path / "parquet"), str(tmp_path / "delta"), "notes_by_name"]

    assert [read_table(spark, place, "traffic").count() for place in places] == [2, 2, 2]
    assert [version_of(spark, place) for place in places] == [None, 0, None]
    (tmp_path / "empty").mkdir()
    (tmp_path / "log" / "_delta_log").mkdir(parents=True)
    (tmp_path / "log" / "_delta_log" / "00000000000000000000.json").write_text(
        "{", encoding="utf-8"
    )
    for place in (
        str(tmp_path / "empty"),
        str(tmp_path / "nowhere"),
        str(tmp_path / "log"),
        "no_such_name",
    ):
        with pytest.raises(InputError, match=f"traffic: {place} is not a table that can be read"):
            read_table(spark, place, "traffic")


def test_every_fault_of_an_input_is_reported_at_once(spark: SparkSession) -> None:
    """An operator at night mends the export one time, not five."""
    spark.sql("select 1 conversation_id, '1' turn_index, 'x' score").createOrReplaceTempView(
        "bad_scores"
    )

    with pytest.raises(InputError) as caught:
        read_scores(spark, "bad_scores", FIRST)

    assert caught.value.faults == (
        "scores: column conversation_id is int, must be string; cast it in the export.",
        "scores: column turn_index is string, must be int; cast it in the export.",
        "scores: column response_id is missing; it must be string.",
        "scores: column policy_version is missing; it must be string.",
        "scores: column rm_version is missing; it must be string.",
        "scores: column score is string, must be double; cast it in the export.",
    )


def test_scores_may_lack_what_may_be_null(spark: SparkSession, tmp_path: Path) -> None:
    """A reward model whose answers nobody kept, or that never answered."""
    needed = {
        name: ["a"] for name in ("conversation_id", "response_id", "policy_version", "rm_version")
    }
    scores = pa.table(needed | {"turn_index": [0]})

    place = str(write(tmp_path / "s", {"a.parquet": scores}))
    (found,) = gather_rewards(read_scores(spark, place, FIRST)).collect()

    assert [tuple(reward) for reward in found["rewards"]] == [(0, "a", "a", None)]
