"""Counts of a night, made by Spark and small enough for the driver."""

import polars as pl
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.publishing.account import TOTAL

SLICES = ("locale", "language", "character_id", "jtbd", "depth", "is_first_turn", "source", "difficulty")


def count_slices(decisions: DataFrame, samples: DataFrame) -> pl.DataFrame:
    """Return `dimension`, `value`, `phase`, `outcome`, `reason`, `rows` of every slice and in total.

    Args:
        decisions: of a night; those without a sample count in the total alone.
        samples: of the same night.
    """
    slices = F.array(*(_pair(name, F.col(name).cast("string")) for name in SLICES))
    total = _pair(TOTAL, F.lit(None).cast("string"))
    known = F.when(F.col("known"), F.array_append(slices, total)).otherwise(F.array(total))
    wide = decisions.join(
        samples.select("sample_id", *SLICES, F.lit(True).alias("known")), on="sample_id", how="left"
    )
    rows = wide.select("phase", "outcome", "reason", F.explode(known).alias("slice")).select(
        "slice.*", "phase", "outcome", "reason"
    )
    counted = rows.groupBy("dimension", "value", "phase", "outcome", "reason").agg(
        F.count(F.lit(1)).alias("rows")
    )
    return pl.DataFrame(counted.toArrow())


def _pair(name: str, value: Column) -> Column:
    return F.struct(F.lit(name).alias("dimension"), value.alias("value"))


def to_polars(rows: DataFrame) -> pl.DataFrame:
    """Return a small frame on the driver."""
    return pl.DataFrame(rows.toArrow())
