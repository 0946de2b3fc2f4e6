"""An independent recheck of a pruning: what the rule promises, counted from vectors and answers alone."""

from dataclasses import dataclass

import numpy as np

from pipelines.diversity.pruning import Earlier, Pruning
from pipelines.diversity.similarity import Vectors, exact_cosines
from pipelines.outcomes import Reason

_BLOCK = 2048
# A float32 product may miss the exact cosine by less; only a miss beyond it is a fault.
_TOLERANCE = 2e-5


@dataclass(frozen=True, slots=True)
class PruningEvidence:
    """Counts of broken promises; all are 0 in a right pruning.

    Attributes:
        residual_pairs: pairs of kept rows of the night at or above the cut.
        near_earlier: kept rows at or above the cut to a kept row of an earlier night.
        without_witness: dropped rows whose witness is no kept row, or not at the cosine stated.
        near_without_witness: rows called `near_duplicate` whose witness is below the cut.
        budget_near_kept: rows called `budget` that are at or above the cut to a kept row.
        not_nearest: dropped rows for which another kept row is nearer than the witness.
    """

    residual_pairs: int
    near_earlier: int
    without_witness: int
    near_without_witness: int
    budget_near_kept: int
    not_nearest: int

    @property
    def holds(self) -> bool:
        """Whether every promise holds."""
        return not any(getattr(self, name) for name in self.__slots__)


def verify_pruning(
    vectors: Vectors, pruning: Pruning, cut: float, earlier: Earlier | None = None
) -> PruningEvidence:
    """Count what a pruning breaks of contract section 5, by products of its own.

    Args:
        vectors: [n, d], as pruned.
        pruning: the answers about them.
        cut: cosine from which two rows are near-duplicates.
        earlier: kept rows of earlier nights, as given to the pruning.
    """
    old = np.empty((0, vectors.shape[1]), dtype=np.float32) if earlier is None else earlier.vectors
    unit = _scale(np.concatenate([vectors, old]))
    rows = len(vectors)
    keepers, dropped = np.flatnonzero(pruning.kept), np.flatnonzero(~pruning.kept)
    old_rows = np.arange(rows, len(unit))
    standing = np.concatenate([keepers, old_rows])
    named = np.isin(pruning.witness[dropped], standing)
    cosines = np.full(len(dropped), -np.inf)
    cosines[named] = exact_cosines(unit[dropped[named]], unit[pruning.witness[dropped[named]]])
    true = np.abs(cosines - pruning.similarity[dropped]) <= _TOLERANCE
    best = _best(unit[dropped], unit[standing])
    near = np.array([reason == Reason.NEAR_DUPLICATE for reason in pruning.reason], dtype=np.bool_)[dropped]
    return PruningEvidence(
        residual_pairs=(_count_near(unit[keepers], unit[keepers], cut) - len(keepers)) // 2,
        near_earlier=_count_near(unit[keepers], unit[old_rows], cut),
        without_witness=int((~true).sum()),
        near_without_witness=int((near & (cosines < cut)).sum()),
        budget_near_kept=int((~near & (best >= cut + _TOLERANCE)).sum()),
        not_nearest=int((best > cosines + _TOLERANCE).sum()),
    )


def _scale(vectors: Vectors) -> Vectors:
    """Return the rows at length one, scaled in float64."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    return np.asarray(vectors / lengths, dtype=np.float32)


def _best(queries: Vectors, pool: Vectors) -> Vectors:
    """Return the greatest float32 cosine of each query to a pool row: [m]."""
    best = np.full(len(queries), -np.inf, dtype=np.float32)
    for start in range(0, len(queries) if len(pool) else 0, _BLOCK):
        best[start : start + _BLOCK] = (queries[start : start + _BLOCK] @ pool.T).max(axis=1)
    return best


def _count_near(left: Vectors, right: Vectors, cut: float) -> int:
    """Count the pairs across whose exact cosine is at or above the cut."""
    count = 0
    for start in range(0, len(left), _BLOCK):
        block = left[start : start + _BLOCK]
        one, other = np.nonzero(block @ right.T >= cut - _TOLERANCE)
        count += int((exact_cosines(block[one], right[other]) >= cut).sum())
    return count
