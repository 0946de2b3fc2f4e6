"""Group the rows of a pool into cells: rows that have the same bounds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.sampling.bounds import Bound, DrawRule, Ints


@dataclass(frozen=True, slots=True)
class Cells:
    """Groups of rows that have the same bounds, of those bounds that can bind.

    `of_row` [n] is the cell of each row, `rows` [cells] their counts. `members` [cells, rules]
    holds indices into `bounds`, -1 = no bound; `bounds` are those that can bind.
    """

    bounds: tuple[Bound, ...]
    of_row: Ints
    rows: Ints
    members: Ints


def group_cells(
    rules: Sequence[DrawRule], rows: int, size: int, counts: Ints | None = None
) -> Cells:
    """Group rows by the bounds that can bind; values without such a bound share one level.

    A character with fewer rows than its cap allows, for instance, needs no level of its own: all
    characters of that kind share one. So there are few cells. Cells are ordered by their members.

    Five rows of kinds a, a, a, b and c, of which two are selected, at most half of each kind. Only
    a can exceed its cap of one row: b and c share a cell.

    >>> import polars as pl
    >>> from pipelines.sampling.bounds import resolve
    >>> from pipelines.sampling.constraints import parse_block
    >>> pool = pl.DataFrame({"kind": ["a", "a", "a", "b", "c"]})
    >>> cap = {"dimension": "kind", "each_at_most": 0.5}
    >>> block = parse_block({"size": 2, "constraints": [cap]})
    >>> cells = group_cells(resolve(pool, block.constraints, None), rows=5, size=2)
    >>> [bound.value for bound in cells.bounds], cells.members.tolist()
    (['a'], [[-1], [0]])
    >>> cells.of_row.tolist(), cells.rows.tolist()
    ([1, 1, 1, 0, 0], [2, 3])

    Args:
        rules: of `resolve`.
        rows: rows of the pool.
        size: rows to select.
        counts: [rows], how many rows each row counts for; None = one.
    """
    bounds: list[Bound] = []
    of_row, members = np.zeros(rows, np.int64), np.zeros((1 if rows else 0, 0), np.int64)
    for rule in rules:
        active = np.array([bound.can_bind(size) for bound in rule.bounds], bool)
        if not active.any():
            continue
        number = np.append(np.where(active, np.cumsum(active) - 1 + len(bounds), -1), -1)
        bounds += [bound for bound, is_active in zip(rule.bounds, active, strict=True) if is_active]
        mine = number[rule.codes]
        width = len(bounds) + 1
        levels, of_row = np.unique(of_row * width + mine + 1, return_inverse=True)
        members = np.column_stack([members[levels // width], levels % width - 1])
    of_cell = np.bincount(of_row, counts, minlength=len(members)).astype(np.int64)
    return Cells(tuple(bounds), of_row, of_cell, members)


def count_bounds(rules: Sequence[DrawRule], chosen: NDArray[np.bool_]) -> list[tuple[Bound, int]]:
    """Return every bound with the number of selected rows that have its value; `chosen` is [n]."""
    return [
        (bound, int(count))
        for rule in rules
        for bound, count in zip(
            rule.bounds,
            np.bincount(rule.codes[chosen & (rule.codes >= 0)], minlength=len(rule.bounds)),
            strict=True,
        )
    ]
