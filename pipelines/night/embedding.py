"""Distinct prompts are embedded once; jobs to be done are assigned by their vectors."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.similarity import Vectors
from pipelines.models.answers import SafetyScore
from pipelines.models.guard import answer_guarded
from pipelines.models.registry import ModelSpec, load_model
from pipelines.spark.adapters import map_partitions
from schemas.night import ENCODED

_JOBS = pa.schema([("text_hash", pa.string()), ("own_jtbd", pa.string()), ("margin", pa.float64())])
_JUDGED = ENCODED.arrow.field("judged").type
_Encoded = tuple[np.ndarray, tuple[SafetyScore | None, ...]]
_ROWS_PER_TASK = 2_048
_MOST_TASKS = 256


def missing_answers(prompts: DataFrame, known: DataFrame, models: Mapping[str, str]) -> DataFrame:
    """Return the distinct prompts for which not every model has an answer yet.

    Args:
        prompts: `text_hash`, `prompt`; hashes may repeat.
        known: a table of `text_hash`, `model`, `model_revision`.
        models: name → revision.
    """
    revisions = F.create_map(*(F.lit(part) for pair in models.items() for part in pair))
    current = known.where(F.col("model_revision") == revisions[F.col("model")])
    full = current.groupBy("text_hash").agg(F.count_distinct("model").alias("models"))
    have = full.where(F.col("models") == len(models)).select("text_hash")
    first = prompts.groupBy("text_hash").agg(F.min("prompt").alias("prompt"))
    return first.join(have, on="text_hash", how="left_anti")


def embed(
    prompts: DataFrame,
    encoder: ModelSpec,
    seconds: float,
    count: Callable[[int], None],
    heads: Sequence[ModelSpec] = (),
) -> DataFrame:
    """Return rows of `embeddings` and, in `judged`, of `prompt_safety`; a failed prompt has none.

    Args:
        prompts: `text_hash`, `prompt`, distinct, spread over the tasks.
        encoder: its entry in the registry.
        seconds: the time it has for one text.
        count: gets the number of rows of each finished task.
        heads: layers that read the encoder's pass.
    """
    kernel = partial(_embed, encoder=encoder, heads=tuple(heads), seconds=seconds, count=count)
    return map_partitions(prompts, kernel, ENCODED.arrow)


def tasks_for(rows: int, least: int) -> int:
    """Return how many tasks embed a number of prompts: full batches, yet work for every core."""
    return max(1, min(_MOST_TASKS, max(least, -(-rows // _ROWS_PER_TASK))))


def _embed(
    prompts: pa.Table,
    encoder: ModelSpec,
    heads: Sequence[ModelSpec],
    seconds: float,
    count: Callable[[int], None],
) -> pa.Table:
    model = load_model(encoder)
    loaded = {spec.name: load_model(spec) for spec in heads}
    texts = prompts["prompt"].to_pylist()
    encoded = answer_guarded(
        partial(_encode, model=model, heads=list(loaded.values())), texts, seconds
    )
    good = [i for i, answer in enumerate(encoded) if answer is not None]
    answers = [answer for answer in encoded if answer is not None]
    count(len(texts))
    hashes = prompts["text_hash"].take(pa.array(good, pa.int64()))
    return pa.table(
        {
            "text_hash": hashes,
            "model": pa.array([encoder.name] * len(good), pa.string()),
            "model_revision": pa.array([model.revision] * len(good), pa.string()),
            "embedding": pa.array([vector for vector, _ in answers], pa.list_(pa.float32())),
            "judged": pa.array([_judged(loaded, scores) for _, scores in answers], _JUDGED),
        }
    )


def _encode(
    texts: Sequence[str],
    model: Any,  # noqa: ANN401 a class of the registry
    heads: Sequence[Any],
) -> list[_Encoded | None]:
    """Return vector and heads' scores of each text, from one pass."""
    if heads:
        vectors, answers = model.encode_with(texts, heads)
    else:
        vectors, answers = model.encode(texts), []
    scores = zip(*answers, strict=True) if answers else ((),) * len(texts)
    pairs = zip(map(checked, vectors), scores, strict=True)
    return [None if vector is None else (vector, found) for vector, found in pairs]


def _judged(heads: Mapping[str, Any], scores: Sequence[SafetyScore | None]) -> list[dict[str, Any]]:
    """Return a head's rows; a failed prompt has none, so that the next run tries again."""
    return [
        {
            "model": name,
            "model_revision": head.revision,
            "unsafe": score.unsafe,
            "labels": list(score.labels.items()),
        }
        for (name, head), score in zip(heads.items(), scores, strict=True)
        if score is not None and 0 <= score.unsafe <= 1
    ]


def checked(vector: np.ndarray) -> np.ndarray | None:
    """Return a vector, or None where it is no direction: a prompt without one goes to review."""
    return vector if np.isfinite(vector).all() and vector.any() else None


def own_jobs(
    embeddings: DataFrame, assign: Callable[[Vectors], tuple[list[str], list[float]]]
) -> DataFrame:
    """Return `text_hash`, `own_jtbd`, `margin` for each vector; `assign`: the taxonomy's kernel."""
    return map_partitions(
        embeddings.select("text_hash", "embedding"), partial(_assign, assign=assign), _JOBS
    )


def _assign(rows: pa.Table, assign: Callable[[Vectors], tuple[list[str], list[float]]]) -> pa.Table:
    labels, margins = assign(read_vectors(rows["embedding"]))
    return pa.table(
        {
            "text_hash": rows["text_hash"],
            "own_jtbd": pa.array(labels, pa.string()),
            "margin": margins,
        }
    )


def read_vectors(column: pa.ChunkedArray) -> np.ndarray:
    """Return [n, d] float32 from a column of equally long lists.

    Raises:
        ValueError: lists of different lengths.
    """
    lists = column.combine_chunks()
    flat = lists.flatten().to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    return flat.reshape(len(lists), -1) if len(lists) else np.empty((0, 0), np.float32)
