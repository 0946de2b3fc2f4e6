"""The nights before are read from `runs`: the last of them, each as it was published last."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.lake import scan_table
from pipelines.night import profiles
from pipelines.night.profiles import read_profiles
from schemas.table import Table
from tests.night.handmade import add_run

NIGHTS = [f"2026-01-{day:02}" for day in range(1, 21)]


def counted(rows: int) -> dict[str, int]:
    """Return the counts of a run."""
    return {"intake.keep": rows, "drift.language=known": 1, "drift.samples.locale=a.b=c": rows}


def test_the_last_nights_before_are_read_each_at_its_newest_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night that was run again counts once, later nights and failed runs not at all."""
    for number, ds in enumerate(NIGHTS):
        add_run(tmp_path, ds, train_version=number, counts=counted(number))
    add_run(tmp_path, NIGHTS[9], train_version=90, counts=counted(900))
    add_run(tmp_path, NIGHTS[8], train_version=91, counts=counted(901), status="failed")
    opened: list[str] = []

    def watch(root: Path, table: Table, nights: Callable[[str], bool]) -> pl.LazyFrame:
        opened.extend(filter(nights, NIGHTS))
        return scan_table(root, table, nights=nights)

    monkeypatch.setattr(profiles, "scan_table", watch)
    read = read_profiles(tmp_path, NIGHTS[12], 5)

    assert [(p.ds, p.rows_in) for p in read] == [
        *((NIGHTS[7], 7), (NIGHTS[8], 8), (NIGHTS[9], 900), (NIGHTS[10], 10), (NIGHTS[11], 11)),
    ]
    assert opened == NIGHTS[7:12]
    assert all(profile.is_counted for profile in read)


def test_without_earlier_nights_there_is_nothing_to_read(tmp_path: Path) -> None:
    """The first night of a warehouse, and a warehouse whose guards are off."""
    assert read_profiles(tmp_path, NIGHTS[0], 14) == []
    add_run(tmp_path, NIGHTS[0], train_version=1, counts=counted(1))

    assert read_profiles(tmp_path, NIGHTS[0], 14) == []
    assert read_profiles(tmp_path, NIGHTS[5], 0) == []
    assert len(read_profiles(tmp_path, NIGHTS[5], 14)) == 1
