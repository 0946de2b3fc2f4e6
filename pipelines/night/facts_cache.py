"""The cache of a night's facts: a run that changes a cut runs no model of Phase I again.

A row's facts follow from its content, the models and the limits of intake alone. They are in
`<warehouse>/_facts/ds=<night>-<fingerprint>/<run>`: redacted texts and scores, as the pass over
texts made them. A folder is whole when Spark has put `_SUCCESS` into it.
Source: score once, decide later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import StructType

from pipelines.lake import scan_files
from pipelines.spark.private_pyspark import remove_tree
from pipelines.spark.tables import read_files
from pipelines.stores.files import list_folder
from pipelines.stores.location import Location, Place, locate
from schemas.night import FACTS

FACTS_FOLDER = "_facts"
"""The folder of a warehouse that holds the facts that stay."""
WHOLE = "_SUCCESS"
"""The name of the file that says that a folder is whole."""
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FactsCache:
    """The facts of one night that an earlier run left.

    Args:
        spark: the session.
        root: the warehouse.
        ds: the night.
        scorers: a fingerprint of everything but its content that a row's facts follow from.
        nights: so many nights are kept, those that ran last; 0 = none.
    """

    spark: SparkSession
    root: Place
    ds: str
    scorers: str
    nights: int

    def folder(self, run_id: str) -> Location:
        """Return the folder in which a run writes facts that stay."""
        return self._place / run_id

    def read(self, schema: StructType) -> DataFrame | None:
        """Return the facts that can be used again; None where no run of this night left any.

        Args:
            schema: of the facts of this run; others cannot be used.
        """
        runs = [run for run in _whole_runs(self._place) if self.nights]
        if not runs:
            return None
        stored = read_files(self.spark, schema, max(runs, key=lambda run: run.written_at).place)
        # Rows on which a model failed, or that were no conversation, are scored again.
        whole = (
            F.col("defect").isNull()
            & F.col("redacted").isNotNull()
            & F.col("identified").isNotNull()
        )
        whole &= F.col("quality").isNotNull() & F.col("found").isNotNull()
        return stored.where(whole & F.forall("safety", lambda s: s["unsafe"].isNotNull()))

    def keep(self, run_id: str) -> None:
        """Keep the facts that a run has written in place of the night's earlier ones."""
        for entry in list_folder(self._place):
            if entry.place.name != run_id:
                remove_tree(self.spark, entry.place)
        others = [
            run for run in _kept_nights(self._home) if not self._is_of_night(run.place.parent)
        ]
        newest = sorted(others, key=lambda run: run.written_at, reverse=True)[: self.nights - 1]
        kept = {self._place, *(run.place.parent for run in newest)}
        for entry in list_folder(self._home):
            if entry.place not in kept:
                remove_tree(self.spark, entry.place)

    def _is_of_night(self, folder: Location) -> bool:
        return folder.name.startswith(f"ds={self.ds}-")

    @property
    def _home(self) -> Location:
        return locate(self.root) / FACTS_FOLDER

    @property
    def _place(self) -> Location:
        return self._home / f"ds={self.ds}-{self.scorers}"


@dataclass(frozen=True, slots=True)
class _CachedRun:
    place: Location
    written_at: datetime


def _whole_runs(night: Location) -> Iterator[_CachedRun]:
    """Yield the folders of runs whose facts of a night are whole."""
    for entry in list_folder(night):
        marks = [mark for mark in list_folder(entry.place) if mark.place.name == WHOLE]
        for mark in marks:
            yield _CachedRun(entry.place, mark.changed_at or _NEVER)


def _kept_nights(home: Location) -> Iterator[_CachedRun]:
    for night in list_folder(home):
        yield from _whole_runs(night.place)


def read_kept_texts(spark: SparkSession, root: Place) -> DataFrame:
    """Return `text_hash`, `prompt` (redacted) of every night whose facts are kept; may be empty."""
    folders = sorted(run.place for run in _kept_nights(locate(root) / FACTS_FOLDER))
    schema = "text_hash string, prompt string"
    return read_files(spark, schema, *folders) if folders else spark.createDataFrame([], schema)


def scan_kept_facts(root: Place, ds: str) -> pl.LazyFrame | None:
    """Return the facts of a night that are kept, read without Spark; None where none are."""
    nights = [entry.place for entry in list_folder(locate(root) / FACTS_FOLDER)]
    mine = [night for night in nights if night.name.startswith(f"ds={ds}-")]
    runs = [run for night in mine for run in _whole_runs(night)]
    if not runs:
        return None
    newest = max(runs, key=lambda run: (run.written_at, run.place))
    return scan_files(newest.place, FACTS)
