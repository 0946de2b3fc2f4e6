"""What earlier nights kept, as a later run meets it."""

from collections.abc import Mapping

import polars as pl

from pipelines.diversity.uncompared import count_by_night, select_uncompared
from pipelines.lake import scan_table
from pipelines.stores.location import Place
from schemas.sidecars import EMBEDDINGS, PRUNING


def scan_kept_before(root: Place, ds: str, since: str = "") -> pl.LazyFrame:
    """Return `ds`, `sample_id`, `text_hash` of what nights before one kept, from `since` on; empty = all."""
    earlier = scan_table(root, PRUNING, nights=lambda night: since <= night < ds)
    return earlier.filter("kept").select("ds", "sample_id", "text_hash")


def count_uncompared(root: Place, ds: str, since: str, models: Mapping[str, str]) -> dict[str, int]:
    """Return night → kept rows that a night cannot be compared with, as no model of it has their vector.

    Args:
        root: the warehouse.
        ds: the night.
        since: the first night that it is compared with; empty = there is no first.
        models: name → revision of those that compare.
    """
    kept = scan_kept_before(root, ds, since)
    return count_by_night(select_uncompared(kept, scan_table(root, EMBEDDINGS), models))
