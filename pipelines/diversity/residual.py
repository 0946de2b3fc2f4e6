"""What a search by clusters overlooks, estimated: a sample of rows meets every kept row."""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from pipelines.diversity.evidence import TOLERANCE, Standing, best_cosines, check_statements, count_near
from pipelines.diversity.pruning import Earlier, Pruning
from pipelines.diversity.similarity import Rows, Vectors, find_nearest, unit_rows
from pipelines.identity import order_by_seed
from pipelines.wording import be

_SAMPLE = 2_000
_SEED = 7
_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Residual:
    """What a sample of kept and one of dropped rows show, each row met with all kept rows.

    Attributes:
        kept: rows kept in the night.
        sampled: of these, rows in the sample; all where it is no larger.
        beside: rows of the sample at or above the cut to another kept row, of this night or before.
        pairs: such pairs, estimated for all kept rows; exact where all are sampled.
        share_at_most: upper bound of the share of kept rows that stand beside another, with 95 %
            (Clopper and Pearson 1934); exact where all are sampled.
        dropped: dropped rows in their sample.
        nearest: of these, rows whose witness is the nearest kept row.
        shortfall: mean of what the others' witnesses lack in cosine to the nearest; 0 = none lacks.
        unseen: of these, rows whose witness is below the cut though a kept row is not.
        without_witness: dropped rows, of all, whose witness is no kept row or not at the cosine stated.
        near_without_witness: rows, of all, called `near_duplicate` whose witness is below the cut.
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
        """Return the share of sampled dropped rows whose witness is the nearest; 1 where none is dropped."""
        return self.nearest / self.dropped if self.dropped else 1.0

    def holds(self, max_share: float) -> bool:
        """Say whether all is as stated, and the share of rows beside another surely no larger."""
        return not (self.without_witness or self.near_without_witness) and self.share_at_most <= max_share

    def tell(self) -> str:
        """Say what the samples show, for the report."""
        return (
            f"search by clusters: {self.beside} of {self.sampled} sampled rows, of {self.kept} kept, "
            f"{be(self.beside, 'stands', 'stand')} at or above the cut to another kept row; "
            f"about {self.pairs:.0f} pairs in all, at most {self.share_at_most:.4%} of the kept rows "
            f"with 95 %; {self.nearest} of {self.dropped} sampled "
            f"dropped rows name the nearest kept row (recall {self.recall:.4f}), the others' witness lies "
            f"{self.shortfall:.4f} below it on average, {self.unseen} overlook a kept row at the cut; of all "
            f"dropped rows {self.without_witness} have no witness as stated, "
            f"{self.near_without_witness} near-duplicates' is below the cut"
        )


def estimate_residual(  # noqa: PLR0913 the last two are rarely given
    vectors: Vectors,
    ids: Sequence[str],
    pruning: Pruning,
    cut: float,
    earlier: Earlier | None = None,
    *,
    size: int = _SAMPLE,
) -> Residual:
    """Estimate what a pruning by clusters left, by products of its own.

    Args:
        vectors: [n, d], as pruned.
        ids: [n]; their seeded hash draws the samples, whatever the order of the rows.
        pruning: the answers about them; every witness is a kept row.
        cut: cosine from which two rows are near-duplicates.
        earlier: kept rows of earlier nights, as given to the pruning.
        size: of each sample, at most.
    """
    rows = Standing.of(vectors, pruning, earlier)
    stated = check_statements(rows, pruning, cut)
    seen = _draw(rows.keepers, ids, size)
    # Each row is at the cut to itself.
    inside = count_near(rows.unit[seen], rows.unit[rows.keepers], cut) - 1
    before = count_near(rows.unit[seen], rows.unit[rows.old], cut)
    beside = int(((inside + before) > 0).sum())
    lost = _draw(rows.dropped, ids, size)
    standing = np.concatenate([rows.keepers, rows.old])
    best = best_cosines(rows.unit[lost], rows.unit[standing])
    cosines = stated.cosines[np.searchsorted(rows.dropped, lost)]
    lack = np.where(best > cosines + TOLERANCE, best - cosines, 0.0)
    return Residual(
        kept=len(rows.keepers),
        sampled=len(seen),
        beside=beside,
        # A pair of the night is met from both its ends.
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
    """Say which rows of the night must leave their side, as a row of the other is at or above the cut.

    What clusters overlook may stand on two sides. An eval row of the night yields to any train row, a
    train row to the eval rows of other nights, which stand. All such pairs are met.

    Args:
        vectors: [n, d] of rows of both sides.
        is_eval: [n]; the others are train's.
        is_own: [n], whether a row is of the night.
        cut: cosine from which two rows are near-duplicates.
    """
    unit = unit_rows(vectors)
    torn = np.zeros(len(unit), dtype=np.bool_)
    for asks, stands in ((is_own & is_eval, ~is_eval), (is_own & ~is_eval, ~is_own & is_eval)):
        torn[asks] = find_nearest(unit[asks], unit[stands]).similarity >= cut
    return torn


def _draw(rows: Rows, ids: Sequence[str], size: int) -> Rows:
    """Return so many of the rows, those of the least seeded hash of their id, ascending."""
    if len(rows) <= size:
        return rows
    keys = [(order_by_seed(_SEED, ids[row]), ids[row], row) for row in rows.tolist()]
    return np.array(sorted(row for _, _, row in nsmallest(size, keys)), dtype=np.int64)


def _bound_share(found: int, sampled: int, rows: int) -> float:
    """Bound a share from above with 95 %, of so many found in the sample."""
    if sampled == rows:
        return found / rows if rows else 0.0
    return float(beta.ppf(_CONFIDENCE, found + 1, sampled - found)) if found < sampled else 1.0
