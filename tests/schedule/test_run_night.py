"""The one command of every scheduler: what it does after each exit code."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType

import pytest

from tests.factories import ROOT

SCRIPT = ROOT / "conf" / "schedule" / "run_night.py"


def load() -> ModuleType:
    """Return the script as a module; it lies in no package."""
    spec = importlib.util.spec_from_file_location("run_night", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["run_night"] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


night = load()
PATIENCE = night.Patience(later_tries=3, later_seconds=1_800, tries=2, seconds=600)


@pytest.mark.parametrize(
    ("codes", "last", "waits"),
    [
        ([0], 0, []),
        ([2], 2, []),
        ([4], 4, []),
        ([5], 5, []),
        ([3, 3, 0], 0, [1_800, 1_800]),
        ([3, 3, 3, 3], 3, [1_800] * 3),
        ([1, 0], 0, [600]),
        ([1, 124, 1], 1, [600, 600]),
        ([3, 1, 5], 5, [1_800, 600]),
    ],
)
def test_each_code_has_its_answer(codes: list[int], last: int, waits: list[float]) -> None:
    """Three waits for input, one is tried again soon; 2, 4 and 5 are a person's."""
    rest = iter(codes)
    waited: list[float] = []

    assert night.run_night(lambda: next(rest), PATIENCE, waited.append) == last
    assert (list(rest), waited) == ([], waits)


def test_the_night_is_settled_once_in_utc() -> None:
    """At 3:00 in Tokyo it is still the day before in UTC; a night that is given stays."""
    tokyo = datetime(2026, 2, 1, 3, 0, tzinfo=timezone(timedelta(hours=9)))

    assert night.settle_night(["c"], tokyo) == ["c", "--ds", "2026-01-30"]
    assert night.settle_night(["c"], datetime(2026, 3, 1, tzinfo=UTC))[-1] == "2026-02-28"
    assert night.settle_night(["c", "--ds=2026-01-01"], tokyo) == ["c", "--ds=2026-01-01"]


def command(code: str) -> list[str]:
    """Return a command that runs some Python."""
    return [sys.executable, "-c", code]


def test_a_code_is_passed_on_and_an_unknown_end_is_unforeseen() -> None:
    """A kill for memory is a signal; Java's own codes mean nothing to us."""
    killed = "import os; os.kill(os.getpid(), 9)"

    assert [night.start(command(f"raise SystemExit({n})"), 60) for n in (0, 3, 5)] == [0, 3, 5]
    assert night.start(command(killed), 60) == 1
    assert night.start(command("raise SystemExit(143)"), 60) == 1


def test_a_night_that_takes_too_long_ends_with_all_its_processes(tmp_path: Path) -> None:
    """Else the JVM of the first try would hold the warehouse against the second."""
    mark = tmp_path / "child"
    inner = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"

    assert night.start(command(outer), 3.0) == 124
    child = int(mark.read_text(encoding="utf-8"))
    assert _is_gone(child)


def _is_gone(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{process}/stat").read_text(encoding="ascii").split()[2] == "Z":
            return True
        time.sleep(0.1)
    return False


def alerting(folder: Path) -> Path:
    """Return an alert command that writes what it was told."""
    file = folder / "alert"
    file.write_text(f'#!/bin/sh\nprintf "%s|%s" "$1" "$2" > "{folder}/told"\n', encoding="utf-8")
    file.chmod(0o700)
    return file


def test_a_person_is_told_code_and_night(tmp_path: Path) -> None:
    """As a scheduler runs it: a process with the command behind `--`."""
    told = ("--alert", str(alerting(tmp_path)), "--", *command("raise SystemExit(5)"))
    ended = subprocess.run(  # noqa: S603 our own script
        [sys.executable, str(SCRIPT), *told, "--ds", "2026-01-31"],
        check=False,
        capture_output=True,
        text=True,
    )
    line = "curation of 2026-01-31: exit 5, a gate failed, or the night drifted; docs/operations.md"

    assert ended.returncode == 5
    assert (tmp_path / "told").read_text(encoding="utf-8") == f"5|{line}"
    assert ended.stderr.splitlines() == [line]


def test_a_good_night_tells_nobody_and_a_missing_alert_hides_no_code(tmp_path: Path) -> None:
    """The code is the scheduler's whatever becomes of the alert."""
    told = ["--alert", str(alerting(tmp_path)), "--", *command("")]
    missing = ["--alert", str(tmp_path / "nowhere"), "--", *command("raise SystemExit(4)")]

    assert night.main(told) == 0
    assert not (tmp_path / "told").exists()
    assert night.main(missing) == 4


def test_a_stop_of_the_service_ends_the_night(tmp_path: Path) -> None:
    """A scheduler sends SIGTERM to the command alone."""
    mark = tmp_path / "started"
    inner = f"import time; open({str(mark)!r}, 'w').write('x'); time.sleep(60)"
    told = [sys.executable, str(SCRIPT), "--", *command(inner)]
    with subprocess.Popen(told) as running:  # noqa: S603 our own script
        while not mark.exists():
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)

        assert running.wait(30) == 128 + signal.SIGTERM
