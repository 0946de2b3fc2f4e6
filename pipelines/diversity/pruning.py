"""Near-duplicate pruning, exact for the rule of contract section 5: leaders, budget, witness, novelty."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pipelines.diversity.clustering import continue_clusters
from pipelines.diversity.coverage import Demand, Wishes, rank_by_coverage
from pipelines.diversity.guests import join_clusters
from pipelines.diversity.similarity import (
    Cosines,
    Nearest,
    Pool,
    Rows,
    Vectors,
    exact_products,
    find_nearest,
    make_pool,
    make_room,
    unit_rows,
)
from pipelines.errors import InputError
from pipelines.outcomes import Reason
from pipelines.settings import Section

# Rows decided together: their float64 products among themselves take half a MB.
_LEADER_BLOCK = 256
# Blocks that meet the leaders before them at once where these are searched by clusters. A smaller span
# leaves each cluster a handful of queries; a larger one meets more pairs.
_SPAN_BLOCKS = 64


class PruneSettings(Section):
    """How much to keep and what is near. Source: CharacterFlywheel §2.2.1, Phase II."""

    retain: Annotated[float, Field(gt=0, le=1)] = 0.8  # share of the rows that may stay, at most
    cut: Annotated[float, Field(gt=0, le=1)] = 0.95  # cosine from which two rows are near-duplicates
    # Under the budget a leader's gain in coverage is multiplied by 1 + weight x its rank by priority
    # (1 = first, 0 = last): 0 is coverage alone, 1 lets the first row win against twice its gain.
    priority_weight: Annotated[float, Field(ge=0)] = 0.0
    keep_at_least: Annotated[int, Field(ge=0)] = 0  # rows of each stratum that the budget may not take
    # Nights before this one whose kept rows count as leaders; null = all.
    window_nights: Annotated[int | None, Field(ge=1)] = None
    # Rows, kept ones of earlier nights included, up to which every pair is met and the rule holds
    # exactly. Above, a row meets the rows of its own cluster and of the `guests` nearest clusters, and
    # the gate states what is left from a sample. The cost of a pair is a machine's: `python
    # tests/bench/pruning.py crossover` measures it and prints the rows that fit into a given time. It is
    # rows and no time here, so that a night's answer never depends on how busy its machine was. On one
    # core with AVX512-VNNI a pair costs 2 ns, 2,000,000 rows 2.3 hours. jobs/prune.py meets all pairs.
    exact_up_to: Annotated[int, Field(ge=1)] = 2_000_000
    guests: Annotated[int, Field(ge=1)] = 8

    def narrow(self) -> "PruneSettings":
        """Return these settings without what a section that extends them adds: all that a kernel is sent."""
        return PruneSettings(**{name: getattr(self, name) for name in PruneSettings.model_fields})

    def is_exact(self, rows: int, earlier: int) -> bool:
        """Say whether every pair is met, of so many rows of the night and kept ones before it."""
        return rows + earlier <= self.exact_up_to


@dataclass(frozen=True, slots=True)
class Earlier:
    """Kept rows of earlier nights, [m] each.

    Attributes:
        ids: of the rows.
        ds: the night of each.
        vectors: [m, d].
        clusters: the cluster of each, whose ids go on; null = the night has clusters of its own.
    """

    ids: Sequence[str]
    ds: Sequence[str]
    vectors: Vectors
    clusters: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Pruning:
    """The answer about every row, [n] each, in input order.

    Attributes:
        kept: whether the row stays.
        reason: `leader` (kept), `near_duplicate` or `budget`.
        witness: row number of the kept row nearest to a dropped one; -1 for a kept row. Numbers
            from n on are rows of `Earlier`, minus n.
        witness_id: its id; null for a kept row.
        witness_ds: its night; null where it is a row of this night and for a kept row.
        similarity: cosine to the witness; null (NaN) for a kept row.
        novelty: 1 - cosine to the nearest kept row visited earlier (1 for the first row);
            1 - similarity for a dropped row.
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


def prune(  # noqa: PLR0913 the last two are rarely given
    vectors: Vectors,
    ids: Sequence[str],
    priority: Cosines,
    settings: PruneSettings,
    earlier: Earlier | None = None,
    *,
    strata: Sequence[str | None] | None = None,
) -> Pruning:
    """Keep the leaders that fit the budget; name for every other row the kept row nearest to it.

    Rows are visited by priority, then id. A row leads unless an earlier leader, or a kept row of
    an earlier night, is at or above the cut. If more leaders remain than the budget allows, those
    go that add least to what the others cover. The answer does not depend on the order of the rows.

    Args:
        vectors: [n, d] float32, none zero.
        ids: [n], distinct.
        priority: [n]; NaN comes last.
        settings: budget and cut.
        earlier: kept rows of earlier nights; they count as leaders visited first.
        strata: [n], the value of each row for which `keep_at_least` rows stay, or all its leaders
            where it has fewer; null is a value of its own.

    Raises:
        InputError: ids repeat, a vector is zero, not finite or of another length, or the budget is
            smaller than what the strata need.

    Source: contract section 5; CharacterFlywheel §2.2.1, Phase II.
    """
    past = earlier or Earlier([], [], np.empty((0, vectors.shape[1]), dtype=np.float32))
    check_rows(vectors, ids, past)
    order = visit_order(ids, priority)
    unit, old = unit_rows(vectors[order]), unit_rows(past.vectors)
    first = _first_of_equals(unit)
    unique, copies = np.unique(first, return_counts=True)
    pool, past_pool = make_pool(unit[unique]), make_pool(old)
    if not settings.is_exact(len(ids), len(past.ids)):
        pool, past_pool = join_clusters(pool, past_pool, settings.guests)
    found = find_leaders(pool, settings.cut, past_pool)
    visited = order[unique]
    of_rows = None if strata is None else [strata[row] for row in visited.tolist()]
    wishes = _wish(found, priority[visited], of_rows, settings)
    allowed = count_allowed(settings.retain, len(ids))
    leaders = _apply_budget(pool, found, Demand(copies.astype(np.float64), wishes), past_pool, allowed)
    answers = _spread(_find_witnesses(pool, leaders), unique, first)
    return _name_witnesses(_to_input_order(answers, order), vectors, ids, past, settings.cut)


def check_rows(vectors: Vectors, ids: Sequence[str], earlier: Earlier) -> None:
    """Raise one error that names every repeated id and every vector that has no cosine.

    Raises:
        InputError: with column, count and first ids of each fault.
    """
    faults = [f"id: {count} ids repeat, first {first}" for count, first in _repeated(ids)]
    named = (("embedding", vectors, ids), ("embedding of earlier nights", earlier.vectors, earlier.ids))
    for column, rows, names in named:
        if rows.ndim != 2 or len(rows) != len(names):  # noqa: PLR2004 rows and columns
            faults.append(f"{column}: shape {rows.shape} for {len(names)} ids")
        elif rows.shape[1] != vectors.shape[1]:
            faults.append(f"{column}: length {rows.shape[1]}, the rows of this night have {vectors.shape[1]}")
        elif not (good := np.isfinite(rows).all(axis=1) & rows.any(axis=1)).all():
            bad = sorted(names[k] for k in np.flatnonzero(~good).tolist())
            faults.append(f"{column}: {len(bad)} vectors are zero or not finite, first {bad[:5]}")
    if faults:
        raise InputError(*faults)


def visit_order(ids: Sequence[str], priority: Cosines) -> Rows:
    """Return row numbers in visiting order: priority high first, NaN last, then id as a string."""
    key = np.where(np.isnan(priority), np.inf, -priority)
    missing = np.isnan(priority)
    by_id = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    return by_id[np.lexsort((key[by_id], missing[by_id]))]


def count_allowed(retain: float, rows: int) -> int:
    """Return round(retain x rows), the decimal exact, halves to even; at least one where there is any."""
    return min(rows, max(1, round(Fraction(str(retain)) * rows)))


@dataclass(frozen=True, slots=True)
class Leaders:
    """Who leads or stays, [n] each, and what the search for them has seen already.

    Attributes:
        leads: whether a row does.
        closest: a leader's greatest cosine to one before it; -inf = none, NaN = no leader.
        met: row number of the nearest leader met so far (n + k = earlier row k, -1 = none).
        cosine: to that one.
        unmet: the first leader, counted in visiting order, that a row has not met.
    """

    leads: NDArray[np.bool_]
    closest: Cosines
    met: Rows
    cosine: Cosines
    unmet: Rows


def find_leaders(rows: Pool, cut: float, earlier: Pool) -> Leaders:
    """Say which rows of [n, d], visited in order, are below the cut from all earlier leaders.

    Equal to the sequential rule: a block meets the leaders found so far at once, then its own
    rows one after the other. Where rows have clusters, a span of blocks meets the leaders before it
    in its rows' clusters, and all the leaders of its own.
    """
    found = _meet(rows, earlier)
    leaders, numbers = make_room(rows), np.empty(0, dtype=np.int64)
    span = _SPAN_BLOCKS * _LEADER_BLOCK
    before = 0  # leaders that stand before the span
    for start in range(0, len(rows), _LEADER_BLOCK):
        if rows.clusters is not None and start % span == 0:
            before = len(numbers)
            near = find_nearest(rows.part(start, start + span), leaders.part(0, before))
            _note(found, start, near, numbers)
        block = rows.part(start, start + _LEADER_BLOCK)
        part = slice(start, start + len(block))
        near = find_nearest(block.whole(), leaders.part(before, len(numbers)).whole())
        _note(found, start, near, numbers[before:])
        found.unmet[part] = len(numbers)
        free = np.flatnonzero(found.cosine[part] < cut)
        among = exact_products(block.unit[free], block.unit[free])
        chosen = np.flatnonzero(_lead_among(among >= cut))
        own = free[chosen]
        inside = np.where(np.tri(len(own), k=-1, dtype=np.bool_), among[np.ix_(chosen, chosen)], -np.inf)
        found.leads[start + own] = True
        found.closest[start + own] = np.maximum(
            found.cosine[start + own], inside.max(axis=1, initial=-np.inf)
        )
        leaders.put(len(numbers), block.take(own))
        numbers = np.concatenate([numbers, start + own])
    return found


def _note(found: Leaders, start: int, near: Nearest, numbers: Rows) -> None:
    """Write down what the rows from `start` on have met: `near` counts in leaders, `numbers` are theirs."""
    part = slice(start, start + len(near.row))
    nearer = near.similarity > found.cosine[part]
    found.met[part][nearer] = numbers[near.row[nearer]]
    found.cosine[part] = np.maximum(found.cosine[part], near.similarity)


def _meet(rows: Pool, earlier: Pool) -> Leaders:
    """Return the state in which rows have met the rows of earlier nights alone."""
    past = find_nearest(rows, earlier)
    met = np.where(past.row < 0, -1, len(rows) + past.row)
    nobody = np.zeros(len(rows), dtype=np.bool_)
    unmet = np.zeros(len(rows), dtype=np.int64)
    return Leaders(nobody, np.full(len(rows), np.nan), met, past.similarity, unmet)


@dataclass(frozen=True, slots=True)
class _Answers:
    """Per row [n]: kept; number of the witness (n + k = earlier row k, -1 = none), its cosine, novelty."""

    kept: NDArray[np.bool_]
    witness: Rows
    similarity: Cosines
    novelty: Cosines


def _repeated(ids: Sequence[str]) -> list[tuple[int, list[str]]]:
    again = sorted(name for name, times in Counter(ids).items() if times > 1)
    return [(len(again), again[:5])] if again else []


def _first_of_equals(unit: Vectors) -> Rows:
    """Return for each row the number of the first row with the same bytes: [n]."""
    seen: dict[bytes, int] = {}
    return np.array(
        [seen.setdefault(row.tobytes(), number) for number, row in enumerate(unit)], dtype=np.int64
    )


def _lead_among(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Apply the greedy rule to the rows of a square matrix that says who is near whom."""
    leads = np.ones(len(near), dtype=np.bool_)
    for row in np.flatnonzero(near.sum(axis=1) > 1):  # each row is near itself
        if leads[row]:
            leads[row + 1 :] &= ~near[row, row + 1 :]
    return leads


def _wish(
    found: Leaders, priority: Cosines, strata: list[str | None] | None, settings: PruneSettings
) -> Wishes:
    """Say what speaks for each leader beside coverage: its rank by priority, the need of its stratum."""
    leaders = np.flatnonzero(found.leads)
    _, rank = np.unique(np.nan_to_num(priority[leaders], nan=-np.inf), return_inverse=True)
    appeal = 1.0 + settings.priority_weight * rank / max(1, int(rank.max(initial=0)))
    if strata is None or not settings.keep_at_least:
        return Wishes(appeal, np.full(len(leaders), -1), np.empty(0, dtype=np.int64))
    number = {value: k for k, value in enumerate(dict.fromkeys(strata))}
    need = np.array([number[strata[row]] for row in leaders.tolist()], dtype=np.int64)
    return Wishes(appeal, need, np.full(len(number), settings.keep_at_least, dtype=np.int64))


def _apply_budget(rows: Pool, found: Leaders, demand: Demand, old: Pool, allowed: int) -> Leaders:
    """Keep all leaders, or as many as allowed: those that cover best what earlier nights do not."""
    leaders = np.flatnonzero(found.leads)
    if len(leaders) <= allowed:
        return found
    if (needed := demand.wishes.count()) > allowed:
        message = f"pruning.keep_at_least needs {needed} rows, pruning.retain allows {allowed}; lower one"
        raise InputError(message)
    kept = _meet(rows, old)
    keepers = np.sort(rank_by_coverage(rows, leaders, kept.cosine, allowed, demand))
    chosen = rows.take(keepers)
    before = find_nearest(chosen, chosen, np.arange(len(keepers)))
    kept.leads[keepers] = True
    kept.closest[keepers] = np.maximum(before.similarity, kept.cosine[keepers])
    return kept


def _find_witnesses(rows: Pool, kept: Leaders) -> _Answers:
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
    return _Answers(kept.leads, witness, similarity, np.where(np.isneginf(closest), 1.0, 1.0 - closest))


def _spread(answers: _Answers, unique: Rows, first: Rows) -> _Answers:
    """Answer for every row from the answers about the first of each group of equals.

    A copy of a kept row has it as witness; a copy of a dropped row shares its witness.
    """
    slot = np.searchsorted(unique, first)
    rows = len(first)
    own = answers.witness[slot]
    numbers = np.where(own < len(unique), unique[np.minimum(own, len(unique) - 1)], own - len(unique) + rows)
    copy = (first != np.arange(rows)) & answers.kept[slot]
    return _Answers(
        kept=answers.kept[slot] & ~copy,
        witness=np.where(copy, first, np.where(own < 0, -1, numbers)),
        similarity=np.where(copy, 1.0, answers.similarity[slot]),
        novelty=np.where(copy, 0.0, answers.novelty[slot]),
    )


def _to_input_order(answers: _Answers, order: Rows) -> _Answers:
    """Move answers about visited rows back: row `order[k]` was visited as number k."""
    place = np.argsort(order)
    visited = answers.witness[place]
    rows = len(order)
    witness = np.where((visited >= 0) & (visited < rows), order[np.clip(visited, 0, rows - 1)], visited)
    return _Answers(answers.kept[place], witness, answers.similarity[place], answers.novelty[place])


def _name_witnesses(
    answers: _Answers, vectors: Vectors, ids: Sequence[str], past: Earlier, cut: float
) -> Pruning:
    names: list[str | None] = [*ids, *past.ids, None]  # the last is that of witness -1
    nights: list[str | None] = [*([None] * len(ids)), *past.ds, None]
    near = np.where(answers.similarity >= cut, Reason.NEAR_DUPLICATE.value, Reason.BUDGET.value)
    return Pruning(
        kept=answers.kept,
        reason=[Reason(word) for word in np.where(answers.kept, Reason.LEADER.value, near).tolist()],
        witness=answers.witness,
        witness_id=[names[row] for row in answers.witness.tolist()],
        witness_ds=[nights[row] for row in answers.witness.tolist()],
        similarity=answers.similarity,
        novelty=answers.novelty,
        cluster_id=continue_clusters(vectors, ids, past.clusters or [], past.vectors),
    )
