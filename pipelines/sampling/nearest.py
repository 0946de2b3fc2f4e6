"""Find the nearest feasible size: counting excludes most sizes, a solver checks the others."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack, vstack

from pipelines.sampling.bounds import DrawRule, Ints
from pipelines.sampling.cells import group_cells
from pipelines.sampling.highs import Programme, SolveStatus, maximise_linear
from pipelines.sampling.optimum import UnsolvedError, find_optimum
from pipelines.sampling.solver import count_programme

_SIZES_SOLVED = 100
_SIZES_SEEN = 20_000
_SAFE = 2**62


def is_feasible(
    programme: Programme, gain: np.ndarray, kept: Sequence[int], *, integer: bool
) -> bool:
    """Say whether the size and the bounds to keep can hold, without the other bounds."""
    is_open = np.ones(len(programme.low), bool)
    is_open[[0, *(index + 1 for index in kept)]] = False
    low, high = np.where(is_open, -np.inf, programme.low), np.where(is_open, np.inf, programme.high)
    trial = programme.narrow(programme.lower, programme.upper, low, high)
    if not integer:
        return maximise_linear(trial, gain).status is not SolveStatus.INFEASIBLE
    try:
        return find_optimum(trial, gain) is not None
    except UnsolvedError:
        return False


def find_nearest_size(rules: Sequence[DrawRule], rows: int, size: int) -> int | None:
    """Return the feasible size nearest to an infeasible one; of two as near, the smaller.

    Of five rows, three of kind a and two of kind b, a sample of all five cannot hold each kind to
    one half. One of four rows can.

    >>> from pipelines.sampling.bounds import resolve
    >>> from pipelines.sampling.constraints import parse_block
    >>> import polars as pl
    >>> pool = pl.DataFrame({"kind": ["a", "a", "a", "b", "b"]})
    >>> cap = {"dimension": "kind", "each_at_most": 0.5}
    >>> block = parse_block({"size": 5, "constraints": [cap]})
    >>> find_nearest_size(resolve(pool, block.constraints, None), rows=5, size=5)
    4

    Args:
        rules: with hard bounds only.
        rows: of the pool.
        size: rows asked for; may be 0, or more than the pool has.

    Returns:
        A size from 1 to `rows`; None where none was found.
    """
    smaller, larger = find_largest_size(rules, rows, size), find_smallest_size(rules, rows, size)
    found = [trial for trial in (smaller, larger) if trial is not None]
    return min(found, key=lambda trial: abs(trial - size), default=None)


def find_largest_size(rules: Sequence[DrawRule], rows: int, size: int) -> int | None:
    """Return the largest feasible size below `size`; None where none was found.

    Without integrality there is a greatest feasible size, and every smaller one is feasible too, as
    its floors need fewer rows. With whole rows a size in between may fail, so sizes are tried from
    there down.
    """
    last = min(size - 1, rows)
    start = min(last, floor(_linear_size(rules, rows, 1, last, 1.0) + 1e-6)) if last > 0 else 0
    return _first_that_holds(rules, rows, range(start, max(0, start - _SIZES_SEEN), -1))


def find_smallest_size(rules: Sequence[DrawRule], rows: int, size: int) -> int | None:
    """Return the least feasible size above `size`, at most the pool's rows; None if none was found.

    A larger size can help: a cap of a small sample may round down to 0 rows, and a band may contain
    no whole number.
    """
    if size >= rows:
        return None
    start = max(size + 1, ceil(_linear_size(rules, rows, size + 1, rows, -1.0) - 1e-6))
    return _first_that_holds(rules, rows, range(start, min(rows, start + _SIZES_SEEN - 1) + 1))


def _first_that_holds(rules: Sequence[DrawRule], rows: int, sizes: Iterable[int]) -> int | None:
    """Return the first feasible size, of at most a hundred that counting does not rule out."""
    trials = np.array(list(sizes), np.int64)
    possible: list[int] = trials[_may_hold(rules, rows, trials)][:_SIZES_SOLVED].tolist()
    for trial in possible:
        cells = group_cells(rules, rows, trial)
        programme, gain = count_programme(cells, trial)
        every = range(len(cells.bounds))
        if all(is_feasible(programme, gain, every, integer=integer) for integer in (False, True)):
            return trial
    return None


def _may_hold(rules: Sequence[DrawRule], rows: int, sizes: Ints) -> NDArray[np.bool_]:
    """Say at which sizes each rule alone can hold; counting suffices, its values are disjoint."""
    possible = np.ones(len(sizes), bool)
    for rule in rules:
        kinds: dict[tuple[Fraction | None, Fraction | None, int], int] = {}
        for bound in rule.bounds:
            kind = (bound.low, bound.high, bound.pool)
            kinds[kind] = kinds.get(kind, 0) + 1
        least, most = np.zeros(len(sizes), np.int64), np.full(len(sizes), rows, np.int64)
        for (low, high, pool), times in kinds.items():
            under = np.zeros(len(sizes), np.int64) if low is None else -_floor(-low, sizes)
            over = np.minimum(sizes if high is None else _floor(high, sizes), pool)
            possible &= under <= over
            least += times * np.maximum(under, 0)
            most += times * (over - pool)
        possible &= (least <= sizes) & (sizes <= most)
    return possible


def _floor(share: Fraction, sizes: Ints) -> Ints:
    """Return floor(share × size) of each size, exactly."""  # noqa: RUF002 the sign of the contract
    top, bottom = share.numerator, share.denominator
    if len(sizes) and (abs(top) * int(sizes.max()) >= _SAFE or bottom >= _SAFE):
        return np.array([top * size // bottom for size in sizes.tolist()], np.int64)
    return np.floor_divide(top * sizes, bottom)


def _linear_size(rules: Sequence[DrawRule], rows: int, least: int, most: int, sign: float) -> float:
    """Return the greatest feasible size (the least for a sign of -1) without integrality.

    The size is one more column of the programme. Where no size is feasible, the answer is beyond
    the other end of the range.
    """
    cells = group_cells(rules, rows, most)
    programme, _ = count_programme(cells, most)
    low = [0.0 if bound.low is None else float(bound.low) for bound in cells.bounds]
    high = [1.0 if bound.high is None else float(bound.high) for bound in cells.bounds]
    body = programme.matrix[1:]
    top = hstack([programme.matrix[:1], csc_array([[-1.0]])])
    floors = hstack([body, csc_array(-np.array(low, float)[:, None])])
    caps = hstack([body, csc_array(-np.array(high, float)[:, None])])
    columns, bounds = len(cells.rows), len(cells.bounds)
    trial = Programme(
        csc_array(vstack([top, floors, caps])),
        np.concatenate([[0.0], np.zeros(bounds), np.full(bounds, -np.inf)]),
        np.concatenate([[0.0], np.full(bounds, np.inf), np.zeros(bounds)]),
        np.append(np.zeros(columns), float(least)),
        np.append(programme.upper[:columns], float(most)),
        np.zeros(columns + 1, bool),
    )
    answer = maximise_linear(trial, np.append(np.zeros(columns), sign))
    if answer.status is not SolveStatus.OPTIMAL:
        return 0.0 if sign > 0 else rows + 1.0
    return sign * answer.value
