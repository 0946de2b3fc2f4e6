"""A real SIGKILL between the last table and the commit record; the next start completes it."""

import signal
from pathlib import Path

import pytest

from pipelines.night.claim import read_intent
from tests.conftest import Bench
from tests.factories import FIRST, conversation, run_apart

pytestmark = pytest.mark.spark

DYING = """
import os, signal, sys
sys.path.insert(0, {root!r})
from pipelines.night import publication as publishing
publishing._append_run = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from jobs.curate import main
main(sys.argv[1:])
"""


def test_a_night_killed_before_its_commit_record_is_finished_and_can_be_run_again(
    bench: Bench,
) -> None:
    """No lock, no half a night and no second row of `runs` may be left by a power cut."""
    script = bench.folder / "dying.py"
    script.write_text(DYING.format(root=str(Path(__file__).resolve().parents[2])), encoding="utf-8")
    traffic = bench.traffic(*(conversation(number) for number in range(6)))
    places = ("--traffic", traffic, "--warehouse", bench.folder / "warehouse", "--ds", FIRST)
    settings = ("--set", "spark.master=local[1,4]", "--set", "spark.partitions=1")
    killed = run_apart([script, "--config", bench.config, *places, *settings], bench.folder)

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
    assert [place.name for place in (tables.root / "_staging").iterdir()] == ["lock"]
