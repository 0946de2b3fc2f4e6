"""jobs/sample.py at the edge: a dry run tells and writes nothing, and bad input is named."""

import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.sample import main as sample
from tests.factories import Ended, Tables, run_here, write_parquet

pytestmark = pytest.mark.spark

ROWS: dict[str, list[Any]] = {
    "id": list(range(20)),
    "kind": [None, "b"] * 10,
    "q": [float(n) for n in range(20)],
}


def draw(folder: Path, block: str, *target: object, **columns: list[Any]) -> Ended:
    """Run the job on a table of these columns."""
    place = write_parquet(pa.table(ROWS | columns), folder / "table")
    file = folder / "block.yaml"
    file.write_text(f"sampling: {block}", encoding="utf-8")
    return run_here(sample, "--table", place, "--id-column", "id", "--constraints", file, *target)


def test_a_dry_run_says_what_would_come_of_it_and_writes_nothing(spark: SparkSession, tmp_path: Path) -> None:
    """Knobs are turned many times before a sample is wanted; null is a value like others."""
    assert spark.version
    floor = "{dimension: kind, equals: null, at_least: 0.75}"
    ended = draw(tmp_path, f"{{size: 8, maximise: q, constraints: [{floor}]}}", "--dry-run")
    tight = draw(tmp_path, f"{{size: 16, constraints: [{floor}]}}", "--dry-run")

    assert (ended.code, tight.code) == (0, 4)
    assert "Feasible: 8 of 20 rows, total q 98.0000" in ended.out
    assert "kind null of 16 needs 12 rows, the pool has 10" in tight.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["block.yaml", "table"]


@pytest.mark.parametrize(
    ("block", "columns", "code", "said"),
    [
        ("{size: 0}", {}, 2, ["sampling.size: is 0; write a whole number"]),
        ("{size: 21}", {}, 4, ["sampling.size: 21 rows are asked, the pool has 20", "size 20"]),
        ("{size: 1}", {"id": [], "kind": pa.array([], "string"), "q": []}, 4, ["the pool has 0"]),
        ("{size: 1, maximise: q}", {"q": [math.inf] + [math.nan] * 19}, 3, ["20 values are not finite"]),
        (
            "{size: 1, maximise: r, constraints: [{dimension: kin, each_at_most: 0.1}]}",
            {},
            2,
            [
                "constraints[0].dimension: no column kin. Did you mean kind?",
                "maximise: the pool has no column r",
            ],
        ),
        (
            (
                "{size: 1, constraints: [{dimension: kind, equals: b, at_least: 1.2},"
                " {dimension: kind, shares: {a: 0.6, b: 0.5}},"
                " {dimension: kind, each_at_most: 0.1, soft: 1}]}"
            ),
            {},
            2,
            ["constraints[0].at_least: is 1.2, outside [0, 1]", "constraints[1]: shares sum to 1.10"],
        ),
        (
            (
                "{size: 1, constraints: [{dimension: kind, equals: b, at_least: 0.6},"
                " {dimension: kind, equals: c, at_least: 0.5}]}"
            ),
            {},
            2,
            ["sampling.constraints[0], constraints[1]: floors on kind sum to 1.1; lower them to 1 at most"],
        ),
    ],
)
def test_bad_input_is_named_with_its_place(  # noqa: PLR0913, PLR0917 one case per line
    spark: SparkSession, tmp_path: Path, block: str, columns: dict[str, list[Any]], code: int, said: list[str]
) -> None:
    """Every fault of a file at once, by position; nothing is written."""
    assert spark.version
    ended = draw(tmp_path, block, "--out", tmp_path / "out", **columns)

    assert ended.code == code, ended.err
    assert [text for text in said if text not in ended.err] == []
    assert not (tmp_path / "out" / "selected").exists()
    assert Tables(tmp_path / "out").root == tmp_path / "out"
