"""The tables that a night publishes: its ledger, without texts, and train and eval, with them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.filtering.language.declared import compare_declared
from pipelines.lake import scan_night
from pipelines.night.drawing import DrawFigures, Sample
from pipelines.night.index import KeptRows, list_sided, stage_index
from pipelines.night.night import Night
from pipelines.night.phase_one import frame_of_good, scan_judged
from pipelines.night.placing import compute
from pipelines.night.pruning import Pruned
from pipelines.night.vectors import PromptVectors
from pipelines.night.workspace import Staged, Workspace
from pipelines.outcomes import Phase
from pipelines.publishing import ledger
from pipelines.publishing.rules import RULE_OF, fingerprint_rules
from schemas.ledger import DECISIONS, QUARANTINE, REVIEW
from schemas.samples import EVAL, TRAIN
from schemas.sidecars import LANGUAGE, PRIVACY, SAFETY
from schemas.table import Table


@dataclass(frozen=True, slots=True)
class NightTables:
    """Every staged table of a night.

    Args:
        samples, privacy, safety, language, pruning, clusters, decisions, quarantine, review,
        constraints, train, eval, representatives, centroids: as they will be published.
        facts: the answers of the models; never published.
        vectors: of the night's prompts; never published.
        figures: of the draw.
    """

    samples: Staged
    privacy: Staged
    safety: Staged
    language: Staged
    pruning: Staged
    clusters: Staged
    decisions: Staged
    quarantine: Staged
    review: Staged
    constraints: Staged
    train: Staged
    eval: Staged
    representatives: Staged
    centroids: Staged
    facts: Staged
    vectors: PromptVectors
    figures: DrawFigures


def stage_tables(  # noqa: PLR0913, PLR0917 the tables of all phases end here
    night: Night,
    facts: Staged,
    vectors: PromptVectors,
    samples: Staged,
    decided: Staged,
    pruned: Pruned,
    sample: Sample,
) -> NightTables:
    """Stage every published table that no phase has staged yet."""
    staged = night.workspace.staged
    with night.stages.stage("stage the night's tables"):
        language = night.plan.config.models.language
        source = _Source(
            facts, vectors.scores, night.heads, decided, language, night.revisions[language]
        )
        fingerprints = fingerprint_rules(night.plan.config, night.revisions)
        compute(night, partial(_stage_ledger, source, fingerprints), facts.scan())
        published = _stage_published(night, facts, samples, pruned, sample.drawn)
        index = _stage_index(night, vectors, samples, decided, pruned, published)
        return NightTables(
            samples=samples,
            privacy=staged(PRIVACY),
            safety=staged(SAFETY),
            language=staged(LANGUAGE),
            pruning=pruned.pruning,
            clusters=pruned.clusters,
            decisions=staged(DECISIONS),
            quarantine=staged(QUARANTINE),
            review=staged(REVIEW),
            constraints=sample.constraints,
            train=published[TRAIN.name],
            eval=published[EVAL.name],
            representatives=index[0],
            centroids=index[1],
            facts=facts,
            vectors=vectors,
            figures=sample.figures,
        )


class _Source(NamedTuple):
    """Of what the tables without texts are made."""

    facts: Staged
    scores: Staged
    heads: Mapping[str, str]
    decided: Staged
    language: str
    language_revision: str


def _stage_ledger(source: _Source, fingerprints: Mapping[Phase, str], workspace: Workspace) -> None:
    """Stage the account of every row, and what each model said of it."""
    sink = workspace.sink
    good = scan_judged(source.facts, source.scores, source.heads)
    named = ledger.name_rules(source.decided.scan(), RULE_OF, fingerprints)
    decisions = sink(DECISIONS, named)
    reviews = scan_night(workspace.root, REVIEW, workspace.ds)
    sink(PRIVACY, ledger.list_answers(good, "privacy"))
    sink(SAFETY, ledger.list_answers(good, "safety"))
    sink(LANGUAGE, _list_languages(source, good))
    sink(QUARANTINE, ledger.list_quarantine(source.facts.scan()))
    sink(REVIEW, ledger.list_reviews(decisions.scan(), good, reviews))


def _list_languages(source: _Source, good: pl.LazyFrame) -> pl.LazyFrame:
    languages = ledger.list_languages(good, source.language, source.language_revision)
    answers = good.select("sample_id", "language", "locale", "identified").collect(
        engine="streaming"
    )
    declared = compare_declared(answers).lazy().select("sample_id", "declared_language")
    return languages.join(declared, on="sample_id", how="left")


def _stage_published(
    night: Night, facts: Staged, samples: Staged, pruned: Pruned, drawn: Staged
) -> dict[str, Staged]:
    """Stage train and eval, the tables with texts, both at once; return them by name."""
    everyone = drawn.frame()
    good = frame_of_good(facts)

    def stage(table: Table) -> Staged:
        chosen = everyone.where(F.col("side") == table.name).select("sample_id", "weight")
        return night.workspace.write(table, _join_texts(chosen, good, samples, pruned))

    with ThreadPoolExecutor(2) as pool:
        return dict(zip((TRAIN.name, EVAL.name), pool.map(stage, (TRAIN, EVAL)), strict=True))


def _join_texts(chosen: DataFrame, good: DataFrame, samples: Staged, pruned: Pruned) -> DataFrame:
    texts = good.select("sample_id", "messages", "prompt")
    clusters = pruned.pruning.frame().select("sample_id", "cluster_id")
    return (
        samples.frame()
        .drop("ds", "run_id")
        .join(chosen, on="sample_id", how="inner")
        .join(texts, on="sample_id", how="inner")
        .join(clusters, on="sample_id", how="inner")
    )


def _stage_index(  # noqa: PLR0913, PLR0917 the index is made of all of these
    night: Night,
    vectors: PromptVectors,
    samples: Staged,
    decided: Staged,
    pruned: Pruned,
    published: Mapping[str, Staged],
) -> tuple[Staged, Staged]:
    prompts = [table.frame().select("sample_id", "prompt") for table in published.values()]
    rows = KeptRows(
        decided=pruned.pruning.scan(),
        pruning=pruned.pruning.frame(),
        vectors=vectors.vectors.frame(),
        samples=samples.frame().select("sample_id", "user_key", "conversation_id"),
        sides=list_sided(decided.frame()),
        published=prompts[0].unionByName(prompts[1]),
    )
    words = night.plan.config.split.shared_words
    return stage_index(night.workspace, rows, words, pruned.known)
