"""Distinct prompts are embedded once ever; jobs to be done are read off the vectors."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.similarity import Vectors
from pipelines.filtering.guard import answer_each
from pipelines.models import ModelSpec, load_model
from pipelines.spark.adapters import map_partitions
from schemas.sidecars import EMBEDDINGS

_JOBS = pa.schema([("text_hash", pa.string()), ("own_jtbd", pa.string()), ("margin", pa.float64())])
_ROWS_PER_TASK = 2_048
_MOST_TASKS = 256


def missing_prompts(prompts: DataFrame, known: DataFrame, encoder: ModelSpec, revision: str) -> DataFrame:
    """Return the distinct prompts (`text_hash`, `prompt`) that have no vector of this encoder yet.

    Args:
        prompts: `text_hash`, `prompt`; hashes may repeat.
        known: the table `embeddings`.
        encoder: its entry in the registry.
        revision: of the encoder.
    """
    have = known.where((F.col("model") == encoder.name) & (F.col("model_revision") == revision)).select(
        "text_hash"
    )
    first = prompts.groupBy("text_hash").agg(F.min("prompt").alias("prompt"))
    return first.join(have, on="text_hash", how="left_anti")


def embed(prompts: DataFrame, encoder: ModelSpec, seconds: float, count: Callable[[int], None]) -> DataFrame:
    """Return rows of `embeddings`; a prompt that cannot be embedded has none.

    Args:
        prompts: `text_hash`, `prompt`, distinct, spread over the tasks.
        encoder: its entry in the registry.
        seconds: the time it has for one text.
        count: told the rows of each finished task.
    """
    return map_partitions(
        prompts, partial(_embed, encoder=encoder, seconds=seconds, count=count), EMBEDDINGS.arrow
    )


def tasks_for(rows: int, least: int) -> int:
    """Return how many tasks embed a number of prompts: full batches, yet work for every core."""
    return max(1, min(_MOST_TASKS, max(least, -(-rows // _ROWS_PER_TASK))))


def _embed(prompts: pa.Table, encoder: ModelSpec, seconds: float, count: Callable[[int], None]) -> pa.Table:
    model = load_model(encoder)
    texts = prompts["prompt"].to_pylist()
    vectors = answer_each(lambda batch: [_checked(v) for v in model.encode(batch)], texts, seconds)
    good = [i for i, vector in enumerate(vectors) if vector is not None]
    count(len(texts))
    return pa.table(
        {
            "text_hash": prompts["text_hash"].take(pa.array(good, pa.int64())),
            "model": pa.array([encoder.name] * len(good), pa.string()),
            "model_revision": pa.array([model.revision] * len(good), pa.string()),
            "embedding": pa.array([vectors[i] for i in good], pa.list_(pa.float32())),
        }
    )


def _checked(vector: np.ndarray) -> np.ndarray | None:
    """Return a vector, or None where it is no direction: a prompt without one goes to review."""
    return vector if np.isfinite(vector).all() and vector.any() else None


def own_jobs(embeddings: DataFrame, assign: Callable[[Vectors], tuple[list[str], list[float]]]) -> DataFrame:
    """Return `text_hash`, `own_jtbd`, `margin` for each vector; `assign` is the taxonomy's kernel."""
    return map_partitions(embeddings.select("text_hash", "embedding"), partial(_assign, assign=assign), _JOBS)


def _assign(rows: pa.Table, assign: Callable[[Vectors], tuple[list[str], list[float]]]) -> pa.Table:
    labels, margins = assign(read_vectors(rows["embedding"]))
    return pa.table(
        {"text_hash": rows["text_hash"], "own_jtbd": pa.array(labels, pa.string()), "margin": margins}
    )


def read_vectors(column: pa.ChunkedArray) -> np.ndarray:
    """Return [n, d] float32 from a column of equally long lists.

    Raises:
        ValueError: lists of different lengths.
    """
    lists = column.combine_chunks()
    flat = lists.flatten().to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    return flat.reshape(len(lists), -1) if len(lists) else np.empty((0, 0), np.float32)
