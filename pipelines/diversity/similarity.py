"""Cosine similarity by blocks, which bound the memory: int8 products preselect, float64 decides."""

from collections.abc import Iterator
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
from pipelines.threads import count_threads, in_order

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
# In units of the last decimal: ten times as much as two float64 sums of 384 products ever differed.
_NEAR_BORDER = 0.005
# A query with more preselected candidates is multiplied with the whole block in float32, one with
# more near-best candidates in float64: dense products are then cheaper than single pairs.
_FEW_PRESELECTED = 192
_FEW_CANDIDATES = 16


@dataclass(frozen=True, slots=True)
class Nearest:
    """The pool row nearest to each query: [m] of row number (-1 = empty pool) and cosine (-inf)."""

    row: Rows
    similarity: Cosines


def unit_rows(vectors: NDArray[np.floating], *, as_stored: bool | None = None) -> Vectors:
    """Scale rows [n, d] to length one in float64, stored as float32; unit rows stay bit for bit.

    Args:
        vectors: the rows.
        as_stored: whether they stay as they are; None = if all of these are unit rows. A part of a
            table is told what holds for the whole.
    """
    if as_stored is None:
        as_stored = vectors.dtype == np.float32 and bool(are_unit(vectors).all())
    if as_stored:
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
    """Return all cosines of `left` [m, d] with `right` [k, d], as `exact_cosines`: [m, k]."""
    products = _dense_products(left, right)
    cells = _near_border(products)
    one, other = np.divmod(cells, max(1, len(right)))
    cosines = np.round(products, _DECIMALS)
    cosines.flat[cells] = exact_cosines(left, right, one, other)
    return cosines


def _dense_products(left: Vectors, right: Vectors) -> Cosines:
    """Return all float64 cosines, not rounded: [m, k]."""
    one, other = left.astype(np.float64), right.astype(np.float64)
    one /= np.linalg.norm(one, axis=1, keepdims=True)
    other /= np.linalg.norm(other, axis=1, keepdims=True)
    return np.asarray(one @ other.T)


def _near_border(products: Cosines) -> Rows:
    """Return the places of cosines, among all in a row, that could be rounded up or down.

    A product of matrices differs from that of a pair by a few 1e-16, which moved 3 of 100,000
    cosines to the next decimal. So `exact_cosines` decides these.
    """
    scaled = products * 10.0**_DECIMALS
    return np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < _NEAR_BORDER)


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
    queries: Vectors | Pool,
    pool: Vectors | Pool,
    limits: Rows | None = None,
    floors: Cosines | None = None,
) -> Nearest:
    """Find for each query the pool row with the greatest cosine; of equals the first.

    Args:
        queries: [m, d] of unit rows.
        pool: [k, d] of unit rows.
        limits: [m], ascending: how many rows from the pool's first a query searches; None = all.
        floors: [m]: a query whose nearest row is no nearer than its floor gets -1, and its floor as
            cosine. What was found elsewhere spares work here. None = there are none.

    Returns:
        Exact for the given float32 rows: all of the pool, or those of the query's clusters where
        both pools have clusters. Candidates within the error of the best are decided in float64.
    """
    queries = queries if isinstance(queries, Pool) else make_pool(queries)
    pool = pool if isinstance(pool, Pool) else make_pool(pool)
    least = np.full(len(queries), -np.inf) if floors is None else floors.copy()
    found = Nearest(np.full(len(queries), -1, dtype=np.int64), least)
    if queries.clusters is None or pool.clusters is None:
        _search(queries, pool, limits, found)
        return found

    def search(matched: tuple[Rows, Rows]) -> tuple[Rows, Rows, Nearest]:
        who, rows = matched
        seen = None if limits is None else np.searchsorted(rows, limits[who])
        # A row as near as the nearest so far replaces it where it comes before it in the pool.
        # What other threads have found since only spares work.
        known = np.nextafter(found.similarity[who], -np.inf)
        near = Nearest(np.full(len(who), -1, dtype=np.int64), known)
        _search(queries.take(who), pool.take(rows), seen, near)
        return who, rows, near

    for who, rows, near in in_order(search, match_clusters(queries, pool)):
        number = np.append(rows, len(pool))[near.row]
        best = found.similarity[who]
        is_first = (near.similarity == best) & (number < found.row[who])
        nearer = (near.row >= 0) & (is_first | (near.similarity > best))
        found.row[who[nearer]] = number[nearer]
        found.similarity[who[nearer]] = near.similarity[nearer]
    return found


def _search(queries: Pool, pool: Pool, limits: Rows | None, found: Nearest) -> None:
    """Update `found` where a row of the pool is nearer."""
    size = min(QUERY_BLOCK, max(1, -(-len(queries) // count_threads())))

    def search(start: int) -> None:
        part = slice(start, min(start + size, len(queries)))
        block = queries.part(part.start, part.stop)
        seen = None if limits is None else limits[part]
        last = len(pool) if seen is None else int(seen[-1])
        for first in range(0, last, POOL_BLOCK):
            rows = pool.part(first, min(first + POOL_BLOCK, last))
            visible = None if seen is None or seen[0] >= first + len(rows) else seen - first
            near = _nearest_in_block(block, rows, visible, found.similarity[part])
            better = near.similarity > found.similarity[part]
            found.row[part][better] = near.row[better] + first
            found.similarity[part][better] = near.similarity[better]

    for _ in in_order(search, range(0, len(queries), size)):
        pass


def continue_nearest(
    queries: Pool, pool: Pool, numbers: Rows, found: Nearest, limits: Rows | None = None
) -> None:
    """Go on with a search in a further part of the pool; `found` is updated where it is nearer.

    Parts in the order of their rows, one after the other, answer as `find_nearest` does for all.

    Args:
        queries: [m] of unit rows, all of whose clusters are searched.
        pool: [k] of unit rows, the part.
        numbers: [k], ascending, of its rows: what `found` calls them.
        found: [m], the nearest rows so far; of equals they stay.
        limits: [m], ascending: how many rows of the part a query searches; None = all.
    """
    near = Nearest(np.full(len(queries), -1, dtype=np.int64), found.similarity.copy())
    if len(pool):
        _search(queries.whole(), pool.whole(), limits, near)
    nearer = near.row >= 0
    found.row[nearer] = numbers[near.row[nearer]]
    found.similarity[nearer] = near.similarity[nearer]


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


def are_unit(vectors: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Say which lengths are 1 to float32, [n]: decisions are exact for such rows as stored."""
    squares = np.einsum("ij,ij->i", vectors, vectors)
    return np.asarray(np.abs(squares - 1) < UNIT_TOLERANCE, dtype=np.bool_)


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
        dense = _dense_products(queries[who], pool)[place, candidate]
        exact, cells = np.round(dense, _DECIMALS), _near_border(dense)
        exact[cells] = exact_cosines(queries, pool, position[cells], candidate[cells])
        cosines[place, candidate] = exact
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
