"""A night killed at every border and at random moments: its re-run equals an unbroken run's.

Two versions of one night's traffic replace one another, each time over a kill, while a reader looks
at the published tables: it may see either, never a mixture.
"""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipelines.errors import InputError
from pipelines.night.phases import PHASES
from pipelines.published import scan_published
from tests.conftest import Bench
from tests.factories import FIRST, NIGHTLY, Tables, conversation, rows_of
from tests.faults.killing import BORDERS, die_behind, kill_group, start_night, taken_over

pytestmark = [pytest.mark.spark, pytest.mark.nights]

MOMENTS = 20
_SEED = 17
Rows = dict[str, list[str]]


def rows_of_night(tables: Tables) -> Rows:
    """Return the rows of every table of the night, without the run."""
    return {name: rows_of(tables.night(name, FIRST)) for name in NIGHTLY}


class Versions:
    """Two versions of a night: their traffic, and the rows of an unbroken run of each."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        numbers = {"one": range(12), "other": range(6, 18)}
        self.traffic = [bench.traffic(*map(conversation, ns), name=n) for n, ns in numbers.items()]
        self.rows: list[Rows] = []
        for name, traffic in zip(numbers, self.traffic, strict=True):
            whole = f"whole-{name}"
            assert bench.curate(traffic, warehouse=whole).code == 0
            self.rows.append(rows_of_night(bench.tables(whole)))
        assert self.rows[0]["train"] != self.rows[1]["train"]

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Read the published tables all the while, and once more at the end."""
        ended, seen = threading.Event(), list[list[str]]()

        def look() -> None:
            while not ended.wait(0.2):
                seen.append(self._published())

        reader = threading.Thread(target=look)
        reader.start()
        try:
            yield
        finally:
            ended.set()
            reader.join()
        whole = [sorted(rows["train"] + rows["eval"]) for rows in self.rows]
        assert all(rows in [[], *whole] for rows in [*seen, self._published()])

    def _published(self) -> list[str]:
        try:
            found = scan_published(self.bench.tables().root)
        except InputError:
            return []  # nothing is published yet
        return sorted(rows_of(found.train.collect()) + rows_of(found.eval.collect()))

    def finish(self, version: int) -> None:
        """Start the night again, and compare every row."""
        with self.watched():
            ended = self.bench.curate(self.traffic[version])
        assert ended.code == 0, ended.err
        assert rows_of_night(self.bench.tables()) == self.rows[version]


def test_a_night_killed_at_every_border_and_at_random_moments(bench: Bench) -> None:
    """No row is lost or doubled, nothing finished is done again, no reader sees a mixture."""
    versions, number = Versions(bench), 0
    names = [*PHASES]
    began = time.monotonic()
    assert die_behind("", bench, versions.traffic[1]).code == 0
    lasts = time.monotonic() - began

    for border in (*names, *BORDERS):
        with versions.watched():
            die_behind(border, bench, versions.traffic[number])
        versions.finish(number)
        done = names[: names.index(border) + 1] if border in names else []
        assert not done or taken_over(bench.tables(), FIRST) == done
        number = 1 - number

    moments = random.Random(_SEED)  # noqa: S311 no secret
    for _ in range(MOMENTS):
        seconds = moments.uniform(0, lasts)
        with versions.watched():
            process = start_night(bench, versions.traffic[number])
            time.sleep(seconds)
            kill_group(process)
        versions.finish(number)
        number = 1 - number
    runs = bench.tables().read("runs")
    assert runs["run_id"].n_unique() == runs.height
