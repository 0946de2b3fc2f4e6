"""Which clusters a row searches where comparing all pairs would take too long."""

import math

import numpy as np

from pipelines.diversity.clustering import train_centroids
from pipelines.diversity.similarity import Pool, Rows, make_pool, unit_rows

# Rows for each centroid that it is trained on, at most.
_POINTS = 32
# Rows assigned at once: their products with 2,000 centroids take 32 MB.
_ROWS = 4_096
_LEAST_LENGTH = 0.5


def join_clusters(pool: Pool, probe_clusters: int) -> Pool:
    """Return a pool with the clusters that each row searches; the same for rows in the same order.

    There are at most as many clusters as the square root of the number of rows. A search then
    compares a row with those rows whose own cluster is among the clusters that it searches, as
    `nprobe` of an IVF index.

    Five rows make two clusters, one in each direction. With no further cluster to probe, every
    row searches its own alone; with one it searches both, its own first.

    >>> rows = np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9], [0.95, 0]], dtype=np.float32)
    >>> pool = make_pool(unit_rows(rows))
    >>> own = join_clusters(pool, 0).clusters.ravel()
    >>> (own == own[0]).tolist()
    [True, True, False, False, True]
    >>> join_clusters(pool, 1).clusters.shape
    (5, 2)

    Args:
        pool: [n, d], of the night, in visiting order.
        probe_clusters: clusters that a row searches beside its own, the nearest ones.
    """
    rows = len(pool)
    count = math.isqrt(rows)
    sample = pool.unit[:: max(1, rows // (count * _POINTS))]
    centroids = train_centroids(np.ascontiguousarray(sample), count)
    # faiss leaves a centroid of length 0 where its rows cancel out; no row is near such a centroid.
    lengths = np.linalg.norm(centroids, axis=1)
    kept = make_pool(unit_rows(centroids[lengths > _LEAST_LENGTH]))
    return Pool(pool.unit, pool.quantized, _nearest_clusters(pool, kept, probe_clusters))


def _nearest_clusters(rows: Pool, centroids: Pool, probe_clusters: int) -> Rows:
    """Return the nearest centroids of each row, nearest first: [n, 1 + probe_clusters].

    Of equally near ones the first. Integer products are the same on every processor, whatever the
    order of its additions.
    """
    count = len(centroids)
    width = min(1 + probe_clusters, count)
    nearest = np.empty((len(rows), width), dtype=np.int64)
    for start in range(0, len(rows), _ROWS):
        codes = rows.part(start, start + _ROWS).quantized.dot_codes(centroids.quantized)
        # One number holds code and centroid: no two are equal, so their order is always decided.
        keys = np.arange(count) - codes.astype(np.int64) * count
        first = np.sort(np.partition(keys, width - 1, axis=1)[:, :width], axis=1)
        nearest[start : start + _ROWS] = first % count
    return nearest
