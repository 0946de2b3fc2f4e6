"""Every answer has one clear end, and the same file again changes nothing."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reviewing.answers import ReviewAnswer
from pipelines.reviewing.verdicts import (
    ReviewQueue,
    Verdict,
    apply_answers,
    describe_verdicts,
    judge_answers,
)
from pipelines.table_columns import polars_schema
from schemas.ledger import REVIEW

DS, OTHER = "2026-01-31", "2026-01-30"
THEN = datetime(2026, 2, 1, 9, tzinfo=UTC)
LATER, EARLIER = THEN + timedelta(hours=1), THEN - timedelta(hours=1)
DECIDED = {"decided_at": THEN, "reviewer": "bob"}
TABLE = pl.DataFrame(
    [
        dict.fromkeys(polars_schema(REVIEW)) | {"run_id": "r", "reason": "x"} | row
        for row in (
            {"sample_id": "open", "ds": DS, "status": "open"},
            {"sample_id": "open2", "ds": DS, "status": "open"},
            {"sample_id": "yes", "ds": DS, "status": "approved"} | DECIDED,
            {"sample_id": "no", "ds": DS, "status": "rejected"} | DECIDED,
            {"sample_id": "elsewhere", "ds": OTHER, "status": "open"},
        )
    ],
    schema=polars_schema(REVIEW),
)
KNOWN = pl.DataFrame({"sample_id": ["open", "open2", "yes", "no", "passed"], "ds": [DS] * 5})


def answer(sample_id: str, status: str, at: datetime = LATER, line: int = 1) -> ReviewAnswer:
    """Return a person's answer about a sample of the night."""
    return ReviewAnswer(DS, sample_id, at, status, "ada", line)


def verdicts(*answers: ReviewAnswer) -> list[Verdict]:
    """Return the verdicts, in the order of the file."""
    return [verdict for _, verdict in judge_answers(answers, ReviewQueue(TABLE, KNOWN))]


@pytest.mark.parametrize(
    ("sample_id", "status", "at", "verdict"),
    [
        ("open", "approved", LATER, Verdict.TAKEN),
        ("open", "rejected", EARLIER, Verdict.TAKEN),
        ("yes", "approved", LATER, Verdict.KNOWN),
        ("no", "rejected", LATER, Verdict.KNOWN),
        ("yes", "rejected", LATER, Verdict.TAKEN),
        ("yes", "rejected", EARLIER, Verdict.OVERTURNS),
        ("no", "approved", LATER, Verdict.OVERTURNS),
        ("passed", "approved", LATER, Verdict.LATE),
        ("elsewhere", "approved", LATER, Verdict.OTHER_NIGHT),
        ("nobody", "approved", LATER, Verdict.UNKNOWN),
    ],
)
def test_an_answer_meets_what_stands(
    sample_id: str, status: str, at: datetime, verdict: Verdict
) -> None:
    """Open is taken; a rejection is for good; a later one withdraws an approval."""
    assert verdicts(answer(sample_id, status, at)) == [verdict]


def test_the_earliest_of_equal_answers_counts_and_different_ones_do_not() -> None:
    """Two people who disagree have decided nothing."""
    assert verdicts(
        answer("open", "approved", LATER, 1),
        answer("open2", "approved", LATER, 2),
        answer("open", "approved", EARLIER, 3),
        answer("open2", "rejected", LATER, 4),
    ) == [Verdict.DOUBLE, Verdict.CONTRADICTING, Verdict.TAKEN, Verdict.CONTRADICTING]


ANSWERS = st.builds(
    answer,
    st.sampled_from(["open", "open2", "yes", "no", "passed", "elsewhere", "nobody"]),
    st.sampled_from(["approved", "rejected"]),
    st.sampled_from([EARLIER, THEN, LATER]),
    st.integers(1, 9),
)


@given(st.lists(ANSWERS, max_size=8))
def test_a_file_that_was_taken_changes_nothing_the_second_time(answers: list[ReviewAnswer]) -> None:
    """Whoever is not sure whether an import went through does it again."""
    judged = judge_answers(answers, ReviewQueue(TABLE, KNOWN))
    after = apply_answers(TABLE, [a for a, verdict in judged if verdict is Verdict.TAKEN])
    again = judge_answers(answers, ReviewQueue(after, KNOWN))

    assert [a for a, verdict in again if verdict is Verdict.TAKEN] == []
    assert len(judged) == len(answers)
    assert (after.height, after.schema) == (TABLE.height, TABLE.schema)


@given(st.lists(ANSWERS, max_size=8))
def test_no_file_lifts_a_rejection(answers: list[ReviewAnswer]) -> None:
    """A rejection never enters."""
    judged = judge_answers(answers, ReviewQueue(TABLE, KNOWN))
    after = apply_answers(TABLE, [a for a, verdict in judged if verdict is Verdict.TAKEN])

    assert (
        after.filter(pl.col("sample_id") == "no").to_dicts()
        == TABLE.filter(pl.col("sample_id") == "no").to_dicts()
    )


def test_what_was_taken_stands_with_who_and_when_and_the_rest_as_it_was() -> None:
    """Reason, scores and run are the night's; the answer is the person's."""
    after = apply_answers(TABLE, [answer("open", "approved")])
    row = after.filter(pl.col("sample_id") == "open").row(0, named=True)

    assert (row["status"], row["reviewer"], row["decided_at"]) == ("approved", "ada", LATER)
    assert (row["reason"], row["run_id"]) == ("x", "r")
    assert after.filter(pl.col("sample_id") != "open").equals(
        TABLE.filter(pl.col("sample_id") != "open")
    )


def test_the_outcome_of_every_line_is_listed() -> None:
    """Counts of what was taken; every refused line by its number, with the reason."""
    judged = judge_answers(
        [
            answer("open", "approved", LATER, 2),
            answer("no", "approved", LATER, 3),
            answer("yes", "approved", LATER, 4),
        ],
        ReviewQueue(TABLE, KNOWN),
    )

    assert describe_verdicts(judged, 5) == [
        "Taken: 1 approved, 0 rejected.",
        "Changed nothing: 1 decided already, or twice in the file.",
        "Left open: 5.",
        f"Line 3, {Verdict.OVERTURNS.value}.",
        f"Applied by the next run of: {DS}.",
    ]
