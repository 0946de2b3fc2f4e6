"""Compare the night's prompts with what other nights kept: each task reads a few index files.

A task takes one file of the night's prompts and some files of `representatives`, and answers what
each prompt is nearest to among them. No task, and no driver, holds more than its files.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.clustering import Centroids, rank_centroids
from pipelines.diversity.pairs import pairs_across
from pipelines.diversity.similarity import Pool, find_nearest, make_pool, unit_rows
from pipelines.lake import TableFile, list_files
from pipelines.night.embedding import read_vectors
from pipelines.night.index import count_earlier
from pipelines.night.night import Night
from pipelines.night.window import first_of_window, is_earlier
from pipelines.night.workspace import Staged
from pipelines.spark.adapters import map_items
from pipelines.stores.faults import naming_damage
from pipelines.stores.files import scan_parquet
from pipelines.stores.location import Location
from schemas.index import REPRESENTATIVES
from schemas.night import NEAREST_KEPT
from schemas.table import Table

_GROUP_BYTES = 64 * 2**20
"""Stored bytes of the index that a task reads: 40,000 rows of 384 dimensions."""
_COLUMNS = (
    *("sample_id", "text_hash", "model", "model_revision"),
    *("cluster_id", "side", "published", "embedding"),
)


@dataclass(frozen=True, slots=True)
class LookBack:
    """How a night's prompts are compared with kept rows of other nights.

    Args:
        ds: the night.
        since: the first night that counts as earlier.
        cuts: of each model, by its name.
        revisions: of each model: rows of another one cannot be compared.
        known: of each model, its clusters, in which alone is searched; empty = all pairs are
            compared.
        probe_clusters: how many beside a prompt's own.
    """

    ds: str
    since: str
    cuts: Mapping[str, float]
    revisions: Mapping[str, str]
    known: Mapping[str, Centroids] = field(default_factory=dict)
    probe_clusters: int = 0

    def counts(self, ds: str) -> bool:
        """Whether the kept rows of a night are leaders for this one."""
        return is_earlier(ds, self.ds, self.since)


def compare_with_kept(night: Night, candidates: Staged, rule: LookBack) -> Staged:
    """Stage `nearest_kept`: each prompt's nearest earlier row and near sides in other nights."""
    kernel = partial(compare_files, rule=rule)
    found = over_index(night, candidates, kernel, NEAREST_KEPT)
    return night.workspace.write(NEAREST_KEPT, found)


def fits_budget(night: Night, rows: int, cost: int = 1) -> bool:
    """Say whether all pairs of a night's rows, and with earlier nights' kept rows, are compared.

    Args:
        night: the run.
        rows: how many the night has.
        cost: of a pair, as a multiple of that of the search.
    """
    plan, budget = night.plan, night.plan.config.pruning
    since = first_of_window(plan.ds, budget.window_nights)
    return budget.is_exact(rows, count_earlier(plan.root, plan.ds, since), cost)


def over_index(
    night: Night,
    prompts: Staged,
    kernel: Callable[[pa.Table, pa.Table], pa.Table],
    answers: Table,
) -> DataFrame:
    """Run a kernel on each file of the night's prompts with each group of files of the index.

    Args:
        night: the run.
        prompts: a staged table.
        kernel: rows of one file of `prompts`, rows of `representatives` → answers.
        answers: the columns of these.
    """
    files = list_files(night.plan.root, REPRESENTATIVES, lambda ds: ds != night.plan.ds)
    items = [
        json.dumps({"prompts": str(own), "files": [(file.ds, file.path) for file in group]})
        for own in prompts.files()
        for group in group_files(files)
    ]
    return map_items(night.spark, items, partial(_read_and_ask, kernel=kernel), answers.arrow)


def group_files(files: Sequence[TableFile]) -> list[list[TableFile]]:
    """Group files in order, so that a task has enough work and fits in memory.

    Two files of 30 MB are read together, the next one of 60 MB by a task of its own.
    """
    groups: list[list[TableFile]] = []
    room = 0
    for file in files:
        if not groups or file.size > room:
            groups.append([])
            room = _GROUP_BYTES
        groups[-1].append(file)
        room -= file.size
    return groups


def _read_and_ask(item: str, kernel: Callable[[pa.Table, pa.Table], pa.Table]) -> pa.Table:
    task = json.loads(item)
    own = scan_parquet([Location(task["prompts"])]).collect()
    with naming_damage([Location(path) for _, path in task["files"]]):
        parts = [
            scan_parquet([Location(path)]).select(_COLUMNS).with_columns(ds=pl.lit(ds))
            for ds, path in task["files"]
        ]
        kept = pl.concat(parts).collect().sort("ds", "sample_id")
    return kernel(own.to_arrow(), kept.to_arrow())


def compare_files(prompts: pa.Table, kept: pa.Table, rule: LookBack) -> pa.Table:
    """Return `nearest_kept` of some prompts and some kept rows of other nights.

    Args:
        prompts: `text_hash`, `model`, `embedding`; hashes may repeat.
        kept: `sample_id`, `ds`, `model`, `model_revision`, `cluster_id`, `side`, `embedding`, by ds
            and id.
        rule: what is compared with what.
    """
    return pa.concat_tables(
        [_compare_model(of_model(prompts, model), of_model(kept, model), rule, model, cut)
         for model, cut in rule.cuts.items()]
    )  # fmt: skip


def of_model(rows: pa.Table, model: str) -> pa.Table:
    """Return the rows that a model compares, in their order."""
    return rows_where(rows, pa.compute.equal(rows["model"], model))


def rows_where(rows: pa.Table, chosen: pa.ChunkedArray | Sequence[bool]) -> pa.Table:
    """Return the chosen rows, in their order; all of them are no copy, as a filter would make."""
    mask = pa.array(chosen, pa.bool_()) if isinstance(chosen, list) else chosen
    return rows if pa.compute.all(mask, skip_nulls=False).as_py() else rows.filter(mask)


def _compare_model(
    prompts: pa.Table, kept: pa.Table, rule: LookBack, model: str, cut: float
) -> pa.Table:
    kept = rows_where(kept, pa.compute.equal(kept["model_revision"], rule.revisions[model]))
    distinct = _first_of_each(prompts)
    if not distinct.num_rows or not kept.num_rows:
        return NEAREST_KEPT.arrow.empty_table()
    counts = [rule.counts(ds) for ds in kept["ds"].to_pylist()]
    leaders, others = rows_where(kept, counts), rows_where(kept, [not own for own in counts])
    vectors = read_vectors(distinct["embedding"])
    known = rule.known.get(model)
    queries, pool = make_pool(unit_rows(vectors)), make_pool(unit_rows(_vectors_of(leaders)))
    if known is not None and len(pool):
        queries, pool = _by_clusters(queries, pool, leaders, known, rule.probe_clusters)
    near = find_nearest(queries, pool) if len(pool) else None
    sides: list[list[str]] = [[] for _ in range(distinct.num_rows)]
    sided = others.filter(others["side"].is_valid())
    if sided.num_rows:
        pairs, of = pairs_across(vectors, _vectors_of(sided), cut), sided["side"].to_pylist()
        for row, other in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True):
            if of[other] not in sides[row]:
                sides[row].append(of[other])
    row = np.full(distinct.num_rows, -1) if near is None else near.row
    place = pa.array(np.where(row < 0, 0, row), mask=row < 0)
    cosine = np.zeros(len(row)) if near is None else near.similarity
    answers = pa.table(
        {
            "text_hash": distinct["text_hash"],
            "similarity": pa.array(cosine, pa.float64(), mask=row < 0),
            "witness_id": leaders["sample_id"].take(place),
            "witness_ds": leaders["ds"].take(place),
            "witness_hash": leaders["text_hash"].take(place),
            "sides": pa.array([sorted(of) for of in sides], pa.list_(pa.string())),
        }
    )
    is_near = (row >= 0) | np.array([bool(of) for of in sides], np.bool_)
    return answers.filter(pa.array(is_near)).cast(NEAREST_KEPT.arrow)


def _by_clusters(
    queries: Pool, pool: Pool, kept: pa.Table, known: Centroids, probe_clusters: int
) -> tuple[Pool, Pool]:
    """Give both pools the clusters that their rows search; a kept row keeps its named cluster."""
    mean, directions = known.directions()
    probes, _ = rank_centroids(queries.unit, mean, directions, 1 + probe_clusters)
    place = {name: number for number, name in enumerate(known.names)}
    home = np.array([place.get(name, -1) for name in kept["cluster_id"].to_pylist()], np.int64)
    return Pool(queries.unit, queries.quantized, probes), Pool(
        pool.unit, pool.quantized, home[:, None]
    )


def _first_of_each(prompts: pa.Table) -> pa.Table:
    """Return one row per prompt, sorted by its hash."""
    ordered = prompts.sort_by("text_hash")
    names = np.array(ordered["text_hash"].to_pylist(), np.str_)
    _, first = np.unique(names, return_index=True)
    return ordered.take(pa.array(first))


def _vectors_of(rows: pa.Table) -> np.ndarray:
    return read_vectors(rows["embedding"])


def nearest_of_all(found: DataFrame) -> DataFrame:
    """Return `nearest_kept` with one row per prompt.

    Of equally near rows the one of the earliest night counts, then the first by id.
    """
    # Minus the cosine first: the least of these structs is the nearest, whatever the tasks were.
    rank = F.struct((-F.col("similarity")).alias("far"), "witness_ds", "witness_id", "witness_hash")
    least = F.min(F.when(F.col("similarity").isNotNull(), rank)).alias("near")
    sides = F.array_sort(F.array_distinct(F.flatten(F.collect_list("sides")))).alias("sides")
    return (
        found.groupBy("text_hash")
        .agg(least, sides)
        .select(
            "text_hash",
            (-F.col("near.far")).alias("similarity"),
            F.col("near.witness_id").alias("witness_id"),
            F.col("near.witness_ds").alias("witness_ds"),
            F.col("near.witness_hash").alias("witness_hash"),
            "sides",
        )
    )
