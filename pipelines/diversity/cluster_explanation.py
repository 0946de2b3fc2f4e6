"""Explain a cluster to a person, row by row."""

import polars as pl

from pipelines.errors import InputError
from pipelines.wording import format_count


def explain_cluster(pruning: pl.DataFrame, cluster: str) -> list[str]:
    """List a cluster's witnesses, each followed by the rows dropped for it, most similar first.

    Args:
        pruning: `id`, `cluster_id`, `kept`, `reason`, `witness_id`, `similarity`, `novelty`.
        cluster: its id.

    Raises:
        InputError: no row is in it.
    """
    rows = pruning.filter(pl.col("cluster_id") == cluster).with_columns(
        pl.col("id", "witness_id").cast(pl.String)
    )
    if rows.is_empty():
        known = pruning["cluster_id"].drop_nulls().unique().sort().head(5).to_list()
        message = (
            f"--explain-cluster: no row belongs to {cluster!r}; the first clusters are {known}."
        )
        raise InputError(message)
    kept = rows.filter("kept").sort("id")
    dropped = rows.filter(~pl.col("kept")).sort("witness_id", -pl.col("similarity"), "id")
    size = format_count(rows.height, "row")
    lines = [f"cluster {cluster}: {size}, {kept.height} kept, {dropped.height} dropped"]
    followers = {
        str(key[0]): part for key, part in dropped.group_by("witness_id", maintain_order=True)
    }
    for identifier, novelty in kept.select("id", "novelty").iter_rows():
        lines.append(f"leader {identifier}, novelty {novelty:.4f}")
        lines += _format_rows(followers.pop(identifier, None))
    for witness, part in followers.items():
        lines.append(f"witness {witness}, of another cluster or night")
        lines += _format_rows(part)
    return lines


def _format_rows(rows: pl.DataFrame | None) -> list[str]:
    if rows is None:
        return []
    shown = rows.select("similarity", "reason", "id").iter_rows()
    return [
        f"  {similarity:.6f}  {reason}  {identifier}" for similarity, reason, identifier in shown
    ]
