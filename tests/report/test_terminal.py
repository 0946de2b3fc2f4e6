"""The run in a few lines at the terminal: the report's figures, and no text of a person."""

import polars as pl
import pytest

from pipelines.report.alarms import find_alarms
from pipelines.report.facts import ReportFacts
from pipelines.report.terminal import summarise


def test_the_funnel_says_what_each_phase_did(night: ReportFacts) -> None:
    """Counted here by hand from the decisions; the head says which night it was."""
    lines = summarise(night).splitlines()
    counted = {
        (phase, outcome): rows
        for phase, outcome, rows in night.outcomes.group_by("phase", "outcome")
        .agg(pl.col("rows").sum())
        .rows()
    }

    assert lines[0] == "Night 2026-11-20, run 20261121T011402-9f31c0de"
    assert lines[1].split() == ["phase", "in", "keep", "drop", "review", "quarantine"]
    assert lines[2].split() == ["intake", "5,084", "5,000", "0", "0", "84"]
    for line in lines[3:9]:
        phase, *figures = line.split()
        parts = [
            counted.get((phase, outcome), 0) for outcome in ("keep", "drop", "review", "quarantine")
        ]
        assert figures == [f"{n:,}" for n in (sum(parts), *parts)]
    assert [line.split()[0] for line in lines[2:9]] == [
        *("intake", "privacy", "safety", "language", "diversity", "split", "sampling")
    ]
    assert lines[9] == f"published  train {night.train_rows:,}, eval {night.eval_rows:,}"


def test_each_constraint_is_a_line_with_the_values_that_hold(night: ReportFacts) -> None:
    """Per side and constraint: hard or soft, met of all; brute force over the table."""
    text = summarise(night)
    lines = text[text.index("\nconstraints\n") :].splitlines()[2:]
    keys = list(dict.fromkeys(night.constraints.select("side", "constraint").rows()))

    for line, (side, name) in zip(lines, keys, strict=False):
        rows = [
            r
            for r in night.constraints.rows(named=True)
            if (r["side"], r["constraint"]) == (side, name)
        ]
        met, kind = sum(r["met"] for r in rows), "hard" if rows[0]["hard"] else "soft"
        assert line.split() == [
            side,
            kind,
            *name.split(),
            f"{met:,}",
            "of",
            f"{len(rows):,}",
            "values",
            "met",
        ]
    assert lines[len(keys)] == ""


def test_alarms_come_last_and_a_quiet_night_says_so(
    night: ReportFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most six: the report has them all."""
    lines = summarise(night).splitlines()
    monkeypatch.setattr("pipelines.report.terminal.find_alarms", lambda _: [])

    found = [f"  {alarm.severity}: {alarm.title}" for alarm in find_alarms(night)]
    assert len(found) > 6
    assert lines[lines.index("alarms") + 1 :] == found[:6]
    assert summarise(night).splitlines()[-2:] == ["", "no alarms"]
