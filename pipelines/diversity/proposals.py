"""Cheap products that propose pairs: bfloat16 where the processor multiplies it, float32 elsewhere.

A proposal decides nothing. Each product comes with a bound of its error, so that no pair at or above
a threshold can be overlooked; similarity.py decides the proposed ones.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Codes = NDArray[np.int16] | NDArray[np.float32]

# Products are below 1 + rounding: half a step of bfloat16 in [0.5, 1), more than half of one below.
_OUTPUT_STEP = 2.0**-9
_LOWEST = np.iinfo(np.int16).min


@dataclass(frozen=True, slots=True)
class Proposer:
    """Unit rows [n, d] in the precision of proposals.

    Attributes:
        low: the rows, bfloat16 (torch) or float32 (NumPy).
        miss: greatest length of what rounding took from a row.
    """

    low: Any
    miss: float

    def part(self, start: int, stop: int) -> "Proposer":
        """Return rows start to stop, which share memory."""
        return Proposer(self.low[start:stop], self.miss)

    def take(self, rows: NDArray[np.int64]) -> "Proposer":
        """Return chosen rows."""
        chosen = torch.from_numpy(np.array(rows)) if isinstance(self.low, torch.Tensor) else rows
        return Proposer(self.low[chosen], self.miss)

    def error(self, other: "Proposer") -> float:
        """Bound how far a product with rows of `other` lies from the exact one.

        |ab - a'b'| is at most |a - a'| + |b - b'| + |a - a'||b - b'| for unit rows (Cauchy-Schwarz);
        then come the sum of d factors in float32 and the rounding of the result.
        """
        summed = 2.0 * rounding_error(int(self.low.shape[1]))
        if not isinstance(self.low, torch.Tensor):
            return summed
        return self.miss + other.miss + self.miss * other.miss + _OUTPUT_STEP + 4 * summed

    def codes(self, other: "Proposer") -> Codes:
        """Return all products with the rows of `other` as numbers that sort like them: [n, m].

        Of bfloat16 it is the bit pattern as int16, which NumPy scans ten times faster than torch scans
        bfloat16. It sorts positive products; a negative one has some code below 0.
        """
        if not isinstance(self.low, torch.Tensor):
            return np.asarray(self.low @ other.low.T, dtype=np.float32)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # a task has one core
        try:
            with torch.inference_mode():
                codes: NDArray[np.int16] = torch.mm(self.low, other.low.T).view(torch.int16).numpy()
        finally:
            torch.set_num_threads(threads)
        return codes


def propose(unit: NDArray[np.float32], *, half: bool | None = None) -> Proposer:
    """Return the rows of [n, d] ready to propose; `half` = bfloat16, null = where it is fast."""
    capabilities = torch.cpu.get_capabilities()
    fast = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    if not (fast if half is None else half):
        return Proposer(unit, 0.0)
    low = torch.from_numpy(np.array(unit)).bfloat16()
    miss = 0.0
    for start in range(0, len(unit), _ROWS):
        gap = unit[start : start + _ROWS] - low[start : start + _ROWS].float().numpy()
        miss = max(miss, float(np.sqrt(np.einsum("ij,ij->i", gap, gap).max())))
    return Proposer(low, miss)


def rounding_error(dimension: int) -> float:
    """Bound the error of a float32 product of two unit rows: one rounding for each addition and factor."""
    return (dimension + 4) * 2.0**-24


def to_codes(cosines: NDArray[np.float64], like: Codes) -> Codes:
    """Return the codes from which products at or above these cosines are found; at or below 0: all."""
    if like.dtype == np.float32:
        return np.nextafter(cosines.astype(np.float32), np.float32(-np.inf))
    bits = np.maximum(cosines, 0.0).astype(np.float32).view(np.int32) >> 16
    return np.where(cosines > 0, bits, _LOWEST).astype(np.int16)


def to_cosines(codes: Codes) -> NDArray[np.float64]:
    """Return the products that codes stand for, at most 1; -1 for a negative one of unknown size."""
    if codes.dtype == np.float32:
        return np.minimum(codes.astype(np.float64), 1.0)
    values = (np.maximum(codes, 0).astype(np.int32) << 16).view(np.float32).astype(np.float64)
    return np.where(codes < 0, -1.0, np.minimum(values, 1.0))


# Rows converted at once.
_ROWS = 16_384
