"""Which leaders add most: a greedy cover of the pool, nested in the number kept."""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.similarity import QUERY_BLOCK, Rows, Vectors

# Leaders against which each row's reach is estimated, and how many neighbours it should reach.
_PROBES = 2048
_NEIGHBOURS = 24


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Sparse cosines, grouped by leader: those of leader j stand at `start[j]:start[j + 1]`."""

    start: Rows
    row: Rows
    similarity: NDArray[np.float32]


def rank_by_coverage(
    unit: Vectors, leaders: Rows, weights: NDArray[np.float64], covered: NDArray[np.float64], count: int
) -> Rows:
    """Choose leaders one by one, each the one that lowers the pool's squared gap to its nearest most.

    The gap of a row is 1 - cosine to the nearest chosen leader; squaring it cares for rows far from
    everything before it polishes dense regions. A smaller `count` gives a prefix of a larger one.

    Args:
        unit: [n, d] of unit rows in visiting order.
        leaders: [l] of row numbers, ascending.
        weights: [n], how many rows each one stands for.
        covered: [n], cosine to the nearest row that is kept anyway; -inf where there is none.
        count: how many leaders to choose, at most l.

    Returns:
        [count] of row numbers, in the order chosen; of equal gains the leader visited first.

    Source: greedy facility location (Nemhauser, Wolsey, Fisher 1978) on a neighbour graph.
    """
    graph = _link_neighbours(unit, leaders)
    gap = np.square(1.0 - np.clip(covered, 0.0, 1.0))
    reached = np.square(1.0 - graph.similarity.astype(np.float64))
    weight = weights[graph.row]
    queue = _first_gains(graph, gap, reached, weight)
    chosen: list[int] = []
    while len(chosen) < count:
        _, leader = heapq.heappop(queue)
        part = slice(graph.start[leader], graph.start[leader + 1])
        rows = graph.row[part]
        gain = float(np.maximum(gap[rows] - reached[part], 0.0) @ weight[part])
        # A gain only shrinks as others are chosen: still ahead of the next means the greatest.
        if queue and (-gain, leader) > queue[0]:
            heapq.heappush(queue, (-gain, leader))
            continue
        chosen.append(leader)
        gap[rows] = np.minimum(gap[rows], reached[part])
    return leaders[np.array(chosen, dtype=np.int64)]


def _first_gains(
    graph: _Neighbours,
    gap: NDArray[np.float64],
    reached: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> list[tuple[float, int]]:
    """Return a heap of (-gain, leader) while nothing is chosen."""
    gains = np.maximum(gap[graph.row] - reached, 0.0) * weight
    sums = np.add.reduceat(gains, graph.start[:-1])  # every leader has itself: no empty part
    queue = [(-gain, leader) for leader, gain in enumerate(sums.tolist())]
    heapq.heapify(queue)
    return queue


def _link_neighbours(unit: Vectors, leaders: Rows) -> _Neighbours:
    """Link each row to about 24 leaders nearest to it, and each leader to itself."""
    pool = unit[leaders]
    probes = pool[:: max(1, len(pool) // _PROBES)]
    rank = max(1, round(_NEIGHBOURS * len(probes) / len(pool)))
    found = []
    for start in range(0, len(unit), QUERY_BLOCK):
        block = unit[start : start + QUERY_BLOCK]
        reach = np.partition(block @ probes.T, -min(rank, len(probes)), axis=1)[:, -min(rank, len(probes))]
        products = block @ pool.T
        row, leader = np.nonzero(products >= np.maximum(reach, 0.0)[:, None])
        found.append((row + start, leader, products[row, leader]))
    row, leader, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    own = np.arange(len(leaders))
    other = row != leaders[leader]
    row = np.concatenate([row[other], leaders])
    leader = np.concatenate([leader[other], own])
    similarity = np.concatenate([similarity[other], np.ones(len(own), dtype=np.float32)])
    order = np.lexsort((row, leader))
    bounds = np.searchsorted(leader[order], np.arange(len(leaders) + 1))
    return _Neighbours(bounds, row[order], np.clip(similarity[order], 0.0, 1.0))
