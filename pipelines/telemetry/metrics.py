"""A run's gauges in Prometheus' text format, for the textfile collector of its node exporter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipelines.stores.files import replace_bytes
from pipelines.stores.location import Location
from pipelines.telemetry.events import Event, LastSeen, RunEnded, RunName, phase_counts

_HELP = {
    "rows": "Rows of the night by phase and outcome.",
    "published_rows": "Rows of the night's train and eval, as the gates counted them.",
    "alarms": "Alarms of the report by severity.",
    "stage_seconds": "Wall time of each stage.",
    "run_seconds": "Wall time of the run.",
    "run_peak_memory_bytes": "Most memory that the driver's processes held.",
    "run_started_timestamp_seconds": "When the run began.",
    "run_ended_timestamp_seconds": "When the run ended.",
    "run_exit_code": "Exit code of the run; 0 = published.",
    "run_published": "1 = the run published its night.",
    "run_held": "1 = a gate or a drift guard held the night.",
    "night_timestamp_seconds": "The night, as its midnight in UTC.",
}


@dataclass(slots=True)
class MetricsWriter:
    """Writes the file at the end of the run, whatever the end.

    Args:
        run: whose.
        file: where.
        mode: who may read it, where it lies on a disk.
    """

    run: RunName
    file: Location
    mode: int = 0o600
    name: str = "The metrics"
    _seen: LastSeen = field(default_factory=LastSeen)

    def write(self, event: Event) -> None:
        """Take an event; at the end write the file."""
        self._seen.take(event)
        if isinstance(event, RunEnded):
            replace_bytes(
                self.file, render_metrics(self.run, self._seen, event).encode(), self.mode
            )


def render_metrics(run: RunName, seen: LastSeen, end: RunEnded) -> str:
    """Return the gauges of a run as text."""
    samples: dict[str, list[tuple[Mapping[str, str], float]]] = {name: [] for name in _HELP}
    for (phase, outcome), rows in phase_counts(seen.counts).items():
        if phase == "published":
            samples["published_rows"].append(({"side": outcome}, rows))
        else:
            samples["rows"].append(({"phase": phase, "outcome": outcome}, rows))
    samples["alarms"] = [({"severity": name}, n) for name, n in sorted(seen.alarms.items())]
    samples["stage_seconds"] = [({"stage": name}, n) for name, n in seen.stages.items()]
    single = {
        "run_seconds": end.seconds,
        "run_peak_memory_bytes": end.memory,
        "run_started_timestamp_seconds": run.started_at.timestamp(),
        "run_ended_timestamp_seconds": end.at.timestamp(),
        "run_exit_code": end.exit_code,
        "run_published": float(end.end == "published"),
        "run_held": float(end.end == "held"),
        "night_timestamp_seconds": datetime.fromisoformat(run.ds).replace(tzinfo=UTC).timestamp(),
    }
    samples |= {name: [({}, value)] for name, value in single.items()}
    return "".join(f"{line}\n" for line in _render(samples))


def _render(samples: Mapping[str, list[tuple[Mapping[str, str], float]]]) -> Iterator[str]:
    for name, values in samples.items():
        if values:
            yield f"# HELP curation_{name} {_HELP[name]}"
            yield f"# TYPE curation_{name} gauge"
        for labels, value in values:
            named = ",".join(f'{key}="{_escape(text)}"' for key, text in labels.items())
            yield f"curation_{name}{f'{{{named}}}' if named else ''} {value:.15g}"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
