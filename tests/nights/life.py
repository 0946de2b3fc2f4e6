"""Nights one after the other: what comes in, what happens, an audit and a weighing after each."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.audit import main as audit
from jobs.curate import main as curate
from pipelines.spark.private_pyspark import find_jvm_process
from tests.factories import Ended, Tables, run_here
from tests.nights import weights
from tests.nights.log import Log, name_night
from tests.nights.weights import Weight

WHOLE_AUDIT_EVERY = 10
HEAD = (
    "night       event             seconds  audit  rows  files  night  tables   logs  commits"
    "  facts  staged  vectors  index  others     read"
)
"""Of the table of sizes; `night`, `tables`, `logs`, `others` and `read` are in KiB, `files` of the
night's own partitions, `vectors` and `index` in files."""
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit said.

    Args:
        span: the first and last night.
        code: exit code.
        findings: name, night and count of each, notices too.
    """

    span: tuple[str, str]
    code: int
    findings: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Lived:
    """A night that has passed.

    Args:
        ds, event: the night, and what happened in it.
        published: whether it is there.
        rows: of `samples`.
        seconds: of the night, and of the audits after it.
        read: bytes that driver and JVM read for it.
        weight: of the warehouse after it.
        audits: after it, of the nights that it changed, or of all.
    """

    ds: str
    event: str
    published: bool
    rows: int
    seconds: tuple[float, float]
    read: int
    weight: Weight
    audits: tuple[Audited, ...]

    def line(self) -> str:
        """Return its line in the table of sizes."""
        w, (taken, audited) = self.weight, self.seconds
        return (
            f"{self.ds}  {self.event:<16}  {taken:7.1f}  {audited:5.1f}  {self.rows:4}"
            f"  {sum(w.night_files.values()):5}  {w.bytes_of_night // _KIB:5}"
            f"  {sum(w.table_bytes.values()) // _KIB:6}  {w.log_bytes // _KIB:5}"
            f"  {sum(w.commits.values()):7}  {w.facts:5}  {len(w.staged):6}"
            f"  {w.embedding_files:7}  {w.index_files:5}  {w.others // _KIB:6}"
            f"  {self.read // _KIB:7}"
        )


@dataclass(slots=True)
class World:
    """A warehouse, its log, and the settings of today.

    Args:
        folder: of everything.
        config: file of settings.
        log: what comes in.
        settings: `key.path=value`, beside the file.
        changed: nights that were run since the last audit.
        past: nights that are published, in order.
    """

    folder: Path
    config: Path
    log: Log
    settings: list[str] = field(
        default_factory=lambda: ["spark.partitions=2", "split.eval_share=0.25"]
    )
    changed: list[str] = field(default_factory=list)
    past: list[str] = field(default_factory=list)

    @property
    def tables(self) -> Tables:
        """The warehouse."""
        return Tables(self.folder / "warehouse")

    def arguments(self, ds: str) -> list[object]:
        """Return the command line of a night."""
        sets = [part for setting in self.settings for part in ("--set", setting)]
        places = ("--traffic", self.log.traffic, "--scores", self.log.scores(ds))
        night = ("--warehouse", self.tables.root, "--ds", ds)
        return ["--config", self.config, *places, *night, *sets]

    def run(self, ds: str, *options: object) -> Ended:
        """Curate a night."""
        return run_here(curate, *self.arguments(ds), *options)

    def publish(self, ds: str, *options: object) -> None:
        """Curate a night, which must be published."""
        ended = self.run(ds, *options)
        assert ended.code == 0, f"{ds}: {ended.err}"
        if ds not in self.past:
            self.past.append(ds)
        self.changed.append(ds)

    def audit(self, first: str, last: str) -> Audited:
        """Audit some nights."""
        ended = run_here(
            audit, "--warehouse", self.tables.root, "--from", first, "--to", last, "--json"
        )
        assert ended.out, ended.err
        found = [
            (one["name"], one["ds"], one["count"]) for one in json.loads(ended.out)["findings"]
        ]
        assert ended.code == 0, f"audit of {first} to {last}: {found}"
        return Audited((first, last), ended.code, tuple(found))


Event = Callable[[World, str], None]


@dataclass(frozen=True, slots=True)
class Life:
    """All that happened.

    Args:
        nights: in order.
        world: as it is at the end.
    """

    nights: Sequence[Lived]
    world: World


def live(
    spark: SparkSession, world: World, events: Sequence[Event], show: Callable[[str], None]
) -> Life:
    """Let a night pass for each event."""
    processes = (os.getpid(), find_jvm_process(spark) or os.getpid())
    nights: list[Lived] = []
    show(f"\n{HEAD}")
    for number, event in enumerate(events, 1):
        is_whole = number % WHOLE_AUDIT_EVERY == 0 or number == len(events)
        ds = name_night(number - 1)
        nights.append(_live_through(world, ds, event, processes, is_whole=is_whole))
        show(nights[-1].line())
    return Life(nights, world)


def _live_through(
    world: World, ds: str, event: Event, processes: tuple[int, ...], *, is_whole: bool
) -> Lived:
    started, read = time.monotonic(), weights.bytes_read(*processes)
    event(world, ds)
    taken, read = time.monotonic() - started, weights.bytes_read(*processes) - read
    spans = [(world.past[0], world.past[-1])] if is_whole else _each(world.changed)
    audits = tuple(world.audit(*span) for span in spans)
    world.changed.clear()
    seconds = (taken, time.monotonic() - started - taken)
    is_published = ds in world.past
    rows = world.tables.night("samples", ds).height if is_published else 0
    weight = weights.weigh(world.tables.root, ds)
    return Lived(ds, event.__name__, is_published, rows, seconds, read, weight, audits)


def spread(events: Sequence[Event], usual: Event, count: int) -> list[Event]:
    """Return what happens in each of a number of nights; the first two are usual ones.

    Fourteen events in sixty nights: one in every fourth or fifth from the third on.
    """
    step = (count - 2) / len(events)
    due = {2 + int(place * step): event for place, event in enumerate(events)}
    assert len(due) == len(events), f"{count} nights are too few for {len(events)} events"
    return [due.get(number, usual) for number in range(count)]


def _each(nights: Sequence[str]) -> list[tuple[str, str]]:
    return [(ds, ds) for ds in dict.fromkeys(nights)]
