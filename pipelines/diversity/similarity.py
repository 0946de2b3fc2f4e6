"""Cosine similarity by blocks, which bound the memory: int8 products preselect, float64 decides."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.quantized import (
    LOWEST,
    UNIT_TOLERANCE,
    QuantizedVectors,
    quantize,
    rounding_error,
)

Vectors = NDArray[np.float32]
Cosines = NDArray[np.float64]
Rows = NDArray[np.int64]

# A tile of products, 8 MB at most, is scanned while the processor's cache still holds it.
QUERY_BLOCK = 1024
POOL_BLOCK = 2048
# Pairs whose cosine is recomputed at once: 1.5 MB of float64 on each side at 384 dimensions.
_PAIR_CHUNK = 512
# The same two rows give the same cosine to the last of these decimals whatever product made it,
# and a row is at exactly 1 from itself.
_DECIMALS = 12
# A query with more preselected candidates is multiplied with the whole block in float32, one with
# more near-best candidates in float64: dense products are then cheaper than single pairs.
_FEW_PRESELECTED = 192
_FEW_CANDIDATES = 16


@dataclass(frozen=True, slots=True)
class Nearest:
    """The pool row nearest to each query: [m] of row number (-1 = empty pool) and cosine (-inf)."""

    row: Rows
    similarity: Cosines


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs at or above a cut, sorted: [k] of left row, right row and their cosine."""

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
        vectors: [n], each a sequence of numbers or None.
        ids: [n] of their ids.
        dimension: the length wanted; None = that of the first vector there is.

    Returns:
        One entry for each kind that occurs, the first five ids of each sorted as strings.
    """
    found: dict[str, list[str]] = {}
    for identifier, vector in zip(ids, vectors, strict=True):
        if vector is not None and dimension is None:
            dimension = np.size(np.asarray(vector, dtype=object))
        if fault := _find_fault(vector, dimension):
            found.setdefault(fault, []).append(identifier)
    return [
        VectorFault(fault, len(who), tuple(sorted(who)[:5])) for fault, who in sorted(found.items())
    ]


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """Scale rows [n, d] to length one in float64, stored as float32; unit rows stay bit for bit."""
    if vectors.dtype == np.float32 and _are_unit(vectors):
        return np.ascontiguousarray(vectors, dtype=np.float32)
    unit = np.empty(vectors.shape, dtype=np.float32)
    for start in range(0, len(vectors), POOL_BLOCK):
        rows = vectors[start : start + POOL_BLOCK].astype(np.float64)
        unit[start : start + POOL_BLOCK] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def exact_cosines(
    left: Vectors, right: Vectors, one_rows: Rows | None = None, other_rows: Rows | None = None
) -> Cosines:
    """Return float64 cosines of rows of `left` with rows of `right`, to 12 decimals: [k].

    Args:
        left: [m, d].
        right: [n, d].
        one_rows: [k], row numbers of `left`; None = all, in order.
        other_rows: [k], row numbers of `right`; None = all, in order.
    """
    one_rows = np.arange(len(left)) if one_rows is None else one_rows
    other_rows = np.arange(len(right)) if other_rows is None else other_rows
    cosines = np.empty(len(one_rows), dtype=np.float64)
    for start in range(0, len(one_rows), _PAIR_CHUNK):
        part = slice(start, start + _PAIR_CHUNK)
        one, other = (
            left[one_rows[part]].astype(np.float64),
            right[other_rows[part]].astype(np.float64),
        )
        lengths = np.sqrt(np.einsum("ij,ij->i", one, one) * np.einsum("ij,ij->i", other, other))
        cosines[part] = np.einsum("ij,ij->i", one, other) / lengths
    return np.round(cosines, _DECIMALS)


def exact_products(left: Vectors, right: Vectors) -> Cosines:
    """Return all float64 cosines of `left` [m, d] with `right` [k, d], to 12 decimals: [m, k]."""
    one, other = left.astype(np.float64), right.astype(np.float64)
    one /= np.linalg.norm(one, axis=1, keepdims=True)
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    return np.round(one @ other.T, _DECIMALS)


@dataclass(frozen=True, slots=True)
class Pool:
    """Unit rows [n, d], their quantised form, and the clusters that they search.

    Attributes:
        unit: the rows.
        quantized: the same rows, int8-quantised.
        clusters: [n, 1 + p], a row's own cluster, then those that it probes; None = a search
            compares all rows. With clusters, a query is compared with the rows of a pool whose own
            cluster is among the clusters of the query.
    """

    unit: Vectors
    quantized: QuantizedVectors
    clusters: Rows | None = None

    def part(self, start: int, stop: int) -> "Pool":
        """Return rows start to stop, which share memory."""
        clusters = None if self.clusters is None else self.clusters[start:stop]
        return Pool(self.unit[start:stop], self.quantized.part(start, stop), clusters)

    def take(self, rows: Rows) -> "Pool":
        """Return chosen rows."""
        clusters = None if self.clusters is None else self.clusters[rows]
        return Pool(self.unit[rows], self.quantized.take(rows), clusters)

    def whole(self) -> "Pool":
        """Return the same rows without their clusters: a search compares them all."""
        return Pool(self.unit, self.quantized)

    def put(self, start: int, rows: "Pool") -> None:
        """Overwrite the rows from `start` on."""
        self.unit[start : start + len(rows)] = rows.unit
        self.quantized.values[start : start + len(rows)] = rows.quantized.values
        if self.clusters is not None and rows.clusters is not None:
            self.clusters[start : start + len(rows)] = rows.clusters

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.unit)


def make_pool(unit: Vectors) -> Pool:
    """Return unit rows ready to be searched; for several searches the pool is made once."""
    return Pool(unit, quantize(unit))


def make_empty_pool(like: Pool) -> Pool:
    """Return a pool of as many rows without content, to be filled by `put`."""
    own = like.quantized
    clusters = None if like.clusters is None else np.empty_like(like.clusters)
    return Pool(
        np.empty_like(like.unit),
        QuantizedVectors(np.empty_like(own.values), own.scale, own.max_error),
        clusters,
    )


def match_clusters(queries: Pool, pool: Pool) -> Iterator[tuple[Rows, Rows]]:
    """Return cluster by cluster which queries are compared with which rows of the pool.

    Both are ascending, and no pair is returned twice. Both pools have clusters.
    """
    if queries.clusters is None or pool.clusters is None:
        message = "both pools need clusters"
        raise ValueError(message)
    wanted, home = queries.clusters.ravel(), pool.clusters[:, 0]
    cells, members = np.argsort(wanted, kind="stable"), np.argsort(home, kind="stable")
    shared = np.intersect1d(wanted, home)
    bounds = [
        np.searchsorted(numbers[order], shared, side)
        for numbers, order in ((wanted, cells), (home, members))
        for side in ("left", "right")
    ]
    width = queries.clusters.shape[1]
    for first, last, begin, end in zip(*(bound.tolist() for bound in bounds), strict=True):
        yield cells[first:last] // width, members[begin:end]


def find_nearest(
    queries: Vectors | Pool, pool: Vectors | Pool, limits: Rows | None = None
) -> Nearest:
    """Find for each query the pool row with the greatest cosine; of equals the first.

    Args:
        queries: [m, d] of unit rows.
        pool: [k, d] of unit rows.
        limits: [m], ascending: how many rows from the pool's first a query searches; None = all.

    Returns:
        Exact for the given float32 rows: all of the pool, or those of the query's clusters where
        both pools have clusters. Candidates within the error of the best are decided in float64.
    """
    queries = queries if isinstance(queries, Pool) else make_pool(queries)
    pool = pool if isinstance(pool, Pool) else make_pool(pool)
    found = Nearest(np.full(len(queries), -1, dtype=np.int64), np.full(len(queries), -np.inf))
    if queries.clusters is None or pool.clusters is None:
        _search(queries, pool, limits, found)
        return found
    for who, rows in match_clusters(queries, pool):
        seen = None if limits is None else np.searchsorted(rows, limits[who])
        # A row as near as the nearest so far replaces it where it comes before it in the pool.
        known = np.nextafter(found.similarity[who], -np.inf)
        near = Nearest(np.full(len(who), -1, dtype=np.int64), known)
        _search(queries.take(who), pool.take(rows), seen, near)
        number = np.append(rows, len(pool))[near.row]
        is_first = (near.similarity > found.similarity[who]) | (number < found.row[who])
        nearer = (near.row >= 0) & is_first
        found.row[who[nearer]] = number[nearer]
        found.similarity[who[nearer]] = near.similarity[nearer]
    return found


def _search(queries: Pool, pool: Pool, limits: Rows | None, found: Nearest) -> None:
    """Update `found` where a row of the pool is nearer."""
    for start in range(0, len(queries), QUERY_BLOCK):
        part = slice(start, min(start + QUERY_BLOCK, len(queries)))
        block = queries.part(part.start, part.stop)
        seen = None if limits is None else limits[part]
        size = len(pool) if seen is None else int(seen[-1])
        for first in range(0, size, POOL_BLOCK):
            rows = pool.part(first, min(first + POOL_BLOCK, size))
            visible = None if seen is None or seen[0] >= first + len(rows) else seen - first
            near = _nearest_in_block(block, rows, visible, found.similarity[part])
            better = near.similarity > found.similarity[part]
            found.row[part][better] = near.row[better] + first
            found.similarity[part][better] = near.similarity[better]


def find_above(queries: Pool, pool: Pool, floors: Cosines) -> tuple[Rows, Rows, Vectors]:
    """Return query, pool row and float32 cosine of every pair at or above the query's floor."""
    quantized = queries.quantized
    codes = quantized.dot_codes(pool.quantized)
    floor = quantized.to_codes(floors - quantized.bound_error(pool.quantized), pool.quantized)
    rows = np.flatnonzero(codes.max(axis=1, initial=LOWEST) >= floor)
    one, other = _true_cells(codes[rows] >= floor[rows, None])
    one = rows[one]
    products = _pair_products(queries.unit, pool.unit, one, other)
    above = products >= floors[one]
    return one[above], other[above], products[above]


def closest_across(left: Vectors, right: Vectors) -> float:
    """Return the greatest cosine of a row of `left` and one of `right`; -inf where one is empty."""
    if not len(left) or not len(right):
        return -math.inf
    return float(find_nearest(unit_rows(left), unit_rows(right)).similarity.max())


def pairs_across(left: Vectors, right: Vectors, cut: float) -> Pairs:
    """Find all pairs of a row of `left` and a row of `right` with a cosine at or above the cut."""
    found = list(_pair_blocks(unit_rows(left), unit_rows(right), cut))
    rows = (
        np.concatenate([pairs for pairs, _ in found]) if found else np.empty((0, 2), dtype=np.int64)
    )
    cosines = np.concatenate([values for _, values in found]) if found else np.empty(0)
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    return Pairs(rows[order, 0], rows[order, 1], cosines[order])


def _are_unit(vectors: NDArray[np.floating]) -> bool:
    """Say whether all lengths are 1 to float32: decisions are then exact for the rows as stored."""
    squares = np.einsum("ij,ij->i", vectors, vectors)
    return bool((np.abs(squares - 1) < UNIT_TOLERANCE).all())


def _find_fault(vector: object, dimension: int | None) -> str | None:
    if vector is None:
        return "null"
    try:
        numbers = np.asarray(vector, dtype=np.float64)
    except (TypeError, ValueError):
        return "no array of numbers"
    if numbers.ndim != 1 or len(numbers) != dimension:
        return f"not of length {dimension}"
    if not np.isfinite(numbers).all():
        return "not finite"
    return None if numbers.any() else "zero"


def _nearest_in_block(queries: Pool, pool: Pool, visible: Rows | None, known: Cosines) -> Nearest:
    """Find the nearest row of one pool block, for queries where it is as near as `known` or nearer.

    Args:
        queries: [m].
        pool: one block.
        visible: [m], how many rows of the block each query is compared with; None = all.
        known: [m], the cosine to the nearest row found so far. A query without a row so near gets
            row 0 at -inf.
    """
    quantized, error = queries.quantized, queries.quantized.bound_error(pool.quantized)
    rounded = rounding_error(pool.unit.shape[1])
    codes = quantized.dot_codes(pool.quantized)
    if visible is not None:
        codes[np.arange(len(pool)) >= visible[:, None]] = LOWEST
    best = codes.max(axis=1)
    # Most queries have found a nearer row before: their products need no second look.
    rows = np.flatnonzero(
        (best >= quantized.to_codes(known - error, pool.quantized)) & (best > LOWEST)
    )
    codes = codes[rows]
    likely = _pair_products(queries.unit, pool.unit, rows, codes.argmax(axis=1))
    floor = np.maximum(likely - rounded, known[rows]) - error
    near = codes >= quantized.to_codes(floor, pool.quantized)[:, None]
    position, candidate = _true_cells(near)
    if len(position) > _FEW_PRESELECTED * len(rows) // 4:
        crowded = np.flatnonzero(np.bincount(position) > _FEW_PRESELECTED)
        products = queries.unit[rows[crowded]] @ pool.unit.T
        near[crowded] &= _near_best(products, near[crowded], pool.unit.shape[1])
        position, candidate = _true_cells(near)
    return _decide(queries.unit, pool.unit, rows[position], candidate)


def _near_best(products: Vectors, allowed: NDArray[np.bool_], dimension: int) -> NDArray[np.bool_]:
    """Say which float32 products are within rounding of the best allowed one of their row."""
    best = np.where(allowed, products, -np.inf).max(axis=1)
    return np.asarray(products >= (best - 2 * rounding_error(dimension))[:, None], dtype=np.bool_)


def _true_cells(mask: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Return row and column of every true cell, in order."""
    cells = np.flatnonzero(mask)
    return np.divmod(cells, mask.shape[1])


def _decide(queries: Vectors, pool: Vectors, position: Rows, candidate: Rows) -> Nearest:
    """Return each query's best candidate, of equals the first; pairs are sorted by both."""
    nearest = Nearest(np.zeros(len(queries), dtype=np.int64), np.full(len(queries), -np.inf))
    if not len(position):
        return nearest
    products = _pair_products(queries, pool, position, candidate)
    who, first = np.unique(position, return_index=True)
    best = np.repeat(np.maximum.reduceat(products, first), np.diff([*first, len(position)]))
    close = products >= best - 2 * rounding_error(pool.shape[1])
    position, candidate = position[close], candidate[close]
    if len(position) > _FEW_CANDIDATES * len(who):
        cosines = np.full((len(who), len(pool)), -np.inf)
        place = np.searchsorted(who, position)
        cosines[place, candidate] = exact_products(queries[who], pool)[place, candidate]
        nearest.row[who], nearest.similarity[who] = cosines.argmax(axis=1), cosines.max(axis=1)
        return nearest
    exact = exact_cosines(queries, pool, position, candidate)
    order = np.lexsort((candidate, -exact, position))
    first = order[np.searchsorted(position[order], who)]
    nearest.row[who], nearest.similarity[who] = candidate[first], exact[first]
    return nearest


def _pair_products(left: Vectors, right: Vectors, one: Rows, other: Rows) -> Vectors:
    """Return the float32 product of each pair of rows: [k]."""
    products = np.empty(len(one), dtype=np.float32)
    for start in range(0, len(one), _PAIR_CHUNK):
        part = slice(start, start + _PAIR_CHUNK)
        products[part] = np.einsum("ij,ij->i", left[one[part]], right[other[part]])
    return products


def _pair_blocks(
    left: Vectors, right: Vectors, cut: float
) -> Iterator[tuple[NDArray[np.int64], Cosines]]:
    queries, pool = make_pool(left), make_pool(right)
    error = rounding_error(left.shape[1])
    for start in range(0, len(left), QUERY_BLOCK):
        block = queries.part(start, start + QUERY_BLOCK)
        floors = np.full(len(block), cut - error)
        for first in range(0, len(right), POOL_BLOCK):
            rows = pool.part(first, first + POOL_BLOCK)
            one, other, _ = find_above(block, rows, floors)
            cosines = exact_cosines(block.unit, rows.unit, one, other)
            hit = cosines >= cut
            yield np.column_stack([one[hit] + start, other[hit] + first]), cosines[hit]
