"""A scheduler ends a night by SIGTERM, at its beginning and while it publishes; who may read it."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Bench
from tests.factories import FIRST, KEY, conversation, job, run_apart

pytestmark = pytest.mark.spark

SECONDS_TO_END = 10


def places_of(bench: Bench) -> list[str]:
    """Return the arguments of a night of six conversations."""
    traffic = bench.traffic(*(conversation(number) for number in range(6)))
    places = ("--traffic", traffic, "--warehouse", bench.folder / "warehouse", "--ds", FIRST)
    settings = ("--set", "spark.master=local[1,4]", "--set", "spark.partitions=1")
    return [str(part) for part in ("--config", bench.config, *places, *settings)]


@pytest.mark.parametrize("stage", ["embed new prompts", "gates"])
def test_a_night_told_to_end_ends_within_seconds_and_publishes_nothing(
    bench: Bench, stage: str
) -> None:
    """Its claim is free, the message says that nothing was published, the next start goes on."""
    environment = dict(os.environ) | {
        "CURATION_KEY": KEY,
        "CURATION_LOGS": str(bench.folder / "logs"),
    }
    process = subprocess.Popen(  # noqa: S603 our own script
        [sys.executable, job("curate"), *places_of(bench)],
        cwd=bench.folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = [next(line for line in process.stderr if line.strip().startswith(stage))]
    process.send_signal(signal.SIGTERM)
    try:
        said += process.communicate(timeout=SECONDS_TO_END)[1].splitlines()
    finally:
        process.kill()

    assert process.returncode == 1, said
    assert said[-1] == "Stopped by SIGTERM; nothing was published."
    warehouse = bench.folder / "warehouse"
    assert not any((warehouse / name).exists() for name in ("train", "eval", "runs"))


def test_what_a_night_writes_is_its_owners_alone(bench: Bench) -> None:
    """Tables, their logs, kept answers, claims and reports: no group and no others."""
    places = places_of(bench)

    ended = run_apart([job("curate"), *places], bench.folder)

    assert ended.code == 0, ended.err
    warehouse = bench.folder / "warehouse"
    assert open_to_others(warehouse) == []


def open_to_others(root: Path) -> list[str]:
    """Return the files and folders that somebody else may read, by their paths."""
    found = [root, *root.rglob("*")]
    return [str(place) for place in found if stat.S_IMODE(place.stat().st_mode) & 0o077]
