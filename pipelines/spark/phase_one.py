"""Phase I at the edge: from the facts of the text pass to samples, side tables and decisions."""

from functools import partial

import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.filtering.policy import PhaseOneLimits, decide_phase_one
from pipelines.filtering.privacy import types_that_count
from pipelines.intake.difficulty import DifficultyLimits, level_difficulty, place_cuts
from pipelines.outcomes import Outcome, Phase, Reason
from pipelines.spark.adapters import map_rows
from schemas.ledger import REVIEW
from schemas.samples import SAMPLES

DECIDED = pa.schema(
    [
        ("sample_id", pa.string()),
        ("conversation_id", pa.string()),
        ("phase", pa.string()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
    ]
)
_LEVELS = pa.schema([("sample_id", pa.string()), ("difficulty", pa.string())])


def make_samples(facts: DataFrame, jobs: DataFrame, limits: DifficultyLimits) -> DataFrame:
    """Return the rows of `samples` with the traffic's extra columns, without `ds` and `run_id`.

    Args:
        facts: of the text pass, conversations only.
        jobs: `text_hash`, `own_jtbd`; fills what upstream left null.
        limits: of difficulty.
    """
    rewards = facts.select("sample_id", "reward_count", "reward_variance")
    scored = rewards.where(F.col("reward_count") >= limits.min_scores).select("reward_variance")
    cuts = place_cuts(pl.DataFrame(scored.toArrow())["reward_variance"], limits)
    levels = map_rows(rewards, partial(_level, cuts=cuts, limits=limits), _LEVELS)
    filled = (
        facts.join(levels, on="sample_id", how="left")
        .join(jobs.select("text_hash", "own_jtbd"), on="text_hash", how="left")
        .withColumn("jtbd", F.coalesce("jtbd", "own_jtbd"))
        .withColumn("started_at", F.timestamp_micros("started_at"))
    )
    own = [name for name in SAMPLES.names if name not in {"ds", "run_id"}]
    extra = ["extra.*"] if facts.schema["extra"].dataType.typeName() == "struct" else []
    return filled.select(*own, *extra)


def _level(rewards: pl.DataFrame, cuts: tuple[float, float], limits: DifficultyLimits) -> pl.DataFrame:
    return rewards.with_columns(difficulty=level_difficulty(rewards, cuts, limits))


def side_table(facts: DataFrame, name: str) -> DataFrame:
    """Return one row per sample and model of `privacy` or `safety`."""
    return facts.select("sample_id", F.explode(name).alias("answer")).select("sample_id", "answer.*")


def language_table(facts: DataFrame, model: str, revision: str) -> DataFrame:
    """Return one row per sample of `language`."""
    return facts.select(
        "sample_id",
        F.lit(model).alias("model"),
        F.lit(revision).alias("model_revision"),
        F.col("identified").alias("language"),
        "confidence",
        "romanised",
        "mixed",
    )


def quarantine_table(facts: DataFrame) -> DataFrame:
    """Return the rows that could not be read as conversations."""
    rows = facts.where(F.col("defect").isNotNull())
    return rows.select("conversation_id", F.col("defect").alias("reason"), F.col("quarantined").alias("row"))


def intake_decisions(facts: DataFrame) -> DataFrame:
    """Return intake's decision about every input row."""
    good = F.col("defect").isNull()
    return facts.select(
        "sample_id",
        "conversation_id",
        F.lit(Phase.INTAKE.value).alias("phase"),
        F.when(good, Outcome.KEEP.value).otherwise(Outcome.QUARANTINE.value).alias("outcome"),
        F.coalesce("defect", F.lit(Reason.PASSED.value)).alias("reason"),
    )


def phase_one_decisions(facts: DataFrame, reviews: DataFrame, limits: PhaseOneLimits) -> DataFrame:
    """Return the decisions of privacy, safety and language.

    Args:
        facts: of the text pass, conversations only.
        reviews: the night's table `review`; a person's answers are heard.
        limits: of the three phases.
    """
    decided = reviews.where("status <> 'open'").select("sample_id", F.col("status").alias("review"))
    light = facts.select(
        "sample_id",
        "conversation_id",
        "found",
        "redacted",
        F.transform(
            "safety", lambda s: F.struct(s["model"].alias("model"), s["unsafe"].alias("unsafe"))
        ).alias("safety"),
        F.col("identified").alias("language"),
        "confidence",
    )
    asked = light.join(decided, on="sample_id", how="left")
    return map_rows(asked, partial(_decide, limits=limits), DECIDED)


def _decide(facts: pl.DataFrame, limits: PhaseOneLimits) -> pl.DataFrame:
    types = types_that_count(pl.col("found"), limits.privacy)
    return decide_phase_one(facts.with_columns(entity_types=types), limits)


def review_table(decisions: DataFrame, facts: DataFrame, before: DataFrame) -> DataFrame:
    """Return the night's `review`: what is open now, and every answer that a person gave before.

    Args:
        decisions: of all phases of this run.
        facts: of the text pass, conversations only.
        before: the night's rows of `review` as they stand.
    """
    names = [name for name in REVIEW.names if name not in {"ds", "run_id"}]
    answered = before.where("status <> 'open'").select(*names)
    asked = decisions.where(F.col("outcome") == Outcome.REVIEW.value).select("sample_id", "reason")
    unanswered = asked.join(answered.select("sample_id"), on="sample_id", how="left_anti")
    scores = F.map_from_entries(
        F.transform("safety", lambda s: F.struct(s["model"].alias("key"), s["unsafe"].alias("value")))
    )
    opened = unanswered.join(facts.select("sample_id", scores.alias("scores")), on="sample_id", how="inner")
    return answered.unionByName(
        opened.select(
            "sample_id",
            "reason",
            "scores",
            F.lit("open").alias("status"),
            F.lit(None).cast("timestamp").alias("decided_at"),
            F.lit(None).cast("string").alias("reviewer"),
        )
    )
