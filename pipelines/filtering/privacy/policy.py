"""The privacy policy: from the types that were found in a sample to the reason of its decision."""

import polars as pl

from pipelines.filtering.privacy.settings import PrivacyLimits
from pipelines.outcomes import Reason


def types_that_count(found: pl.Expr, limits: PrivacyLimits) -> pl.Expr:
    """Return the entity types that were found at or above the score from which their answer holds.

    Args:
        found: [n] lists of structs of `entity_type` and `score`; null = a model failed, and stays
            null.
        limits: the scores from which a finding counts.
    """
    name = pl.element().struct.field("entity_type").cast(pl.String)
    least = name.replace_strict(
        list(limits.scores_from),
        list(limits.scores_from.values()),
        default=limits.score_from,
        return_dtype=pl.Float64,
    )
    counts = pl.element().struct.field("score") >= least
    # A finding without a score counts: nobody said that it is weak.
    kept = found.list.eval(pl.element().filter(counts.fill_null(value=True)))
    return kept.list.eval(pl.element().struct.field("entity_type")).cast(pl.List(pl.String))


def decide_privacy(facts: pl.DataFrame, limits: PrivacyLimits) -> pl.DataFrame:
    """Decide each sample from what was found in it; only a known, fully redacted sample passes.

    Args:
        facts: [n] of `sample_id`; `entity_types`, the types found at or above `score_from`, an
            empty list where nothing was, null where a required model failed or a type is
            unknown; `redacted`, true where the text was scanned again after redaction and
            nothing was left, false where something was, null where that is not known.
        limits: which types drop and which go to review.

    Returns:
        [n] of `sample_id`, `reason`, in the order of `facts`.

    Raises:
        polars.exceptions.ColumnNotFoundError: `facts` lacks one of its columns.

    Source: CharacterFlywheel §2.2.1, Phase I; §2.6, fail closed.
    """
    types = pl.col("entity_types")
    reason = (
        pl.when(_holds_any(types, limits.dropped))
        .then(pl.lit(Reason.HIGH_RISK_IDENTIFIER.value))
        .when(
            types.is_null()
            | types.list.eval(pl.element().is_null()).list.any()
            | pl.col("redacted").is_null()
        )
        .then(pl.lit(Reason.PRIVACY_UNSCORED.value))
        .when(~pl.col("redacted"))
        .then(pl.lit(Reason.REDACTION_INCOMPLETE.value))
        .when(_holds_any(types, limits.reviewed))
        .then(pl.lit(Reason.PRIVACY_UNCERTAIN.value))
        .when(pl.col("redacted") & types.is_not_null())
        .then(pl.lit(Reason.PASSED.value))
        .otherwise(pl.lit(Reason.PRIVACY_UNSCORED.value))
    )
    return facts.select("sample_id", reason=reason)


def _holds_any(types: pl.Expr, wanted: tuple[str, ...]) -> pl.Expr:
    return types.list.eval(pl.element().is_in(wanted)).list.any().fill_null(value=False)
