"""Rebuild the index of nights from the other tables, night after night."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import polars as pl
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.cli import Progress, require
from pipelines.config import RunConfig
from pipelines.errors import InputError
from pipelines.lake import list_nights, scan_night
from pipelines.night.claim import Pace, hold_warehouse
from pipelines.night.index import KeptRows, count_uncompared, list_sided, read_clusters, stage_index
from pipelines.night.plan import Reading, require_place
from pipelines.night.publication import recover
from pipelines.night.stored_answers import find_stored
from pipelines.night.vectors import choose_vectors
from pipelines.night.workspace import Workspace
from pipelines.spark.progress import Stages
from pipelines.spark.session import open_session, require_clients
from pipelines.spark.tables import Warehouse
from pipelines.stores.location import Location
from pipelines.stores.opening import open_warehouse
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import DECISIONS
from schemas.night import READINGS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import EMBEDDINGS, PRUNING

_AFTER_ALL = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Reindexing:
    """Rebuilds the index of nights.

    Args:
        spark: the session.
        warehouse: whose nights they are.
        revisions: name → revision of the models that compare prompts, the encoder's first.
        words: length of a run of words, `split.shared_words`.
    """

    spark: SparkSession
    warehouse: Warehouse
    revisions: Mapping[str, str]
    words: int

    @property
    def root(self) -> Location:
        """The warehouse."""
        return self.warehouse.root

    def find_missing(self) -> list[str]:
        """Return the nights that kept rows and are in no index: an earlier version wrote them."""
        done = {*list_nights(self.root, REPRESENTATIVES), *list_nights(self.root, CENTROIDS)}
        return [ds for ds in list_nights(self.root, PRUNING) if ds not in done]

    def find_stale(self, first: str | None, last: str | None) -> list[str]:
        """Return the nights, of some, whose index lacks rows, or vectors of the models of today."""
        nights = [
            *self.find_missing(),
            *count_uncompared(self.root, _AFTER_ALL, first or "", self.revisions),
        ]
        return sorted({ds for ds in nights if (first or "") <= ds <= (last or _AFTER_ALL)})

    def rebuild(self, nights: Collection[str], stages: Stages) -> None:
        """Rebuild the index of some nights in order; each starts from the clusters before it."""
        for table in (REPRESENTATIVES, CENTROIDS) if nights else ():
            self.warehouse.create(table)
        for ds in sorted(nights):
            with stages.stage(f"index {ds}"), _lent(self.spark, self.root, ds) as workspace:
                before = read_clusters(self.root, ds, self.revisions)
                staged = stage_index(workspace, self._read(workspace), self.words, before)
                for made in staged:
                    self.warehouse.replace_night(made.table, made.frame(), ds, {"job": "reindex"})

    def _read(self, workspace: Workspace) -> KeptRows:
        """Return what the index of a night is made of, from the published tables."""
        warehouse, is_night = self.warehouse, F.col("ds") == workspace.ds
        encoder, unread = self.revisions
        rows = warehouse.read(PRUNING).where(is_night)
        rows = rows.withColumn("model", F.coalesce("model", F.lit(encoder)))
        hashes = rows.where("kept").select("text_hash", "model").distinct()
        none = F.lit(None).cast("array<float>").alias("embedding")
        wanted = workspace.write(READINGS, hashes.select("text_hash", "model", none))
        stored = find_stored(self.spark, self.root, EMBEDDINGS, wanted, self.revisions)
        decided = warehouse.read(DECISIONS).where(is_night)
        prompts = [
            warehouse.read(table).where(is_night).select("sample_id", "prompt")
            for table in (TRAIN, EVAL)
        ]
        samples = warehouse.read(SAMPLES).where(is_night)
        pruned = scan_night(self.root, PRUNING, workspace.ds)
        return KeptRows(
            decided=pruned.with_columns(pl.col("model").fill_null(encoder)),
            pruning=rows,
            vectors=choose_vectors(stored, unread),
            samples=samples.select("sample_id", "user_key", "conversation_id"),
            sides=list_sided(decided),
            published=prompts[0].unionByName(prompts[1]),
        )


@contextmanager
def _lent(spark: SparkSession, root: Location, ds: str) -> Iterator[Workspace]:
    """Lend a folder in the warehouse."""
    workspace = Workspace(spark, root, f"reindex-{uuid4().hex[:12]}", ds)
    try:
        yield workspace
    finally:
        workspace.remove()


def reindex(config: RunConfig, first: str | None, last: str | None) -> list[str]:
    """Rebuild the index of all nights, or of some; return a summary in lines.

    Args:
        config: names the warehouse and the models.
        first: the first night; None = no bound.
        last: the last one; None = no bound.

    Raises:
        CurationError: with the exit code of the contract.
    """
    reading = Reading.of(config)
    place = require(config.warehouse, "warehouse", "--warehouse")
    require_place(place, "warehouse")
    root = open_warehouse(place)
    wanted = [
        ds
        for ds in list_nights(root, PRUNING)
        if (first is None or first <= ds) and (last is None or ds <= last)
    ]
    if not wanted:
        message = (
            f"warehouse: {root} has no night that Phase II has pruned; run jobs/curate.py first."
        )
        raise InputError(message)
    revisions = reading.revisions()  # a broken file stops the run here
    pace = Pace(config.store.lease_seconds)
    with (
        hold_warehouse(root, f"reindex-{uuid4().hex[:12]}", pace=pace) as claim,
        open_session(config.spark) as spark,
    ):
        require_clients(spark, root)
        recover(spark, claim)
        stages = Stages(spark.sparkContext, Progress())
        warehouse = Warehouse(spark, root, claim)
        index = Reindexing(spark, warehouse, revisions, config.split.shared_words)
        index.rebuild(wanted, stages)
    return [f"Indexed {len(wanted)} nights, {wanted[0]} to {wanted[-1]}."]
