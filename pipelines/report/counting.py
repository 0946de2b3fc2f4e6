"""The frames of a report, counted from a published night's tables: ids and numbers, no text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pipelines.outcomes import CLEARED, Outcome, Phase, Reason
from pipelines.report.facts import COLUMNS, SCORE_BIN, SIMILARITY_BIN
from pipelines.retention import NOT_COMPARED, count_retention, slice_samples
from pipelines.slices import SLICES

_CLUSTERS_SHOWN = 2_000
_DIFFICULTY_BINS = 24
_EDGE = 1e-9  # a cosine on the edge of a bin belongs to the bin above


@dataclass(frozen=True, slots=True)
class ReportFrames:
    """A published night's tables, lazy, with the contract's columns.

    Args:
        samples, decisions, privacy, safety, language, pruning, quarantine, constraints: of the
            night.
        train, eval: of the night, at the versions that its run committed.
        clusters: of the night; no rows where its code knew no names.
        pruning_before: `pruning` of the published night before; `None` = there is none.
        counts: of the run: `phase.outcome` → rows, and what else it counted.
        history: `ds`, `counts` (phase.outcome → rows) of the published runs of earlier nights,
            oldest first.
    """

    samples: pl.LazyFrame
    decisions: pl.LazyFrame
    privacy: pl.LazyFrame
    safety: pl.LazyFrame
    language: pl.LazyFrame
    pruning: pl.LazyFrame
    quarantine: pl.LazyFrame
    constraints: pl.LazyFrame
    train: pl.LazyFrame
    eval: pl.LazyFrame
    clusters: pl.LazyFrame
    pruning_before: pl.LazyFrame | None
    counts: Mapping[str, int]
    history: tuple[tuple[str, dict[str, int]], ...]


def count_frames(night: ReportFrames) -> dict[str, pl.DataFrame]:
    """Return the frames of `ReportFacts` by name, all but its outcomes and slices."""
    planes, edges = _bin_difficulty(
        night.samples.select("reward_variance", "best_reward", "difficulty").collect(
            engine="streaming"
        )
    )
    return {
        "marginals": _marginals(night),
        "constraints": _constraints(night.constraints),
        "pruning": _pruning(night.pruning),
        "retention": count_retention(night.pruning, slice_samples(night.samples, night.language)),
        "uncompared": _by_prefix(night.counts, NOT_COMPARED, "uncompared"),
        "cleared": _by_prefix(night.counts, CLEARED, "cleared"),
        "clusters": _clusters(night),
        "difficulty": planes,
        "difficulty_edges": edges,
        "languages": _languages(night),
        "quarantine": _count(night.quarantine, "reason"),
        "identifiers": _identifiers(night.privacy),
        "safety": _safety(night.safety),
        "weights": pl.concat([_weights(night.train, "train"), _weights(night.eval, "eval")]),
        "history": _history(night.history),
    }


def _count(rows: pl.LazyFrame, *keys: str) -> pl.DataFrame:
    counted = rows.group_by(keys).agg(rows=pl.len().cast(pl.Int64))
    return counted.sort(keys).collect(engine="streaming")


def _constraints(constraints: pl.LazyFrame) -> pl.DataFrame:
    """Return the bounds; a column that a night of an earlier version lacks is null."""
    there = set(constraints.collect_schema().names())
    columns = COLUMNS["constraints"].items()
    return constraints.select(
        pl.col(name) if name in there else pl.lit(None, kind).alias(name) for name, kind in columns
    ).collect()


def _marginals(night: ReportFrames) -> pl.DataFrame:
    in_pool = (pl.col("phase") == Phase.SPLIT) & (pl.col("outcome") == Outcome.KEEP)
    pool = night.decisions.filter(in_pool).select("sample_id")
    stages = {
        "traffic": night.samples,
        "pool": night.samples.join(pool, on="sample_id", how="semi"),
        "train": night.train,
        "eval": night.eval,
    }
    parts = [
        _count(rows.select(value=pl.col(name).cast(pl.String)), "value").select(
            "value", "rows", dimension=pl.lit(name), stage=pl.lit(stage)
        )
        for stage, rows in stages.items()
        for name in SLICES
    ]
    return pl.concat(parts).select(list(COLUMNS["marginals"]))


def _pruning(pruning: pl.LazyFrame) -> pl.DataFrame:
    place = (pl.col("similarity") / SIMILARITY_BIN + _EDGE).floor().cast(pl.Int64)
    return _count(pruning.select("reason", similarity_bin=place), "reason", "similarity_bin")


def _by_prefix(counts: Mapping[str, int], prefix: str, frame: str) -> pl.DataFrame:
    """Return the counts whose key has this prefix, by the rest of the key."""
    found = {key.removeprefix(prefix): n for key, n in counts.items() if key.startswith(prefix)}
    return pl.DataFrame(sorted(found.items()), schema=dict(COLUMNS[frame]), orient="row")


def _clusters(night: ReportFrames) -> pl.DataFrame:
    """Return the largest clusters with their names and what became of their rows."""
    users = night.samples.select("sample_id", "user_key")
    rows = night.pruning.select("sample_id", "cluster_id", "kept", "reason")
    rows = rows.join(users, on="sample_id", how="inner")
    everybody = rows.select(pl.col("user_key").n_unique()).collect(engine="streaming").item()
    counted = rows.group_by("cluster_id").agg(
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col("kept").sum().cast(pl.Int64),
        near_duplicates=(pl.col("reason") == Reason.NEAR_DUPLICATE).sum().cast(pl.Int64),
        budget=(pl.col("reason") == Reason.BUDGET).sum().cast(pl.Int64),
        users_share=pl.col("user_key").n_unique() / max(1, everybody),
    )
    names = night.clusters.select("cluster_id", "name", "first_ds")
    named = counted.join(names, on="cluster_id", how="left").join(
        _rows_before(night.pruning_before), on="cluster_id", how="left"
    )
    if night.pruning_before is not None:
        named = named.with_columns(pl.col("rows_before").fill_null(0))
    order = named.sort("rows", "cluster_id", descending=[True, False])
    return order.select(list(COLUMNS["clusters"])).head(_CLUSTERS_SHOWN).collect(engine="streaming")


def _rows_before(pruning: pl.LazyFrame | None) -> pl.LazyFrame:
    if pruning is None:
        return pl.LazyFrame(schema={"cluster_id": pl.String, "rows_before": pl.Int64})
    return pruning.group_by("cluster_id").agg(rows_before=pl.len().cast(pl.Int64))


def _languages(night: ReportFrames) -> pl.DataFrame:
    declared = night.samples.select("sample_id", declared="language")
    identified = night.language.select("sample_id", identified="language")
    return _count(declared.join(identified, on="sample_id", how="inner"), "declared", "identified")


def _identifiers(privacy: pl.LazyFrame) -> pl.DataFrame:
    some = privacy.filter(pl.col("findings").list.len() > 0)
    found = some.select("sample_id", "findings").explode("findings").unnest("findings")
    counted = found.group_by("entity_type").agg(
        findings=pl.len().cast(pl.Int64), samples=pl.col("sample_id").n_unique().cast(pl.Int64)
    )
    return counted.sort("entity_type").collect(engine="streaming")


def _safety(safety: pl.LazyFrame) -> pl.DataFrame:
    last = round(1 / SCORE_BIN) - 1
    place = (pl.col("unsafe") / SCORE_BIN).floor().clip(upper_bound=last).cast(pl.Int64)
    return _count(safety.select("model", score_bin=place), "model", "score_bin")


def _weights(rows: pl.LazyFrame, side: str) -> pl.DataFrame:
    weight = pl.col("weight")
    summed = rows.select(
        side=pl.lit(side),
        rows=pl.len().cast(pl.Int64),
        total=weight.sum().cast(pl.Float64),
        total_squared=(weight * weight).sum().cast(pl.Float64),
    )
    return summed.collect(engine="streaming")


def _history(runs: tuple[tuple[str, dict[str, int]], ...]) -> pl.DataFrame:
    last: dict[str, dict[str, Any]] = {}
    for ds, counts in runs:  # the last run of a night counts
        sides = {side: counts.get(f"published.{side}", 0) for side in ("train", "eval")}
        last[ds] = {"ds": ds, "in_rows": rows_in(counts), **sides}
    return pl.DataFrame([last[ds] for ds in sorted(last)], schema=dict(COLUMNS["history"]))


def rows_in(counts: dict[str, int]) -> int:
    """Return the rows of a night's input from the counts of its run."""
    return sum(rows for key, rows in counts.items() if key.startswith(f"{Phase.INTAKE}."))


def _bin_difficulty(points: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return rows per bin of variance and best reward, and where the bins lie."""
    bounds, columns = [], {"level": points["difficulty"]}
    for axis, name in (("variance", "reward_variance"), ("best", "best_reward")):
        low, high = points[name].min(), points[name].max()
        first = float(low) if isinstance(low, float) else 0.0
        end = float(high) if isinstance(high, float) and high > first else first + 1.0
        edges = np.linspace(first, end, _DIFFICULTY_BINS + 1)
        place = (
            ((points[name] - edges[0]) / (edges[1] - edges[0])).floor().cast(pl.Int64, strict=False)
        )
        columns[f"{axis}_bin"] = place.clip(0, _DIFFICULTY_BINS - 1)
        bounds += [
            {"axis": axis, "bin": i, "low": edges[i], "high": edges[i + 1]}
            for i in range(_DIFFICULTY_BINS)
        ]
    binned = pl.DataFrame(columns).group_by("variance_bin", "best_bin", "level").agg(rows=pl.len())
    return binned.sort("variance_bin", "best_bin", "level"), pl.DataFrame(bounds)
