"""Recheck a pruning independently: count broken promises from the vectors and the answers alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.groups import Earlier, PruneResult
from pipelines.diversity.similarity import Cosines, Rows, Vectors, exact_cosines
from pipelines.outcomes import Reason

# Sizes of a tile of products: 8 MB, which is scanned while the cache holds it.
_BLOCK, _POOL = 1024, 2048
# A float32 product is off the exact cosine by less than this; a larger difference is a fault.
TOLERANCE = 2e-5


@dataclass(frozen=True, slots=True)
class PruningEvidence:
    """Counts of broken promises; all are 0 in a correct pruning.

    Attributes:
        residual_pairs: pairs of kept rows of the night at or above the cut.
        near_earlier: kept rows at or above the cut to a kept row of an earlier night.
        without_witness: dropped rows whose witness is not a kept row, or has another cosine than
            stated.
        near_without_witness: rows with the reason `near_duplicate` whose witness is below the cut.
        budget_near_kept: rows with the reason `budget` that are at or above the cut to a kept row.
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


@dataclass(frozen=True, slots=True)
class EarlierEvidence:
    """How near [n] rows of a night are to kept rows of earlier nights, computed without the search.

    Attributes:
        best: of dropped rows, the cosine to the nearest of them; -inf = there is none, or the row
            was not compared.
        near: of kept rows, how many of them are at or above the cut.
        witness: exact cosine to the row's witness where that is one of them; NaN = it is not.
    """

    best: Vectors
    near: NDArray[np.int64]
    witness: Cosines

    @classmethod
    def find(
        cls, vectors: Vectors, pruning: PruneResult, cut: float, earlier: Earlier | None
    ) -> "EarlierEvidence":
        """Compare all rows with all kept rows of earlier nights."""
        unit, kept = scale_rows(vectors), pruning.kept
        old = unit[:0] if earlier is None else scale_rows(earlier.vectors)
        best, near = np.full(len(unit), -np.inf, np.float32), np.zeros(len(unit), np.int64)
        best[~kept] = best_cosines(unit[~kept], old)
        near[kept] = count_near(unit[kept], old, cut)
        witness = np.full(len(unit), np.nan)
        rows = np.flatnonzero(pruning.witness >= len(unit))
        witness[rows] = exact_cosines(unit, old, rows, pruning.witness[rows] - len(unit))
        return cls(best, near, witness)


def verify_pruning(
    vectors: Vectors,
    pruning: PruneResult,
    cut: float,
    earlier: Earlier | EarlierEvidence | None = None,
) -> PruningEvidence:
    """Count what a pruning breaks of contract section 5; every cosine is computed here again.

    Args:
        vectors: [n, d], as pruned.
        pruning: the answers about them.
        cut: cosine from which two rows are near-duplicates.
        earlier: kept rows of earlier nights, as given to the pruning, or evidence about them.
    """
    before = as_evidence(vectors, pruning, cut, earlier)
    rows = PrunedRows.of(vectors, pruning)
    stated = check_statements(rows, pruning, cut, before)
    kept = rows.unit[rows.keepers]
    best = np.maximum(best_cosines(rows.unit[rows.dropped], kept), before.best[rows.dropped])
    return PruningEvidence(
        residual_pairs=_count_among(kept, cut),
        near_earlier=int(before.near[rows.keepers].sum()),
        without_witness=stated.without_witness,
        near_without_witness=stated.near_without_witness,
        budget_near_kept=int((~stated.near & (best >= cut + TOLERANCE)).sum()),
        not_nearest=int((best > stated.cosines + TOLERANCE).sum()),
    )


def as_evidence(
    vectors: Vectors, pruning: PruneResult, cut: float, earlier: Earlier | EarlierEvidence | None
) -> EarlierEvidence:
    """Return the evidence about kept rows of earlier nights, as given or computed."""
    if isinstance(earlier, EarlierEvidence):
        return earlier
    return EarlierEvidence.find(vectors, pruning, cut, earlier)


@dataclass(frozen=True, slots=True)
class PrunedRows:
    """Unit rows of the night, and which of them are kept and dropped."""

    unit: Vectors
    keepers: Rows
    dropped: Rows

    @classmethod
    def of(cls, vectors: Vectors, pruning: PruneResult) -> "PrunedRows":
        """Scale the rows again; nothing is reused from the search."""
        keepers, dropped = np.flatnonzero(pruning.kept), np.flatnonzero(~pruning.kept)
        return cls(scale_rows(vectors), keepers, dropped)


@dataclass(frozen=True, slots=True)
class Statements:
    """What the pruning states about its [m] dropped rows, and how much of it is wrong.

    Attributes:
        near: whether a row has the reason `near_duplicate`.
        cosines: to the witness; -inf where it is not a kept row.
        without_witness: rows whose witness is not a kept row, or has another cosine than stated.
        near_without_witness: rows with the reason `near_duplicate` whose witness is below the cut.
    """

    near: NDArray[np.bool_]
    cosines: Cosines
    without_witness: int
    near_without_witness: int


def check_statements(
    rows: PrunedRows, pruning: PruneResult, cut: float, before: EarlierEvidence
) -> Statements:
    """Compute each dropped row's cosine to its witness again, exactly.

    Where no row is kept at all, a dropped row has no witness and no cosine.
    """
    witness = pruning.witness[rows.dropped]
    named = np.isin(witness, rows.keepers)
    cosines = np.full(len(rows.dropped), -np.inf)
    cosines[named] = exact_cosines(rows.unit, rows.unit, rows.dropped[named], witness[named])
    old = before.witness[rows.dropped]
    cosines[~np.isnan(old)] = old[~np.isnan(old)]
    true = np.abs(cosines - pruning.similarity[rows.dropped]) <= TOLERANCE
    if not len(rows.keepers) and np.isneginf(before.best).all():
        # A budget of fewer rows than models leaves rows without a witness; they must be stated as
        # such.
        true = (witness < 0) & np.isnan(pruning.similarity[rows.dropped])
    is_near = np.array(
        [reason == Reason.NEAR_DUPLICATE for reason in pruning.reason], dtype=np.bool_
    )
    near = is_near[rows.dropped]
    return Statements(near, cosines, int((~true).sum()), int((near & (cosines < cut)).sum()))


def scale_rows(vectors: Vectors) -> Vectors:
    """Scale the rows to length one, in float64."""
    scaled = np.empty(vectors.shape, dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        rows = vectors[start : start + _BLOCK]
        lengths = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
        scaled[start : start + _BLOCK] = rows / lengths
    return scaled


def best_cosines(queries: Vectors, pool: Vectors) -> Vectors:
    """Return each query's greatest float32 cosine to a pool row; -inf for an empty pool: [m]."""
    best = np.full(len(queries), -np.inf, dtype=np.float32)
    for part, _, products in _tiles(queries, pool):
        best[part] = np.maximum(best[part], products.max(axis=1))
    return best


def count_near(left: Vectors, right: Vectors, cut: float) -> NDArray[np.int64]:
    """Count for each row of `left` the rows of `right` whose exact cosine reaches the cut: [m]."""
    counts = np.zeros(len(left), dtype=np.int64)
    for part, others, products in _tiles(left, right):
        one, other = np.divmod(np.flatnonzero(products >= cut - TOLERANCE), len(others))
        reached = exact_cosines(left[part], others, one, other) >= cut
        np.add.at(counts, part.start + one[reached], 1)
    return counts


def _tiles(left: Vectors, right: Vectors) -> Iterator[tuple[slice, Vectors, Vectors]]:
    """Return which rows of `left`, some of `right`, and their float32 cosines."""
    for start in range(0, len(left), _BLOCK):
        part = slice(start, start + _BLOCK)
        for first in range(0, len(right), _POOL):
            others = right[first : first + _POOL]
            yield part, others, left[part] @ others.T


def _count_among(rows: Vectors, cut: float) -> int:
    """Count the pairs of different rows whose exact cosine is at or above the cut."""
    count = 0
    for start in range(0, len(rows), _BLOCK):
        block, after = rows[start : start + _BLOCK], rows[start + _BLOCK :]
        count += (int(count_near(block, block, cut).sum()) - len(block)) // 2
        count += int(count_near(block, after, cut).sum())
    return count
