"""The privacy policy fails closed."""

from collections.abc import Sequence

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy import PrivacyLimits, decide_privacy

LIMITS = PrivacyLimits(drop=("US_SSN",), review=("PERSON",))
SCHEMA = pl.Schema(
    [("sample_id", pl.String()), ("entity_types", pl.List(pl.String)), ("redacted", pl.Boolean())]
)


def reasons(rows: Sequence[tuple[Sequence[str | None] | None, bool | None]]) -> list[str]:
    """Return the reason of each (entity_types, redacted)."""
    facts = pl.DataFrame([(str(i), *row) for i, row in enumerate(rows)], schema=SCHEMA, orient="row")
    decided = decide_privacy(facts, LIMITS)
    assert decided["sample_id"].to_list() == facts["sample_id"].to_list()
    return decided["reason"].to_list()


TYPES = st.none() | st.lists(st.sampled_from(["US_SSN", "PERSON", "EMAIL_ADDRESS", None]), max_size=3)


@given(st.lists(st.tuples(TYPES, st.none() | st.booleans()), max_size=6))
def test_only_a_known_and_redacted_sample_without_listed_types_passes(
    rows: list[tuple[list[str | None] | None, bool | None]],
) -> None:
    """Whatever is unknown must never be published."""
    expected = [
        types is not None and redacted is True and not {"US_SSN", "PERSON", None} & set(types)
        for types, redacted in rows
    ]

    assert [reason == "passed" for reason in reasons(rows)] == expected


def test_each_case_has_its_reason() -> None:
    """A reviewer reads why: the words are the contract with the report."""
    rows = [
        ([], True),
        (["US_SSN"], True),
        (None, True),
        (["EMAIL_ADDRESS"], False),
        (["PERSON"], True),
        ([], None),
    ]

    assert reasons(rows) == [
        "passed",
        "high_risk_identifier",
        "privacy_unscored",
        "redaction_incomplete",
        "privacy_uncertain",
        "privacy_unscored",
    ]


def test_types_come_from_yaml_as_a_list() -> None:
    """YAML has no tuples; a strict section must still read its lists."""
    assert PrivacyLimits.model_validate({"drop": ["CRYPTO"]}).drop == ("CRYPTO",)


def test_an_empty_list_of_types_drops_nobody() -> None:
    """Who configures no high-risk type gets redaction alone."""
    facts = pl.DataFrame([("a", ["US_SSN"], True)], schema=SCHEMA, orient="row")

    assert decide_privacy(facts, PrivacyLimits(drop=()))["reason"].to_list() == ["passed"]
