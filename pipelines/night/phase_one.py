"""Phase I over tables: facts become levels of difficulty, decisions and samples."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.jobs_to_be_done import assign_jobs, encode_taxonomy
from pipelines.diversity.similarity import Vectors
from pipelines.filtering import policy
from pipelines.filtering.policy import PhaseOneLimits
from pipelines.filtering.privacy.policy import types_that_count
from pipelines.intake.difficulty import level_difficulty, place_cuts
from pipelines.intake.hardness import judge_hardness
from pipelines.intake.settings import DifficultyLimits, HardnessLimits
from pipelines.intake.spread import fit_spread, shrink_variance
from pipelines.lake import scan_night
from pipelines.models.registry import ModelSpec, load_model
from pipelines.night.night import Night
from pipelines.night.placing import compute
from pipelines.night.vectors import PromptVectors
from pipelines.night.workspace import Staged, Workspace
from pipelines.publishing import ledger
from pipelines.spark.adapters import call_in_task
from schemas.ledger import REVIEW
from schemas.night import DECIDED, LEVELS
from schemas.samples import SAMPLES

REWARD_COLUMNS = ("reward_count", "reward_variance", "best_reward", "reward_mean", "reward_model")
_ROWS_AT_ONCE = 250_000


def decide_phase_one(night: Night, facts: Staged, vectors: PromptVectors) -> Staged:
    """Stage `decided`: the decisions of intake, privacy, safety and language about every row.

    Later phases add theirs.
    """
    config = night.plan.config
    limits = PhaseOneLimits(privacy=config.privacy, safety=config.safety, language=config.language)
    with night.stages.stage("phase I policy"):
        compute(night, partial(_decide, facts, vectors.scores, night.heads, limits), facts.scan())
        return night.workspace.staged(DECIDED)


def _decide(
    facts: Staged,
    scores: Staged,
    heads: Mapping[str, str],
    limits: PhaseOneLimits,
    workspace: Workspace,
) -> None:
    workspace.sink(DECIDED, ledger.decide_intake(facts.scan()))
    reviews = scan_night(workspace.root, REVIEW, workspace.ds)
    for some in decide_samples(scan_judged(facts, scores, heads), reviews, limits):
        workspace.sink(DECIDED, some.lazy())


def level_prompts(night: Night, facts: Staged) -> Staged:
    """Stage `levels`: difficulty and hardness of each sample, from the whole night's rewards."""
    config = night.plan.config
    with night.stages.stage("difficulty"):
        compute(night, partial(_level, facts, config.difficulty, config.hardness), facts.scan())
        return night.workspace.staged(LEVELS)


def _level(
    facts: Staged, limits: DifficultyLimits, hardness: HardnessLimits, workspace: Workspace
) -> None:
    workspace.sink(LEVELS, level_night(scan_good(facts), limits, hardness).lazy())


def make_samples(night: Night, facts: Staged, levels: Staged, vectors: PromptVectors) -> Staged:
    """Stage `samples`: one row per conversation, with its job to be done and the extra columns."""
    taxonomy = night.plan.taxonomy
    with night.stages.stage("jobs to be done, samples"):
        encoded = encode_taxonomy(taxonomy, partial(_encode, night.spark, night.plan.encoder))

        def assign(prompts: Vectors) -> tuple[list[str], list[float]]:
            answers = assign_jobs(prompts, taxonomy, encoded)
            return answers.labels, answers.margins.tolist()

        good = frame_of_good(facts)
        needed = good.select("text_hash").where(F.col("text_hash").isNotNull()).distinct()
        jobs = vectors.jobs(needed, assign)
        return night.workspace.write(SAMPLES, join_samples(good, jobs, levels.frame()))


def _encode(spark: SparkSession, encoder: ModelSpec, sentences: Sequence[str]) -> Vectors:
    return _encode_once(spark, encoder, tuple(sentences))


@lru_cache(maxsize=2)
def _encode_once(spark: SparkSession, encoder: ModelSpec, sentences: tuple[str, ...]) -> Vectors:
    """Return the sentences' vectors; a process that curates several nights encodes them once."""
    return call_in_task(spark, partial(_encode_sentences, encoder, sentences))


def _encode_sentences(encoder: ModelSpec, sentences: tuple[str, ...]) -> Vectors:
    # With PyTorch, which the driver does not need.
    from pipelines.models.kept_vectors import encode_kept  # noqa: PLC0415

    return encode_kept(load_model(encoder), sentences)


def frame_of_good(facts: Staged) -> DataFrame:
    """Return the facts of valid conversations, for Spark."""
    return facts.frame().where(F.col("defect").isNull())


def scan_good(facts: Staged) -> pl.LazyFrame:
    """Return the facts of valid conversations."""
    return facts.scan().filter(pl.col("defect").is_null())


def scan_judged(facts: Staged, scores: Staged, heads: Mapping[str, str]) -> pl.LazyFrame:
    """Return the facts of valid conversations, with the heads' scores among those of safety.

    Args:
        facts: of the night.
        scores: of the heads, by text.
        heads: name → revision.
    """
    return ledger.join_heads(scan_good(facts), scores.scan(), heads)


def level_night(
    facts: pl.LazyFrame, limits: DifficultyLimits, hardness: HardnessLimits
) -> pl.DataFrame:
    """Return `sample_id`, `difficulty`, `hardness` of every sample of a night.

    Variances are standardised per reward model and shrunk toward the night before they are
    compared.
    Source: CharacterFlywheel §3.5.4.
    """
    chars = pl.col("prompt").str.len_chars().alias("prompt_chars")
    prompts = facts.select("sample_id", "turn_index", *REWARD_COLUMNS, chars).collect(
        engine="streaming"
    )
    prior = fit_spread(prompts, limits)
    spread = prompts.with_columns(reward_variance=shrink_variance(prompts, prior, limits))
    cuts = place_cuts(spread["reward_variance"], limits)
    return prompts.select(
        "sample_id",
        difficulty=level_difficulty(spread, cuts, limits),
        hardness=judge_hardness(prompts, prior, limits, hardness),
    )


def join_samples(facts: DataFrame, jobs: DataFrame, levels: DataFrame) -> DataFrame:
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
    has_extra = "extra" in facts.columns and facts.schema["extra"].dataType.typeName() == "struct"
    extra = ["extra.*"] if has_extra else []
    return filled.select(*own, *extra)


def decide_samples(
    facts: pl.LazyFrame, reviews: pl.LazyFrame, limits: PhaseOneLimits
) -> Iterator[pl.DataFrame]:
    """Yield the decisions of privacy, safety and language, for some samples at a time.

    Args:
        facts: of the text pass, conversations only.
        reviews: the night's table `review`; a person's answers count.
        limits: of the three phases.
    """
    answers = (
        reviews.filter(pl.col("status") != "open").select("sample_id", review="status").collect()
    )
    fields = facts.select(
        "sample_id",
        "conversation_id",
        "redacted",
        "confidence",
        entity_types=types_that_count(pl.col("found"), limits.privacy),
        safety=ledger.narrow_scores(),
        language="identified",
    )
    for some in fields.collect_batches(chunk_size=_ROWS_AT_ONCE, maintain_order=True):
        reviewed = some.join(answers, on="sample_id", how="left", maintain_order="left")
        yield policy.decide_phase_one(reviewed, limits)
