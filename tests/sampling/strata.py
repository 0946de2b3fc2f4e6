"""Strata of rows in memory, for tests and benches: at night Spark groups them."""

import numpy as np
import polars as pl

from pipelines.sampling.plan import Strata


def group_strata(cell: np.ndarray, tier: np.ndarray, worth: np.ndarray) -> Strata:
    """Return the strata of rows [n] in memory, as a distributed group-by gives them."""
    grouped = (
        pl.DataFrame({"cell": cell, "tier": tier, "worth": worth})
        .group_by("cell", "tier")
        .agg(
            rows=pl.len().cast(pl.Int64),
            total=pl.col("worth").sum(),
            least=pl.col("worth").min(),
            most=pl.col("worth").max(),
        )
        .sort("cell", "tier", descending=[False, True])
    )
    return Strata(
        *(grouped[name].to_numpy() for name in ("cell", "rows", "total", "least", "most"))
    )
