"""Kills a night's whole process group, behind one of its steps or at any moment."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import Bench
from tests.factories import FIRST, ROOT, Ended, Tables, environment_apart

_DYING = """
import os, signal, sys
sys.path.insert(0, {root!r})
from pipelines.night import publication, resuming
from pipelines.night.claim import Claim

step = {step!r}

def die(*_):
    os.killpg(0, signal.SIGKILL)

def die_behind(owner, name):
    act = getattr(owner, name)
    def dying(*given, **named):
        answer = act(*given, **named)
        die()
    setattr(owner, name, dying)

leave = resuming.Resumption._leave
def leave_and_die(run, phase, *rest):
    leave(run, phase, *rest)
    if phase == step:
        die()
resuming.Resumption._leave = leave_and_die
if step == "the intent":
    die_behind(Claim, "begin")
elif step == "the last table":
    publication._append_run = die
elif step == "the commit record":
    die_behind(publication, "_append_run")
elif step == "the claim":
    die_behind(Claim, "settle")

from jobs.curate import main
main(sys.argv[1:])
"""
BORDERS = ("the intent", "the last table", "the commit record", "the claim")
"""Steps of a publication; before them are the phases, by name."""


def start_night(bench: Bench, traffic: Path, step: str = "") -> "subprocess.Popen[str]":
    """Start a night in a process group of its own; it dies behind a step."""
    script = bench.folder / "dying.py"
    script.write_text(_DYING.format(root=str(ROOT), step=step), encoding="utf-8")
    places = ("--traffic", traffic, "--warehouse", bench.folder / "warehouse", "--ds", FIRST)
    settings = ("--set", "spark.master=local[1,4]", "--set", "spark.partitions=2")
    command = [sys.executable, script, "--config", bench.config, *places, *settings]
    return subprocess.Popen(  # noqa: S603 our own script
        [str(part) for part in command],
        cwd=bench.folder,
        env=environment_apart(bench.folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def die_behind(step: str, bench: Bench, traffic: Path) -> Ended:
    """Run a night that is killed behind a step."""
    with start_night(bench, traffic, step) as process:
        _, said = process.communicate(timeout=600)
    return Ended(process.returncode, "", said)


def kill_group(process: "subprocess.Popen[str]") -> None:
    """Kill a night with everything that it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def taken_over(tables: Tables, ds: str) -> list[str]:
    """Return the phases that the last run of a night took over, by its log."""
    log = tables.root / "reports" / f"ds={ds}" / "log.jsonl"
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    last = events[-1]["run_id"]
    mine = [event for event in events if event["run_id"] == last]
    return [event["phase"] for event in mine if event["event"] == "phase_taken_over"]
