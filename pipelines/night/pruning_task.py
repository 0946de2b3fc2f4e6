"""Phase II at the edge: the night's vectors and those kept before, pruned in one task."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.clustering import next_number, number_founded
from pipelines.diversity.groups import Earlier, Group, PruneResult
from pipelines.diversity.pruning import prune_groups
from pipelines.diversity.residual import find_torn
from pipelines.diversity.settings import PruneBudget
from pipelines.diversity.similarity import pairs_across
from pipelines.lake import scan_table
from pipelines.night.embedding import read_vectors
from pipelines.publishing.gates import count_rows
from pipelines.spark.adapters import map_whole
from pipelines.spark.tables import Warehouse
from pipelines.stores.location import Place
from schemas.night import PRUNED
from schemas.samples import EVAL, TRAIN
from schemas.sidecars import PRUNING

_NIGHT, _EARLIER, _LATER = "night", "earlier", "later"
ANSWERS = PRUNED.arrow
_TORN = pa.schema([("sample_id", pa.string())])


@dataclass(frozen=True, slots=True)
class Representatives:
    """Kept rows of other nights: `id`, `ds`, `cluster_id`, `model`, `embedding`.

    Args:
        earlier: of the nights before this one; they act as leaders visited first.
        later: of all others, after it (a night that is run again) or before the window; they may
            link sides, no more.
    """

    earlier: DataFrame
    later: DataFrame


@dataclass(frozen=True, slots=True)
class NightRule:
    """By which rule a night is pruned.

    Args:
        budget: how much to keep.
        cuts: of each model, by its name: the cosine from which two rows are near-duplicates.
        ds: the night, which a witness of this night bears.
    """

    budget: PruneBudget
    cuts: Mapping[str, float]
    ds: str


def kept_elsewhere(
    pruning: DataFrame, embeddings: DataFrame, ds: str, window_nights: int | None = None
) -> Representatives:
    """Return the kept rows of all other nights with their vectors; a null window is all nights before.

    `embeddings` says of each prompt by which model's vector it is compared now, whatever `pruning` says of
    the night that it was kept in.
    """
    kept = pruning.where(F.col("kept")).select(
        F.col("sample_id").alias("id"), "ds", "cluster_id", "text_hash"
    )
    rows = kept.join(
        embeddings.select("text_hash", "model", "embedding"), on="text_hash", how="inner"
    )
    rows = rows.select("id", "ds", "cluster_id", "model", "embedding").where(F.col("ds") != ds)
    counts = F.col("ds").between(first_of_window(ds, window_nights), ds)
    return Representatives(rows.where(counts), rows.where(~counts))


def count_earlier(root: Place, ds: str, window_nights: int | None = None) -> int:
    """Return how many kept rows of earlier nights a night is compared with."""
    since = first_of_window(ds, window_nights)
    counts = pl.col("kept") & (pl.col("ds") >= since) & (pl.col("ds") < ds)
    return count_rows(scan_table(root, PRUNING).filter(counts))


def published_elsewhere(warehouse: Warehouse, ds: str, *columns: str) -> DataFrame:
    """Return columns and `side` of what all other nights published."""
    sides = [
        warehouse.read(table)
        .where(F.col("ds") != ds)
        .select(*columns, F.lit(table.name).alias("side"))
        for table in (TRAIN, EVAL)
    ]
    return sides[0].unionByName(sides[1])


def first_of_window(ds: str, window_nights: int | None) -> str:
    """Return the first night that a night is compared with; empty = there is no first."""
    if window_nights is None:
        return ""
    return (date.fromisoformat(ds) - timedelta(days=window_nights)).isoformat()


def prune_night(
    rows: DataFrame, others: Representatives, rule: NightRule, clusters: Iterable[str] = ()
) -> DataFrame:
    """Return the pruning of a night's rows, one row each, with `links`.

    Args:
        rows: `id`, `text_hash`, `priority`, `stratum`, `model`, `embedding`.
        others: kept rows of other nights.
        rule: budget and cuts.
        clusters: ids that earlier nights have given; none of them is given to another cluster.

    `links` names the kept rows of later nights that a kept row is a near-duplicate of.
    """
    night = rows.select(
        F.lit(_NIGHT).alias("origin"),
        "id",
        F.lit(rule.ds).alias("ds"),
        F.lit(None).cast("string").alias("cluster_id"),
        "text_hash",
        "priority",
        "stratum",
        "model",
        "embedding",
    )
    parts = [night]
    for origin, frame in ((_EARLIER, others.earlier), (_LATER, others.later)):
        none = [F.lit(None).cast("string").alias(name) for name in ("text_hash", "stratum")]
        none.append(F.lit(None).cast("double").alias("priority"))
        parts.append(
            frame.select(
                F.lit(origin).alias("origin"), "id", "ds", "cluster_id", *none, "model", "embedding"
            )
        )
    union = parts[0].unionByName(parts[1]).unionByName(parts[2])
    return map_whole(
        union, partial(_prune, rule=rule, first_cluster=next_number(clusters)), ANSWERS
    )


def find_torn_rows(night: DataFrame, others: DataFrame, cuts: Mapping[str, float]) -> DataFrame:
    """Return `sample_id` of the rows of a night that must leave their side: all pairs are met.

    Args:
        night: `sample_id`, `side`, `model`, `embedding` of the rows that have a side.
        others: `side`, `model`, `embedding` of what other nights published.
        cuts: of each model; rows are compared within one.
    """
    published = others.select(
        F.lit(None).cast("string").alias("sample_id"), "side", "model", "embedding"
    )
    return map_whole(night.unionByName(published), partial(_find_torn, cuts=cuts), _TORN)


def _find_torn(rows: pa.Table, cuts: Mapping[str, float]) -> pa.Table:
    torn = [_find_torn_of(of_model(rows, model), cut) for model, cut in cuts.items()]
    return pa.concat_tables([table for table in torn if table.num_rows] or [_TORN.empty_table()])


def of_model(rows: pa.Table, model: str) -> pa.Table:
    """Return the rows that a model compares, in their order."""
    return rows.filter(pa.compute.equal(rows["model"], model))


def _find_torn_of(rows: pa.Table, cut: float) -> pa.Table:
    if not rows.num_rows:
        return _TORN.empty_table()
    is_own = np.array(rows["sample_id"].is_valid().to_pylist(), np.bool_)
    is_eval = np.array(rows["side"].to_pylist()) == EVAL.name
    torn = find_torn(read_vectors(rows["embedding"]), is_eval, is_own, cut)
    return rows.select(["sample_id"]).filter(pa.array(torn))


def _prune(rows: pa.Table, rule: NightRule, first_cluster: int) -> pa.Table:
    origin = np.array(rows["origin"].to_pylist())
    parts = {name: rows.take(np.flatnonzero(origin == name)) for name in (_NIGHT, _EARLIER, _LATER)}
    if parts[_NIGHT].num_rows == 0:
        return ANSWERS.empty_table()
    # The kernel's answer does not depend on the order of rows; sorting makes that plain to see.
    night = parts[_NIGHT].sort_by("id")
    past, later = (
        parts[name].sort_by([("ds", "ascending"), ("id", "ascending")])
        for name in (_EARLIER, _LATER)
    )
    models = np.array(night["model"].to_pylist())
    groups = {
        model: Group(
            np.flatnonzero(models == model),
            read_vectors(of_model(night, model)["embedding"]),
            cut,
            _earlier(of_model(past, model)),
        )
        for model, cut in rule.cuts.items()
        if (models == model).any()
    }
    priority = np.array(
        [np.nan if v is None else v for v in night["priority"].to_pylist()], np.float64
    )
    strata = night["stratum"].to_pylist() if rule.budget.keep_at_least else None
    ids = night["id"].to_pylist()
    pruned = prune_groups(list(groups.values()), ids, priority, rule.budget, strata=strata)
    links: list[list[str] | None] = [None] * night.num_rows
    for model, group in groups.items():
        _link(links, group, pruned, of_model(later, model))
    went_on = {name for group in groups.values() for name in group.past.clusters or ()}
    clusters = number_founded(pruned.cluster_id, went_on, first_cluster)
    return _answers(night, replace(pruned, cluster_id=clusters), links, rule.ds)


def _earlier(rows: pa.Table) -> Earlier | None:
    if rows.num_rows == 0:
        return None
    return Earlier(
        rows["id"].to_pylist(),
        rows["ds"].to_pylist(),
        read_vectors(rows["embedding"]),
        rows["cluster_id"].to_pylist(),
    )


def _link(
    links: list[list[str] | None], group: Group, pruned: PruneResult, later: pa.Table
) -> None:
    """Write down which kept rows of later nights each kept row of a group is near to."""
    kept = np.flatnonzero(pruned.kept[group.rows])
    if later.num_rows == 0 or not len(kept):
        return
    pairs = pairs_across(group.vectors[kept], read_vectors(later["embedding"]), group.cut)
    ids = later["id"].to_pylist()
    for left, right in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True):
        row = int(group.rows[kept[left]])
        links[row] = [*(links[row] or []), ids[right]]


def _answers(
    night: pa.Table, pruned: PruneResult, links: list[list[str] | None], ds: str
) -> pa.Table:
    kept = pruned.kept.tolist()
    witness_ds = [
        None if who is None else (own or ds)
        for who, own in zip(pruned.witness_id, pruned.witness_ds, strict=True)
    ]
    similarity = [None if np.isnan(s) else s for s in pruned.similarity.tolist()]
    return pa.table(
        {
            "sample_id": night["id"],
            "text_hash": night["text_hash"],
            "model": night["model"],
            "cluster_id": pa.array(pruned.cluster_id, pa.string()),
            "kept": pa.array(kept, pa.bool_()),
            "reason": pa.array(pruned.reason, pa.string()),
            "witness_id": pa.array(pruned.witness_id, pa.string()),
            "witness_ds": pa.array(witness_ds, pa.string()),
            "similarity": pa.array(similarity, pa.float64()),
            "novelty": pa.array(pruned.novelty, pa.float64()),
            "links": pa.array(links, pa.list_(pa.string())),
        }
    )
