"""The events of a run that is published, as a night emits them."""

from datetime import UTC, datetime, timedelta

from pipelines.stores.location import Location
from pipelines.telemetry.events import (
    Dataset,
    End,
    Event,
    NightChecked,
    NightReported,
    RunEnded,
    RunName,
    RunStarted,
    StageEnded,
    StageMoved,
    StageStarted,
)

BEGAN = datetime(2026, 2, 1, 3, 0, tzinfo=UTC)
RUN = RunName("2026-01-31-abc", "2026-01-31", BEGAN)
TRAFFIC = Location("s3a://lake/traffic")


def at(seconds: float) -> datetime:
    """Return a time of the run."""
    return BEGAN + timedelta(seconds=seconds)


def published() -> list[Event]:
    """Return every event of a run, in order."""
    counts = {"intake.keep": 90, "intake.quarantine": 10, "published.train": 40}
    counts |= {"drift.samples.character_id=Ann": 7, "not_compared.2026-01-30": 3, "cleared.note": 1}
    return [
        RunStarted(at(0), (Dataset(TRAFFIC),)),
        StageStarted(at(1), "read", 100),
        StageMoved(at(1.5), "read", 50, 100, 0.5),
        StageEnded(at(2), "read", 100, 1.0, 1_000),
        NightChecked(at(3), counts),
        NightReported(
            at(4),
            {"warning": 2},
            (Dataset(TRAFFIC, 7),),
            (Dataset(Location("/w/train"), 12, 40),),
        ),
        RunEnded(at(5), End.PUBLISHED, 0, 5.0, 2_000),
    ]


def held() -> list[Event]:
    """Return the events of a run that a gate held."""
    checked = NightChecked(at(3), {"intake.keep": 90}, ("shares_as_usual",))
    return [*published()[:4], checked, RunEnded(at(5), End.HELD, 5, 5.0, 2_000, "GateError")]
