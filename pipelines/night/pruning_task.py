"""Phase II on Spark: one task gets the night's rows with their nearest rows of earlier nights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
from pyarrow import compute
from pyspark.sql import DataFrame

from pipelines.diversity.clustering import next_number, number_founded
from pipelines.diversity.groups import Before, Group, PruneResult
from pipelines.diversity.pruning import prune_groups
from pipelines.diversity.settings import PruneBudget
from pipelines.night.embedding import read_vectors
from pipelines.night.index import KnownClusters
from pipelines.spark.adapters import map_whole
from schemas.night import PRUNED

ANSWERS = PRUNED.arrow


@dataclass(frozen=True, slots=True)
class NightRule:
    """By which rule a night is pruned.

    Args:
        budget: how much to keep.
        cuts: of each model, by its name: the cosine from which two rows are near-duplicates.
        ds: the night, which a witness of this night bears.
        known: the clusters of the nights before; none of their ids is given to another cluster.
    """

    budget: PruneBudget
    cuts: Mapping[str, float]
    ds: str
    known: KnownClusters


def prune_night(rows: DataFrame, rule: NightRule) -> DataFrame:
    """Return `pruned` of a night's rows, one row each.

    Args:
        rows: `candidates`, and for each row the other columns of `nearest_kept`, null where there
            is no other night.
        rule: budget, cuts and clusters.
    """
    return map_whole(rows, partial(_prune, rule=rule), ANSWERS)


def _prune(rows: pa.Table, rule: NightRule) -> pa.Table:
    # The kernel's answer does not depend on the order of rows; sorting makes that plain to see.
    order = compute.sort_indices(rows, [("sample_id", "ascending")])
    night = rows.drop_columns(["embedding"]).take(order)
    models = np.array(night["model"].to_pylist())
    groups = [
        _group_of(night, rows["embedding"], order, np.flatnonzero(models == model), rule)
        for model in rule.cuts
        if (models == model).any()
    ]
    strata = night["stratum"].to_pylist() if rule.budget.keep_at_least else None
    ids = night["sample_id"].to_pylist()
    pruned = prune_groups(groups, ids, priority_of(night), rule.budget, strata=strata)
    return answer_night(night, pruned, groups, rule)


def answer_night(
    night: pa.Table, pruned: PruneResult, groups: Sequence[Group], rule: NightRule
) -> pa.Table:
    """Return `pruned` of the kernel's answers.

    Args:
        night: [n] rows, by id, as `prune_night` gets them; without the vectors.
        pruned: [n].
        groups: those of the night; their vectors are not read.
        rule: the night, and the clusters before it.
    """
    went_on = {name for group in groups if group.known for name in group.known.names}
    clusters = number_founded(pruned.cluster_id, went_on, next_number(rule.known.names))
    # As witnesses are numbered: the night's rows, then those of each group; -1 = none, the last.
    hashes = [*night["text_hash"].to_pylist()]
    for group in groups:
        hashes += night["witness_hash"].take(pa.array(group.rows)).to_pylist()
    return _answers(night, replace(pruned, cluster_id=clusters), [*hashes, None], rule.ds)


def _group_of(
    night: pa.Table, vectors: pa.ChunkedArray, order: pa.Array, numbers: np.ndarray, rule: NightRule
) -> Group:
    """Return the rows of one model; the vectors, most of a night's bytes, are copied once.

    Args:
        night: the rows by id, without vectors.
        vectors: in the order in which the rows came.
        order: which of these each row is.
        numbers: of the group's rows in the night.
        rule: cuts and clusters.
    """
    own = pa.array(numbers)
    rows = night.take(own)
    model = rows["model"][0].as_py()
    found = read_vectors(vectors.take(order.take(own)))
    known = rule.known.centroids.get(model)
    return Group(numbers, found, rule.cuts[model], before_of(rows), known)


def priority_of(night: pa.Table) -> np.ndarray:
    """Return who of a night's rows is visited first, [n]; NaN = last."""
    values = night["priority"].to_pylist()
    return np.array([np.nan if v is None else v for v in values], np.float64)


def before_of(rows: pa.Table) -> Before:
    """Return the rows of earlier nights that a group's rows are nearest to, by their numbers."""
    similarity = np.array(
        [-np.inf if v is None else v for v in rows["similarity"].to_pylist()], np.float64
    )
    return Before(
        ids=[name or "" for name in rows["witness_id"].to_pylist()],
        ds=[night or "" for night in rows["witness_ds"].to_pylist()],
        row=np.where(np.isneginf(similarity), -1, np.arange(rows.num_rows)),
        similarity=similarity,
    )


def _answers(night: pa.Table, pruned: PruneResult, hashes: list[str | None], ds: str) -> pa.Table:
    kept = pruned.kept.tolist()
    witness_ds = [
        None if who is None else (own or ds)
        for who, own in zip(pruned.witness_id, pruned.witness_ds, strict=True)
    ]
    sides = [
        of if stays and of else None
        for stays, of in zip(kept, night["sides"].to_pylist(), strict=True)
    ]
    similarity = [None if np.isnan(s) else s for s in pruned.similarity.tolist()]
    return pa.table(
        {
            "sample_id": night["sample_id"],
            "text_hash": night["text_hash"],
            "model": night["model"],
            "cluster_id": pa.array(pruned.cluster_id, pa.string()),
            "kept": pa.array(kept, pa.bool_()),
            "reason": pa.array(pruned.reason, pa.string()),
            "witness_id": pa.array(pruned.witness_id, pa.string()),
            "witness_ds": pa.array(witness_ds, pa.string()),
            "witness_hash": pa.array([hashes[row] for row in pruned.witness.tolist()], pa.string()),
            "similarity": pa.array(similarity, pa.float64()),
            "novelty": pa.array(pruned.novelty, pa.float64()),
            "sides": pa.array(sides, pa.list_(pa.string())),
        }
    )
