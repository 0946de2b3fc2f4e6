"""The best whole-number point of a programme, proven, and the face of all points as good.

A linear vertex prices every column. A column whose reduced cost exceeds the distance between
the linear bound and a known whole point keeps its value in every better point, so branching
only ever sees the few columns near the price; the rest is proof, not search.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, vstack

from pipelines.errors import CurationError
from pipelines.sampling.highs import Answer, Bools, End, Floats, Programme, maximise_linear, maximise_whole
from pipelines.sampling.sifting import maximise_sifted

_TINY = 1e-9
_NODES = 20_000
_COLUMNS_AT_FIRST = 200


class UnsolvedError(CurationError):
    """The node limit ended the search before any whole point was found."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """A whole point, its value, a proven bound on any value, and the linear prices.

    `is_tight` says that the value meets the linear bound, so that prices describe every optimum.
    """

    x: Floats
    value: float
    bound: float
    linear_bound: float
    reduced: Floats
    prices: Floats
    is_tight: bool


def find_optimum(programme: Programme, gain: Floats, parts: int = 0) -> Optimum | None:
    """Return the whole point of greatest gain, or None where there is none.

    Args:
        programme: bounds on columns and rows.
        gain: [columns] what one more of each column gains.
        parts: how many of the first columns are rows in order of cell and gain; 0 = columns are cells.

    Raises:
        UnsolvedError: the node limit was met before a whole point was found.
    """
    if (programme.low > programme.high + _TINY).any():
        return None
    free = programme.upper > programme.lower
    small, settled = programme.fix(free, programme.lower), float(gain @ np.where(free, 0.0, programme.lower))
    undecided = int(free[:parts].sum())
    linear = (
        maximise_sifted(small, gain[free], undecided) if undecided else maximise_linear(small, gain[free])
    )
    if linear.end is End.INFEASIBLE:
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


def _settle(programme: Programme, gain: Floats, linear: Answer) -> tuple[Floats, float, float] | None:
    """Return a whole point, its gain and a bound: the vertex where it is whole, else what branching finds.

    A rounded vertex may fit by luck and be worth less than the best; it only serves where branching gives up.
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


def relax(programme: Programme, gain: Floats) -> Optimum | None:
    """Return the linear optimum as if it were whole: a whole point on its face is then proven best.

    None where not even parts of rows can meet the bounds.
    """
    if (programme.low > programme.high + _TINY).any():
        return None
    linear = maximise_linear(programme, gain)
    if linear.end is End.INFEASIBLE:
        return None
    value = linear.value
    return Optimum(linear.x, value, value, value, linear.reduced, linear.prices, is_tight=True)


def _is_close(value: float, bound: float) -> bool:
    return bound - value <= _TINY * max(1.0, abs(bound))


def _round(programme: Programme, x: Floats) -> Floats:
    whole = np.clip(np.rint(x), programme.lower, programme.upper)
    return np.where(programme.whole, whole, x)


def _branch(programme: Programme, gain: Floats, linear: Answer) -> tuple[Floats, float, float] | None:
    """Widen the set of undecided columns until it provably holds the optimum.

    Args:
        programme: without columns that cannot move.
        gain: [columns].
        linear: a bound on any gain, the reduced costs that prove it, and a point: columns with a
            reduced cost stand at the bound that its sign names.

    Returns:
        The whole point, its gain and a proven bound; None where there is no whole point.

    Raises:
        UnsolvedError: the node limit was met before a whole point was found.
    """
    distance = np.where(programme.whole, np.abs(linear.reduced), 0.0)
    ranked, start = np.sort(distance), _round(programme, linear.x)
    columns = _COLUMNS_AT_FIRST + 4 * len(programme.low)
    reach, best = float("inf"), None
    while True:
        reach = min(reach, float(ranked[min(columns, len(ranked)) - 1]))
        free = distance <= reach + _TINY
        answer = maximise_whole(programme.fix(free, start), gain[free], _NODES)
        rest = float(gain[~free] @ start[~free])
        if len(answer.x):
            x = start.copy()
            x[free] = _round(programme.fix(free, start), answer.x)
            if best is None or answer.value + rest > best[1]:
                best = (x, float(gain @ x))
            gap = max(linear.value - best[1], 0.0)
            if answer.end is End.LIMIT:
                return (*best, linear.value)
            if gap <= reach or free.all():
                return (*best, max(min(answer.bound + rest, linear.value), best[1]))
            reach = gap
        elif answer.end is End.LIMIT:
            message = f"no whole sample was found within {_NODES} nodes; give the constraints some tolerance"
            raise UnsolvedError(message)
        elif free.all():
            return None
        else:
            reach = float("inf")
        columns *= 4


def keep_optimal(programme: Programme, gain: Floats, optimum: Optimum) -> Programme:
    """Return the programme whose points are those as good as the optimum.

    Where the linear bound is met, complementary slackness says which columns and rows stand at
    a bound in every optimum: no tolerance enters. Otherwise a row holds the gain where it is.
    """
    scale = _TINY * max(1.0, float(np.abs(gain).max(initial=0.0)))
    reach = scale if optimum.is_tight else optimum.linear_bound - optimum.value + scale
    fixed = np.abs(optimum.reduced) > reach
    fixed &= programme.whole | optimum.is_tight
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
        programme.whole,
    )


def _hold_rows(programme: Programme, optimum: Optimum, scale: float) -> tuple[Floats, Floats]:
    priced: Bools = np.abs(optimum.prices) > scale
    activity = programme.matrix @ optimum.x
    at_high = np.abs(activity - programme.high) <= np.abs(activity - programme.low)
    at = np.where(at_high, programme.high, programme.low)
    return np.where(priced, at, programme.low), np.where(priced, at, programme.high)
