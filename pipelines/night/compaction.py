"""Small files of many nights become few: a bounded step behind each publication."""

from collections import Counter

from delta.tables import DeltaTable
from pyspark.sql import SparkSession

from pipelines.lake import TableFile, list_files
from pipelines.stores.location import Location
from schemas.nightly import NIGHTLY
from schemas.sidecars import EMBEDDINGS, PROMPT_SAFETY
from schemas.table import Table

_SMALL = 16 * 2**20
"""Bytes: a larger file costs no more to find than to read."""
_MOST_FILES = 8
"""Small files that a night, or a table without nights, may have."""
_MOST_NIGHTS = 8
"""Nights of a table that one run compacts, newest first; the rest is left to the next runs."""
_MOST_BYTES = 2**30
"""Of small files that one run reads and writes again, of each table."""


def compact(spark: SparkSession, root: Location) -> list[str]:
    """Make the small files of tables few; return the names of the tables that changed.

    `train` and `eval` stay as they are: `runs` names versions of them, and a new one would say
    nothing.
    """
    changed = []
    for table in (EMBEDDINGS, PROMPT_SAFETY, *NIGHTLY):
        crowded = [] if table.pinned else find_crowded(list_files(root, table))
        for ds in crowded:
            _compact(spark, root, table, ds)
        if crowded:
            changed.append(table.name)
    return changed


def find_crowded(files: list[TableFile]) -> list[str]:
    """Return the nights that have too many small files, newest first, as many as one run takes.

    Of three nights with nine, nine and eight small files the first two have too many.
    """
    small = [file for file in files if file.size < _SMALL]
    count, size = Counter(file.ds for file in small), Counter[str]()
    for file in small:
        size[file.ds] += file.size
    found: list[str] = []
    room = _MOST_BYTES
    for ds in sorted(count, reverse=True):
        if count[ds] > _MOST_FILES and len(found) < _MOST_NIGHTS and size[ds] <= room:
            found.append(ds)
            room -= size[ds]
    return found


def _compact(spark: SparkSession, root: Location, table: Table, ds: str) -> None:
    optimize = DeltaTable.forPath(spark, str(root / table.name)).optimize()
    if ds:
        optimize = optimize.where(f"ds = '{ds}'")
    optimize.executeCompaction()
