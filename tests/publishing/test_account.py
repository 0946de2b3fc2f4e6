"""The account of a night finds every missing row, and names nobody."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.checks import Check
from pipelines.errors import GateError
from pipelines.outcomes import Outcome, Phase
from pipelines.publishing.account import reconcile, require_all

SCHEMA = {
    "dimension": pl.String,
    "value": pl.String,
    "phase": pl.String,
    "outcome": pl.String,
    "rows": pl.Int64,
}
LAST = len(Phase)

Decision = tuple[str, str | None, str, str]
"""Conversation, locale, phase, outcome."""


def decide(number: int, locale: str | None, end: int, outcome: str) -> list[Decision]:
    """Return the decisions about one row: kept until the phase in which it ended."""
    phases = list(Phase)
    kept = [(f"c{number}", locale, str(phase), "keep") for phase in phases[:end]]
    return kept if end == LAST else [*kept, (f"c{number}", locale, str(phases[end]), outcome)]


def count(decisions: list[Decision]) -> pl.DataFrame:
    """Return the slices of decisions; quarantined rows count in the total alone."""
    rows: list[tuple[str, str | None, str, str, int]] = [
        ("all", None, phase, outcome, 1) for _, _, phase, outcome in decisions
    ]
    rows += [
        ("locale", locale, phase, outcome, 1)
        for _, locale, phase, outcome in decisions
        if outcome != "quarantine"
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def passed(decisions: list[Decision], rows_in: int) -> bool:
    """Say whether the account adds up."""
    return all(check.passed for check in reconcile(count(decisions), rows_in))


ROW = st.tuples(
    st.sampled_from(["en", "hi", None]), st.integers(0, LAST), st.sampled_from(["drop", "review"])
)
NIGHT = st.lists(ROW, min_size=1, max_size=8).map(
    lambda rows: [
        decide(number, locale, end, "quarantine" if end == 0 else outcome)
        for number, (locale, end, outcome) in enumerate(rows)
    ]
)


@given(NIGHT)
def test_a_night_in_which_every_row_is_answered_adds_up(night: list[list[Decision]]) -> None:
    """A gate that fails on good nights would be switched off."""
    assert passed([decision for row in night for decision in row], len(night))


@given(NIGHT, st.data())
def test_any_single_lost_or_doubled_decision_is_found(
    night: list[list[Decision]], data: st.DataObject
) -> None:
    """One row lost by one phase is one person's conversation that nobody can account for."""
    decisions = [decision for row in night for decision in row]
    place = data.draw(st.integers(0, len(decisions) - 1))

    assert not passed(decisions[:place] + decisions[place + 1 :], len(night))
    assert not passed([*decisions, decisions[place]], len(night))


@given(NIGHT, st.data())
def test_a_decision_that_changed_its_outcome_or_slice_is_found(
    night: list[list[Decision]], data: st.DataObject
) -> None:
    """Totals that happen to agree hide a row that moved; the slices do not."""
    decisions = [decision for row in night for decision in row]
    early = [i for i, d in enumerate(decisions) if d[3] == "keep" and d[2] != "sampling"]
    if not early:
        return
    place = data.draw(st.sampled_from(early))
    name, locale, phase, outcome = decisions[place]

    for changed in ((name, locale, phase, "drop"), (name, "xx", phase, outcome)):
        assert not passed([*decisions[:place], changed, *decisions[place + 1 :]], len(night))


def test_rows_that_nobody_answered_are_named_in_the_evidence() -> None:
    """The evidence is what a person on call reads first."""
    every_row, phases = reconcile(count(decide(0, "en", LAST, "drop")), 3)

    assert (every_row.name, every_row.passed, every_row.evidence) == (
        "every_row_answered",
        False,
        "3 rows came in, 1 answered",
    )
    assert (phases.passed, phases.evidence) == (True, "2 slices x 6 phases, 0 do not add up")


def test_the_evidence_of_a_wrong_slice_names_dimension_and_phase_but_no_value() -> None:
    """A value may be a character's or a person's name; the report's readers need the place."""
    whole = decide(0, "secret-place", LAST, "drop")
    _, phases = reconcile(count([d for d in whole if d[2] != "safety"]), 1)

    assert phases.passed is False
    said, places = phases.evidence.split(", as ")
    assert said == "2 slices x 6 phases, 4 do not add up"
    assert places == "['all at language', 'all at safety', 'locale at language']"
    assert "secret" not in phases.evidence


def test_an_empty_night_adds_up_to_nothing() -> None:
    """Without rows and decisions this gate holds."""
    assert passed([], 0)
    assert not passed([], 1)


def test_every_failed_check_stops_the_night_and_is_reported() -> None:
    """One line each, so that three faults need one re-run, not three."""
    good = Check("a", "A holds", passed=True, evidence="0 wrong")
    bad = [Check(name, f"{name} holds", passed=False, evidence="2 wrong") for name in ("b", "c")]

    require_all([good])
    with pytest.raises(
        GateError, match=r"^gate b: b holds: does not hold: 2 wrong\.\ngate c: "
    ) as stopped:
        require_all([bad[0], good, bad[1]])
    assert (len(stopped.value.faults), stopped.value.exit_code) == (2, 5)


def test_a_check_is_plain_json_values() -> None:
    """It is stored in `runs` and read by the report."""
    check = Check("a", "A holds", passed=True, evidence="0 wrong")

    assert check.as_dict() == {
        "name": "a",
        "promise": "A holds",
        "passed": True,
        "evidence": "0 wrong",
    }
    assert {str(outcome) for outcome in Outcome} == {"keep", "drop", "review", "quarantine"}
