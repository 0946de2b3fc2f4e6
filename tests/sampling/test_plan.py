"""A plan over strata: its bounds hold, its proof holds, and its tiers lead to the exact draw."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.sampling.bounds import resolve
from pipelines.sampling.cells import Cells, group_cells
from pipelines.sampling.constraints import parse_block
from pipelines.sampling.draw import draw_sample
from pipelines.sampling.plan import DrawPlan, plan_draw, tier_rows
from tests.sampling.strata import group_strata

CONSTRAINTS = [
    {"dimension": "kind", "each_at_most": 0.4},
    {"dimension": "first", "equals": True, "at_least": 0.5},
    {"dimension": "kind", "shares": {"a": 0.25}, "tolerance": 0.1, "soft": True},
]
KINDS = st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), min_size=12, max_size=40)


def plan_rounds(
    pool: pl.DataFrame, constraints: list[dict[str, object]], size: int, rounds: int
) -> tuple[list[DrawPlan], Cells]:
    """Return the plans of some rounds of tiers, and the cells."""
    block = parse_block({"size": size, "constraints": constraints})
    cells = group_cells(resolve(pool, block.constraints, None), pool.height, size)
    worth = pool["quality"].to_numpy()
    cutoff, plans = np.full(len(worth), np.quantile(worth, 1 - size / len(worth))), []
    for _ in range(rounds):
        tiers = tier_rows(worth, cutoff, float(np.ptp(worth)))
        plan = plan_draw(cells, group_strata(cells.of_row, tiers, worth), size)
        if plan is None:
            return [], cells
        plans.append(plan)
        cutoff = plan.cutoff[cells.of_row]
    return plans, cells


def pick_rows(pool: pl.DataFrame, plan: DrawPlan) -> pl.DataFrame:
    """Return the rows of every cell with the greatest objective, as many as the plan says."""
    ordered = pool.sort("cell", "quality", "sample_id", descending=[False, True, False])
    taken = pl.DataFrame({"cell": np.arange(len(plan.rows)), "taken": plan.rows})
    place = pl.int_range(pl.len()).over("cell")
    return ordered.join(taken, on="cell", how="left", maintain_order="left").filter(
        place < pl.col("taken")
    )


def make_pool(rows: list[tuple[str, bool]], seed: int) -> pl.DataFrame:
    """Return a pool with a random objective."""
    kinds, firsts = zip(*rows, strict=True)
    return pl.DataFrame(
        {
            "sample_id": [f"s{n:04}" for n in range(len(rows))],
            "kind": kinds,
            "first": firsts,
            "quality": np.random.default_rng(seed).normal(size=len(rows)),
        }
    )


@settings(max_examples=60, deadline=None)
@given(KINDS, st.integers(0, 9), st.integers(2, 10), st.integers(1, 3))
def test_a_plan_keeps_its_bounds_and_its_proof(
    rows: list[tuple[str, bool]], seed: int, size: int, constraints: int
) -> None:
    """The page states the gap: no sample exceeds `most`, the picked rows reach `least`."""
    pool = make_pool(rows, seed)
    asked = CONSTRAINTS[:constraints]
    plans, cells = plan_rounds(pool, asked, size, 2)
    assume(plans)
    exact = draw_sample(
        pool, None, parse_block({"size": size, "constraints": asked, "maximise": "quality"})
    )
    for plan in plans:
        chosen = pick_rows(pool.with_columns(cell=pl.Series(cells.of_row)), plan)
        assert chosen.height == size
        assert max(chosen["kind"].value_counts()["count"].to_list()) <= 0.4 * size
        assert constraints < 2 or 2 * chosen["first"].sum() >= size
        assert plan.least - 1e-9 <= chosen["quality"].sum()
        assert chosen["quality"].sum() <= exact.objective + 1e-9 <= plan.most + 2e-9


def test_narrow_tiers_at_the_price_reach_the_exact_draw() -> None:
    """For larger pools a gap of 1e-4 is promised; three rounds of tiers must be far below it."""
    chance = np.random.default_rng(4)
    kinds, firsts = chance.choice(list("abcd"), 6000).tolist(), (chance.random(6000) < 0.3).tolist()
    rows = list(zip(kinds, firsts, strict=True))
    pool = make_pool(rows, 1).with_columns(quality=pl.Series(chance.random(6000)))
    plans, _ = plan_rounds(pool, CONSTRAINTS[:2], 1500, 3)
    exact = draw_sample(
        pool,
        None,
        parse_block({"size": 1500, "constraints": CONSTRAINTS[:2], "maximise": "quality"}),
    )

    assert plans[-1].gap < 2e-5 < plans[0].gap
    assert plans[-1].least == pytest.approx(exact.objective, rel=2e-5)
    assert plans[-1].least - 1e-9 <= exact.objective <= plans[-1].most + 1e-9


def test_tiers_are_narrow_at_the_cutoff_and_keep_the_order_of_the_objective() -> None:
    """A tier that overlaps another would let a worse row go first."""
    worth = np.linspace(0, 1, 4001)
    tiers = tier_rows(worth, np.full(4001, 0.5), 1.0)
    width = {tier: np.ptp(worth[tiers == tier]) for tier in set(tiers.tolist())}

    assert (np.diff(tiers) >= 0).all()
    assert (tiers[2000], tiers[0], tiers[-1]) == (0, -14, 14)
    assert width[14] > 0.2
    assert max(width[t] for t in range(-3, 4) if t in width) <= 0.0005
