"""Phase II at the edge: which nights a night is compared with."""

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.night.pruning_task import first_of_window, kept_elsewhere

pytestmark = pytest.mark.spark

NIGHT = "2026-02-01"
VECTORS = "text_hash string, model string, embedding array<float>"
KEPT = "sample_id string, ds string, cluster_id string, text_hash string, kept boolean"


def embeddings(spark: SparkSession, count: int) -> DataFrame:
    """Return so many texts at right angles to each other."""
    rows = [(f"h{k}", "e", [float(k == j) for j in range(count)]) for k in range(count)]
    return spark.createDataFrame(rows, VECTORS).coalesce(1)


@pytest.mark.parametrize(
    ("window", "earlier"),
    [
        (1, ["2026-01-31"]),
        (3, ["2026-01-29", "2026-01-31"]),
        (None, ["2025-12-31", "2026-01-29", "2026-01-31"]),
    ],
)
def test_the_window_is_nights_before_this_one(
    spark: SparkSession, window: int | None, earlier: list[str]
) -> None:
    """One day is the night before, over the end of a month; this night and dropped rows never count."""
    nights = ["2025-12-31", "2026-01-29", "2026-01-31", NIGHT, "2026-02-02"]
    rows = [(f"s{k}", ds, "c0000", f"h{k}", True) for k, ds in enumerate(nights)]
    pruning = spark.createDataFrame(
        [*rows, ("gone", "2026-01-31", "c0000", "h0", False)], KEPT
    ).coalesce(1)
    others = kept_elsewhere(pruning, embeddings(spark, 5), NIGHT, window)
    tagged = others.earlier.select("ds", F.lit("earlier").alias("side")).unionByName(
        others.later.select("ds", F.lit("later").alias("side"))
    )
    found = sorted(map(tuple, tagged.collect()))

    assert [ds for ds, side in found if side == "earlier"] == earlier
    assert [ds for ds, side in found if side == "later"] == sorted({*nights} - {NIGHT} - {*earlier})
    assert first_of_window(NIGHT, window) <= earlier[0]
