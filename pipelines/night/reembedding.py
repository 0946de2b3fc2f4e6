"""Embed again what earlier nights kept, after a change of encoder; a killed run can be resumed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import polars as pl
import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.cli import Progress, require
from pipelines.config import RunConfig
from pipelines.diversity.uncompared import count_by_night, describe_reembedding, select_uncompared
from pipelines.errors import InputError
from pipelines.lake import newest_commit, scan_parquet, scan_table
from pipelines.night import embedding
from pipelines.night.claim import Claim, Pace, hold_warehouse
from pipelines.night.facts_cache import read_kept_texts
from pipelines.night.history import scan_kept_before
from pipelines.night.index import count_uncompared
from pipelines.night.plan import Reading, require_place
from pipelines.night.publication import clear_away
from pipelines.night.reindexing import Reindexing
from pipelines.night.vectors import list_spelled, read_prompts
from pipelines.night.workspace import Staged, Workspace
from pipelines.published import RUN_ORDER
from pipelines.retention import read_uncompared
from pipelines.spark.progress import Stages
from pipelines.spark.session import open_session, require_clients
from pipelines.spark.tables import Warehouse, read_files
from pipelines.stores.files import list_folder, list_parquet
from pipelines.stores.location import Location
from pipelines.stores.opening import open_warehouse
from schemas.ledger import RUNS
from schemas.samples import EVAL, TRAIN
from schemas.sidecars import EMBEDDINGS, PRUNING
from schemas.table import Table, column

_AFTER_ALL = "9999-12-31"
_BATCH = "batch"
_MISSING = Table(
    name="missing",
    version=1,
    key=(),
    nightly=False,
    columns=(
        column("ds", pa.string(), "the night that kept the row"),
        column("text_hash", pa.string(), "of its prompt, of which the encoder has no vector"),
    ),
)
_TEXT_SCHEMA = "text_hash string, prompt string"


@dataclass(frozen=True, slots=True)
class NightsAsked:
    """Which nights are embedded again, and in what portions.

    Args:
        first, last: both included; None = no bound.
        batch_prompts: so many prompts are embedded, then stored; a killed run loses one batch at
            most.
    """

    first: str | None
    last: str | None
    batch_prompts: int


@dataclass(frozen=True, slots=True)
class Reembedding:
    """A run of jobs/reembed.py: session, warehouse, folder, the models that compare prompts."""

    spark: SparkSession
    claim: Claim
    workspace: Workspace
    reading: Reading
    seconds_per_text: float

    @property
    def models(self) -> dict[str, str]:
        """The encoder's name → its revision; an unread prompt has a second vector, of another."""
        name = self.reading.encoder.name
        return {name: self.reading.revisions()[name]}

    @property
    def _missing(self) -> Staged:
        return self.workspace.staged(_MISSING)

    @property
    def _texts(self) -> Location:
        """The folder of the prompts at hand, one folder per batch in it."""
        return self.workspace.folder / "texts"

    def stage_missing(self, asked: NightsAsked) -> dict[str, int]:
        """Stage `ds`, `text_hash` of kept rows without its vector; return night → rows."""
        kept = scan_kept_before(self.claim.root, _AFTER_ALL, asked.first or "")
        if asked.last is not None:
            kept = kept.filter(pl.col("ds") <= asked.last)
        missing = select_uncompared(
            kept.drop("sample_id"), scan_table(self.claim.root, EMBEDDINGS), self.models
        )
        return count_by_night(self.workspace.sink(_MISSING, missing).scan())

    def stage_texts(self, batch_prompts: int) -> int:
        """Stage the prompts whose texts are still kept, a folder per batch; return their number."""
        warehouse = Warehouse(self.spark, self.claim.root)
        texts = read_kept_texts(self.spark, self.claim.root)
        for table in (TRAIN, EVAL):
            texts = texts.unionByName(warehouse.read(table).select("text_hash", "prompt"))
        wanted = self._missing.frame().select("text_hash")
        # A vector is of the text that its hash names, whatever a table says beside it.
        texts = texts.where(F.sha2("prompt", 256) == F.col("text_hash"))
        asked = texts.join(wanted.distinct(), on="text_hash", how="left_semi")
        known = warehouse.read(EMBEDDINGS).select("text_hash", "model", "model_revision")
        found = embedding.missing_answers(asked, known, self.models).localCheckpoint()
        total = found.count()
        batches = max(1, -(-total // batch_prompts))
        numbered = found.withColumn(_BATCH, F.pmod(F.xxhash64("text_hash"), F.lit(batches)))
        spread = numbered.repartition(_BATCH)
        spread.write.mode("overwrite").partitionBy(_BATCH).parquet(str(self._texts))
        return total

    def embed_batches(self, stages: Stages) -> None:
        """Embed and store one batch after the other; what is stored stays, whatever comes then."""
        warehouse = Warehouse(self.spark, self.claim.root, self.claim)
        warehouse.create(EMBEDDINGS)
        revision = self.reading.revisions()[self.reading.unread.name]
        listed = [entry.place for entry in list_folder(self._texts) if entry.is_folder]
        folders = [folder for folder in listed if folder.name.startswith(f"{_BATCH}=")]
        for number, folder in enumerate(folders, start=1):
            rows = scan_parquet(list_parquet(folder)).select(pl.len()).collect().item()
            with stages.stage(f"embed, batch {number} of {len(folders)}", rows) as count:
                prompts = read_files(self.spark, _TEXT_SCHEMA, folder)
                tasks = embedding.tasks_for(rows, self.spark.sparkContext.defaultParallelism)
                spread = prompts.repartition(tasks, "text_hash")
                found = embedding.embed(spread, self.reading.encoder, self.seconds_per_text, count)
                readings = read_prompts(spread, self.reading, self.seconds_per_text)
                spelled = list_spelled(readings, revision)
                # Both at once: a batch of which only one is stored would count as done.
                rows_of_both = found.drop("judged").unionByName(spelled)
                warehouse.append(EMBEDDINGS, rows_of_both, {"job": "reembed"})

    def describe(self, missing: dict[str, int]) -> list[str]:
        """Return a line per night: what was embedded, what could not be."""
        if not missing:
            return []
        rows = self._missing.scan()
        hands = list_parquet(self._texts, deep=True)
        at_hand = scan_parquet(hands).select("text_hash")
        gone = count_by_night(rows.join(at_hand, on="text_hash", how="anti"))
        left = select_uncompared(rows, scan_table(self.claim.root, EMBEDDINGS), self.models)
        failed = count_by_night(left.join(at_hand, on="text_hash", how="semi"))
        return [
            describe_reembedding(ds, n, gone.get(ds, 0), failed.get(ds, 0))
            for ds, n in missing.items()
        ]


def reembed(config: RunConfig, asked: NightsAsked) -> list[str]:
    """Embed kept rows that have no vector of the configured encoder; return a summary in lines.

    Raises:
        CurationError: with the exit code of the contract; what was stored before stays.
    """
    reading, models = Reading.of(config), config.models
    place = require(config.warehouse, "warehouse", "--warehouse")
    require_place(place, "warehouse")
    root = open_warehouse(place)
    if newest_commit(root / PRUNING.name) is None:
        message = f"warehouse: {root} has no night that kept a row; run jobs/curate.py first."
        raise InputError(message)
    reading.revisions()  # a broken file stops the run here
    pace = Pace(config.store.lease_seconds)
    with (
        hold_warehouse(root, f"reembed-{uuid4().hex[:12]}", pace=pace) as claim,
        open_session(config.spark) as spark,
        _folder_of_run(spark, claim) as workspace,
    ):
        require_clients(spark, root)
        run = Reembedding(spark, claim, workspace, reading, models.seconds_per_text)
        stages = Stages(spark.sparkContext, Progress())
        with stages.stage("find rows without vector"):
            missing = run.stage_missing(asked)
        if missing:
            with stages.stage("gather their texts"):
                total = run.stage_texts(asked.batch_prompts)
            if total:
                run.embed_batches(stages)
        warehouse = Warehouse(spark, root, claim)
        index = Reindexing(spark, warehouse, reading.revisions(), config.split.shared_words)
        stale = index.find_stale(asked.first, asked.last)
        index.rebuild(stale, stages)
        left = count_uncompared(root, _AFTER_ALL, asked.first or "", reading.revisions())
        again = describe_nights_again(_find_uncompared_runs(root), left, asked)
        if not missing and not stale:
            done = f"Nothing to do: every kept row has a vector of {_name(run.models)}."
            return [done, *again]
        return [f"Encoder {_name(run.models)}.", *run.describe(missing), *again]


def describe_nights_again(
    counted: Mapping[str, Mapping[str, int]], left: Mapping[str, int], asked: NightsAsked
) -> list[str]:
    """Return a line that names the nights to be run again; none where there are none.

    They were published without a comparison that can be made by now, so that a near-duplicate may
    stand on both sides.

    Args:
        counted: night → earlier night → its rows that the night's newest run could not compare.
        left: earlier night → its rows that cannot be compared still.
        asked: only what these nights' rows were not compared with counts.

    >>> asked = NightsAsked("2026-01-01", None, 100)
    >>> counted = {"2026-01-02": {"2026-01-01": 9}, "2026-01-03": {"2026-01-01": 2}}
    >>> describe_nights_again(counted, {"2026-01-01": 2}, asked)
    ['Run these nights again, published before they could be compared: 2026-01-02.']
    """
    nights = [
        ds
        for ds, rows in sorted(counted.items())
        if any(
            count > left.get(earlier, 0)
            for earlier, count in rows.items()
            if (asked.first or "") <= earlier <= (asked.last or _AFTER_ALL)
        )
    ]
    if not nights:
        return []
    names = ", ".join(nights)
    return [f"Run these nights again, published before they could be compared: {names}."]


def _find_uncompared_runs(root: Location) -> dict[str, dict[str, int]]:
    """Return night → earlier night → rows that the newest run of the night did not compare."""
    published = scan_table(root, RUNS).filter(pl.col("status") == "published")
    newest = published.sort(RUN_ORDER).select("ds", "counts").collect()
    return {ds: read_uncompared(dict(counts)) for ds, counts in newest.iter_rows()}


@contextmanager
def _folder_of_run(spark: SparkSession, claim: Claim) -> Iterator[Workspace]:
    """Lend a folder in the warehouse; those of runs that were killed are removed first."""
    clear_away(spark, claim)
    workspace = Workspace(spark, claim.root, claim.run_id)
    try:
        yield workspace
    finally:
        workspace.remove()


def _name(models: dict[str, str]) -> str:
    return ", ".join(f"{name} ({revision})" for name, revision in models.items())
