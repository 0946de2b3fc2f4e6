"""The privacy policy fails closed."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.filtering.privacy import entities
from pipelines.filtering.privacy.policy import decide_privacy, types_that_count
from pipelines.filtering.privacy.rules import RULES
from pipelines.filtering.privacy.settings import (
    KNOWN_TYPES,
    PERSON_JOINED,
    PrivacyLimits,
    TypeLimits,
)

LIMITS = PrivacyLimits(drop=("US_SSN",), review=("PERSON",))
SCHEMA = pl.Schema(
    [("sample_id", pl.String()), ("entity_types", pl.List(pl.String)), ("redacted", pl.Boolean())]
)


def reasons(rows: Sequence[tuple[Sequence[str | None] | None, bool | None]]) -> list[str]:
    """Return the reason of each (entity_types, redacted)."""
    facts = pl.DataFrame(
        [(str(i), *row) for i, row in enumerate(rows)], schema=SCHEMA, orient="row"
    )
    decided = decide_privacy(facts, LIMITS)
    assert decided["sample_id"].to_list() == facts["sample_id"].to_list()
    return decided["reason"].to_list()


TYPES = st.none() | st.lists(
    st.sampled_from(["US_SSN", "PERSON", "EMAIL_ADDRESS", None]), max_size=3
)


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


def test_every_type_that_we_find_is_known_to_the_policy() -> None:
    """A misspelt type is reported with the known ones, so all types must be known."""
    assert sorted(KNOWN_TYPES) == sorted(
        {PERSON_JOINED, *entities.TYPES.values(), *(rule.entity_type for rule in RULES)}
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"drop": ["CREDIT_CRAD"]}, "CREDIT_CRAD is no entity type; the nearest is CREDIT_CARD"),
        ({"types": {"person": {"answer": "ignore"}}}, "the nearest is PERSON"),
        ({"ignore": ["IBAN_CODE"]}, "names IBAN_CODE under ignore and under drop or review"),
        ({"types": {"PERSON": {"answer": "keep"}}}, "'drop', 'review', 'redact' or 'ignore'"),
        ({"types": {"PERSON": {"answer": "drop", "score_from": 1.5}}}, "less than or equal to 1"),
    ],
)
def test_a_policy_that_cannot_hold_is_an_error(values: dict[str, object], words: str) -> None:
    """A misspelt name would silently let every card through."""
    with pytest.raises(ValidationError, match=words):
        PrivacyLimits.model_validate(values)


SINGLE = PrivacyLimits(
    drop=("US_SSN", "IBAN_CODE"),
    review=("PERSON",),
    ignore=("URL",),
    types={
        "IBAN_CODE": TypeLimits(answer="redact"),
        "CRYPTO": TypeLimits(answer="drop", score_from=0.9),
        "PHONE_NUMBER": TypeLimits(answer="redact", score_from=0.6),
        "EMAIL_ADDRESS": TypeLimits(answer="ignore", score_from=0.7),
    },
)


@pytest.mark.parametrize(
    ("entity_type", "score", "reason", "left"),
    [
        ("US_SSN", 0.4, "high_risk_identifier", False),
        ("US_SSN", 0.3, "passed", False),
        ("IBAN_CODE", 1.0, "passed", False),
        ("CRYPTO", 0.9, "high_risk_identifier", False),
        ("CRYPTO", 0.8, "passed", False),
        ("PERSON", 0.8, "privacy_uncertain", False),
        ("PHONE_NUMBER", 0.6, "passed", False),
        ("PHONE_NUMBER", 0.5, "passed", True),
        ("EMAIL_ADDRESS", 0.7, "passed", True),
        ("EMAIL_ADDRESS", 0.6, "passed", False),
        ("URL", 0.1, "passed", True),
        ("MAC_ADDRESS", 0.1, "passed", False),
    ],
)
def test_a_type_has_its_answer_from_its_score_on(
    entity_type: str,
    score: float,
    reason: str,
    left: bool,  # noqa: FBT001  a column of the table
) -> None:
    """Per type: drop, review, redact or ignore; weak findings are redacted unless that fails."""
    found = [[{"entity_type": entity_type, "score": score}]]
    facts = pl.DataFrame({"sample_id": ["a"], "found": found, "redacted": [True]})
    facts = facts.with_columns(entity_types=types_that_count(pl.col("found"), SINGLE))

    assert decide_privacy(facts, SINGLE)["reason"].to_list() == [reason]
    assert SINGLE.leaves(entity_type, score) is left


def test_a_person_is_redacted_and_a_joined_one_goes_to_a_person() -> None:
    """A name in chat is often fiction; a name with its phone identifies a person."""
    facts = pl.DataFrame(
        [("a", ["PERSON"], True), ("b", ["PERSON", PERSON_JOINED], True)],
        schema=SCHEMA,
        orient="row",
    )

    assert decide_privacy(facts, PrivacyLimits())["reason"].to_list() == [
        "passed",
        "privacy_uncertain",
    ]
    strict = PrivacyLimits(types={PERSON_JOINED: TypeLimits(answer="drop")})
    assert decide_privacy(facts, strict)["reason"].to_list() == ["passed", "high_risk_identifier"]


def test_a_finding_without_a_score_counts() -> None:
    """A finding without a score counts, and one with a score at or above the limit."""
    found = [("US_SSN", None), ("PERSON", 0.39), ("EMAIL_ADDRESS", 0.4)]
    entry = pl.Struct({"entity_type": pl.String, "score": pl.Float64})
    rows = [[{"entity_type": name, "score": score} for name, score in found]]
    frame = pl.DataFrame({"found": rows}, schema={"found": pl.List(entry)})

    kept = frame.select(types_that_count(pl.col("found"), LIMITS)).to_series().to_list()

    assert kept == [["US_SSN", "EMAIL_ADDRESS"]]


def test_a_row_that_was_not_redacted_waits_whatever_was_found() -> None:
    """Null and false are not the same: nobody scanned, or the scan found something."""
    assert reasons([([], None), (None, True)]) == ["privacy_unscored"] * 2
