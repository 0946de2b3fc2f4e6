"""What earlier nights kept, as a later run meets it."""

from pathlib import Path

import polars as pl

from pipelines.lake import scan_table
from schemas.sidecars import PRUNING


def scan_kept_before(root: Path, ds: str, since: str = "") -> pl.LazyFrame:
    """Return `ds`, `sample_id`, `text_hash` of what nights before one kept, from `since` on; empty = all."""
    earlier = (pl.col("ds") >= since) & (pl.col("ds") < ds)
    return scan_table(root, PRUNING).filter(pl.col("kept") & earlier).select("ds", "sample_id", "text_hash")
