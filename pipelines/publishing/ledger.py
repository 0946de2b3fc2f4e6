"""The account of a night as rows: decisions, review, quarantine and side tables.

Facts are what the pass over texts staged, one row per input row. Source: contract section 3.
"""

from collections.abc import Mapping

import polars as pl

from pipelines.outcomes import Outcome, Phase, Reason, imply_outcome
from pipelines.scripts import name_scripts

DECIDED = ("sample_id", "conversation_id", "phase", "outcome", "reason")


def decide_intake(facts: pl.LazyFrame) -> pl.LazyFrame:
    """Return intake's decision about every input row."""
    good = pl.col("defect").is_null()
    return facts.select(
        "sample_id",
        "conversation_id",
        phase=pl.lit(Phase.INTAKE.value),
        outcome=pl.when(good)
        .then(pl.lit(Outcome.KEEP.value))
        .when(pl.col("defect") == Reason.ERASED.value)
        .then(pl.lit(Outcome.DROP.value))
        .otherwise(pl.lit(Outcome.QUARANTINE.value)),
        reason=pl.coalesce("defect", pl.lit(Reason.PASSED.value)),
    )


def decide_by_reason(
    reasons: pl.LazyFrame, phase: Phase, silence: Reason | None = None
) -> pl.LazyFrame:
    """Return a phase's decisions from its reasons; an unknown reason drops.

    Args:
        reasons: `sample_id`, `conversation_id`, `reason`.
        phase: which decided.
        silence: what a null reason means.
    """
    given = pl.col("reason") if silence is None else pl.col("reason").fill_null(silence.value)
    decided = reasons.select(
        "sample_id", "conversation_id", phase=pl.lit(phase.value), reason=given
    )
    return decided.with_columns(outcome=imply_outcome(pl.col("reason"))).select(DECIDED)


def name_rules(
    decisions: pl.LazyFrame, rules: Mapping[Reason, str], fingerprints: Mapping[Phase, str]
) -> pl.LazyFrame:
    """Add each reason's setting (the phase itself if there is none) and its fingerprint."""
    by_reason = {reason.value: rule for reason, rule in rules.items()}
    by_phase = {phase.value: fingerprint for phase, fingerprint in fingerprints.items()}
    rule = pl.col("reason").replace_strict(by_reason, default=None, return_dtype=pl.String)
    return decisions.with_columns(
        rule=pl.coalesce(rule, "phase"),
        rule_fingerprint=pl.col("phase").replace_strict(by_phase, return_dtype=pl.String),
    )


def list_answers(facts: pl.LazyFrame, name: str) -> pl.LazyFrame:
    """Return one row per sample and model of `privacy` or `safety`."""
    answers = facts.select("sample_id", name).explode(name).drop_nulls(name)
    return answers.unnest(name)


def list_languages(facts: pl.LazyFrame, model: str, revision: str) -> pl.LazyFrame:
    """Return one row per sample of `language`, the script of its prompt beside it."""
    script = pl.col("prompt").map_batches(name_scripts, return_dtype=pl.String, is_elementwise=True)
    return facts.select(
        "sample_id",
        "confidence",
        "romanised",
        "mixed",
        model=pl.lit(model),
        model_revision=pl.lit(revision),
        language="identified",
        script=script,
    )


def list_quarantine(facts: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows that could not be read as conversations."""
    rows = facts.filter(pl.col("defect").is_not_null() & (pl.col("defect") != Reason.ERASED.value))
    return rows.select("conversation_id", reason="defect", row="quarantined")


def list_reviews(
    decisions: pl.LazyFrame, facts: pl.LazyFrame, before: pl.LazyFrame
) -> pl.LazyFrame:
    """Return the night's `review`: what is open now, and every answer that a person gave before.

    Args:
        decisions: of all phases of this run.
        facts: one row per sample.
        before: the night's rows of `review` so far.
    """
    columns = ("sample_id", "reason", "scores", "status", "decided_at", "reviewer")
    answered = before.filter(pl.col("status") != "open").select(columns)
    asked = decisions.filter(pl.col("outcome") == Outcome.REVIEW.value).select(
        "sample_id", "reason"
    )
    entry = pl.struct(key=_of_each("model"), value=_of_each("unsafe"))
    scores = pl.col("safety").list.eval(entry).cast(pl.Map(pl.String, pl.Float64))
    opened = asked.join(answered, on="sample_id", how="anti").join(
        facts.select("sample_id", scores=scores), on="sample_id", how="inner"
    )
    nobody = {
        "decided_at": pl.lit(None, pl.Datetime("us", "UTC")),
        "reviewer": pl.lit(None, pl.String),
    }
    return pl.concat(
        [answered, opened.with_columns(status=pl.lit("open"), **nobody).select(columns)]
    )


def join_heads(facts: pl.LazyFrame, scores: pl.LazyFrame, heads: Mapping[str, str]) -> pl.LazyFrame:
    """Add each head's score of the prompt to the column `safety`; null = the head gave none.

    Args:
        facts: `text_hash`, `safety` (a list of `model`, `model_revision`, `unsafe`, `labels`), and
            more.
        scores: the table `prompt_safety`.
        heads: name → revision.
    """
    joined = facts
    for name, revision in heads.items():
        mine = (pl.col("model") == name) & (pl.col("model_revision") == revision)
        said = scores.filter(mine).select("text_hash", _unsafe="unsafe", _labels="labels")
        answer = pl.struct(
            model=pl.lit(name),
            model_revision=pl.lit(revision),
            unsafe=pl.col("_unsafe"),
            labels=pl.col("_labels"),
        )
        joined = (
            joined.join(said, on="text_hash", how="left", maintain_order="left")
            .with_columns(safety=pl.concat_list("safety", answer))
            .drop("_unsafe", "_labels")
        )
    return joined


def narrow_scores() -> pl.Expr:
    """Return the column `safety` of facts without labels: a list of `model`, `unsafe`."""
    return pl.col("safety").list.eval(pl.struct(_of_each("model"), _of_each("unsafe")))


def _of_each(field: str) -> pl.Expr:
    return pl.element().struct.field(field)
