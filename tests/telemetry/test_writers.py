"""What log, metrics and lineage say of a run: counts and names of ours, no value of the data."""

import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.stores.location import locate
from pipelines.telemetry.events import Event, StageEnded, phase_counts
from pipelines.telemetry.lineage import LineageWriter
from pipelines.telemetry.lines import OwnFile, SharedFile
from pipelines.telemetry.log import LogWriter
from pipelines.telemetry.metrics import MetricsWriter
from tests.telemetry.runs import RUN, at, held, published

SAMPLE = re.compile(r'curation_\w+(\{\w+="[^"\\\n]*"(,\w+="[^"\\\n]*")*\})? -?[0-9.e+-]+')


@dataclass
class Kept:
    """Lines in memory."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def add(self, values: Any) -> None:  # noqa: ANN401 what a writer says
        """Keep a line as a reader would see it."""
        self.lines.append(json.loads(json.dumps(values, allow_nan=False)))


def logged(events: list[Event]) -> list[dict[str, Any]]:
    """Return the lines of the log."""
    kept = Kept()
    writer = LogWriter(RUN, kept)
    for event in events:
        writer.write(event)
    return kept.lines


def test_the_log_has_a_line_per_event_with_run_phase_counts_seconds_and_memory() -> None:
    """Progress within a stage has none: it comes twice a second."""
    lines = logged(published())

    assert [line["event"] for line in lines] == [
        *("run_started", "stage_started", "stage_ended"),
        *("night_checked", "night_reported", "run_ended"),
    ]
    assert {(line["run_id"], line["ds"], line["level"]) for line in lines} == {
        (RUN.run_id, RUN.ds, "info")
    }
    assert lines[2] == {
        "time": "2026-02-01T03:00:02+00:00",
        "level": "info",
        "event": "stage_ended",
        "run_id": RUN.run_id,
        "ds": RUN.ds,
        "stage": "read",
        "rows": 100,
        "seconds": 1.0,
        "peak_memory_bytes": 1_000,
    }
    assert lines[3]["counts"] == {
        "intake.keep": 90,
        "intake.quarantine": 10,
        "published.train": 40,
    }


def test_a_held_night_is_a_warning_with_the_names_of_its_checks() -> None:
    """Who collects warnings finds it."""
    checked, ended = logged(held())[-2:]

    assert (checked["level"], checked["failed_checks"]) == ("warning", ["shares_as_usual"])
    assert (ended["level"], ended["end"], ended["exit_code"]) == ("warning", "held", 5)
    assert ended["error"] == "GateError"


@given(st.dictionaries(st.text(max_size=20), st.integers(0, 9), max_size=5))
def test_counts_that_name_values_are_left_out(extra: dict[str, int]) -> None:
    """A character's id, a column, a night: only phase and outcome are told."""
    known = {"safety.drop": 3, "published.eval": 4}
    counts = {key: n for key, n in extra.items() if not re.fullmatch(r"[^.]*\.\w+", key)} | known

    assert phase_counts(counts) == {("published", "eval"): 4, ("safety", "drop"): 3}


def metrics(events: list[Event], folder: Path) -> list[str]:
    """Return the lines of the file for Prometheus."""
    writer = MetricsWriter(RUN, locate(folder / "metrics.prom"))
    for event in events:
        writer.write(event)
    return (folder / "metrics.prom").read_text(encoding="utf-8").splitlines()


def test_the_metrics_are_prometheus_text(tmp_path: Path) -> None:
    """Each gauge has one TYPE before its samples; each sample is of the format's grammar."""
    lines = metrics(published(), tmp_path)
    typed = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    samples = [line for line in lines if not line.startswith("#")]

    assert all(SAMPLE.fullmatch(line) for line in samples), samples
    assert len(typed) == len(set(typed)) == 12
    assert {line.split("{")[0].split()[0] for line in samples} == set(typed)
    assert {
        'curation_rows{phase="intake",outcome="quarantine"} 10',
        'curation_published_rows{side="train"} 40',
        'curation_alarms{severity="warning"} 2',
        'curation_stage_seconds{stage="read"} 1',
        "curation_run_exit_code 0",
        "curation_run_ended_timestamp_seconds 1769914805",
        "curation_night_timestamp_seconds 1769817600",
        "curation_run_published 1",
    } <= set(samples)
    assert not any("Ann" in line for line in lines)


def test_a_collector_of_another_user_can_read_metrics_that_were_put_elsewhere(
    tmp_path: Path,
) -> None:
    """Though the job keeps what it writes from others."""
    before = os.umask(0o077)
    try:
        writer = MetricsWriter(RUN, locate(tmp_path / "metrics.prom"), mode=0o644)
        for event in published():
            writer.write(event)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "metrics.prom").stat().st_mode) == 0o644


def test_a_held_night_has_metrics_too(tmp_path: Path) -> None:
    """An alert fires on what is there, not on what is missing."""
    lines = metrics(held(), tmp_path)

    assert {"curation_run_held 1", "curation_run_published 0", "curation_run_exit_code 5"} <= set(
        lines
    )


def test_a_label_cannot_end_its_line(tmp_path: Path) -> None:
    """Backslash, quote and line feed are escaped as the format says."""
    ended = StageEnded(at(2), 'a "b"\\\nc', 1, 2.0, 3)

    assert 'curation_stage_seconds{stage="a \\"b\\"\\\\\\nc"} 2' in metrics(
        [ended, published()[-1]], tmp_path
    )


def lineage(events: list[Event]) -> list[dict[str, Any]]:
    """Return the events of OpenLineage."""
    kept = Kept()
    writer = LineageWriter(RUN, kept, "ours", "0.1.0")
    for event in events:
        writer.write(event)
    return kept.lines


def test_lineage_is_start_and_complete_with_versions_of_inputs_and_outputs() -> None:
    """Both events are of one run, which is a UUID, and of one job."""
    start, done = lineage(published())

    assert [start["eventType"], done["eventType"]] == ["START", "COMPLETE"]
    assert start["run"]["runId"] == done["run"]["runId"] == str(UUID(start["run"]["runId"]))
    assert (done["job"]["namespace"], done["job"]["name"]) == ("ours", "curate")
    assert [(d["namespace"], d["name"]) for d in done["inputs"]] == [("s3://lake", "traffic")]
    assert done["inputs"][0]["facets"]["version"]["datasetVersion"] == "7"
    (train,) = done["outputs"]
    assert (train["namespace"], train["name"]) == ("file", "/w/train")
    assert train["facets"]["version"]["datasetVersion"] == "12"
    assert train["outputFacets"]["outputStatistics"]["rowCount"] == 40
    assert done["run"]["facets"]["nominalTime"]["nominalStartTime"] == "2026-01-31T00:00:00+00:00"
    assert start["outputs"] == []


def test_lineage_of_a_held_night_fails_with_the_kind_of_its_error() -> None:
    """Its message might name a value."""
    _, failed = lineage(held())

    assert failed["eventType"] == "FAIL"
    assert failed["run"]["facets"]["errorMessage"]["message"] == "GateError, exit code 5"


@pytest.mark.parametrize("events", [published(), held()], ids=["published", "held"])
def test_every_facet_names_its_producer_and_schema(events: list[Event]) -> None:
    """The specification requires both of each facet, and four keys of each event."""

    def walk(value: object, *, within: bool) -> None:
        if isinstance(value, dict):
            for name, part in value.items():
                if within:
                    assert part["_producer"] == "pkg:pypi/conversation-curation@0.1.0"
                    assert part["_schemaURL"].startswith("https://openlineage.io/spec/facets/")
                walk(part, within=name in {"facets", "outputFacets"})
        elif isinstance(value, list):
            for part in value:
                walk(part, within=False)

    for event in lineage(events):
        assert {"run", "job", "eventTime", "producer", "schemaURL"} <= event.keys()
        walk(event, within=False)


def test_a_shared_file_grows_and_an_own_file_begins_anew(tmp_path: Path) -> None:
    """Both can be read by their owner alone; a line holds no raw control character."""
    shared, own = tmp_path / "logs" / "all.jsonl", locate(tmp_path / "own.jsonl")
    for number in (1, 2):
        SharedFile(shared).add({"run": number, "said": "\x1b[31m\n"})
        mine = OwnFile(own)
        mine.add({"run": number})
        mine.add({"end": number})

    assert [json.loads(line)["run"] for line in shared.read_text().splitlines()] == [1, 2]
    assert "\x1b" not in shared.read_text()
    assert own.local.read_text().splitlines() == ['{"run": 2}', '{"end": 2}']
    assert {stat.S_IMODE(f.stat().st_mode) for f in (shared, own.local)} == {0o600}
    assert [f.name for f in tmp_path.iterdir() if f.name.startswith(".")] == []
