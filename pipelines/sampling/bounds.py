"""Resolve constraints on a pool: one exact bound for each value that a constraint names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.errors import ConfigurationError
from pipelines.sampling.constraints import Constraint, Scalar, exact, yaml_text
from pipelines.sampling.dimensions import (
    Key,
    Shares,
    count_shares,
    key_of,
    read_dimension,
    sort_keys,
)

Ints = NDArray[np.int64]

ROWS = "_rows"
"""Name of the column with the number of rows of a value."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One value of one constraint on one pool: a share in [`low`, `high`] of the selected rows.

    Shares are exact; None = no bound on that side. `pool` is the number of rows of the pool with
    the value, `form` the key of the constraint, `tolerance` that of a `match` or `shares`.
    """

    position: int
    dimension: str
    value: str
    text: str
    form: str
    tolerance: Fraction
    hard: bool
    weight: Fraction
    low: Fraction | None
    high: Fraction | None
    pool: int

    def rows_low(self, size: int) -> int:
        """Return the least count that satisfies the lower bound."""
        return 0 if self.low is None else ceil(self.low * size)

    def rows_high(self, size: int) -> int:
        """Return the greatest count that satisfies the upper bound; without one, the size."""
        return size if self.high is None else floor(self.high * size)

    def slack(self, count: int, size: int) -> int | None:
        """Return the rows from a count to the nearer bound; negative: outside, None: no bound."""
        under = count - self.rows_low(size) if self.low is not None and self.low > 0 else None
        over = self.rows_high(size) - count if self.high is not None else None
        return min((side for side in (under, over) if side is not None), default=None)

    def can_bind(self, size: int) -> bool:
        """Say whether a selection of this size from this pool could break the bound."""
        return (self.low is not None and self.low > 0) or (
            self.high is not None and min(self.pool, size) > self.high * size
        )

    def violation(self, count: int, size: int) -> Fraction:
        """Return how many rows a count is outside the bounds, times the weight; not rounded."""
        under = Fraction(0) if self.low is None else self.low * size - count
        over = Fraction(0) if self.high is None else count - self.high * size
        return max(under, over, Fraction(0)) * self.weight


@dataclass(frozen=True, slots=True)
class DrawRule:
    """A constraint on a pool: `codes` [n] is the index of the bound of each row, -1 = no bound."""

    bounds: tuple[Bound, ...]
    codes: NDArray[np.int32]


def resolve(
    pool: pl.DataFrame,
    constraints: Sequence[Constraint],
    traffic: Shares | None,
    where: str = "sampling",
    rows: Ints | None = None,
) -> list[DrawRule]:
    """Resolve constraints on a pool: one rule per constraint, one bound per value that it names.

    Args:
        pool: [n] rows to draw from, with every dimension as a column.
        constraints: as written, in order.
        traffic: shares of the unfiltered night per dimension; None = the pool's own.
        where: the path of the block, for messages.
        rows: [n], how many rows each row of `pool` counts for; None = one.

    Raises:
        ConfigurationError: a column cannot contain a value, or a matched dimension has no shares.
    """
    keys = {constraint.name: read_dimension(pool, constraint.columns) for constraint in constraints}
    if traffic is None and rows is not None:
        traffic = {name: count_shares(of_rows, rows.tolist()) for name, of_rows in keys.items()}
    return _resolve_all([(c, pool, keys[c.name], rows) for c in constraints], traffic, where)


def resolve_values(
    values: Sequence[pl.DataFrame], constraints: Sequence[Constraint], traffic: Shares, where: str
) -> list[DrawRule]:
    """Resolve constraints on a pool of which only the counts are known.

    Args:
        values: for each constraint the distinct values of its columns, and in the column `ROWS`
            their counts.
        constraints: as written, in order.
        traffic: shares of the matched dimensions.
        where: the path of the block, for messages.

    Returns:
        Rules whose codes refer to the rows of `values`.

    Raises:
        ConfigurationError: a column cannot contain a value.
    """
    parts = [
        (constraint, frame, read_dimension(frame, constraint.columns), frame[ROWS].to_numpy())
        for constraint, frame in zip(constraints, values, strict=True)
    ]
    return _resolve_all(parts, traffic, where)


_Part = tuple[Constraint, pl.DataFrame, list[Key], Ints | None]


def _resolve_all(parts: Sequence[_Part], traffic: Shares | None, where: str) -> list[DrawRule]:
    rules, faults = [], []
    for position, (constraint, pool, keys, rows) in enumerate(parts):
        try:
            shares = _targets(constraint, keys, pool, traffic)
        except ConfigurationError as error:
            faults += [f"{where}.constraints[{position}]{fault}" for fault in error.faults]
            continue
        rules.append(_rule(position, constraint, keys, shares, rows))
    if faults:
        raise ConfigurationError(*faults)
    return rules


_TYPE_NAMES = {bool: "true or false", int: "a number", float: "a number", str: "a string"}
_Target = tuple[frozenset[Key], str, Fraction | None, Fraction | None]


def _targets(
    constraint: Constraint, keys: Sequence[Key], pool: pl.DataFrame, traffic: Shares | None
) -> list[_Target]:
    """Return (values, their name, low, high) for each bound of a constraint, shares exact."""
    if constraint.has("each_at_most"):
        cap = exact(constraint.each_at_most)
        return [(frozenset([key]), yaml_text(key), None, cap) for key in sort_keys(set(keys))]
    if constraint.has("equals") or constraint.has("in"):
        values = constraint.among if constraint.has("in") else (constraint.equals,)
        column_keys = [_value_key(value, constraint, pool) for value in values]
        low = exact(constraint.at_least) if constraint.has("at_least") else None
        high = exact(constraint.at_most) if constraint.has("at_most") else None
        return [(frozenset(column_keys), ", ".join(map(yaml_text, column_keys)), low, high)]
    tolerance = exact(constraint.tolerance)
    targets = (
        _listed(constraint, pool)
        if constraint.has("shares")
        else _natural(constraint, keys, traffic)
    )
    return [
        (
            frozenset([key]),
            yaml_text(key),
            max(share - tolerance, Fraction(0)),
            min(share + tolerance, Fraction(1)),
        )
        for key, share in targets.items()
    ]


def _listed(constraint: Constraint, pool: pl.DataFrame) -> dict[Key, Fraction]:
    return {
        _value_key(value, constraint, pool): exact(share)
        for value, share in constraint.shares.items()
    }


def _natural(
    constraint: Constraint, keys: Sequence[Key], traffic: Shares | None
) -> Mapping[Key, Fraction]:
    if traffic is None:
        return count_shares(keys, [1] * len(keys))
    if constraint.name not in traffic:
        message = (
            f": match: traffic needs the traffic's shares of {constraint.name}, which were not "
            "counted"
        )
        raise ConfigurationError(message)
    return {key: traffic[constraint.name][key] for key in sort_keys(traffic[constraint.name])}


def _value_key(value: Scalar, constraint: Constraint, pool: pl.DataFrame) -> Key:
    """Return a written value as its column spells it; JSON makes keys of shares text."""
    if value is None or len(constraint.columns) > 1:
        return None if value is None else yaml_text(value)
    dtype = pool.schema[constraint.columns[0]]
    if dtype == pl.Boolean:
        return _truth_key(value, constraint)
    if dtype.is_numeric():
        return _number_key(value, constraint, is_float=dtype.is_float())
    if not isinstance(value, str) and dtype in (pl.String, pl.Categorical, pl.Enum):
        message = (
            f": {yaml_text(value)} is {_TYPE_NAMES[type(value)]}, {constraint.name} holds strings"
        )
        message += (
            f'; write it in quotes: "{yaml_text(value)}" (YAML reads a bare no or off as false)'
        )
        raise ConfigurationError(message)
    return yaml_text(value)


def _truth_key(value: Scalar, constraint: Constraint) -> Key:
    if value in (True, False):
        return yaml_text(bool(value))
    if constraint.has("shares") and value in {"true", "false", "null"}:
        return None if value == "null" else str(value)
    message = (
        f": {value!r} is not a value of {constraint.name}, "
        "which holds true and false; write one of them"
    )
    raise ConfigurationError(message)


def _number_key(value: Scalar, constraint: Constraint, *, is_float: bool) -> Key:
    if constraint.has("shares") and value == "null":
        return None
    if isinstance(value, int) and not is_float:
        return yaml_text(int(value))
    try:
        if isinstance(value, str) and not constraint.has("shares"):
            raise ValueError(value)  # noqa: TRY301 one message for every value that is not a number
        number = float(value)  # type: ignore[arg-type]  # None was answered before
    except ValueError:
        message = (
            f": {value!r} is not a value of {constraint.name}, which holds numbers; write a number"
        )
        raise ConfigurationError(message) from None
    return key_of(number) if is_float else yaml_text(int(number) if number.is_integer() else number)


def _rule(
    position: int,
    constraint: Constraint,
    keys: Sequence[Key],
    targets: Sequence[_Target],
    rows: Ints | None,
) -> DrawRule:
    place = {key: index for index, (values, *_) in enumerate(targets) for key in values}
    codes = np.fromiter((place.get(key, -1) for key in keys), np.int32, len(keys))
    is_bound = codes >= 0
    counts = None if rows is None else rows[is_bound]
    pool = np.bincount(codes[is_bound], counts, minlength=len(targets)).astype(np.int64)
    bounds = tuple(
        Bound(
            position=position,
            dimension=constraint.name,
            value=value,
            text=constraint.text,
            form=constraint.form,
            tolerance=exact(constraint.tolerance),
            hard=not constraint.soft,
            weight=exact(constraint.weight),
            low=low,
            high=high,
            pool=int(of_value),
        )
        for (_, value, low, high), of_value in zip(targets, pool, strict=True)
    )
    return DrawRule(bounds, codes)
