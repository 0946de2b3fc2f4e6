"""Language decisions: only a served language that is certain passes."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.policy_language import LanguageLimits, decide_language

LIMITS = LanguageLimits(served=("en", "hi"), confidence_from=0.5)


def reason(language: str | None, confidence: float | None) -> str:
    """Return the reason of one answer."""
    schema = {"sample_id": pl.String, "language": pl.String, "confidence": pl.Float64}
    answers = pl.DataFrame([("a", language, confidence)], schema=schema, orient="row")
    return str(decide_language(answers, LIMITS)["reason"].item())


@given(st.sampled_from([None, "en", "hi", "fr", "und"]), st.none() | st.floats())
def test_only_a_certain_served_language_passes(language: str | None, confidence: float | None) -> None:
    """A text that the safety layer cannot read must not pass because nobody understood it."""
    if language is None or confidence is None or not 0.0 <= confidence <= 1.0:
        expected = "language_unscored"
    elif language == "und" or confidence < 0.5:
        expected = "language_uncertain"
    else:
        expected = "language_not_served" if language == "fr" else "passed"

    assert reason(language, confidence) == expected


def test_every_row_is_answered_in_order() -> None:
    """A lost row would be a sample without a decision."""
    ids = ["z", "a", "z2"]
    answers = pl.DataFrame({"sample_id": ids, "language": ["en", "fr", "und"], "confidence": [1.0, 1.0, 0.1]})

    assert decide_language(answers, LIMITS)["sample_id"].to_list() == ids
