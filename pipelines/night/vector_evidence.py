"""Near pairs of a staged night, counted again from the vectors, whatever its tables say."""

from dataclasses import asdict
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.evidence import EarlierEvidence, PruningEvidence, verify_pruning
from pipelines.diversity.groups import PruneResult
from pipelines.diversity.pairs import closest_across
from pipelines.diversity.residual import Residual, draw_rows, estimate_residual
from pipelines.night.across import of_side
from pipelines.night.embedding import read_vectors
from pipelines.night.index_search import of_model, over_index
from pipelines.night.ledger_tables import NightTables
from pipelines.night.look_back import fits_budget
from pipelines.night.night import Night
from pipelines.night.recount import RecheckRule, Recount, names_of
from pipelines.night.window import first_of_window
from pipelines.night.workspace import Staged
from pipelines.publishing.gates import count_rows
from pipelines.spark.adapters import map_whole
from schemas.night import EARLIER, RECHECKED
from schemas.samples import EVAL, TRAIN

EVIDENCE = pa.schema([("model", pa.string()), ("name", pa.string()), ("value", pa.float64())])
"""A model of models.encoder or models.unread, what was counted, and the count or cosine."""
_SLOWER = 10
"""A float32 product costs so many times a quantised one."""


def gather_vector_evidence(night: Night, tables: NightTables) -> pl.DataFrame:
    """Return `model`, `name`, `value`: the counts and cosines that the gates check."""
    rule = _rule_of(night, tables)
    rows = _stage_rechecked(night, tables, rule)
    before = over_index(night, rows, partial(Recount, rule=rule), EARLIER)
    met = before.groupBy("sample_id").agg(
        *(F.max(name).alias(name) for name in ("best", "witness", "across")),
        F.sum("near").alias("near"),
    )
    own = rows.frame().join(met, on="sample_id", how="left")
    verified = map_whole(own, partial(_verify, rule=rule), EVIDENCE)
    return pl.DataFrame(verified.toArrow())


def _rule_of(night: Night, tables: NightTables) -> RecheckRule:
    plan = night.plan
    since = first_of_window(plan.ds, plan.config.pruning.window_nights)
    models = {name: night.revisions[name] for name in plan.cuts}
    samples = not fits_budget(night, count_rows(tables.pruning.scan()), _SLOWER)
    return RecheckRule(plan.ds, since, plan.cuts, models, samples)


def _stage_rechecked(night: Night, tables: NightTables, rule: RecheckRule) -> Staged:
    """Stage the decisions of `pruning` with sides and vectors, and which rows are compared.

    A published row that Phase II did not decide on counts as one dropped without a witness.
    """
    train, held_out = (
        side.frame().select("sample_id", "text_hash", F.lit(side.table.name).alias("side"))
        for side in (tables.train, tables.eval)
    )
    decided = tables.pruning.frame().drop("ds", "run_id", "model")
    whole = decided.join(train.unionByName(held_out), on=["sample_id", "text_hash"], how="full")
    whole = whole.fillna({"kept": False, "reason": ""})
    rows = whole.join(tables.vectors.vectors.frame(), on="text_hash", how="inner")
    if not rule.samples:
        return night.workspace.write(RECHECKED, rows.withColumn("compares_kept", F.lit(True)))
    answers = tables.pruning.scan().select("sample_id", "kept", "model").collect()
    drawn = []
    for _, part in answers.sort("sample_id").group_by("model"):
        ids, kept = part["sample_id"].to_list(), part["kept"].to_numpy()
        for group in (np.flatnonzero(kept), np.flatnonzero(~kept)):
            drawn += [ids[row] for row in draw_rows(group, ids).tolist()]
    comparing = night.spark.createDataFrame(pa.table({"sample_id": pa.array(drawn, pa.string())}))
    named = comparing.withColumn("compares_kept", F.lit(True))
    marked = rows.join(F.broadcast(named), on="sample_id", how="left")
    return night.workspace.write(RECHECKED, marked.fillna({"compares_kept": False}))


def _verify(rows: pa.Table, rule: RecheckRule) -> pa.Table:
    """Return what rows break, per model.

    Args:
        rows: `rechecked`, and what tasks counted of each: `best`, `near`, `witness`, `across`, null
            where there is no other night.
        rule: cuts, and whether all pairs were compared.
    """
    rows = rows.sort_by("sample_id")
    found = [
        {"model": model, "name": name, "value": value}
        for model, cut in rule.cuts.items()
        if len(own := of_model(rows, model))
        for name, value in (_verify_model(own, cut, rule) | _closest(own)).items()
    ]
    return pa.Table.from_pylist(found, schema=EVIDENCE)


def _verify_model(rows: pa.Table, cut: float, rule: RecheckRule) -> dict[str, float]:
    """Count what the rows of one model break."""
    vectors, before = read_vectors(rows["embedding"]), _as_evidence(rows)
    pruned = _as_pruned(rows, before, rule.ds)
    evidence: PruningEvidence | Residual
    if rule.samples:
        evidence = estimate_residual(vectors, rows["sample_id"].to_pylist(), pruned, cut, before)
    else:
        evidence = verify_pruning(vectors, pruned, cut, before)
    return {name: float(count) for name, count in asdict(evidence).items()}


def _closest(rows: pa.Table) -> dict[str, float]:
    """Return the greatest cosine of published rows of both sides, one of this night; -1 = none."""
    mine, theirs = (read_vectors(of_side(rows, side.name)["embedding"]) for side in (TRAIN, EVAL))
    before = pa.compute.max(rows["across"]).as_py()
    found = (closest_across(mine, theirs), -1.0 if before is None else before, -1.0)
    return {"closest_across": max(found)}


def _as_evidence(rows: pa.Table) -> EarlierEvidence:
    return EarlierEvidence(
        _filled(rows["best"], -np.inf).astype(np.float32),
        _filled(rows["near"], 0).astype(np.int64),
        _filled(rows["witness"], np.nan),
    )


def _filled(column: pa.ChunkedArray, nothing: float) -> np.ndarray:
    return np.array([nothing if v is None else v for v in column.to_pylist()], np.float64)


def _as_pruned(rows: pa.Table, before: EarlierEvidence, ds: str) -> PruneResult:
    """Return the staged answers in the kernel's form; a witness is a row number, -1 = none."""
    place = {(ds, name): number for number, name in enumerate(rows["sample_id"].to_pylist())}
    names = names_of(rows, "witness_ds", "witness_id")
    witness = np.array([place.get(name, -1) for name in names], np.int64)
    old = ~np.isnan(before.witness) & (witness < 0)
    kept = np.array(rows["kept"].to_pylist(), np.bool_)
    return PruneResult(
        kept=kept,
        reason=rows["reason"].to_pylist(),
        witness=np.where(old, len(kept), witness),
        witness_id=rows["witness_id"].to_pylist(),
        witness_ds=rows["witness_ds"].to_pylist(),
        similarity=_filled(rows["similarity"], np.nan),
        novelty=np.zeros(len(kept)),
        cluster_id=[""] * len(kept),
    )
