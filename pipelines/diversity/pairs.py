"""Pairs of rows at or above a cut, across two tables."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.quantized import rounding_error
from pipelines.diversity.similarity import (
    POOL_BLOCK,
    QUERY_BLOCK,
    Cosines,
    Pool,
    Rows,
    Vectors,
    exact_cosines,
    find_above,
    find_nearest,
    make_pool,
    unit_rows,
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs at or above a cut, sorted: [k] of left row, right row and their cosine."""

    left: Rows
    right: Rows
    similarity: Cosines


def closest_across(left: Vectors, right: Vectors) -> float:
    """Return the greatest cosine of a row of `left` and one of `right`; -inf where one is empty."""
    if not len(left) or not len(right):
        return -math.inf
    return float(find_nearest(unit_rows(left), unit_rows(right)).similarity.max())


def pairs_across(left: Vectors | Pool, right: Vectors | Pool, cut: float) -> Pairs:
    """Find all pairs of a row of `left` and a row of `right` with a cosine at or above the cut."""
    queries, pool = (
        rows if isinstance(rows, Pool) else make_pool(unit_rows(rows)) for rows in (left, right)
    )
    found = list(_pair_blocks(queries, pool, cut))
    rows = (
        np.concatenate([pairs for pairs, _ in found]) if found else np.empty((0, 2), dtype=np.int64)
    )
    cosines = np.concatenate([values for _, values in found]) if found else np.empty(0)
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    return Pairs(rows[order, 0], rows[order, 1], cosines[order])


def _pair_blocks(
    queries: Pool, pool: Pool, cut: float
) -> Iterator[tuple[NDArray[np.int64], Cosines]]:
    error = rounding_error(queries.unit.shape[1])
    for start in range(0, len(queries), QUERY_BLOCK):
        block = queries.part(start, start + QUERY_BLOCK)
        floors = np.full(len(block), cut - error)
        for first in range(0, len(pool), POOL_BLOCK):
            rows = pool.part(first, first + POOL_BLOCK)
            one, other, _ = find_above(block, rows, floors)
            cosines = exact_cosines(block.unit, rows.unit, one, other)
            hit = cosines >= cut
            yield np.column_stack([one[hit] + start, other[hit] + first]), cosines[hit]
