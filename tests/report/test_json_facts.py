"""`report.json`: the same facts for machines."""

import dataclasses
import json

import polars as pl

from pipelines.report.alarms import find_alarms
from pipelines.report.facts import COLUMNS, Appendix, ReportFacts
from pipelines.report.json_facts import facts_json


def test_the_contracts_keys_are_there(night: ReportFacts) -> None:
    """Schedulers read these keys; a missing one breaks a scheduled job."""
    said = facts_json(night)

    assert {"run_id", "ds", "phases", "train", "eval", "constraints", "alarms"} - set(said) == set()
    assert (said["run_id"], said["ds"]) == (night.run.run_id, night.run.ds)
    assert (said["train"], said["eval"]) == (night.train_rows, night.eval_rows)
    assert isinstance(said["constraints"], list)
    assert len(said["constraints"]) == night.constraints.height


def test_phases_hold_rows_per_outcome_and_intake_its_quarantine(night: ReportFacts) -> None:
    """The checker compares them with the tables by phase; an outcome without rows is absent."""
    nothing = pl.DataFrame(
        {"phase": ["privacy"], "outcome": ["timed_out"], "reason": ["x"], "rows": [0]}
    )
    facts = dataclasses.replace(
        night, outcomes=pl.concat([night.outcomes, nothing.cast({"rows": pl.Int64})])
    )
    phases = facts_json(facts)["phases"]

    assert isinstance(phases, dict)
    assert list(phases) == [
        "intake",
        "privacy",
        "safety",
        "language",
        "diversity",
        "split",
        "sampling",
    ]
    assert phases["intake"] == {"keep": 5_000, "quarantine": 84}
    assert min(n for counts in phases.values() for n in counts.values()) > 0


def test_it_is_strict_json_and_keeps_every_row(night: ReportFacts) -> None:
    """NaN is no JSON; a date or a nested value in an appendix must not stop a report."""
    rows = pl.DataFrame({"x": [float("nan"), 1.0], "y": [[1, None], []]})
    said = facts_json(dataclasses.replace(night, appendices=[Appendix("t", "c", rows)]))
    read = json.loads(json.dumps(said, allow_nan=False))

    assert read["appendices"] == [
        {"title": "t", "caption": "c", "rows": [{"x": None, "y": [1, None]}, {"x": 1.0, "y": []}]}
    ]
    assert [len(read[name]) for name in COLUMNS] == [
        getattr(night, name).height for name in COLUMNS
    ]
    assert read["run"]["started_at"] == "2026-11-21 01:14:02 UTC"


def test_alarms_are_those_of_the_page(night: ReportFacts) -> None:
    """Both outputs must have the same alarms."""
    said = facts_json(night)["alarms"]

    assert said == [
        {"severity": str(a.severity), "title": a.title, "detail": a.detail, "remedy": a.remedy}
        for a in find_alarms(night)
    ]
