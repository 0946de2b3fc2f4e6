"""Clusters with guests: which rows a search meets where brute force is out of reach."""

import math

import numpy as np

from pipelines.diversity.clustering import train_centroids
from pipelines.diversity.similarity import Pool, Rows, make_pool, unit_rows

# Rows for each centroid that it is trained on, at most.
_POINTS = 32
# Rows assigned at once: their products with 2,000 centroids take 32 MB.
_ROWS = 4_096
_LEAST_LENGTH = 0.5


def join_clusters(pool: Pool, past: Pool, guests: int) -> tuple[Pool, Pool]:
    """Return both pools with the clusters that their rows search; deterministic for the rows in their order.

    There are at most the square root of all rows' number of clusters.

    Args:
        pool: [n, d], of the night, in visiting order.
        past: [m, d], of earlier nights.
        guests: clusters in which a row searches beside its own, the nearest ones.
    """
    rows = len(pool) + len(past)
    count = math.isqrt(rows)
    step = max(1, rows // (count * _POINTS))
    sample = np.concatenate([pool.unit[::step], past.unit[::step]])
    centroids = train_centroids(sample, count)
    # faiss leaves a centroid of no length where its rows cancel out; such a one is nearest to nobody.
    lengths = np.linalg.norm(centroids, axis=1)
    named = make_pool(unit_rows(centroids[lengths > _LEAST_LENGTH]))
    own, old = (_nearest_clusters(part, named, guests) for part in (pool, past))
    return Pool(pool.unit, pool.proposer, own), Pool(past.unit, past.proposer, old)


def _nearest_clusters(rows: Pool, centroids: Pool, guests: int) -> Rows:
    """Return the nearest centroids of each row, nearest first, of equals the first: [n, 1 + guests].

    Whole-number products are the same on every processor, whatever its order of additions.
    """
    count = len(centroids)
    width = min(1 + guests, count)
    nearest = np.empty((len(rows), width), dtype=np.int64)
    for start in range(0, len(rows), _ROWS):
        codes = rows.part(start, start + _ROWS).proposer.codes(centroids.proposer)
        # One number holds code and centroid: no two are equal, so who comes first is never open.
        keys = np.arange(count) - codes.astype(np.int64) * count
        first = np.sort(np.partition(keys, width - 1, axis=1)[:, :width], axis=1)
        nearest[start : start + _ROWS] = first % count
    return nearest
