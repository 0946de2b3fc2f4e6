"""Rank leaders by coverage: each next one adds most to what those before it cover."""

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.quantized import QuantizedVectors, multiplies_integers, rounding_error
from pipelines.diversity.similarity import (
    POOL_BLOCK,
    QUERY_BLOCK,
    Cosines,
    Pool,
    Rows,
    Vectors,
    exact_cosines,
    find_above,
    match_clusters,
)
from pipelines.threads import in_order

# Leaders from which each row's reach is estimated, how many neighbours it should reach, and how
# many leaders there are at most for each probe: a row reaches about as many.
_PROBES = 2048
_NEIGHBOURS = 24
_LEADERS_PER_PROBE = 32
# Cosines with probes held at once: 128 MB.
_CELLS = 2**24
# Of a squared gap of 1: the sum over half a thousand million rows still fits into 64 bits.
_UNITS = 2**34
# Products of integers up to this one are exact in float32 too.
_LARGEST, _EXACT = 127, 2**24


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Sparse cosines, grouped by leader: those of leader j are at `start[j]:start[j + 1]`.

    Each row has 16 to 36 of them on average. While leaders are chosen a cosine takes 32 bytes, and
    48 at the start: of a million rows 2 GB, in one task.
    """

    start: Rows
    row: Rows
    similarity: Cosines


@dataclass(frozen=True, slots=True)
class Preferences:
    """What counts beside coverage: [l] each, one entry per leader.

    Attributes:
        weight: a leader's gain is multiplied by it; above 0.
        stratum: the number of the leader's stratum, -1 = no stratum. Leaders of strata that still
            need rows are chosen first.
        least: how many rows each stratum needs: [strata].
    """

    weight: NDArray[np.float64]
    stratum: Rows
    least: Rows

    def missing(self) -> Rows:
        """Return how many rows each stratum needs, no more than it has: [strata]."""
        have = np.bincount(self.stratum[self.stratum >= 0], minlength=len(self.least))
        return np.minimum(self.least, have)

    def count(self) -> int:
        """Return how many rows all strata need together."""
        return int(self.missing().sum())


@dataclass(frozen=True, slots=True)
class Domain:
    """Rows with vectors of one model: a leader covers rows of its own domain alone.

    Attributes:
        graph: which leaders each of the [n] distinct rows is linked to, by `link_neighbours`.
        leaders: [l] of row numbers, ascending.
        covered: [n], cosine to the nearest row of an earlier night; -inf without such rows.
        weights: [n], how many rows of the night equal each row, itself included.
        numbers: [l], the leaders' numbers among those of all domains, counted in visiting order.
    """

    graph: Neighbours
    leaders: Rows
    covered: NDArray[np.float64]
    weights: Rows
    numbers: Rows

    @property
    def is_bare(self) -> bool:
        """Whether there are leaders, and no kept row of an earlier night."""
        return len(self.leaders) > 0 and bool(np.isneginf(self.covered).all())


def rank_by_coverage(domains: Sequence[Domain], preferences: Preferences, count: int) -> Rows:
    """Choose leaders one by one, each time the one that lowers the sum of the squared gaps most.

    The gap of a row is 1 - cosine to the nearest chosen leader. It is squared, so that rows far
    from every leader count more than another leader in a dense region. The leaders of all domains
    compete by their gains. First the strata get the rows that they need, then each domain without a
    kept row its best leader. Where neither step applies, a smaller `count` gives a prefix of a
    larger one.

    Five rows on the unit circle, at 0, 10, 90, 100 and 180 degrees, all of them leaders. Row 1
    covers rows 0 and 1, row 3 covers rows 2 and 3, and row 4 is far from both. What rows 0 and 2
    would add after these is little.

    >>> from pipelines.diversity.similarity import make_pool, unit_rows
    >>> angles = np.radians([0, 10, 90, 100, 180])
    >>> pool = make_pool(unit_rows(np.column_stack([np.cos(angles), np.sin(angles)])))
    >>> five = np.arange(5)
    >>> graph = link_neighbours(pool, five)
    >>> domain = Domain(graph, five, np.full(5, -np.inf), np.ones(5, int), five)
    >>> no_strata = Preferences(np.ones(5), np.full(5, -1), np.empty(0, dtype=np.int64))
    >>> rank_by_coverage([domain], no_strata, 5).tolist()
    [1, 3, 4, 0, 2]

    Args:
        domains: each of one model.
        preferences: of the leaders of all domains, [l] in visiting order.
        count: how many leaders to choose, at most l.

    Returns:
        [count] of leaders' numbers, in the order chosen; of equal gains the leader visited first.

    Source: greedy facility location (Nemhauser, Wolsey, Fisher 1978) on a neighbour graph.
    """
    graph = _join_graphs(domains)
    covered = np.concatenate([domain.covered for domain in domains])
    cover = _Cover(
        graph,
        _square_gaps(np.clip(covered, 0.0, 1.0)),
        _square_gaps(graph.similarity),
        np.concatenate([domain.weights for domain in domains])[graph.row],
        preferences.weight,
    )
    chosen = _choose_needed(cover, preferences, count)
    chosen += _choose_bare(cover, domains, set(chosen), count - len(chosen))
    chosen += _choose(cover, set(chosen), count - len(chosen))
    return np.array(chosen, dtype=np.int64)


def _square_gaps(cosines: Cosines) -> Rows:
    """Return the squared gaps to cosines of 0 to 1, in whole numbers of `_UNITS`."""
    return np.rint((1.0 - cosines) ** 2 * _UNITS).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Cover:
    """The state of the greedy choice: `gap` [n] shrinks as leaders are taken.

    Squared gaps are whole numbers of `_UNITS`: a sum of them is the same in any order, and two
    leaders that add the same are equal.
    """

    graph: Neighbours
    gap: Rows
    reached: Rows
    copies: Rows
    weight: NDArray[np.float64]

    def gain(self, leader: int) -> float:
        """Return by how much the pool's weighted squared gaps would shrink."""
        part = slice(self.graph.start[leader], self.graph.start[leader + 1])
        shrunk = np.maximum(self.gap[self.graph.row[part]] - self.reached[part], 0)
        return float(int(shrunk @ self.copies[part])) * float(self.weight[leader])

    def take(self, leader: int) -> None:
        """Shrink the gaps."""
        part = slice(self.graph.start[leader], self.graph.start[leader + 1])
        rows = self.graph.row[part]
        self.gap[rows] = np.minimum(self.gap[rows], self.reached[part])


def _choose_needed(cover: _Cover, preferences: Preferences, count: int) -> list[int]:
    """Choose from the strata that need rows until each has them or the count is reached."""
    if not (wanted := min(count, preferences.count())):
        return []
    missing = preferences.missing()
    queue = [entry for entry in _first_gains(cover) if preferences.stratum[entry[1]] >= 0]
    heapq.heapify(queue)
    chosen: list[int] = []
    while len(chosen) < wanted:
        leader = _pop_best(cover, queue)
        if missing[preferences.stratum[leader]] > 0:
            missing[preferences.stratum[leader]] -= 1
            chosen.append(leader)
            cover.take(leader)
    return chosen


def _choose_bare(
    cover: _Cover, domains: Sequence[Domain], taken: set[int], count: int
) -> list[int]:
    """Choose the best leader of each domain without a kept row, `count` of these at most."""
    gains = _first_gains(cover)
    bare = [domain.numbers.tolist() for domain in domains if domain.is_bare]
    best = sorted(min(gains[leader] for leader in own) for own in bare if taken.isdisjoint(own))
    chosen = [leader for _, leader in best[: max(0, count)]]
    for leader in chosen:
        cover.take(leader)
    return chosen


def _choose(cover: _Cover, taken: set[int], count: int) -> list[int]:
    """Choose from all leaders that are not taken yet."""
    queue = [entry for entry in _first_gains(cover) if entry[1] not in taken]
    heapq.heapify(queue)
    chosen: list[int] = []
    while len(chosen) < count:
        leader = _pop_best(cover, queue)
        chosen.append(leader)
        cover.take(leader)
    return chosen


def _pop_best(cover: _Cover, queue: list[tuple[float, int]]) -> int:
    """Pop the leader of the greatest gain; a gain only shrinks as other leaders are chosen."""
    while True:
        _, leader = heapq.heappop(queue)
        gain = cover.gain(leader)
        if not queue or (-gain, leader) <= queue[0]:
            return leader
        heapq.heappush(queue, (-gain, leader))


def _first_gains(cover: _Cover) -> list[tuple[float, int]]:
    """Return (-gain, leader) of all leaders in the present state."""
    gains = np.maximum(cover.gap[cover.graph.row] - cover.reached, 0) * cover.copies
    # Every leader reaches itself: no empty part
    sums = np.add.reduceat(gains, cover.graph.start[:-1])
    return [(-gain, leader) for leader, gain in enumerate((sums * cover.weight).tolist())]


def estimate_reach(rows: Vectors, probes: Vectors, rank: int) -> Cosines:
    """Estimate from which cosine on a row is linked to leaders: that to its rank-th probe.

    Each row has a scale of its own, so that its answer does not depend on the rows beside it.

    Args:
        rows: [n, d] of unit rows.
        probes: [p, d], some of the leaders.
        rank: 1 to p; 0 = every leader is linked.

    Returns:
        [n] of cosines, 0 at least.
    """
    reach = np.zeros(len(rows))
    if not rank:
        return reach
    others, widths = _scale_rows(probes)
    size = max(1, min(QUERY_BLOCK, _CELLS // len(probes)))

    def estimate(start: int) -> Cosines:
        own, scales = _scale_rows(rows[start : start + size])
        cosines = own.dot_codes(others).astype(np.float64) * widths
        cosines.partition(-rank, axis=1)
        return np.asarray(np.maximum(cosines[:, -rank] * scales, 0.0))

    for start, found in zip(
        range(0, len(rows), size), in_order(estimate, range(0, len(rows), size)), strict=True
    ):
        reach[start : start + size] = found
    return reach


def _scale_rows(unit: Vectors) -> tuple[QuantizedVectors, Cosines]:
    """Return rows as integers up to the greatest, and the factor of each that gives it back."""
    most = min(_LARGEST, math.isqrt(_EXACT // max(1, unit.shape[1])))
    scales = np.abs(unit).max(axis=1, initial=0).astype(np.float64) / most
    values = np.rint(unit / scales[:, None]).astype(np.float32)
    kind = np.int8 if multiplies_integers() else np.float32
    return QuantizedVectors(values.astype(kind), 1.0, 0.0), scales


def find_edges(rows: Pool, leaders: Pool, reach: Cosines) -> tuple[Rows, Rows, Cosines]:
    """Return row, leader and exact cosine of all pairs at or above the row's reach."""
    floors = reach - rounding_error(rows.unit.shape[1])

    def find(start: int) -> list[tuple[Rows, Rows]]:
        block, above = rows.part(start, start + QUERY_BLOCK), floors[start : start + QUERY_BLOCK]
        return [
            (row + start, leader + first)
            for first in range(0, len(leaders), POOL_BLOCK)
            for row, leader, _ in (
                find_above(block, leaders.part(first, first + POOL_BLOCK), above),
            )
        ]

    found = [pair for part in in_order(find, range(0, len(rows), QUERY_BLOCK)) for pair in part]
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    row, leader = (np.concatenate(parts) for parts in zip(*found, strict=True))
    cosines = exact_cosines(rows.unit, leaders.unit, row, leader)
    linked = cosines >= reach[row]
    return row[linked], leader[linked], cosines[linked]


def choose_probes(leaders: int) -> tuple[Rows, int]:
    """Return which leaders are probes, and the rank by which a reach is estimated.

    With few leaders the rank is 0, and all are linked: an estimated reach could lose the furthest
    by a rounding.
    """
    probes = np.arange(0, leaders, min(_LEADERS_PER_PROBE, max(1, leaders // _PROBES)))
    if leaders <= _NEIGHBOURS:
        return probes, 0
    return probes, min(len(probes), max(1, round(_NEIGHBOURS * len(probes) / leaders)))


def _join_graphs(domains: Sequence[Domain]) -> Neighbours:
    """Join the graphs of all domains: rows are numbered across domains, leaders by `numbers`."""
    if len(domains) == 1:
        return domains[0].graph
    first = np.cumsum([0, *(len(domain.covered) for domain in domains)])
    leader = np.concatenate([np.repeat(d.numbers, np.diff(d.graph.start)) for d in domains])
    row = np.concatenate([d.graph.row + start for d, start in zip(domains, first, strict=False)])
    order = np.lexsort((row, leader))
    leaders = sum(len(domain.numbers) for domain in domains)
    bounds = np.searchsorted(leader[order], np.arange(leaders + 1))
    similarity = np.concatenate([domain.graph.similarity for domain in domains])
    return Neighbours(bounds, row[order], similarity[order])


def link_neighbours(rows: Pool, leaders: Rows) -> Neighbours:
    """Link each row to about 24 leaders nearest to it, and each leader to itself.

    Whatever rows and leaders are asked about together, each row gets the same links: `find_edges`
    with the reach that `estimate_reach` says of it, and `group_by_leader` in the end.
    """
    pool = rows.take(leaders)
    probes, rank = choose_probes(len(leaders))
    reach = estimate_reach(rows.unit, pool.unit[probes], rank)
    if rows.clusters is None:
        row, leader, similarity = find_edges(rows, pool, reach)
    else:

        def link(matched: tuple[Rows, Rows]) -> tuple[Rows, Rows, Cosines]:
            who, among = matched
            row, leader, cosines = find_edges(rows.take(who), pool.take(among), reach[who])
            return who[row], among[leader], cosines

        found = in_order(link, match_clusters(rows, pool))
        row, leader, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return group_by_leader(row, leader, similarity, leaders)


def group_by_leader(
    row: Rows,
    leader: Rows,
    similarity: Cosines,
    leaders: Rows,
    rows: tuple[int, int] | None = None,
) -> Neighbours:
    """Group edges by leader, and link each leader to itself.

    Args:
        row: [k], of the row of each edge.
        leader: [k], the number of its leader among the leaders.
        similarity: [k], their cosine.
        leaders: [l], the row of each leader, ascending.
        rows: start and stop of the rows whose edges these are; None = all rows.
    """
    first, last = (0, len(leaders)) if rows is None else np.searchsorted(leaders, rows)
    own = np.arange(first, last)
    other = row != leaders[leader]
    row = np.concatenate([row[other], leaders[own]])
    leader = np.concatenate([leader[other], own])
    similarity = np.concatenate([similarity[other], np.ones(len(own))])
    order = np.lexsort((row, leader))
    bounds = np.searchsorted(leader[order], np.arange(len(leaders) + 1))
    return Neighbours(bounds, row[order], np.clip(similarity[order], 0.0, 1.0))


def join_parts(parts: Sequence[Callable[[], Neighbours]]) -> Neighbours:
    """Join the graphs of ranges of rows, in their order; no more than one part is held beside it.

    Args:
        parts: each returns what `group_by_leader` says of a range of rows; asked twice.
    """
    counts = np.sum([np.diff(part().start) for part in parts], axis=0)
    start = np.concatenate([[0], np.cumsum(counts)])
    row, similarity = np.empty(start[-1], np.int64), np.empty(start[-1])
    free = start[:-1].copy()
    for part in parts:
        graph = part()
        count = np.diff(graph.start)
        place = np.arange(len(graph.row)) + np.repeat(free - graph.start[:-1], count)
        row[place], similarity[place] = graph.row, graph.similarity
        free += count
    return Neighbours(start, row, similarity)
