"""A progress line per stage, fed by the rows that finished tasks report."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pyspark import Accumulator, SparkContext

from pipelines.cli import Progress
from pipelines.telemetry.events import PhaseTakenOver, StageEnded, StageMoved, StageStarted
from pipelines.telemetry.feed import Feed

_POLL_SECONDS = 0.5


@dataclass(slots=True)
class StageRecord:
    """How many rows a stage handled, in how many seconds of wall time."""

    name: str
    rows: int | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Stages:
    """The stages of a run, in order; who subscribes to `feed` is told of each."""

    context: SparkContext
    progress: Progress
    feed: Feed = field(default_factory=Feed)
    records: list[StageRecord] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """Time a stage and show its progress; yields the function that adds finished rows."""
        counter: Accumulator[int] = self.context.accumulator(0)
        record = StageRecord(name, total)
        started, ended = time.monotonic(), threading.Event()
        watcher = threading.Thread(
            target=self._watch, args=(record, counter, started, ended), daemon=True
        )
        self.feed.emit(StageStarted(datetime.now(UTC), name, total))
        watcher.start()
        try:
            yield counter.add
        finally:
            ended.set()
            watcher.join()
        record.seconds = time.monotonic() - started
        record.rows = total if total is not None else (counter.value or None)
        self.records.append(record)
        self.progress.finish(name, record.rows, record.seconds)
        peak = self.feed.peak_memory()
        self.feed.emit(StageEnded(datetime.now(UTC), name, record.rows, record.seconds, peak))

    def take_over(self, phase: str) -> None:
        """Tell that a phase is not run, as a run that was killed has finished it."""
        self.progress.say(f"{phase:<28} done by a run that was killed")
        self.feed.emit(PhaseTakenOver(datetime.now(UTC), phase))

    def _watch(
        self, record: StageRecord, counter: Accumulator[int], started: float, ended: threading.Event
    ) -> None:
        while not ended.wait(_POLL_SECONDS):
            done, seconds = counter.value, time.monotonic() - started
            self.progress.update(record.name, done, record.rows, started)
            moved = StageMoved(datetime.now(UTC), record.name, done, record.rows, seconds)
            self.feed.emit(moved)
