"""Clusters of embeddings: they name and organise; no decision of the pruning rests on them."""

import math
from collections.abc import Sequence

import faiss
import numpy as np

from pipelines.diversity.similarity import Rows, Vectors, unit_rows

_ITERATIONS = 10
_SEED = 7
# Points a centroid is trained on, at most: more move names, not decisions.
_POINTS = 48


def assign_clusters(vectors: Vectors, ids: Sequence[str], clusters: int | None = None) -> list[str]:
    """Group rows by spherical k-means; the same rows give the same groups in whatever order.

    Args:
        vectors: [n, d] of rows with a length above zero.
        ids: [n], distinct; rows are visited in their order.
        clusters: how many at most; null = the square root of n, which costs n to the 1.5 products.

    Returns:
        [n] of cluster ids such as `c0017`, in input order, numbered by the first id they hold.
    """
    if not len(vectors):
        return []
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    count = min(len(ids), clusters or max(1, math.isqrt(len(ids))))
    nearest = np.empty(len(ids), dtype=np.int64)
    nearest[order] = _number_by_first(_nearest_centroids(unit_rows(vectors[order]), count))
    return [f"c{number:04d}" for number in nearest.tolist()]


def _nearest_centroids(unit: Vectors, count: int) -> Rows:
    """Train on the rows in their order and return the number of each row's centroid: [n]."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # sums of centroids must not depend on the number of threads
    try:
        # At least one point a centroid: small tables are no reason for a warning on stderr.
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
        _, nearest = kmeans.index.search(unit, 1)
    finally:
        faiss.omp_set_num_threads(threads)
    return np.asarray(nearest[:, 0], dtype=np.int64)


def _number_by_first(groups: Rows) -> Rows:
    """Renumber groups from 0 in the order in which they first occur."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
