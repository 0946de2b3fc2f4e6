"""Cosine similarity by blocks: float32 products propose, float64 decides; memory is bounded by a block."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Cosines = NDArray[np.float64]
Rows = NDArray[np.int64]

QUERY_BLOCK = 1024
POOL_BLOCK = 16_384
# Pairs whose cosine is recomputed at once: 25 MB of float64 on each side at 384 dimensions.
_PAIR_CHUNK = 8_192
# The same two rows give the same cosine to the last of these decimals whatever product made it,
# and a row is at exactly 1 from itself.
_DECIMALS = 12
# Squared length of a row that a float32 encoder normalised differs from 1 by no more.
_UNIT_TOLERANCE = 4e-6
# Above so many near-best candidates per query one float64 product is cheaper than single pairs.
_FEW_CANDIDATES = 16


@dataclass(frozen=True, slots=True)
class Nearest:
    """The pool row nearest to each query: [m] of row number (-1 = empty pool) and cosine (-inf)."""

    row: Rows
    similarity: Cosines


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs at or above a cut: [k] of left row, right row and their cosine, sorted by left, right."""

    left: Rows
    right: Rows
    similarity: Cosines


@dataclass(frozen=True, slots=True)
class VectorFault:
    """One kind of bad vector: what is wrong, in how many rows, and the first ids that have it."""

    fault: str
    count: int
    first_ids: tuple[str, ...]


def check_vectors(
    vectors: Sequence[object], ids: Sequence[str], dimension: int | None = None
) -> list[VectorFault]:
    """Name every vector that has no cosine: null, of another length, not finite, or zero.

    Args:
        vectors: [n] of a sequence of numbers or null.
        ids: [n] of their ids.
        dimension: the length wanted; null = that of the first vector that is not null.

    Returns:
        One entry for each kind that occurs, the first five ids of each sorted as strings.
    """
    found: dict[str, list[str]] = {}
    for identifier, vector in zip(ids, vectors, strict=True):
        if vector is not None and dimension is None:
            dimension = np.size(np.asarray(vector, dtype=object))
        if fault := _find_fault(vector, dimension):
            found.setdefault(fault, []).append(identifier)
    return [VectorFault(fault, len(who), tuple(sorted(who)[:5])) for fault, who in sorted(found.items())]


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """Scale each row of [n, d] to length one, in float64, kept in float32; unit rows stay bit for bit."""
    if vectors.dtype == np.float32 and _are_unit(vectors):
        return np.ascontiguousarray(vectors, dtype=np.float32)
    unit = np.empty(vectors.shape, dtype=np.float32)
    for start in range(0, len(vectors), POOL_BLOCK):
        rows = vectors[start : start + POOL_BLOCK].astype(np.float64)
        unit[start : start + POOL_BLOCK] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def exact_cosines(left: Vectors, right: Vectors) -> Cosines:
    """Return the float64 cosine of each row of `left` [k, d] with the same row of `right`, to 12 decimals."""
    cosines = np.empty(len(left), dtype=np.float64)
    for start in range(0, len(left), _PAIR_CHUNK):
        part = slice(start, start + _PAIR_CHUNK)
        one, other = left[part].astype(np.float64), right[part].astype(np.float64)
        lengths = np.sqrt(np.einsum("ij,ij->i", one, one) * np.einsum("ij,ij->i", other, other))
        cosines[part] = np.einsum("ij,ij->i", one, other) / lengths
    return np.round(cosines, _DECIMALS)


def exact_products(left: Vectors, right: Vectors) -> Cosines:
    """Return all float64 cosines of `left` [m, d] with `right` [k, d], to 12 decimals: [m, k]."""
    one, other = left.astype(np.float64), right.astype(np.float64)
    one /= np.linalg.norm(one, axis=1, keepdims=True)
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    return np.round(one @ other.T, _DECIMALS)


def find_nearest(queries: Vectors, pool: Vectors, limits: Rows | None = None) -> Nearest:
    """Find for each query the pool row with the greatest cosine; of equals the first.

    Args:
        queries: [m, d] of unit rows.
        pool: [k, d] of unit rows.
        limits: [m], ascending: a query sees only the first so many rows of the pool; null = all.

    Returns:
        Exact for the given float32 rows: candidates within the rounding error of the best are
        decided in float64.
    """
    row = np.full(len(queries), -1, dtype=np.int64)
    similarity = np.full(len(queries), -np.inf)
    for start in range(0, len(queries), QUERY_BLOCK):
        part = slice(start, min(start + QUERY_BLOCK, len(queries)))
        seen = None if limits is None else limits[part]
        size = len(pool) if seen is None else int(seen[-1])
        for first in range(0, size, POOL_BLOCK):
            visible = None if seen is None else seen - first
            found = _nearest_in_block(queries[part], pool[first : min(first + POOL_BLOCK, size)], visible)
            better = found.similarity > similarity[part]
            row[part][better] = found.row[better] + first
            similarity[part][better] = found.similarity[better]
    return Nearest(row, similarity)


def closest_across(left: Vectors, right: Vectors) -> float:
    """Return the greatest cosine between a row of `left` and a row of `right`; -inf where one is empty."""
    if not len(left) or not len(right):
        return -math.inf
    return float(find_nearest(unit_rows(left), unit_rows(right)).similarity.max())


def pairs_across(left: Vectors, right: Vectors, cut: float) -> Pairs:
    """Find every pair of a row of `left` and a row of `right` whose cosine is at or above the cut."""
    found = list(_pair_blocks(unit_rows(left), unit_rows(right), cut))
    rows = np.concatenate([pairs for pairs, _ in found]) if found else np.empty((0, 2), dtype=np.int64)
    cosines = np.concatenate([values for _, values in found]) if found else np.empty(0)
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    return Pairs(rows[order, 0], rows[order, 1], cosines[order])


def rounding_error(dimension: int) -> float:
    """Bound the error of a float32 product of two unit rows: one rounding for each addition and factor."""
    return (dimension + 4) * 2.0**-24


def _are_unit(vectors: NDArray[np.floating]) -> bool:
    """Say whether all lengths are 1 to float32: decisions are then exact for the rows as stored."""
    squares = np.einsum("ij,ij->i", vectors, vectors)
    return bool((np.abs(squares - 1) < _UNIT_TOLERANCE).all())


def _find_fault(vector: object, dimension: int | None) -> str | None:
    if vector is None:
        return "null"
    try:
        numbers = np.asarray(vector, dtype=np.float64)
    except (TypeError, ValueError):
        return "no numbers"
    if numbers.ndim != 1 or len(numbers) != dimension:
        return f"length is not {dimension}"
    if not np.isfinite(numbers).all():
        return "not finite"
    return None if numbers.any() else "zero"


def _nearest_in_block(queries: Vectors, pool: Vectors, visible: Rows | None) -> Nearest:
    """Find the nearest of one pool block; `visible` counts the rows each query may see, ascending."""
    products = queries @ pool.T
    if visible is not None and visible[0] < len(pool):
        products[np.arange(len(pool)) >= visible[:, None]] = -np.inf
    row = products.argmax(axis=1)
    best = products[np.arange(len(queries)), row]
    near = products >= (best - 2 * rounding_error(pool.shape[1]))[:, None]
    near &= np.isfinite(best)[:, None]
    counts = near.sum(axis=1, dtype=np.int32)
    similarity = np.where(counts > 0, exact_cosines(queries, pool[row]), -np.inf)
    several = np.flatnonzero(counts > 1)
    if counts[several].sum() > _FEW_CANDIDATES * len(queries):
        cosines = np.where(near[several], exact_products(queries[several], pool), -np.inf)
        row[several], similarity[several] = cosines.argmax(axis=1), cosines.max(axis=1)
    elif len(several):
        row[several], similarity[several] = _best_of_pairs(queries, pool, several, near)
    return Nearest(row, similarity)


def _best_of_pairs(
    queries: Vectors, pool: Vectors, several: Rows, near: NDArray[np.bool_]
) -> tuple[Rows, Cosines]:
    """Return row and cosine of the best candidate of each of `several` queries; of equals the first."""
    position, candidate = np.nonzero(near[several])
    cosines = exact_cosines(queries[several[position]], pool[candidate])
    order = np.lexsort((candidate, -cosines, position))
    first = order[np.searchsorted(position[order], np.arange(len(several)))]
    return candidate[first], cosines[first]


def _pair_blocks(left: Vectors, right: Vectors, cut: float) -> Iterator[tuple[NDArray[np.int64], Cosines]]:
    floor = cut - rounding_error(left.shape[1])
    for start in range(0, len(left), QUERY_BLOCK):
        block = left[start : start + QUERY_BLOCK]
        for first in range(0, len(right), POOL_BLOCK):
            pool = right[first : first + POOL_BLOCK]
            one, other = np.nonzero(block @ pool.T >= floor)
            cosines = exact_cosines(block[one], pool[other])
            hit = cosines >= cut
            yield np.column_stack([one[hit] + start, other[hit] + first]), cosines[hit]
