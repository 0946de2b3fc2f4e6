"""Phase III on the driver: sides and the draw read ids and dimensions, never texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import polars as pl
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.config import RunConfig
from pipelines.night.across import find_torn_rows
from pipelines.night.decisions import record_reasons, scan_passed
from pipelines.night.index import scan_sides, scan_word_runs
from pipelines.night.look_back import fits_budget
from pipelines.night.night import Night
from pipelines.night.placing import compute
from pipelines.night.pruning import Considered, Pruned
from pipelines.night.vectors import PromptVectors
from pipelines.night.workspace import Staged, Workspace
from pipelines.outcomes import Phase, Reason
from pipelines.publishing.gates import count_rows
from pipelines.sampling import draw
from pipelines.sampling import sides as components
from pipelines.sampling.constraints import SamplingBlock
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.draw import Draw, default_evaluation, match_dimensions
from pipelines.sampling.settings import SplitSettings
from pipelines.sampling.shingles import find_shared, read_shingles, share_runs
from pipelines.sampling.sides import History
from pipelines.sampling.weights import restore_weights
from pipelines.stores.files import remove_file
from pipelines.stores.location import Place
from schemas.ledger import CONSTRAINTS
from schemas.night import DRAWN, SIDES
from schemas.samples import EVAL, TRAIN

Shares = Mapping[str, Mapping[str | None, Fraction]]
_TEXTS = pl.Schema({"sample_id": pl.String, "text": pl.UInt64, "users": pl.UInt32})


@dataclass(frozen=True, slots=True)
class DrawFigures:
    """The figures of a draw.

    Args:
        sizes: side → rows that its block requires.
        gaps: side → proven relative distance of its total from the best.
        moved: rows that are train's as their component has too many users for eval.
    """

    sizes: Mapping[str, int]
    gaps: Mapping[str, float]
    moved: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What Phase III chose.

    Args:
        selected: `sample_id`, `side`, `weight` of every published row.
        reasons: `sample_id`, `reason` of every row that had a side.
        constraints: the table `constraints` of both sides.
        figures: of the draw.
    """

    selected: pl.DataFrame
    reasons: pl.DataFrame
    constraints: pl.DataFrame
    figures: DrawFigures


@dataclass(frozen=True, slots=True)
class Sample:
    """The tables of Phase III.

    Args:
        drawn: `sample_id`, `side`, `weight` of every published row.
        constraints: of both sides, as it is published.
        figures: of the draw.
    """

    drawn: Staged
    constraints: Staged
    figures: DrawFigures


def assign_sides(  # noqa: PLR0913, PLR0917 what joins users is in all of these tables
    night: Night,
    facts: Staged,
    samples: Staged,
    decided: Staged,
    pruned: Pruned,
    vectors: PromptVectors,
) -> Staged:
    """Stage `sides`: train, eval or neither, of every sample that the phase before kept."""
    with night.stages.stage("phase III: sides"):
        tables = Considered(facts, samples, decided, pruned.pruned)
        compute(night, partial(_split, tables, night.plan.config.split), samples.scan())
        sides = night.workspace.staged(SIDES)
        torn = _find_torn(night, samples, pruned, sides, vectors)
        first = sides.files()
        compute(night, partial(_settle, samples, sides, torn), samples.scan())
        for file in first if torn is not None else ():
            remove_file(file)
        return sides


def _split(tables: Considered, settings: SplitSettings, workspace: Workspace) -> None:
    """Stage `sides` by what joins users."""
    prompts = tables.facts.scan().select("sample_id", text="prompt")
    who = tables.samples.scan().select("sample_id", "user_key", "conversation_id")
    written = who.join(prompts, on="sample_id", how="left")
    passed = scan_passed(tables.decided, before=Phase.SPLIT).select("sample_id", passed=True)
    kept = tables.pruned.scan().join(passed, on="sample_id", how="left")
    kept = kept.with_columns(kept=pl.col("kept") & pl.col("passed").fill_null(value=False))
    split = split_night(workspace.root, workspace.ds, written, kept, settings)
    workspace.sink(SIDES, split.lazy())


def _settle(samples: Staged, sides: Staged, torn: pl.Series | None, workspace: Workspace) -> None:
    """Add the sides to `decided`, torn rows on neither: then `sides` gets another file of all."""
    rows = sides.scan()
    if torn is not None:
        rows = move_off(rows, torn).collect().lazy()  # a file is not read and written at once
        workspace.sink(SIDES, rows)
    record_reasons(workspace, samples.scan(), Phase.SPLIT, rows)


def _find_torn(
    night: Night, samples: Staged, pruned: Pruned, sides: Staged, vectors: PromptVectors
) -> pl.Series | None:
    """Return ids of rows near one of the other side; None where pruning compared all pairs."""
    if fits_budget(night, count_rows(pruned.pruning.scan())):
        return None
    is_sided = F.col("reason").isin(TRAIN.name, EVAL.name)
    sided = sides.frame().where(is_sided).select("sample_id", F.col("reason").alias("side"))
    hashes = samples.frame().select("sample_id", "text_hash")
    rows = sided.join(hashes, on="sample_id", how="inner")
    return find_torn_rows(night, rows, vectors)


def move_off(split: pl.LazyFrame, torn: pl.Series) -> pl.LazyFrame:
    """Return the split with the torn rows on neither side.

    Args:
        split: `sample_id`, `reason`.
        torn: ids of rows that must leave their side.
    """
    conflict = pl.lit(Reason.SPLIT_CONFLICT.value)
    is_torn = pl.col("sample_id").is_in(torn.implode())
    return split.with_columns(reason=pl.when(is_torn).then(conflict).otherwise("reason"))


def draw_sample(night: Night, samples: Staged, sides: Staged) -> Sample:
    """Draw both sides; stage `drawn` and `constraints`, and add to `decided`."""
    staged = night.workspace.staged
    with night.stages.stage("phase III: draw"):
        draw = partial(_draw, samples, sides, night.plan.config)
        figures = compute(night, draw, samples.scan())
        return Sample(staged(DRAWN), staged(CONSTRAINTS), figures)


def _draw(samples: Staged, sides: Staged, config: RunConfig, workspace: Workspace) -> DrawFigures:
    """Stage `drawn` and `constraints`, and add to `decided`."""
    drawn = draw_night(samples.scan(), sides.scan().collect(), config)
    record_reasons(workspace, samples.scan(), Phase.SAMPLING, drawn.reasons.lazy())
    workspace.sink(DRAWN, drawn.selected.lazy())
    workspace.sink(CONSTRAINTS, drawn.constraints.lazy())
    return drawn.figures


def split_night(
    root: Place, ds: str, samples: pl.LazyFrame, pruning: pl.LazyFrame, settings: SplitSettings
) -> pl.DataFrame:
    """Return `sample_id`, `reason`, `is_large` of every row that Phase II kept.

    What was once on a side stays there: users and conversations by all nights that were
    published, near-duplicates by the sides of other nights' rows that `pruning.sides` names, shared
    runs of words by the prompts that other nights published.

    Args:
        root: the warehouse.
        ds: the night.
        samples: `sample_id`, `user_key`, `conversation_id` and the redacted prompt as `text`.
        pruning: staged, with `sides`.
        settings: of the split.
    """
    kept = pruning.filter("kept").select("sample_id", "sides")
    night = samples.join(kept, on="sample_id", how="inner")
    before = scan_sides(root)
    users = before.join(night, on="user_key", how="semi").select("user_key", "side")
    conversations = before.join(night, on="conversation_id", how="semi").select(
        "conversation_id", "side"
    )
    near = night.select("sample_id", side="sides").explode("side").drop_nulls("side")
    rows = _collect(night.select("sample_id", "user_key", "conversation_id"))
    runs = read_shingles(night, settings.shared_words)
    other_sides = [_collect(near.unique())]
    for table in (TRAIN, EVAL):
        shared = find_shared(runs, scan_word_runs(root, ds, table.name))
        other_sides.append(
            pl.DataFrame({"sample_id": shared}).with_columns(side=pl.lit(table.name))
        )
    history = History(
        _collect(users.unique()), _collect(conversations.unique()), pl.concat(other_sides)
    )
    texts = [share_runs(runs, rows), _collect(count_writers(pruning, samples, ds))]
    return components.assign_sides(
        rows, history, pl.concat([t.cast(_TEXTS) for t in texts]), settings
    )


def count_writers(pruning: pl.LazyFrame, samples: pl.LazyFrame, ds: str) -> pl.LazyFrame:
    """Return `sample_id`, `text`, `users` of kept rows: how many wrote it or a near-duplicate."""
    is_near = (pl.col("reason") == Reason.NEAR_DUPLICATE) & (pl.col("witness_ds") == ds)
    leader = pl.when("kept").then("sample_id").when(is_near).then("witness_id")
    written = pruning.select("sample_id", leader=leader).drop_nulls("leader")
    users = written.join(samples.select("sample_id", "user_key"), on="sample_id", how="inner")
    counted = users.group_by("leader").agg(users=pl.col("user_key").n_unique())
    # A number that only joins rows of this run; Polars' hash changes with its version.
    return counted.select(sample_id="leader", text=pl.col("leader").hash(0), users="users")


def _collect(rows: pl.LazyFrame) -> pl.DataFrame:
    frame = rows.collect(engine="streaming")
    return frame.sort(frame.columns)


def traffic_shares(samples: pl.LazyFrame, blocks: Iterable[SamplingBlock]) -> Shares:
    """Return the night's share of every value of the dimensions that a block matches."""
    matched = {columns for block in blocks for columns in match_dimensions(block.constraints)}
    shares: dict[str, Mapping[str | None, Fraction]] = {}
    for columns in sorted(matched):
        counts = _collect(samples.group_by(columns).agg(_rows=pl.len()))
        shares.update(measure_shares(counts, [columns], rows_column="_rows"))
    return shares


def read_pool(samples: pl.LazyFrame, blocks: Iterable[SamplingBlock]) -> pl.DataFrame:
    """Return the columns that the blocks use, one row per sample, by id."""
    wanted: dict[str, None] = {"sample_id": None}
    for block in blocks:
        wanted.update(
            dict.fromkeys(c for constraint in block.constraints for c in constraint.columns)
        )
        if block.maximise is not None:
            wanted[block.maximise] = None
    return samples.select(list(wanted)).collect(engine="streaming").sort("sample_id")


def draw_night(samples: pl.LazyFrame, split: pl.DataFrame, config: RunConfig) -> Drawn:
    """Draw both sides, each by its own block; a constraint sees the rows of its side alone."""
    ids = {
        side: split.filter(pl.col("reason") == side)["sample_id"]
        for side in (TRAIN.name, EVAL.name)
    }
    evaluation = config.evaluation or default_evaluation(
        config.sampling.rows_of(len(ids[TRAIN.name])), len(ids[EVAL.name])
    )
    blocks = {TRAIN.name: config.sampling, EVAL.name: evaluation}
    pool = read_pool(samples, blocks.values())
    shares = traffic_shares(samples, blocks.values())
    drawn = {
        side: draw_side(
            pool.filter(pl.col("sample_id").is_in(ids[side].implode())), shares, block, side
        )
        for side, block in blocks.items()
    }
    selected = pl.concat([rows for _, rows in drawn.values()])
    return Drawn(
        selected=selected,
        reasons=reasons_of(split, selected),
        constraints=pl.concat([sample.constraints for sample, _ in drawn.values()]),
        figures=DrawFigures(
            sizes={side: block.rows_of(len(ids[side])) for side, block in blocks.items()},
            gaps={side: sample.gap for side, (sample, _) in drawn.items()},
            moved=int(split["is_large"].sum()),
        ),
    )


def draw_side(
    pool: pl.DataFrame, shares: Shares, block: SamplingBlock, side: str
) -> tuple[Draw, pl.DataFrame]:
    """Return the draw of one side and its rows with their weights."""
    sample = draw.draw_sample(pool, shares, block, side=side)
    chosen = pool.filter(pl.col("sample_id").is_in(sample.ids.implode()))
    weights = restore_weights(chosen, shares, match_dimensions(block.constraints))
    return sample, chosen.select(
        "sample_id", side=pl.lit(side), weight=pl.Series(weights.values, dtype=pl.Float64)
    )


def reasons_of(split: pl.DataFrame, selected: pl.DataFrame) -> pl.DataFrame:
    """Return `sample_id`, `reason` of the draw for every row that the split kept."""
    pool = split.filter(pl.col("reason").is_in([Reason.TRAIN.value, Reason.EVAL.value])).select(
        "sample_id"
    )
    chosen = pl.col("sample_id").is_in(selected["sample_id"].implode())
    reason = (
        pl.when(chosen)
        .then(pl.lit(Reason.SELECTED.value))
        .otherwise(pl.lit(Reason.NOT_SELECTED.value))
    )
    return pool.with_columns(reason=reason)
