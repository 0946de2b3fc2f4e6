"""Phase II: near-duplicates and the budget, of this night and against those before it."""

from dataclasses import dataclass

from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.cluster_names import date_clusters, describe_clusters
from pipelines.lake import scan_table
from pipelines.night.decisions import frame_of_passed, record_reasons, scan_passed
from pipelines.night.night import Night
from pipelines.night.pruning_task import NightRule, kept_elsewhere, prune_night
from pipelines.night.vectors import PromptVectors
from pipelines.night.workspace import Staged
from pipelines.outcomes import Phase, Reason
from pipelines.spark.tables import quoted
from schemas.night import PRUNED
from schemas.sidecars import CLUSTERS, PRUNING


@dataclass(frozen=True, slots=True)
class Pruned:
    """What Phase II leaves.

    Args:
        pruned: with the links to later nights, which no published table keeps.
        pruning: the same without them, as it is published.
        clusters: their names and sizes.
    """

    pruned: Staged
    pruning: Staged
    clusters: Staged


def prune(
    night: Night, facts: Staged, samples: Staged, decided: Staged, vectors: PromptVectors
) -> Pruned:
    """Stage `pruned`, `pruning` and `clusters` of the samples that Phase I kept."""
    plan, workspace = night.plan, night.workspace
    with night.stages.stage("phase II: prune"):
        settings = plan.config.pruning
        priority = F.col(quoted(settings.priority)).cast("double").alias("priority")
        stratum = F.lit("") if settings.stratum is None else F.col(quoted(settings.stratum))
        passed = frame_of_passed(decided, before=Phase.DIVERSITY)
        rows = (
            samples.frame()
            .join(passed, on="sample_id", how="left_semi")
            .select(
                F.col("sample_id").alias("id"),
                "text_hash",
                priority,
                stratum.cast("string").alias("stratum"),
            )
            .join(vectors.unknown(), on="text_hash", how="left_anti")
            .join(vectors.read(), on="text_hash", how="inner")
        )
        before = night.warehouse.read(PRUNING)
        others = kept_elsewhere(before, vectors.read(), plan.ds, settings.window_nights)
        known = date_clusters(scan_table(plan.root, PRUNING), plan.ds)
        rule = NightRule(settings.narrow(), plan.cuts, plan.ds)
        pruned = workspace.write(PRUNED, prune_night(rows, others, rule, known["cluster_id"]))
        pruning = workspace.sink(PRUNING, pruned.scan().drop("links"))
        # No approval gives a prompt a vector, so no person's answer is heard in Phase II.
        asked = scan_passed(decided, before=Phase.DIVERSITY)
        record_reasons(night, asked, Phase.DIVERSITY, pruning.scan(), silence=Reason.NOT_EMBEDDED)
        users = samples.scan().select("sample_id", "user_key")
        texts = facts.scan().select("sample_id", "prompt")
        named = pruning.scan().join(users, on="sample_id", how="inner")
        named = named.join(texts, on="sample_id", how="inner")
        described = describe_clusters(named, known, plan.ds, settings.name_users_min)
        return Pruned(pruned, pruning, workspace.sink(CLUSTERS, described.lazy()))
