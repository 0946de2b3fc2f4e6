"""The facts of a published run, counted from its tables alone."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.checks import Check
from pipelines.errors import InputError
from pipelines.outcomes import Outcome, Phase
from pipelines.publishing.account import TOTAL
from pipelines.report.facts import SCORE_BIN, SIMILARITY_BIN, ReportFacts, RunFacts, Stage
from pipelines.spark.counts import SLICES, count_slices, to_polars
from pipelines.spark.tables import Warehouse
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import LANGUAGE, PRIVACY, PRUNING, SAFETY
from schemas.table import Table

_CLUSTERS_SHOWN = 300
_DIFFICULTY_BINS = 24
_TABLES_AT_ONCE = 4
_EDGE = 1e-9  # a cosine that stands on the edge of a bin belongs to the bin above


def gather_facts(spark: SparkSession, root: Path, ds: str) -> ReportFacts:
    """Return the facts of the last published run of a night.

    Raises:
        InputError: the warehouse has no published run of that night.
    """
    warehouse = Warehouse(spark, str(root))
    run = _last_run(warehouse, ds)
    night = _Night(warehouse, ds, run)
    with ThreadPoolExecutor(_TABLES_AT_ONCE) as pool:
        parts = {name: pool.submit(getattr(night, name)) for name in _Night.FRAMES}
        slices = night.slices()
        found = {name: part.result() for name, part in parts.items()}
    total = slices.filter(pl.col("dimension") == TOTAL)
    edges = found.pop("difficulty_points")
    planes, bounds = _bin_difficulty(edges)
    counts = dict(run["counts"])
    return ReportFacts(
        run=_run_facts(run),
        in_rows=sum(rows for key, rows in counts.items() if key.startswith(f"{Phase.INTAKE}.")),
        train_rows=counts.get("published.train", 0),
        eval_rows=counts.get("published.eval", 0),
        outcomes=total.select("phase", "outcome", "reason", "rows"),
        slices=slices.filter(pl.col("dimension") != TOTAL),
        difficulty=planes,
        difficulty_edges=bounds,
        **found,
    )


def _last_run(warehouse: Warehouse, ds: str) -> Row:
    runs = warehouse.read(RUNS).where((F.col("ds") == ds) & (F.col("status") == "published"))
    rows: list[Row] = runs.orderBy(F.col("finished_at").desc()).limit(1).collect()
    if not rows:
        message = f"warehouse: {warehouse.root} has no published run of {ds}; run jobs/curate.py first."
        raise InputError(message)
    return rows[0]


def _run_facts(run: Row) -> RunFacts:
    return RunFacts(
        run_id=run["run_id"],
        ds=run["ds"],
        status=run["status"],
        code_version=run["code_version"],
        config=json.loads(run["config"]),
        config_hash=run["config_hash"],
        model_revisions=dict(run["model_revisions"]),
        input_versions=dict(run["input_versions"]),
        output_versions={"train": run["train_version"], "eval": run["eval_version"]},
        started_at=run["started_at"],
        finished_at=run["finished_at"],
        stages=[Stage(s["name"], s["rows"] or 0, s["seconds"]) for s in json.loads(run["stages"])],
        checks=[Check(**check) for check in json.loads(run["checks"])],
    )


class _Night:
    """The counts of one night, each a small frame."""

    FRAMES = (
        "quarantine",
        "marginals",
        "constraints",
        "pruning",
        "clusters",
        "difficulty_points",
        "languages",
        "identifiers",
        "safety",
        "weights",
        "history",
    )

    def __init__(self, warehouse: Warehouse, ds: str, run: Row) -> None:
        self._warehouse, self._ds, self._run = warehouse, ds, run

    def _rows(self, table: Table) -> DataFrame:
        return self._warehouse.read_night(table, self._ds)

    def _sides(self) -> Sequence[tuple[str, DataFrame]]:
        return [
            (t.name, self._warehouse.read_version(t, self._run[f"{t.name}_version"], self._ds))
            for t in (TRAIN, EVAL)
        ]

    def slices(self) -> pl.DataFrame:
        return count_slices(self._rows(DECISIONS), self._rows(SAMPLES))

    def quarantine(self) -> pl.DataFrame:
        return _count(self._rows(QUARANTINE), "reason")

    def constraints(self) -> pl.DataFrame:
        return to_polars(self._rows(CONSTRAINTS).drop("ds", "run_id"))

    def marginals(self) -> pl.DataFrame:
        samples = self._rows(SAMPLES)
        pool = self._rows(DECISIONS).where(
            (F.col("phase") == Phase.SPLIT) & (F.col("outcome") == Outcome.KEEP)
        )
        stages = [
            ("traffic", samples),
            ("pool", samples.join(pool.select("sample_id"), on="sample_id", how="left_semi")),
            *self._sides(),
        ]
        parts = [
            rows.select(F.lit(stage).alias("stage"), *(F.col(d).cast("string").alias(d) for d in SLICES))
            for stage, rows in stages
        ]
        union = parts[0]
        for part in parts[1:]:
            union = union.unionByName(part)
        pairs = F.array(*(F.struct(F.lit(d).alias("dimension"), F.col(d).alias("value")) for d in SLICES))
        return _count(
            union.select("stage", F.explode(pairs).alias("p")).select("stage", "p.*"),
            "dimension",
            "value",
            "stage",
        )

    def pruning(self) -> pl.DataFrame:
        place = F.floor(F.col("similarity") / SIMILARITY_BIN + _EDGE).cast("long").alias("similarity_bin")
        return _count(self._rows(PRUNING).select("reason", place), "reason", "similarity_bin")

    def clusters(self) -> pl.DataFrame:
        rows = self._rows(PRUNING).groupBy("cluster_id")
        counted = rows.agg(F.count(F.lit(1)).alias("rows"), F.count_if("kept").alias("kept"))
        return to_polars(counted.orderBy(F.col("rows").desc(), "cluster_id").limit(_CLUSTERS_SHOWN))

    def difficulty_points(self) -> pl.DataFrame:
        return to_polars(self._rows(SAMPLES).select("reward_variance", "best_reward", "difficulty"))

    def languages(self) -> pl.DataFrame:
        declared = self._rows(SAMPLES).select("sample_id", F.col("language").alias("declared"))
        identified = self._rows(LANGUAGE).select("sample_id", F.col("language").alias("identified"))
        return _count(declared.join(identified, on="sample_id", how="inner"), "declared", "identified")

    def identifiers(self) -> pl.DataFrame:
        found = self._rows(PRIVACY).select("sample_id", F.explode("findings").alias("f"))
        by_type = found.groupBy(F.col("f.entity_type").alias("entity_type"))
        return to_polars(
            by_type.agg(F.count(F.lit(1)).alias("findings"), F.count_distinct("sample_id").alias("samples"))
        )

    def safety(self) -> pl.DataFrame:
        last = round(1 / SCORE_BIN) - 1
        place = F.least(F.floor(F.col("unsafe") / SCORE_BIN), F.lit(last)).cast("long")
        return _count(self._rows(SAFETY).select("model", place.alias("score_bin")), "model", "score_bin")

    def weights(self) -> pl.DataFrame:
        parts = [
            to_polars(
                rows.agg(
                    F.count(F.lit(1)).alias("rows"),
                    F.coalesce(F.sum("weight"), F.lit(0.0)).alias("total"),
                    F.coalesce(F.sum(F.col("weight") * F.col("weight")), F.lit(0.0)).alias("total_squared"),
                )
            ).with_columns(side=pl.lit(side))
            for side, rows in self._sides()
        ]
        return pl.concat(parts)

    def history(self) -> pl.DataFrame:
        runs = self._warehouse.read(RUNS).where((F.col("ds") < self._ds) & (F.col("status") == "published"))
        rows: list[dict[str, Any]] = []
        for row in runs.select("ds", "counts", "finished_at").orderBy("ds", "finished_at").collect():
            counts = dict(row["counts"])
            intake = sum(n for key, n in counts.items() if key.startswith(f"{Phase.INTAKE}."))
            entry = {
                "ds": row["ds"],
                "in_rows": intake,
                "train": counts.get("published.train", 0),
                "eval": counts.get("published.eval", 0),
            }
            rows = [r for r in rows if r["ds"] != row["ds"]] + [entry]  # the last run of a night counts
        return pl.DataFrame(
            rows, schema={"ds": pl.String, "in_rows": pl.Int64, "train": pl.Int64, "eval": pl.Int64}
        )


def _count(rows: DataFrame, *keys: str) -> pl.DataFrame:
    return to_polars(rows.groupBy(*keys).agg(F.count(F.lit(1)).alias("rows")))


def _bin_difficulty(points: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return rows per bin of variance and best reward, and where the bins lie."""
    bounds, columns = [], {"level": points["difficulty"]}
    for axis, name in (("variance", "reward_variance"), ("best", "best_reward")):
        values = points[name].drop_nulls()
        ends = values.sort().to_list()
        low, high = (ends[0], ends[-1]) if ends else (0.0, 1.0)
        edges = np.linspace(low, high if high > low else low + 1.0, _DIFFICULTY_BINS + 1)
        place = ((points[name] - edges[0]) / (edges[1] - edges[0])).floor().cast(pl.Int64, strict=False)
        columns[f"{axis}_bin"] = place.clip(0, _DIFFICULTY_BINS - 1)
        bounds += [
            {"axis": axis, "bin": i, "low": edges[i], "high": edges[i + 1]} for i in range(_DIFFICULTY_BINS)
        ]
    binned = pl.DataFrame(columns)
    return binned.group_by("variance_bin", "best_bin", "level").agg(rows=pl.len()), pl.DataFrame(bounds)
