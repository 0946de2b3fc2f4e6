"""Where pyspark no longer has a private name, its fall-back gives the same rows."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyspark import SparkContext
from pyspark.sql import SparkSession

from pipelines.night.workspace import Workspace
from pipelines.spark import private_pyspark
from schemas.night import LEVELS

pytestmark = pytest.mark.spark


def test_extra_columns_are_read_without_what_spark_leaves_in_a_file(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns of the traffic follow ours; they must not vanish with a release of Spark."""
    rows = spark.sql(
        "select 's' sample_id, 'low' difficulty, 'easy' hardness, named_struct('a', 1) arm"
    )
    staged = Workspace(spark, tmp_path, "run").write(LEVELS, rows)
    expected = staged.frame()
    monkeypatch.setattr(private_pyspark, "_ROW_SCHEMA", b"gone")
    found = staged.frame()

    assert found.schema.simpleString() == expected.schema.simpleString()
    assert [tuple(row) for row in found.collect()] == [("s", "low", "easy", (1,))]


def test_a_session_starts_where_the_jvm_cannot_be_started_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then the session starts it, and only a user id without a name is refused."""
    monkeypatch.delattr(SparkContext, "_ensure_initialized")

    assert private_pyspark.start_jvm() is None


def test_a_class_is_found_or_named_and_a_session_without_gateway_is_not_asked(
    spark: SparkSession,
) -> None:
    """Spark Connect has no JVM of this process."""
    private_pyspark.find_class(spark, "java.lang.String")
    with pytest.raises(Exception, match="NoSuchClass"):
        private_pyspark.find_class(spark, "a.b.NoSuchClass")

    private_pyspark.find_class(object(), "a.b.NoSuchClass")  # type: ignore[arg-type]  # no session


def test_types_of_arrow_become_those_of_spark() -> None:
    """Nested ones too."""
    kind = pa.schema([("a", pa.list_(pa.struct([("b", pa.int32())])))])

    assert private_pyspark.spark_schema(kind).simpleString() == "struct<a:array<struct<b:int>>>"
