"""What happens in a run. An event holds counts, names of phases and places; no text, no id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pipelines.stores.location import Location


class End(StrEnum):
    """How far a run is."""

    RUNNING = "running"
    PUBLISHED = "published"
    HELD = "held"
    FAILED = "failed"


class Dataset(NamedTuple):
    """A table that a run reads or writes; None = not known, or it has none."""

    place: Location
    version: int | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run holds the warehouse."""

    at: datetime
    inputs: tuple[Dataset, ...] = ()


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage began; `of` rows, None = not known."""

    at: datetime
    stage: str
    of: int | None = None


@dataclass(frozen=True, slots=True)
class StageMoved:
    """So many rows of a stage are done after so many seconds; several times a second."""

    at: datetime
    stage: str
    done: int
    of: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class StageEnded:
    """A stage is done; `memory` is the peak of the driver so far, in bytes."""

    at: datetime
    stage: str
    rows: int | None
    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class PhaseTakenOver:
    """A phase is not run, as a run that was killed has finished it."""

    at: datetime
    phase: str


@dataclass(frozen=True, slots=True)
class NightChecked:
    """The gates have spoken: rows per `phase.outcome`, names of the checks that do not hold."""

    at: datetime
    counts: Mapping[str, int]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NightReported:
    """The night is published and has its report: alarms by severity, what was read and written."""

    at: datetime
    alarms: Mapping[str, int]
    inputs: tuple[Dataset, ...]
    outputs: tuple[Dataset, ...]


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run ended; `error` is the kind of what was raised, never its message."""

    at: datetime
    end: End
    exit_code: int
    seconds: float
    memory: int
    error: str | None = None


Event = (
    RunStarted
    | StageStarted
    | StageMoved
    | StageEnded
    | PhaseTakenOver
    | NightChecked
    | NightReported
    | RunEnded
)


@dataclass(frozen=True, slots=True)
class RunName:
    """Which run: its id, its night, when it began."""

    run_id: str
    ds: str
    started_at: datetime


@dataclass(slots=True)
class LastSeen:
    """What a writer has to remember of a run to say it as a whole.

    Args:
        counts, alarms: of the last event that told them.
        stages: seconds of each stage that is done.
        inputs, outputs: as told last.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    alarms: Mapping[str, int] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    inputs: tuple[Dataset, ...] = ()
    outputs: tuple[Dataset, ...] = ()

    def take(self, event: Event) -> None:
        """Remember what an event says."""
        match event:
            case RunStarted():
                self.inputs = event.inputs
            case StageEnded():
                self.stages[event.stage] = self.stages.get(event.stage, 0.0) + event.seconds
            case NightChecked():
                self.counts = event.counts
            case NightReported():
                self.alarms, self.inputs, self.outputs = event.alarms, event.inputs, event.outputs
            case _:
                pass


def phase_counts(counts: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Return rows by phase and outcome; counts of another kind may name values and are left out."""
    outcomes = {"keep", "drop", "review", "quarantine", "train", "eval"}
    split = {tuple(key.split(".")): rows for key, rows in sorted(counts.items())}
    return {
        (key[0], key[1]): rows
        for key, rows in split.items()
        if len(key) == 2 and key[1] in outcomes  # noqa: PLR2004 a phase and an outcome
    }
