"""What a pruning means to a person: a cluster told row by row, slices that lost too much."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.errors import InputError


@dataclass(frozen=True, slots=True)
class Loss:
    """A slice that lost more than it may: its value (null is one), its rows, how many were dropped."""

    value: str | None
    rows: int
    dropped: int


def explain_cluster(pruning: pl.DataFrame, cluster: str) -> list[str]:
    """Tell a cluster in lines: each witness with the rows it stands for, the likest first.

    Args:
        pruning: `id`, `cluster_id`, `kept`, `reason`, `witness_id`, `similarity`, `novelty`.
        cluster: its id.

    Raises:
        InputError: no row belongs to it.
    """
    rows = pruning.filter(pl.col("cluster_id") == cluster).with_columns(
        pl.col("id", "witness_id").cast(pl.String)
    )
    if rows.is_empty():
        known = pruning["cluster_id"].drop_nulls().unique().sort().head(5).to_list()
        message = f"--explain-cluster: no row belongs to {cluster!r}; the first clusters are {known}."
        raise InputError(message)
    kept = rows.filter("kept").sort("id")
    dropped = rows.filter(~pl.col("kept")).sort("witness_id", -pl.col("similarity"), "id")
    lines = [f"cluster {cluster}: {rows.height} rows, {kept.height} kept, {dropped.height} dropped"]
    followers = {str(key[0]): part for key, part in dropped.group_by("witness_id", maintain_order=True)}
    for identifier, novelty in kept.select("id", "novelty").iter_rows():
        lines.append(f"leader {identifier}, novelty {novelty:.4f}")
        lines += _tell(followers.pop(identifier, None))
    for witness, part in followers.items():
        lines.append(f"witness {witness}, of another cluster or night")
        lines += _tell(part)
    return lines


def _tell(rows: pl.DataFrame | None) -> list[str]:
    if rows is None:
        return []
    told = rows.select("similarity", "reason", "id").iter_rows()
    return [f"  {similarity:.6f}  {reason}  {identifier}" for similarity, reason, identifier in told]


def find_losses(
    kept: Sequence[bool], values: Sequence[str | None], most_lost_share: float, least_rows: int
) -> list[Loss]:
    """Return the slices that lose a greater share than they may, sorted by value; a night with one holds.

    Args:
        kept: [n], whether a row stays.
        values: [n], the source or slice of each row; null is one of its own.
        most_lost_share: in [0, 1]; a slice may lose this share and no more.
        least_rows: a slice of fewer rows is not judged.
    """
    counts: dict[str | None, list[int]] = {}
    for stays, value in zip(kept, values, strict=True):
        count = counts.setdefault(value, [0, 0])
        count[0] += 1
        count[1] += not stays
    losses = [Loss(value, rows, gone) for value, (rows, gone) in counts.items()]
    over = [loss for loss in losses if loss.rows >= least_rows and loss.dropped > most_lost_share * loss.rows]
    return sorted(over, key=lambda loss: (loss.value is not None, loss.value or ""))
