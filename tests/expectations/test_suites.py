"""The suites find their faults, count them, and quote no value of any row."""

from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.suites import published_suite, samples_suite, validate
from pipelines.checks import Check

pytestmark = pytest.mark.spark

SAMPLE = (
    "sample_id string, conversation_id string, turn_index int, user_key string, source string, "
    "depth string, difficulty string, quality double"
)
GOOD = ("s1", "c1", 0, "u" * 32, "user", "1", "low", 0.5)


def samples(spark: SparkSession, *rows: tuple[Any, ...]) -> DataFrame:
    """Return samples as the gate reads them."""
    return spark.createDataFrame(list(rows), SAMPLE).coalesce(1)


def failed(checks: list[Check]) -> set[str]:
    """Return the names of the checks that do not hold, without the suite's."""
    return {check.name.partition(".")[2] for check in checks if not check.passed}


def test_good_samples_pass_every_expectation(spark: SparkSession) -> None:
    """A gate that fails on good nights would be switched off."""
    checks = validate(samples_suite(), samples(spark, GOOD, ("s2", *GOOD[1:])), "what enters")

    assert failed(checks) == set()
    assert len(checks) == len(samples_suite().expectations)
    assert all(check.evidence != "no result" for check in checks)


def test_each_fault_of_a_sample_is_seen_counted_and_not_quoted(spark: SparkSession) -> None:
    """Evidence goes into the report: counts, never a value."""
    bad = ("s1", None, -1, "secret-short-key", "crawler-secret", "1", "impossible-secret", 7.25)
    checks = validate(samples_suite(), samples(spark, GOOD, bad), "what enters")

    assert failed(checks) == {
        "column_values_to_not_be_null.conversation_id",
        "column_values_to_be_unique.sample_id",
        "column_value_lengths_to_equal.user_key",
        "column_values_to_be_between.turn_index",
        "column_values_to_be_in_set.source",
        "column_values_to_be_in_set.difficulty",
        "column_values_to_be_between.quality",
    }
    assert [c for c in checks if "secret" in c.evidence + c.promise or "7.25" in c.evidence] == []
    assert [c.evidence for c in checks if c.name.endswith("in_set.source")] == [
        "element count 2, unexpected count 1"
    ]


def test_an_empty_frame_and_a_missing_column_fail(spark: SparkSession) -> None:
    """An empty table is not-null and unique, so rows and columns are counted too."""
    checks = validate(
        published_suite(), samples(spark, GOOD).where("false").select("sample_id"), "published"
    )

    assert {"table_row_count_to_be_between", "column_values_to_be_between.weight"} <= failed(checks)
