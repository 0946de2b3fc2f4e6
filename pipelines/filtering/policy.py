"""Phase I's policy: facts and a person's decisions become one reason per sample and phase."""

import polars as pl

from pipelines.filtering.language.policy import decide_language
from pipelines.filtering.language.settings import LanguageLimits
from pipelines.filtering.privacy.policy import decide_privacy
from pipelines.filtering.privacy.settings import PrivacyLimits
from pipelines.filtering.safety.policy import decide_safety
from pipelines.filtering.safety.settings import SafetyLimits
from pipelines.outcomes import OUTCOME_OF, Outcome, Phase, Reason, imply_outcome
from pipelines.proven_languages import find_unproven
from pipelines.settings import Section

_REVIEWED = {
    "approved": Reason.APPROVED.value,
    "rejected": Reason.REJECTED.value,
}


class PhaseOneLimits(Section):
    """The limits of Phase I's three decisions."""

    privacy: PrivacyLimits = PrivacyLimits()
    safety: SafetyLimits = SafetyLimits()
    language: LanguageLimits = LanguageLimits()


def decide_phase_one(facts: pl.DataFrame, limits: PhaseOneLimits) -> pl.DataFrame:
    """Decide privacy, safety and language; each phase decides what the one before kept.

    Args:
        facts: [n] of `sample_id`, `conversation_id`, `entity_types`, `redacted`, `safety` (a list
            of structs of `model`, `unsafe`), `language`, `confidence`, and `review`: a person's
            answer for the sample (`approved`, `rejected`; null = none), which replaces a reason
            that asks for one.
        limits: of the three decisions.

    Returns:
        One row per sample and phase that decided about it: `sample_id`, `conversation_id`,
        `phase`, `outcome`, `reason`.

    Source: CharacterFlywheel §2.2.1 Phase I, §2.6.
    """
    scores = (
        facts.select("sample_id", "safety").explode("safety").drop_nulls("safety").unnest("safety")
    )
    reasons = {
        Phase.PRIVACY: decide_privacy(facts, limits.privacy),
        Phase.SAFETY: decide_safety(facts["sample_id"], scores, limits.safety),
        Phase.LANGUAGE: decide_language(
            facts,
            limits.language,
            find_unproven(limits.language.served) if limits.safety.unproven == "review" else (),
        ),
    }
    # Without a redacted text there is nothing that an approval could publish.
    heard = pl.when(pl.col("redacted").fill_null(value=False)).then(pl.col("review"))
    alive = facts.select("sample_id", "conversation_id", review=heard)
    decided = []
    for phase, answers in reasons.items():
        rows = alive.join(answers, on="sample_id", how="left", maintain_order="left")
        rows = with_outcome(apply_review(rows)).with_columns(phase=pl.lit(phase.value))
        decided.append(rows.select("sample_id", "conversation_id", "phase", "outcome", "reason"))
        alive = rows.filter(pl.col("outcome") == Outcome.KEEP.value).select(alive.columns)
    return pl.concat(decided)


def apply_review(rows: pl.DataFrame) -> pl.DataFrame:
    """Replace a reason that requires review by the reviewer's answer, if there is one.

    Args:
        rows: [n] of `reason` and `review` (`approved`, `rejected`, null or anything else = open).
    """
    asks = [reason.value for reason, outcome in OUTCOME_OF.items() if outcome is Outcome.REVIEW]
    answer = pl.col("review").replace_strict(_REVIEWED, default=None, return_dtype=pl.String)
    heard = (
        pl.when(pl.col("reason").is_in(asks))
        .then(pl.coalesce(answer, pl.col("reason")))
        .otherwise(pl.col("reason"))
    )
    return rows.with_columns(reason=heard)


def with_outcome(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the `outcome` that follows from each `reason`; an unknown reason drops."""
    return rows.with_columns(outcome=imply_outcome(pl.col("reason")))
