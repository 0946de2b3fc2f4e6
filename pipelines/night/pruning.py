"""Phase II: near-duplicates and the budget, of this night and against those before it."""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.cluster_names import describe_clusters
from pipelines.night.decisions import frame_of_passed, record_reasons, scan_passed
from pipelines.night.index import KnownClusters, read_clusters
from pipelines.night.look_back import LookBack, compare_with_kept, fits_budget, nearest_of_all
from pipelines.night.night import Night
from pipelines.night.placing import compute
from pipelines.night.pruning_task import NightRule, prune_night
from pipelines.night.vectors import PromptVectors
from pipelines.night.wave_files import WaveFiles
from pipelines.night.waves import WaveNight, WaveSizes
from pipelines.night.window import first_of_window
from pipelines.night.workspace import Staged, Workspace
from pipelines.outcomes import Phase, Reason
from pipelines.publishing.gates import count_rows
from pipelines.spark.private_pyspark import remove_tree
from pipelines.spark.tables import quoted
from schemas.night import CANDIDATES, PRUNED
from schemas.sidecars import CLUSTERS, PRUNING

_SLICE_ROWS = 100_000
"""Rows of a file of `candidates`: a task of the look-back holds their vectors."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """The tables of Phase II.

    Args:
        pruned: with the sides that rows are near to, which no published table keeps.
        pruning: the same without them, as it is published.
        clusters: their names and sizes.
        known: the clusters of the nights before.
    """

    pruned: Staged
    pruning: Staged
    clusters: Staged
    known: KnownClusters


def prune(
    night: Night, facts: Staged, samples: Staged, decided: Staged, vectors: PromptVectors
) -> Pruned:
    """Stage `pruned`, `pruning` and `clusters` of the samples that Phase I kept."""
    plan, workspace = night.plan, night.workspace
    with night.stages.stage("phase II: prune"):
        settings = plan.config.pruning
        candidates = _stage_candidates(night, samples, decided, vectors)
        known = read_clusters(plan.root, plan.ds, night.revisions)
        nearest = nearest_of_all(
            compare_with_kept(night, candidates, rule_of(night, candidates, known)).frame()
        )
        rule = NightRule(settings.narrow(), plan.cuts, plan.ds, known)
        pruned = _stage_pruned(night, candidates, nearest, rule)
        tables = Considered(facts, samples, decided, pruned)
        compute(
            night, partial(_record, tables, known.dated(), settings.name_users_min), samples.scan()
        )
        return Pruned(pruned, workspace.staged(PRUNING), workspace.staged(CLUSTERS), known)


class Considered(NamedTuple):
    """The tables of a night that say about a pruned row who wrote what."""

    facts: Staged
    samples: Staged
    decided: Staged
    pruned: Staged


def _record(tables: Considered, known: pl.DataFrame, users_min: int, workspace: Workspace) -> None:
    """Stage `pruning` and `clusters`, and add to `decided`."""
    pruning = workspace.sink(PRUNING, tables.pruned.scan().drop("sides"))
    # No approval gives a prompt a vector, so no person's answer counts in Phase II.
    passed = scan_passed(tables.decided, before=Phase.DIVERSITY)
    record_reasons(workspace, passed, Phase.DIVERSITY, pruning.scan(), Reason.NOT_EMBEDDED)
    users = tables.samples.scan().select("sample_id", "user_key")
    texts = tables.facts.scan().select("sample_id", "prompt")
    named = pruning.scan().join(users, on="sample_id", how="inner")
    named = named.join(texts, on="sample_id", how="inner")
    described = describe_clusters(named, known, workspace.ds, users_min)
    workspace.sink(CLUSTERS, described.lazy())


def _stage_pruned(night: Night, candidates: Staged, nearest: DataFrame, rule: NightRule) -> Staged:
    """Stage `pruned`: in one task up to `spark.one_task_rows`, and where not all pairs fit."""
    workspace, count = night.workspace, count_rows(candidates.scan())
    if count <= night.plan.config.spark.one_task_rows or not rule.budget.is_exact(count):
        rows = candidates.frame().join(nearest, on="text_hash", how="left")
        return workspace.write(PRUNED, prune_night(rows, rule))
    files = WaveFiles(workspace.folder / "waves")
    waves = WaveNight(night.spark, files, rule, WaveSizes(night.plan.config.spark.partitions))
    rows = candidates.frame().drop("embedding").join(nearest, on="text_hash", how="left")
    pruned = workspace.write(PRUNED, waves.prune(candidates.files(), rows))
    remove_tree(night.spark, files.folder)
    return pruned


def _stage_candidates(
    night: Night, samples: Staged, decided: Staged, vectors: PromptVectors
) -> Staged:
    settings = night.plan.config.pruning
    priority = F.col(quoted(settings.priority)).cast("double").alias("priority")
    stratum = F.lit("") if settings.stratum is None else F.col(quoted(settings.stratum))
    passed = frame_of_passed(decided, before=Phase.DIVERSITY)
    rows = (
        samples.frame()
        .join(passed, on="sample_id", how="left_semi")
        .select("sample_id", "text_hash", priority, stratum.cast("string").alias("stratum"))
        .join(vectors.unknown(), on="text_hash", how="left_anti")
        .join(vectors.vectors.frame(), on="text_hash", how="inner")
    )
    prompts = count_rows(scan_passed(decided, before=Phase.DIVERSITY))
    slices = max(1, -(-prompts // _SLICE_ROWS))
    return night.workspace.write(CANDIDATES, _spread(rows, slices))


def _spread(rows: DataFrame, slices: int) -> DataFrame:
    return rows.repartition(slices, "text_hash") if slices > 1 else rows.coalesce(1)


def rule_of(night: Night, candidates: Staged, known: KnownClusters) -> LookBack:
    """Return how the night is compared with earlier ones: by all pairs if they fit the budget."""
    plan, settings = night.plan, night.plan.config.pruning
    exact = fits_budget(night, count_rows(candidates.scan()))
    return LookBack(
        ds=plan.ds,
        since=first_of_window(plan.ds, settings.window_nights),
        cuts=plan.cuts,
        revisions={name: night.revisions[name] for name in plan.cuts},
        known={} if exact else known.centroids,
        probe_clusters=settings.probe_clusters,
    )
