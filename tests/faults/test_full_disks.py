"""A disk that is full from any phase on, or read-only: nothing half published, and the way out."""

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.curate import main as curate
from pipelines.published import scan_published
from pipelines.spark.progress import Stages
from tests.conftest import Bench
from tests.factories import (
    FIRST,
    NIGHTLY,
    SECOND,
    SMALL_CONFIG,
    Ended,
    Tables,
    conversation,
    environment_apart,
    job,
    rows_of,
    run_apart,
    run_here,
)

PHASES = ("intake and phase I models", "embed new prompts", "stage the night's tables", "publish")


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Mount a small disk in memory; the test is skipped where nobody may."""
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    disk = ("-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    if mount is None or umount is None or subprocess.run([mount, *disk], check=False).returncode:  # noqa: S603 the system's own
        pytest.skip("no disk can be mounted here; as root it can")
    try:
        yield folder
    finally:
        subprocess.run([umount, "-l", str(folder)], check=True)  # noqa: S603 the system's own


def fill(disk: Path) -> None:
    """Write until nothing more fits."""
    with contextlib.suppress(OSError), (disk / "filler").open("ab", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def filling_at(name: str, disk: Path) -> Callable[..., Any]:
    """Return `Stages.stage`, which fills the disk when the stage of a name begins."""
    stage = Stages.stage

    def filled(self: Stages, stage_name: str, *total: int | None) -> Any:  # noqa: ANN401 as it is
        if stage_name == name:
            fill(disk)
        return stage(self, stage_name, *total)

    return filled


def test_a_read_only_warehouse_is_exit_2_before_any_work(tmp_path: Path) -> None:
    """Root may ignore modes, but not a disk that is mounted for reading."""
    (tmp_path / "traffic").mkdir()
    with mounted(tmp_path / "disk", "size=1m,ro") as disk:
        for place in (disk, disk / "warehouse"):
            places = ("--traffic", tmp_path / "traffic", "--warehouse", place, "--ds", FIRST)
            ended = run_here(curate, *places)

            assert ended.code == 2
            assert ended.err.startswith(f"warehouse: {place} cannot be made or written")
            assert "load models" not in ended.err


@pytest.fixture
def bench(spark: SparkSession, tmp_path: Path) -> Iterator[Bench]:
    """Return a bench whose folder is a small disk."""
    assert spark.version
    with mounted(tmp_path / "disk", "size=64m") as disk:
        (disk / "small.yaml").write_text(SMALL_CONFIG, encoding="utf-8")
        yield Bench(disk, disk / "small.yaml")


def rows_of_second(bench: Bench, warehouse: str) -> dict[str, list[str]]:
    """Return the second night's rows of every table."""
    tables = bench.tables(warehouse)
    return {name: rows_of(tables.night(name, SECOND)) for name in NIGHTLY}


def curate_filled(bench: Bench, traffic: Path, phase: str) -> Ended:
    """Run the second night on a disk that is full from a phase on; make room again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stages, "stage", filling_at(phase, bench.folder))
        ended = bench.curate(traffic, ds=SECOND)
    (bench.folder / "filler").unlink()
    return ended


@pytest.mark.spark
@pytest.mark.nights
def test_a_disk_that_is_full_from_any_phase_on_costs_a_message_and_no_row(bench: Bench) -> None:
    """Readers see the night before, whole; after room is made the same command succeeds."""
    first = bench.curate(bench.traffic(*(conversation(n) for n in range(5)), name="first"))
    traffic = bench.traffic(*(conversation(n) for n in range(5, 11)), name="second")
    assert first.code == 0, first.err
    shutil.copytree(bench.folder / "warehouse", bench.folder / "whole")
    assert bench.curate(traffic, ds=SECOND, warehouse="whole").code == 0
    root, before = bench.folder / "warehouse", bench.tables().published(FIRST)

    for phase in PHASES:
        ended = curate_filled(bench, traffic, phase)

        assert ended.code == 1, ended.err
        said = ended.err.splitlines()[-1]
        assert said.startswith(f"No space left on the disk: {bench.folder}"), phase
        assert "nothing was published" in said
        seen = scan_published(root)
        assert seen.run.ds == FIRST
        assert rows_of(seen.train.collect()) == rows_of(before.drop("side"))
        assert seen.eval.collect().height == 0
    late = curate_filled(bench, traffic, "report")

    assert late.code == 0, late.err
    assert f"{SECOND} is published; its report is not written" in late.out
    assert rows_of_second(bench, "warehouse") == rows_of_second(bench, "whole")
    assert bench.tables().read("runs").height == 2


@pytest.mark.spark
@pytest.mark.nights
def test_full_local_folders_of_spark_are_named_before_any_work(
    bench: Bench, tmp_path: Path
) -> None:
    """What a shuffle spills is not in the warehouse; whoever frees room must know where."""
    traffic = bench.traffic(*(conversation(number) for number in range(6)))
    with mounted(tmp_path / "local", "size=16k") as local:
        places = ("--traffic", traffic, "--warehouse", tmp_path / "warehouse", "--ds", FIRST)
        settings = ("--set", "spark.master=local[1,4]", "--config", bench.config)
        command = [job("curate"), *places, *settings]
        ended = run_apart(command, tmp_path, SPARK_LOCAL_DIRS=str(local))

    assert ended.code == 2, ended.err
    assert f"SPARK_LOCAL_DIRS={local}: no space left on device" in ended.err


@pytest.mark.spark
@pytest.mark.nights
def test_local_folders_of_spark_that_fill_in_the_middle_of_a_night_are_named(
    bench: Bench, tmp_path: Path
) -> None:
    """Something else eats the room meanwhile; freed, the same command publishes the night."""
    traffic = bench.traffic(*(conversation(number) for number in range(6)))
    warehouse = tmp_path / "warehouse"
    places = ("--traffic", traffic, "--warehouse", warehouse, "--ds", FIRST)
    command = [job("curate"), *places, "--config", bench.config]
    command += ["--set", "spark.master=local[1,4]", "--set", "spark.partitions=2"]
    with mounted(tmp_path / "local", "size=32m") as local:
        environment = environment_apart(tmp_path) | {"SPARK_LOCAL_DIRS": str(local)}
        with subprocess.Popen(  # noqa: S603 our own script
            [sys.executable, *map(str, command)],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            while running.poll() is None and not any(
                warehouse.glob("_staging/*/readings/*.parquet")
            ):
                time.sleep(0.02)
            fill(local)
            _, said = running.communicate(timeout=600)
        (local / "filler").unlink()
        again = run_apart(command, tmp_path, SPARK_LOCAL_DIRS=str(local))

    assert running.returncode == 1, said
    assert said.splitlines()[-1].startswith("No space left on the disk: "), said
    assert str(local) in said.splitlines()[-1]
    assert again.code == 0, again.err
    assert Tables(warehouse).read("runs").height == 1
