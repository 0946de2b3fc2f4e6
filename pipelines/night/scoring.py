"""Intake and the models of Phase I: the night's traffic becomes facts, one row per input row."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pyspark.sql import DataFrame, SparkSession

from pipelines.config import RunConfig
from pipelines.errors import ConfigurationError
from pipelines.identity import fingerprint
from pipelines.intake.file_stamps import InputStamps, stamp_input
from pipelines.night import intake
from pipelines.night.erasures import read_erased
from pipelines.night.facts_cache import FactsCache
from pipelines.night.night import Night
from pipelines.night.plan import Plan
from pipelines.night.text_pass import facts_schema, score_conversations
from pipelines.night.workspace import Staged
from pipelines.sampling.constraints import check_columns
from pipelines.spark.inputs import version_of
from pipelines.spark.private_pyspark import spark_schema
from pipelines.spark.progress import Stages
from pipelines.spark.tables import Warehouse
from schemas.night import FACTS
from schemas.samples import SAMPLES

_ROWS_PER_TASK = 500


@dataclass(frozen=True, slots=True)
class Traffic:
    """The input of a night.

    Args:
        rows: its input rows.
        scores: `conversation_id`, `rewards`; None = there are no reward scores.
        rows_in: how many rows there are.
        versions: input → its Delta version; None = it is no Delta table.
        digest: digits that change when any value of the rows or the scores does.
        stamps: the files of the inputs that are none, as they were before they were read.
    """

    rows: DataFrame
    scores: DataFrame | None
    rows_in: int
    versions: Mapping[str, int | None]
    digest: str
    stamps: Sequence[InputStamps] = ()

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Make sure that no file changes while the block reads them.

        Raises:
            InputError: one did, which may be why the block failed.
        """
        try:
            yield
        finally:
            if not isinstance(sys.exception(), KeyboardInterrupt):
                for stamps in self.stamps:
                    stamps.require_same()


def read_traffic(spark: SparkSession, plan: Plan, stages: Stages) -> Traffic:
    """Return the night's input, read in full once, so that damage is found before any model runs.

    Raises:
        InputError: a table is missing, damaged or of another form.
        ConfigurationError: a setting names a column that there is not.
    """
    with stages.stage("read traffic"):
        places = {"traffic": plan.traffic, "scores": plan.scores}
        given = {name: place for name, place in places.items() if place is not None}
        versions = {name: version_of(spark, place) for name, place in given.items()}
        stamps = [stamp_input(n, place, plan.ds, versions[n]) for n, place in given.items()]
        rows = intake.read_night(
            spark, plan.traffic, plan.ds, plan.config.intake.carry, versions["traffic"]
        )
        check_dimensions(plan.config, intake.extra_columns(rows))
        intake.check_extra_types(rows, Warehouse(spark, plan.root).read(SAMPLES).schema)
        read, digests = intake.read_whole(rows), []
        scores = None
        if plan.scores is not None:
            given_scores = intake.read_scores(spark, plan.scores, plan.ds, versions["scores"])
            digests.append(intake.read_whole(given_scores).digest)
            scores = intake.gather_rewards(given_scores)
        digest = fingerprint(read.digest, *digests)
        return Traffic(rows, scores, read.rows, versions, digest, stamps)


def score_texts(night: Night, traffic: Traffic) -> Staged:
    """Stage `facts`: every model's answers on each row; only redacted text leaves the pass."""
    plan = night.plan
    text_pass = replace(plan.text_pass(), erased=read_erased(plan.root, plan.keys))
    stage = night.stages.stage("intake and phase I models", traffic.rows_in)
    with stage as count, traffic.unchanged():
        tasks = _count_tasks(night, traffic.rows_in)
        rows = intake.prepare_rows(traffic.rows, traffic.scores, tasks)
        cache = FactsCache(
            spark=night.spark,
            root=plan.root,
            ds=plan.ds,
            scorers=text_pass.fingerprint(night.revisions, plan.code_version),
            nights=plan.config.models.keep_facts_nights,
        )
        known = cache.read(spark_schema(facts_schema(rows)))
        if known is None:
            scored = score_conversations(rows, text_pass, count)
        else:
            again = known.join(rows.select("content"), on="content", how="left_semi")
            new = rows.join(known.select("content"), on="content", how="left_anti")
            scored = score_conversations(new, text_pass, count).unionByName(again)
        if not cache.nights:
            return night.workspace.write(FACTS, scored)
        facts = night.workspace.write(FACTS, scored, folder=cache.folder(night.run_id))
        if night.claim is None or night.claim.is_held():
            cache.keep(night.run_id)
        return facts


def _count_tasks(night: Night, rows: int) -> int:
    """Return the number of tasks of the pass over texts; a small night has few."""
    enough = max(night.spark.sparkContext.defaultParallelism, -(-rows // _ROWS_PER_TASK))
    return min(night.plan.config.spark.partitions, enough)


def check_dimensions(config: RunConfig, extras: list[str]) -> None:
    """Refuse a setting that names a column which the samples will not have.

    Raises:
        ConfigurationError: names the setting, and the columns that there are.
    """
    known = [name for name in SAMPLES.names if name not in {"ds", "run_id"}] + extras
    pruning = config.pruning
    for key in ("priority", "stratum"):
        column = getattr(pruning, key)
        if column is not None and column not in known:
            message = (
                f"pruning.{key}: {column} is no column of samples. Known here: {', '.join(known)}."
            )
            raise ConfigurationError(message)
    check_columns(config.sampling, known, "sampling")
    if config.evaluation is not None:
        check_columns(config.evaluation, known, "evaluation")
