"""A real SIGKILL of a run's whole process group; the next start goes on, or completes it."""

import signal
from pathlib import Path

import pytest

from pipelines.night.claim import read_intent
from pipelines.night.phases import PHASES
from tests.conftest import Bench
from tests.factories import FIRST, Tables, conversation
from tests.faults.killing import die_behind, taken_over

pytestmark = pytest.mark.spark


@pytest.fixture
def traffic(bench: Bench) -> Path:
    """Return the traffic of a night of six conversations."""
    return bench.traffic(*(conversation(number) for number in range(6)))


def only_lock(tables: Tables) -> bool:
    """Whether nothing of a run is left in the folder of staged tables."""
    return [place.name for place in (tables.root / "_staging").iterdir()] == ["lock"]


def test_a_night_killed_before_its_commit_record_is_finished_and_can_be_run_again(
    bench: Bench, traffic: Path
) -> None:
    """No lock, no half a night and no second row of `runs` may be left by a power cut."""
    killed = die_behind("the last table", bench, traffic)

    tables = bench.tables()
    assert killed.code == -signal.SIGKILL, killed.err
    assert read_intent(tables.root) is not None
    assert not (tables.root / "runs").exists() or tables.read("runs").height == 0

    ended = bench.curate(traffic)

    assert ended.code == 0, ended.err
    assert "Finished the publication of" in ended.err
    runs = tables.read("runs").sort("finished_at")
    assert runs.height == runs["run_id"].n_unique() == 2
    assert tables.published(FIRST)["run_id"].unique().to_list() == [runs["run_id"][1]]
    assert tables.published(FIRST).height == 6
    assert only_lock(tables)


def test_a_night_killed_behind_a_phase_goes_on_behind_it(bench: Bench, traffic: Path) -> None:
    """And is killed again, while it publishes tables from the folder of the run before it."""
    for step in ("prune", "the last table"):
        killed = die_behind(step, bench, traffic)
        assert killed.code == -signal.SIGKILL, killed.err
    names = [*PHASES]
    assert taken_over(bench.tables(), FIRST) == names[: names.index("prune") + 1]

    ended = bench.curate(traffic, fresh=True)

    assert ended.code == 0, ended.err
    assert "Finished the publication of" in ended.err
    assert bench.tables().published(FIRST).height == 6
    assert only_lock(bench.tables())
