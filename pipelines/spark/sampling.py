"""Phase III at the edge: sides and the draw read ids and dimensions on the driver, never texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import polars as pl

from pipelines.lake import scan_table
from pipelines.outcomes import Outcome, Phase, Reason
from pipelines.sampling.cells import natural_shares
from pipelines.sampling.constraints import SamplingBlock
from pipelines.sampling.draw import Sample, draw_sample, match_dimensions
from pipelines.sampling.sides import SplitSettings, assign_sides
from pipelines.sampling.weights import restore_weights
from schemas.ledger import DECISIONS
from schemas.samples import SAMPLES

Shares = Mapping[str, Mapping[str | None, Fraction]]
TRAIN_SIDE, EVAL_SIDE = "train", "eval"


def quoted(name: str) -> str:
    """Return a column name as Spark reads it, dots and all."""
    return f"`{name.replace('`', '``')}`"


def split_night(
    root: Path, samples: pl.LazyFrame, pruning: pl.LazyFrame, settings: SplitSettings
) -> pl.DataFrame:
    """Return `sample_id`, `reason` (train, eval or split_conflict) for every row that Phase II kept.

    Whoever once stood on a side stays there: users and conversations by all nights that were
    published, near-duplicates by the later nights' rows that `pruning.links` names.
    """
    kept = pruning.filter("kept").select("sample_id", "links")
    night = samples.select("sample_id", "user_key", "conversation_id").join(kept, on="sample_id", how="inner")
    sides = _prior_sides(root)
    users = sides.join(night, on="user_key", how="semi").select("user_key", "side")
    conversations = sides.join(night, on="conversation_id", how="semi").select("conversation_id", "side")
    linked = night.select("sample_id", linked="links").explode("linked").drop_nulls("linked")
    links = linked.join(sides.select("side", linked="sample_id"), on="linked", how="inner")
    return assign_sides(
        _collect(night.drop("links")),
        _collect(users.unique()),
        _collect(conversations.unique()),
        _collect(links.select("sample_id", "side").unique()),
        settings,
    )


def _collect(rows: pl.LazyFrame) -> pl.DataFrame:
    frame = rows.collect(engine="streaming")
    return frame.sort(frame.columns)


def _prior_sides(root: Path) -> pl.LazyFrame:
    split = (pl.col("phase") == Phase.SPLIT) & (pl.col("outcome") == Outcome.KEEP)
    sides = scan_table(root, DECISIONS).filter(split).select("ds", "sample_id", side="reason")
    who = scan_table(root, SAMPLES).select("ds", "sample_id", "user_key", "conversation_id")
    return who.join(sides, on=["ds", "sample_id"], how="inner")


def traffic_shares(samples: pl.LazyFrame, blocks: Iterable[SamplingBlock]) -> Shares:
    """Return the night's share of every value of the dimensions that a block matches."""
    matched = {columns for block in blocks for columns in match_dimensions(block.constraints)}
    shares: dict[str, Mapping[str | None, Fraction]] = {}
    for columns in sorted(matched):
        counts = _collect(samples.group_by(columns).agg(_rows=pl.len()))
        shares.update(natural_shares(counts, [columns], rows_column="_rows"))
    return shares


def read_pool(samples: pl.LazyFrame, blocks: Iterable[SamplingBlock]) -> pl.DataFrame:
    """Return the columns that the blocks speak of, one row per sample, by id."""
    wanted: dict[str, None] = {"sample_id": None}
    for block in blocks:
        wanted.update(dict.fromkeys(c for constraint in block.constraints for c in constraint.columns))
        if block.maximise is not None:
            wanted[block.maximise] = None
    return samples.select(list(wanted)).collect(engine="streaming").sort("sample_id")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What Phase III chose.

    Args:
        selected: `sample_id`, `side`, `weight` of every published row.
        reasons: `sample_id`, `reason` of every row that had a side.
        constraints: the table `constraints` of both sides.
        blocks: the blocks as drawn, per side.
    """

    selected: pl.DataFrame
    reasons: pl.DataFrame
    constraints: pl.DataFrame
    blocks: Mapping[str, SamplingBlock]


def draw_side(
    pool: pl.DataFrame, shares: Shares, block: SamplingBlock, side: str
) -> tuple[Sample, pl.DataFrame]:
    """Return the draw of one side and its rows with their weights."""
    sample = draw_sample(pool, shares, block, side=side)
    chosen = pool.filter(pl.col("sample_id").is_in(sample.ids.implode()))
    weights = restore_weights(chosen, shares, match_dimensions(block.constraints))
    return sample, chosen.select(
        "sample_id", side=pl.lit(side), weight=pl.Series(weights.values, dtype=pl.Float64)
    )


def reasons_of(split: pl.DataFrame, selected: pl.DataFrame) -> pl.DataFrame:
    """Return `sample_id`, `reason` of the draw for every row that the split kept."""
    pool = split.filter(pl.col("reason") != Reason.SPLIT_CONFLICT.value).select("sample_id")
    chosen = pl.col("sample_id").is_in(selected["sample_id"].implode())
    reason = pl.when(chosen).then(pl.lit(Reason.SELECTED.value)).otherwise(pl.lit(Reason.NOT_SELECTED.value))
    return pool.with_columns(reason=reason)
