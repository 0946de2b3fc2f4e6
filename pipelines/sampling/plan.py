"""Plan a draw from a pool larger than memory: over strata, then row by row in each cell.

A stratum is the rows of one cell whose objective is in one range, a tier. Of it are known the
number of rows, and the total, the least and the greatest objective. The linear programme over
strata prices each cell: rows above the price are taken. In the next round the tiers are narrow
around the price and wide elsewhere, so the price becomes more exact. How far the plan can be from
the best sample is bounded with proof.
"""

from dataclasses import dataclass, replace

import numpy as np

from pipelines.sampling.bounds import Ints
from pipelines.sampling.cells import Cells
from pipelines.sampling.highs import Floats, Programme
from pipelines.sampling.optimum import Optimum, find_optimum, keep_optimal
from pipelines.sampling.solver import count_programme, hold_counts, split_columns

_NARROWEST = 2.0**-14  # share of the range of the objective: width of the tier at the price
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Strata:
    """Rows by cell and tier: sorted by cell, then the greatest objective first.

    All [strata]: `cell`, `rows`, and the `total`, `least` and `most` of the rows' objective. The
    ranges of a cell's strata do not overlap.
    """

    cell: Ints
    rows: Ints
    total: Floats
    least: Floats
    most: Floats


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """How many rows to take of each cell, those with the greatest objective first.

    `rows` [cells]; rows of a cell are taken from an objective of `cutoff` [cells] on, by linear
    prices. The total objective is then at least `least`; no sample with as small soft violations
    has more than `most`. `prices` [bounds] are linear: one more row of a bound gains at most this
    much; None where unknown.
    """

    rows: Ints
    cutoff: Floats
    least: float
    most: float
    prices: Floats | None = None

    @property
    def gap(self) -> float:
        """Proven relative distance of the plan from the best."""
        return max(0.0, self.most - self.least) / max(1.0, abs(self.least))


def plan_draw(cells: Cells, strata: Strata, size: int) -> DrawPlan | None:
    """Plan a draw from strata alone, or return None where the hard bounds cannot hold.

    Three of five rows are drawn, at most two of each kind. Kind a is cell 1; kind b, whose cap
    cannot bind, is cell 0. The plan takes one row of cell 0 and two of cell 1, the best ones: 0.9,
    0.8 and 0.2. The plan knows only that a row of cell 0 has 0.15 on average, so its bounds are
    0.05 below and above the true total of 1.9.

    >>> import polars as pl
    >>> from pipelines.sampling.bounds import resolve
    >>> from pipelines.sampling.cells import group_cells
    >>> from pipelines.sampling.constraints import parse_block
    >>> pool = pl.DataFrame({"kind": ["a", "a", "a", "b", "b"]})
    >>> cap = {"dimension": "kind", "each_at_most": 0.67}
    >>> block = parse_block({"size": 3, "constraints": [cap]})
    >>> cells = group_cells(resolve(pool, block.constraints, None), rows=5, size=3)
    >>> strata = Strata(  # b: 0.2 and 0.1; a: 0.9 and 0.8 in the upper tier, 0.7 in the lower one
    ...     cell=np.array([0, 1, 1]), rows=np.array([2, 2, 1]), total=np.array([0.3, 1.7, 0.7]),
    ...     least=np.array([0.1, 0.8, 0.7]), most=np.array([0.2, 0.9, 0.7]),
    ... )
    >>> plan = plan_draw(cells, strata, size=3)
    >>> plan.rows.tolist(), round(plan.least, 2), round(plan.most, 2)
    ([1, 2], 1.85, 1.95)

    Args:
        cells: of `group_cells`, its rows counted.
        strata: each row of each cell is in one of them.
        size: rows to select, at most the pool.

    Raises:
        UnsolvedError: the search reached its limit before it found a plan.
    """
    programme, gain = count_programme(cells, size)
    if not (gain != 0).any():
        return _plan_strata(programme, cells, strata)
    soft = find_optimum(programme, gain)
    if soft is None:
        return None
    plan = _plan_strata(keep_optimal(programme, gain, soft), cells, strata)
    if plan is not None:
        return plan
    held = _plan_strata(hold_counts(programme, soft, len(cells.rows)), cells, strata)
    # Other counts with as small violations were not searched
    return None if held is None else replace(held, most=np.inf, prices=None)


def _plan_strata(programme: Programme, cells: Cells, strata: Strata) -> DrawPlan | None:
    split, gain = split_columns(programme, strata.cell, strata.rows, strata.total / strata.rows)
    answer = find_optimum(split, gain, len(strata.rows))
    if answer is None:
        return None
    taken = np.rint(answer.x[: len(strata.rows)])
    prices = programme.matrix[:, : len(cells.rows)].T @ answer.prices
    hidden = _bound_hidden(strata, answer, split)
    most = answer.bound + hidden if answer.is_tight else answer.linear_bound + hidden
    return DrawPlan(
        np.bincount(strata.cell, taken, minlength=len(cells.rows)).astype(np.int64),
        np.asarray(prices, np.float64),
        answer.value,
        most,
        answer.prices[1 : 1 + len(cells.bounds)],
    )


def _bound_hidden(strata: Strata, answer: Optimum, split: Programme) -> float:
    """Return a bound on what the plan can lose by treating all rows of a stratum as its mean.

    Only strata that contain the cutoff matter. The loss is a convex function of each row's
    objective, so for a given total it is greatest where every row is at one end of the stratum: as
    many rows as the total allows at `most`, the others at `least`.
    """
    count = len(strata.rows)
    reduced, mean = answer.reduced[:count], strata.total / strata.rows
    cutoff = mean - reduced
    width = strata.most - strata.least
    straddles = (
        (split.upper[:count] > split.lower[:count])
        & (strata.least < cutoff)
        & (cutoff < strata.most)
    )
    at_top = strata.rows * (mean - strata.least) / np.where(width > 0, width, 1.0)
    worst = np.where(straddles, at_top * (strata.most - cutoff), 0.0)
    said = np.where(straddles, strata.rows * np.maximum(reduced, 0.0), 0.0)
    return float(np.maximum(worst - said, 0.0).sum())


def tier_rows(objective: Floats, cutoff: Floats, spread: float) -> Ints:
    """Return each row's tier: narrow at the cutoff of its cell, each next one twice as wide.

    Args:
        objective: [n].
        cutoff: [n], of each row's cell; before the first plan, the objective of the last row of a
            draw without constraints.
        spread: greatest minus least objective of the pool.

    Returns:
        [n] integers, greater for a greater objective. 0 = at the cutoff.
    """
    far = (objective - cutoff) / max(spread * _NARROWEST, _TINY)
    tier: Ints = (np.sign(far) * np.ceil(np.log2(np.maximum(np.abs(far), 0.5)) + 1)).astype(
        np.int64
    )
    return tier
