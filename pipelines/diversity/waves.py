"""The rule of pruning in waves: rows against the leaders of earlier waves, then one another.

A wave is the next rows in visiting order. They are compared with the leaders of the waves before,
in any parts; what is left is decided by `continue_leaders` among the wave's own rows. The answer is
that of one wave of all rows, whatever the waves and parts are. No pair is ever stored: a row
carries its nearest leader only, so a thousand near-equal rows cost one leader.

Five rows on the unit circle, at 0, 10, 90, 100 and 5 degrees, and waves of two: row 1 falls to row
0 in the first wave, row 3 to row 2 in the second, and row 4 is near row 0.

>>> from pipelines.diversity.similarity import unit_rows
>>> angles = np.radians([0, 10, 90, 100, 5])
>>> unit = unit_rows(np.column_stack([np.cos(angles), np.sin(angles)]))
>>> cut_ranges(5, 2)
[(0, 2), (2, 4), (4, 5)]
>>> first = decide_wave(unit[0:2], 0.95, no_leader(2))
>>> first.leads.tolist()
[True, False]
>>> nearest = no_leader(1)
>>> compare_with_leaders(unit[4:5], nearest, [(np.array([0]), unit[0:1])])
>>> nearest.row.tolist(), decide_wave(unit[4:5], 0.95, nearest).leads.tolist()
([0], [False])

Source: contract section 5; the sequential greedy rule in parallel steps (Blelloch, Fineman and
Shun, arXiv 1202.3205).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.leaders import Leaders, continue_leaders
from pipelines.diversity.similarity import (
    Cosines,
    Nearest,
    Rows,
    Vectors,
    continue_nearest,
    make_pool,
)
from pipelines.diversity.witnesses import Answers

LeaderPart = tuple[Rows, Vectors]
"""Some leaders: [l] of their numbers among the distinct rows, ascending, and their [l, d] rows."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A wave that is decided, [m] each.

    Attributes:
        leads: whether a row leads.
        closest: a leader's greatest cosine to a leader visited before it, or to a kept row of an
            earlier night; -inf = there is none, NaN = the row does not lead.
    """

    leads: NDArray[np.bool_]
    closest: Cosines


def cut_ranges(rows: int, size: int) -> list[tuple[int, int]]:
    """Return start and stop of parts of so many rows, the last one of what is left."""
    return [(start, min(start + size, rows)) for start in range(0, rows, size)]


def no_leader(rows: int) -> Nearest:
    """Return the state of rows that have been compared with no leader."""
    return Nearest(np.full(rows, -1, dtype=np.int64), np.full(rows, -np.inf))


def compare_with_leaders(unit: Vectors, found: Nearest, parts: Iterable[LeaderPart]) -> None:
    """Update `found` where a leader is nearer; of equally near ones the first counts.

    Args:
        unit: [m, d] of unit rows.
        found: [m], their nearest so far; row -1 with a cosine = a row of an earlier night.
        parts: all of them leaders that are visited before the rows, in their order.
    """
    queries = make_pool(unit)
    for numbers, leaders in parts:
        continue_nearest(queries, make_pool(leaders), numbers, found)


def join_found(found: Sequence[Nearest]) -> Nearest:
    """Return the nearest of what several tasks have found for the same rows.

    Of equally near ones a row of an earlier night (-1) counts, then the leader visited first.
    """
    row, similarity = found[0].row.copy(), found[0].similarity.copy()
    for other in found[1:]:
        is_tie = (other.similarity == similarity) & (other.row < row)
        nearer = (other.similarity > similarity) | is_tie
        row[nearer], similarity[nearer] = other.row[nearer], other.similarity[nearer]
    return Nearest(row, similarity)


def decide_wave(unit: Vectors, cut: float, nearest: Nearest) -> Decided:
    """Say which rows of a wave lead.

    Args:
        unit: [m, d] of unit rows, in visiting order.
        cut: the cosine from which two rows are near-duplicates.
        nearest: [m], their nearest leader of earlier waves or row of an earlier night.
    """
    decided = Decided(np.zeros(len(unit), dtype=np.bool_), np.full(len(unit), np.nan))
    free = np.flatnonzero(nearest.similarity < cut)
    state = Leaders(
        leads=np.zeros(len(free), dtype=np.bool_),
        closest=np.full(len(free), np.nan),
        nearest=np.full(len(free), -1, dtype=np.int64),
        cosine=nearest.similarity[free],
    )
    found = continue_leaders(make_pool(unit[free]), cut, state)
    decided.leads[free], decided.closest[free] = found.leads, found.closest
    return decided


def compare_with_keepers(
    unit: Vectors,
    numbers: Rows,
    kept: NDArray[np.bool_],
    found: Nearest,
    parts: Iterable[LeaderPart],
) -> None:
    """Update `found` by the kept rows: a dropped row's is any of them, a kept one's is before it.

    Args:
        unit: [m, d] of unit rows.
        numbers: [m], ascending, of the rows among the distinct ones.
        kept: [m].
        found: [m], as in `compare_with_leaders`.
        parts: the rows that are kept, in order.
    """
    dropped, keepers = np.flatnonzero(~kept), np.flatnonzero(kept)
    pool = make_pool(unit)
    theirs, own = (Nearest(found.row[k], found.similarity[k]) for k in (dropped, keepers))
    for names, rows in parts:
        part = make_pool(rows)
        continue_nearest(pool.take(dropped), part, names, theirs)
        before = np.searchsorted(names, numbers[keepers])
        if before.any():
            continue_nearest(pool.take(keepers), part, names, own, before)
    for who, near in ((dropped, theirs), (keepers, own)):
        found.row[who], found.similarity[who] = near.row, near.similarity


def answer_rows(
    kept: NDArray[np.bool_], nearest: Nearest, closest: Cosines, before: Rows
) -> Answers:
    """Return the answers about distinct rows, as `find_witnesses` does.

    Args:
        kept: [u].
        nearest: [u], of a dropped row its witness; -1 = the kept row of an earlier night, or none.
        closest: [u], of a kept row the cosine to the nearest kept row before it; -inf = none.
        before: [u], the number of that kept row of an earlier night; -1 = none.
    """
    near = np.where(kept, closest, nearest.similarity)
    return Answers(
        kept=kept,
        witness=np.where(kept, -1, np.where(nearest.row < 0, before, nearest.row)),
        similarity=np.where(kept, np.nan, nearest.similarity),
        novelty=np.where(np.isneginf(near), 1.0, 1.0 - near),
    )
