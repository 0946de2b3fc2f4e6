"""Clusters of embeddings give topics an id and a name; no pruning decision depends on them."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
import torch
from numpy.typing import NDArray

from pipelines.diversity.similarity import Cosines, Rows, Vectors, unit_rows
from pipelines.models.cpu import one_thread

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
_ROWS = 8_192
_TILE = 2_048
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
    count = math.isqrt(len(ids))
    nearest = np.empty(len(ids), dtype=np.int64)
    unit = unit_rows(vectors[order])
    nearest[order] = _number_by_first(_nearest_centroids(_centre(unit, _mean_of(unit)), count))
    return [f"c{number:04d}" for number in nearest.tolist()]


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
    nearest, closest = rank_centroids(vectors, *known.directions(), 1)
    found = np.array(known.names)[nearest[:, 0]].tolist()
    far = np.flatnonzero(closest < _LEAST_COSINE).tolist()
    after = next_number(known.names)
    for row, name in zip(
        far, assign_clusters(vectors[far], [ids[row] for row in far]), strict=True
    ):
        found[row] = f"c{after + int(name[1:]):04d}"
    return [str(name) for name in found]


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
    for start in range(0, len(vectors), _ROWS):
        rows = _centre(unit_rows(vectors[start : start + _ROWS]), mean).astype(np.float64)
        cosines = (rows @ across).round(_DECIMALS)
        part = slice(start, start + len(rows))
        nearest[part] = np.argsort(-cosines, axis=1, kind="stable")[:, :count]
        closest[part] = cosines.max(axis=1)
    return nearest, closest


def _mean_of(unit: Vectors) -> Cosines:
    """Return the mean [d] of unit rows in float64."""
    return np.asarray(unit.mean(axis=0, dtype=np.float64))


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


def _nearest_centroids(unit: Vectors, count: int) -> Rows:
    """Train on the rows in their order and return the number of each row's centroid: [n]."""
    centroids = torch.from_numpy(train_centroids(unit, count)).T
    nearest = np.empty(len(unit), dtype=np.int64)
    with one_thread():
        # A quarter of the time of faiss's own search, which scans its products one by one.
        for start in range(0, len(unit), _TILE):
            cosines = torch.from_numpy(unit[start : start + _TILE]) @ centroids
            nearest[start : start + _TILE] = cosines.numpy().argmax(axis=1)
    return nearest


def _number_by_first(groups: Rows) -> Rows:
    """Renumber groups from 0 in the order in which they first occur."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
