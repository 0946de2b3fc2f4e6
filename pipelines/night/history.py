"""What earlier nights kept, read from their own tables, for jobs that rebuild vectors or index."""

import polars as pl

from pipelines.lake import scan_table
from pipelines.night.window import is_earlier
from pipelines.stores.location import Place
from schemas.sidecars import PRUNING


def scan_kept_before(root: Place, ds: str, since: str = "") -> pl.LazyFrame:
    """Return `ds`, `sample_id`, `text_hash` of rows kept from `since` ("" = all) to before `ds`."""
    earlier = scan_table(root, PRUNING, nights=lambda night: is_earlier(night, ds, since))
    return earlier.filter("kept").select("ds", "sample_id", "text_hash")
