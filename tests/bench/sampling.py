"""Time, violation and worth of the draw against a per-stratum draw and one whole MILP, in one run.

python tests/bench/sampling.py [rows] [seconds for the MILP]
"""

import sys
import time
from collections.abc import Callable
from math import floor
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.sampling.cells import group_cells, natural_shares, resolve
from pipelines.sampling.constraints import SamplingBlock, parse_block
from pipelines.sampling.draw import draw_sample
from pipelines.sampling.solver import count_programme

BLOCK = {
    "size": 0.15,
    "seed": 7,
    "constraints": [
        {"dimension": "is_first_turn", "equals": True, "at_least": 0.30},
        {"dimension": "character_id", "each_at_most": 0.03},
        {"dimension": "locale", "match": "traffic", "tolerance": 0.02},
        {"dimension": "jtbd", "shares": {"j0": 0.3, "j1": 0.2}, "tolerance": 0.02},
        {"dimension": "difficulty", "shares": {"low": 0.2, "medium": 0.3, "high": 0.5}, "tolerance": 0.05},
    ],
    "maximise": "quality",
}


def make_pool(rows: int, seed: int) -> pl.DataFrame:
    """Return a pool with Zipf-like characters and locales."""
    chance = np.random.default_rng(seed)
    levels = {"character_id": 3500, "locale": 150}
    zipf = {name: 1 / np.arange(1, count + 1) for name, count in levels.items()}
    drawn = {name: chance.choice(len(p), rows, p=p / p.sum()).astype(str) for name, p in zipf.items()}
    return pl.DataFrame(
        {
            "sample_id": [f"{number:032x}" for number in range(rows)],
            **drawn,
            "is_first_turn": chance.random(rows) < 0.2,
            "jtbd": [f"j{number}" for number in chance.integers(0, 12, rows)],
            "difficulty": chance.choice(["low", "medium", "high"], rows),
            "quality": chance.random(rows),
        }
    )


def tell(name: str, pool: pl.DataFrame, block: SamplingBlock, draw: Callable[[], pl.Series | None]) -> None:
    """Print seconds, hard bounds broken, rows outside, and worth of one way to draw."""
    begun = time.perf_counter()
    ids = draw()
    seconds = time.perf_counter() - begun
    if ids is None:
        sys.stdout.write(f"{name:<22} {seconds:8.2f} s   nothing found\n")
        return
    chosen = pool["sample_id"].is_in(ids.to_list()).to_numpy()
    size, broken, outside = block.rows_of(pool.height), 0, 0
    for rule in resolve(pool, block.constraints, None):
        for code, bound in enumerate(rule.bounds):
            count = int((chosen & (rule.codes == code)).sum())
            out = max(0, bound.rows_low(size) - count, count - bound.rows_high(size))
            broken, outside = broken + (out > 0), outside + out
    worth = pool["quality"].to_numpy()[chosen].sum()
    sys.stdout.write(
        f"{name:<22} {seconds:8.2f} s   {broken:4} bounds broken by {outside:6} rows   worth {worth:.6f}\n"
    )


def draw_strata(pool: pl.DataFrame, size: int) -> pl.Series:
    """Draw what a per-stratum `groupby.sample` draws: the same fraction of every job and difficulty."""
    share = size / pool.height
    best = pl.col("quality").rank("ordinal", descending=True).over("jtbd", "difficulty")
    return pool.filter(best <= share * pl.len().over("jtbd", "difficulty"))["sample_id"]


def draw_milp(pool: pl.DataFrame, block: SamplingBlock, seconds: float) -> pl.Series | None:
    """Solve one integer programme over all rows."""
    size = block.rows_of(pool.height)
    cells = group_cells(resolve(pool, block.constraints, None), pool.height, size)
    programme, _ = count_programme(cells, size)
    matrix = csr_array(programme.matrix)[:, cells.of_row]
    answer = milp(
        -pool["quality"].to_numpy(),
        constraints=LinearConstraint(matrix, programme.low, programme.high),
        integrality=np.ones(pool.height),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 1e-6},
    )
    return None if answer.x is None else pool["sample_id"].filter(pl.Series(answer.x > 0.5))


def main(rows: int, seconds: float) -> None:
    """Compare three ways on one pool."""
    pool, block = make_pool(rows, 7), parse_block(BLOCK)
    shares = natural_shares(pool, [("locale",)])
    sys.stdout.write(f"{rows} rows, {floor(0.15 * rows)} to select\n")
    tell("ours", pool, block, lambda: draw_sample(pool, shares, block).ids)
    tell("per stratum", pool, block, lambda: draw_strata(pool, block.rows_of(rows)))
    tell("HiGHS MILP over rows", pool, block, lambda: draw_milp(pool, block, seconds))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, float(sys.argv[2]) if len(sys.argv) > 2 else 60.0)
