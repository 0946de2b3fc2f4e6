"""What earlier nights kept, read from the nights themselves: for jobs that make vectors or the index anew."""

import polars as pl

from pipelines.lake import scan_table
from pipelines.stores.location import Place
from schemas.sidecars import PRUNING


def scan_kept_before(root: Place, ds: str, since: str = "") -> pl.LazyFrame:
    """Return `ds`, `sample_id`, `text_hash` of what nights before one kept, from `since` on; empty = all."""
    earlier = scan_table(root, PRUNING, nights=lambda night: since <= night < ds)
    return earlier.filter("kept").select("ds", "sample_id", "text_hash")
