"""The values of a pool's dimensions as text, and their exact shares."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import isnan

import polars as pl

from pipelines.errors import ConfigurationError
from pipelines.sampling.constraints import CROSS, yaml_text

Key = str | None  # a value of a dimension as text; None is null, which is not the string "null"
Shares = Mapping[str, Mapping[Key, Fraction]]


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
    return [known[v] if v in known else known.setdefault(v, key_of(v)) for v in column.to_list()]


def key_of(value: object) -> Key:
    """Return a value of a column as text; null is None."""
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
        ", ".join(columns): count_shares(read_dimension(frame, columns), rows)
        for columns in dimensions
    }


def count_shares(keys: Sequence[Key], rows: Sequence[int]) -> dict[Key, Fraction]:
    """Return the exact share of each value, in text order; `rows` counts the rows of each key."""
    counts: dict[Key, int] = {}
    for key, count in zip(keys, rows, strict=True):
        counts[key] = counts.get(key, 0) + count
    total = sum(counts.values())
    return {key: Fraction(counts[key], total) for key in sort_keys(counts)} if total else {}


def sort_keys(keys: Iterable[Key]) -> list[Key]:
    """Return keys in text order, null last: the canonical order of every table of values."""
    return sorted(keys, key=lambda key: (key is None, key or ""))
