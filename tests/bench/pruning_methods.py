"""Ways to prune near-duplicates that tests/bench/pruning.py compares: ours and others."""

import math

import faiss
import numpy as np

from pipelines.diversity.pruning import prune
from pipelines.diversity.settings import PruneSettings
from pipelines.diversity.similarity import Vectors, unit_rows
from pipelines.models.encoder import Encoder

_RULE_BLOCK = 512
_CLOSE = 1e-4


def make_vectors(rows: int, dimension: int = 384) -> Vectors:
    """Return rows around centres of unequal weight, with copies, as chat has them."""
    chance = np.random.default_rng(1)
    centres = chance.standard_normal((max(2, rows // 3), dimension), dtype=np.float32)
    vectors = chance.standard_normal((rows, dimension), dtype=np.float32)
    vectors *= chance.uniform(0.02, 1.0, (rows, 1)).astype(np.float32)
    vectors += centres[chance.zipf(1.5, rows) % len(centres)]
    vectors[: rows // 20] = vectors[rows // 2 : rows // 2 + rows // 20]
    return unit_rows(vectors)


def cluster_rows(unit: Vectors, clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's k-means cluster and its cosine to the centroid."""
    kmeans = faiss.Kmeans(
        unit.shape[1], clusters, niter=10, seed=7, spherical=True, min_points_per_centroid=1
    )
    kmeans.train(unit)
    cosine, nearest = kmeans.index.search(unit, 1)
    return nearest[:, 0], cosine[:, 0]


def dedupe_by_clusters(unit: Vectors, cut: float) -> np.ndarray:
    """Return what SemDeDup keeps: a row goes if an earlier one in its cluster is at the cut.

    Rows of a cluster are visited from the farthest of the centroid; a row that goes still drops
    others.
    """
    cluster, cosine = cluster_rows(unit, math.isqrt(len(unit)))
    kept = np.ones(len(unit), dtype=np.bool_)
    for number in range(int(cluster.max()) + 1):
        rows = np.flatnonzero(cluster == number)
        rows = rows[np.argsort(cosine[rows], kind="stable")]
        near = np.triu(unit[rows] @ unit[rows].T, k=1)
        kept[rows] = near.max(axis=0, initial=-1.0) < cut
    return kept


def dedupe_by_graph(unit: Vectors, cut: float) -> np.ndarray:
    """Return what a greedy rule on an approximate index (HNSW, 100 neighbours) keeps: semhash."""
    index = faiss.IndexHNSWFlat(unit.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    index.add(unit)
    cosine, found = index.search(unit, 100)
    return _greedy(found, cosine, cut)


def dedupe_by_all(unit: Vectors, cut: float) -> np.ndarray:
    """Return what the greedy rule on an exact index (100 neighbours) keeps: semhash's exact one."""
    index = faiss.IndexFlatIP(unit.shape[1])
    index.add(unit)
    cosine, found = index.search(unit, 100)
    return _greedy(found, cosine, cut)


def _greedy(found: np.ndarray, cosine: np.ndarray, cut: float) -> np.ndarray:
    kept = np.ones(len(found), dtype=np.bool_)
    for row in range(len(found)):
        if kept[row]:
            near = found[row][cosine[row] >= cut]
            kept[near[near > row]] = False
    return kept


def dedupe_by_semhash(unit: Vectors, cut: float, backend: str) -> np.ndarray:
    """Return what semhash keeps of given vectors; `backend`: usearch (default) or basic (exact)."""
    # It need not be installed.
    from semhash import SemHash  # type: ignore[import-not-found]  # noqa: PLC0415

    names = [f"{number:07d}" for number in range(len(unit))]
    # Its model would embed texts of another table; no text is embedded here.
    index = SemHash.from_embeddings(unit, names, model=Encoder, ann_backend=backend)
    kept = np.zeros(len(unit), dtype=np.bool_)
    kept[[int(name) for name in index.self_deduplicate(threshold=cut).selected]] = True
    return kept


def keep_by_rule(unit: Vectors, cut: float) -> np.ndarray:
    """Return what the rule as written keeps, row by row; float64 decides near the cut."""
    wide, kept = unit.astype(np.float64), np.ones(len(unit), dtype=np.bool_)
    for start in range(0, len(unit), _RULE_BLOCK):
        cosines = unit[start : start + _RULE_BLOCK] @ unit[start:].T
        for row, other in zip(*np.nonzero(cosines >= cut - _CLOSE), strict=True):
            one, two = start + int(row), start + int(other)
            if one < two and kept[one] and kept[two]:
                near = (
                    wide[one]
                    @ wide[two]
                    / np.sqrt((wide[one] @ wide[one]) * (wide[two] @ wide[two]))
                )
                kept[two] = round(float(near), 12) < cut
    return kept


def prune_all(unit: Vectors, cut: float) -> np.ndarray:
    """Return who stays by our rule; witnesses, novelty and clusters are made too."""
    ids = [f"{number:07d}" for number in range(len(unit))]
    return prune(unit, ids, np.zeros(len(unit)), PruneSettings(retain=1.0, cut=cut)).kept
