"""Equal vectors as one: which rows of a night are copies of a row visited before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.similarity import Rows, Vectors, are_unit, unit_rows

_DIGEST_BYTES = 16
"""A thousand million different vectors have two equal digests with a chance of 1e-21."""


@dataclass(frozen=True, slots=True)
class Prints:
    """What of vectors is needed to tell equal ones, [n] each.

    Attributes:
        stored: digest of the bytes as they are.
        scaled: the same of the row scaled to length one.
        is_unit: whether the row has length one as it is.
        is_faulty: whether the row is zero or not finite.
    """

    stored: list[bytes]
    scaled: list[bytes]
    is_unit: NDArray[np.bool_]
    is_faulty: NDArray[np.bool_]


def print_rows(vectors: Vectors) -> Prints:
    """Return the prints of [n, d] rows; which of two digests counts is known of all rows alone."""
    is_good = np.asarray(np.isfinite(vectors).all(axis=1) & vectors.any(axis=1), dtype=np.bool_)
    safe = np.where(is_good[:, None], vectors, np.float32(1))
    return Prints(
        stored=_digest_rows(safe),
        scaled=_digest_rows(unit_rows(safe, as_stored=False)),
        is_unit=are_unit(safe),
        is_faulty=~is_good,
    )


def _digest_rows(vectors: Vectors) -> list[bytes]:
    return [blake2b(row.tobytes(), digest_size=_DIGEST_BYTES).digest() for row in vectors]


def first_of_equals(values: Sequence[bytes]) -> Rows:
    """Return for each value the number of the first one that equals it: [n].

    >>> first_of_equals([b"x", b"y", b"x"]).tolist()
    [0, 1, 0]
    """
    seen: dict[bytes, int] = {}
    return np.array(
        [seen.setdefault(value, number) for number, value in enumerate(values)], dtype=np.int64
    )


@dataclass(frozen=True, slots=True)
class Folded:
    """The rows of a group in visiting order, and which of them are distinct.

    Attributes:
        order: [k], the rows in visiting order.
        first: [k], for each visited row the first visited row that equals it.
    """

    order: Rows
    first: Rows

    @property
    def unique(self) -> Rows:
        """The distinct rows among the visited ones: [u]."""
        return np.flatnonzero(self.first == np.arange(len(self.first)))

    @property
    def copies(self) -> Rows:
        """How many rows equal each distinct one, itself included: [u]."""
        return np.bincount(self.slots, minlength=len(self.unique))

    @property
    def slots(self) -> Rows:
        """For each visited row the number of the distinct row that it equals: [k]."""
        return np.searchsorted(self.unique, self.first)


def fold_rows(visited: Rows, values: Sequence[bytes]) -> Folded:
    """Fold rows with equal values, each under the one visited first.

    Args:
        visited: [k], when each row is visited: distinct numbers.
        values: [k].
    """
    order = np.argsort(visited)
    return Folded(order, first_of_equals([values[row] for row in order.tolist()]))
