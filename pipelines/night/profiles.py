"""What the nights before were like, from their rows of `runs` alone."""

import polars as pl

from pipelines.drift.profile import Profile, read_profile
from pipelines.lake import list_nights, scan_table
from pipelines.published import RUN_ORDER
from pipelines.stores.location import Place
from schemas.ledger import RUNS


def read_profiles(root: Place, ds: str, most: int) -> list[Profile]:
    """Return profiles of the last published nights before a night, oldest first.

    Args:
        root: the warehouse.
        ds: the night.
        most: how many; of each the run that was published last. Files of other nights are not
            opened, and of these only narrow columns are read.
    """
    earlier = [night for night in list_nights(root, RUNS) if night < ds]
    chosen = frozenset(earlier[-most:] if most else ())
    runs = scan_table(root, RUNS, nights=chosen.__contains__).filter(
        pl.col("status") == "published"
    )
    rows = runs.select("ds", "counts", *RUN_ORDER).collect()
    newest = rows.sort(RUN_ORDER).unique("ds", keep="last")
    return [
        read_profile(row["ds"], dict(row["counts"]))
        for row in newest.sort("ds").iter_rows(named=True)
    ]
