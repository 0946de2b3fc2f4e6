"""The status of a run: written now and then, whole, and told apart from that of a dead run."""

import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.status import main as show
from pipelines.errors import InputError
from pipelines.night.claim import Pace, hold_warehouse
from pipelines.night.run_status import read_status, render_lines
from pipelines.stores.location import locate
from pipelines.telemetry import status as writing
from pipelines.telemetry.events import End, Event, RunEnded, StageMoved, StageStarted
from pipelines.telemetry.status import STATUS_FILE, StatusWriter
from tests.factories import run_here
from tests.telemetry.runs import RUN, at, published


def written(root: Path) -> dict[str, Any]:
    """Return the status file of a warehouse."""
    values: dict[str, Any] = json.loads((root / STATUS_FILE).read_text(encoding="utf-8"))
    return values


def writer(root: Path, *, is_held: bool = True) -> StatusWriter:
    """Return a writer of the run's status."""
    return StatusWriter(RUN, locate(root / STATUS_FILE), lambda: is_held)


def feed(writer: StatusWriter, *events: Event) -> None:
    """Hand over events."""
    for event in events:
        writer.write(event)


def test_it_is_written_at_most_every_two_seconds_and_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stages move several times a second, and a store is paid by the request."""
    times: list[str] = []

    def count(file: object, data: bytes) -> None:
        assert file
        times.append(json.loads(data)["updated_at"][17:22])

    monkeypatch.setattr(writing, "replace_bytes", count)
    moves = [StageMoved(at(n / 2), "read", n, 20, n / 2) for n in range(1, 20)]
    feed(writer(tmp_path), StageStarted(at(0), "read", 20), *moves, published()[-1])

    assert times == ["00+00", "02+00", "04+00", "06+00", "08+00", "05+00"]


def test_it_says_run_phase_done_rate_and_end(tmp_path: Path) -> None:
    """The keys that a monitor reads."""
    mine = writer(tmp_path)
    feed(mine, StageStarted(at(0), "read", 100), StageMoved(at(4), "read", 50, 100, 4.0))
    running = written(tmp_path)
    feed(mine, RunEnded(at(4.5), End.HELD, 5, 4.5, 1, "GateError"))

    assert running == {
        "run_id": RUN.run_id,
        "ds": RUN.ds,
        "started_at": "2026-02-01T03:00:00+00:00",
        "updated_at": "2026-02-01T03:00:04+00:00",
        "phase": "read",
        "done": 50,
        "of": 100,
        "rate": 12.5,
        "end": "running",
        "exit_code": None,
    }
    assert (written(tmp_path)["end"], written(tmp_path)["exit_code"]) == ("held", 5)


def test_a_run_that_was_overtaken_leaves_the_status_of_the_other(tmp_path: Path) -> None:
    """Two runs must not write one file in turns."""
    feed(writer(tmp_path), StageStarted(at(0), "read", 100))
    before = written(tmp_path)
    feed(writer(tmp_path, is_held=False), published()[-1])

    assert written(tmp_path) == before


def test_a_clock_set_back_does_not_stop_it(tmp_path: Path) -> None:
    """Else the status would be of the hour before until the clock came there again."""
    mine = writer(tmp_path)
    feed(mine, StageStarted(at(3_600), "read", 1), StageStarted(at(10), "prune", 1))

    assert written(tmp_path)["phase"] == "prune"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Path]:
    """Return a warehouse that this process holds, and in which a stage runs."""
    with hold_warehouse(tmp_path, RUN.run_id, RUN.ds, Pace(lease_seconds=900)):
        now = datetime.now(UTC)
        moved = StageMoved(now, "intake", 50, 100, 4.0)
        StatusWriter(RUN, locate(tmp_path / STATUS_FILE), lambda: True).write(moved)
        yield tmp_path


def test_a_living_run_is_shown_in_one_screen(running: Path) -> None:
    """By the job, as text and as JSON."""
    shown = run_here(show, "--warehouse", running)
    values = json.loads(run_here(show, "--warehouse", running, "--json").out)

    assert shown.code == 0, shown.err
    assert shown.out.splitlines()[:4] == [
        "night    2026-01-31",
        "run      2026-01-31-abc",
        "state    running",
        "phase    intake, 50 of 100 rows, 12 rows/s",
    ]
    assert len(shown.out.splitlines()) < 24
    assert (values["end"], values["done"], values["why"]) == ("running", 50, None)


def test_a_run_whose_process_is_gone_has_died(
    running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On its own host that is known at once."""

    def gone(process: int, signal: int) -> None:
        assert (process, signal) == (os.getpid(), 0)
        raise ProcessLookupError

    monkeypatch.setattr(os, "kill", gone)
    seen = read_status(locate(running))

    assert seen.status.end == "died"
    assert f"its process {os.getpid()} on this host is gone" in render_lines(seen)[2]
    assert run_here(show, "--warehouse", running).code == 0


def test_elsewhere_a_run_dies_with_its_lease(
    running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Heard of is heard of: by its claim or by its status, whichever is newer."""
    monkeypatch.setattr(socket, "gethostname", lambda: "another host")
    now = datetime.now(UTC)
    early = read_status(locate(running), now + timedelta(seconds=800))
    late = read_status(locate(running), now + timedelta(seconds=1_000))

    assert early.status.end == "running"
    assert late.status.end == "died"
    assert late.why.startswith("its lease ended at ")


def test_a_run_that_another_one_overtook_has_died(tmp_path: Path) -> None:
    """The claim names another run than the status."""
    feed(writer(tmp_path), StageStarted(at(0), "read", 100))
    with hold_warehouse(tmp_path, "2026-01-31-next", RUN.ds):
        overtaken = read_status(locate(tmp_path))
    with hold_warehouse(tmp_path, RUN.run_id, RUN.ds):
        pass
    given_back = read_status(locate(tmp_path))

    assert overtaken.why == "another run has claimed the warehouse since"
    assert given_back.why == "it has given the warehouse back without saying how it ended"


def test_an_ended_run_needs_no_claim(tmp_path: Path) -> None:
    """It said itself how it ended."""
    feed(writer(tmp_path), *published())
    seen = read_status(locate(tmp_path))

    assert (seen.status.end, seen.status.exit_code, seen.why) == ("published", 0, "")
    assert render_lines(seen)[2] == "state    published, exit code 0"


def test_without_a_status_the_remedy_is_named(tmp_path: Path) -> None:
    """A wrong path and a warehouse before its first night look alike."""
    with pytest.raises(InputError, match=r"no run has left a status at .*jobs/curate.py writes it"):
        read_status(locate(tmp_path))
    (tmp_path / "_status").mkdir()
    (tmp_path / STATUS_FILE).write_text('{"run_id": 1', encoding="utf-8")
    with pytest.raises(InputError, match="is no status of a run"):
        read_status(locate(tmp_path))
    assert run_here(show, "--warehouse", tmp_path / "nowhere").code == 3
