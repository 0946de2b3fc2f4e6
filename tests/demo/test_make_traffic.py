"""The job that makes the demo: files at their places, faults in one line."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jobs.make_traffic import main
from tests.factories import run_here


def test_the_job_writes_three_parquet_directories(tmp_path: Path) -> None:
    """`curate` reads traffic and scores, tests read truth."""
    ended = run_here(main, "--out", tmp_path / "demo", "--conversations", 40, "--seed", 1)

    rows = [
        pq.read_table(tmp_path / "demo" / name).num_rows for name in ("traffic", "scores", "truth")
    ]
    assert (ended.code, rows[0], min(rows) > 0) == (0, 40, True)
    assert f"{tmp_path / 'demo' / 'traffic'}: 40 rows\n" in ended.out


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    """Rows of two runs in one directory would be duplicate ids on the first night of a new user."""
    for size in ("30", "20"):
        run_here(main, "--out", tmp_path, "--conversations", size, "--seed", "1")

    assert pq.read_table(tmp_path / "traffic").num_rows == 20


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([], "required: --out, --conversations, --seed"),
        (["--out", "x", "--conversations", "0", "--seed", "1"], "'0' is not a whole number from 1"),
        (
            ["--out", "x", "--conversations", "ten", "--seed", "1"],
            "'ten' is not a whole number from 1",
        ),
        (["--out", "x", "--conversations", "9", "--seed", "1.5"], "'1.5' is not a whole number"),
        (
            ["--out", "x", "--conversations", "9", "--seed", "1", "--ds", "today"],
            "'today' is not a date",
        ),
        (
            ["--out", "x", "--conversations", "9", "--seed", "1", "--dss", "2026-01-01"],
            "unrecognized",
        ),
        (["--out", "", "--conversations", "9", "--seed", "1"], "--out"),
    ],
)
def test_a_bad_argument_is_exit_2_with_one_line_that_says_why(
    arguments: list[str], fault: str
) -> None:
    """A user who mistypes wants a line, not a traceback."""
    ended = run_here(main, *arguments)

    complaints = [line for line in ended.err.splitlines() if "error: " in line]
    assert (ended.code, len(complaints)) == (2, 1)
    assert fault in complaints[0]
    assert "Traceback" not in ended.err


def test_a_place_that_cannot_be_written_is_exit_2(tmp_path: Path) -> None:
    """Found out before the work, not after it."""
    (tmp_path / "file").write_text("here first", encoding="utf-8")

    ended = run_here(main, "--out", tmp_path / "file", "--conversations", 9, "--seed", 1)

    assert (ended.code, ended.err.count("\n")) == (2, 1)
