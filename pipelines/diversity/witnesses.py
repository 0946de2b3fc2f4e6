"""Who stands for a dropped row: the kept row nearest to it, said of visited rows and of their copies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.leaders import Leaders
from pipelines.diversity.similarity import Cosines, Pool, Rows, find_nearest


@dataclass(frozen=True, slots=True)
class Answers:
    """Per row [n]: kept; number of the witness (n + k = earlier row k, -1 = none), its cosine, novelty."""

    kept: NDArray[np.bool_]
    witness: Rows
    similarity: Cosines
    novelty: Cosines

    @classmethod
    def empty(cls, rows: int) -> "Answers":
        """Return room for the answers about so many rows."""
        nobody = np.full(rows, -1, dtype=np.int64)
        return cls(np.zeros(rows, dtype=np.bool_), nobody, np.full(rows, np.nan), np.ones(rows))


def find_witnesses(rows: Pool, kept: Leaders) -> Answers:
    """Find the kept row nearest to each dropped one; novelty of the kept ones is known.

    A dropped row has met some keepers; those it has not are the last ones, so both are turned round
    and the search sees a growing beginning of the keepers.
    """
    keepers, dropped = np.flatnonzero(kept.leads)[::-1], np.flatnonzero(~kept.leads)[::-1]
    limits = len(keepers) - kept.unmet[dropped]
    found = find_nearest(rows.take(dropped), rows.take(keepers), limits)
    is_met = kept.cosine[dropped] >= found.similarity
    witness = np.full(len(rows), -1, dtype=np.int64)
    similarity = np.full(len(rows), np.nan)
    witness[dropped] = np.where(is_met, kept.met[dropped], np.append(keepers, -1)[found.row])
    similarity[dropped] = np.where(is_met, kept.cosine[dropped], found.similarity)
    closest = np.where(kept.leads, kept.closest, similarity)
    return Answers(kept.leads, witness, similarity, np.where(np.isneginf(closest), 1.0, 1.0 - closest))


def spread(answers: Answers, unique: Rows, first: Rows) -> Answers:
    """Answer for every row from the answers about the first of each group of equals.

    A copy of a kept row has it as witness; a copy of a dropped row shares its witness.
    """
    slot = np.searchsorted(unique, first)
    rows = len(first)
    own = answers.witness[slot]
    numbers = np.where(own < len(unique), unique[np.minimum(own, len(unique) - 1)], own - len(unique) + rows)
    copy = (first != np.arange(rows)) & answers.kept[slot]
    return Answers(
        kept=answers.kept[slot] & ~copy,
        witness=np.where(copy, first, np.where(own < 0, -1, numbers)),
        similarity=np.where(copy, 1.0, answers.similarity[slot]),
        novelty=np.where(copy, 0.0, answers.novelty[slot]),
    )


def to_input_order(answers: Answers, order: Rows) -> Answers:
    """Move answers about visited rows back: row `order[k]` was visited as number k."""
    place = np.argsort(order)
    visited = answers.witness[place]
    rows = len(order)
    witness = np.where((visited >= 0) & (visited < rows), order[np.clip(visited, 0, rows - 1)], visited)
    return Answers(answers.kept[place], witness, answers.similarity[place], answers.novelty[place])
