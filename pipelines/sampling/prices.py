"""Price bounds: move each by one row, solve again, and return what that gains.

A linear price can be anything between the loss of the last row and the gain of the next one; only a
new solution gives the exact gain. It needs few columns: no better point changes a column whose
reduced cost exceeds the most that the step can gain.
"""

import numpy as np

from pipelines.sampling.highs import Bools, Floats, Programme
from pipelines.sampling.optimum import Optimum, UnsolvedError, find_optimum

_TINY = 1e-9
_COLUMNS_NEAR = 400
_SOLVED_AT_MOST = 32  # bounds; 150 locales that all bind would take longer than the draw itself


def price_steps(
    programme: Programme, gain: Floats, optimum: Optimum, rows: int, parts: int = 0
) -> Floats:
    """Return what one more row in each of the first rows of a programme gains.

    Two of five rows are selected, so the two with the greatest gains. A third would gain 3.

    >>> from scipy.sparse import csc_array
    >>> gain, one, every = np.array([5.0, 4, 3, 2, 1]), np.ones(5), np.ones(5, dtype=bool)
    >>> size = np.array([2.0])
    >>> select_two = Programme(csc_array([[1.0] * 5]), size, size, 0 * one, one, every)
    >>> price_steps(select_two, gain, find_optimum(select_two, gain), rows=1).tolist()
    [3.0]

    Args:
        programme: columns with a gain; its rows are the bounds.
        gain: [columns].
        optimum: of this programme and gain.
        rows: how many of the programme's rows to price.
        parts: how many of the first columns are rows of the pool, as `find_optimum` takes them.

    Returns:
        [rows] in units of the gain. Positive at a cap: what the optimum gains if the cap allows one
        row more. Negative at a floor: minus what it gains if the floor needs one row fewer. 0 = the
        bound costs nothing. Exact for the 32 with the greatest linear prices; for the others the
        linear price, which is never too small.
    """
    prices = np.where(np.abs(optimum.prices[:rows]) > _TINY, optimum.prices[:rows], 0.0)
    highest = np.argsort(-np.abs(prices), kind="stable")[:_SOLVED_AT_MOST]
    solver = _StepSolver(programme, gain, optimum, parts)
    for row in highest[prices[highest] != 0]:
        prices[row] = solver.solve(int(row))
    return prices


class _StepSolver:
    """Solves a programme again with one of its rows moved by one."""

    def __init__(self, programme: Programme, gain: Floats, optimum: Optimum, parts: int) -> None:
        self._programme, self._gain, self._optimum = programme, gain, optimum
        self._parts = parts
        at = np.where(optimum.reduced > 0, programme.upper, programme.lower)
        self._start = np.where(np.abs(optimum.reduced) > _TINY, at, optimum.x)
        distance = np.where(programme.integer, np.abs(optimum.reduced), 0.0)
        self._moving = programme.upper > programme.lower
        distance[~self._moving] = np.inf
        count = min(len(gain), _COLUMNS_NEAR + 4 * len(programme.low)) - 1
        self._reach = float(np.partition(distance, count)[count])
        self._near = distance <= self._reach
        if not (distance[self._moving] > self._reach).any():
            self._reach = np.inf  # every column that can move is near

    def solve(self, row: int) -> float:
        """Return the gain from moving a row of the programme by one, with the sign of its price."""
        price = float(self._optimum.prices[row])
        low, high = self._programme.low.copy(), self._programme.high.copy()
        if price > 0:
            high[row] += 1
        else:
            low[row] -= 1
        wide = self._programme.narrow(self._programme.lower, self._programme.upper, low, high)
        most = self._optimum.linear_bound + abs(price)
        try:
            value = self._solve_among(self._near, wide)
            if value is None or most - value > self._reach:
                whole = find_optimum(wide, self._gain, self._parts)
                value = None if whole is None else whole.value
        except UnsolvedError:
            return price
        step = 0.0 if value is None else value - self._optimum.value
        return float(np.sign(price)) * (step if step > _TINY else 0.0)

    def _solve_among(self, free: Bools, programme: Programme) -> float | None:
        """Return the greatest gain with the other columns fixed; None without an integer point."""
        rest = float(self._gain[~free] @ self._start[~free])
        found = find_optimum(programme.fix(free, self._start), self._gain[free])
        return None if found is None else found.value + rest
