"""Vectors that have no cosine, by what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class VectorFault:
    """One kind of bad vector: what is wrong, in how many rows, and the first ids that have it."""

    fault: str
    count: int
    first_ids: tuple[str, ...]


def check_vectors(
    vectors: Sequence[object], ids: Sequence[str], dimension: int | None = None
) -> list[VectorFault]:
    """Name every vector that has no cosine: null, of another length, not finite, or zero.

    Args:
        vectors: [n], each a sequence of numbers or None.
        ids: [n] of their ids.
        dimension: the length wanted; None = that of the first vector there is.

    Returns:
        One entry for each kind that occurs, the first five ids of each sorted as strings.
    """
    found: dict[str, list[str]] = {}
    for identifier, vector in zip(ids, vectors, strict=True):
        if vector is not None and dimension is None:
            dimension = np.size(np.asarray(vector, dtype=object))
        if fault := _find_fault(vector, dimension):
            found.setdefault(fault, []).append(identifier)
    return [
        VectorFault(fault, len(who), tuple(sorted(who)[:5])) for fault, who in sorted(found.items())
    ]


def _find_fault(vector: object, dimension: int | None) -> str | None:
    if vector is None:
        return "null"
    try:
        numbers = np.asarray(vector, dtype=np.float64)
    except (TypeError, ValueError):
        return "no array of numbers"
    if numbers.ndim != 1 or len(numbers) != dimension:
        return f"not of length {dimension}"
    if not np.isfinite(numbers).all():
        return "not finite"
    return None if numbers.any() else "zero"
