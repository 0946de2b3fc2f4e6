"""Group rows into strata, one part of the pool at a time, by bounds and tiers of the objective."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.sampling.bounds import Bound, DrawRule, Ints
from pipelines.sampling.cells import Cells
from pipelines.sampling.dimensions import Key, read_dimension
from pipelines.sampling.plan import Strata, tier_rows

OBJECTIVE = "_objective"
"""Name of the column with what each row adds to the objective."""
STEPS = 2.0**36
"""The objective is summed in integers, in units of its greatest absolute value divided by this:
such sums do not depend on how the pool is divided."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The bounds that can bind, and which of them belongs to each value of each dimension.

    `columns` and `places` have one entry per constraint with such a bound.
    """

    bounds: tuple[Bound, ...]
    columns: tuple[tuple[str, ...], ...]
    places: tuple[Mapping[Key, int], ...]


@dataclass(frozen=True, slots=True)
class ObjectiveScale:
    """Of the objective over all rows: a first cutoff, the range, the greatest absolute value."""

    start: float
    spread: float
    greatest: float


def find_levels(
    rules: Sequence[DrawRule],
    values: Sequence[pl.DataFrame],
    columns: Sequence[tuple[str, ...]],
    size: int,
) -> Levels:
    """Return the levels of rules on counted values, numbered as `group_cells` does."""
    bounds: list[Bound] = []
    kept: list[tuple[tuple[str, ...], Mapping[Key, int]]] = []
    for rule, frame, names in zip(rules, values, columns, strict=True):
        active = [index for index, bound in enumerate(rule.bounds) if bound.can_bind(size)]
        if not active:
            continue
        number = {index: len(bounds) + place for place, index in enumerate(active)}
        bounds += [rule.bounds[index] for index in active]
        keys = read_dimension(frame, names)
        found = zip(keys, rule.codes.tolist(), strict=True)
        kept.append((names, {key: number[code] for key, code in found if code in number}))
    return Levels(tuple(bounds), tuple(c for c, _ in kept), tuple(p for _, p in kept))


def name_cells(rows: pl.DataFrame, levels: Levels) -> pl.Series:
    """Return the cell of each row [n]: the numbers of its bounds as text, -1 = no bound."""
    members = np.full((rows.height, len(levels.places)), -1, np.int64)
    for rule, (columns, place) in enumerate(zip(levels.columns, levels.places, strict=True)):
        keys = read_dimension(rows, columns)
        members[:, rule] = np.fromiter((place.get(key, -1) for key in keys), np.int64, len(keys))
    if not rows.height:
        return pl.Series("cell", [], pl.String)
    distinct, of_row = np.unique(members, axis=0, return_inverse=True)
    names = np.array([",".join(map(str, row)) for row in distinct.tolist()], dtype=object)
    return pl.Series("cell", names[of_row.ravel()].tolist(), pl.String)


def stratify(
    rows: pl.DataFrame, cutoffs: Mapping[str, float], scale: ObjectiveScale
) -> pl.DataFrame:
    """Return the strata of a part of the pool; the strata of all parts are summed afterwards.

    Args:
        rows: [n] of `cell` and the column `OBJECTIVE`.
        cutoffs: of the last plan, per cell.
        scale: of the whole pool.

    Returns:
        `cell`, `tier`, `rows`, `steps` (total objective, in integer units: see `STEPS`), `least`,
        `most`.
    """
    known = pl.DataFrame(
        {"cell": list(cutoffs), "cutoff": list(cutoffs.values())},
        schema={"cell": pl.String, "cutoff": pl.Float64},
    )
    joined = rows.join(known, on="cell", how="left", maintain_order="left")
    cutoff, objective = (
        joined["cutoff"].fill_null(scale.start).to_numpy(),
        joined[OBJECTIVE].to_numpy(),
    )
    steps = np.rint(objective / (scale.greatest or 1.0) * STEPS).astype(np.int64)
    frame = pl.DataFrame(
        {
            "cell": joined["cell"],
            "tier": tier_rows(objective, cutoff, scale.spread),
            "steps": steps,
            "objective": objective,
        }
    )
    return frame.group_by("cell", "tier").agg(
        rows=pl.len().cast(pl.Int64),
        steps=pl.col("steps").sum(),
        least=pl.col("objective").min(),
        most=pl.col("objective").max(),
    )


def gather_strata(
    strata: pl.DataFrame, levels: Levels, scale: ObjectiveScale
) -> tuple[list[str], Cells, Strata]:
    """Return the names of cells, the cells, and the whole pool's strata, in a fixed order."""
    ordered = strata.sort("cell", "tier", descending=[False, True])
    names = ordered["cell"].unique(maintain_order=True).to_list()
    place = {name: index for index, name in enumerate(names)}
    cell = np.array([place[name] for name in ordered["cell"].to_list()], np.int64)
    members = np.array([[int(n) for n in name.split(",") if n] for name in names], np.int64)
    rows: Ints = ordered["rows"].to_numpy()
    total = ordered["steps"].to_numpy() / STEPS * (scale.greatest or 1.0)
    counts = np.bincount(cell, rows, minlength=len(names)).astype(np.int64)
    least, most = ordered["least"].to_numpy(), ordered["most"].to_numpy()
    cells = Cells(levels.bounds, np.zeros(0, np.int64), counts, members.reshape(len(names), -1))
    return names, cells, Strata(cell, rows, np.clip(total, least * rows, most * rows), least, most)
