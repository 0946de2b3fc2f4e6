"""Phase III at the edge: sides and the draw read ids and dimensions on the driver, never texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import polars as pl

from pipelines.config import RunConfig
from pipelines.lake import scan_elsewhere, scan_table
from pipelines.outcomes import Outcome, Phase, Reason
from pipelines.sampling.cells import natural_shares
from pipelines.sampling.constraints import SamplingBlock
from pipelines.sampling.draw import Draw, default_evaluation, draw_sample, match_dimensions
from pipelines.sampling.settings import SplitSettings
from pipelines.sampling.shingles import find_shared, read_shingles, share_runs
from pipelines.sampling.sides import History, assign_sides
from pipelines.sampling.weights import restore_weights
from schemas.ledger import DECISIONS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.table import Table

Shares = Mapping[str, Mapping[str | None, Fraction]]
_TEXTS = pl.Schema({"sample_id": pl.String, "text": pl.UInt64, "users": pl.UInt32})


def split_night(
    root: Path, ds: str, samples: pl.LazyFrame, pruning: pl.LazyFrame, settings: SplitSettings
) -> pl.DataFrame:
    """Return `sample_id`, `reason`, `is_large` of `assign_sides` for every row that Phase II kept.

    Whoever once stood on a side stays there: users and conversations by all nights that were
    published, near-duplicates by the later nights' rows that `pruning.links` names, shared runs of
    words by the prompts that other nights published.

    Args:
        root: the warehouse.
        ds: the night.
        samples: `sample_id`, `user_key`, `conversation_id` and the redacted prompt as `text`.
        pruning: staged, with `links`.
        settings: of the split.
    """
    kept = pruning.filter("kept").select("sample_id", "links")
    night = samples.join(kept, on="sample_id", how="inner")
    sides = _prior_sides(root)
    users = sides.join(night, on="user_key", how="semi").select("user_key", "side")
    conversations = sides.join(night, on="conversation_id", how="semi").select("conversation_id", "side")
    linked = night.select("sample_id", linked="links").explode("linked").drop_nulls("linked")
    links = linked.join(sides.select("side", linked="sample_id"), on="linked", how="inner")
    rows = _collect(night.select("sample_id", "user_key", "conversation_id"))
    runs = read_shingles(night, settings.shared_words)
    met = [_collect(links.select("sample_id", "side").unique())]
    for table in (TRAIN, EVAL):
        shared = find_shared(runs, other_prompts(root, table, ds), settings.shared_words)
        met.append(pl.DataFrame({"sample_id": shared}).with_columns(side=pl.lit(table.name)))
    history = History(_collect(users.unique()), _collect(conversations.unique()), pl.concat(met))
    texts = [share_runs(runs, rows), _collect(count_writers(pruning, samples, ds))]
    return assign_sides(rows, history, pl.concat([t.cast(_TEXTS) for t in texts]), settings)


def other_prompts(root: Path, table: Table, ds: str) -> pl.LazyFrame:
    """Return `sample_id`, `text` of every prompt that other nights published on a side."""
    return scan_elsewhere(root, table, ds).select("sample_id", text="prompt")


def count_writers(pruning: pl.LazyFrame, samples: pl.LazyFrame, ds: str) -> pl.LazyFrame:
    """Return `sample_id`, `text`, `users` of kept rows: how many users of the night wrote it or nearly it."""
    is_near = (pl.col("reason") == Reason.NEAR_DUPLICATE) & (pl.col("witness_ds") == ds)
    leader = pl.when("kept").then("sample_id").when(is_near).then("witness_id")
    written = pruning.select("sample_id", leader=leader).drop_nulls("leader")
    users = written.join(samples.select("sample_id", "user_key"), on="sample_id", how="inner")
    counted = users.group_by("leader").agg(users=pl.col("user_key").n_unique())
    return counted.select(sample_id="leader", text=pl.col("leader").hash(0), users="users")


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
        sizes: side → rows that its block asked for.
        gaps: side → proven relative distance of its total from the best.
        moved: rows that are train's as their component has too many users for eval.
    """

    selected: pl.DataFrame
    reasons: pl.DataFrame
    constraints: pl.DataFrame
    sizes: Mapping[str, int]
    gaps: Mapping[str, float]
    moved: int


def draw_night(samples: pl.LazyFrame, split: pl.DataFrame, config: RunConfig) -> Drawn:
    """Draw both sides, each by its own block; constraints of one side never see the other's rows."""
    ids = {side: split.filter(pl.col("reason") == side)["sample_id"] for side in (TRAIN.name, EVAL.name)}
    evaluation = config.evaluation or default_evaluation(
        config.sampling.rows_of(len(ids[TRAIN.name])), len(ids[EVAL.name])
    )
    blocks = {TRAIN.name: config.sampling, EVAL.name: evaluation}
    pool = read_pool(samples, blocks.values())
    shares = traffic_shares(samples, blocks.values())
    drawn = {
        side: draw_side(pool.filter(pl.col("sample_id").is_in(ids[side].implode())), shares, block, side)
        for side, block in blocks.items()
    }
    selected = pl.concat([rows for _, rows in drawn.values()])
    return Drawn(
        selected=selected,
        reasons=reasons_of(split, selected),
        constraints=pl.concat([sample.constraints for sample, _ in drawn.values()]),
        sizes={side: block.rows_of(len(ids[side])) for side, block in blocks.items()},
        gaps={side: sample.gap for side, (sample, _) in drawn.items()},
        moved=int(split["is_large"].sum()),
    )


def draw_side(
    pool: pl.DataFrame, shares: Shares, block: SamplingBlock, side: str
) -> tuple[Draw, pl.DataFrame]:
    """Return the draw of one side and its rows with their weights."""
    sample = draw_sample(pool, shares, block, side=side)
    chosen = pool.filter(pl.col("sample_id").is_in(sample.ids.implode()))
    weights = restore_weights(chosen, shares, match_dimensions(block.constraints))
    return sample, chosen.select(
        "sample_id", side=pl.lit(side), weight=pl.Series(weights.values, dtype=pl.Float64)
    )


def reasons_of(split: pl.DataFrame, selected: pl.DataFrame) -> pl.DataFrame:
    """Return `sample_id`, `reason` of the draw for every row that the split kept."""
    pool = split.filter(pl.col("reason").is_in([Reason.TRAIN.value, Reason.EVAL.value])).select("sample_id")
    chosen = pl.col("sample_id").is_in(selected["sample_id"].implode())
    reason = pl.when(chosen).then(pl.lit(Reason.SELECTED.value)).otherwise(pl.lit(Reason.NOT_SELECTED.value))
    return pool.with_columns(reason=reason)
