"""The exact sample of a pool: hard bounds, then least soft miss, then greatest worth, then the seeded hash.

Each aim is maximised on the face of optima that the aim before leaves, so no aim is weighed
against another. Counts are integers and a soft miss is convex over them, which makes the
linear relaxation nearly always whole.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import numpy as np
from scipy.sparse import coo_array, csc_array, eye_array, hstack

from pipelines.sampling.cells import Bound, Cells, Ints
from pipelines.sampling.highs import Bools, Floats, Programme
from pipelines.sampling.optimum import Optimum, find_optimum, keep_optimal, relax
from pipelines.sampling.prices import price_steps


@dataclass(frozen=True, slots=True)
class Selection:
    """A solved sample: `chosen` [n] and the proven relative gap of its total worth (0 = optimal).

    `prices` [bounds of the cells] is what one more row of each would gain, soft misses held; None
    where no row is worth more than another.
    """

    chosen: Bools
    gap: float
    prices: Floats | None = None


@dataclass(frozen=True, slots=True)
class _Steps:
    """A soft bound over whole counts: no miss in [low, high], a first step each way, then one per row."""

    low: int
    high: int
    first_under: float
    first_over: float


def select_rows(cells: Cells, size: int, worth: Floats | None, chance: Floats) -> Selection | None:
    """Return the best selection, or None where the hard bounds cannot be met.

    Args:
        cells: the pool's rows by the bounds that can bind.
        size: rows to select, at most the pool.
        worth: [n] finite worth of each row; None = none is worth more.
        chance: [n] distinct numbers in [0, 1), the seeded tie-break: greater goes first.

    Raises:
        UnsolvedError: the search ended before any whole sample was found.
    """
    programme, gain = count_programme(cells, size)
    if not (gain != 0).any():
        return _select_worthiest(programme, cells, worth, chance)
    linear = relax(programme, gain)
    if linear is None:
        return None
    hopeful = _select_worthiest(keep_optimal(programme, gain, linear), cells, worth, chance)
    return hopeful or _select_proven(programme, gain, cells, worth, chance)


def _select_proven(
    programme: Programme, gain: Floats, cells: Cells, worth: Floats | None, chance: Floats
) -> Selection | None:
    """Prove the least miss in whole counts first: the way where no whole sample meets the linear bound."""
    soft = find_optimum(programme, gain)
    if soft is None:
        return None
    face = keep_optimal(programme, gain, soft)
    on_face = _select_worthiest(face, cells, worth, chance)
    if on_face is not None:
        return on_face
    held = _select_worthiest(hold_counts(programme, soft, len(cells.rows)), cells, worth, chance)
    return None if held is None else replace(held, prices=None)  # its rows are cells, not bounds


def hold_counts(programme: Programme, optimum: Optimum, columns: int) -> Programme:
    """Keep the counts of the first aim: where rounding closed its face, its own point still stands on it."""
    counts = optimum.x[:columns]
    return Programme(
        csc_array(eye_array(columns)),
        counts,
        counts,
        np.zeros(columns),
        programme.upper[:columns],
        programme.whole[:columns],
    )


def count_programme(cells: Cells, size: int) -> tuple[Programme, Floats]:
    """Return the programme over counts per cell and steps of miss, and its gain: minus the soft miss."""
    matrix = membership(cells)
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
    misses = coo_array((signs, (rows.astype(np.int64), np.arange(len(rows)))), shape=(len(low), len(rows)))
    columns = len(cells.rows)
    programme = Programme(
        csc_array(hstack([matrix, misses])) if len(rows) else matrix,
        np.array(low),
        np.array(high),
        np.zeros(columns + len(rows)),
        np.append(cells.rows.astype(float), greatest),
        np.append(np.ones(columns, bool), np.zeros(len(rows), bool)),
    )
    return programme, np.append(np.zeros(columns), -costs)


def membership(cells: Cells) -> csc_array:
    """Return [1 + bounds, cells]: the size row, then which cells each bound speaks of."""
    cell, rule = np.nonzero(cells.members >= 0)
    rows = np.append(np.zeros(len(cells.rows), np.int64), cells.members[cell, rule] + 1)
    columns = np.append(np.arange(len(cells.rows)), cell)
    shape = (1 + len(cells.bounds), len(cells.rows))
    return csc_array(coo_array((np.ones(len(rows)), (rows, columns)), shape=shape))


def _steps_of(bound: Bound, size: int) -> _Steps:
    """Return the convex hull of a miss over whole counts; where none is free, the nearer count is the zero.

    The zero shifts by a constant then, which no choice changes.
    """
    low = Fraction(0) if bound.low is None else bound.low * size
    high = Fraction(size) if bound.high is None else bound.high * size
    first, last = ceil(low), floor(high)
    if first <= last:
        return _Steps(first, last, float(1 - (first - low)), float(1 - (high - last)))
    under, over = low - last, first - high  # misses of the whole counts on either side
    if under <= over:
        return _Steps(last, last, 1.0, float(over - under))
    return _Steps(first, first, float(under - over), 1.0)


def _select_worthiest(
    programme: Programme, cells: Cells, worth: Floats | None, chance: Floats
) -> Selection | None:
    """Fill the cells with rows: greatest worth first, then greatest chance."""
    if worth is None:
        order, piece, rows = _pieces(cells.of_row, -chance)
        starts = rows_starts(rows)
        split, gain = split_columns(programme, piece[starts], rows, chance[order][starts])
        answer = find_optimum(split, gain, len(starts))
        return None if answer is None else _take(order, rows, answer, 0.0)
    order, piece, rows = _pieces(cells.of_row, -worth, -chance)
    starts = rows_starts(rows)
    split, gain = split_columns(programme, piece[starts], rows, worth[order][starts])
    answer = find_optimum(split, gain, len(starts))
    if answer is None:
        return None
    gap = max(0.0, answer.bound - answer.value) / max(1.0, abs(answer.value))
    prices = price_steps(split, gain, answer, 1 + len(cells.bounds))[1:]
    if not answer.is_tight:
        return _take(order, rows, answer, gap, prices)
    face = keep_optimal(split, gain, answer)
    of_piece = np.repeat(np.arange(len(rows)), rows)
    single, luck = split_columns(face, of_piece, np.ones(len(order), np.int64), chance[order], len(rows))
    lucky = find_optimum(single, luck, len(order))
    return (
        _take(order, rows, answer, gap, prices)
        if lucky is None
        else _take(order, np.ones(len(order), np.int64), lucky, gap, prices)
    )


def rows_starts(rows: Ints) -> Ints:
    """Return the first place of each run, given the lengths of the runs."""
    return np.cumsum(rows) - rows


def _pieces(of_row: Ints, *keys: Floats) -> tuple[Ints, Ints, Ints]:
    """Return rows by cell and keys, the cell of each place, lengths of runs alike in cell and first key."""
    order = np.lexsort((*reversed(keys), of_row))
    cell, first = of_row[order], keys[0][order]
    is_new = (cell[1:] != cell[:-1]) | (first[1:] != first[:-1])
    starts = np.append(0, np.flatnonzero(is_new) + 1)
    return order, cell, np.diff(np.append(starts, len(order)))


def split_columns(
    programme: Programme, parent: Ints, rows: Ints, gain: Floats, parents: int | None = None
) -> tuple[Programme, Floats]:
    """Return the programme with each count column split into columns of so many rows, and its gain.

    A parent that stands at its bound is either empty or full, so its parts are too.
    """
    count = int(programme.whole.sum()) if parents is None else parents
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
        np.append(np.ones(len(parent), bool), programme.whole[tail]),
    )
    return split, np.append(gain, np.zeros(len(programme.lower) - count))


def _take(order: Ints, rows: Ints, answer: Optimum, gap: float, prices: Floats | None = None) -> Selection:
    """Choose the first rows of every run, as many as the answer says."""
    counts = np.rint(answer.x[: len(rows)]).astype(np.int64)
    place = np.arange(len(order)) - np.repeat(rows_starts(rows), rows)
    chosen: Bools = np.zeros(len(order), bool)
    chosen[order] = place < np.repeat(counts, rows)
    return Selection(chosen, gap, prices)
