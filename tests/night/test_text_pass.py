"""What leaves the pass over raw texts."""

from dataclasses import replace

import pytest

from pipelines.filtering.facts import SampleFacts
from pipelines.night.text_pass import _text_columns

FACTS = SampleFacts(
    findings={},
    found={},
    redacted=True,
    messages=["Call <PHONE_NUMBER_1>, please."],
    safety={},
    language=None,
    quality=0.5,
)


def test_redacted_text_leaves_with_its_hash() -> None:
    """The text that is published is the text that was hashed."""
    columns = _text_columns(FACTS, ["user"])

    assert columns["prompt"] == "Call <PHONE_NUMBER_1>, please."
    assert columns["messages"] == [{"role": "user", "content": columns["prompt"]}]
    assert len(columns["text_hash"]) == 64


@pytest.mark.parametrize("redacted", [False, None])
def test_text_that_may_still_hold_an_identifier_is_written_nowhere(redacted: bool | None) -> None:  # noqa: FBT001 pytest gives it by name
    """Facts stay on disk for days; a sample whose redaction failed leaves no more than its hash."""
    columns = _text_columns(replace(FACTS, redacted=redacted), ["user"])

    assert columns == {"text_hash": _text_columns(FACTS, ["user"])["text_hash"]}
