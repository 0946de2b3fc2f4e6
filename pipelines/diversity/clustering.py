"""Clusters of embeddings give topics an id and a name; no pruning decision depends on them."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.similarity import Cosines, Rows, Vectors, are_unit, unit_rows

_ITERATIONS = 10
_SEED = 7
# A row below this cosine to every known centroid founds a new cluster. The mean is subtracted from
# the vectors first: the cosines of raw vectors reach from -.1 (MiniLM) or from .7 (e5) to 1, and
# the limit must mean the same for both. Of 500 real prompts after 1,500 others, 3 % (MiniLM)
# and 5 % (e5) are below it.
_LEAST_COSINE = 0.2
_TINY = 1e-12
_AT_MEAN = 1e-3  # a row nearer to the mean than this has no direction from it
_DECIMALS = 9
_TILE = 2_048
PART_ROWS = 8_192
"""Rows assigned together; a part of a table that begins with a multiple is cut as the whole is."""
# Points a centroid is trained on, at most: more would change cluster names, no decision.
_POINTS = 48


def assign_clusters(vectors: Vectors, ids: Sequence[str]) -> list[str]:
    """Group rows by spherical k-means; the groups do not depend on the order of the rows.

    There are at most sqrt(n) clusters, so n to the power of 1.5 products are computed.

    Args:
        vectors: [n, d] of rows with a length above zero.
        ids: [n], distinct; rows are visited in their order.

    Returns:
        [n] of cluster ids such as `c0017`, in input order; clusters are numbered by their first id.
    """
    if not len(vectors):
        return []
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    as_stored = vectors.dtype == np.float32 and bool(are_unit(vectors).all())
    parts = [
        unit_rows(vectors[order[start : start + PART_ROWS]], as_stored=as_stored)
        for start in range(0, len(order), PART_ROWS)
    ]
    clusters = found_clusters(parts, len(ids))
    nearest = np.empty(len(ids), dtype=np.int64)
    nearest[order] = number_by_first(np.concatenate([clusters.assign(part) for part in parts]))
    return name_numbers(nearest)


def name_numbers(numbers: Rows) -> list[str]:
    """Name clusters, which are numbered by the order in which they first occur: [n]."""
    return [f"c{number:04d}" for number in numbers.tolist()]


@dataclass(frozen=True, slots=True)
class Founded:
    """Clusters that rows have founded.

    Attributes:
        mean: [d], of the unit rows.
        centroids: [c, d], of the rows with the mean subtracted, of length one.
    """

    mean: Cosines
    centroids: Vectors

    def assign(self, unit: Vectors) -> Rows:
        """Return the number of each row's centroid: [n].

        Args:
            unit: [n, d] of unit rows. What is asked in parts begins with a multiple of `PART_ROWS`,
                so that each product is made with the same rows beside it.
        """
        # A night's driver never comes here, and starts without PyTorch.
        import torch  # noqa: PLC0415

        from pipelines.models.cpu import one_thread  # noqa: PLC0415

        nearest = np.empty(len(unit), dtype=np.int64)
        across = torch.from_numpy(self.centroids).T
        with one_thread():
            # A quarter of the time of faiss's own search, which scans its products one by one.
            for start in range(0, len(unit), _TILE):
                rows = torch.from_numpy(_centre(unit[start : start + _TILE], self.mean))
                nearest[start : start + _TILE] = (rows @ across).numpy().argmax(axis=1)
        return nearest


def found_clusters(parts: Iterable[Vectors], rows: int) -> Founded:
    """Train as many spherical k-means centroids as the square root of the number of rows.

    Parts are gone through once; of their rows no more are held than centroids are trained on, 48
    for each.

    Args:
        parts: unit rows [_, d] by id, in order.
        rows: how many they are together, at least 1.
    """
    count = math.isqrt(rows)
    trained_on = _choose_points(rows, count)
    total, first = np.zeros(0), 0
    held: list[Vectors] = []
    sorted_points = np.sort(trained_on)
    for part in parts:
        wide = part.astype(np.float64)
        total = np.add.reduce(wide if not first else np.concatenate([total[None], wide]), axis=0)
        begin, end = np.searchsorted(sorted_points, [first, first + len(part)])
        held.append(part[sorted_points[begin:end] - first])
        first += len(part)
    mean = total / rows
    points = np.concatenate(held)[np.searchsorted(sorted_points, trained_on)]
    return Founded(mean, train_centroids(_centre(points, mean), count))


def _choose_points(rows: int, count: int) -> Rows:
    """Return the rows, in order of use, that faiss itself trains so many centroids on."""
    if rows <= count * _POINTS:
        return np.arange(rows)
    shuffled = np.empty(rows, dtype=np.int32)
    faiss.rand_perm(faiss.swig_ptr(shuffled), rows, _SEED)  # type: ignore[attr-defined]  # no stub
    return shuffled[: count * _POINTS].astype(np.int64)


@dataclass(frozen=True, slots=True)
class Centroids:
    """What is known of the clusters of earlier nights: [c] clusters, in the order of their names.

    Sums, not means: a night adds its own rows to those before it, and no vector is read again.

    Attributes:
        names: of the clusters.
        rows: how many kept rows each has had, one at least.
        sums: [c, d] float64, the sum of the unit vectors of these rows.
    """

    names: Sequence[str]
    rows: NDArray[np.int64]
    sums: Cosines

    @classmethod
    def of(cls, clusters: Sequence[str], vectors: Vectors) -> "Centroids":
        """Sum up rows: the cluster of each ("" = none) and its vector, [m, d]."""
        named = np.flatnonzero(np.array(clusters, dtype=np.str_) != "")
        names, slot = np.unique(np.array(clusters, dtype=np.str_)[named], return_inverse=True)
        sums = np.zeros((len(names), vectors.shape[1]))
        np.add.at(sums, slot, unit_rows(vectors[named]).astype(np.float64))
        return cls(names.tolist(), np.bincount(slot, minlength=len(names)), sums)

    def add(self, other: "Centroids") -> "Centroids":
        """Return the clusters of both; clusters of the same name become one."""
        names = sorted({*self.names, *other.names})
        place = {name: number for number, name in enumerate(names)}
        rows, sums = np.zeros(len(names), np.int64), np.zeros((len(names), other.sums.shape[1]))
        for part in (self, other):
            slots = [place[name] for name in part.names]
            if slots:
                rows[slots] += part.rows
                sums[slots] += part.sums
        return Centroids(names, rows, sums)

    def directions(self) -> tuple[Cosines, Cosines]:
        """Return the mean [d] of all rows, and [c, d] the direction of each cluster from it."""
        mean = self.sums.sum(axis=0) / self.rows.sum()
        middle = self.sums / self.rows[:, None]
        moved = middle - mean
        at_mean = np.linalg.norm(moved, axis=1, keepdims=True) <= _AT_MEAN
        moved = np.where(at_mean, middle, moved)
        return mean, moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), _TINY)


def continue_clusters(
    vectors: Vectors, ids: Sequence[str], known: Centroids | None = None
) -> list[str]:
    """Continue the clusters of earlier nights; rows far from all of these found new clusters.

    Args:
        vectors: [n, d] of rows with a length above zero.
        ids: [n], distinct.
        known: the clusters of earlier nights; None = there are none.

    Returns:
        [n] of cluster ids, in input order; new ones are numbered on from the greatest known.
    """
    if known is None or not known.names or not len(vectors):
        return assign_clusters(vectors, ids)
    nearest = find_known(vectors, known)
    far = np.flatnonzero(nearest < 0)
    founded = assign_clusters(vectors[far], [ids[row] for row in far.tolist()])
    return name_continued(known, nearest, founded)


def find_known(vectors: Vectors, known: Centroids) -> Rows:
    """Return the number of each row's nearest known cluster, -1 where the row is far from all: [n].

    What is asked in parts begins with a multiple of `PART_ROWS`.
    """
    nearest, closest = rank_centroids(vectors, *known.directions(), 1)
    return np.where(closest < _LEAST_COSINE, -1, nearest[:, 0])


def name_continued(known: Centroids, nearest: Rows, founded: Sequence[str]) -> list[str]:
    """Return the cluster ids of rows: known ones, and those that the far rows founded.

    Args:
        known: the clusters of earlier nights, at least one.
        nearest: [n], of `find_known`.
        founded: the clusters of the rows that are far from all, numbered from 0.
    """
    after = next_number(known.names)
    new = iter(f"c{after + int(name[1:]):04d}" for name in founded)
    return [next(new) if number < 0 else str(known.names[number]) for number in nearest.tolist()]


def rank_centroids(
    vectors: Vectors, mean: Cosines, directions: Cosines, count: int
) -> tuple[Rows, Cosines]:
    """Return the nearest centroids of each row, nearest first, and the cosine to the first.

    Args:
        vectors: [n, d].
        mean: [d], of `Centroids.directions`.
        directions: [c, d], likewise.
        count: how many of each row, at most c.

    Returns:
        [n, count] of numbers, of equally near ones the first, and [n] of cosines.
    """
    count = min(count, len(directions))
    nearest, closest = np.empty((len(vectors), count), dtype=np.int64), np.empty(len(vectors))
    across = np.ascontiguousarray(directions.T)
    for start in range(0, len(vectors), PART_ROWS):
        rows = _centre(unit_rows(vectors[start : start + PART_ROWS]), mean).astype(np.float64)
        cosines = (rows @ across).round(_DECIMALS)
        part = slice(start, start + len(rows))
        nearest[part] = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
        closest[part] = cosines.max(axis=1)
    return nearest, closest


def _centre(unit: Vectors, mean: Cosines) -> Vectors:
    """Subtract the mean from unit rows and scale to length one; a row at the mean is unchanged."""
    moved = unit - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.where(lengths > _AT_MEAN, moved / np.maximum(lengths, _AT_MEAN), unit).astype(
        np.float32
    )


def next_number(clusters: Iterable[str]) -> int:
    """Return one more than the greatest number of any cluster; 0 where there is no cluster."""
    return 1 + max(map(_number_of, clusters), default=-1)


def _number_of(cluster: str) -> int:
    return int(cluster[1:]) if cluster[1:].isdecimal() else -1


def number_founded(clusters: Sequence[str], known: Collection[str], first: int) -> list[str]:
    """Number the clusters that a night founded from `first` on, so that no number is used twice.

    Args:
        clusters: [n], as found.
        known: ids of clusters of earlier nights.
        first: no cluster has this number or a higher one; 0 = there was no earlier night.

    Returns:
        [n] of cluster ids: those in `known` are unchanged, the others are renumbered in their
        order.
    """
    founded = sorted(set(clusters) - set(known), key=lambda name: (_number_of(name), name))
    least = min(map(_number_of, founded), default=0)
    if least >= first:
        return list(clusters)
    new = {name: f"c{first + place:04d}" for place, name in enumerate(founded)}
    return [new.get(name, name) for name in clusters]


def train_centroids(unit: Vectors, count: int) -> Vectors:
    """Train `count` spherical k-means centroids on unit rows [n, d], in the order of the rows."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # sums of centroids must not depend on the number of threads
    try:
        # At least one point per centroid: faiss would warn about small tables on stderr.
        kmeans = faiss.Kmeans(
            unit.shape[1],
            count,
            niter=_ITERATIONS,
            seed=_SEED,
            spherical=True,
            min_points_per_centroid=1,
            max_points_per_centroid=_POINTS,
        )
        kmeans.train(unit)
    finally:
        faiss.omp_set_num_threads(threads)
    return np.asarray(kmeans.centroids, dtype=np.float32)


def number_by_first(groups: Rows) -> Rows:
    """Renumber groups from 0 in the order in which they first occur."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
