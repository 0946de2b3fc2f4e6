"""Clusters and the index say what pruning says: later nights look back through them alone."""

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_ids, find_rows
from pipelines.auditing.night import AuditedNight
from pipelines.outcomes import Outcome, Phase

_RERUN = "Run the night again by jobs/curate.py."
_REINDEX = "Run jobs/reindex.py for the night, then audit the nights behind it."

INVARIANTS = (
    Invariant("cluster_unknown", "Every cluster of a row stands in clusters of its night.", _RERUN),
    Invariant(
        "cluster_wrong", "clusters counts the rows, kept rows and users of each cluster.", _RERUN
    ),
    Invariant(
        "index_missing",
        "A night stands in the index.",
        "Nothing has to be done: the next night, or jobs/reindex.py, adds it.",
        is_notice=True,
    ),
    Invariant(
        "index_lost", "representatives has every kept row of the night, and no other.", _REINDEX
    ),
    Invariant(
        "index_wrong",
        "representatives says of a kept row what samples, pruning, the split and the sides say.",
        _REINDEX,
    ),
    Invariant("index_vector", "The vector in representatives is that of embeddings.", _REINDEX),
    Invariant(
        "centroid_wrong",
        "centroids has every cluster of the night, with no fewer rows than it kept.",
        _REINDEX,
    ),
)
_ROUNDING = 1e-6


def check_clusters(night: AuditedNight) -> Iterator[Finding]:
    """Yield what clusters and the index of a night say otherwise than its other tables."""
    pruned = night.tables["pruning"]
    users = night.tables["samples"].select("sample_id", "user_key")
    yield from _check_counts(night.tables["clusters"], pruned.join(users, on="sample_id"))
    index, centroids = night.tables["representatives"], night.tables["centroids"]
    kept = pruned.filter("kept")
    if index.is_empty() and centroids.is_empty():
        if kept.height:
            yield Finding("index_missing", "representatives", kept.height)
        return
    yield from _check_index(night, index, kept)
    yield from _check_embeddings(night, index)
    own = kept.group_by("cluster_id").agg(kept=pl.len())
    known = centroids.group_by("cluster_id").agg(pl.col("rows").sum())
    counted = own.join(known, on="cluster_id", how="left")
    # A row without a vector of the revision of its time is in no sum.
    summed = index.drop_nulls("embedding").group_by("cluster_id").agg(summed=pl.len())
    counted = counted.join(summed, on="cluster_id", how="left")
    is_short = pl.col("rows").fill_null(0) < pl.col("summed").fill_null(0)
    bad = counted.filter(pl.col("rows").is_null() | is_short)
    yield from find_rows("centroid_wrong", "centroids", bad, "cluster_id")


def _check_counts(clusters: pl.DataFrame, pruned: pl.DataFrame) -> Iterator[Finding]:
    counted = pruned.group_by("cluster_id").agg(
        rows=pl.len().cast(pl.Int64),
        kept=pl.col("kept").sum().cast(pl.Int64),
        users=pl.col("user_key").n_unique().cast(pl.Int64),
    )
    unknown = counted.join(clusters, on="cluster_id", how="anti")
    yield from find_rows("cluster_unknown", "pruning", unknown, "cluster_id")
    said = clusters.select("cluster_id", "rows", "kept", "users")
    both = said.join(counted, on="cluster_id", how="left", suffix="_now")
    same = pl.all_horizontal(
        pl.col(name).eq_missing(pl.col(f"{name}_now")) for name in ("rows", "kept", "users")
    )
    yield from find_rows("cluster_wrong", "clusters", both.filter(~same), "cluster_id")


def _check_index(night: AuditedNight, index: pl.DataFrame, kept: pl.DataFrame) -> Iterator[Finding]:
    yield from find_rows(
        "index_lost", "representatives", kept.join(index, on="sample_id", how="anti")
    )
    stray = index.join(kept, on="sample_id", how="anti")
    yield from find_rows("index_lost", "representatives", stray, note="of no kept row")
    sides = night.decided(Phase.SPLIT, Outcome.KEEP).select("sample_id", side="reason")
    who = night.tables["samples"].select("sample_id", "user_key", "conversation_id")
    out = night.published.select("sample_id", published=pl.lit(value=True)).unique()
    said = (
        kept.select("sample_id", "text_hash", "cluster_id")
        .join(who, on="sample_id", how="inner")
        .join(sides, on="sample_id", how="left")
        .join(out, on="sample_id", how="left")
        .with_columns(pl.col("published").fill_null(value=False))
    )
    both = index.join(said, on="sample_id", how="inner", suffix="_now")
    columns = ("text_hash", "cluster_id", "user_key", "conversation_id", "side", "published")
    wrong = [c for c in columns if both[c].ne_missing(both[f"{c}_now"]).any()]
    if wrong:
        is_bad = pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"{c}_now")) for c in wrong)
        ids = both.filter(is_bad)["sample_id"].to_list()
        yield find_ids("index_wrong", "representatives", ids, ", ".join(wrong))


def _check_embeddings(night: AuditedNight, index: pl.DataFrame) -> Iterator[Finding]:
    keys = ["text_hash", "model", "model_revision"]
    stored = night.tables["embeddings"].unique(keys).select(*keys, stored="embedding")
    both = index.drop_nulls("embedding").join(stored, on=keys, how="left")
    lengths = pl.col("embedding").list.len() == pl.col("stored").list.len()
    same_length = both.filter(lengths.fill_null(value=False))
    gap = (pl.col("embedding") - pl.col("stored")).list.eval(pl.element().abs()).list.max()
    gaps = same_length.select("sample_id", gap=gap)
    good = gaps.filter(pl.col("gap") <= _ROUNDING)
    yield from find_rows(
        "index_vector", "representatives", both.join(good, on="sample_id", how="anti")
    )
