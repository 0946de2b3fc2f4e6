"""A file that breaks its form is refused whole, with line and remedy, and without quoting it."""

import json
from datetime import UTC, datetime

import pytest

from pipelines.errors import InputError
from pipelines.reviewing.answers import ReviewAnswer, read_answers

NOW = datetime(2026, 2, 3, 12, tzinfo=UTC)
GOOD = {
    "sample_id": "s1",
    "ds": "2026-01-31",
    "status": "approved",
    "reviewer": "ada",
    "decided_at": "2026-02-01T09:30:00Z",
}
ANSWER = ReviewAnswer(
    "2026-01-31", "s1", datetime(2026, 2, 1, 9, 30, tzinfo=UTC), "approved", "ada", 1
)
HEAD = "sample_id,ds,status,reviewer,decided_at"


def read(text: str, *, is_csv: bool = False) -> tuple[list[ReviewAnswer], int]:
    """Read a file of answers."""
    return read_answers(text, is_csv=is_csv, name="answers", now=NOW)


def lines(*rows: object) -> str:
    """Return rows as JSON Lines."""
    return "\n".join(json.dumps(row) for row in rows)


@pytest.mark.parametrize(
    "decided_at",
    ["2026-02-01T09:30:00Z", "2026-02-01 09:30:00", "2026-02-01T10:30:00+01:00"],
)
def test_a_decision_is_read_with_its_time_in_utc(decided_at: str) -> None:
    """A time without a zone is UTC, as in every table."""
    assert read(lines(GOOD | {"decided_at": decided_at})) == ([ANSWER], 0)


def test_a_csv_says_the_same() -> None:
    """Other columns and their order do not matter; a disarmed cell comes back as it was."""
    text = (
        "\ufeffnote,reviewer,sample_id,ds,status,decided_at\r\n"
        "\"a\nb,'=1\",'@ada,s1,2026-01-31,rejected,2026-02-01T09:30:00Z\r\n"
        ",,s2,2026-01-31,open,\r\n"
    )
    (answer,), still_open = read(text, is_csv=True)

    assert (answer.reviewer, answer.status, still_open) == ("@ada", "rejected", 1)


def test_a_text_of_a_megabyte_and_odd_line_ends_are_no_fault() -> None:
    """An export may be imported with its texts."""
    row = GOOD | {"text": "a\u2028b\x85" * 300_000}
    quoted = ",".join(f'"{value}"' for value in row.values())

    assert read(json.dumps(row, ensure_ascii=False))[0] == [ANSWER]
    (answer,), _ = read(f"{HEAD},text\n{quoted}\n", is_csv=True)
    assert answer.sample_id == "s1"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"sample_id": ""}, "sample_id is missing"),
        ({"sample_id": 7}, "sample_id must be text"),
        ({"sample_id": ["s1"]}, "sample_id must be text"),
        ({"ds": "31.1.2026"}, "ds is no date; write it as 2026-01-31"),
        ({"ds": "20260131"}, "ds is no date"),
        ({"status": "ok\x1b"}, "status is ok⟨U+001B⟩; write approved, rejected or open"),
        ({"status": "Approved"}, "write approved, rejected or open"),
        ({"reviewer": " "}, "reviewer is missing"),
        ({"reviewer": "a" * 201}, "longer than 200 characters"),
        ({"reviewer": "a\u202eb"}, "reviewer holds a control character"),
        ({"decided_at": None}, "decided_at is no time"),
        ({"decided_at": "yesterday"}, "decided_at is no time"),
        ({"decided_at": "0001-01-01T00:00:00+23:59"}, "decided_at is no time"),
        ({"decided_at": "2026-02-05"}, "decided_at lies in the future"),
    ],
)
def test_a_fault_names_its_line_and_what_to_write(change: dict[str, object], expected: str) -> None:
    """One fault, and nothing of the file is taken."""
    with pytest.raises(InputError) as caught:
        read(lines(GOOD, GOOD | change))

    first, last = caught.value.faults
    assert (first.startswith("answers, line 2: "), expected in first) == (True, True), first
    assert last == "Nothing of the file was taken."


@pytest.mark.parametrize(
    ("text", "is_csv", "expected"),
    [
        ("[1]", False, "line 1: no object"),
        ("{", False, "line 1: no JSON"),
        ("[" * 100_000, False, "line 1: no JSON"),
        ("", True, "line 1: no column sample_id"),
        ("sample_id;ds;status\n", True, "line 1: no column sample_id"),
        (f'{HEAD}\n"s1"x,2026-01-31,open,,\n', True, "no CSV"),
        (f'{HEAD}\n"s1,2026-01-31,open,,\n', True, "no CSV"),
    ],
)
def test_what_is_no_such_file_is_said(
    text: str,
    is_csv: bool,  # noqa: FBT001 a case of the table
    expected: str,
) -> None:
    """A file of another kind, or one that was cut."""
    with pytest.raises(InputError, match=expected):
        read(text, is_csv=is_csv)


def test_many_faults_are_counted() -> None:
    """Ten thousand lines of the same mistake would bury it."""
    with pytest.raises(InputError) as caught:
        read(lines(*[GOOD | {"status": "maybe"}] * 50))

    assert len(caught.value.faults) == 22
    assert caught.value.faults[20] == "answers: 30 more faults."
