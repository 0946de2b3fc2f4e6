"""Language decisions: only a served language that is certain passes."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.language.policy import decide_language
from pipelines.filtering.language.settings import LanguageLimits
from pipelines.proven_languages import find_unproven, proven_languages

LIMITS = LanguageLimits(served=("en", "hi"), confidence_from=0.5)


def reason(language: str | None, confidence: float | None) -> str:
    """Return the reason of one answer."""
    schema = {"sample_id": pl.String, "language": pl.String, "confidence": pl.Float64}
    answers = pl.DataFrame([("a", language, confidence)], schema=schema, orient="row")
    return str(decide_language(answers, LIMITS)["reason"].item())


@given(st.sampled_from([None, "en", "hi", "fr", "und"]), st.none() | st.floats())
def test_only_a_certain_served_language_passes(
    language: str | None, confidence: float | None
) -> None:
    """A text that the safety layers cannot read must not pass."""
    if language is None or confidence is None or not 0.0 <= confidence <= 1.0:
        expected = "language_unscored"
    elif language == "und" or confidence < 0.5:
        expected = "language_uncertain"
    else:
        expected = "language_not_served" if language == "fr" else "passed"

    assert reason(language, confidence) == expected


@pytest.mark.parametrize(
    ("confidence", "expected"), [(0.5, "passed"), (0.4999, "language_uncertain")]
)
def test_an_answer_at_the_limit_is_certain(confidence: float, expected: str) -> None:
    """The limit is where certainty begins."""
    assert reason("en", confidence) == expected


def test_every_row_is_answered_in_order() -> None:
    """A lost row would be a sample without a decision."""
    ids = ["z", "a", "z2"]
    answers = pl.DataFrame(
        {"sample_id": ids, "language": ["en", "fr", "und"], "confidence": [1.0, 1.0, 0.1]}
    )

    assert decide_language(answers, LIMITS)["sample_id"].to_list() == ids


def test_a_language_that_safety_is_not_proven_in_is_seen_by_a_person() -> None:
    """Served by the user's choice, though threats in it are not shown to be found."""
    answers = pl.DataFrame(
        {"sample_id": ["a", "b"], "language": ["en", "hi"], "confidence": [0.9, 0.9]}
    )

    decided = decide_language(answers, LIMITS, asked_about=("hi",))

    assert decided["reason"].to_list() == ["passed", "language_unproven"]


def test_what_is_served_by_default_is_proven() -> None:
    """The default must not name a language whose coverage nobody measured."""
    assert LanguageLimits().served == proven_languages()
    assert find_unproven(LanguageLimits().served) == ()
    assert find_unproven(("en", "tlh")) == ("tlh",)
