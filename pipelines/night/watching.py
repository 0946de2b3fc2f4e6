"""A run seen from outside: its writers, its start, its end; whatever they meet, it goes on."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import CurationError, ExitCode, GateError
from pipelines.locations import as_local
from pipelines.night.claim import Claim
from pipelines.night.plan import Plan
from pipelines.night.report_files import report_folder
from pipelines.report.alarms import find_alarms
from pipelines.report.facts import ReportFacts
from pipelines.stores.location import Location, locate
from pipelines.telemetry.events import Dataset, End, NightReported, RunEnded, RunName, RunStarted
from pipelines.telemetry.feed import Feed, Writer
from pipelines.telemetry.lineage import LineageWriter
from pipelines.telemetry.lines import OwnFile, SharedFile
from pipelines.telemetry.log import LogWriter
from pipelines.telemetry.metrics import MetricsWriter
from pipelines.telemetry.status import STATUS_FILE, StatusWriter


def make_writers(plan: Plan, claim: Claim, run: RunName) -> list[Writer]:
    """Return who writes of a run: log, status, metrics, lineage."""
    settings, beside = plan.config.telemetry, report_folder(plan.root, plan.ds)
    log = OwnFile(beside / "log.jsonl") if settings.log is None else SharedFile(Path(settings.log))
    metrics = MetricsWriter(run, beside / "metrics.prom")
    if settings.metrics is not None:  # where a collector of another user reads it
        metrics = MetricsWriter(run, locate(settings.metrics), mode=0o644)
    lineage = OwnFile(beside / "lineage.jsonl")
    return [
        LogWriter(run, log),
        StatusWriter(run, plan.root / STATUS_FILE, claim.is_held),
        metrics,
        LineageWriter(run, lineage, settings.namespace, plan.code_version),
    ]


@contextmanager
def watch_run(plan: Plan, claim: Claim) -> Iterator[Feed]:
    """Tell of a run's start and, however it ends, of its end; yields where stages go."""
    began, started_at = time.monotonic(), datetime.now(UTC)
    feed = Feed(make_writers(plan, claim, RunName(claim.run_id, plan.ds, started_at)))
    feed.emit(RunStarted(started_at, _inputs(plan, {})))
    try:
        yield feed
    except BaseException as error:
        end = End.HELD if isinstance(error, GateError) else End.FAILED
        if claim.row["status"] == "published":  # what failed came after it
            end = End.PUBLISHED
        code = error.exit_code if isinstance(error, CurationError) else ExitCode.UNEXPECTED
        _end(feed, end, code, began, type(error).__name__)
        raise
    _end(feed, End.PUBLISHED, ExitCode.PUBLISHED, began)


def _end(feed: Feed, end: End, code: ExitCode, began: float, error: str | None = None) -> None:
    at, seconds = datetime.now(UTC), time.monotonic() - began
    feed.emit(RunEnded(at, end, int(code), seconds, feed.peak_memory(), error))


def tell_report(feed: Feed, plan: Plan, facts: ReportFacts) -> None:
    """Tell of a published night: its alarms, and the tables read and written with versions."""
    alarms = Counter(str(alarm.severity) for alarm in find_alarms(facts))
    rows = {"train": facts.train_rows, "eval": facts.eval_rows}
    written = tuple(
        Dataset(plan.root / name, _whole(version), rows.get(name))
        for name, version in facts.run.output_versions.items()
    )
    read = _inputs(plan, {name: _whole(v) for name, v in facts.run.input_versions.items()})
    feed.emit(NightReported(datetime.now(UTC), dict(alarms), read, written))


def _inputs(plan: Plan, versions: dict[str, int | None]) -> tuple[Dataset, ...]:
    places = {"traffic": plan.traffic, "scores": plan.scores}
    return tuple(
        Dataset(_place(place), versions.get(name)) for name, place in places.items() if place
    )


def _place(place: str) -> Location:
    """Return where an input lies; one that is named by the session's catalogue lies there."""
    is_named = "://" not in place and as_local(place) is None
    return Location(f"catalogue://spark/{place}") if is_named else locate(place)


def _whole(version: int | str | None) -> int | None:
    return None if version is None else int(version)
