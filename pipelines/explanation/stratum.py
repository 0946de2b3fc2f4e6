"""The stratum of a sample in the draw of its side, and the bounds that hold the values it has."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import polars as pl

from pipelines.explanation.evidence import SampleCase, SubjectEvidence, TableRow
from pipelines.sampling.constraints import yaml_text
from pipelines.sampling.dimensions import Key, read_dimension

Edge = Literal["upper", "lower", "both", "none"]


@dataclass(frozen=True, slots=True)
class Stratum:
    """The rows of a side with the same values as a sample in all constrained dimensions.

    Args:
        values: dimension → value of the sample; the columns of the side's constraints.
        rows, selected: how many rows of the pool have these values, and how many were drawn.
        is_known: what the draw maximises is known to this code.
        maximised: the column whose total the draw maximises; None = none, or it is not known.
        own: the sample's value of it; None = null.
        lowest: the lowest of it that was drawn in the stratum, null as 0; None = none was drawn.
        is_exact: the draw is proven to be the best there is.
        bounds: the constraints' rows about the sample's values, each with the edge it is at.
    """

    values: Mapping[str, Key]
    rows: int
    selected: int
    is_known: bool
    maximised: str | None
    own: float | None
    lowest: float | None
    is_exact: bool
    bounds: Sequence[tuple[TableRow, Edge]]

    @property
    def own_number(self) -> float:
        """The sample's value as the draw counts it: null is 0."""
        return self.own or 0.0


def find_stratum(case: SampleCase) -> Stratum | None:
    """Return the stratum of a sample that had a side; None where its side is not on record.

    Two rows of one stratum can be swapped without any constraint noticing. So where the draw is the
    best there is, those drawn have the greatest values of what is maximised.
    """
    if case.place is None:
        return None
    side = str(case.place["side"])
    night = case.night
    bounds = night.constraints.filter(pl.col("side") == side)
    dimensions = bounds["dimension"].unique(maintain_order=True).to_list()
    pool, keys = _read_side(night, side, tuple(dimensions))
    place = pool["sample_id"].to_list().index(case.sample_id)
    values = {name: keys[name][place] for name in keys.columns}
    same = [pl.col(name).eq_missing(pl.lit(value, pl.String)) for name, value in values.items()]
    stratum = pool.filter(keys.select(pl.all_horizontal(*same)).to_series()) if same else pool
    maximised = night.limits.maximise.get(side)
    maximised = maximised if maximised in pool.columns else None
    return Stratum(
        values=values,
        rows=stratum.height,
        selected=int(stratum["selected"].sum()),
        is_known=side in night.limits.maximise,
        maximised=maximised,
        own=None if maximised is None else _number(case.place[maximised]),
        lowest=None if maximised is None else _lowest(stratum, maximised),
        is_exact=side in night.limits.exact_sides and len(values) == len(dimensions),
        bounds=list(_bounds_of(bounds, values)),
    )


@lru_cache(maxsize=2)
def _read_side(
    night: SubjectEvidence, side: str, dimensions: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pool of a side, and each row's values; cached, as a user has many samples."""
    pool = night.pool.filter(pl.col("side") == side)
    known = [name for name in dimensions if set(name.split(", ")) <= set(pool.columns)]
    keys = {name: read_dimension(pool, name.split(", ")) for name in known}
    return pool, pl.DataFrame(keys, schema=dict.fromkeys(known, pl.String))


def _number(value: object) -> float | None:
    number = float(value) if isinstance(value, int | float) else None
    return number if number is not None and math.isfinite(number) else None


def _lowest(stratum: pl.DataFrame, maximised: str) -> float | None:
    drawn = stratum.filter("selected")[maximised].to_list()
    return min((_number(value) or 0.0 for value in drawn), default=None)


def _bounds_of(bounds: pl.DataFrame, values: Mapping[str, Key]) -> Iterator[tuple[TableRow, Edge]]:
    for row in bounds.iter_rows(named=True):
        if row["dimension"] in values and _bounds(row, values[row["dimension"]]):
            yield row, _edge(row)


def _bounds(row: TableRow, value: Key) -> bool:
    """Whether a row of `constraints` bounds a value; that of `in` names several."""
    written = yaml_text(value)
    if row["value"] == written:
        return True
    is_list = f" {row['dimension']} in [" in f" {row['constraint'].partition(': ')[2]}"
    return is_list and f", {written}, " in f", {row['value']}, "


def _edge(row: TableRow) -> Edge:
    """Return the bound that a value is at; without a binding bound it is free on both sides."""
    if not row["binding"] or row["slack"] is None or row["slack"] > 0:
        return "none"
    low, high, share = row["required_min"], row["required_max"], row["achieved"]
    if low is None or low <= 0:
        return "upper"
    if high is None:
        return "lower"
    if low == high:
        return "both"
    return "upper" if high - share <= share - low else "lower"
