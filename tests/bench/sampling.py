"""Time, violations and objective of the draw against common ways to draw, in one run.

python tests/bench/sampling.py [rows, default 20000] [seconds for the MILP, default 60]
    [simulated rows]

Seconds are of the processor. `broken` are hard bounds that do not hold, `outside` the rows by
which.
"""

import sys
import time
from collections.abc import Callable
from math import floor
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.sampling.bounds import Bound, DrawRule, resolve
from pipelines.sampling.cells import group_cells
from pipelines.sampling.constraints import SamplingBlock, parse_block
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.draw import draw_sample
from pipelines.sampling.plan import plan_draw, tier_rows
from pipelines.sampling.solver import count_programme
from tests.sampling.strata import group_strata

BLOCK = {
    "size": 0.15,
    "seed": 7,
    "constraints": [
        {"dimension": "is_first_turn", "equals": True, "at_least": 0.30},
        {"dimension": "character_id", "each_at_most": 0.03},
        {"dimension": "locale", "match": "traffic", "tolerance": 0.02},
        {"dimension": "jtbd", "shares": {"j0": 0.3, "j1": 0.2}, "tolerance": 0.02},
        {
            "dimension": "difficulty",
            "shares": {"low": 0.2, "medium": 0.3, "high": 0.5},
            "tolerance": 0.05,
        },
    ],
    "maximise": "quality",
}
CROSSED = {
    "size": 0.1,
    "constraints": [
        {"dimension": "is_first_turn", "equals": 1, "at_least": 0.30},
        {"dimension": "character_id", "each_at_most": 0.03},
        {"dimension": "locale", "match": "traffic", "tolerance": 0.01},
        {"dimension": "jtbd", "match": "traffic", "tolerance": 0.01},
        {"dimension": "difficulty", "equals": 2, "at_least": 0.5},
    ],
}
_CHANGED_SHARE = 0.01
_RAKING_ROUNDS = 100
_ROUNDS = 3


def make_pool(rows: int, seed: int) -> pl.DataFrame:
    """Return a pool with Zipf-like characters and locales."""
    chance = np.random.default_rng(seed)
    levels = {"character_id": 3500, "locale": 150}
    zipf = {name: 1 / np.arange(1, count + 1) for name, count in levels.items()}
    drawn = {
        name: chance.choice(len(p), rows, p=p / p.sum()).astype(str) for name, p in zipf.items()
    }
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


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def tell(
    name: str, pool: pl.DataFrame, block: SamplingBlock, draw: Callable[[], pl.Series | None]
) -> float:
    """Print seconds, broken hard bounds, rows outside and objective of a draw; return seconds."""
    begun = time.process_time()
    ids = draw()
    seconds = time.process_time() - begun
    if ids is None:
        say(f"{name:<26} {seconds:8.2f} s   nothing found")
        return seconds
    chosen = pool["sample_id"].is_in(ids.implode()).to_numpy()
    size, broken, outside = block.rows_of(pool.height), 0, 0
    for rule in resolve(pool, block.constraints, None):
        for code, bound in enumerate(rule.bounds):
            count = int((chosen & (rule.codes == code)).sum())
            out = max(0, bound.rows_low(size) - count, count - bound.rows_high(size))
            broken, outside = broken + (out > 0), outside + out
    worth = pool["quality"].to_numpy()[chosen].sum()
    say(
        f"{name:<26} {seconds:8.2f} s   {int(chosen.sum()):7} rows   {broken:3} broken, "
        f"{outside:6} outside   worth {worth:.4f}"
    )
    return seconds


def draw_pandas(pool: pd.DataFrame, block: SamplingBlock) -> pl.Series:
    """Draw as in a notebook: `groupby.sample` by job and difficulty, then repair the bounds."""
    size = block.rows_of(len(pool))
    parts = pool.groupby(["jtbd", "difficulty"]).sample(frac=size / len(pool), random_state=7)
    over = (
        parts.sort_values("quality", ascending=False).groupby("character_id").cumcount()
        >= 0.03 * size
    )
    kept = parts[~over.reindex(parts.index)]
    lacking = int(0.3 * size) - int(kept["is_first_turn"].sum())
    spare = pool[pool["is_first_turn"] & ~pool["sample_id"].isin(kept["sample_id"])]
    kept = pd.concat([kept, spare.nlargest(max(0, lacking), "quality")])
    return pl.Series(kept.nlargest(size, "quality")["sample_id"].tolist())


def draw_strata(pool: pl.DataFrame, size: int) -> pl.Series:
    """Draw one fraction of every job and difficulty, each stratum rounded by itself, best first."""
    share = size / pool.height
    best = pl.col("quality").rank("ordinal", descending=True).over("jtbd", "difficulty")
    return pool.filter(best <= (share * pl.len().over("jtbd", "difficulty")).round())["sample_id"]


def draw_raked(pool: pl.DataFrame, rules: list[DrawRule], size: int) -> pl.Series:
    """Rake weights to the target of every constraint that has floors, then draw by weight."""
    weights = np.ones(pool.height)
    for _ in range(_RAKING_ROUNDS):
        for rule in rules:
            if any(bound.low is None for bound in rule.bounds):
                continue
            target = np.array([_target_of(bound) for bound in rule.bounds])
            codes, known = rule.codes, rule.codes >= 0
            now = np.bincount(codes[known], weights[known], len(target)) / weights.sum()
            weights[known] *= (target / np.maximum(now, 1e-12))[codes[known]]
            if not known.all():
                weights[~known] *= (1 - target.sum()) / max(1e-12, 1 - now.sum())
    keys = np.random.default_rng(7).random(pool.height) ** (1 / np.maximum(weights, 1e-300))
    return pool["sample_id"].gather(np.argsort(-keys)[:size])


def _target_of(bound: Bound) -> float:
    high, low = bound.high, bound.low
    return (
        float(low or 0) if high is None or bound.tolerance == 0 else float(high - bound.tolerance)
    )


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


def compare(rows: int, seconds: float) -> None:
    """Compare the ways on one pool."""
    pool, block = make_pool(rows, 7), parse_block(BLOCK)
    shares = measure_shares(pool, [("locale",)])
    size = block.rows_of(rows)
    say(f"{rows} rows, {floor(0.15 * rows)} to select")
    ours = tell("ours", pool, block, lambda: draw_sample(pool, shares, block).ids)
    frame = pool.to_pandas()
    tell("pandas loop", pool, block, lambda: draw_pandas(frame, block))
    tell("per stratum, rounded", pool, block, lambda: draw_strata(pool, size))
    rules = resolve(pool, block.constraints, shares)
    tell("raking, drawn by weight", pool, block, lambda: draw_raked(pool, rules, size))
    if seconds:
        theirs = tell("HiGHS MILP over rows", pool, block, lambda: draw_milp(pool, block, seconds))
        say(f"HiGHS's MILP takes {theirs / ours:.1f} times as long")


def print_stability(rows: int) -> None:
    """Print which share of the chosen rows changes where the pool grows by one in a hundred."""
    pool = make_pool(rows, 7)
    more = make_pool(floor(rows * _CHANGED_SHARE), 8).with_columns(
        sample_id="n" + pl.col("sample_id")
    )
    block = parse_block({**BLOCK, "size": floor(0.15 * rows)})
    before = draw_sample(pool, None, block).ids
    after = set(draw_sample(pl.concat([pool, more]), None, block).ids)
    gone = sum(name not in after for name in before)
    say(f"1 % more rows in the pool: {gone / len(before):.2%} of {len(before)} chosen rows change")


def simulate_rows(rows: int) -> pl.DataFrame:
    """Return first turns, 5,000 Zipf characters, 20 locales, 12 jobs, 3 difficulties, objective."""
    chance = np.random.default_rng(7)
    zipf = {"character_id": 1 / np.arange(1, 5001), "locale": 1 / np.arange(1, 21)}
    columns = {name: chance.choice(len(p), rows, p=p / p.sum()) for name, p in zipf.items()}
    for name, levels in (("is_first_turn", 5), ("jtbd", 12), ("difficulty", 3)):
        columns[name] = chance.integers(0, levels, rows)
    frame = pl.DataFrame(columns).cast(pl.Int16)
    return frame.with_columns(worth=pl.Series(chance.random(rows)))


def print_plan(rows: int) -> None:
    """Print cells, seconds and proven gap of a draw that is planned over strata, round by round."""
    block = parse_block(CROSSED)
    size, drawn = block.rows_of(rows), simulate_rows(rows)
    dimensions = [name for name in drawn.columns if name != "worth"]
    begun = time.process_time()
    counted = drawn.group_by(dimensions).agg(rows=pl.len().cast(pl.Int64)).sort(dimensions)
    say(f"{rows} rows, {size} to plan: group-by {time.process_time() - begun:.2f} s")
    standing, begun = counted["rows"].to_numpy(), time.process_time()
    rules = resolve(counted, block.constraints, None, rows=standing)
    cells = group_cells(rules, counted.height, size, standing)
    say(
        f"  {counted.height} crossed values, {len(cells.rows)} cells "
        f"{time.process_time() - begun:.2f} s"
    )
    named = counted.select(*dimensions, cell=pl.Series(cells.of_row))
    cell = drawn.join(named, on=dimensions, how="left", maintain_order="left")["cell"].to_numpy()
    worth = drawn["worth"].to_numpy()
    cutoff = np.full(len(cells.rows), np.quantile(worth, 1 - size / rows))
    for number in range(_ROUNDS):
        begun = time.process_time()
        strata = group_strata(cell, tier_rows(worth, cutoff[cell], 1.0), worth)
        grouped, begun = time.process_time() - begun, time.process_time()
        plan = plan_draw(cells, strata, size)
        solved = time.process_time() - begun
        line = (
            f"  round {number + 1}: {len(strata.rows)} strata {grouped:.2f} s, solve {solved:.2f} s"
        )
        if plan is None:
            say(f"{line}, infeasible")
            return
        say(f"{line}, gap {plan.gap:.1e}, worth at least {plan.least:.2f}")
        cutoff = plan.cutoff


def main(rows: int = 20_000, seconds: float = 60.0, simulated: int = 1_000_000) -> None:
    """Compare, then stability, then scale."""
    compare(rows, seconds)
    print_stability(rows)
    print_plan(simulated)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
