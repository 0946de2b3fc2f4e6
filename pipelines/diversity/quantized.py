"""Int8-quantised unit vectors: cheap dot products that preselect pairs, with a proven error bound.

A preselected pair is not yet decided. Each product comes with a bound on its error, so no pair at
or above a threshold is overlooked; similarity.py decides the preselected ones in float64.

PyTorch is imported where it multiplies: a night's driver, which never does, starts three seconds
earlier without it.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Quantized = NDArray[np.int8] | NDArray[np.float32]
Codes = NDArray[np.int32] | NDArray[np.float32]

# The instructions by which int8 is multiplied four times as fast as float32.
_INTEGER_UNITS = ("amx_int8", "avx512_vnni", "avx_vnni")
_LARGEST = 127
# The code of a product of two unit rows is then below 2 ** 24; up to there float32 holds every
# integer.
_LEAST_SCALE = 1 / 4000
# Larger than the code of any product.
_CODE_LIMIT = 2**25
# Smaller than the code of any product.
LOWEST = -2 * _CODE_LIMIT
# The error is itself computed in float32; it may come out too small by this share plus this amount.
_ERROR_SHARE, _ERROR_ROUNDED = 1e-3, 1e-6
# The squared length of a row that a float32 encoder normalised differs from 1 by no more.
UNIT_TOLERANCE = 4e-6
# Rows converted at once; they stay in the cache.
_ROWS = 512


@dataclass(frozen=True, slots=True)
class QuantizedVectors:
    """Unit rows [n, d] as integers: row = values x scale + an error.

    The code of two rows is the dot product of their values, an exact integer. Times both scales it
    approximates their cosine.

    Attributes:
        values: from -127 to 127; as int8, or as float32 where the processor multiplies int8 no
            faster.
        scale: one for all rows.
        max_error: upper bound of the length of any row's error.
    """

    values: Quantized
    scale: float
    max_error: float

    def part(self, start: int, stop: int) -> "QuantizedVectors":
        """Return rows start to stop, which share memory."""
        return QuantizedVectors(self.values[start:stop], self.scale, self.max_error)

    def take(self, rows: NDArray[np.int64]) -> "QuantizedVectors":
        """Return chosen rows."""
        return QuantizedVectors(self.values[rows], self.scale, self.max_error)

    def bound_error(self, other: "QuantizedVectors") -> float:
        """Bound how far an approximate cosine with a row of `other` is from the exact one.

        |ab - a'b'| is at most |a - a'| + |b - b'| + |a - a'||b - b'| for unit rows
        (Cauchy-Schwarz).
        """
        quantized = self.max_error + other.max_error + self.max_error * other.max_error
        return quantized + 2.0 * rounding_error(int(self.values.shape[1]))

    def dot_codes(self, other: "QuantizedVectors") -> Codes:
        """Return the codes of all rows with all rows of `other`, exact integers: [n, m]."""
        if self.values.dtype == np.int8:
            return _multiply(self.values, other.values)
        return np.asarray(self.values @ other.values.T, dtype=np.float32)

    def to_codes(self, cosines: NDArray[np.float64], other: "QuantizedVectors") -> Codes:
        """Return for each cosine the smallest code whose approximate cosine may reach it."""
        codes = np.clip(np.floor(cosines / (self.scale * other.scale)), -_CODE_LIMIT, _CODE_LIMIT)
        return codes.astype(np.int32) if self.values.dtype == np.int8 else codes.astype(np.float32)

    def to_cosines(self, codes: Codes, other: "QuantizedVectors") -> NDArray[np.float64]:
        """Return the approximate cosines of codes with rows of `other`, at most 1."""
        return np.minimum(codes.astype(np.float64) * (self.scale * other.scale), 1.0)


def quantize(unit: NDArray[np.float32], *, integers: bool | None = None) -> QuantizedVectors:
    """Quantise unit rows [n, d].

    Args:
        unit: the rows.
        integers: whether to store int8; None = where this processor multiplies int8 faster.

    >>> rows = quantize(np.array([[1, 0], [0.6, 0.8]], dtype=np.float32), integers=True)
    >>> rows.values.tolist()
    [[127, 0], [76, 102]]
    >>> rows.dot_codes(rows).tolist()
    [[16129, 9652], [9652, 16180]]
    >>> rows.to_cosines(rows.dot_codes(rows), rows).round(3).tolist()
    [[1.0, 0.598], [0.598, 1.0]]
    """
    integers = multiplies_integers() if integers is None else integers
    # One scale for all rows: codes of different rows can then be compared as they are.
    largest = max(float(unit.max(initial=0.0)), -float(unit.min(initial=0.0)))
    scale = max(largest / _LARGEST, _LEAST_SCALE)
    values: Quantized = np.empty(unit.shape, dtype=np.int8 if integers else np.float32)
    max_error = 0.0
    for start in range(0, len(unit), _ROWS):
        rows = unit[start : start + _ROWS]
        rounded = np.rint(rows / np.float32(scale))
        values[start : start + _ROWS] = rounded
        rounded *= np.float32(-scale)
        rounded += rows
        max_error = max(max_error, float(np.sqrt(np.einsum("ij,ij->i", rounded, rounded).max())))
    return QuantizedVectors(values, scale, max_error * (1 + _ERROR_SHARE) + _ERROR_ROUNDED)


@cache
def multiplies_integers() -> bool:
    """Say whether this processor multiplies int8 fast, and PyTorch does it without saturating."""
    import torch  # noqa: PLC0415 see above

    from pipelines.models.private_torch import has_int8_product  # noqa: PLC0415 see above

    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(unit) for unit in _INTEGER_UNITS) and has_int8_product()


def rounding_error(dimension: int) -> float:
    """Bound how far a float32 product of two unit rows is from their cosine.

    One rounding for each addition and factor, and rows whose length is not quite 1.
    """
    return (dimension + 4) * 2.0**-24 + UNIT_TOLERANCE


def _multiply(left: Quantized, right: Quantized) -> NDArray[np.int32]:
    """Return the exact int8 products of all rows of [n, d] with all of [m, d], on one thread."""
    import torch  # noqa: PLC0415 see above

    from pipelines.models.cpu import one_thread  # noqa: PLC0415 see above
    from pipelines.models.private_torch import multiply_int8  # noqa: PLC0415 see above

    with one_thread():
        product = multiply_int8(torch.from_numpy(left), torch.from_numpy(right))
    codes: NDArray[np.int32] = product.numpy()
    return codes
