"""The index of what nights kept: each night adds its rows, later nights search it alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.clustering import Centroids
from pipelines.lake import list_nights, scan_night, scan_table
from pipelines.night.embedding import read_vectors
from pipelines.night.window import is_earlier
from pipelines.night.workspace import Staged, Workspace
from pipelines.outcomes import Outcome, Phase
from pipelines.publishing.gates import count_rows
from pipelines.sampling.shingles import hash_shingles
from pipelines.spark.adapters import map_batches, map_partitions
from pipelines.stores.location import Place
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.table import Table

_FILE_ROWS = 40_000
_ORDER = ("cluster_id", "sample_id")
_MODEL = ("model", "model_revision")
_RUNS = pa.schema([("sample_id", pa.string()), ("word_runs", pa.list_(pa.int64()))])
_SUM_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "model": pl.String,
    "model_revision": pl.String,
    "cluster_id": pl.String,
    "rows": pl.Int64,
    "sum": pl.List(pl.Float64),
}


@dataclass(frozen=True, slots=True)
class KeptRows:
    """The tables from which the index of a night is made.

    Args:
        decided: `model`, `cluster_id`, `kept` of `pruning`, for the driver.
        pruning: `sample_id`, `text_hash`, `model`, `cluster_id`, `kept` of the night.
        vectors: `text_hash`, `model`, `model_revision`, `embedding` of its prompts, of today's
            revisions.
        samples: `sample_id`, `user_key`, `conversation_id`.
        sides: `sample_id`, `side` of the rows that have one by the split.
        published: `sample_id`, `prompt` of the rows of train and eval.
    """

    decided: pl.LazyFrame
    pruning: DataFrame
    vectors: DataFrame
    samples: DataFrame
    sides: DataFrame
    published: DataFrame


def list_sided(decisions: DataFrame) -> DataFrame:
    """Return `sample_id`, `side` of the rows that have one by the split."""
    is_sided = (F.col("phase") == Phase.SPLIT.value) & (F.col("outcome") == Outcome.KEEP.value)
    return decisions.where(is_sided).select("sample_id", F.col("reason").alias("side"))


def stage_index(
    workspace: Workspace, rows: KeptRows, words: int, before: "KnownClusters"
) -> tuple[Staged, Staged]:
    """Stage `representatives` and `centroids` of a night.

    Args:
        workspace: of the run.
        rows: the night's.
        words: length of a run of words, `split.shared_words`.
        before: the clusters of the nights before.
    """
    decided = rows.decided.select("model", "cluster_id", "kept").collect(engine="streaming")
    files = max(1, -(-int(decided["kept"].sum()) // _FILE_ROWS))
    kept = _list_kept(rows, words)
    # To sort into ranges costs Spark a pass more.
    spread = kept.repartitionByRange(files, *_ORDER) if files > 1 else kept.coalesce(1)
    index = workspace.write(REPRESENTATIVES, spread.sortWithinPartitions(*_ORDER))
    sums = workspace.write(_OWN_SUMS, _sum_clusters(index.frame(), files))
    named = decided.select("model", "cluster_id").unique()
    found = _go_on(named, sums.scan().collect(), before, workspace.ds)
    return index, workspace.sink(CENTROIDS, found.lazy())


def _list_kept(rows: KeptRows, words: int) -> DataFrame:
    """Return the rows of `representatives`, without `ds` and `run_id`."""
    runs = map_batches(rows.published, partial(_hash_prompts, words=words), _RUNS)
    model = F.col("model").alias("decided_by")
    kept = rows.pruning.where("kept").select("sample_id", "text_hash", "cluster_id", model)
    return (
        kept.join(rows.vectors, on="text_hash", how="left")
        .withColumn("model", F.coalesce("model", "decided_by"))
        .withColumn("model_revision", F.coalesce("model_revision", F.lit("")))
        .drop("decided_by")
        .join(rows.samples, on="sample_id", how="inner")
        .join(rows.sides, on="sample_id", how="left")
        .join(runs, on="sample_id", how="left")
        .withColumn("published", F.col("word_runs").isNotNull())
        .withColumn("run_words", F.lit(words))
    )


def _hash_prompts(prompts: pa.Table, words: int) -> pa.Table:
    texts = pl.DataFrame(prompts).select("sample_id", text="prompt")
    none = pl.DataFrame(schema={"sample_id": pl.String, "shingle": pl.UInt64})
    found = hash_shingles(texts, words) if words else none
    runs = found.group_by("sample_id").agg(pl.col("shingle").reinterpret(signed=True).sort())
    rows = texts.select("sample_id").join(runs, on="sample_id", how="left")
    return rows.select("sample_id", word_runs=pl.col("shingle").fill_null([])).to_arrow()


_OWN_SUMS = Table(
    name="cluster_sums",
    version=1,
    key=("model", "cluster_id"),
    columns=tuple(c for c in CENTROIDS.columns if c.name != "first_ds"),
    nightly=False,
)
"""What a night's kept rows add to the clusters."""


def _sum_clusters(index: DataFrame, tasks: int) -> DataFrame:
    """Return `_OWN_SUMS` of a night's kept rows: each cluster is added up in one task."""
    rows = index.where(F.col("embedding").isNotNull())
    rows = rows.select("model", "model_revision", "cluster_id", "sample_id", "embedding")
    keys = (F.col("model"), F.col("cluster_id"))
    spread = rows.repartition(tasks, *keys) if tasks > 1 else rows.coalesce(1)
    return map_partitions(spread, _sum_rows, _OWN_SUMS.arrow)


def _sum_rows(rows: pa.Table) -> pa.Table:
    """Add up in the order of ids: sums of floats depend on their order."""
    parts = []
    for (model, revision), own in pl.DataFrame(rows).sort("sample_id").group_by(*_MODEL):
        found = Centroids.of(
            own["cluster_id"].to_list(),
            read_vectors(pa.chunked_array([own["embedding"].to_arrow()])),
        )
        parts.append(_as_frame(str(model), str(revision), found))
    return pl.concat(parts).to_arrow()


def _as_frame(model: str, revision: str, found: Centroids) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "model": [model] * len(found.names),
            "model_revision": [revision] * len(found.names),
            "cluster_id": found.names,
            "rows": found.rows,
            "sum": found.sums.tolist(),
        },
        schema=_SUM_TYPES,
    )


@dataclass(frozen=True, slots=True)
class KnownClusters:
    """The clusters that the nights before a night have had.

    Args:
        centroids: model → the sums of those that have kept rows with vectors of its revision.
        first_ds: model → name → the first night that has the cluster; every cluster there ever was.
        revisions: of each model.
    """

    revisions: Mapping[str, str]
    centroids: Mapping[str, Centroids]
    first_ds: Mapping[str, Mapping[str, str]]

    @property
    def names(self) -> list[str]:
        """Every name that was ever given."""
        return sorted({name for names in self.first_ds.values() for name in names})

    def dated(self) -> pl.DataFrame:
        """Return `cluster_id`, `first_ds` of every cluster."""
        pairs = {name: ds for names in self.first_ds.values() for name, ds in names.items()}
        return pl.DataFrame(
            list(pairs.items()),
            schema={"cluster_id": pl.String, "first_ds": pl.String},
            orient="row",
        )


def read_clusters(root: Place, ds: str, revisions: Mapping[str, str]) -> KnownClusters:
    """Return the clusters of the nights before one, as the newest of these nights left them.

    Args:
        root: the warehouse.
        ds: the night.
        revisions: of each model: sums of vectors of another revision are of no use.
    """
    before = [night for night in list_nights(root, CENTROIDS) if night < ds]
    if not before:
        return KnownClusters(revisions, {}, {})
    rows = scan_night(root, CENTROIDS, before[-1]).sort("cluster_id").collect()
    of_model = {str(model): own for (model,), own in rows.group_by("model", maintain_order=True)}
    return KnownClusters(
        revisions,
        {
            model: _as_centroids(own.filter(pl.col("model_revision") == revisions.get(model, "")))
            for model, own in of_model.items()
        },
        {
            model: dict(own.select("cluster_id", "first_ds").iter_rows())
            for model, own in of_model.items()
        },
    )


def _as_centroids(rows: pl.DataFrame) -> Centroids:
    filled = rows.filter(pl.col("rows") > 0)
    width = filled["sum"].list.len().max() or 0
    sums = np.array(filled["sum"].to_list(), np.float64).reshape(len(filled), int(str(width)))
    return Centroids(filled["cluster_id"].to_list(), filled["rows"].to_numpy(), sums)


def _go_on(named: pl.DataFrame, own: pl.DataFrame, before: KnownClusters, ds: str) -> pl.DataFrame:
    """Return `centroids` of a night: its own sums added to those of the nights before.

    Args:
        named: `model`, `cluster_id` of every cluster of the night.
        own: `_OWN_SUMS`.
        before: of the nights before.
        ds: the night.
    """
    parts = [pl.DataFrame(schema=_SUM_TYPES)]
    for model in sorted({*before.centroids, *named["model"]}):
        sums = _as_centroids(own.filter(pl.col("model") == model).sort("cluster_id"))
        old = before.centroids.get(model)
        whole = sums if old is None or not old.names else old if not sums.names else old.add(sums)
        parts.append(_as_frame(model, before.revisions[model], whole))
    summed = pl.concat(parts)
    first = pl.DataFrame(
        [
            (model, name, since)
            for model, names in before.first_ds.items()
            for name, since in names.items()
        ],
        schema={"model": pl.String, "cluster_id": pl.String, "first_ds": pl.String},
        orient="row",
    )
    keys = ["model", "cluster_id"]
    every = pl.concat([first.select(keys), named.select(keys)])
    found = every.unique().join(summed, on=keys, how="left").join(first, on=keys, how="left")
    return found.sort(keys).with_columns(
        pl.col("model_revision").fill_null(""),
        pl.col("rows").fill_null(0),
        pl.col("sum").fill_null([]),
        pl.col("first_ds").fill_null(ds),
    )


def recount_centroids(
    stored: pl.DataFrame, kept: pl.DataFrame, before: pl.DataFrame
) -> pl.DataFrame:
    """Return a night's `centroids` summed again from what is left; every cluster keeps its name.

    Args:
        stored: the table's rows of the night.
        kept: `model`, `model_revision`, `cluster_id`, `sample_id`, `embedding` of its rows of
            `representatives` that have a vector.
        before: `centroids` of the night before, summed again; no rows where there is none.
    """
    filled = stored.filter(pl.col("model_revision") != "")
    revisions = dict(filled.select("model", "model_revision").unique().sort("model").iter_rows())
    revisions = dict.fromkeys(stored["model"].unique().sort(), "") | revisions
    first = {
        str(model): dict(own.select("cluster_id", "first_ds").iter_rows())
        for (model,), own in stored.group_by("model", maintain_order=True)
    }
    sums = pl.DataFrame(_sum_rows(kept.to_arrow())) if kept.height else kept_nothing()
    known, own = {}, []
    for model, revision in revisions.items():
        is_current = (pl.col("model") == model) & (pl.col("model_revision") == revision)
        known[model] = _as_centroids(before.filter(is_current).sort("cluster_id"))
        own.append(sums.filter(is_current))
    named = stored.select("model", "cluster_id")
    found = _go_on(named, pl.concat(own), KnownClusters(revisions, known, first), "")
    return found.with_columns(
        model_revision=pl.when(pl.col("rows") > 0).then("model_revision").otherwise(pl.lit(""))
    )


def kept_nothing() -> pl.DataFrame:
    """Return the sums of no rows."""
    return pl.DataFrame(schema=_SUM_TYPES)


def count_earlier(root: Place, ds: str, since: str) -> int:
    """Return with how many kept rows of earlier nights a night is compared, by file footers."""
    rows = scan_table(root, REPRESENTATIVES, nights=lambda night: is_earlier(night, ds, since))
    return count_rows(rows)


def count_uncompared(
    root: Place, ds: str, since: str, revisions: Mapping[str, str]
) -> dict[str, int]:
    """Return night → number of kept rows without a vector of the models that a night uses.

    Args:
        root: the warehouse.
        ds: the night.
        since: the first night that it is compared with; empty = there is no first.
        revisions: name → revision of the models that compare.
    """
    rows = scan_table(root, REPRESENTATIVES, nights=lambda night: is_earlier(night, ds, since))
    current = [
        (pl.col("model") == name) & (pl.col("model_revision") == revision)
        for name, revision in revisions.items()
    ]
    others = rows.filter(~pl.any_horizontal(current)).group_by("ds").agg(pl.len().cast(pl.Int64))
    return dict(others.sort("ds").collect(engine="streaming").iter_rows())


def scan_sides(root: Place) -> pl.LazyFrame:
    """Return `ds`, `sample_id`, `user_key`, `conversation_id`, `side` of every row with a side."""
    rows = scan_table(root, REPRESENTATIVES).filter(pl.col("side").is_not_null())
    return rows.select("ds", "sample_id", "user_key", "conversation_id", "side")


def scan_published(root: Place, ds: str) -> pl.LazyFrame:
    """Return `conversation_id`, `user_key`, `text_hash`, `side` of what other nights published."""
    rows = scan_table(root, REPRESENTATIVES, nights=lambda night: night != ds).filter("published")
    return rows.select("conversation_id", "user_key", "text_hash", "side")


def scan_word_runs(root: Place, ds: str, side: str) -> pl.LazyFrame:
    """Return `shingle`: the runs of words of what other nights published on a side."""
    rows = scan_table(root, REPRESENTATIVES, nights=lambda night: night != ds)
    own = rows.filter(pl.col("published") & (pl.col("side") == side)).select("word_runs")
    runs = own.explode("word_runs").drop_nulls()
    return runs.select(shingle=pl.col("word_runs").reinterpret(signed=False))
