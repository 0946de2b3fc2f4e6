"""What leaves the pass over raw texts."""

from dataclasses import replace

import pytest

from pipelines.filtering.facts import SampleFacts
from pipelines.night.text_pass import text_columns

FACTS = SampleFacts(
    findings={},
    found={},
    redacted=True,
    messages=["Call <PHONE_NUMBER_1>, please."],
    safety={},
    language=None,
    quality=0.5,
)
HASH = "94751eddbdd1422e93397825fa3f6b5d3e3c7efdbf2cfa99f0968475ba9d939b"
"""The sha-256 of the message."""


def test_redacted_text_leaves_with_its_hash() -> None:
    """The text that is published is the text that was hashed."""
    columns = text_columns(FACTS, ["user"])

    assert columns == {
        "text_hash": HASH,
        "messages": [{"role": "user", "content": "Call <PHONE_NUMBER_1>, please."}],
        "prompt": "Call <PHONE_NUMBER_1>, please.",
    }


@pytest.mark.parametrize("redacted", [False, None])
def test_text_that_may_still_hold_an_identifier_is_written_nowhere(
    redacted: bool | None,  # noqa: FBT001 pytest passes it by name
) -> None:
    """Facts stay on disk for days; a sample whose redaction failed leaves no more than its hash."""
    columns = text_columns(replace(FACTS, redacted=redacted), ["user"])

    assert columns == {"text_hash": HASH}
