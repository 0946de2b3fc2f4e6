"""What a night opens behind three and behind thirty nights: the index, and nothing else more."""

import hashlib
import os
import shutil
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from pipelines.diversity.similarity import unit_rows
from pipelines.lake import scan_table
from schemas.index import REPRESENTATIVES
from schemas.ledger import RUNS
from schemas.nightly import WRITTEN
from schemas.sidecars import EMBEDDINGS, PROMPT_SAFETY
from tests.conftest import Bench
from tests.factories import FIRST, SECOND, conversation

pytestmark = pytest.mark.spark

FEW, MANY = 3, 30
INDEX = (REPRESENTATIVES.name, EMBEDDINGS.name, PROMPT_SAFETY.name, RUNS.name)
"""Where a night looks for near rows, for answers about the same prompt, and for the runs before."""
MOST_GROWTH = 1.3
LONG_AGO = 946_684_800
"""2000-01-01: the time of the last reading that a file is given, which any reading changes."""
IDS = ("sample_id", "conversation_id", "user_key", "text_hash", "witness_id", "witness_hash")
LOG = "_delta_log"


def test_a_night_opens_the_index_of_all_nights_and_nothing_else_of_them(
    bench: Bench, tmp_path: Path
) -> None:
    """Thirty nights cost a look-up in thirty files of an index, and no file of another table."""
    if not notes_readings(tmp_path):
        pytest.skip("this file system does not note when a file was read")
    base = tmp_path / "base"
    assert bench.curate(_traffic(bench, FIRST, 0), ds=FIRST, warehouse="base").code == 0
    traffic = _traffic(bench, SECOND, 6)
    opened = {}
    for nights in (FEW, MANY):
        root = shutil.copytree(base, tmp_path / f"behind-{nights}")
        repeat_night(root, FIRST, nights - 1)
        files = forget_readings(root)
        ended = bench.curate(traffic, ds=SECOND, warehouse=root.name)
        assert ended.code == 0, ended.err
        opened[nights] = list_opened(root, files)

    files_of = {n: Counter(name for name, _ in seen) for n, seen in opened.items()}
    more = files_of[MANY] - files_of[FEW]
    assert more == dict.fromkeys(INDEX, MANY - FEW)
    assert not files_of[FEW] - files_of[MANY]
    others = {
        n: sum(size for name, size in seen if name not in INDEX) for n, seen in opened.items()
    }
    assert others[MANY] < MOST_GROWTH * others[FEW], "more than the names of files in the logs"


def _traffic(bench: Bench, ds: str, first: int) -> Path:
    at = datetime.fromisoformat(f"{ds}T12:00:00+00:00")
    rows = [conversation(n, started_at=at) for n in range(first, first + 6)]
    return bench.traffic(*rows, name=f"traffic-{ds}")


def repeat_night(root: Path, ds: str, times: int) -> None:
    """Add a night as often to all tables as nights before it, with ids and vectors of their own."""
    before = [(date.fromisoformat(ds) - timedelta(days=n + 1)).isoformat() for n in range(times)]
    stored = {table: scan_table(root, table).collect() for table in WRITTEN}
    for night in reversed(before):
        for table, rows in stored.items():
            made = renamed(rows, night).to_arrow().cast(table.arrow)
            write_deltalake(root / table.name, made, mode="append")
    for table in WRITTEN:
        DeltaTable(root / table.name).create_checkpoint()


def renamed(rows: pl.DataFrame, night: str) -> pl.DataFrame:
    """Return rows as another night has them."""

    def named(value: str) -> str:
        return hashlib.sha256(f"{night} {value}".encode()).hexdigest()[: len(value)]

    ids = [pl.col(name).map_elements(named, pl.String) for name in IDS if name in rows.columns]
    told = {"ds": night, "run_id": f"{night}-run"}
    changed = rows.with_columns(
        *ids, *(pl.lit(value).alias(name) for name, value in told.items() if name in rows.columns)
    )
    if "embedding" not in rows.columns:
        return changed
    chance = np.random.default_rng(int(night.replace("-", "")))
    vectors = unit_rows(chance.standard_normal((rows.height, len(rows["embedding"][0]))))
    return changed.with_columns(embedding=pl.Series(vectors.tolist(), dtype=pl.List(pl.Float32)))


def notes_readings(folder: Path) -> bool:
    """Say whether the file system notes when a file was read."""
    file = folder / "probe"
    file.write_text("read me", encoding="utf-8")
    os.utime(file, (LONG_AGO, LONG_AGO))
    file.read_text(encoding="utf-8")
    return file.stat().st_atime > LONG_AGO


def forget_readings(root: Path) -> list[Path]:
    """Let every file but Hadoop's checksums look as if not read since long ago; return them all."""
    files = [file for file in root.rglob("*") if file.is_file() and file.suffix != ".crc"]
    for file in files:
        os.utime(file, (LONG_AGO, file.stat().st_mtime))
    return files


def list_opened(root: Path, files: list[Path]) -> list[tuple[str, int]]:
    """Return table (`table/_delta_log` of its log) and bytes of each file that was read since."""
    found = []
    for file in files:
        if file.exists() and file.stat().st_atime > LONG_AGO:
            parts = file.relative_to(root).parts
            name = f"{parts[0]}/{LOG}" if LOG in parts else parts[0]
            found.append((name, file.stat().st_size))
    return found
