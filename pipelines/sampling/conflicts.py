"""Why the hard constraints cannot be met together, and the nearest that can."""

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

_SHOWN_VALUES = 8
_SIZES_TRIED = 12
_DIGITS = 10**4


def explain_conflict(rules: Sequence[Rule], rows: int, size: int, where: str) -> list[str]:
    """Return one line per bound of a smallest conflict, then the nearest feasible size and relaxation.

    Args:
        rules: the constraints on the pool; without a whole sample of this size.
        rows: rows of the pool.
        size: rows asked for, at most the pool.
        where: the path of the block, opens every line.

    Taking any one of the named bounds away makes the rest of them feasible. Where many values of
    one constraint are in it, one line speaks for them.
    """
    hard = [_only_hard(rule) for rule in rules]
    cells = group_cells(hard, rows, size)
    conflict = [cells.bounds[index] for index in find_conflict(cells, size)]
    lines = []
    for _, group in groupby(conflict, key=lambda bound: bound.position):
        lines += _tell_bounds(list(group), size, where)
    nearest = [*_tell_size(hard, rows, size), *_tell_relaxation(cells, size)]
    return [
        *lines,
        f"  The nearest that can hold: {', or '.join(nearest) or 'none of this size or smaller'}.",
    ]


def _only_hard(rule: Rule) -> Rule:
    """Return the rule without bounds that may be missed."""
    if all(bound.hard for bound in rule.bounds):
        return rule
    return Rule((), np.full_like(rule.codes, -1))


def find_conflict(cells: Cells, size: int) -> list[int]:
    """Return indices of bounds that conflict, none of which can be spared.

    Prices of the elastic programme name few candidates; each is then taken away in turn, and stays
    out where the rest still conflicts.
    """
    programme, gain = count_programme(cells, size)
    every = list(range(len(cells.bounds)))
    alone = [
        k
        for k in every
        if cells.bounds[k].rows_low(size) > min(cells.bounds[k].rows_high(size), cells.bounds[k].pool)
    ]
    if alone:
        return alone
    kept = _candidates(cells, size)
    is_linear = not _is_feasible(programme, gain, kept, whole=False)
    if not is_linear and _is_feasible(programme, gain, kept, whole=True):
        kept, is_linear = every, not _is_feasible(programme, gain, every, whole=False)
    for index in list(kept):
        rest = [other for other in kept if other != index]
        if not _is_feasible(programme, gain, rest, whole=not is_linear):
            kept = rest
    return kept


def _candidates(cells: Cells, size: int) -> list[int]:
    elastic, gain = count_programme(_softened(cells), size)
    prices = maximise_linear(elastic, gain).prices
    return [index for index in range(len(cells.bounds)) if abs(prices[index + 1]) > 1e-9]  # noqa: PLR2004 tolerance


def _softened(cells: Cells) -> Cells:
    soft = tuple(replace(bound, hard=False, weight=Fraction(1)) for bound in cells.bounds)
    return Cells(soft, cells.of_row, cells.rows, cells.members)


def _is_feasible(programme: Programme, gain: np.ndarray, kept: list[int], *, whole: bool) -> bool:
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


def _tell_bounds(bounds: list[Bound], size: int, where: str) -> list[str]:
    if len(bounds) <= _SHOWN_VALUES:
        return [_tell_bound(bound, size, where) for bound in bounds]
    first = bounds[0]
    names = ", ".join(bound.value[:64] for bound in bounds[:3])
    least, most = (sum(getattr(bound, side)(size) for bound in bounds) for side in ("rows_low", "rows_high"))
    pool = sum(bound.pool for bound in bounds)
    line = (
        f"{where}.constraints[{first.position}]: {first.text} of {size}: its {len(bounds)} values {names} … "
    )
    if any(bound.rows_low(size) > bound.rows_high(size) for bound in bounds):
        return [f"{line}leave no whole number of rows between their bounds; give a tolerance"]
    return [f"{line}need {least} to {most} rows together, the pool has {pool}"]


def _tell_bound(bound: Bound, size: int, where: str) -> str:
    low, high = bound.rows_low(size), bound.rows_high(size)
    needs = f"needs {low} rows" if bound.low is not None and low > 0 else "allows"
    if bound.high is not None:
        needs += f" and at most {high}" if needs != "allows" else f" at most {high} rows"
    place = f"{where}.constraints[{bound.position}]: {bound.text}"
    return f"{place}: {bound.dimension} {bound.value[:64]} of {size} {needs}, the pool has {bound.pool}"


def _tell_size(rules: Sequence[Rule], rows: int, size: int) -> list[str]:
    """Name the largest smaller size that works: from the linear bound down, as rounding makes it uneven."""
    start = min(size - 1, _linear_size(rules, rows, size))
    for trial in range(start, max(0, start - _SIZES_TRIED), -1):
        cells = group_cells(rules, rows, trial)
        programme, gain = count_programme(cells, trial)
        if _is_feasible(programme, gain, list(range(len(cells.bounds))), whole=True):
            return [f"size {trial}"]
    return []


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


def _tell_relaxation(cells: Cells, size: int) -> list[str]:
    """Name the bounds to loosen, and to what, so that the rows by which they are broken are fewest."""
    soft = _softened(cells)
    try:
        optimum = find_optimum(*count_programme(soft, size))
    except UnsolvedError:
        return []
    if optimum is None:
        return []
    chosen = optimum.x[: len(cells.rows)]
    told = []
    for index, bound in enumerate(cells.bounds):
        count = int(np.rint(chosen[(cells.members == index).any(axis=1)].sum()))
        if count < bound.rows_low(size):
            told.append(f"{_name(bound)} at least {floor(Fraction(count, size) * _DIGITS) / _DIGITS:g}")
        elif count > bound.rows_high(size):
            told.append(f"{_name(bound)} at most {ceil(Fraction(count, size) * _DIGITS) / _DIGITS:g}")
    more = f" and {len(told) - _SHOWN_VALUES} more" if len(told) > _SHOWN_VALUES else ""
    return [f"at this size {' and '.join(told[:_SHOWN_VALUES])}{more}"] if told else []


def _name(bound: Bound) -> str:
    return f"constraints[{bound.position}] {bound.dimension} {bound.value[:64]}"
