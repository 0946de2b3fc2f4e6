"""Three real processes at the same moment: two of one night, and one of another."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from jobs.audit import main as audit
from tests.conftest import Bench
from tests.factories import (
    FIRST,
    NIGHTLY,
    SECOND,
    Tables,
    conversation,
    environment_apart,
    job,
    rows_of,
    run_here,
)

pytestmark = [pytest.mark.spark, pytest.mark.nights]

SECONDS = 540
OWN = ("run_id", "decided_at", "first_ds")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended."""

    ds: str
    code: int
    said: str


def traffic_of_two_nights(bench: Bench) -> dict[str, Path]:
    """Write two nights that share four prompts and two users: whoever is second drops the four."""
    first = [conversation(n) for n in range(8)]
    second = [
        conversation(n, conversation_id=f"second-{n}", user_id=f"user-{n if n < 6 else n + 20}")
        for n in range(4, 12)
    ]
    return {
        FIRST: bench.traffic(*first, name="first"),
        SECOND: bench.traffic(*second, name="second"),
    }


def race(bench: Bench, traffic: dict[str, Path], nights: list[str]) -> list[Ending]:
    """Start a process for each night at once; return how they ended, in the order given."""
    settings = ("--set", "spark.master=local[1,4]", "--set", "spark.partitions=1")
    started = []
    for ds in nights:
        places = ("--traffic", traffic[ds], "--warehouse", bench.folder / "warehouse", "--ds", ds)
        command = [sys.executable, job("curate"), "--config", bench.config, *places, *settings]
        started.append(
            subprocess.Popen(  # noqa: S603 our own script
                [str(part) for part in command],
                cwd=bench.folder,
                env=environment_apart(bench.folder),
                stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                text=True,
            )
        )
    try:
        said = [process.communicate(timeout=SECONDS)[1] for process in started]
    finally:
        for process in started:
            process.kill()
    return [
        Ending(ds, process.returncode, text)
        for ds, process, text in zip(nights, started, said, strict=True)
    ]


def test_of_two_runs_of_a_night_one_works_and_another_night_waits_for_its_turn(
    bench: Bench,
) -> None:
    """Both nights are published as if one had been started when the other had ended."""
    traffic = traffic_of_two_nights(bench)

    one, twin, other = race(bench, traffic, [FIRST, FIRST, SECOND])

    assert sorted([one.code, twin.code]) == [0, 1], one.said + twin.said
    assert other.code == 0, other.said
    refused = one if one.code else twin
    tables = bench.tables()
    runs = tables.read("runs").sort("finished_at")
    (winner,) = runs.filter(pl.col("ds") == FIRST)["run_id"]
    assert f"another run holds {tables.root}: {winner} on " in refused.said.splitlines()[-1]
    assert sorted(runs["ds"]) == [FIRST, SECOND]
    later = runs["ds"][1]
    waited = other if later == SECOND else (twin if one.code else one)
    assert "Waiting for run " in waited.said

    for ds in runs["ds"]:
        ended = bench.curate(traffic[ds], ds=ds, warehouse="one-by-one")
        assert ended.code == 0, ended.err
    alone = bench.tables("one-by-one")
    assert differing(tables, alone) == []
    assert tables.night("pruning", FIRST).height == tables.night("pruning", SECOND).height == 8
    audited = run_here(audit, "--warehouse", tables.root)
    assert (audited.code, "0 are broken" in audited.out) == (0, True), audited.out


def differing(one: Tables, other: Tables) -> list[tuple[str, str]]:
    """Return table and night where two warehouses hold different rows."""
    return [
        (name, ds)
        for name in NIGHTLY
        for ds in (FIRST, SECOND)
        if rows_of(one.night(name, ds), OWN) != rows_of(other.night(name, ds), OWN)
    ]
