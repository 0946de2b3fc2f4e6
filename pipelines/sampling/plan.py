"""The draw of a pool that no machine holds: planned over strata, picked in order, cell by cell.

A stratum is the rows of one cell whose worth lies in one tier: a count, a total, a least and a
greatest. Linear prices of the strata say from which worth on a cell is taken; new tiers, narrow
there and wide elsewhere, price more sharply. What tiers hide is bounded, not guessed.
"""

from dataclasses import dataclass, replace

import numpy as np

from pipelines.sampling.cells import Cells, Ints
from pipelines.sampling.highs import Floats, Programme
from pipelines.sampling.optimum import Optimum, find_optimum, keep_optimal
from pipelines.sampling.solver import count_programme, hold_counts, split_columns

_NARROWEST = 2.0**-14  # of the range of worth: the tier at the price
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Strata:
    """Rows of one cell and tier, by cell, then worthiest first; tiers of a cell do not overlap.

    All [strata]: `cell`, `rows`, and the `total`, `least` and `most` of their worth.
    """

    cell: Ints
    rows: Ints
    total: Floats
    least: Floats
    most: Floats


@dataclass(frozen=True, slots=True)
class Plan:
    """How many rows to take of each cell, the worthiest first.

    `rows` [cells]; `cutoff` [cells] is the worth from which on a cell is taken, by linear prices. Taken
    so, the total worth is at least `least`; no sample with as few soft misses has more than `most`.
    `prices` [bounds] are linear: one more row of a bound gains at most so much; None where unknown.
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


def plan_draw(cells: Cells, strata: Strata, size: int) -> Plan | None:
    """Plan a draw without its rows, or None where the hard bounds cannot be met.

    Args:
        cells: of `group_cells`, its rows counted.
        strata: every row of every cell in one of them.
        size: rows to select, at most the pool.

    Raises:
        UnsolvedError: the search ended before any whole plan was found.
    """
    programme, gain = count_programme(cells, size)
    if not (gain != 0).any():
        return _plan_worth(programme, cells, strata)
    soft = find_optimum(programme, gain)
    if soft is None:
        return None
    plan = _plan_worth(keep_optimal(programme, gain, soft), cells, strata)
    if plan is not None:
        return plan
    held = _plan_worth(hold_counts(programme, soft, len(cells.rows)), cells, strata)
    return (
        None if held is None else replace(held, most=np.inf, prices=None)
    )  # other counts with as few misses are unproven


def _plan_worth(programme: Programme, cells: Cells, strata: Strata) -> Plan | None:
    split, gain = split_columns(programme, strata.cell, strata.rows, strata.total / strata.rows)
    answer = find_optimum(split, gain, len(strata.rows))
    if answer is None:
        return None
    taken = np.rint(answer.x[: len(strata.rows)])
    prices = programme.matrix[:, : len(cells.rows)].T @ answer.prices
    hidden = _bound_hidden(strata, answer, split)
    most = answer.bound + hidden if answer.is_tight else answer.linear_bound + hidden
    return Plan(
        np.bincount(strata.cell, taken, minlength=len(cells.rows)).astype(np.int64),
        np.asarray(prices, np.float64),
        answer.value,
        most,
        answer.prices[1 : 1 + len(cells.bounds)],
    )


def _bound_hidden(strata: Strata, answer: Optimum, split: Programme) -> float:
    """Return by how much rows above the price can exceed what the means of their strata say.

    The worst rows of a known total are as many as can be at the top of the tier and the others at its
    end: a sum of convex parts is greatest there.
    """
    count = len(strata.rows)
    reduced, mean = answer.reduced[:count], strata.total / strata.rows
    cutoff = mean - reduced
    width = strata.most - strata.least
    straddles = (split.upper[:count] > split.lower[:count]) & (strata.least < cutoff) & (cutoff < strata.most)
    at_top = strata.rows * (mean - strata.least) / np.where(width > 0, width, 1.0)
    worst = np.where(straddles, at_top * (strata.most - cutoff), 0.0)
    said = np.where(straddles, strata.rows * np.maximum(reduced, 0.0), 0.0)
    return float(np.maximum(worst - said, 0.0).sum())


def tier_rows(worth: Floats, cutoff: Floats, spread: float) -> Ints:
    """Return the tier of each row: narrow near the cutoff of its cell, twice as wide further.

    Args:
        worth: [n].
        cutoff: [n] of each row's cell; without a plan, the worth at which a plain choice would end.
        spread: greatest minus least worth of the pool.

    Returns:
        [n] whole numbers, greater for greater worth. 0 = at the cutoff.
    """
    far = (worth - cutoff) / max(spread * _NARROWEST, _TINY)
    tier: Ints = (np.sign(far) * np.ceil(np.log2(np.maximum(np.abs(far), 0.5)) + 1)).astype(np.int64)
    return tier
