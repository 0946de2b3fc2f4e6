"""Phase I at the edge: from the facts of the text pass to samples and decisions."""

from collections.abc import Iterator

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.filtering.policy import PhaseOneLimits, decide_phase_one
from pipelines.filtering.privacy.policy import types_that_count
from pipelines.intake.difficulty import level_difficulty, place_cuts
from pipelines.intake.hardness import judge_hardness
from pipelines.intake.settings import DifficultyLimits, HardnessLimits
from pipelines.intake.spread import fit_spread, shrink_variance
from pipelines.publishing.ledger import narrow_scores
from schemas.samples import SAMPLES

REWARD_COLUMNS = ("reward_count", "reward_variance", "best_reward", "reward_mean", "reward_model")
_ROWS_AT_ONCE = 250_000


def level_night(facts: pl.LazyFrame, limits: DifficultyLimits, hardness: HardnessLimits) -> pl.DataFrame:
    """Return `sample_id`, `difficulty`, `hardness` of every sample of a night.

    Variances are standardised per reward model and shrunk toward the night before they are compared.
    Source: CharacterFlywheel §3.5.4.
    """
    chars = pl.col("prompt").str.len_chars().alias("prompt_chars")
    prompts = facts.select("sample_id", "turn_index", *REWARD_COLUMNS, chars).collect(engine="streaming")
    prior = fit_spread(prompts, limits)
    spread = prompts.with_columns(reward_variance=shrink_variance(prompts, prior, limits))
    cuts = place_cuts(spread["reward_variance"], limits)
    return prompts.select(
        "sample_id",
        difficulty=level_difficulty(spread, cuts, limits),
        hardness=judge_hardness(prompts, prior, limits, hardness),
    )


def make_samples(facts: DataFrame, jobs: DataFrame, levels: DataFrame) -> DataFrame:
    """Return the rows of `samples` with the traffic's extra columns, without `ds` and `run_id`.

    Args:
        facts: of the text pass, conversations only.
        jobs: `text_hash`, `own_jtbd`; fills what upstream left null.
        levels: `sample_id`, `difficulty`, `hardness`.
    """
    filled = (
        facts.join(levels, on="sample_id", how="left")
        .join(jobs.select("text_hash", "own_jtbd"), on="text_hash", how="left")
        .withColumn("jtbd", F.coalesce("jtbd", "own_jtbd"))
        .withColumn("started_at", F.timestamp_micros("started_at"))
    )
    own = [name for name in SAMPLES.names if name not in {"ds", "run_id"}]
    extra = ["extra.*"] if facts.schema["extra"].dataType.typeName() == "struct" else []
    return filled.select(*own, *extra)


def decide_samples(
    facts: pl.LazyFrame, reviews: pl.LazyFrame, limits: PhaseOneLimits
) -> Iterator[pl.DataFrame]:
    """Yield the decisions of privacy, safety and language, for some samples at a time.

    Args:
        facts: of the text pass, conversations only.
        reviews: the night's table `review`; a person's answers are heard.
        limits: of the three phases.
    """
    answers = reviews.filter(pl.col("status") != "open").select("sample_id", review="status").collect()
    asked = facts.select(
        "sample_id",
        "conversation_id",
        "redacted",
        "confidence",
        entity_types=types_that_count(pl.col("found"), limits.privacy),
        safety=narrow_scores(),
        language="identified",
    )
    for some in asked.collect_batches(chunk_size=_ROWS_AT_ONCE, maintain_order=True):
        heard = some.join(answers, on="sample_id", how="left", maintain_order="left")
        yield decide_phase_one(heard, limits)
