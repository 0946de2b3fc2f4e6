"""A night's decisions counted in total and in every slice of the account."""

import polars as pl

SLICES = (
    "locale",
    "language",
    "character_id",
    "jtbd",
    "depth",
    "is_first_turn",
    "source",
    "difficulty",
)
TOTAL = "all"
_DECIDED = ("phase", "outcome", "reason")


def count_slices(decisions: pl.LazyFrame, samples: pl.LazyFrame) -> pl.DataFrame:
    """Return `dimension`, `value`, `phase`, `outcome`, `reason`, `rows` per slice and in total.

    Args:
        decisions: of a night; those without a sample count in the total alone.
        samples: of the same night.
    """
    total = decisions.group_by(_DECIDED).len("rows").with_columns(value=pl.lit(None, pl.String))
    parts = [_named(total, TOTAL)]
    for name in SLICES:
        values = samples.select("sample_id", value=pl.col(name).cast(pl.String))
        # One narrow join per slice streams; one wide join for all would be in memory as a whole.
        sliced = decisions.select("sample_id", *_DECIDED).join(values, on="sample_id", how="inner")
        parts.append(_named(sliced.group_by("value", *_DECIDED).len("rows"), name))
    return pl.concat(part.collect(engine="streaming") for part in parts)


def _named(counted: pl.LazyFrame, dimension: str) -> pl.LazyFrame:
    named = counted.with_columns(dimension=pl.lit(dimension), rows=pl.col("rows").cast(pl.Int64))
    return named.select("dimension", "value", *_DECIDED, "rows").sort(
        "dimension", "value", *_DECIDED
    )
