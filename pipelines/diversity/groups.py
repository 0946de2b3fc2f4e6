"""Input and output of pruning: groups of vectors, earlier kept rows, and an answer per row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.clustering import Centroids
from pipelines.diversity.similarity import Cosines, Rows, Vectors, find_nearest, unit_rows
from pipelines.errors import InputError
from pipelines.outcomes import Reason
from pipelines.wording import be, format_count


@dataclass(frozen=True, slots=True)
class Earlier:
    """Kept rows of earlier nights, [m] each.

    Attributes:
        ids: of the rows.
        ds: the night of each.
        vectors: [m, d].
        clusters: the cluster of each, which the night continues; None = it founds its own.
    """

    ids: Sequence[str]
    ds: Sequence[str]
    vectors: Vectors
    clusters: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """The kept row of an earlier night that each of [k] rows is nearest to.

    Attributes:
        ids, ds: [m], of kept rows of earlier nights, those at least that a row is nearest to.
        row: [k], which of these; -1 = there is none.
        similarity: [k], the cosine to it; -inf = there is none.
    """

    ids: Sequence[str]
    ds: Sequence[str]
    row: Rows
    similarity: Cosines

    @classmethod
    def find(cls, vectors: Vectors, earlier: Earlier | None) -> "Before":
        """Compare [k, d] rows with all kept rows of earlier nights; of equals take the first."""
        if earlier is None or not len(earlier.ids):
            return cls([], [], np.full(len(vectors), -1), np.full(len(vectors), -np.inf))
        near = find_nearest(unit_rows(vectors), unit_rows(earlier.vectors))
        return cls(earlier.ids, earlier.ds, near.row, near.similarity)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with vectors of one model: they are compared with one another, and with no other rows.

    Attributes:
        rows: [k], numbers of the rows.
        vectors: [k, d] float32, no zero vector.
        cut: cosine from which two of them are near-duplicates.
        before: the kept rows of earlier nights nearest to them; None = there are none.
        known: the clusters of earlier nights, which the night continues; None = it founds its own.
    """

    rows: Rows
    vectors: Vectors
    cut: float
    before: Before | None = None
    known: Centroids | None = None

    @classmethod
    def against(cls, rows: Rows, vectors: Vectors, cut: float, earlier: Earlier | None) -> "Group":
        """Compare rows with kept rows of earlier nights, and return their group.

        Raises:
            InputError: a vector of an earlier night is zero, not finite or of another length.
        """
        if earlier is None:
            return cls(rows, vectors, cut)
        wanted = vectors.shape[1] if vectors.ndim == 2 else None  # noqa: PLR2004 rows and columns
        column = "embedding of earlier nights"
        if faults := find_faults(column, earlier.vectors, earlier.ids, wanted):
            raise InputError(*faults)
        names = earlier.clusters or [""] * len(earlier.ids)
        known = Centroids.of(names, earlier.vectors)
        return cls(rows, vectors, cut, Before.find(vectors, earlier), known)

    @property
    def past(self) -> Before:
        """The kept rows of earlier nights nearest to the group's; empty where there are none."""
        return self.before or Before.find(self.vectors, None)


@dataclass(frozen=True, slots=True)
class PruneResult:
    """The answer about every row, [n] each, in input order.

    Attributes:
        kept: whether the row stays.
        reason: `leader` (kept), `near_duplicate` or `budget`.
        witness: row number of the kept row nearest to a dropped one; -1 for a kept row, and where
            no row of the same model is kept. Numbers from n on are rows of `Before`, minus n, those
            of the first group before those of the second.
        witness_id: its id; None where there is no witness.
        witness_ds: its night; None where it is a row of this night or there is no witness.
        similarity: cosine to the witness; NaN where there is no witness.
        novelty: 1 - cosine to the nearest kept row visited earlier (1 for the first row);
            1 - similarity for a dropped row (1 where it has no witness).
        cluster_id: name of the group the row belongs to; decides nothing.
    """

    kept: NDArray[np.bool_]
    reason: list[Reason]
    witness: Rows
    witness_id: list[str | None]
    witness_ds: list[str | None]
    similarity: Cosines
    novelty: Cosines
    cluster_id: list[str]


def check_groups(groups: Sequence[Group], ids: Sequence[str]) -> None:
    """Raise one error that names every repeated id and every vector that has no cosine.

    Raises:
        InputError: with column, count and first ids of each fault.
        ValueError: a row is in no group, or in several.
    """
    faults = find_repeats(ids)
    for group in groups:
        own = [ids[row] for row in group.rows.tolist()]
        faults += find_faults("embedding", group.vectors, own)
    if faults:
        raise InputError(*faults)
    if sorted(row for group in groups for row in group.rows.tolist()) != list(range(len(ids))):
        message = "each row must be in exactly one group"
        raise ValueError(message)


def find_faults(
    column: str, vectors: Vectors, ids: Sequence[str], wanted: int | None = None
) -> list[str]:
    """Describe what is wrong with [n, d] vectors, one line for each fault.

    Args:
        column: that holds them.
        vectors: the vectors.
        ids: [n].
        wanted: the length that they must have; None = any.
    """
    if vectors.ndim != 2 or len(vectors) != len(ids):  # noqa: PLR2004 rows and columns
        return [f"{column}: an array of shape {vectors.shape} for {format_count(len(ids), 'id')}"]
    if wanted not in {None, vectors.shape[1]}:
        return [
            f"{column}: vectors of length {vectors.shape[1]}, those of this night have {wanted}"
        ]
    if (good := np.isfinite(vectors).all(axis=1) & vectors.any(axis=1)).all():
        return []
    return [describe_faulty(column, [ids[k] for k in np.flatnonzero(~good).tolist()])]


def describe_faulty(column: str, ids: Sequence[str]) -> str:
    """Say which vectors, of one row at least, have no cosine."""
    problem = f"{format_count(len(ids), 'vector')} {be(len(ids))} zero or not finite"
    return f"{column}: {problem}, first {sorted(ids)[:5]}"


def find_repeats(ids: Sequence[str]) -> list[str]:
    """Describe the ids that repeat, in one line; none where none does."""
    again = sorted(name for name, times in Counter(ids).items() if times > 1)
    if not again:
        return []
    count = len(again)
    return [f"id: {format_count(count, 'id')} {be(count, 'repeats', 'repeat')}, first {again[:5]}"]
