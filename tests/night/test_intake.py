"""Intake on Spark: nights, duplicates, scores, broken text and extra columns."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.night.intake import (
    gather_rewards,
    mark_duplicates,
    prepare_rows,
    read_night,
    read_scores,
)
from tests.factories import FIRST, SECOND, conversation, traffic_of, write_parquet

pytestmark = pytest.mark.spark

MARK = "_curation_duplicate"


def test_of_rows_that_share_an_id_one_stays_if_all_are_equal_else_none(spark: SparkSession) -> None:
    """Contract section 2; extra columns count, even under names that a join of ours might use."""
    rows = [
        (i, extra)
        for i, extra in (
            ("a", 1),
            ("a", 1),
            ("a", 1),
            ("b", 1),
            ("b", 2),
            ("c", 3),
            (None, 4),
            (None, 4),
        )
    ]
    frame = spark.createDataFrame(rows, "conversation_id string, place int").withColumn(
        "shared", F.lit("x")
    )
    marked = sorted((r["conversation_id"] or "", r[MARK]) for r in mark_duplicates(frame).collect())

    assert marked == [
        *[("", False)] * 2,
        *[("a", False), ("a", True), ("a", True)],
        *[("b", True)] * 2,
        ("c", False),
    ]
    assert mark_duplicates(frame).columns == ["conversation_id", "place", "shared", MARK]


def test_only_the_nights_rows_are_read_where_the_traffic_has_ds(
    spark: SparkSession, tmp_path: Path
) -> None:
    """A date column is as good as a string; without `ds` the whole table is the night."""
    rows = traffic_of([conversation(n) for n in range(4)])
    days = pa.array(["2026-01-31", "2026-01-31", "2026-02-01", None]).cast(pa.date32())
    with_ds = write_parquet(rows.append_column("ds", days), tmp_path / "with")
    without = write_parquet(rows, tmp_path / "without")

    assert [read_night(spark, str(with_ds), ds).count() for ds in (FIRST, SECOND)] == [2, 1]
    assert read_night(spark, str(without), FIRST).count() == 4


def test_broken_text_is_marked_and_mended_and_no_row_is_lost(spark: SparkSession) -> None:
    """Bytes that are not UTF-8 would break every model downstream; the row is quarantined."""
    plain = (
        "'u' user_id, 'c' character_id, 'user' source, "
        "timestamp_ntz'2026-01-31 10:00:00' started_at"
    )
    turn = "named_struct('role', 'user', 'content', {})"
    frame = spark.sql(
        f"""select cast(unhex('61ff62') as string) conversation_id, {plain},
        array({turn.format("'hi'")}) messages
        union all select 'fine', {plain}, array({turn.format("cast(unhex('ff') as string)")}, null)
        union all select 'good', {plain}, null"""
    )
    rows = {r["conversation_id"]: r for r in prepare_rows(frame, None, 2).collect()}

    assert {name: row["broken"] for name, row in rows.items()} == {
        "a\ufffdb": True,
        "fine": True,
        "good": False,
    }
    assert rows["good"]["started_at"] == 1_769_853_600_000_000
    assert (rows["good"]["messages"], rows["good"]["rewards"], rows["good"]["locale"]) == (
        None,
        None,
        None,
    )


def test_scores_are_gathered_per_conversation_and_rows_without_a_turn_are_ignored(
    spark: SparkSession, tmp_path: Path
) -> None:
    """A 64-bit turn index or a float score is read; a score without a turn is ignored."""
    scores = pa.table(
        {
            "conversation_id": ["a", "a", "b", None],
            "turn_index": pa.array([0, 0, None, 1], pa.int64()),
            "response_id": ["r1", "r2", "r3", "r4"],
            "policy_version": ["p"] * 4,
            "rm_version": ["m"] * 4,
            "score": pa.array([0.5, None, 1.0, 1.0], pa.float32()),
        }
    )
    given = read_scores(spark, str(write_parquet(scores, tmp_path / "scores")), FIRST)
    found = gather_rewards(given).collect()

    assert [(r["conversation_id"], sorted(tuple(x) for x in r["rewards"])) for r in found] == [
        ("a", [(0, "r1", "m", 0.5), (0, "r2", "m", None)])
    ]
