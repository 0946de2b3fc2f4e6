"""Describe a draw in words: size and total, binding bounds, and the gain of one more row."""

from collections.abc import Iterator
from typing import Protocol

import polars as pl

from pipelines.sampling.constraints import SamplingBlock
from pipelines.wording import be, format_count

_SHOWN = 20
_SMALLEST_GAP = 1e-6


class DrawResult(Protocol):
    """What is known of a draw, in memory or over a large table."""

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
    def violation(self) -> float:
        """Weighted violation of the soft bounds, in rows."""

    @property
    def gap(self) -> float:
        """Proven relative distance of the objective from the best."""


def describe_draw(draw: DrawResult, block: SamplingBlock, pool_rows: int) -> list[str]:
    """Return what a draw would give, one line per fact, the bounds with the highest prices first.

    Args:
        draw: as drawn.
        block: size and constraints of the draw.
        pool_rows: rows of the pool.
    """
    total = f", total {block.maximise} {draw.objective:,.4f}" if block.maximise else ""
    of = f"{draw.size:,} of {pool_rows:,} {be(pool_rows, 'row', 'rows')}"
    lines = [f"Feasible: {of}{total}; {_describe_violation(draw.violation)}."]
    if block.maximise:
        lines.append(_describe_gap(draw.gap))
    shown = draw.constraints.filter(pl.col("binding") | ~pl.col("met"))
    if shown.is_empty():
        return [*lines, "No constraint binds."]
    by_price = shown.with_columns(price=pl.col("shadow_price").abs().fill_null(0.0)).sort(
        "met", -pl.col("price"), "constraint", "value"
    )
    verbs = be(shown.height, "binds or is", "bind or are")
    lines.append(
        f"{shown.height:,} of {format_count(draw.constraints.height, 'bound')} {verbs} missed:"
    )
    lines += [
        f"  {line}" for line in map(_describe_bound, by_price.head(_SHOWN).iter_rows(named=True))
    ]
    return lines if shown.height <= _SHOWN else [*lines, f"  and {shown.height - _SHOWN:,} more."]


def _describe_gap(gap: float) -> str:
    """Describe how far a total may be below the best, as a readable share."""
    if gap <= 0:
        return "No other sample has a greater total."
    said = f"{gap:.4%}" if gap >= _SMALLEST_GAP else f"{_SMALLEST_GAP:.4%}"
    return f"No other sample has a total greater by more than {said} of it."


def _describe_violation(violation: float) -> str:
    rows = "row" if violation == 1 else "rows"
    return f"soft constraints missed by {violation:g} {rows}"


def _describe_bound(row: dict[str, object]) -> str:
    return (
        f"constraints[{str(row['constraint']).replace(':', ']:', 1)}: {str(row['value'])[:64]}"
        f" {'; '.join(_facts(row))}"
    )


def _facts(row: dict[str, object]) -> Iterator[str]:
    pool = format_count(int(str(row["pool"])), "row")
    yield f"has {float(str(row['achieved'])):.4g} of the sample, {pool} of the pool"
    slack, price = row["slack"], row["shadow_price"]
    if isinstance(slack, int) and slack < 0:
        yield f"{format_count(-slack, 'row')} outside"
    if isinstance(price, float) and price > 0:
        yield f"one more row of it would gain {price:.4g}"
    elif isinstance(price, float) and price < 0:
        yield f"one row of it fewer would gain {-price:.4g}"
