"""Phase III on a table larger than memory: Spark counts, a plan allots rows, Spark picks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.errors import InputError
from pipelines.identity import order_by_seed
from pipelines.sampling.bounds import ROWS, Bound, DrawRule, resolve_values
from pipelines.sampling.constraints import SamplingBlock
from pipelines.sampling.dimensions import measure_shares, read_dimension
from pipelines.sampling.draw import match_dimensions, tabulate_constraints
from pipelines.sampling.levels import (
    OBJECTIVE,
    Levels,
    ObjectiveScale,
    find_levels,
    gather_strata,
    name_cells,
    stratify,
)
from pipelines.sampling.plan import DrawPlan, plan_draw
from pipelines.spark.adapters import map_partitions
from pipelines.spark.tables import quoted
from pipelines.wording import be, format_count

_ROUNDS = 4
_GAP = 1e-5  # 1e-4 is promised; a round costs one pass over two columns
_FIRST_IDS = 3
_ID = "_id"
_STRATA = pa.schema(
    [
        *(("cell", pa.string()), ("tier", pa.int64()), ("rows", pa.int64()), ("steps", pa.int64())),
        *(("least", pa.float64()), ("most", pa.float64())),
    ]
)
_PLACED = pa.schema(
    [(_ID, pa.string()), ("cell", pa.string()), (OBJECTIVE, pa.float64()), ("hash", pa.string())]
)


@dataclass(frozen=True, slots=True)
class LargeSample:
    """A planned draw: `selected` has the ids in the table's own type, the rest is as of `Draw`."""

    selected: DataFrame
    size: int
    constraints: pl.DataFrame
    objective: float
    violation: float
    gap: float


def draw_large(
    rows: DataFrame, id_column: str, block: SamplingBlock, pool_rows: int
) -> LargeSample | None:
    """Draw a sample without a row on the driver, or None where no plan satisfies the hard bounds.

    Args:
        rows: the table; ids checked, every column of the block there.
        id_column: names a row once.
        block: size, constraints, what to maximise.
        pool_rows: rows of the table.

    Raises:
        InputError: an objective that is not finite.
        ConfigurationError: a value its column cannot hold.
    """
    size, named = block.rows_of(pool_rows), _with_objective(rows, id_column, block)
    values = [_count_values(rows, constraint.columns) for constraint in block.constraints]
    columns = [constraint.columns for constraint in block.constraints]
    of_name = dict(zip(columns, values, strict=True))
    shares = {
        name: of_value
        for matched in match_dimensions(block.constraints)
        for name, of_value in measure_shares(of_name[matched], [matched], rows_column=ROWS).items()
    }
    rules = resolve_values(values, block.constraints, shares, "sampling")
    levels = find_levels(rules, values, columns, size)
    scale = _read_scale(named, 1 - size / pool_rows)
    # Kept, as every round and the pick read it: naming a row's cell costs more than all the rest.
    placed = map_partitions(
        named, partial(_place, levels=levels, seed=block.seed), _PLACED
    ).localCheckpoint()
    planned = _plan(placed, levels, scale, size)
    if planned is None:
        return None
    names, plan = planned
    picked = _pick(placed, names, plan).localCheckpoint()
    selected = rows.join(
        picked, on=F.col(quoted(id_column)).cast("string") == picked[_ID], how="left_semi"
    )
    chosen = [_count_values(selected, constraint.columns) for constraint in block.constraints]
    counted = [
        pair
        for rule, frame, found, of in zip(rules, values, chosen, columns, strict=True)
        for pair in _count_bounds(rule, frame, found, of)
    ]
    prices = (
        None
        if plan.prices is None or block.maximise is None
        else dict(zip(map(id, levels.bounds), plan.prices.tolist(), strict=True))
    )
    objective = _sum_objective(picked) if block.maximise else 0.0
    return LargeSample(
        selected=selected.select(F.col(quoted(id_column)).alias("id")),
        size=size,
        constraints=tabulate_constraints(counted, prices, size, "train"),
        objective=objective,
        violation=float(
            sum(bound.violation(count, size) for bound, count in counted if not bound.hard)
        ),
        gap=max(0.0, plan.most - objective) / max(1.0, abs(objective)) if block.maximise else 0.0,
    )


def _sum_objective(picked: DataFrame) -> float:
    # As decimals: a sum of those does not depend on the order of the rows.
    steps = picked.agg(F.sum(F.col(OBJECTIVE).cast("decimal(38,12)"))).first()
    return float(steps[0]) if steps is not None and steps[0] is not None else 0.0


def _with_objective(rows: DataFrame, id_column: str, block: SamplingBlock) -> DataFrame:
    """Return id, objective and the dimensions; refuse an objective that is not finite."""
    names = dict.fromkeys(name for constraint in block.constraints for name in constraint.columns)
    worth = F.lit(0.0) if block.maximise is None else F.col(quoted(block.maximise)).cast("double")
    named = rows.select(
        F.col(quoted(id_column)).cast("string").alias(_ID),
        F.coalesce(worth, F.lit(0.0)).alias(OBJECTIVE),
        *(F.col(quoted(name)) for name in names),
    )
    bad = named.where(F.isnan(OBJECTIVE) | (F.abs(F.col(OBJECTIVE)) == float("inf")))
    count = bad.count() if block.maximise else 0
    if count:
        first = ", ".join(
            row[_ID][:64] for row in bad.select(_ID).orderBy(_ID).limit(_FIRST_IDS).collect()
        )
        said = f"{format_count(count, 'value')} {be(count)} not finite"
        message = f"{block.maximise}: {said}, first ids {first}; correct them"
        raise InputError(message)
    return named


def _count_values(rows: DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    counted = rows.groupBy(*(F.col(quoted(name)) for name in columns)).agg(
        F.count(F.lit(1)).alias(ROWS)
    )
    frame = pl.DataFrame(counted.toArrow())
    keys = pl.Series("key", read_dimension(frame, columns), pl.String)
    return frame.with_columns(keys.alias("_key")).sort("_key", nulls_last=True).drop("_key")


def _read_scale(named: DataFrame, share: float) -> ObjectiveScale:
    first = named.agg(
        F.min(OBJECTIVE), F.max(OBJECTIVE), F.percentile(OBJECTIVE, F.lit(share))
    ).first()
    least, most, start = first if first is not None else (0.0, 0.0, 0.0)
    return ObjectiveScale(start, most - least, max(abs(least), abs(most)))


def _plan(
    placed: DataFrame, levels: Levels, scale: ObjectiveScale, size: int
) -> tuple[list[str], DrawPlan] | None:
    """Plan round by round, each with tiers about the prices of the one before; keep the best."""
    cutoffs: Mapping[str, float] = {}
    best: tuple[list[str], DrawPlan] | None = None
    for _ in range(_ROUNDS):
        part = partial(_stratify, cutoffs=cutoffs, scale=scale)
        merged = (
            map_partitions(placed.select("cell", OBJECTIVE), part, _STRATA)
            .groupBy("cell", "tier")
            .agg(
                *(F.sum(name).alias(name) for name in ("rows", "steps")),
                F.min("least").alias("least"),
                F.max("most").alias("most"),
            )
        )
        names, cells, strata = gather_strata(pl.DataFrame(merged.toArrow()), levels, scale)
        plan = plan_draw(cells, strata, size)
        if plan is None:
            return None
        if best is None or plan.gap < best[1].gap:
            best = names, plan
        if plan.gap <= _GAP:
            break
        cutoffs = dict(zip(names, plan.cutoff.tolist(), strict=True))
    return best


def _stratify(rows: pa.Table, cutoffs: Mapping[str, float], scale: ObjectiveScale) -> pa.Table:
    return stratify(pl.DataFrame(rows), cutoffs, scale).to_arrow()


def _pick(placed: DataFrame, names: Sequence[str], plan: DrawPlan) -> DataFrame:
    """Return id and objective of the first rows of each cell: by objective, seeded hash, id."""
    taken = pl.DataFrame({"cell": pl.Series(names, dtype=pl.String), "taken": plan.rows})
    wanted = placed.sparkSession.createDataFrame(taken.filter(pl.col("taken") > 0).to_arrow())
    order = Window.partitionBy("cell").orderBy(F.col(OBJECTIVE).desc(), F.col("hash"), F.col(_ID))
    numbered = placed.join(F.broadcast(wanted), on="cell", how="inner").withColumn(
        "_place", F.row_number().over(order)
    )
    return numbered.where(F.col("_place") <= F.col("taken")).select(_ID, OBJECTIVE)


def _place(rows: pa.Table, levels: Levels, seed: int) -> pa.Table:
    frame = pl.DataFrame(rows)
    hashes = pl.Series(
        "hash", [order_by_seed(seed, name) for name in frame[_ID].to_list()], pl.String
    )
    return frame.select(_ID, OBJECTIVE).with_columns(name_cells(frame, levels), hashes).to_arrow()


def _count_bounds(
    rule: DrawRule, values: pl.DataFrame, chosen: pl.DataFrame, columns: Sequence[str]
) -> list[tuple[Bound, int]]:
    """Return every bound of a rule with the number of chosen rows that have its value."""
    codes = dict(zip(read_dimension(values, columns), rule.codes.tolist(), strict=True))
    counts = np.zeros(len(rule.bounds), np.int64)
    for key, rows in zip(read_dimension(chosen, columns), chosen[ROWS].to_list(), strict=True):
        if codes[key] >= 0:
            counts[codes[key]] += rows
    return list(zip(rule.bounds, counts.tolist(), strict=True))
