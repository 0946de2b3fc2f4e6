"""jobs/sample.py at the edge: a dry run reports and writes nothing, and bad input is named."""

import math
import random
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
import yaml
from pyspark.sql import SparkSession

from jobs.sample import main as sample
from pipelines.any_table import steps as standalone
from pipelines.sampling.constraints import parse_block
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.draw import draw_sample, match_dimensions
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


@pytest.mark.parametrize("rows_at_once", [200_000, 10])
def test_a_dry_run_says_what_would_come_of_it_and_writes_nothing(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    """Constraints are tried many times before a draw; null is a value like others."""
    assert spark.version
    monkeypatch.setattr(standalone, "ROWS_AT_ONCE", rows_at_once)
    floor = "{dimension: kind, equals: null, at_least: 0.75}"
    ended = draw(tmp_path, f"{{size: 8, maximise: q, constraints: [{floor}]}}", "--dry-run")
    tight = draw(tmp_path, f"{{size: 16, constraints: [{floor}]}}", "--dry-run")

    assert (ended.code, tight.code) == (0, 4)
    assert "Feasible: 8 of 20 rows, total q 114.0000" in ended.out
    assert "kind null of 16 needs 12 rows, the pool has 10" in tight.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["block.yaml", "table"]


@pytest.mark.parametrize(
    ("block", "columns", "code", "said"),
    [
        ("{size: 0}", {}, 2, ["sampling.size: is 0; write a whole number"]),
        ("{size: 21}", {}, 4, ["sampling.size: 21 rows are asked for, the pool has 20", "size 20"]),
        ("{size: 1}", {"id": [], "kind": pa.array([], "string"), "q": []}, 4, ["the pool has 0"]),
        (
            "{size: 1, maximise: q}",
            {"q": [math.inf] + [math.nan] * 19},
            3,
            ["20 values are not finite"],
        ),
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
            [
                "constraints[0].at_least: is 1.2, outside [0, 1]",
                "constraints[1]: shares sum to 1.10",
            ],
        ),
        (
            (
                "{size: 1, constraints: [{dimension: kind, equals: b, at_least: 0.6},"
                " {dimension: kind, equals: c, at_least: 0.5}]}"
            ),
            {},
            2,
            [
                (
                    "sampling.constraints[0], constraints[1]: floors on kind sum to 1.1; lower "
                    "them to 1 at most"
                )
            ],
        ),
    ],
)
def test_bad_input_is_named_with_its_place(  # noqa: PLR0913, PLR0917 one case per line
    spark: SparkSession,
    tmp_path: Path,
    block: str,
    columns: dict[str, list[Any]],
    code: int,
    said: list[str],
) -> None:
    """Every fault of a file at once, by position; nothing is written."""
    assert spark.version
    ended = draw(tmp_path, block, "--out", tmp_path / "out", **columns)

    assert ended.code == code, ended.err
    assert [text for text in said if text not in ended.err] == []
    assert not (tmp_path / "out" / "selected").exists()
    assert Tables(tmp_path / "out").root == tmp_path / "out"


LARGE = """{size: 0.2, seed: 3, maximise: q, constraints: [
 {dimension: kind, each_at_most: 0.3},
 {dimension: first, equals: true, at_least: 0.4},
 {dimension: [kind, place], match: traffic, tolerance: 0.04},
 {dimension: place, shares: {north: 0.9}, tolerance: 0.05, soft: true}]}"""


def large_pool(rows: int, order: int) -> dict[str, list[Any]]:
    """Return the columns of a pool, its rows in an order of their own."""
    chance = random.Random(1)  # noqa: S311 seeded data
    pool = [
        (
            f"r{number:05}",
            chance.choice(["a", "b", "c", None]),
            chance.random() < 0.3,
            chance.choice(["north", "south", None]),
            chance.choice([None, round(chance.gauss(0, 1), 2)]),
        )
        for number in range(rows)
    ]
    random.Random(order).shuffle(pool)  # noqa: S311 seeded data
    return dict(
        zip(("id", "kind", "first", "place", "q"), map(list, zip(*pool, strict=True)), strict=True)
    )


def test_a_table_too_large_for_the_driver_is_drawn_as_well_and_the_same_in_any_order(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spark's sample by a plan must keep what the exact draw promises, within the stated gap."""
    assert spark.version
    monkeypatch.setattr(standalone, "ROWS_AT_ONCE", 100)
    block, pool = parse_block(yaml.safe_load(LARGE)), pl.DataFrame(large_pool(1500, 0))
    exact = draw_sample(
        pool, measure_shares(pool, match_dimensions(block.constraints)), block, id_column="id"
    )
    drawn = []
    for order in (5, 6):
        folder = tmp_path / str(order)
        folder.mkdir()
        ended = draw(folder, LARGE, "--out", folder / "out", **large_pool(1500, order))
        assert ended.code == 0, ended.err
        drawn.append(Tables(folder / "out"))
    ids = [sorted(tables.read("selected")["id"]) for tables in drawn]
    told = drawn[0].read("constraints")
    chosen = pool.filter(pl.col("id").is_in(ids[0]))

    assert ids[0] == ids[1]
    assert len(ids[0]) == len(set(ids[0])) == 300
    assert told.filter("hard")["met"].all() == True  # noqa: E712 an exact answer
    assert chosen["q"].sum() == pytest.approx(exact.objective, rel=1e-4)
    same = ["constraint", "value", "required_min", "required_max", "pool", "hard", "met"]
    assert told.select(same).sort(same).equals(exact.constraints.select(same).sort(same))
    for value in ("a", "b", "c", None):
        rows = chosen.filter(pl.col("kind").eq_missing(pl.lit(value))).height
        said = told.filter(dimension="kind", value=value or "null")["achieved"].item()
        assert (said, rows <= 90) == (rows / 300, True)
