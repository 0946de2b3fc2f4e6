"""The nearest that can hold where constraints conflict: another size, or bounds loosened at this one."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

import numpy as np
from scipy.sparse import csc_array, hstack, vstack

from pipelines.sampling.cells import Bound, Cells, Rule, group_cells
from pipelines.sampling.highs import End, Programme, maximise_linear
from pipelines.sampling.optimum import UnsolvedError, find_optimum
from pipelines.sampling.solver import count_programme

_SIZES_TRIED = 100
_SHOWN = 8
_LEAST_DIGITS = 4


def is_feasible(programme: Programme, gain: np.ndarray, kept: Sequence[int], *, whole: bool) -> bool:
    """Say whether the size and the kept bounds can hold; the others are open."""
    is_open = np.ones(len(programme.low), bool)
    is_open[[0, *(index + 1 for index in kept)]] = False
    low, high = np.where(is_open, -np.inf, programme.low), np.where(is_open, np.inf, programme.high)
    trial = programme.narrow(programme.lower, programme.upper, low, high)
    if not whole:
        return maximise_linear(trial, gain).end is not End.INFEASIBLE
    try:
        return find_optimum(trial, gain) is not None
    except UnsolvedError:
        return False


def find_largest_size(rules: Sequence[Rule], rows: int, size: int) -> int | None:
    """Return the largest smaller size at which every rule holds; None where none was found.

    Shares of a smaller sample ask for fewer rows, so parts of rows could hold at every size below a
    greatest one; whole rows are uneven, so sizes are tried from there down, a hundred at most.
    """
    start = min(size - 1, _linear_size(rules, rows, size))
    for trial in range(start, max(0, start - _SIZES_TRIED), -1):
        cells = group_cells(rules, rows, trial)
        programme, gain = count_programme(cells, trial)
        every = range(len(cells.bounds))
        if is_feasible(programme, gain, every, whole=False) and is_feasible(
            programme, gain, every, whole=True
        ):
            return trial
    return None


def _linear_size(rules: Sequence[Rule], rows: int, size: int) -> int:
    """Return the greatest size that shares allow when rows may be split: the size is one more column."""
    cells = group_cells(rules, rows, size)
    programme, _ = count_programme(cells, size)
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
        np.zeros(columns + 1),
        np.append(programme.upper[:columns], float(size)),
        np.zeros(columns + 1, bool),
    )
    answer = maximise_linear(trial, np.append(np.zeros(columns), 1.0))
    return floor(answer.value + 1e-6) if answer.end is End.OPTIMAL else 0


def find_relaxation(cells: Cells, size: int) -> list[tuple[Bound, int]]:
    """Return the bounds to loosen, and the rows that each has then: in total as few rows beyond as can be.

    Args:
        cells: of hard bounds that cannot be met together.
        size: rows to select.

    Returns:
        In the order of the bounds; empty where the search ended before an answer.
    """
    try:
        optimum = find_optimum(*count_programme(in_whole_rows(cells, size), size))
    except UnsolvedError:
        return []
    if optimum is None:
        return []
    chosen = np.rint(optimum.x[: len(cells.rows)])
    counts = (int(chosen[(cells.members == index).any(axis=1)].sum()) for index in range(len(cells.bounds)))
    return [
        (bound, count)
        for bound, count in zip(cells.bounds, counts, strict=True)
        if not bound.rows_low(size) <= count <= bound.rows_high(size)
    ]


def in_whole_rows(cells: Cells, size: int) -> Cells:
    """Return the cells with every bound soft, each row beyond its whole-row bound a miss of one."""
    soft = tuple(
        replace(
            bound,
            hard=False,
            weight=Fraction(1),
            low=Fraction(bound.rows_low(size), size),
            high=Fraction(bound.rows_high(size), size),
        )
        for bound in cells.bounds
    )
    return Cells(soft, cells.of_row, cells.rows, cells.members)


def tell_relaxation(loosened: Sequence[tuple[Bound, int]], size: int) -> str:
    """Return what to write instead, constraint by constraint, as its own keys say it; empty for nothing."""
    told = []
    for position, group in groupby(loosened, key=lambda pair: pair[0].position):
        pairs = list(group)
        if pairs[0][0].form in {"match", "shares", "each_at_most"}:
            told.append(f"constraints[{position}] {_tell_together(pairs, size)}")
        else:
            told += [f"constraints[{position}] {_tell_one(bound, count, size)}" for bound, count in pairs]
    more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return f"{' and '.join(told[:_SHOWN])}{more}"


def _tell_one(bound: Bound, count: int, size: int) -> str:
    name = f"{bound.dimension} {bound.value[:64]}"
    if count < bound.rows_low(size):
        return f"{name} at least {_down(Fraction(count, size), size)}"
    return f"{name} at most {_up(Fraction(count, size), size)}"


def _tell_together(pairs: Sequence[tuple[Bound, int]], size: int) -> str:
    """Return the one number of a constraint that lets all of its values hold."""
    first = pairs[0][0]
    if first.form == "each_at_most":
        most = max(Fraction(count, size) for _, count in pairs)
        return f"{first.dimension} each_at_most {_up(most, size)}"
    beyond = max(_beyond(bound, Fraction(count, size)) for bound, count in pairs)
    names = ", ".join(bound.value[:64] for bound, _ in pairs[:3]) + (" …" if len(pairs) > 3 else "")  # noqa: PLR2004 names shown
    return f"{first.dimension} tolerance {_up(first.tolerance + beyond, size)} (for {names})"


def _beyond(bound: Bound, share: Fraction) -> Fraction:
    under = Fraction(0) if bound.low is None else bound.low - share
    over = Fraction(0) if bound.high is None else share - bound.high
    return max(under, over, Fraction(0))


def _step(size: int) -> int:
    """Return a power of ten fine enough to tell one row of this size from the next."""
    return int(10 ** max(_LEAST_DIGITS, len(str(size))))


def _down(share: Fraction, size: int) -> str:
    return _decimal(floor(share * _step(size)), _step(size))


def _up(share: Fraction, size: int) -> str:
    return _decimal(ceil(share * _step(size)), _step(size))


def _decimal(steps: int, step: int) -> str:
    digits = f"{steps / step:.{len(str(step)) - 1}f}".rstrip("0").rstrip(".")
    return digits or "0"
