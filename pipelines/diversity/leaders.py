"""Leaders: rows visited in order, each of which is below the cut from all leaders before it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.groups import Before
from pipelines.diversity.similarity import (
    Cosines,
    Nearest,
    Pool,
    Rows,
    exact_products,
    find_nearest,
    make_empty_pool,
)

# Rows decided together: their float64 products among themselves take half a MB.
_LEADER_BLOCK = 256
# Blocks in a span, which is compared at once with the leaders before it where the search is by
# clusters. A smaller span leaves each cluster a handful of queries; a larger one compares more
# pairs.
_SPAN_BLOCKS = 64


@dataclass(frozen=True, slots=True)
class Leaders:
    """Which rows lead, and what the search has compared so far: [n] each.

    Attributes:
        leads: whether a row does.
        closest: a leader's greatest cosine to a leader before it; -inf = no leader before it,
            NaN = the row does not lead.
        nearest: the nearest leader among those compared so far, by its row number (n + k = earlier
            row k, -1 = no leader).
        cosine: to that one.
    """

    leads: NDArray[np.bool_]
    closest: Cosines
    nearest: Rows
    cosine: Cosines

    @classmethod
    def after(cls, before: Before, rows: Rows) -> "Leaders":
        """Return the first state of a search: compared with earlier nights' rows, none leads yet.

        Args:
            before: the kept rows of earlier nights that rows are nearest to.
            rows: [n], which of them are searched, in visiting order.
        """
        count, near = len(rows), before.row[rows]
        return cls(
            leads=np.zeros(count, dtype=np.bool_),
            closest=np.full(count, np.nan),
            nearest=np.where(near < 0, -1, count + near),
            cosine=before.similarity[rows],
        )

    def copy(self) -> "Leaders":
        """Return a copy that a search can fill in."""
        return Leaders(
            leads=self.leads.copy(),
            closest=self.closest.copy(),
            nearest=self.nearest.copy(),
            cosine=self.cosine.copy(),
        )


def find_leaders(rows: Pool, cut: float, earlier: Pool) -> Leaders:
    """Say which rows of [n, d], visited in order, are below the cut from all earlier leaders.

    The answer is that of the sequential rule: visit the rows in order; a row leads unless an
    earlier leader is at or above the cut. Five rows on the unit circle, at 0, 10, 90, 100 and 5
    degrees, with a cut of 0.95, the cosine of 18 degrees: the rows at 0 and 90 degrees lead.

    >>> from pipelines.diversity.similarity import make_pool, unit_rows
    >>> angles = np.radians([0, 10, 90, 100, 5])
    >>> rows = make_pool(unit_rows(np.column_stack([np.cos(angles), np.sin(angles)])))
    >>> found = find_leaders(rows, 0.95, rows.part(0, 0))
    >>> found.leads.tolist()
    [True, False, True, False, False]
    >>> found.closest.round(2).tolist()
    [-inf, nan, 0.0, nan, nan]

    A row kept on an earlier night counts as a leader visited first; at 95 degrees it leaves one
    leader.

    >>> earlier = make_pool(unit_rows(np.array([[np.cos(np.radians(95)), np.sin(np.radians(95))]])))
    >>> find_leaders(rows, 0.95, earlier).leads.tolist()
    [True, False, False, False, False]

    """
    near = find_nearest(rows, earlier)
    before = Before((), (), near.row, near.similarity)
    return continue_leaders(rows, cut, Leaders.after(before, np.arange(len(rows))))


def continue_leaders(rows: Pool, cut: float, found: Leaders) -> Leaders:
    """Find the leaders from a first state, which is filled in; see `find_leaders`.

    To be fast, a block of rows is compared at once with the leaders found so far, and then its rows
    with one another. Where rows have clusters, a span of blocks is compared with the leaders before
    it in the clusters that its rows search, and each block with all leaders of its own span.
    """
    leaders, numbers = make_empty_pool(rows), np.empty(0, dtype=np.int64)
    span = _SPAN_BLOCKS * _LEADER_BLOCK
    before = 0  # leaders found before the span began
    for start in range(0, len(rows), _LEADER_BLOCK):
        if rows.clusters is not None and start % span == 0:
            before = len(numbers)
            near = find_nearest(rows.part(start, start + span), leaders.part(0, before))
            _record_nearest(found, start, near, numbers)
        block = rows.part(start, start + _LEADER_BLOCK)
        part = slice(start, start + len(block))
        near = find_nearest(block.whole(), leaders.part(before, len(numbers)).whole())
        _record_nearest(found, start, near, numbers[before:])
        free = np.flatnonzero(found.cosine[part] < cut)
        among = exact_products(block.unit[free], block.unit[free])
        chosen = np.flatnonzero(_lead_among(among >= cut))
        own = free[chosen]
        inside = np.where(
            np.tri(len(own), k=-1, dtype=np.bool_), among[np.ix_(chosen, chosen)], -np.inf
        )
        found.leads[start + own] = True
        found.closest[start + own] = np.maximum(
            found.cosine[start + own], inside.max(axis=1, initial=-np.inf)
        )
        leaders.put(len(numbers), block.take(own))
        numbers = np.concatenate([numbers, start + own])
    return found


def _record_nearest(found: Leaders, start: int, near: Nearest, numbers: Rows) -> None:
    """Record the nearest leaders of the rows from `start` on; `numbers` are the leaders' rows."""
    part = slice(start, start + len(near.row))
    nearer = near.similarity > found.cosine[part]
    found.nearest[part][nearer] = numbers[near.row[nearer]]
    found.cosine[part] = np.maximum(found.cosine[part], near.similarity)


def _lead_among(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Apply the sequential rule to the rows of a square matrix that says which pairs are near."""
    leads = np.ones(len(near), dtype=np.bool_)
    for row in np.flatnonzero(near.sum(axis=1) > 1):  # each row is near itself
        if leads[row]:
            leads[row + 1 :] &= ~near[row, row + 1 :]
    return leads
