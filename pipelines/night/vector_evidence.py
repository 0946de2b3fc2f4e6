"""Near pairs of a staged night, counted again from the vectors, whatever its tables say."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.evidence import (
    EarlierEvidence,
    PruningEvidence,
    compare_rows,
    scale_rows,
    verify_pruning,
)
from pipelines.diversity.groups import PruneResult
from pipelines.diversity.residual import Residual, draw_rows, estimate_residual
from pipelines.diversity.similarity import exact_cosines
from pipelines.night.across import closest_by_model, stage_sided
from pipelines.night.embedding import read_vectors
from pipelines.night.index_search import of_model, over_index, rows_where
from pipelines.night.ledger_tables import NightTables
from pipelines.night.look_back import fits_budget
from pipelines.night.night import Night
from pipelines.night.window import first_of_window, is_earlier
from pipelines.night.workspace import Staged
from pipelines.publishing.gates import count_rows
from pipelines.spark.adapters import map_whole
from schemas.night import EARLIER, RECHECKED

EVIDENCE = pa.schema([("model", pa.string()), ("name", pa.string()), ("value", pa.float64())])
"""A model of models.encoder or models.unread, what was counted, and the count or cosine."""
_SLOWER = 10
"""A float32 product costs so many times a quantised one."""


def gather_vector_evidence(night: Night, tables: NightTables) -> pl.DataFrame:
    """Return `model`, `name`, `value`: the counts and cosines that the gates check."""
    parts = [
        staged.frame().select("sample_id", "text_hash", F.lit(staged.table.name).alias("side"))
        for staged in (tables.train, tables.eval)
    ]
    published = parts[0].unionByName(parts[1])
    sided = stage_sided(night, published, tables.vectors, "sided_published")
    # Most of both is waiting for Spark to plan.
    with ThreadPoolExecutor(1) as pool:
        sides = pool.submit(closest_by_model, night, sided)
        found = _recheck_pruning(night, tables)
        closest = sides.result()
    here = found["model"].unique().sort().to_list()
    across = [(model, "closest_across", closest.get(model, -1.0)) for model in here]
    return pl.concat([found, pl.DataFrame(across, schema=found.schema, orient="row")])


def _recheck_pruning(night: Night, tables: NightTables) -> pl.DataFrame:
    rule = _rule_of(night, tables)
    rows = _stage_rechecked(night, tables, rule)
    before = over_index(night, rows, partial(Recount, rule=rule), EARLIER)
    least = before.groupBy("sample_id").agg(
        F.max("best").alias("best"), F.sum("near").alias("near"), F.max("witness").alias("witness")
    )
    own = rows.frame().join(least, on="sample_id", how="left")
    verified = map_whole(own, partial(verify_rows, rule=rule), EVIDENCE)
    return pl.DataFrame(verified.toArrow())


@dataclass(frozen=True, slots=True)
class RecheckRule:
    """How a night is counted again.

    Args:
        ds: the night.
        since: the first night that it was compared with.
        cuts: of each model: the cosine from which two rows are near-duplicates.
        revisions: of each model.
        samples: a sample of rows is counted, as not all pairs were compared, or as they are too
            many.
    """

    ds: str
    since: str
    cuts: Mapping[str, float]
    revisions: Mapping[str, str]
    samples: bool

    def counts(self, ds: str) -> bool:
        """Whether the kept rows of a night were leaders for this one."""
        return is_earlier(ds, self.ds, self.since)


def _rule_of(night: Night, tables: NightTables) -> RecheckRule:
    plan = night.plan
    since = first_of_window(plan.ds, plan.config.pruning.window_nights)
    models = {name: night.revisions[name] for name in plan.cuts}
    samples = not fits_budget(night, count_rows(tables.pruning.scan()), _SLOWER)
    return RecheckRule(plan.ds, since, plan.cuts, models, samples)


def _stage_rechecked(night: Night, tables: NightTables, rule: RecheckRule) -> Staged:
    """Stage the decisions of `pruning` with the vectors; `comparing` marks the rows to recount."""
    own = tables.pruning.frame().drop("ds", "run_id", "model")
    rows = own.join(tables.vectors.vectors.frame(), on="text_hash", how="inner")
    if not rule.samples:
        return night.workspace.write(RECHECKED, rows.withColumn("compares_kept", F.lit(True)))
    decided = tables.pruning.scan().select("sample_id", "kept", "model").collect().sort("sample_id")
    drawn = []
    for _, part in decided.group_by("model"):
        ids, kept = part["sample_id"].to_list(), part["kept"].to_numpy()
        for group in (np.flatnonzero(kept), np.flatnonzero(~kept)):
            drawn += [ids[row] for row in draw_rows(group, ids).tolist()]
    comparing = night.spark.createDataFrame(pa.table({"sample_id": pa.array(drawn, pa.string())}))
    named = comparing.withColumn("compares_kept", F.lit(True))
    whole = rows.join(F.broadcast(named), on="sample_id", how="left")
    return night.workspace.write(RECHECKED, whole.fillna({"compares_kept": False}))


class Recount:
    """The search for `earlier`: what is counted again of rows of the night and earlier nights'.

    Args:
        rows: `rechecked`.
        rule: which nights count.
    """

    def __init__(self, rows: pa.Table, rule: RecheckRule) -> None:
        self._rule = rule
        self._models = [
            _Recounted(own, model, cut)
            for model, cut in rule.cuts.items()
            if len(own := of_model(rows, model))
        ]

    def look_at(self, kept: pa.Table) -> None:
        """Take in kept rows."""
        past = rows_where(kept, [self._rule.counts(ds) for ds in kept["ds"].to_pylist()])
        for one in self._models:
            old = of_model(past, one.model, self._rule.revisions[one.model])
            if len(old):
                one.look_at(old)

    def answers(self) -> pa.Table:
        """Return `earlier`, without rows of models that no row was seen of."""
        found = [one.answers() for one in self._models if one.has_seen]
        return pa.concat_tables([EARLIER.arrow.empty_table(), *found])


class _Recounted:
    """What is counted of the rows that one model compares."""

    def __init__(self, rows: pa.Table, model: str, cut: float) -> None:
        self.model, self.has_seen = model, False
        self._cut, self._ids = cut, rows["sample_id"]
        self._unit = scale_rows(read_vectors(rows["embedding"]))
        self._comparing = np.flatnonzero(rows["compares_kept"].to_pylist())
        self._compared = self._unit[self._comparing]
        self._best = np.full(len(rows), -np.inf, np.float32)
        self._near = np.zeros(len(rows), np.int64)
        self._witness = np.full(len(rows), np.nan)
        self._named: dict[tuple[str, str], list[int]] = {}
        for row, name in enumerate(_names(rows, "witness_ds", "witness_id")):
            self._named.setdefault(name, []).append(row)

    def look_at(self, old: pa.Table) -> None:
        self.has_seen = True
        past = scale_rows(read_vectors(old["embedding"]))
        best, near = compare_rows(self._compared, past, self._cut)
        self._best[self._comparing] = np.maximum(self._best[self._comparing], best)
        self._near[self._comparing] += near
        pairs = [
            (row, place)
            for place, name in enumerate(_names(old, "ds", "sample_id"))
            for row in self._named.get(name, ())
        ]
        if pairs:
            rows, places = np.array(pairs, np.int64).T
            self._witness[rows] = exact_cosines(self._unit, past, rows, places)

    def answers(self) -> pa.Table:
        best, witness = self._best, self._witness
        return pa.table(
            {
                "sample_id": self._ids,
                "best": pa.array(best, pa.float32(), mask=np.isneginf(best)),
                "near": self._near,
                "witness": pa.array(witness, pa.float64(), mask=np.isnan(witness)),
            }
        ).cast(EARLIER.arrow)


def verify_rows(rows: pa.Table, rule: RecheckRule) -> pa.Table:
    """Return what rows break, per model.

    Args:
        rows: `rechecked`, and what tasks counted of each: `best`, `near`, `witness`, null where
            there is no earlier night.
        rule: cuts, and whether all pairs were compared.
    """
    rows = rows.sort_by("sample_id")
    found = [
        {"model": model, "name": name, "value": value}
        for model, cut in rule.cuts.items()
        for name, value in _verify_model(of_model(rows, model), cut, rule).items()
    ]
    return pa.Table.from_pylist(found, schema=EVIDENCE)


def _verify_model(rows: pa.Table, cut: float, rule: RecheckRule) -> dict[str, float]:
    """Count what the rows of one model break; nothing where it has none of this night."""
    if not rows.num_rows:
        return {}
    vectors, before = read_vectors(rows["embedding"]), _as_evidence(rows)
    pruned = _as_pruned(rows, before, rule.ds)
    evidence: PruningEvidence | Residual
    if rule.samples:
        evidence = estimate_residual(vectors, rows["sample_id"].to_pylist(), pruned, cut, before)
    else:
        evidence = verify_pruning(vectors, pruned, cut, before)
    return {name: float(count) for name, count in asdict(evidence).items()}


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
    names = _names(rows, "witness_ds", "witness_id")
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


def _names(rows: pa.Table, ds: str, name: str) -> list[tuple[str, str]]:
    return list(zip(rows[ds].to_pylist(), rows[name].to_pylist(), strict=True))
