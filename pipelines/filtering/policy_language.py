"""Language facts to a reason per sample: served, not served, or not certain enough to say."""

from collections.abc import Sequence
from typing import Annotated

import polars as pl
from pydantic import Field, field_validator

from pipelines.filtering.language_codes import explain_code
from pipelines.filtering.scores import UNCERTAIN_LANGUAGE
from pipelines.outcomes import Reason
from pipelines.proven_languages import proven_languages
from pipelines.settings import Section


class LanguageLimits(Section):
    """Languages that may be trained on, and the confidence from which an answer counts.

    `served` defaults to the languages in which the safety layers are proven (`proven_languages.yaml`): a text
    in which nobody could see a threat must not pass. Another one needs `safety.unproven`.
    Source: CharacterFlywheel §2.2.1, Phase I.
    """

    served: tuple[str, ...] = Field(default_factory=proven_languages, strict=False)
    confidence_from: Annotated[float, Field(ge=0, le=1)] = 0.5

    @field_validator("served")
    @classmethod
    def _are_codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        faults = [fault for code in codes if (fault := explain_code(code))]
        if faults:  # no prompt would ever be found to be in it
            message = f"is not right: {'; '.join(faults)}"
            raise ValueError(message)
        return codes


def decide_language(
    answers: pl.DataFrame, limits: LanguageLimits, asked_about: Sequence[str] = ()
) -> pl.DataFrame:
    """Decide each sample from the language of its prompt; only a served, certain one passes.

    Args:
        answers: [n] of `sample_id`, `language` (ISO 639-1, `und` = the model would guess, null =
            it failed) and `confidence` in [0, 1] (null, NaN or another number = it failed).
        limits: served languages and the least confidence.
        asked_about: served languages whose samples a person has to see, as no coverage of safety is proven.

    Returns:
        [n] of `sample_id`, `reason` (a `Reason`), in the order of `answers`.

    Raises:
        polars.exceptions.ColumnNotFoundError: `answers` lacks one of its columns.
    """
    confidence = pl.col("confidence").cast(pl.Float64)
    answered = pl.col("language").is_not_null() & confidence.is_finite() & confidence.is_between(0.0, 1.0)
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
