"""Who leads: rows visited in order, each below the cut from all leaders before it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.similarity import (
    Cosines,
    Nearest,
    Pool,
    Rows,
    exact_products,
    find_nearest,
    make_room,
)

# Rows decided together: their float64 products among themselves take half a MB.
_LEADER_BLOCK = 256
# Blocks that meet the leaders before them at once where these are searched by clusters. A smaller span
# leaves each cluster a handful of queries; a larger one meets more pairs.
_SPAN_BLOCKS = 64


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who leads or stays, [n] each, and what the search for them has seen already.

    Attributes:
        leads: whether a row does.
        closest: a leader's greatest cosine to one before it; -inf = none, NaN = no leader.
        met: row number of the nearest leader met so far (n + k = earlier row k, -1 = none).
        cosine: to that one.
        unmet: the first leader, counted in visiting order, that a row has not met.
    """

    leads: NDArray[np.bool_]
    closest: Cosines
    met: Rows
    cosine: Cosines
    unmet: Rows


def find_leaders(rows: Pool, cut: float, earlier: Pool) -> Leaders:
    """Say which rows of [n, d], visited in order, are below the cut from all earlier leaders.

    Equal to the sequential rule: a block meets the leaders found so far at once, then its own
    rows one after the other. Where rows have clusters, a span of blocks meets the leaders before it
    in its rows' clusters, and all the leaders of its own.
    """
    found = meet(rows, earlier)
    leaders, numbers = make_room(rows), np.empty(0, dtype=np.int64)
    span = _SPAN_BLOCKS * _LEADER_BLOCK
    before = 0  # leaders that stand before the span
    for start in range(0, len(rows), _LEADER_BLOCK):
        if rows.clusters is not None and start % span == 0:
            before = len(numbers)
            near = find_nearest(rows.part(start, start + span), leaders.part(0, before))
            _note(found, start, near, numbers)
        block = rows.part(start, start + _LEADER_BLOCK)
        part = slice(start, start + len(block))
        near = find_nearest(block.whole(), leaders.part(before, len(numbers)).whole())
        _note(found, start, near, numbers[before:])
        found.unmet[part] = len(numbers)
        free = np.flatnonzero(found.cosine[part] < cut)
        among = exact_products(block.unit[free], block.unit[free])
        chosen = np.flatnonzero(_lead_among(among >= cut))
        own = free[chosen]
        inside = np.where(np.tri(len(own), k=-1, dtype=np.bool_), among[np.ix_(chosen, chosen)], -np.inf)
        found.leads[start + own] = True
        found.closest[start + own] = np.maximum(
            found.cosine[start + own], inside.max(axis=1, initial=-np.inf)
        )
        leaders.put(len(numbers), block.take(own))
        numbers = np.concatenate([numbers, start + own])
    return found


def _note(found: Leaders, start: int, near: Nearest, numbers: Rows) -> None:
    """Write down what the rows from `start` on have met: `near` counts in leaders, `numbers` are theirs."""
    part = slice(start, start + len(near.row))
    nearer = near.similarity > found.cosine[part]
    found.met[part][nearer] = numbers[near.row[nearer]]
    found.cosine[part] = np.maximum(found.cosine[part], near.similarity)


def meet(rows: Pool, earlier: Pool) -> Leaders:
    """Return the state in which rows have met the rows of earlier nights alone."""
    past = find_nearest(rows, earlier)
    met = np.where(past.row < 0, -1, len(rows) + past.row)
    nobody = np.zeros(len(rows), dtype=np.bool_)
    unmet = np.zeros(len(rows), dtype=np.int64)
    return Leaders(nobody, np.full(len(rows), np.nan), met, past.similarity, unmet)


def _lead_among(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Apply the greedy rule to the rows of a square matrix that says who is near whom."""
    leads = np.ones(len(near), dtype=np.bool_)
    for row in np.flatnonzero(near.sum(axis=1) > 1):  # each row is near itself
        if leads[row]:
            leads[row + 1 :] &= ~near[row, row + 1 :]
    return leads
