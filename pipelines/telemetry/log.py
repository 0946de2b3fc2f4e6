"""The structured log: one JSON object per event, for who collects logs of many jobs."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.telemetry.events import (
    End,
    Event,
    NightChecked,
    NightReported,
    PhaseTakenOver,
    RunEnded,
    RunName,
    RunStarted,
    StageEnded,
    StageMoved,
    StageStarted,
    phase_counts,
)
from pipelines.telemetry.lines import Lines

_Told = (
    RunStarted
    | StageStarted
    | StageEnded
    | PhaseTakenOver
    | NightChecked
    | NightReported
    | RunEnded
)
_LEVELS = {End.PUBLISHED: "info", End.HELD: "warning", End.FAILED: "error"}


@dataclass(frozen=True, slots=True)
class LogWriter:
    """Writes each event but the progress within a stage.

    Args:
        run: whose.
        lines: where to.
    """

    run: RunName
    lines: Lines
    name: str = "The log"

    def write(self, event: Event) -> None:
        """Add a line: time, level, run, night, event, and what it says."""
        if isinstance(event, StageMoved):
            return
        kind, level, said = _describe(event)
        head = {"time": event.at.isoformat(), "level": level, "event": kind}
        self.lines.add({**head, "run_id": self.run.run_id, "ds": self.run.ds, **said})


def _describe(  # noqa: PLR0911 one for each kind
    event: _Told,
) -> tuple[str, str, Mapping[str, object]]:
    """Return the kind of an event, its level, and what it says."""
    match event:
        case RunStarted():
            return "run_started", "info", {}
        case StageStarted():
            return "stage_started", "info", {"stage": event.stage, "of": event.of}
        case StageEnded():
            said = {"stage": event.stage, "rows": event.rows, "seconds": round(event.seconds, 3)}
            return "stage_ended", "info", {**said, "peak_memory_bytes": event.memory}
        case PhaseTakenOver():
            return "phase_taken_over", "info", {"phase": event.phase}
        case NightChecked():
            counts = {f"{p}.{o}": n for (p, o), n in phase_counts(event.counts).items()}
            level = "warning" if event.failed else "info"
            return "night_checked", level, {"counts": counts, "failed_checks": list(event.failed)}
        case NightReported():
            return "night_reported", "info", {"alarms": dict(event.alarms)}
        case RunEnded():
            said = {"end": event.end, "exit_code": event.exit_code, "error": event.error}
            more = {"seconds": round(event.seconds, 3), "peak_memory_bytes": event.memory}
            return "run_ended", _LEVELS[event.end], {**said, **more}
