"""What a held night says, and what an acceptance changes."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from pipelines.drift.guards import check_drift
from pipelines.drift.profile import ACCEPTED, PREFIX, Profile, read_profile
from pipelines.drift.settings import DriftLimits

LIMITS = DriftLimits()
FIRST = date(2026, 1, 5)
REMEDY = 'if it is right, run the night again with --accept-drift "why"'
LOCALE = f"{PREFIX}samples.locale=hi-IN"


def night(day: int, **changes: int) -> Profile:
    """Return a night of 10,000 rows, a tenth of them in one locale, but for the changes."""
    counts = {"intake.keep": 10_000, "safety.keep": 9_500, "safety.drop": 500}
    counts |= {f"{PREFIX}language=known": 9_000, f"{PREFIX}language=differs": 450}
    counts |= {LOCALE: 1_000, f"{PREFIX}taken.safety.locale=hi-IN": 50}
    counts |= {f"{PREFIX}reason.safety=unsafe": 500}
    return read_profile(_ds(day), counts | changes)


def _ds(day: int) -> str:
    return (FIRST + timedelta(days=day)).isoformat()


BEFORE = [night(day) for day in range(14)]


def said(
    tonight: Profile, before: list[Profile] | None = None, accepted: str | None = None
) -> Mapping[str, tuple[bool, str]]:
    """Return each check's verdict and evidence by its name."""
    checks, _ = check_drift(tonight, BEFORE if before is None else before, LIMITS, accepted)
    return {check.name: (check.passed, check.evidence) for check in checks}


def test_an_equal_night_is_as_usual() -> None:
    """Every check says with how many nights it compared."""
    assert said(night(14)) == dict.fromkeys(
        ("traffic_as_usual", "shares_as_usual", "no_slice_wiped_out"),
        (True, "compared with 14 nights"),
    )


def test_a_held_night_names_slice_share_interval_and_remedy() -> None:
    """Who is called at night must not have to look for it."""
    found = said(night(14, **{LOCALE: 100}))

    assert found["shares_as_usual"] == (
        False,
        f"locale hi-IN has 1.00 % of the samples, expected 5.00 to 16.00 % by 14 nights; {REMEDY}",
    )


def test_traffic_that_halves_is_held() -> None:
    """Counted rows, not shares: every share may be as usual."""
    half = {"intake.keep": 5_000, LOCALE: 500, f"{PREFIX}taken.safety.locale=hi-IN": 25}
    half |= {"safety.keep": 4_750, "safety.drop": 250, f"{PREFIX}reason.safety=unsafe": 250}

    assert said(night(14, **half))["traffic_as_usual"] == (
        False,
        f"5000 rows came, expected at least 6500 (median 10000); {REMEDY}",
    )


def test_a_phase_that_wipes_out_a_slice_is_held() -> None:
    """The slice is small against the night, so that no share of the night shows it."""
    taken = {f"{PREFIX}taken.safety.locale=hi-IN": 800}

    said_of_it = (
        "safety takes of locale hi-IN 80.00 % of 1000 rows that came to it, expected 0.00 to "
        f"11.00 % by 14 nights; {REMEDY}"
    )

    assert said(night(14, **taken))["no_slice_wiped_out"] == (False, said_of_it)


@pytest.mark.parametrize("rows", [199, 200])
def test_a_small_slice_may_be_taken_whole(rows: int) -> None:
    """Of few rows all may go by chance; `slice_rows` is the least size."""
    counts = {LOCALE: rows, f"{PREFIX}taken.safety.locale=hi-IN": 10}
    small = [night(day, **counts) for day in range(14)]
    tonight = night(14, **counts | {f"{PREFIX}taken.safety.locale=hi-IN": rows})

    assert said(tonight, small)["no_slice_wiped_out"][0] == (rows < 200)


@pytest.mark.parametrize("taken", [600, 601])
def test_a_phase_may_take_more_than_it_did_up_to_a_share(taken: int) -> None:
    """A rise from .05 to .6 is for the report; only what wipes out is held."""
    counts = {f"{PREFIX}taken.safety.locale=hi-IN": taken}

    assert said(night(14, **counts))["no_slice_wiped_out"][0] == (taken == 600)


def test_few_rows_may_halve_by_chance() -> None:
    """Of forty rows a night, half are within five standard errors."""
    usual, tonight = ({"intake.keep": rows, LOCALE: rows // 10} for rows in (40, 18))
    before = [night(day, **usual) for day in range(14)]

    assert said(night(14, **tonight), before)["traffic_as_usual"][0]
    assert not said(night(14, **(tonight | {"intake.keep": 8})), before)["traffic_as_usual"][0]


def test_what_was_always_taken_is_no_drift() -> None:
    """A locale that is not served goes every night."""
    taken = {f"{PREFIX}taken.safety.locale=hi-IN": 1_000}

    assert said(night(14, **taken), [night(d, **taken) for d in range(14)]) == said(night(14))


def test_an_accepted_drift_is_published_recorded_and_then_usual() -> None:
    """A locale that was closed on purpose must not be accepted again each night."""
    checks, counts = check_drift(night(14, **{LOCALE: 0}), BEFORE, LIMITS, "the app left India")
    after = [*BEFORE, night(14, **{LOCALE: 0} | counts)]
    evidence = next(c.evidence for c in checks if c.name == "shares_as_usual")

    assert all(check.passed for check in checks)
    assert evidence.startswith("accepted (the app left India): locale hi-IN has 0.00 %")
    assert counts == {f"{ACCEPTED}samples.locale=hi-IN": 1}
    assert said(night(15, **{LOCALE: 0}), after)["shares_as_usual"][0]
    assert said(night(15), after)["shares_as_usual"][0]
    assert not said(night(15, **{LOCALE: 0}), BEFORE)["shares_as_usual"][0]


def test_why_a_usual_night_was_to_be_accepted_changes_nothing() -> None:
    """There is nothing to accept, so nothing is recorded."""
    checks, counts = check_drift(night(14), BEFORE, LIMITS, "to be sure")

    assert counts == {}
    assert {check.evidence for check in checks} == {"compared with 14 nights"}


def test_a_weekday_of_its_own_is_no_drift() -> None:
    """Two Mondays like this one are enough, though they are far from the other twelve nights."""
    strange = {LOCALE: 300}
    before = [night(day, **(strange if day % 7 == 0 else {})) for day in range(14)]

    assert said(night(14, **strange), before)["shares_as_usual"][0]
    assert not said(night(15, **strange), before)["shares_as_usual"][0]


def test_nights_of_an_earlier_version_do_not_count() -> None:
    """Their runs have no counts of slices; no share of them is nought."""
    old = [read_profile(_ds(day), {"intake.keep": 10_000}) for day in range(14)]

    assert said(night(20), old)["traffic_as_usual"] == (
        True,
        "0 nights before with counts; looked at from 7 on",
    )
    assert not said(night(20, **{LOCALE: 0}), [*old, *BEFORE[:7]])["shares_as_usual"][0]


def test_switched_off_it_says_so() -> None:
    """Silence would read as `all is well`."""
    off = DriftLimits(nights=0)
    checks, _ = check_drift(night(14, **{LOCALE: 0}), BEFORE, off)

    assert {(c.passed, c.evidence) for c in checks} == {(True, "not looked at: drift.nights is 0")}


def test_a_value_that_is_no_code_is_not_shown() -> None:
    """A character's id may be a sentence; what is shown goes to a log and a page."""
    key = f"{PREFIX}samples.character_id=Call me on \x1b[31m 555"
    before = [night(day, **{key: 3_000}) for day in range(14)]

    assert said(night(14), before)["shares_as_usual"][1].startswith(
        "character_id (not a code) has 0.00 % of the samples, expected 20.00 to 40.00 %"
    )


def test_many_findings_are_cut() -> None:
    """A broken night drifts in everything."""
    keys = [f"{PREFIX}samples.locale=l{number}" for number in range(12)]
    before = [night(day, **dict.fromkeys(keys, 800)) for day in range(14)]
    evidence = said(night(14), before)["shares_as_usual"][1]

    assert evidence.count("expected") == 8
    assert "; and 4 more; if it is right" in evidence


def test_less_than_a_week_is_no_window() -> None:
    """Nothing would ever be held, without a word."""
    with pytest.raises(ValidationError, match="write 0"):
        DriftLimits(nights=6)
