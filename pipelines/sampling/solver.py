"""Select the exact sample: hard bounds, least soft violation, best objective, seeded hash.

Each aim is optimised among the optima of the aim before it, so no aim is weighed against another.
Counts are integers and a soft violation is convex in them, so the linear relaxation is nearly
always integer.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import numpy as np
from scipy.sparse import coo_array, csc_array, eye_array, hstack

from pipelines.sampling.bounds import Bound, Ints
from pipelines.sampling.cells import Cells
from pipelines.sampling.highs import Bools, Floats, Programme
from pipelines.sampling.optimum import Optimum, find_optimum, keep_optimal, solve_relaxed
from pipelines.sampling.prices import price_steps


@dataclass(frozen=True, slots=True)
class Selection:
    """A selected sample: `chosen` [n], and the proven relative gap of its objective (0 = optimal).

    `prices` [bounds of the cells] is what one more row of each would gain, with the soft
    violations fixed; None without an objective.
    """

    chosen: Bools
    gap: float
    prices: Floats | None = None


@dataclass(frozen=True, slots=True)
class _ViolationSteps:
    """A soft bound's violation by count: 0 in [low, high], a first step per side, then 1 a row."""

    low: int
    high: int
    first_under: float
    first_over: float


def select_rows(
    cells: Cells, size: int, objective: Floats | None, tie_break: Floats
) -> Selection | None:
    """Return the best selection, or None where the hard bounds cannot hold.

    Args:
        cells: the pool's rows by the bounds that can bind.
        size: rows to select, at most the pool.
        objective: [n], what each row adds to the objective, finite; None = nothing is maximised.
        tie_break: [n], distinct numbers in [0, 1) from the seeded hash: the greater is preferred.

    Raises:
        UnsolvedError: the search reached its limit before it found a sample.
    """
    programme, gain = count_programme(cells, size)
    if not (gain != 0).any():
        return _select_best(programme, cells, objective, tie_break)
    linear = solve_relaxed(programme, gain)
    if linear is None:
        return None
    hopeful = _select_best(keep_optimal(programme, gain, linear), cells, objective, tie_break)
    return hopeful or _select_proven(programme, gain, cells, objective, tie_break)


def _select_proven(
    programme: Programme, gain: Floats, cells: Cells, objective: Floats | None, tie_break: Floats
) -> Selection | None:
    """Find the least violation in integers first; needed if no sample reaches the linear bound."""
    soft = find_optimum(programme, gain)
    if soft is None:
        return None
    face = keep_optimal(programme, gain, soft)
    on_face = _select_best(face, cells, objective, tie_break)
    if on_face is not None:
        return on_face
    held = _select_best(hold_counts(programme, soft, len(cells.rows)), cells, objective, tie_break)
    return None if held is None else replace(held, prices=None)  # its rows are cells, not bounds


def hold_counts(programme: Programme, optimum: Optimum, columns: int) -> Programme:
    """Fix the counts of the first aim; needed if rounding errors leave its face without a point."""
    counts = optimum.x[:columns]
    return Programme(
        csc_array(eye_array(columns)),
        counts,
        counts,
        np.zeros(columns),
        programme.upper[:columns],
        programme.integer[:columns],
    )


def count_programme(cells: Cells, size: int) -> tuple[Programme, Floats]:
    """Return the programme over counts and violations, with minus the soft violation as gain."""
    matrix = build_membership(cells)
    low, high = [float(size)], [float(size)]
    entries: list[tuple[int, float, float, float]] = []  # row, sign, cost, greatest
    for row, bound in enumerate(cells.bounds, start=1):
        if bound.hard:
            low.append(bound.rows_low(size))
            high.append(bound.rows_high(size))
            continue
        steps, weight = _steps_of(bound, size), float(bound.weight)
        low.append(steps.low)
        high.append(steps.high)
        entries.append((row, 1.0, weight * steps.first_under, 1.0))
        entries.append((row, 1.0, weight, np.inf))
        entries.append((row, -1.0, weight * steps.first_over, 1.0))
        entries.append((row, -1.0, weight, np.inf))
    rows, signs, costs, greatest = (
        (np.array(part) for part in zip(*entries, strict=True)) if entries else [np.zeros(0)] * 4
    )
    violations = coo_array(
        (signs, (rows.astype(np.int64), np.arange(len(rows)))), shape=(len(low), len(rows))
    )
    columns = len(cells.rows)
    programme = Programme(
        csc_array(hstack([matrix, violations])) if len(rows) else matrix,
        np.array(low),
        np.array(high),
        np.zeros(columns + len(rows)),
        np.append(cells.rows.astype(float), greatest),
        np.append(np.ones(columns, bool), np.zeros(len(rows), bool)),
    )
    return programme, np.append(np.zeros(columns), -costs)


def build_membership(cells: Cells) -> csc_array:
    """Return [1 + bounds, cells]: the row of the size, then per bound the cells with its value."""
    cell, rule = np.nonzero(cells.members >= 0)
    rows = np.append(np.zeros(len(cells.rows), np.int64), cells.members[cell, rule] + 1)
    columns = np.append(np.arange(len(cells.rows)), cell)
    shape = (1 + len(cells.bounds), len(cells.rows))
    return csc_array(coo_array((np.ones(len(rows)), (rows, columns)), shape=shape))


def _steps_of(bound: Bound, size: int) -> _ViolationSteps:
    """Return a violation as a convex function of whole counts.

    Where no whole count is within the bounds, the nearest one counts as 0; the total then differs
    by a constant, which changes no choice.
    """
    low = Fraction(0) if bound.low is None else bound.low * size
    high = Fraction(size) if bound.high is None else bound.high * size
    first, last = ceil(low), floor(high)
    if first <= last:
        return _ViolationSteps(first, last, float(1 - (first - low)), float(1 - (high - last)))
    under, over = low - last, first - high  # violations of the whole counts on either side
    if under <= over:
        return _ViolationSteps(last, last, 1.0, float(over - under))
    return _ViolationSteps(first, first, float(under - over), 1.0)


def _select_best(
    programme: Programme, cells: Cells, objective: Floats | None, tie_break: Floats
) -> Selection | None:
    """Fill the cells with rows: the greatest objective first, then the greatest tie-break."""
    if objective is None:
        order, piece, rows = _pieces(cells.of_row, -tie_break)
        starts = rows_starts(rows)
        split, gain = split_columns(programme, piece[starts], rows, tie_break[order][starts])
        answer = find_optimum(split, gain, len(starts))
        return None if answer is None else _take(order, rows, answer, 0.0)
    order, piece, rows = _pieces(cells.of_row, -objective, -tie_break)
    starts = rows_starts(rows)
    split, gain = split_columns(programme, piece[starts], rows, objective[order][starts])
    answer = find_optimum(split, gain, len(starts))
    if answer is None:
        return None
    gap = max(0.0, answer.bound - answer.value) / max(1.0, abs(answer.value))
    prices = price_steps(split, gain, answer, 1 + len(cells.bounds), len(starts))[1:]
    if not answer.is_tight:
        return _take(order, rows, answer, gap, prices)
    face = keep_optimal(split, gain, answer)
    of_piece = np.repeat(np.arange(len(rows)), rows)
    single, luck = split_columns(
        face, of_piece, np.ones(len(order), np.int64), tie_break[order], len(rows)
    )
    lucky = find_optimum(single, luck, len(order))
    return (
        _take(order, rows, answer, gap, prices)
        if lucky is None
        else _take(order, np.ones(len(order), np.int64), lucky, gap, prices)
    )


def rows_starts(rows: Ints) -> Ints:
    """Return the first position of each run, from the lengths of the runs."""
    return np.cumsum(rows) - rows


def _pieces(of_row: Ints, *keys: Floats) -> tuple[Ints, Ints, Ints]:
    """Return rows sorted by cell and keys, their cells, and run lengths of equal cell and key."""
    order = np.lexsort((*reversed(keys), of_row))
    cell, first = of_row[order], keys[0][order]
    is_new = (cell[1:] != cell[:-1]) | (first[1:] != first[:-1])
    starts = np.append(0, np.flatnonzero(is_new) + 1)
    return order, cell, np.diff(np.append(starts, len(order)))


def split_columns(
    programme: Programme, parent: Ints, rows: Ints, gain: Floats, parents: int | None = None
) -> tuple[Programme, Floats]:
    """Split each count column into columns of `rows` rows; return the programme and its gain.

    A parent fixed at a bound is either empty or full, so its parts are too.
    """
    count = int(programme.integer.sum()) if parents is None else parents
    is_empty = programme.upper[:count] <= 0
    is_full = (programme.lower[:count] >= programme.upper[:count]) & ~is_empty
    upper = np.where(is_empty[parent], 0.0, rows)
    lower = np.where(is_full[parent], upper, 0.0)
    tail = slice(count, None)
    split = Programme(
        csc_array(hstack([programme.matrix[:, parent], programme.matrix[:, count:]])),
        programme.low,
        programme.high,
        np.append(lower, programme.lower[tail]),
        np.append(upper, programme.upper[tail]),
        np.append(np.ones(len(parent), bool), programme.integer[tail]),
    )
    return split, np.append(gain, np.zeros(len(programme.lower) - count))


def _take(
    order: Ints, rows: Ints, answer: Optimum, gap: float, prices: Floats | None = None
) -> Selection:
    """Choose the first rows of every run, as many as the answer has for it."""
    counts = np.rint(answer.x[: len(rows)]).astype(np.int64)
    place = np.arange(len(order)) - np.repeat(rows_starts(rows), rows)
    chosen: Bools = np.zeros(len(order), bool)
    chosen[order] = place < np.repeat(counts, rows)
    return Selection(chosen, gap, prices)
