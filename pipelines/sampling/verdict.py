"""A draw in words: what it gives, what binds, and what the next row would gain."""

from collections.abc import Iterator
from typing import Protocol

import polars as pl

from pipelines.sampling.constraints import SamplingBlock

_SHOWN = 20


class Drawn(Protocol):
    """What a draw of any kind says about itself."""

    @property
    def size(self) -> int:
        """Rows drawn."""

    @property
    def constraints(self) -> pl.DataFrame:
        """The table `constraints`."""

    @property
    def objective(self) -> float:
        """Total of what is maximised."""

    @property
    def miss(self) -> float:
        """Weighted soft miss in rows."""

    @property
    def gap(self) -> float:
        """Proven relative distance of the objective from the best."""


def tell_sample(sample: Drawn, block: SamplingBlock, pool_rows: int) -> list[str]:
    """Return what a draw would give, one line per fact, the dearest bounds first.

    Args:
        sample: as drawn.
        block: what was asked.
        pool_rows: rows that it could choose from.
    """
    worth = f", total {block.maximise} {sample.objective:,.4f}" if block.maximise else ""
    lines = [f"Feasible: {sample.size:,} of {pool_rows:,} rows{worth}; soft miss {sample.miss:g} rows."]
    if block.maximise:
        lines.append(f"No other sample has a total greater by more than {sample.gap:.1e} of it.")
    told = sample.constraints.filter(pl.col("binding") | ~pl.col("met"))
    if told.is_empty():
        return [*lines, "No constraint binds."]
    dearest = told.with_columns(price=pl.col("shadow_price").abs().fill_null(0.0)).sort(
        "met", -pl.col("price"), "constraint", "value"
    )
    lines.append(f"{told.height:,} of {sample.constraints.height:,} bounds bind or are missed:")
    lines += [f"  {line}" for line in map(_tell_bound, dearest.head(_SHOWN).iter_rows(named=True))]
    return lines if told.height <= _SHOWN else [*lines, f"  and {told.height - _SHOWN:,} more."]


def _tell_bound(row: dict[str, object]) -> str:
    return (
        f"constraints[{str(row['constraint']).replace(':', ']:', 1)}: {str(row['value'])[:64]}"
        f" {'; '.join(_facts(row))}"
    )


def _facts(row: dict[str, object]) -> Iterator[str]:
    yield f"has {float(str(row['achieved'])):.4g} of the sample, {row['pool']} rows of the pool"
    slack, price = row["slack"], row["shadow_price"]
    if isinstance(slack, int) and slack < 0:
        yield f"{-slack} rows outside"
    if isinstance(price, float) and price > 0:
        yield f"one more row of it would gain {price:.4g}"
    elif isinstance(price, float) and price < 0:
        yield f"one row of it fewer would gain {-price:.4g}"
