"""Cheap products that propose pairs: rows in whole steps, whose products are exact on every processor.

A proposal decides nothing. Each product comes with a bound of its error, so that no pair at or above
a threshold can be overlooked; similarity.py decides the proposed ones.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from pipelines.models.cpu import one_thread
from pipelines.models.private_torch import has_int8_product, multiply_int8

Low = NDArray[np.int8] | NDArray[np.float32]
Codes = NDArray[np.int32] | NDArray[np.float32]

# The instructions by which int8 is multiplied four times as fast as float32.
_INTEGER_UNITS = ("amx_int8", "avx512_vnni", "avx_vnni")
_TOP = 127
# The product of two unit rows is then below 2 ** 24 steps, up to which float32 holds every whole number.
_LEAST_STEP = 1 / 4000
# More steps than any product has.
_FAR = 2**25
# A code below every product.
LOWEST = -2 * _FAR
# By what share, and by what beside, a miss computed in float32 may be too small.
_MISS_SHARE, _MISS_ROUNDED = 1e-3, 1e-6
# The squared length of a row that a float32 encoder normalised differs from 1 by no more.
UNIT_TOLERANCE = 4e-6
# Rows converted at once; they stay in the cache.
_ROWS = 512


@dataclass(frozen=True, slots=True)
class Proposer:
    """Unit rows [n, d] in whole steps.

    Attributes:
        low: the steps, at most 127 in size: int8, or float32 where the processor is no faster in int8.
        step: the length of one.
        miss: greatest length of what rounding took from a row.
    """

    low: Low
    step: float
    miss: float

    def part(self, start: int, stop: int) -> "Proposer":
        """Return rows start to stop, which share memory."""
        return Proposer(self.low[start:stop], self.step, self.miss)

    def take(self, rows: NDArray[np.int64]) -> "Proposer":
        """Return chosen rows."""
        return Proposer(self.low[rows], self.step, self.miss)

    def error(self, other: "Proposer") -> float:
        """Bound how far a product with rows of `other` lies from the exact one.

        |ab - a'b'| is at most |a - a'| + |b - b'| + |a - a'||b - b'| for unit rows (Cauchy-Schwarz).
        """
        rounded = self.miss + other.miss + self.miss * other.miss
        return rounded + 2.0 * rounding_error(int(self.low.shape[1]))

    def codes(self, other: "Proposer") -> Codes:
        """Return all products with the rows of `other` in steps, exact whole numbers: [n, m]."""
        if self.low.dtype == np.int8:
            return _multiply(self.low, other.low)
        return np.asarray(self.low @ other.low.T, dtype=np.float32)

    def to_codes(self, cosines: NDArray[np.float64], other: "Proposer") -> Codes:
        """Return the codes from which on products with `other` are at or above these cosines."""
        steps = np.clip(np.floor(cosines / (self.step * other.step)), -_FAR, _FAR)
        return steps.astype(np.int32) if self.low.dtype == np.int8 else steps.astype(np.float32)

    def to_cosines(self, codes: Codes, other: "Proposer") -> NDArray[np.float64]:
        """Return the products with rows of `other` that codes stand for, at most 1."""
        return np.minimum(codes.astype(np.float64) * (self.step * other.step), 1.0)


def propose(unit: NDArray[np.float32], *, integers: bool | None = None) -> Proposer:
    """Return the rows of [n, d] ready to propose; `integers` = as int8, null = where that is faster."""
    integers = multiplies_integers() if integers is None else integers
    # One step for all rows: products of different rows are then compared as they are.
    largest = max(float(unit.max(initial=0.0)), -float(unit.min(initial=0.0)))
    step = max(largest / _TOP, _LEAST_STEP)
    low: Low = np.empty(unit.shape, dtype=np.int8 if integers else np.float32)
    miss = 0.0
    for start in range(0, len(unit), _ROWS):
        rows = unit[start : start + _ROWS]
        steps = np.rint(rows / np.float32(step))
        low[start : start + _ROWS] = steps
        steps *= np.float32(-step)
        steps += rows
        miss = max(miss, float(np.sqrt(np.einsum("ij,ij->i", steps, steps).max())))
    return Proposer(low, step, miss * (1 + _MISS_SHARE) + _MISS_ROUNDED)


@cache
def multiplies_integers() -> bool:
    """Say whether this processor multiplies int8 fast, and PyTorch does it without saturating."""
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(unit) for unit in _INTEGER_UNITS) and has_int8_product()


def rounding_error(dimension: int) -> float:
    """Bound how far a float32 product of two unit rows lies from their cosine.

    One rounding for each addition and factor, and rows whose length is not quite 1.
    """
    return (dimension + 4) * 2.0**-24 + UNIT_TOLERANCE


def _multiply(left: Low, right: Low) -> NDArray[np.int32]:
    """Return the exact int8 products of all rows of [n, d] with all of [m, d]; one thread, as a task has."""
    with one_thread():
        product = multiply_int8(torch.from_numpy(left), torch.from_numpy(right))
    codes: NDArray[np.int32] = product.numpy()
    return codes
