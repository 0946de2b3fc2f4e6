"""A night on two workers that share no folder with the driver but the warehouse's store."""

import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import Popen

import pytest

from pipelines.errors import InputError
from pipelines.night.run_status import read_status
from pipelines.stores.location import locate
from tests.cluster.standalone import Cluster, finish
from tests.factories import (
    CONFIG,
    FIRST,
    NIGHTLY,
    Ended,
    Tables,
    job,
    rows_of,
    run_apart,
)

pytestmark = pytest.mark.cluster

_CONVERSATIONS = 200
_SETTINGS = ("spark.partitions=4", "spark.one_task_rows=50")  # so that Phase II runs in waves
_SCORED = "jobs to be done, samples"
"""The first phase for which no model is asked: behind it a night goes on from a copy."""
Rows = Mapping[str, list[str]]


class Nights:
    """The same night, again and again, each in a warehouse of its own."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.folder, self.cluster = folder, cluster
        (folder / "night.yaml").write_text(CONFIG, encoding="utf-8")
        made = ("--conversations", _CONVERSATIONS, "--seed", 7, "--ds", FIRST)
        ended = run_apart([job("make_traffic"), "--out", folder / "input", *made], folder)
        assert ended.code == 0

    def command(self, name: str) -> list[object]:
        """Return the command line of a night."""
        given = self.folder / "input"
        places = ("--traffic", given / "traffic", "--scores", given / "scores")
        sets = [part for setting in _SETTINGS for part in ("--set", setting)]
        named = ("--config", self.folder / "night.yaml", "--ds", FIRST)
        return [job("curate"), *named, *places, "--warehouse", self.folder / name, *sets]

    def start(self, name: str, *confs: str) -> Popen[str]:
        """Start a night on the cluster, whose workers run the unpacked archive."""
        python = f"spark.pyspark.python={self.cluster.python}"
        return self.cluster.submit(self.folder, self.command(name), *(confs or (python,)))

    def rows(self, name: str) -> Rows:
        """Return the rows of every table of a night, without the run's own columns."""
        tables = Tables(self.folder / name)
        return {table: rows_of(tables.night(table, FIRST)) for table in NIGHTLY}

    def phase(self, name: str) -> str | None:
        """Return the phase that a night is in."""
        try:
            return read_status(locate(self.folder / name)).status.phase
        except InputError:
            return None

    def wait_for(self, name: str, phase: str, process: Popen[str]) -> bool:
        """Wait until a night is in a phase; return whether it came to it."""
        while process.poll() is None:
            if self.phase(name) == phase:
                return True
            time.sleep(0.05)
        return False


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Nights:
    """Return what runs nights on the cluster."""
    return Nights(tmp_path_factory.mktemp("nights"), cluster)


@pytest.fixture(scope="module")
def on_one_machine(nights: Nights) -> Rows:
    """Return the rows of the night by `local[*]`."""
    ended = run_apart([*nights.command("local"), "--set", "spark.master=local[*,4]"], nights.folder)
    assert ended.code == 0, ended.err
    return nights.rows("local")


@pytest.fixture(scope="module")
def phases(nights: Nights, on_one_machine: Rows) -> list[str]:
    """Return the phases of an unbroken night on the cluster, as its status names them."""
    process = nights.start("whole")
    seen = list[str]()
    while process.poll() is None:
        phase = nights.phase("whole")
        if phase is not None and phase not in seen:
            seen.append(phase)
        time.sleep(0.05)
    ended = finish(process)
    assert ended.code == 0, ended.err
    assert nights.rows("whole") == on_one_machine
    return seen


@pytest.fixture(scope="module")
def scored(nights: Nights) -> Path:
    """Return the warehouse of a night whose driver was killed when all models had answered."""
    process = nights.start("scored")
    assert nights.wait_for("scored", _SCORED, process), finish(process).err
    process.kill()
    finish(process)
    return nights.folder / "scored"


def test_executors_get_all_they_need_from_one_archive(nights: Nights, on_one_machine: Rows) -> None:
    """Spark unpacks it on each node; where the system lets us, nodes cannot see the checkout."""
    confs = (
        f"spark.archives={nights.cluster.archive}#environment",
        "spark.pyspark.python=./environment/bin/python",
    )
    ended = finish(nights.start("archive", *confs))

    assert ended.code == 0, ended.err
    assert nights.rows("archive") == on_one_machine


def test_a_killed_python_worker_changes_no_row(nights: Nights, on_one_machine: Rows) -> None:
    """Spark tries its task again."""
    process = nights.start("python")
    killed = False
    while process.poll() is None and not killed:
        killed = nights.phase("python") is not None and nights.cluster.kill_python()
        time.sleep(0.2)
    ended = finish(process)

    assert killed
    assert ended.code == 0, ended.err
    assert nights.rows("python") == on_one_machine


def test_a_worker_lost_in_any_phase_changes_no_row(
    nights: Nights, phases: list[str], scored: Path, on_one_machine: Rows, lost: Iterator[int]
) -> None:
    """The night ends well on what is left, or fails clean and does so when it is run again.

    In phases behind the models it is a night that goes on where a killed driver stopped.
    """
    ends = dict[str, int]()
    for number, phase in enumerate(phases):
        name, worker = f"lost-{number}", next(lost)
        if number > phases.index(_SCORED):
            shutil.copytree(scored, nights.folder / name)
        process = nights.start(name)
        came = nights.wait_for(name, phase, process)
        nights.cluster.kill_worker(worker)
        ended = finish(process)
        nights.cluster.start_worker(worker)
        ends[phase if came else f"{phase} (over)"] = ended.code
        if ended.code != 0:
            assert_clean(ended)
            ended = finish(nights.start(name))
        assert ended.code == 0, ended.err
        assert nights.rows(name) == on_one_machine
    sys.stdout.write(f"worker lost, exit code: {ends}\n")


@pytest.fixture
def lost() -> Iterator[int]:
    """Return which worker is lost, one after the other."""
    return (number % 2 for number in range(1_000))


def assert_clean(ended: Ended) -> None:
    """Check that a night said in a sentence why it ended."""
    assert ended.code == 1
    assert "nothing was published" in ended.err
    assert "Traceback" not in ended.err
