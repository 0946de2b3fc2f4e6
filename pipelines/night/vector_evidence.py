"""What the vectors say of a staged night, whatever its tables say: counted again on an executor."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.evidence import PruningEvidence, verify_pruning
from pipelines.diversity.groups import Earlier, PruneResult
from pipelines.diversity.residual import Residual, estimate_residual
from pipelines.diversity.settings import PruneBudget
from pipelines.diversity.similarity import closest_across
from pipelines.night.embedding import read_vectors
from pipelines.night.ledger_tables import NightTables
from pipelines.night.night import Night
from pipelines.night.pruning_task import first_of_window, of_model, published_elsewhere
from pipelines.night.vectors import PromptVectors
from pipelines.spark.adapters import map_whole
from schemas.night import READINGS
from schemas.samples import EVAL, TRAIN
from schemas.sidecars import PRUNING

EVIDENCE = pa.schema([("model", pa.string()), ("name", pa.string()), ("value", pa.float64())])
"""A model of models.encoder or models.unread, what was counted, and the count or cosine."""
_COLUMNS = (
    "sample_id",
    "ds",
    "text_hash",
    "kept",
    "reason",
    "witness_id",
    "witness_ds",
    "similarity",
)


def gather_vector_evidence(night: Night, tables: NightTables) -> pl.DataFrame:
    """Return `model`, `name`, `value`: what the vectors say of this night's rows and all others'."""
    plan = night.plan
    vectors = PromptVectors(night, night.workspace.staged(READINGS)).read()
    parts = [
        staged.frame().select("sample_id", F.lit(staged.table.name).alias("side"))
        for staged in (tables.train, tables.eval)
    ]
    sided = parts[0].unionByName(parts[1])
    own = tables.pruning.frame().select(*_COLUMNS).join(sided, on="sample_id", how="left")
    sides = published_elsewhere(night.warehouse, plan.ds, "sample_id", "ds")
    others = (
        night.warehouse.read(PRUNING)
        .where(F.col("kept") & (F.col("ds") != plan.ds))
        .select(*_COLUMNS)
        .join(sides, on=["sample_id", "ds"], how="left")
    )
    rows = own.unionByName(others).join(vectors, on="text_hash", how="inner")
    settings = plan.config.pruning
    since = first_of_window(plan.ds, settings.window_nights)
    kernel = partial(verify_rows, ds=plan.ds, since=since, cuts=plan.cuts, budget=settings.narrow())
    return pl.DataFrame(map_whole(rows, kernel, EVIDENCE).toArrow())


def verify_rows(
    rows: pa.Table, ds: str, since: str, cuts: Mapping[str, float], budget: PruneBudget
) -> pa.Table:
    """Return what rows break, per model.

    Args:
        rows: `sample_id`, `ds`, `kept`, `reason`, `witness_id`, `witness_ds`, `similarity`, `side`, `model`,
            `embedding` of the night and of what other nights kept; `side` is null where it is not published.
        ds: the night.
        since: the first night that it was compared with.
        cuts: of each model: the cosine from which two rows are near-duplicates.
        budget: says whether all pairs were compared.
    """
    rows = rows.sort_by([("ds", "ascending"), ("sample_id", "ascending")])
    found = [
        {"model": model, "name": name, "value": value}
        for model, cut in cuts.items()
        for name, value in _verify_model(of_model(rows, model), ds, since, cut, budget).items()
    ]
    return pa.Table.from_pylist(found, schema=EVIDENCE)


def _verify_model(
    rows: pa.Table, ds: str, since: str, cut: float, budget: PruneBudget
) -> dict[str, float]:
    """Count what the rows of one model break; nothing where it has none of this night."""
    night = np.array(rows["ds"].to_pylist(), np.str_)
    own, past = (rows.filter(pa.array(of)) for of in (night == ds, (night >= since) & (night < ds)))
    if not own.num_rows:
        return {}
    side = np.array([s or "" for s in rows["side"].to_pylist()])
    vectors, pruned, earlier = (
        read_vectors(own["embedding"]),
        _as_pruned(own, past),
        _as_earlier(past),
    )
    evidence: PruningEvidence | Residual
    if budget.is_exact(own.num_rows, past.num_rows):
        evidence = verify_pruning(vectors, pruned, cut, earlier)
    else:
        evidence = estimate_residual(vectors, own["sample_id"].to_pylist(), pruned, cut, earlier)
    closest = _closest(read_vectors(rows["embedding"]), night == ds, side)
    return {"closest_across": closest} | {k: float(count) for k, count in asdict(evidence).items()}


def _as_earlier(past: pa.Table) -> Earlier | None:
    if not past.num_rows:
        return None
    return Earlier(
        past["sample_id"].to_pylist(), past["ds"].to_pylist(), read_vectors(past["embedding"])
    )


def _as_pruned(own: pa.Table, past: pa.Table) -> PruneResult:
    """Return the staged answers as the kernel's, witnesses as row numbers; -1 where there is none such."""
    names = [*_names(own, "ds", "sample_id"), *_names(past, "ds", "sample_id")]
    place = {name: number for number, name in enumerate(names)}
    witness = [place.get(name, -1) for name in _names(own, "witness_ds", "witness_id")]
    kept = np.array(own["kept"].to_pylist(), np.bool_)
    similarity = np.array(
        [np.nan if v is None else v for v in own["similarity"].to_pylist()], np.float64
    )
    return PruneResult(
        kept=kept,
        reason=own["reason"].to_pylist(),
        witness=np.array(witness, np.int64),
        witness_id=own["witness_id"].to_pylist(),
        witness_ds=own["witness_ds"].to_pylist(),
        similarity=similarity,
        novelty=np.zeros(len(kept)),
        cluster_id=[""] * len(kept),
    )


def _names(rows: pa.Table, ds: str, name: str) -> list[tuple[str, str]]:
    return list(zip(rows[ds].to_pylist(), rows[name].to_pylist(), strict=True))


def _closest(vectors: np.ndarray, own: np.ndarray, side: np.ndarray) -> float:
    """Return the highest cosine of a train and an eval row of which one at least is of this night."""
    train, held = side == TRAIN.name, side == EVAL.name
    pairs = ((train & own, held), (train & ~own, held & own))
    return max(
        (closest_across(vectors[a], vectors[b]) for a, b in pairs if a.any() and b.any()),
        default=-1.0,
    )
