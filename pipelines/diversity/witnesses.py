"""Witnesses: for each dropped row the kept row nearest to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.leaders import Leaders
from pipelines.diversity.similarity import Cosines, Nearest, Pool, Rows, find_nearest


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of each row, [n] each.

    Attributes:
        kept: whether the row stays.
        witness: row number of the witness (n + k = earlier row k, -1 = no witness).
        similarity: cosine to the witness; NaN for a kept row, -inf where there is no witness.
        novelty: 1 - cosine to the nearest kept row that was visited before; for a dropped row, to
            its witness. 1 where there is no such row.
    """

    kept: NDArray[np.bool_]
    witness: Rows
    similarity: Cosines
    novelty: Cosines

    @classmethod
    def empty(cls, rows: int) -> "Answers":
        """Return room for the answers about so many rows."""
        no_witness = np.full(rows, -1, dtype=np.int64)
        return cls(np.zeros(rows, dtype=np.bool_), no_witness, np.full(rows, np.nan), np.ones(rows))


def find_linked(
    row: Rows, keeper: Rows, similarity: Cosines, kept: NDArray[np.bool_], first: int = 0
) -> Nearest:
    """Find for each row the nearest of the kept rows to which it is linked; of equals the first.

    A row is linked to every leader from some cosine on (`coverage.link_neighbours`). So where one
    of those is kept, no other kept row is nearer, and none need be searched. For a kept row only
    those visited before it count.

    Row 0 is dropped and linked to kept rows 1 and 2. Row 2 is linked to row 1, before it, but row 1
    only to itself and to row 2.

    >>> row, keeper = np.array([0, 0, 1, 1, 2, 2]), np.array([1, 2, 1, 2, 1, 2])
    >>> cosines = np.array([0.9, 0.7, 1.0, 0.8, 0.8, 1.0])
    >>> found = find_linked(row, keeper, cosines, np.array([False, True, True]))
    >>> found.row.tolist(), found.similarity.tolist()
    ([1, -1, 1], [0.9, -inf, 0.8])

    Args:
        row: [k], of each link.
        keeper: [k], the kept row that it is linked to.
        similarity: [k], their cosine.
        kept: [n], whether each row is kept.
        first: the number of the first of the [n] rows.

    Returns:
        [n] of kept rows' numbers and cosines; -1 and -inf where no link counts.
    """
    counts = ~kept[row - first] | (keeper < row)
    place, keeper, similarity = row[counts] - first, keeper[counts], similarity[counts]
    best = np.full(len(kept), -np.inf)
    np.maximum.at(best, place, similarity)
    is_best = similarity == best[place]
    none = np.iinfo(np.int64).max
    nearest = np.full(len(kept), none)
    np.minimum.at(nearest, place[is_best], keeper[is_best])
    return Nearest(np.where(nearest == none, -1, nearest), best)


def find_witnesses(rows: Pool, kept: Leaders, searched: NDArray[np.bool_] | None = None) -> Answers:
    """Find for each dropped row the kept row nearest to it.

    Five rows on the unit circle, at 0, 10, 90, 100 and 5 degrees; those at 0 and 90 degrees lead,
    and the other three are dropped, each with the nearer leader as witness.

    >>> from pipelines.diversity.leaders import find_leaders
    >>> from pipelines.diversity.similarity import make_pool, unit_rows
    >>> angles = np.radians([0, 10, 90, 100, 5])
    >>> rows = make_pool(unit_rows(np.column_stack([np.cos(angles), np.sin(angles)])))
    >>> answers = find_witnesses(rows, find_leaders(rows, 0.95, rows.part(0, 0)))
    >>> answers.kept.tolist(), answers.witness.tolist()
    ([True, False, True, False, False], [-1, 0, -1, 2, 0])
    >>> answers.similarity.round(3).tolist()
    [nan, 0.985, nan, 0.985, 0.996]

    Of equally near ones a row of an earlier night counts, then the one visited first. Where rows
    are searched by clusters, a leader that was met on the way counts too: it may lie in another
    cluster.

    Args:
        rows: [n].
        kept: which of them stay, and the nearest kept rows that are known already.
        searched: [n], the rows whose nearest kept row is not known yet; None = all dropped ones.
    """
    keepers, dropped = np.flatnonzero(kept.leads), ~kept.leads
    witness = np.where(dropped, kept.nearest, -1)
    similarity = np.where(dropped, kept.cosine, np.nan)
    wanted = np.flatnonzero(dropped if searched is None else dropped & searched)
    found = find_nearest(rows.take(wanted), rows.take(keepers))
    other = np.append(keepers, -1)[found.row]
    known, cosine = witness[wanted], similarity[wanted]
    is_first = np.where(known >= len(rows), -1, known) <= other
    is_known = (cosine > found.similarity) | ((cosine == found.similarity) & is_first)
    witness[wanted] = np.where(is_known, known, other)
    similarity[wanted] = np.where(is_known, cosine, found.similarity)
    closest = np.where(kept.leads, kept.closest, similarity)
    return Answers(
        kept.leads, witness, similarity, np.where(np.isneginf(closest), 1.0, 1.0 - closest)
    )


def answer_copies(answers: Answers, unique: Rows, first: Rows) -> Answers:
    """Extend answers about distinct rows [u] to all visited rows [n].

    A copy of a kept row has that row as its witness; a copy of a dropped row shares its witness.

    Args:
        answers: [u].
        unique: [u], the numbers of the distinct rows among all.
        first: [n], for each row the first row that equals it.
    """
    slot = np.searchsorted(unique, first)
    rows = len(first)
    own = answers.witness[slot]
    numbers = np.where(
        own < len(unique), unique[np.minimum(own, len(unique) - 1)], own - len(unique) + rows
    )
    copy = (first != np.arange(rows)) & answers.kept[slot]
    return Answers(
        kept=answers.kept[slot] & ~copy,
        witness=np.where(copy, first, np.where(own < 0, -1, numbers)),
        similarity=np.where(copy, 1.0, answers.similarity[slot]),
        novelty=np.where(copy, 0.0, answers.novelty[slot]),
    )


def restore_input_order(answers: Answers, order: Rows) -> Answers:
    """Move answers from visiting order to input order: row `order[k]` was visited as number k."""
    place = np.argsort(order)
    visited = answers.witness[place]
    rows = len(order)
    witness = np.where(
        (visited >= 0) & (visited < rows), order[np.clip(visited, 0, rows - 1)], visited
    )
    return Answers(answers.kept[place], witness, answers.similarity[place], answers.novelty[place])
