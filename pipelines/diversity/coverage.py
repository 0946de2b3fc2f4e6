"""Which leaders add most: a greedy cover of the pool, nested in the number kept."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.similarity import POOL_BLOCK, QUERY_BLOCK, Pool, Rows, find_above, meetings

# Leaders against which each row's reach is estimated, and how many neighbours it should reach.
_PROBES = 2048
_NEIGHBOURS = 24


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Sparse cosines, grouped by leader: those of leader j stand at `start[j]:start[j + 1]`."""

    start: Rows
    row: Rows
    similarity: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What speaks beside coverage, [l] each, of the leaders.

    Attributes:
        appeal: a leader's gain is multiplied by it; above 0.
        need: a leader of a stratum that still needs rows goes first; its stratum's number, -1 = none.
        least: how many rows each stratum needs: [strata].
    """

    appeal: NDArray[np.float64]
    need: Rows
    least: Rows

    def missing(self) -> Rows:
        """Return how many rows each stratum needs, no more than it has: [strata]."""
        have = np.bincount(self.need[self.need >= 0], minlength=len(self.least))
        return np.minimum(self.least, have)

    def count(self) -> int:
        """Return how many rows all strata need together."""
        return int(self.missing().sum())


@dataclass(frozen=True, slots=True)
class Demand:
    """How many rows each row of the pool stands for, [n], and the wishes about leaders."""

    weights: NDArray[np.float64]
    wishes: Wishes


def rank_by_coverage(
    pool: Pool, leaders: Rows, covered: NDArray[np.float64], count: int, demand: Demand
) -> Rows:
    """Choose leaders one by one, each the one that lowers the pool's squared gap to its nearest most.

    The gap of a row is 1 - cosine to the nearest chosen leader; squaring it cares for rows far from
    everything before it polishes dense regions. A smaller `count` gives a prefix of a larger one.

    Args:
        pool: [n, d] of unit rows in visiting order.
        leaders: [l] of row numbers, ascending.
        covered: [n], cosine to the nearest row that is kept anyway; -inf where there is none.
        count: how many leaders to choose, at most l.
        demand: how many rows each row stands for, and what speaks beside coverage.

    Returns:
        [count] of row numbers, in the order chosen; of equal gains the leader visited first.

    Source: greedy facility location (Nemhauser, Wolsey, Fisher 1978) on a neighbour graph.
    """
    graph = _link_neighbours(pool, leaders)
    gap = (1.0 - np.clip(covered, 0.0, 1.0)) ** 2
    cover = _Cover(
        graph,
        gap,
        (1.0 - graph.similarity.astype(np.float64)) ** 2,
        demand.weights[graph.row],
        demand.wishes.appeal,
    )
    chosen = _choose_needed(cover, demand.wishes, count)
    chosen += _choose(cover, set(chosen), count - len(chosen))
    return leaders[np.array(chosen, dtype=np.int64)]


@dataclass(frozen=True, slots=True)
class _Cover:
    """The state of the greedy choice: `gap` [n] shrinks as leaders are taken."""

    graph: _Neighbours
    gap: NDArray[np.float64]
    reached: NDArray[np.float64]
    weight: NDArray[np.float64]
    appeal: NDArray[np.float64]

    def gain(self, leader: int) -> float:
        """Return by how much the pool's weighted squared gaps would shrink."""
        part = slice(self.graph.start[leader], self.graph.start[leader + 1])
        shrunk = np.maximum(self.gap[self.graph.row[part]] - self.reached[part], 0.0)
        return float(shrunk @ self.weight[part]) * float(self.appeal[leader])

    def take(self, leader: int) -> None:
        """Shrink the gaps."""
        part = slice(self.graph.start[leader], self.graph.start[leader + 1])
        rows = self.graph.row[part]
        self.gap[rows] = np.minimum(self.gap[rows], self.reached[part])


def _choose_needed(cover: _Cover, wishes: Wishes, count: int) -> list[int]:
    """Choose from the strata that need rows until each has them or the count is reached."""
    if not (wanted := min(count, wishes.count())):
        return []
    missing = wishes.missing()
    queue = [entry for entry in _first_gains(cover) if wishes.need[entry[1]] >= 0]
    heapq.heapify(queue)
    chosen: list[int] = []
    while len(chosen) < wanted:
        leader = _pop_best(cover, queue)
        if missing[wishes.need[leader]] > 0:
            missing[wishes.need[leader]] -= 1
            chosen.append(leader)
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
    """Take the leader of the greatest gain off the queue; a gain only shrinks as others are chosen."""
    while True:
        _, leader = heapq.heappop(queue)
        gain = cover.gain(leader)
        if not queue or (-gain, leader) <= queue[0]:
            return leader
        heapq.heappush(queue, (-gain, leader))


def _first_gains(cover: _Cover) -> list[tuple[float, int]]:
    """Return (-gain, leader) of all leaders as things stand."""
    gains = np.maximum(cover.gap[cover.graph.row] - cover.reached, 0.0) * cover.weight
    sums = np.add.reduceat(gains, cover.graph.start[:-1])  # every leader has itself: no empty part
    return [(-gain, leader) for leader, gain in enumerate((sums * cover.appeal).tolist())]


def _reach_leaders(
    rows: Pool, pool: Pool, reach: NDArray[np.float64]
) -> Iterator[tuple[Rows, Rows, NDArray[np.float32]]]:
    """Find by blocks every row and leader whose cosine is at or above the row's reach."""
    for start in range(0, len(rows), QUERY_BLOCK):
        block, floors = rows.part(start, start + QUERY_BLOCK), reach[start : start + QUERY_BLOCK]
        for first in range(0, len(pool), POOL_BLOCK):
            row, leader, products = find_above(block, pool.part(first, first + POOL_BLOCK), floors)
            yield row + start, leader + first, products


def _link_neighbours(rows: Pool, leaders: Rows) -> _Neighbours:
    """Link each row to about 24 leaders nearest to it, and each leader to itself."""
    pool = rows.take(leaders)
    probes = pool.take(np.arange(0, len(pool), max(1, len(pool) // _PROBES)))
    rank = min(len(probes), max(1, round(_NEIGHBOURS * len(probes) / len(pool))))
    reach = np.empty(len(rows))
    for start in range(0, len(rows), QUERY_BLOCK):
        block = rows.part(start, start + QUERY_BLOCK)
        codes = block.proposer.codes(probes.proposer)
        codes.partition(-rank, axis=1)
        cosines = block.proposer.to_cosines(codes[:, -rank], probes.proposer)
        reach[start : start + QUERY_BLOCK] = np.maximum(cosines, 0.0)
    if rows.clusters is None:
        found = list(_reach_leaders(rows, pool, reach))
    else:
        found = [
            (who[row], among[leader], products)
            for who, among in meetings(rows, pool)
            for row, leader, products in _reach_leaders(rows.take(who), pool.take(among), reach[who])
        ]
    row, leader, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    own = np.arange(len(leaders))
    other = row != leaders[leader]
    row = np.concatenate([row[other], leaders])
    leader = np.concatenate([leader[other], own])
    similarity = np.concatenate([similarity[other], np.ones(len(own), dtype=np.float32)])
    order = np.lexsort((row, leader))
    bounds = np.searchsorted(leader[order], np.arange(len(leaders) + 1))
    return _Neighbours(bounds, row[order], np.clip(similarity[order], 0.0, 1.0))
