"""Facts of a night that stay: a run that changes a cut asks no model of Phase I again.

A row's facts follow from its content, the models and the limits of intake alone. They stand in
`<warehouse>/_facts`, one folder per night: redacted texts and scores, as the pass over texts made them.
Source: score once, decide later.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import StructType

from pipelines.lake import scan_files
from pipelines.spark.tables import read_files
from schemas.night import FACTS

_FOLDER = "_facts"


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
    root: Path
    ds: str
    scorers: str
    nights: int

    def read(self, schema: StructType) -> DataFrame | None:
        """Return the facts that can be used again; None where no run of this night left any.

        Args:
            schema: of the facts of this run; others cannot be used.
        """
        place = self._place
        if self.nights == 0 or not place.is_dir():
            return None
        stored = read_files(self.spark, schema, place)
        # What a model failed on is asked again, and so is a row that was no conversation.
        whole = (
            F.col("defect").isNull()
            & F.col("redacted").isNotNull()
            & F.col("identified").isNotNull()
        )
        whole &= F.col("quality").isNotNull() & F.col("found").isNotNull()
        return stored.where(whole & F.forall("safety", lambda s: s["unsafe"].isNotNull()))

    def keep(self, facts: Path) -> None:
        """Keep the facts of this run in place of the night's earlier ones.

        Args:
            facts: a folder of files that nobody changes; they are linked, not copied.
        """
        if self.nights == 0:
            return
        draft = self._home / f"{self._place.name}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(facts, draft, copy_function=_link)
        for old in self._home.glob(f"ds={self.ds}-*"):
            if old != draft:
                shutil.rmtree(old, ignore_errors=True)
        draft.rename(self._place)
        kept = sorted(self._home.iterdir(), key=lambda place: place.stat().st_mtime, reverse=True)
        for old in kept[self.nights :]:
            shutil.rmtree(old, ignore_errors=True)

    @property
    def _home(self) -> Path:
        return self.root / _FOLDER

    @property
    def _place(self) -> Path:
        return self._home / f"ds={self.ds}-{self.scorers}"


def read_kept_texts(spark: SparkSession, root: Path) -> DataFrame:
    """Return `text_hash`, `prompt` (redacted) of every night whose facts are kept; no rows where none are."""
    folders = [place for place in sorted((root / _FOLDER).glob("ds=*")) if place.suffix != ".draft"]
    schema = "text_hash string, prompt string"
    return read_files(spark, schema, *folders) if folders else spark.createDataFrame([], schema)


def scan_kept_facts(root: Path, ds: str) -> pl.LazyFrame | None:
    """Return the facts of a night that are kept, read without Spark; None where none are."""
    folders = [f for f in sorted((root / _FOLDER).glob(f"ds={ds}-*")) if f.suffix != ".draft"]
    return scan_files(folders[-1], FACTS) if folders else None


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)
