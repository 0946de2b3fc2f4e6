"""Explain why hard constraints conflict: minimal conflicts, and the nearest feasible change."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

import numpy as np

from pipelines.sampling.bounds import Bound, DrawRule
from pipelines.sampling.cells import Cells, group_cells
from pipelines.sampling.highs import Programme, maximise_linear
from pipelines.sampling.loosening import describe_changes, find_changes
from pipelines.sampling.nearest import find_nearest_size, is_feasible
from pipelines.sampling.solver import count_programme
from pipelines.wording import format_count

_SHOWN_VALUES = 8
_SHOWN_CONFLICTS = 4
_TINY = 1e-9


def explain_conflict(rules: Sequence[DrawRule], rows: int, size: int, where: str) -> list[str]:
    """Return a line per bound of each minimal conflict, then the nearest feasible size and change.

    Four of five rows are to be selected, at most 40 % of each kind, which is one row. With one row
    of kind a, the two of kind b are not enough. The first line names the conflict, the second the
    nearest number with which a sample of four rows is possible.

    >>> from pipelines.sampling.bounds import resolve
    >>> from pipelines.sampling.constraints import parse_block
    >>> import polars as pl
    >>> pool = pl.DataFrame({"kind": ["a", "a", "a", "b", "b"]})
    >>> cap = {"dimension": "kind", "each_at_most": 0.4}
    >>> block = parse_block({"size": 4, "constraints": [cap]})
    >>> lines = explain_conflict(resolve(pool, block.constraints, None), 5, 4, "sampling")
    >>> print(lines[0].removeprefix("sampling.constraints[0]: "))
    kind each_at_most 0.4: kind a of 4 allows at most 1 row, the pool has 3 and 2 others
    >>> print(lines[1].strip())
    The nearest that can hold: at this size constraints[0] kind each_at_most 0.5.

    Args:
        rules: the constraints on the pool; no sample of this size satisfies them.
        rows: rows of the pool.
        size: rows asked for, at most the pool.
        where: the path of the block, with which every line begins.

    A conflict is minimal: without any one of its bounds, the others can hold. Where a constraint
    has many values in a conflict, one line summarises them. A bound that this pool cannot satisfy
    at all is a conflict by itself.
    """
    hard = [_only_hard(rule) for rule in rules]
    cells = group_cells(hard, rows, size)
    found = find_conflicts(cells, size)
    alone = [cells.bounds[index] for conflict in found if len(conflict) == 1 for index in conflict]
    lines = _describe_group(alone, rows, size, where)
    for conflict in (conflict for conflict in found if len(conflict) > 1):
        if lines:
            lines.append("  Besides, these conflict with one another:")
        lines += _describe_group([cells.bounds[index] for index in conflict], rows, size, where)
    proposals = [f"size {near}"] if (near := find_nearest_size(hard, rows, size)) else []
    proposals += _describe_changes(cells, size, "at this size ")
    return [*lines, _describe_nearest(proposals)]


def explain_size(rules: Sequence[DrawRule], rows: int, size: int) -> str:
    """Return a line with the nearest feasible size, where `size` is 0 or larger than the pool.

    Args:
        rules: the constraints on the pool.
        rows: rows of the pool.
        size: rows asked for, 0 or more than the pool has.
    """
    if not rows:
        return (
            "  No size is possible: the pool has no rows. Give it some, or loosen what drops them "
            "all."
        )
    hard = [_only_hard(rule) for rule in rules]
    if near := find_nearest_size(hard, rows, size):
        return _describe_nearest([f"size {near}"])
    near = min(max(size, 1), rows)
    return _describe_nearest(
        _describe_changes(group_cells(hard, rows, near), near, f"size {near} with ")
    )


def _describe_changes(cells: Cells, size: int, before: str) -> list[str]:
    changes = find_changes(cells, size)
    return [f"{before}{describe_changes(changes, size)}"] if changes else []


def _describe_nearest(proposals: Sequence[str]) -> str:
    if not proposals:
        return (
            "  Nothing that can hold was found: remove a constraint named above, "
            "or write soft: true in it."
        )
    return f"  The nearest that can hold: {', or '.join(proposals)}."


def _only_hard(rule: DrawRule) -> DrawRule:
    """Return the rule without its soft bounds."""
    if all(bound.hard for bound in rule.bounds):
        return rule
    return DrawRule((), np.full_like(rule.codes, -1))


def find_conflicts(cells: Cells, size: int) -> list[list[int]]:
    """Return disjoint minimal conflicts as indices of bounds.

    First each bound that cannot hold alone, then conflicts of several, until the rest can hold or
    four are found.
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
    """Return a minimal conflict among bounds, empty where they can hold.

    Bounds with a price in the elastic programme are candidates, usually few. Each is then removed
    in turn, for good where the rest still conflicts.
    """
    integer = False
    kept = _candidates(cells, size, among)
    if is_feasible(programme, gain, kept, integer=False):
        kept = list(among)
        integer = is_feasible(programme, gain, kept, integer=False)
        if integer and is_feasible(programme, gain, kept, integer=True):
            return []
    for index in list(kept):
        rest = [other for other in kept if other != index]
        if not is_feasible(programme, gain, rest, integer=integer):
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
    """Return the cells with soft bounds in integers; each row outside is a violation of 1."""
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


def _describe_group(bounds: Iterable[Bound], rows: int, size: int, where: str) -> list[str]:
    lines = []
    for _, group in groupby(bounds, key=lambda bound: bound.position):
        lines += _describe_bounds(list(group), rows, size, where)
    return lines


def _describe_bounds(bounds: list[Bound], rows: int, size: int, where: str) -> list[str]:
    if len(bounds) <= _SHOWN_VALUES:
        return [_describe_bound(bound, rows, size, where) for bound in bounds]
    first = bounds[0]
    names = ", ".join(bound.value[:64] for bound in bounds[:3])
    least, most = (
        sum(getattr(bound, side)(size) for bound in bounds) for side in ("rows_low", "rows_high")
    )
    pool = sum(bound.pool for bound in bounds)
    place = f"{where}.constraints[{first.position}]"
    line = f"{place}: {first.text} of {size}: its {len(bounds)} values {names} … "
    if any(bound.rows_low(size) > bound.rows_high(size) for bound in bounds):
        return [f"{line}leave no whole number of rows between their bounds; give a tolerance"]
    needs = (
        f"allow at most {format_count(most, 'row')}"
        if not least
        else f"need {least} to {most} rows"
    )
    return [f"{line}{needs} together, the pool has {pool}"]


def _describe_bound(bound: Bound, rows: int, size: int, where: str) -> str:
    low, high = bound.rows_low(size), bound.rows_high(size)
    needs = f"needs {format_count(low, 'row')}" if bound.low is not None and low > 0 else ""
    if low > high:
        needs = f"leaves no whole number of rows, as it needs {low} and allows {high}"
    elif bound.high is not None:
        needs = (
            f"{needs} and at most {high}"
            if needs
            else f"allows at most {format_count(high, 'row')}"
        )
    place = f"{where}.constraints[{bound.position}]: {bound.text}"
    has = f"{bound.pool} and {rows - bound.pool} others" if bound.pool > high else f"{bound.pool}"
    return f"{place}: {bound.dimension} {bound.value[:64]} of {size} {needs}, the pool has {has}"
