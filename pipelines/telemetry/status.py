"""The status of the running night: one small JSON file beside the claim, replaced as a whole."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from pipelines.stores.files import replace_bytes
from pipelines.stores.location import Location
from pipelines.telemetry.events import (
    End,
    Event,
    RunEnded,
    RunName,
    StageEnded,
    StageMoved,
    StageStarted,
)
from pipelines.telemetry.lines import as_json

STATUS_FILE = "_status/status.json"
"""Its place in a warehouse."""
_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Status:
    """Where a run is.

    Args:
        run_id, ds: the run and its night.
        phase: the stage that runs or ran last; null = none has begun.
        done, of: its rows; null = not counted, not known.
        rate: rows per second of it; null = not known.
        started_at, updated_at: ISO 8601, by the clock of the run's host.
        end: running, published, held or failed.
        exit_code: null = it runs.
    """

    run_id: str
    ds: str
    started_at: str
    updated_at: str
    phase: str | None = None
    done: int | None = None
    of: int | None = None
    rate: float | None = None
    end: str = End.RUNNING
    exit_code: int | None = None


@dataclass(slots=True)
class StatusWriter:
    """Keeps the file up to date: at most every two seconds, and at the end of the run.

    Args:
        run: whose.
        file: where.
        is_held: whether the run still holds the warehouse; another run's status is not touched.
    """

    run: RunName
    file: Location
    is_held: Callable[[], bool]
    name: str = "The status"
    _status: Status = field(init=False)
    _written_at: datetime | None = None

    def __post_init__(self) -> None:
        """Begin as a run of which nothing is done."""
        began = self.run.started_at.isoformat()
        self._status = Status(self.run.run_id, self.run.ds, began, began)

    def write(self, event: Event) -> None:
        """Take an event, and write the file if it is time to."""
        self._status = replace(_moved(self._status, event), updated_at=event.at.isoformat())
        is_end = isinstance(event, RunEnded)
        waited = None if self._written_at is None else (event.at - self._written_at).total_seconds()
        # A clock that was set back must not stop the file.
        if not is_end and waited is not None and 0 <= waited < _SECONDS:
            return
        if is_end and not self.is_held():
            return
        self._written_at = event.at
        replace_bytes(self.file, f"{as_json(asdict(self._status))}\n".encode())


def _moved(status: Status, event: Event) -> Status:
    match event:
        case StageStarted():
            return replace(status, phase=event.stage, done=None, of=event.of, rate=None)
        case StageMoved():
            rate = event.done / event.seconds if event.seconds > 0 and event.done else None
            return replace(status, phase=event.stage, done=event.done, of=event.of, rate=rate)
        case StageEnded():
            rate = event.rows / event.seconds if event.rows and event.seconds > 0 else None
            return replace(status, phase=event.stage, done=event.rows, rate=rate)
        case RunEnded():
            return replace(status, end=str(event.end), exit_code=event.exit_code)
        case _:
            return status
