"""A draw in words: what it gives, what binds, and what the next row would gain."""

from collections.abc import Iterator
from typing import Protocol

import polars as pl

from pipelines.sampling.constraints import SamplingBlock
from pipelines.wording import be, tell_count

_SHOWN = 20
_SMALLEST_GAP = 1e-6


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
    of = f"{sample.size:,} of {pool_rows:,} {be(pool_rows, 'row', 'rows')}"
    lines = [f"Feasible: {of}{worth}; {_tell_miss(sample.miss)}."]
    if block.maximise:
        lines.append(_tell_gap(sample.gap))
    told = sample.constraints.filter(pl.col("binding") | ~pl.col("met"))
    if told.is_empty():
        return [*lines, "No constraint binds."]
    dearest = told.with_columns(price=pl.col("shadow_price").abs().fill_null(0.0)).sort(
        "met", -pl.col("price"), "constraint", "value"
    )
    verbs = be(told.height, "binds or is", "bind or are")
    lines.append(f"{told.height:,} of {tell_count(sample.constraints.height, 'bound')} {verbs} missed:")
    lines += [f"  {line}" for line in map(_tell_bound, dearest.head(_SHOWN).iter_rows(named=True))]
    return lines if told.height <= _SHOWN else [*lines, f"  and {told.height - _SHOWN:,} more."]


def _tell_gap(gap: float) -> str:
    """Say how far below the best a total may be: a share that can be read aloud."""
    if gap <= 0:
        return "No other sample has a greater total."
    said = f"{gap:.4%}" if gap >= _SMALLEST_GAP else f"{_SMALLEST_GAP:.4%}"
    return f"No other sample has a total greater by more than {said} of it."


def _tell_miss(miss: float) -> str:
    return f"soft miss {miss:g} {'row' if miss == 1 else 'rows'}"


def _tell_bound(row: dict[str, object]) -> str:
    return (
        f"constraints[{str(row['constraint']).replace(':', ']:', 1)}: {str(row['value'])[:64]}"
        f" {'; '.join(_facts(row))}"
    )


def _facts(row: dict[str, object]) -> Iterator[str]:
    pool = tell_count(int(str(row["pool"])), "row")
    yield f"has {float(str(row['achieved'])):.4g} of the sample, {pool} of the pool"
    slack, price = row["slack"], row["shadow_price"]
    if isinstance(slack, int) and slack < 0:
        yield f"{tell_count(-slack, 'row')} outside"
    if isinstance(price, float) and price > 0:
        yield f"one more row of it would gain {price:.4g}"
    elif isinstance(price, float) and price < 0:
        yield f"one row of it fewer would gain {-price:.4g}"
