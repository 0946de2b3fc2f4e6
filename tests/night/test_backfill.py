"""Past nights in any order: only their own partitions change, and audit names what hung on them."""

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from jobs.audit import main as audit
from pipelines.lake import list_files
from schemas.nightly import NIGHTLY
from tests.conftest import Bench
from tests.factories import Ended, conversation, rows_of, run_here

pytestmark = [pytest.mark.spark, pytest.mark.nights]

ONE, TWO, THREE = "2026-01-29", "2026-01-30", "2026-01-31"
LEADER = 3
"""The conversation of the first night that a row of the third one resembles."""


def files_of_others(root: Path, ds: str) -> dict[str, str]:
    """Return the files of every other night of every nightly table, with a hash of their bytes."""
    return {
        file.path: hashlib.sha256(Path(file.path).read_bytes()).hexdigest()
        for table in NIGHTLY
        if (root / table.name).exists()
        for file in list_files(root, table, lambda night: night != ds)
    }


def rows_of_others(bench: Bench, ds: str) -> dict[str, list[str]]:
    """Return the rows of every other night of every nightly table."""
    tables = bench.tables()
    return {
        table.name: rows_of(tables.read(table.name).filter(pl.col("ds") != ds), ())
        for table in NIGHTLY
    }


def audited(bench: Bench, ds: str | None = None) -> tuple[Ended, list[tuple[str, str, int]]]:
    """Audit a night, or all; return how it ended and name, night and count of each finding."""
    span = () if ds is None else ("--from", ds, "--to", ds)
    ended = run_here(audit, "--warehouse", bench.tables().root, *span, "--json")
    found = json.loads(ended.out)["findings"]
    return ended, [(one["name"], one["ds"], one["count"]) for one in found]


def test_nights_in_any_order_change_their_own_partitions_alone(bench: Bench) -> None:
    """One, three, two, then one again without a row that the third night's row resembles."""
    root = bench.folder / "warehouse"
    first = [conversation(number) for number in range(6)]
    repeated = conversation(LEADER, conversation_id="repeated", user_id="user-99")
    traffic = {
        ONE: bench.traffic(*first, name="one"),
        TWO: bench.traffic(*(conversation(number) for number in (6, 7, 8)), name="two"),
        THREE: bench.traffic(conversation(9), conversation(10), repeated, name="three"),
    }
    less = bench.traffic(*(row for n, row in enumerate(first) if n != LEADER), name="less")

    for ds, place in ((ONE, traffic[ONE]), (THREE, traffic[THREE])):
        ended = bench.curate(place, ds=ds)
        assert ended.code == 0, ended.err
    gone = witness(bench, THREE)
    for ds, place in ((TWO, traffic[TWO]), (ONE, less)):
        files, rows = files_of_others(root, ds), rows_of_others(bench, ds)
        assert len(files) >= len(NIGHTLY)
        ended = bench.curate(place, ds=ds)
        assert ended.code == 0, ended.err
        assert files_of_others(root, ds) == files
        assert rows_of_others(bench, ds) == rows

    # The row that it named is no more: a notice, as a person has asked for the re-run.
    ended, found = audited(bench)
    assert (ended.code, found) == (0, [("witness_gone", THREE, 1)])
    assert gone not in set(bench.tables().read("samples")["sample_id"])
    assert audited(bench, TWO)[1] == []

    ended = bench.curate(traffic[THREE], ds=THREE)
    assert ended.code == 0, ended.err
    ended, found = audited(bench)
    assert (ended.code, found) == (0, [])
    published = bench.tables().published(THREE)["conversation_id"]
    assert "repeated" in published.to_list()


def witness(bench: Bench, ds: str) -> str:
    """Return the witness of the one near-duplicate of a night."""
    pruning = bench.tables().night("pruning", ds)
    (found,) = pruning.filter(pl.col("reason") == "near_duplicate")["witness_id"].to_list()
    return str(found)
