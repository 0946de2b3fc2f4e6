"""Estimate what a search by clusters overlooked: sampled rows are compared with every kept row."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from pipelines.diversity.evidence import (
    TOLERANCE,
    EarlierEvidence,
    PrunedRows,
    as_evidence,
    best_cosines,
    check_statements,
    count_near,
)
from pipelines.diversity.groups import Earlier, PruneResult
from pipelines.diversity.similarity import Rows, Vectors, find_nearest, unit_rows
from pipelines.identity import order_by_seed
from pipelines.wording import be

SAMPLE = 2_000
"""Rows of each sample, at most."""
_SEED = 7
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Residual:
    """What a sample of kept rows and one of dropped rows show, each compared with all kept rows.

    Attributes:
        kept: rows kept in the night.
        sampled: rows of these in the sample; all, where there are no more than the sample's size.
        beside: rows of the sample at or above the cut to another kept row, of this night or before.
        pairs: such pairs, estimated for all kept rows; exact where all are sampled.
        share_at_most: upper bound, with 95 % confidence, of the share of kept rows at or above the
            cut to another (Clopper and Pearson 1934); exact where all are sampled.
        dropped: dropped rows in their sample.
        nearest: of these, rows whose witness is the nearest kept row.
        shortfall: of the others, the mean cosine to the nearest kept row minus that to the witness;
            0 where there are no others.
        unseen: of these, rows whose witness is below the cut, though some kept row is at or above
            it.
        without_witness: of all dropped rows, those whose witness is not a kept row, or has another
            cosine than stated.
        near_without_witness: of all dropped rows, those with the reason `near_duplicate` whose
            witness is below the cut.
    """

    kept: int
    sampled: int
    beside: int
    pairs: float
    share_at_most: float
    dropped: int
    nearest: int
    shortfall: float
    unseen: int
    without_witness: int
    near_without_witness: int

    @property
    def recall(self) -> float:
        """Return which share of sampled dropped rows has the nearest witness; 1 without any."""
        return self.nearest / self.dropped if self.dropped else 1.0

    def holds(self, max_share: float) -> bool:
        """Say whether all statements are true and `share_at_most` is at most `max_share`."""
        return (
            not (self.without_witness or self.near_without_witness)
            and self.share_at_most <= max_share
        )

    def describe(self) -> str:
        """Return what the samples show in one line, for the report."""
        return (
            f"search by clusters: {self.beside} of {self.sampled} sampled rows, "
            f"of {self.kept} kept, {be(self.beside)} at or above the cut to another kept row; "
            f"about {self.pairs:.0f} pairs in all, "
            f"at most {self.share_at_most:.4%} of the kept rows with 95 %; "
            f"{self.nearest} of {self.dropped} sampled dropped rows name the nearest kept row "
            f"(recall {self.recall:.4f}), the others' witness is "
            f"{self.shortfall:.4f} below it on average, "
            f"{self.unseen} overlook a kept row at the cut; "
            f"of all dropped rows {self.without_witness} have no witness as stated, "
            f"{self.near_without_witness} near-duplicates' is below the cut"
        )


def estimate_residual(  # noqa: PLR0913 the last two are rarely given
    vectors: Vectors,
    ids: Sequence[str],
    pruning: PruneResult,
    cut: float,
    earlier: Earlier | EarlierEvidence | None = None,
    *,
    size: int = SAMPLE,
) -> Residual:
    """Estimate what a pruning by clusters overlooked; every cosine is computed here again.

    Five rows on the unit circle, at 0, 10, 90, 100 and 5 degrees. A pruning at a cut of 0.95 kept
    the first three, though the second is at 10 degrees, or a cosine of 0.985, to the first: each is
    near another kept row, and they are one pair. The last row is nearer to its witness than to any
    other, the fourth too. So few rows are all sampled, and the share of 2 / 3 is exact.

    >>> from pipelines.outcomes import Reason
    >>> angles = np.radians([0, 10, 90, 100, 5])
    >>> vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    >>> reasons = [Reason.LEADER] * 3 + [Reason.NEAR_DUPLICATE] * 2
    >>> cosines = np.array([np.nan, np.nan, np.nan, np.cos(np.radians(10)), np.cos(np.radians(5))])
    >>> pruning = PruneResult(
    ...     kept=np.array([True, True, True, False, False]), reason=reasons,
    ...     witness=np.array([-1, -1, -1, 2, 0]), witness_id=[None, None, None, "c", "a"],
    ...     witness_ds=[None] * 5, similarity=cosines, novelty=1 - cosines, cluster_id=["c0"] * 5)
    >>> found = estimate_residual(vectors, list("abcde"), pruning, cut=0.95)
    >>> found.beside, found.sampled, found.pairs, round(found.share_at_most, 3)
    (2, 3, 1.0, 0.667)
    >>> found.nearest, found.dropped, found.without_witness, found.holds(0.005)
    (2, 2, 0, False)

    Args:
        vectors: [n, d], as pruned.
        ids: [n]; their seeded hash draws the samples, so that the order of the rows does not
            matter.
        pruning: the answers about them.
        cut: cosine from which two rows are near-duplicates.
        earlier: kept rows of earlier nights, as given to the pruning, or the evidence about
            them, for both samples at least.
        size: of each sample, at most.
    """
    past = as_evidence(vectors, pruning, cut, earlier)
    rows = PrunedRows.of(vectors, pruning)
    stated = check_statements(rows, pruning, cut, past)
    seen = draw_rows(rows.keepers, ids, size)
    # Each row is at the cut to itself.
    inside = count_near(rows.unit[seen], rows.unit[rows.keepers], cut) - 1
    before = past.near[seen]
    beside = int(((inside + before) > 0).sum())
    lost = draw_rows(rows.dropped, ids, size)
    best = np.maximum(best_cosines(rows.unit[lost], rows.unit[rows.keepers]), past.best[lost])
    cosines = stated.cosines[np.searchsorted(rows.dropped, lost)]
    lack = np.where(best > cosines + TOLERANCE, best - cosines, 0.0)
    return Residual(
        kept=len(rows.keepers),
        sampled=len(seen),
        beside=beside,
        # A pair of the night is counted from both its rows.
        pairs=float((inside / 2 + before).sum()) * len(rows.keepers) / max(1, len(seen)),
        share_at_most=_bound_share(beside, len(seen), len(rows.keepers)),
        dropped=len(lost),
        nearest=int((lack == 0).sum()),
        shortfall=float(lack[lack > 0].mean()) if lack.any() else 0.0,
        unseen=int(((cosines < cut) & (best >= cut + TOLERANCE)).sum()),
        without_witness=stated.without_witness,
        near_without_witness=stated.near_without_witness,
    )


def find_torn(
    vectors: Vectors, is_eval: NDArray[np.bool_], is_own: NDArray[np.bool_], cut: float
) -> NDArray[np.bool_]:
    """Find the rows of the night to drop, since a row of the other side is at or above the cut.

    Near-duplicates that a search by clusters overlooked may be on different sides. Of a pair, an
    eval row of the night is dropped and the train row, of any night, is kept. Against an eval row
    of another night, which cannot change any more, a train row of the night is dropped. All such
    pairs are compared.

    Rows 0 and 1 of the night are near-duplicates on two sides: the eval row is dropped. Row 2, of
    train, is near row 3, of eval in another night: it is dropped. Row 4 is near no row.

    >>> vectors = np.array([[1, 0, 0], [1, 0.1, 0], [0, 1, 0], [0, 1, 0.1], [0, 0, 1]], np.float32)
    >>> is_eval = np.array([True, False, False, True, True])
    >>> is_own = np.array([True, True, True, False, True])
    >>> find_torn(vectors, is_eval, is_own, cut=0.95).tolist()
    [True, False, True, False, False]

    Args:
        vectors: [n, d] of rows of both sides.
        is_eval: [n], whether a row is on eval; the others are on train.
        is_own: [n], whether a row is of the night.
        cut: cosine from which two rows are near-duplicates.
    """
    unit = unit_rows(vectors)
    torn = np.zeros(len(unit), dtype=np.bool_)
    for checked, fixed in ((is_own & is_eval, ~is_eval), (is_own & ~is_eval, ~is_own & is_eval)):
        torn[checked] = find_nearest(unit[checked], unit[fixed]).similarity >= cut
    return torn


def draw_rows(rows: Rows, ids: Sequence[str], size: int = SAMPLE) -> Rows:
    """Return `size` of the rows, those whose ids have the smallest seeded hashes, ascending."""
    if len(rows) <= size:
        return rows
    keys = [(order_by_seed(_SEED, ids[row]), ids[row], row) for row in rows.tolist()]
    return np.array(sorted(row for _, _, row in nsmallest(size, keys)), dtype=np.int64)


def _bound_share(found: int, sampled: int, rows: int) -> float:
    """Return an upper bound, with 95 % confidence, of a share seen in `found` of `sampled` rows."""
    if sampled == rows:
        return found / rows if rows else 0.0
    return float(beta.ppf(_CONFIDENCE, found + 1, sampled - found)) if found < sampled else 1.0
