"""Find the best integer point of a programme, with proof, and the face of all optimal points.

The linear optimum gives every column a reduced cost. Take the gap between the linear bound and a
known integer point: a column whose reduced cost exceeds it keeps its value in every better point.
So only the few columns with small reduced costs are searched by branch and bound; all others are
fixed.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, vstack

from pipelines.errors import CurationError
from pipelines.sampling.highs import (
    Answer,
    Bools,
    Floats,
    Programme,
    SolveStatus,
    maximise_integer,
    maximise_linear,
)
from pipelines.sampling.sifting import maximise_sifted

_TINY = 1e-9
_NODES = 20_000
_COLUMNS_AT_FIRST = 200


class UnsolvedError(CurationError):
    """The search reached the node limit before it found an integer point."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """An integer point, its value, a proven bound on any value, and the linear prices.

    `is_tight` says that the value equals the linear bound; the prices then hold for every optimum.
    """

    x: Floats
    value: float
    bound: float
    linear_bound: float
    reduced: Floats
    prices: Floats
    is_tight: bool


def find_optimum(programme: Programme, gain: Floats, parts: int = 0) -> Optimum | None:
    """Return the integer point of greatest gain, or None where there is no integer point.

    Five items with gains and weights, of which any may be taken up to a weight of 5. With parts of
    items the best gain is 9.67: the second and fourth item, and two thirds of the first. With whole
    items the first two are best, with 9.5.

    >>> from scipy.sparse import csc_array
    >>> gain, weight = np.array([5.5, 4, 3, 2, 1]), csc_array([[3.0, 2, 2, 1, 1]])
    >>> one, every = np.ones(5), np.ones(5, dtype=bool)
    >>> items = Programme(weight, np.array([0.0]), np.array([5.0]), 0 * one, one, every)
    >>> found = find_optimum(items, gain)
    >>> found.x.tolist(), found.value, round(found.linear_bound, 2), found.is_tight
    ([1.0, 1.0, 0.0, 0.0, 0.0], 9.5, 9.67, False)

    Args:
        programme: bounds on columns and rows.
        gain: [columns], what one more of each column gains.
        parts: how many of the first columns are rows in order of cell and gain; 0 = columns are
            cells.

    Raises:
        UnsolvedError: the node limit was reached before an integer point was found.
    """
    if (programme.low > programme.high + _TINY).any():
        return None
    free = programme.upper > programme.lower
    small, settled = (
        programme.fix(free, programme.lower),
        float(gain @ np.where(free, 0.0, programme.lower)),
    )
    undecided = int(free[:parts].sum())
    linear = (
        maximise_sifted(small, gain[free], undecided)
        if undecided
        else maximise_linear(small, gain[free])
    )
    if linear.status is SolveStatus.INFEASIBLE:
        return None
    found = _settle(small, gain[free], linear)
    if found is None:
        return None
    point, value, bound = found
    x, reduced = programme.lower.copy(), np.zeros(len(gain))
    x[free], reduced[free] = point, linear.reduced
    return Optimum(
        x=x,
        value=value + settled,
        bound=bound + settled,
        linear_bound=linear.value + settled,
        reduced=reduced,
        prices=linear.prices,
        is_tight=_is_close(value, linear.value),
    )


def _settle(
    programme: Programme, gain: Floats, linear: Answer
) -> tuple[Floats, float, float] | None:
    """Return an integer point, its gain and a bound: an integer vertex, else by branch and bound.

    The rounded vertex may satisfy all bounds by chance, without being best; it is returned only
    where branch and bound finds no better point.
    """
    point = _round(programme, linear.x)
    fits, value = programme.admits(point), float(gain @ point)
    if fits and _is_close(value, linear.value):
        return point, value, value
    try:
        found = _branch(programme, gain, linear)
    except UnsolvedError:
        if not fits:
            raise
        return point, value, linear.value
    return (point, value, linear.value) if fits and (found is None or value > found[1]) else found


def solve_relaxed(programme: Programme, gain: Floats) -> Optimum | None:
    """Return the linear optimum as an integer one: an integer point on its face is then optimal.

    None where even the linear programme is infeasible.
    """
    if (programme.low > programme.high + _TINY).any():
        return None
    linear = maximise_linear(programme, gain)
    if linear.status is SolveStatus.INFEASIBLE:
        return None
    value = linear.value
    return Optimum(linear.x, value, value, value, linear.reduced, linear.prices, is_tight=True)


def _is_close(value: float, bound: float) -> bool:
    return bound - value <= _TINY * max(1.0, abs(bound))


def _round(programme: Programme, x: Floats) -> Floats:
    rounded = np.clip(np.rint(x), programme.lower, programme.upper)
    return np.where(programme.integer, rounded, x)


def _branch(
    programme: Programme, gain: Floats, linear: Answer
) -> tuple[Floats, float, float] | None:
    """Widen the set of free columns until their best point is proven the optimum.

    The other columns are fixed at the bound that the sign of their reduced cost names. A point
    found so is the optimum where its gap to the linear bound is at most `reach`: to change a fixed
    column would cost more than that.

    Args:
        programme: every column has an upper bound above its lower one.
        gain: [columns].
        linear: the linear optimum: a bound on any gain, reduced costs and a point.

    Returns:
        The integer point, its gain and a proven bound; None where there is no integer point.

    Raises:
        UnsolvedError: the node limit was reached before an integer point was found.
    """
    distance = np.where(programme.integer, np.abs(linear.reduced), 0.0)
    ranked, start = np.sort(distance), _round(programme, linear.x)
    columns = _COLUMNS_AT_FIRST + 4 * len(programme.low)
    reach, best = float("inf"), None
    while True:
        reach = min(reach, float(ranked[min(columns, len(ranked)) - 1]))
        free = distance <= reach + _TINY
        answer = maximise_integer(programme.fix(free, start), gain[free], _NODES)
        rest = float(gain[~free] @ start[~free])
        if len(answer.x):
            x = start.copy()
            x[free] = _round(programme.fix(free, start), answer.x)
            if best is None or answer.value + rest > best[1]:
                best = (x, float(gain @ x))
            gap = max(linear.value - best[1], 0.0)
            if answer.status is SolveStatus.LIMIT:
                return (*best, linear.value)
            if gap <= reach or free.all():
                return (*best, max(min(answer.bound + rest, linear.value), best[1]))
            reach = gap
        elif answer.status is SolveStatus.LIMIT:
            message = (
                f"no sample was found within {_NODES} nodes; give the constraints some tolerance"
            )
            raise UnsolvedError(message)
        elif free.all():
            return None
        else:
            reach = float("inf")
        columns *= 4


def keep_optimal(programme: Programme, gain: Floats, optimum: Optimum) -> Programme:
    """Return the programme of all points with the gain of the optimum.

    Where the optimum equals the linear bound, complementary slackness says which columns and rows
    are at a bound in every optimum; no tolerance is needed. Otherwise a further row requires the
    gain.
    """
    scale = _TINY * max(1.0, float(np.abs(gain).max(initial=0.0)))
    reach = scale if optimum.is_tight else optimum.linear_bound - optimum.value + scale
    fixed = np.abs(optimum.reduced) > reach
    fixed &= programme.integer | optimum.is_tight
    at = np.where(optimum.reduced > 0, programme.upper, programme.lower)
    lower, upper = np.where(fixed, at, programme.lower), np.where(fixed, at, programme.upper)
    if optimum.is_tight:
        low, high = _hold_rows(programme, optimum, scale)
        return programme.narrow(lower, upper, low, high)
    floor = optimum.value - _TINY * max(1.0, abs(optimum.value))
    return Programme(
        csc_array(vstack([programme.matrix, csc_array(gain[None, :])])),
        np.append(programme.low, floor),
        np.append(programme.high, np.inf),
        lower,
        upper,
        programme.integer,
    )


def _hold_rows(programme: Programme, optimum: Optimum, scale: float) -> tuple[Floats, Floats]:
    priced: Bools = np.abs(optimum.prices) > scale
    activity = programme.matrix @ optimum.x
    at_high = np.abs(activity - programme.high) <= np.abs(activity - programme.low)
    at = np.where(at_high, programme.high, programme.low)
    return np.where(priced, at, programme.low), np.where(priced, at, programme.high)
