"""The vectors of a night's prompts, each computed once, by the encoder or what replaces it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.jobs_to_be_done import OTHER
from pipelines.diversity.legibility import is_read
from pipelines.diversity.similarity import Vectors
from pipelines.models.guard import answer_guarded
from pipelines.models.registry import load_model
from pipelines.night import embedding
from pipelines.night.night import Night
from pipelines.night.placing import compute
from pipelines.night.plan import Reading
from pipelines.night.stored_answers import find_stored
from pipelines.night.workspace import Staged
from pipelines.spark.adapters import map_partitions
from schemas.night import ENCODED, PROMPT_SCORES, READINGS, VECTORS
from schemas.sidecars import EMBEDDINGS, PROMPT_SAFETY

_KEY = ("text_hash", "model", "model_revision")
_NO_VECTOR = np.empty(0, dtype=np.float32)
_STORED_VECTORS = replace(VECTORS, name="stored_vectors")
_STORED_SCORES = replace(PROMPT_SCORES, name="stored_scores")


def read_prompts(prompts: DataFrame, reading: Reading, seconds: float) -> DataFrame:
    """Return `text_hash`, `model`, `embedding` of each prompt: which model compares it.

    Args:
        prompts: `text_hash`, `prompt`, distinct, spread over the tasks.
        reading: both models, and from where on a prompt is unread.
        seconds: the time for one text.

    `embedding` is the vector of an unread prompt, null for the others. `model` is null where
    reading it failed or took too long: such a prompt is not compared and goes to review.
    """
    return map_partitions(prompts, partial(_read, reading=reading, seconds=seconds), READINGS.arrow)


def list_spelled(readings: DataFrame, revision: str) -> DataFrame:
    """Return the rows of `embeddings` that unread prompts have.

    Args:
        readings: from `read_prompts`.
        revision: of the model that compares the unread.
    """
    own = readings.where(F.col("embedding").isNotNull())
    return own.select("text_hash", "model", F.lit(revision).alias("model_revision"), "embedding")


def _read(prompts: pa.Table, reading: Reading, seconds: float) -> pa.Table:
    spelled = answer_guarded(
        partial(_spell, reading=reading), prompts["prompt"].to_pylist(), seconds
    )
    names = [
        None if v is None else (reading.unread if len(v) else reading.encoder).name for v in spelled
    ]
    vectors = [v if v is not None and len(v) else None for v in spelled]
    return pa.table(
        {
            "text_hash": prompts["text_hash"],
            "model": pa.array(names, pa.string()),
            "embedding": pa.array(vectors, pa.list_(pa.float32())),
        }
    )


def _spell(texts: Sequence[str], reading: Reading) -> list[Vectors | None]:
    """Return the vector of each unread text, one of no length for the others."""
    measure = getattr(load_model(reading.encoder), "unread_shares", None)
    shares = np.zeros(len(texts)) if measure is None else measure(texts)
    unread = np.flatnonzero(~is_read(texts, shares, reading.unread_from)).tolist()
    found: list[Vectors | None] = [_NO_VECTOR] * len(texts)
    vectors = load_model(reading.unread).encode([texts[row] for row in unread])
    for row, vector in zip(unread, vectors, strict=True):
        found[row] = embedding.checked(vector)
    return found


@dataclass(frozen=True, slots=True)
class PromptVectors:
    """What the encoder's pass left of a night's distinct prompts, all of it staged.

    Args:
        unread: the name of the model of unread prompts.
        readings: which model compares each prompt.
        vectors: the vector by which it is compared.
        scores: of the safety layers that read the encoder's pass.
    """

    unread: str
    readings: Staged
    vectors: Staged
    scores: Staged

    def unknown(self) -> DataFrame:
        """Return `text_hash` of prompts for which no model was chosen, as reading them failed."""
        return self.readings.frame().where(F.col("model").isNull()).select("text_hash")

    def jobs(
        self, needed: DataFrame, assign: Callable[[Vectors], tuple[list[str], list[float]]]
    ) -> DataFrame:
        """Return `text_hash`, `own_jtbd`, `margin` of prompts: of unread ones `other` and 0."""
        vectors = self.vectors.frame().join(needed, on="text_hash", how="left_semi")
        is_unread = F.col("model") == self.unread
        found = embedding.own_jobs(vectors.where(~is_unread), assign)
        other = (F.lit(OTHER).alias("own_jtbd"), F.lit(0.0).alias("margin"))
        return found.unionByName(vectors.where(is_unread).select("text_hash", *other))


def embed_prompts(night: Night, facts: Staged) -> PromptVectors:
    """Stage the vectors of a night's prompts; those that are not stored yet are computed.

    Appends to `embeddings` and `prompt_safety` of the warehouse, whose rows are the same whoever
    writes them.
    """
    distinct = compute(night, lambda _: _count_texts(facts), facts.scan())
    good = facts.frame().where(F.col("defect").isNull() & F.col("prompt").isNotNull())
    with night.stages.stage("embed new prompts", distinct) as count:
        return _embed_distinct(night, good.select("text_hash", "prompt"), distinct, count)


def _count_texts(facts: Staged) -> int:
    hashes = facts.scan().select(pl.col("text_hash").drop_nulls().n_unique())
    return int(hashes.collect(engine="streaming").item())


def _embed_distinct(
    night: Night, prompts: DataFrame, distinct: int, count: Callable[[int], None]
) -> PromptVectors:
    plan, write, here = night.plan, night.workspace.write, (night.spark, night.plan.root)
    tasks = embedding.tasks_for(distinct, night.spark.sparkContext.defaultParallelism)
    seconds = plan.config.models.seconds_per_text
    first = prompts.groupBy("text_hash").agg(F.min("prompt").alias("prompt"))
    read = read_prompts(first.repartition(tasks, "text_hash"), plan.reading, seconds)
    readings = write(READINGS, read)
    comparing = {spec.name: night.revisions[spec.name] for spec in (plan.encoder, plan.unread)}
    heads = night.heads
    for table in (EMBEDDINGS, PROMPT_SAFETY):
        night.warehouse.create(table)
    known = write(_STORED_VECTORS, find_stored(*here, EMBEDDINGS, readings, comparing)).frame()
    judged = write(_STORED_SCORES, find_stored(*here, PROMPT_SAFETY, readings, heads)).frame()
    models = {plan.encoder.name: comparing[plan.encoder.name]} | heads
    answered = known.select(*_KEY).unionByName(judged.select(*_KEY))
    new = embedding.missing_answers(prompts, answered, models)
    rows = embedding.embed(
        new.repartition(tasks, "text_hash"), plan.encoder, seconds, count, plan.heads
    )
    encoded = write(ENCODED, rows).frame()
    scores = encoded.select("text_hash", F.explode("judged").alias("j")).select("text_hash", "j.*")
    spelled = list_spelled(readings.frame(), comparing[plan.unread.name])
    made = encoded.drop("judged").unionByName(spelled)
    whole = []
    for table, found, before in ((EMBEDDINGS, made, known), (PROMPT_SAFETY, scores, judged)):
        added = found.join(before.select(*_KEY), on=list(_KEY), how="left_anti")
        night.warehouse.append(table, added, {"run_id": night.run_id})
        whole.append(before.unionByName(added))
    vectors = write(VECTORS, choose_vectors(whole[0], plan.unread.name))
    return PromptVectors(plan.unread.name, readings, vectors, write(PROMPT_SCORES, whole[1]))


def choose_vectors(stored: DataFrame, unread: str) -> DataFrame:
    """Return one vector per prompt: that of `models.unread` where it has one, else the encoder's.

    The encoder's own vector of an unread prompt compares nothing.

    Args:
        stored: rows of `embeddings`, of the revisions that compare.
        unread: the name of `models.unread`.
    """
    of_unread = stored.where(F.col("model") == unread)
    others = stored.where(F.col("model") != unread)
    hashes = of_unread.select("text_hash")
    return others.join(hashes, on="text_hash", how="left_anti").unionByName(of_unread)
