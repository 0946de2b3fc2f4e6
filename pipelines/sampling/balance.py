"""Measure balance: how far shares of pool, sample and weighted sample are from the traffic's."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.sampling.constraints import yaml_text
from pipelines.sampling.dimensions import Key, Shares, read_dimension, sort_keys
from pipelines.standardised_difference import measure_difference

Floats = NDArray[np.float64]

STAGES = ("pool", "sample", "weighted")
"""What is compared with the traffic: the pool, the drawn sample and the weighted sample."""

_BALANCE = {"dimension": pl.String, "value": pl.String} | dict.fromkeys(
    ("traffic", *STAGES, *(f"{stage}_asmd" for stage in STAGES)), pl.Float64
)


def measure_balance(
    pool: pl.DataFrame,
    sample: pl.DataFrame,
    weights: Floats,
    traffic_shares: Shares,
    dimensions: Sequence[Sequence[str]],
) -> pl.DataFrame:
    """Return each value's shares and their standardised differences from the traffic (a love plot).

    Args:
        pool: what the draw could choose from, with the dimensions as columns.
        sample: [n] rows of it that were drawn.
        weights: [n] of `restore_weights`, in the order of the sample.
        traffic_shares: of `measure_shares` on the unfiltered night.
        dimensions: the columns of each dimension.

    Returns:
        One row per dimension and value, in the order of the dimensions and of the values' text:
        shares of `traffic`, `pool`, `sample`, `weighted`, and for the last three `…_asmd`: the
        absolute standardised difference from the traffic; infinite where both shares are 0 or 1 and
        differ.

    Source: Austin, Statistics in Medicine 28 (2009), for a dichotomous variable.
    """
    rows = []
    for columns in dimensions:
        name = ", ".join(columns)
        shares: list[Mapping[Key, float]] = [
            {key: float(share) for key, share in traffic_shares.get(name, {}).items()},
            _weigh(read_dimension(pool, columns), np.ones(pool.height)),
            _weigh(read_dimension(sample, columns), np.ones(sample.height)),
            _weigh(read_dimension(sample, columns), weights),
        ]
        for key in sort_keys(set().union(*shares)):
            traffic, *stages = (of_key.get(key, 0.0) for of_key in shares)
            rows.append(
                (
                    name,
                    yaml_text(key),
                    traffic,
                    *stages,
                    *(measure_difference(s, traffic) for s in stages),
                )
            )
    return pl.DataFrame(rows, schema=_BALANCE, orient="row")


def _weigh(keys: Sequence[Key], weights: Floats) -> dict[Key, float]:
    totals: dict[Key, float] = {}
    for key, weight in zip(keys, weights.tolist(), strict=True):
        totals[key] = totals.get(key, 0.0) + weight
    all_weights = math.fsum(weights)
    return {key: total / all_weights for key, total in totals.items()}


_PLOT_CHARS = 50
_PLOT_END = 0.5  # larger differences are drawn at the edge
_MARKS = dict(zip(STAGES, "·ow", strict=True))


def format_love_plot(balance: pl.DataFrame, listed: int = 20) -> list[str]:
    """Return a love plot as text, one line per value, the furthest of the sample first.

    Args:
        balance: of `measure_balance`.
        listed: how many values to draw.

    `·` is the pool, `o` the sample, `w` the weighted sample, `*` where two coincide; `|` is at 0.1,
    below which two shares are commonly called balanced.
    """
    furthest = balance.sort(-pl.col("sample_asmd"), "dimension", "value").head(listed)
    lines = [
        f"{_name(row):<28} {_draw_line(row)} {row['sample_asmd']:.2f}"
        for row in furthest.iter_rows(named=True)
    ]
    return [f"{'difference from the traffic':<28} {'0':<{_PLOT_CHARS}} {_PLOT_END:g}", *lines]


def _name(row: Mapping[str, object]) -> str:
    return f"{row['dimension']} {row['value']}"[:28]


def _draw_line(row: Mapping[str, float]) -> str:
    line = [" "] * (_PLOT_CHARS + 1)
    line[_place(0.1)] = "|"
    for stage, mark in _MARKS.items():
        place = _place(row[f"{stage}_asmd"])
        line[place] = "*" if line[place] in _MARKS.values() else mark
    return "".join(line)


def _place(difference: float) -> int:
    return round(min(difference, _PLOT_END) / _PLOT_END * _PLOT_CHARS)
