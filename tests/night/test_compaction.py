"""Sixty nights of ten files each: a run makes some of them few, and no row changes."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import write_deltalake
from pyspark.sql import SparkSession

from pipelines.lake import TableFile, list_files, scan_table
from pipelines.night.compaction import compact, find_crowded
from pipelines.spark.tables import Warehouse
from pipelines.stores.location import locate
from schemas.sidecars import PRUNING
from schemas.table import Table

NIGHTS, FILES = 60, 10


def nights() -> list[str]:
    """Return sixty nights."""
    return [f"2026-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(NIGHTS)]


def write_night(root: Path, table: Table, ds: str) -> None:
    """Add a night of ten files, a row each, by one commit."""
    rows = pl.DataFrame(
        {
            "sample_id": [f"{ds}-{n}" for n in range(FILES)],
            "text_hash": ["h"] * FILES,
            "model": ["e5"] * FILES,
            "cluster_id": ["c0000"] * FILES,
            "kept": [True] * FILES,
            "reason": ["leader"] * FILES,
            "witness_id": pl.Series([None] * FILES, dtype=pl.String),
            "witness_ds": pl.Series([None] * FILES, dtype=pl.String),
            "witness_hash": pl.Series([None] * FILES, dtype=pl.String),
            "similarity": pl.Series([None] * FILES, dtype=pl.Float64),
            "novelty": [1.0] * FILES,
            "ds": [ds] * FILES,
            "run_id": ["r"] * FILES,
        }
    )
    parts = rows.select(table.names).to_arrow().cast(table.arrow)
    for number in range(FILES):
        write_deltalake(root / table.name, parts.slice(number, 1), mode="append")


@pytest.mark.spark
def test_runs_make_sixty_nights_of_ten_files_few(spark: SparkSession, tmp_path: Path) -> None:
    """Each run takes the newest eight nights that are crowded; the log has a checkpoint."""
    Warehouse(spark, str(tmp_path)).create(PRUNING)
    for ds in nights():
        write_night(tmp_path, PRUNING, ds)
    before = scan_table(tmp_path, PRUNING).collect().sort("sample_id")
    assert len(list_files(tmp_path, PRUNING)) == NIGHTS * FILES

    done = [compact(spark, locate(tmp_path)) for _ in range(2)]

    by_night = pl.DataFrame(list_files(tmp_path, PRUNING)).group_by("ds").len().sort("ds")
    assert done == [["pruning"], ["pruning"]]
    assert by_night["len"].to_list() == [FILES] * (NIGHTS - 16) + [1] * 16
    assert scan_table(tmp_path, PRUNING).collect().sort("sample_id").equals(before)
    assert (tmp_path / PRUNING.name / "_delta_log" / "_last_checkpoint").exists()


def test_a_night_of_few_or_large_files_is_left_alone() -> None:
    """Nothing is written where nothing is gained, and no run takes more than its share."""
    now = datetime.now(UTC)

    def crowded(files: int, size: int, ds: str = "d") -> list[str]:
        return find_crowded([TableFile(ds, str(k), size, now) for k in range(files)])

    assert (crowded(8, 100), crowded(9, 100), crowded(9, 2**30)) == ([], ["d"], [])
    assert crowded(100, 15 * 2**20) == []
    assert crowded(9, 100, "") == [""]
