"""What one more row of a value would gain: each priced bound moves by one row, and the rest is solved again.

A linear price lies between what the last row cost and what the next one gains; only a new
solution says which. It needs few columns: no better point changes a column whose reduced cost exceeds
what the step can gain at most.
"""

import numpy as np

from pipelines.sampling.highs import Answer, End, Floats, Programme
from pipelines.sampling.optimum import Optimum, UnsolvedError, branch

_TINY = 1e-9
_SOLVED_AT_MOST = 32  # bounds; 150 locales that all bind would take longer than the draw itself


def price_steps(programme: Programme, gain: Floats, optimum: Optimum, rows: int) -> Floats:
    """Return what one more row in each of the first rows of a programme gains.

    Args:
        programme: columns with a gain; its rows are the bounds.
        gain: [columns].
        optimum: of this programme and gain.
        rows: how many of the programme's rows to price.

    Returns:
        [rows] in units of the gain. Positive at a cap: what the optimum gains where one more fits. Negative
        at a floor: what it gains, times -1, where one fewer is asked. 0 = the bound costs nothing.
        Exact for the dearest; the linear price, which is never too small, for those after them.
    """
    prices = np.where(np.abs(optimum.prices[:rows]) > _TINY, optimum.prices[:rows], 0.0)
    dearest = np.argsort(-np.abs(prices), kind="stable")[:_SOLVED_AT_MOST]
    for row in dearest[prices[dearest] != 0]:
        prices[row] = _solve_step(programme, gain, optimum, int(row))
    return prices


def _solve_step(programme: Programme, gain: Floats, optimum: Optimum, row: int) -> float:
    price = float(optimum.prices[row])
    low, high = programme.low.copy(), programme.high.copy()
    if price > 0:
        high[row] += 1
    else:
        low[row] -= 1
    at = np.where(optimum.reduced > 0, programme.upper, programme.lower)
    x = np.where(np.abs(optimum.reduced) > _TINY, at, optimum.x)
    wide = programme.narrow(programme.lower, programme.upper, low, high)
    free = programme.upper > programme.lower
    most = optimum.linear_bound + abs(price) - float(gain[~free] @ x[~free])
    linear = Answer(End.OPTIMAL, x[free], most, most, optimum.reduced[free], optimum.prices)
    try:
        found = branch(wide.fix(free, x), gain[free], linear)
    except UnsolvedError:
        return price
    step = 0.0 if found is None else found[1] + float(gain[~free] @ x[~free]) - optimum.value
    return float(np.sign(price)) * max(0.0, step if step > _TINY else 0.0)
