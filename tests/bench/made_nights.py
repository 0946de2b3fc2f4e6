"""Made-up nights before a night, in the index of a warehouse: as many kept rows as are asked for.

Vectors come from the caller; ids and keys are chance. Each night is one file of each table, as a
night of so many rows leaves it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from deltalake import write_deltalake

from pipelines.diversity.clustering import Centroids, rank_centroids
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.sidecars import EMBEDDINGS

_EVERY_EVAL = 10  # the side of one user in ten is eval


@dataclass(frozen=True, slots=True)
class Rows:
    """What made-up nights keep.

    Args:
        draw: count, chance → [count, d] of unit vectors.
        known: the clusters, of which each row gets the nearest.
        model, revision: of the vectors.
        words: length of a run of words.
        users: so many write; None = nobody writes twice.
        night_rows: of each night but the last.
        stored: whether their vectors are added to `embeddings` too.
    """

    draw: Callable[[int, np.random.Generator], np.ndarray]
    known: Centroids
    model: str
    revision: str
    words: int
    users: int | None = None
    night_rows: int = 25_000
    stored: bool = True


def add_nights(warehouse: Path, ds: str, rows: int, made: Rows) -> None:
    """Add nights before `ds` to `representatives` and `centroids`, in which the night has rows.

    Args:
        warehouse: its tables are there.
        ds: the night that comes after them.
        rows: of all nights.
        made: what they are.
    """
    chance, whole, night = np.random.default_rng(7), made.known, ds
    nights = -(-rows // made.night_rows)
    for number in range(nights):
        night = (date.fromisoformat(ds) - timedelta(days=nights - number)).isoformat()
        vectors = made.draw(min(made.night_rows, rows - number * made.night_rows), chance)
        nearest, _ = rank_centroids(vectors, *made.known.directions(), 1)
        clusters = np.array(made.known.names)[nearest[:, 0]].tolist()
        whole = whole.add(Centroids.of(clusters, vectors))
        table = _night_of(night, vectors, clusters, made)
        kept = table.cast(REPRESENTATIVES.arrow).sort_by("cluster_id")
        write_deltalake(warehouse / REPRESENTATIVES.name, kept, mode="append")
        if made.stored:
            own = table.select(EMBEDDINGS.names).cast(EMBEDDINGS.arrow)
            write_deltalake(warehouse / EMBEDDINGS.name, own, mode="append")
    sums = _centroids_of(night, whole, made)
    write_deltalake(warehouse / CENTROIDS.name, sums.cast(CENTROIDS.arrow), mode="append")


def _night_of(night: str, vectors: np.ndarray, clusters: list[str], made: Rows) -> pa.Table:
    count = len(vectors)
    chance = np.random.default_rng(int(night.replace("-", "")))
    keys = chance.integers(0, 2**63, (4, count))
    users = keys[3] if made.users is None else keys[3] % made.users
    embedding = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
    rows = {
        "sample_id": [f"{a:032x}" for a in keys[2].tolist()],
        "text_hash": [f"{a:032x}{b:032x}" for a, b in keys[:2].T.tolist()],
        "model": [made.model] * count,
        "model_revision": [made.revision] * count,
        "cluster_id": clusters,
        "user_key": [f"{a:032x}" for a in users.tolist()],
        "conversation_id": [f"made{a}" for a in keys[2].tolist()],
        "side": np.where(users % _EVERY_EVAL, "train", "eval").tolist(),
        "published": [True] * count,
        "word_runs": pa.array([[k] for k in keys[0].tolist()], pa.list_(pa.int64())),
        "run_words": pa.array([made.words] * count, pa.int32()),
        "embedding": embedding.cast(pa.list_(pa.float32())),
        "ds": [night] * count,
        "run_id": ["made"] * count,
    }
    return pa.table(rows)


def _centroids_of(night: str, known: Centroids, made: Rows) -> pa.Table:
    count = len(known.names)
    rows = {
        "model": [made.model] * count,
        "model_revision": [made.revision] * count,
        "cluster_id": known.names,
        "first_ds": [night] * count,
        "rows": known.rows,
        "sum": pa.array(list(known.sums), pa.list_(pa.float64())),
        "ds": [night] * count,
        "run_id": ["made"] * count,
    }
    return pa.table(rows)
