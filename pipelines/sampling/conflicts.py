"""Why the hard constraints cannot be met together: smallest sets that conflict, and the nearest that can."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

import numpy as np

from pipelines.sampling.cells import Bound, Cells, Rule, group_cells
from pipelines.sampling.highs import Programme, maximise_linear
from pipelines.sampling.loosening import find_changes, tell_changes
from pipelines.sampling.nearest import find_nearest_size, is_feasible
from pipelines.sampling.solver import count_programme
from pipelines.wording import tell_count

_SHOWN_VALUES = 8
_SHOWN_CONFLICTS = 4
_TINY = 1e-9


def explain_conflict(rules: Sequence[Rule], rows: int, size: int, where: str) -> list[str]:
    """Return one line per bound of each smallest conflict, then the nearest feasible size and relaxation.

    Args:
        rules: the constraints on the pool; without a whole sample of this size.
        rows: rows of the pool.
        size: rows asked for, at most the pool.
        where: the path of the block, opens every line.

    Without any one of its bounds a conflict is none. Where many values of one constraint are in it,
    one line speaks for them. A bound that no pool of this kind can meet is a conflict by itself.
    """
    hard = [_only_hard(rule) for rule in rules]
    cells = group_cells(hard, rows, size)
    found = find_conflicts(cells, size)
    alone = [cells.bounds[index] for conflict in found if len(conflict) == 1 for index in conflict]
    lines = _tell_group(alone, rows, size, where)
    for conflict in (conflict for conflict in found if len(conflict) > 1):
        if lines:
            lines.append("  Besides, these conflict with one another:")
        lines += _tell_group([cells.bounds[index] for index in conflict], rows, size, where)
    offers = [f"size {near}"] if (near := find_nearest_size(hard, rows, size)) else []
    offers += _tell_changes(cells, size, "at this size ")
    return [*lines, _tell_nearest(offers)]


def explain_size(rules: Sequence[Rule], rows: int, size: int) -> str:
    """Return the line that names the nearest size where none of the pool's was asked, or none at all.

    Args:
        rules: the constraints on the pool.
        rows: rows of the pool.
        size: rows asked for, 0 or more than the pool has.
    """
    if not rows:
        return "  No size can hold: the pool has no rows. Give it some, or loosen what drops them all."
    hard = [_only_hard(rule) for rule in rules]
    if near := find_nearest_size(hard, rows, size):
        return _tell_nearest([f"size {near}"])
    near = min(max(size, 1), rows)
    return _tell_nearest(_tell_changes(group_cells(hard, rows, near), near, f"size {near} with "))


def _tell_changes(cells: Cells, size: int, before: str) -> list[str]:
    changes = find_changes(cells, size)
    return [f"{before}{tell_changes(changes, size)}"] if changes else []


def _tell_nearest(offers: Sequence[str]) -> str:
    if not offers:
        return "  None that can hold was found: take a constraint named above out, or write soft: true in it."
    return f"  The nearest that can hold: {', or '.join(offers)}."


def _only_hard(rule: Rule) -> Rule:
    """Return the rule without bounds that may be missed."""
    if all(bound.hard for bound in rule.bounds):
        return rule
    return Rule((), np.full_like(rule.codes, -1))


def find_conflicts(cells: Cells, size: int) -> list[list[int]]:
    """Return disjoint conflicts as indices of bounds; none of one conflict can be spared in it.

    First the bounds that cannot hold alone, then the others, until the rest can hold or four are found.
    """
    alone = [
        index
        for index, bound in enumerate(cells.bounds)
        if bound.rows_low(size) > min(bound.rows_high(size), bound.pool)
    ]
    found = [[index] for index in alone]
    programme, gain = count_programme(cells, size)
    rest = [index for index in range(len(cells.bounds)) if index not in set(alone)]
    while len(found) < len(alone) + _SHOWN_CONFLICTS:
        conflict = _find_conflict(cells, size, programme, gain, rest)
        if not conflict:
            break
        found.append(conflict)
        rest = [index for index in rest if index not in set(conflict)]
    return found


def _find_conflict(
    cells: Cells, size: int, programme: Programme, gain: np.ndarray, among: Sequence[int]
) -> list[int]:
    """Return a smallest conflict among bounds, empty where they can hold.

    Prices of the elastic programme name few candidates; each is then taken away in turn, and stays
    out where the rest still conflicts.
    """
    whole = False
    kept = _candidates(cells, size, among)
    if is_feasible(programme, gain, kept, whole=False):
        kept = list(among)
        whole = is_feasible(programme, gain, kept, whole=False)
        if whole and is_feasible(programme, gain, kept, whole=True):
            return []
    for index in list(kept):
        rest = [other for other in kept if other != index]
        if not is_feasible(programme, gain, rest, whole=whole):
            kept = rest
    return kept


def _candidates(cells: Cells, size: int, among: Sequence[int]) -> list[int]:
    elastic, gain = count_programme(in_whole_rows(cells, size), size)
    is_open = np.ones(len(elastic.low), bool)
    is_open[[0, *(index + 1 for index in among)]] = False
    low, high = np.where(is_open, -np.inf, elastic.low), np.where(is_open, np.inf, elastic.high)
    prices = maximise_linear(elastic.narrow(elastic.lower, elastic.upper, low, high), gain).prices
    return [index for index in among if abs(prices[index + 1]) > _TINY]


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


def _tell_group(bounds: Iterable[Bound], rows: int, size: int, where: str) -> list[str]:
    lines = []
    for _, group in groupby(bounds, key=lambda bound: bound.position):
        lines += _tell_bounds(list(group), rows, size, where)
    return lines


def _tell_bounds(bounds: list[Bound], rows: int, size: int, where: str) -> list[str]:
    if len(bounds) <= _SHOWN_VALUES:
        return [_tell_bound(bound, rows, size, where) for bound in bounds]
    first = bounds[0]
    names = ", ".join(bound.value[:64] for bound in bounds[:3])
    least, most = (sum(getattr(bound, side)(size) for bound in bounds) for side in ("rows_low", "rows_high"))
    pool = sum(bound.pool for bound in bounds)
    line = (
        f"{where}.constraints[{first.position}]: {first.text} of {size}: its {len(bounds)} values {names} … "
    )
    if any(bound.rows_low(size) > bound.rows_high(size) for bound in bounds):
        return [f"{line}leave no whole number of rows between their bounds; give a tolerance"]
    needs = f"allow at most {tell_count(most, 'row')}" if not least else f"need {least} to {most} rows"
    return [f"{line}{needs} together, the pool has {pool}"]


def _tell_bound(bound: Bound, rows: int, size: int, where: str) -> str:
    low, high = bound.rows_low(size), bound.rows_high(size)
    needs = f"needs {tell_count(low, 'row')}" if bound.low is not None and low > 0 else ""
    if low > high:
        needs = f"leaves no whole number of rows, as it needs {low} and allows {high}"
    elif bound.high is not None:
        needs = f"{needs} and at most {high}" if needs else f"allows at most {tell_count(high, 'row')}"
    place = f"{where}.constraints[{bound.position}]: {bound.text}"
    has = f"{bound.pool} and {rows - bound.pool} others" if bound.pool > high else f"{bound.pool}"
    return f"{place}: {bound.dimension} {bound.value[:64]} of {size} {needs}, the pool has {has}"
