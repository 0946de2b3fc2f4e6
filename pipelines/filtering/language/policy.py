"""Language facts to a reason per sample: served, not served, or not certain enough to say."""

from collections.abc import Sequence

import polars as pl

from pipelines.filtering.language.settings import LanguageLimits
from pipelines.models.answers import UNCERTAIN_LANGUAGE
from pipelines.outcomes import Reason


def decide_language(
    answers: pl.DataFrame, limits: LanguageLimits, asked_about: Sequence[str] = ()
) -> pl.DataFrame:
    """Decide each sample from the language of its prompt; only a served, certain one passes.

    Args:
        answers: [n] of `sample_id`, `language` (ISO 639-1, `und` = the model would guess, null =
            it failed) and `confidence` in [0, 1] (null, NaN or another number = it failed).
        limits: served languages and the least confidence.
        asked_about: served languages whose samples a person has to see, as no coverage of safety is
            proven.

    Returns:
        [n] of `sample_id`, `reason` (a `Reason`), in the order of `answers`.

    Raises:
        polars.exceptions.ColumnNotFoundError: `answers` lacks one of its columns.
    """
    confidence = pl.col("confidence").cast(pl.Float64)
    answered = (
        pl.col("language").is_not_null() & confidence.is_finite() & confidence.is_between(0.0, 1.0)
    )
    certain = (pl.col("language") != UNCERTAIN_LANGUAGE) & (confidence >= limits.confidence_from)
    reason = (
        pl.when(
            answered
            & certain
            & pl.col("language").is_in(list(limits.served))
            & pl.col("language").is_in(list(asked_about))
        )
        .then(pl.lit(Reason.LANGUAGE_UNPROVEN))
        .when(answered & certain & pl.col("language").is_in(list(limits.served)))
        .then(pl.lit(Reason.PASSED))
        .when(answered & certain)
        .then(pl.lit(Reason.LANGUAGE_NOT_SERVED))
        .when(answered)
        .then(pl.lit(Reason.LANGUAGE_UNCERTAIN))
        .otherwise(pl.lit(Reason.LANGUAGE_UNSCORED))  # null, NaN, 2.0: fail closed
    )
    return answers.select("sample_id", reason=reason.cast(pl.String))
