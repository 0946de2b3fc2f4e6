"""A real SIGKILL of a run's whole process group; the next start goes on, or completes it."""

import signal

import pytest

from pipelines.night.claim import read_intent
from pipelines.night.phases import PHASES
from tests.conftest import Bench
from tests.factories import FIRST, Tables, conversation
from tests.faults.killing import die_behind, taken_over

pytestmark = pytest.mark.spark


def only_lock(tables: Tables) -> bool:
    """Whether nothing of a run is left in the folder of staged tables."""
    return [place.name for place in (tables.root / "_staging").iterdir()] == ["lock"]


def test_a_killed_night_goes_on_and_killed_in_its_publication_is_finished(bench: Bench) -> None:
    """No lock, no half a night and no second row of `runs` may be left by a power cut.

    Killed behind a phase, then in the publication of tables that lie in the folder of the first
    run; the third start finishes that publication, then does its own.
    """
    traffic, tables = bench.traffic(*(conversation(number) for number in range(6))), bench.tables()
    for step in ("prune", "the last table"):
        killed = die_behind(step, bench, traffic)
        assert killed.code == -signal.SIGKILL, killed.err
        assert not (tables.root / "runs").exists() or tables.read("runs").height == 0
    names = [*PHASES]
    assert taken_over(tables, FIRST) == names[: names.index("prune") + 1]
    assert read_intent(tables.root) is not None

    ended = bench.curate(traffic)

    assert ended.code == 0, ended.err
    assert "Finished the publication of" in ended.err
    runs = tables.read("runs").sort("finished_at")
    assert runs.height == runs["run_id"].n_unique() == 2
    assert tables.published(FIRST)["run_id"].unique().to_list() == [runs["run_id"][1]]
    assert tables.published(FIRST).height == 6
    assert only_lock(tables)
