"""Clusters of embeddings: they name and organise; no decision of the pruning rests on them."""

import math
from collections.abc import Collection, Iterable, Sequence

import faiss
import numpy as np
import torch

from pipelines.diversity.similarity import Cosines, Rows, Vectors, unit_rows
from pipelines.models.cpu import one_thread

_ITERATIONS = 10
_SEED = 7
# A row below this cosine to every known centroid founds a new cluster. The mean is subtracted from the
# vectors first: the cosines of raw vectors reach from -.1 (MiniLM) or from .7 (e5) to 1, and the limit must
# mean the same for both. Of 500 real prompts after 1,500 others, 3 % (MiniLM) and 5 % (e5) are below it.
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


def continue_clusters(
    vectors: Vectors, ids: Sequence[str], known: Sequence[str], known_vectors: Vectors
) -> list[str]:
    """Give rows the ids of the clusters of earlier nights; rows far from all of these found new clusters.

    Args:
        vectors: [n, d] of rows with a length above zero.
        ids: [n], distinct.
        known: [m], the cluster of each row kept on an earlier night; "" = it has no cluster.
        known_vectors: [m, d] of these rows.

    Returns:
        [n] of cluster ids, in input order; new ones are numbered on from the greatest known.
    """
    named = np.flatnonzero(np.array(known, dtype=np.str_) != "")
    if not len(named) or not len(vectors):
        return assign_clusters(vectors, ids)
    names, slot = np.unique(np.array(known)[named], return_inverse=True)
    known_unit = unit_rows(known_vectors[named])
    mean = _mean_of(known_unit)
    sums = np.zeros((len(names), vectors.shape[1]))
    np.add.at(sums, slot, _centre(known_unit, mean).astype(np.float64))
    centroids = np.ascontiguousarray(sums.T / np.maximum(np.linalg.norm(sums, axis=1), _TINY))
    nearest, closest = np.empty(len(ids), dtype=np.int64), np.empty(len(ids))
    for start in range(0, len(ids), _ROWS):
        rows = _centre(unit_rows(vectors[start : start + _ROWS]), mean)
        cosines = rows.astype(np.float64) @ centroids
        nearest[start : start + _ROWS] = cosines.round(_DECIMALS).argmax(axis=1)
        closest[start : start + _ROWS] = cosines.max(axis=1).round(_DECIMALS)
    found = names[nearest].tolist()
    far = np.flatnonzero(closest < _LEAST_COSINE).tolist()
    after = next_number(names.tolist())
    for row, name in zip(
        far, assign_clusters(vectors[far], [ids[row] for row in far]), strict=True
    ):
        found[row] = f"c{after + int(name[1:]):04d}"
    return [str(name) for name in found]


def _mean_of(unit: Vectors) -> Cosines:
    """Return the mean [d] of unit rows in float64."""
    return np.asarray(unit.mean(axis=0, dtype=np.float64))


def _centre(unit: Vectors, mean: Cosines) -> Vectors:
    """Return unit rows without their mean, at unit length; a row that is the mean stays as it is."""
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
        [n] of cluster ids: those in `known` are unchanged, the others are renumbered in their order.
    """
    founded = sorted(set(clusters) - set(known), key=lambda name: (_number_of(name), name))
    least = min(map(_number_of, founded), default=0)
    if least >= first:
        return list(clusters)
    new = {name: f"c{first + place:04d}" for place, name in enumerate(founded)}
    return [new.get(name, name) for name in clusters]


def train_centroids(unit: Vectors, count: int) -> Vectors:
    """Return `count` spherical k-means centroids of unit rows [n, d], trained on them in their order."""
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
