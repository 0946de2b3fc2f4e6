"""Apply constraints to a pool: exact bounds per value, and cells of rows with the same bounds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isnan

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.errors import ConfigurationError
from pipelines.sampling.constraints import CROSS, Constraint, Scalar, exact, yaml_text

Key = str | None  # a value of a dimension as text; None is null, which is not the string "null"
Shares = Mapping[str, Mapping[Key, Fraction]]
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


@dataclass(frozen=True, slots=True)
class Cells:
    """Groups of rows that have the same bounds, of those bounds that can bind.

    `of_row` [n] is the cell of each row, `rows` [cells] their counts. `members` [cells, rules]
    holds indices into `bounds`, -1 = no bound; `bounds` are those that can bind.
    """

    bounds: tuple[Bound, ...]
    of_row: Ints
    rows: Ints
    members: Ints


def read_dimension(frame: pl.DataFrame, columns: Sequence[str]) -> list[Key]:
    """Return each row's value of a dimension as text; null stays null; crossed columns are joined.

    Raises:
        ConfigurationError: a column holds lists or structs, not single values.
    """
    texts = [_column_keys(frame[column]) for column in columns]
    if len(texts) == 1:
        return texts[0]
    return [CROSS.join(map(yaml_text, values)) for values in zip(*texts, strict=True)]


def _column_keys(column: pl.Series) -> list[Key]:
    if column.dtype.is_nested() or column.dtype == pl.Binary:
        message = (
            f"{column.name} is a column of {column.dtype}; a dimension needs one plain value per "
            "row"
        )
        raise ConfigurationError(message)
    if column.dtype in (pl.String, pl.Categorical, pl.Enum):
        return column.cast(pl.String).to_list()
    known: dict[object, Key] = {}
    return [known[v] if v in known else known.setdefault(v, _key(v)) for v in column.to_list()]


def _key(value: object) -> Key:
    return (
        None
        if value is None
        else "NaN"
        if isinstance(value, float) and isnan(value)
        else yaml_text(value)
    )


def measure_shares(
    frame: pl.DataFrame, dimensions: Iterable[Sequence[str]], rows_column: str | None = None
) -> dict[str, dict[Key, Fraction]]:
    """Return the exact share of every value of every dimension: the target of `match: traffic`.

    Args:
        frame: one row per sample, or per group of samples where `rows_column` counts them.
        dimensions: the columns of each dimension; crossed ones have several.
        rows_column: name of the column with the number of rows that a row of `frame` counts for;
            None = one.

    Returns:
        Dimension name (columns with commas) → value as text, None for null → share.
    """
    rows = [1] * frame.height if rows_column is None else frame[rows_column].to_list()
    return {
        ", ".join(columns): _shares_of(read_dimension(frame, columns), rows)
        for columns in dimensions
    }


def _shares_of(keys: Sequence[Key], rows: Sequence[int]) -> dict[Key, Fraction]:
    counts: dict[Key, int] = {}
    for key, count in zip(keys, rows, strict=True):
        counts[key] = counts.get(key, 0) + count
    total = sum(counts.values())
    return {key: Fraction(counts[key], total) for key in sort_keys(counts)} if total else {}


def sort_keys(keys: Iterable[Key]) -> list[Key]:
    """Return keys in text order, null last: the canonical order of every table of values."""
    return sorted(keys, key=lambda key: (key is None, key or ""))


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
        traffic = {name: _shares_of(of_rows, rows.tolist()) for name, of_rows in keys.items()}
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
        return _shares_of(keys, [1] * len(keys))
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
    return _key(number) if is_float else yaml_text(int(number) if number.is_integer() else number)


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


def group_cells(
    rules: Sequence[DrawRule], rows: int, size: int, counts: Ints | None = None
) -> Cells:
    """Group rows by the bounds that can bind; values without such a bound share one level.

    A character with fewer rows than its cap allows, for instance, needs no level of its own: all
    characters of that kind share one. So there are few cells. Cells are ordered by their members.

    Five rows of kinds a, a, a, b and c, of which two are selected, at most half of each kind. Only
    a can exceed its cap of one row: b and c share a cell.

    >>> from pipelines.sampling.constraints import parse_block
    >>> pool = pl.DataFrame({"kind": ["a", "a", "a", "b", "c"]})
    >>> cap = {"dimension": "kind", "each_at_most": 0.5}
    >>> block = parse_block({"size": 2, "constraints": [cap]})
    >>> cells = group_cells(resolve(pool, block.constraints, None), rows=5, size=2)
    >>> [bound.value for bound in cells.bounds], cells.members.tolist()
    (['a'], [[-1], [0]])
    >>> cells.of_row.tolist(), cells.rows.tolist()
    ([1, 1, 1, 0, 0], [2, 3])

    Args:
        rules: of `resolve`.
        rows: rows of the pool.
        size: rows to select.
        counts: [rows], how many rows each row counts for; None = one.
    """
    bounds: list[Bound] = []
    of_row, members = np.zeros(rows, np.int64), np.zeros((1 if rows else 0, 0), np.int64)
    for rule in rules:
        active = np.array([bound.can_bind(size) for bound in rule.bounds], bool)
        if not active.any():
            continue
        number = np.append(np.where(active, np.cumsum(active) - 1 + len(bounds), -1), -1)
        bounds += [bound for bound, is_active in zip(rule.bounds, active, strict=True) if is_active]
        mine = number[rule.codes]
        width = len(bounds) + 1
        levels, of_row = np.unique(of_row * width + mine + 1, return_inverse=True)
        members = np.column_stack([members[levels // width], levels % width - 1])
    of_cell = np.bincount(of_row, counts, minlength=len(members)).astype(np.int64)
    return Cells(tuple(bounds), of_row, of_cell, members)


def count_bounds(rules: Sequence[DrawRule], chosen: NDArray[np.bool_]) -> list[tuple[Bound, int]]:
    """Return every bound with the number of selected rows that have its value; `chosen` is [n]."""
    return [
        (bound, int(count))
        for rule in rules
        for bound, count in zip(
            rule.bounds,
            np.bincount(rule.codes[chosen & (rule.codes >= 0)], minlength=len(rule.bounds)),
            strict=True,
        )
    ]
