"""What pruning is given and gives: groups of vectors, kept rows of earlier nights, an answer per row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.similarity import Cosines, Rows, Vectors
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
        clusters: the cluster of each, whose ids go on; None = the night founds its own clusters.
    """

    ids: Sequence[str]
    ds: Sequence[str]
    vectors: Vectors
    clusters: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with vectors of one model: they are compared with one another, and with no other rows.

    Attributes:
        rows: [k], numbers of the rows.
        vectors: [k, d] float32, no zero vector.
        cut: cosine from which two of them are near-duplicates.
        earlier: kept rows of earlier nights with vectors of this model.
    """

    rows: Rows
    vectors: Vectors
    cut: float
    earlier: Earlier | None = None

    @property
    def past(self) -> Earlier:
        """The kept rows of earlier nights, empty where there are none."""
        return self.earlier or Earlier(
            [], [], np.empty((0, self.vectors.shape[1]), dtype=np.float32)
        )


@dataclass(frozen=True, slots=True)
class PruneResult:
    """The answer about every row, [n] each, in input order.

    Attributes:
        kept: whether the row stays.
        reason: `leader` (kept), `near_duplicate` or `budget`.
        witness: row number of the kept row nearest to a dropped one; -1 for a kept row, and where no row
            of the same model is kept. Numbers from n on are rows of `Earlier`, minus n, those of the first
            group before those of the second.
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
    faults = [
        f"id: {format_count(count, 'id')} {be(count, 'repeats', 'repeat')}, first {first}"
        for count, first in _repeated(ids)
    ]
    for group in groups:
        own, past = [ids[row] for row in group.rows.tolist()], group.past
        named = (
            ("embedding", group.vectors, own),
            ("embedding of earlier nights", past.vectors, past.ids),
        )
        for column, rows, names in named:
            if rows.ndim != 2 or len(rows) != len(names):  # noqa: PLR2004 rows and columns
                faults.append(
                    f"{column}: an array of shape {rows.shape} for {format_count(len(names), 'id')}"
                )
            elif rows.shape[1] != (wanted := group.vectors.shape[1]):
                faults.append(
                    f"{column}: vectors of length {rows.shape[1]}, those of this night have {wanted}"
                )
            elif not (good := np.isfinite(rows).all(axis=1) & rows.any(axis=1)).all():
                bad = sorted(names[k] for k in np.flatnonzero(~good).tolist())
                said = f"{format_count(len(bad), 'vector')} {be(len(bad))} zero or not finite"
                faults.append(f"{column}: {said}, first {bad[:5]}")
    if faults:
        raise InputError(*faults)
    if sorted(row for group in groups for row in group.rows.tolist()) != list(range(len(ids))):
        message = "each row must be in exactly one group"
        raise ValueError(message)


def _repeated(ids: Sequence[str]) -> list[tuple[int, list[str]]]:
    again = sorted(name for name, times in Counter(ids).items() if times > 1)
    return [(len(again), again[:5])] if again else []
