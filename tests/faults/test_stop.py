"""A scheduler ends a night by SIGTERM, at its beginning and while it publishes; who may read it."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Bench
from tests.factories import FIRST, KEY, conversation, job, run_apart

pytestmark = pytest.mark.spark

SECONDS_TO_END = 10
MAIL, USER = "jane.miller@wanadoo.fr", "user-who-wrote"


def places_of(bench: Bench, *more: dict[str, Any]) -> list[str]:
    """Return the arguments of a night of six conversations and others."""
    traffic = bench.traffic(*(conversation(number) for number in range(6)), *more)
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


def test_what_a_night_writes_is_its_owners_alone_and_engines_log_no_text(bench: Bench) -> None:
    """Tables, their logs, kept answers, claims and reports; event logs and what the JVM says."""
    secret = conversation(9, text=f"Please write to {MAIL} about the garden.", user_id=USER)
    places = places_of(bench, secret)
    events = bench.folder / "events"
    events.mkdir()
    settings = {"enabled": "true", "dir": events, "compress": "false"}
    asked = " ".join(f"--conf spark.eventLog.{name}={value}" for name, value in settings.items())

    ended = run_apart(
        [job("curate"), *places], bench.folder, PYSPARK_SUBMIT_ARGS=f"{asked} pyspark-shell"
    )

    assert ended.code == 0, ended.err
    warehouse = bench.folder / "warehouse"
    assert open_to_others(warehouse) == []
    logs = [file for file in (events, bench.folder / "logs") for file in file.rglob("*")]
    written = [file.read_bytes().decode("utf-8", "replace") for file in logs if file.is_file()]
    assert any("SparkListenerJobStart" in text for text in written)
    told = (MAIL, USER, KEY, "about the garden", conversation(1)["messages"][0]["content"])
    assert [words for words in told if any(words in text for text in written)] == []


def open_to_others(root: Path) -> list[str]:
    """Return the files and folders that somebody else may read, by their paths."""
    found = [root, *root.rglob("*")]
    return [str(place) for place in found if stat.S_IMODE(place.stat().st_mode) & 0o077]
