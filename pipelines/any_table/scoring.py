"""Phase I's scorers alone, on any table of texts; a text is message 0 of a sample of its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import DataType

from pipelines.config import Models
from pipelines.diversity.jobs_to_be_done import (
    JobTaxonomy,
    TaxonomyVectors,
    assign_jobs,
    encode_taxonomy,
)
from pipelines.errors import ConfigurationError
from pipelines.filtering.privacy.findings import Finding
from pipelines.models.answers import LanguageAnswer, SafetyScore
from pipelines.models.guard import answer_guarded
from pipelines.models.registry import ModelSpec, find_model, load_model, read_registry
from pipelines.spark.adapters import map_batches, map_partitions
from schemas.sidecars import LANGUAGE, PRIVACY, SAFETY

SCORERS = ("privacy", "safety", "language", "quality", "jtbd")
_MODEL = [pa.field("model", pa.string()), pa.field("model_revision", pa.string())]
_METHOD = {"privacy": "find", "safety": "score", "language": "identify", "quality": "score"}
_ANSWERS = {
    "privacy": [PRIVACY.arrow.field("findings")],
    "safety": [SAFETY.arrow.field("unsafe"), SAFETY.arrow.field("labels")],
    "language": [
        LANGUAGE.arrow.field(name) for name in ("language", "confidence", "romanised", "mixed")
    ],
    "quality": [pa.field("quality", pa.float64())],
    "jtbd": [pa.field("jtbd", pa.string()), pa.field("margin", pa.float64())],
}


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """The models that answer, by scorer, loaded once, so that a broken file stops the job early."""

    specs: dict[str, list[ModelSpec]]
    seconds_per_text: float
    taxonomy: JobTaxonomy
    vectors: TaxonomyVectors | None


def plan_scores(scorers: Sequence[str], models: Models, taxonomy: JobTaxonomy) -> ScorePlan:
    """Return the models of the scorers, loaded.

    Raises:
        ConfigurationError: an unknown scorer, or a model that cannot be loaded.
    """
    unknown = sorted(set(scorers) - set(SCORERS))
    if unknown or not scorers:
        message = (
            f"--scorers: {', '.join(unknown) or 'none given'}; known are {', '.join(SCORERS)}."
        )
        raise ConfigurationError(message)
    registry = read_registry(models.registry)
    named = {
        "privacy": models.privacy,
        "safety": models.safety,
        "language": (models.language,),
        "quality": (models.quality,),
        "jtbd": (models.encoder,),
    }
    kinds = {"jtbd": "encoder"}
    specs = {
        s: [find_model(registry, name, kinds.get(s, s)) for name in named[s]]
        for s in dict.fromkeys(scorers)
    }
    if "safety" in specs:
        specs["safety"] += [find_model(registry, name, "head") for name in models.heads]
    for found in specs.values():
        for spec in found:
            load_model(spec)
    vectors = _encode_taxonomy(taxonomy, specs["jtbd"][0]) if "jtbd" in specs else None
    return ScorePlan(specs, models.seconds_per_text, taxonomy, vectors)


def _encode_taxonomy(taxonomy: JobTaxonomy, encoder: ModelSpec) -> TaxonomyVectors:
    # With PyTorch, which other jobs' drivers do not need.
    from pipelines.models.kept_vectors import encode_kept  # noqa: PLC0415

    return encode_taxonomy(taxonomy, partial(encode_kept, load_model(encoder)))


def score_table(
    rows: DataFrame, scorer: str, plan: ScorePlan, id_type: DataType, count: Callable[[int], None]
) -> DataFrame:
    """Return one row per text and model of a scorer, `id` first; null = the model failed.

    Args:
        rows: `id`, `text`; a null text is a failure.
        scorer: one of SCORERS.
        plan: from `plan_scores`.
        id_type: of the ids as the table has them.
        count: called with the rows of each finished batch.
    """
    texts = rows.select(F.col("id").cast("string").alias("id"), "text")
    output = pa.schema([pa.field("id", pa.string()), *_MODEL, *_ANSWERS[scorer]])
    if scorer == "jtbd":
        kernel = partial(_score_jobs, plan=plan, count=count)
        scored = map_partitions(texts, kernel, output)
    else:
        scored = map_batches(
            texts, partial(_score, scorer=scorer, plan=plan, output=output, count=count), output
        )
    return scored.select(F.col("id").cast(id_type).alias("id"), *output.names[1:])


def _score(
    rows: pa.Table, scorer: str, plan: ScorePlan, output: pa.Schema, count: Callable[[int], None]
) -> pa.Table:
    ids, texts = rows["id"].to_pylist(), rows["text"].to_pylist()
    records: list[dict[str, Any]] = []
    for spec in plan.specs[scorer]:
        model = load_model(spec)
        known = [text for text in dict.fromkeys(texts) if text is not None]
        answers = answer_guarded(getattr(model, _METHOD[scorer]), known, plan.seconds_per_text)
        of = dict(zip(known, answers, strict=True))
        named = {"model": spec.name, "model_revision": model.revision}
        records += [
            {"id": i, **named, **_columns(scorer, None if text is None else of[text])}
            for i, text in zip(ids, texts, strict=True)
        ]
    count(len(ids))
    return pa.Table.from_pylist(records, schema=output)


def _columns(scorer: str, answer: object) -> dict[str, Any]:
    if answer is None:
        return {}
    if isinstance(answer, SafetyScore):
        good = 0 <= answer.unsafe <= 1  # NaN is no answer
        return {"unsafe": answer.unsafe, "labels": list(answer.labels.items())} if good else {}
    if isinstance(answer, LanguageAnswer):
        names = ("language", "confidence", "romanised", "mixed")
        return {name: getattr(answer, name) for name in names}
    if scorer == "quality":
        return {"quality": answer} if isinstance(answer, float) and 0 <= answer <= 1 else {}
    return {"findings": list(_findings(answer))}


def _findings(found: object) -> Iterator[dict[str, Any]]:
    for f in found if isinstance(found, list) else ():
        if isinstance(f, Finding):
            yield {
                "message_index": 0,
                "entity_type": f.entity_type,
                "start": f.start,
                "end": f.end,
                "score": f.score,
            }


def _score_jobs(rows: pa.Table, plan: ScorePlan, count: Callable[[int], None]) -> pa.Table:
    spec = plan.specs["jtbd"][0]
    model = load_model(spec)
    texts = rows["text"].to_pylist()
    known = [text for text in dict.fromkeys(texts) if text is not None]
    vectors = answer_guarded(lambda batch: list(model.encode(batch)), known, plan.seconds_per_text)
    good = {
        t: v
        for t, v in zip(known, vectors, strict=True)
        if v is not None and np.isfinite(v).all() and v.any()
    }
    of: dict[str, tuple[str, float]] = {}
    if good and plan.vectors is not None:
        answers = assign_jobs(np.stack(list(good.values())), plan.taxonomy, plan.vectors)
        of = dict(
            zip(good, zip(answers.labels, answers.margins.tolist(), strict=True), strict=True)
        )
    count(len(texts))
    found = [of.get(text, (None, None)) if text is not None else (None, None) for text in texts]
    revision = f"{model.revision}+{plan.taxonomy.revision}"
    return pa.table(
        {
            "id": rows["id"],
            "model": pa.array([spec.name] * len(texts), pa.string()),
            "model_revision": pa.array([revision] * len(texts), pa.string()),
            "jtbd": pa.array([label for label, _ in found], pa.string()),
            "margin": pa.array([margin for _, margin in found], pa.float64()),
        }
    )
