"""What the tasks of a night in waves do: each reads some files, writes one, and returns its name.

A task gets an item, a mapping of JSON values with the ranges and files that are its own, and
answers with another one. Rows, distinct rows and leaders are numbered within their group.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.coverage import (
    Neighbours,
    choose_probes,
    estimate_reach,
    find_edges,
    group_by_leader,
)
from pipelines.diversity.similarity import Cosines, Nearest, Rows, make_pool
from pipelines.diversity.waves import (
    LeaderPart,
    compare_with_keepers,
    compare_with_leaders,
    decide_wave,
    join_found,
)
from pipelines.diversity.witnesses import find_linked
from pipelines.night.wave_files import WaveFiles, WaveGroup, unpack_vectors

Item = Mapping[str, Any]


def compare_with_earlier(item: Item, files: WaveFiles, group: WaveGroup) -> Item:
    """Compare a range of rows with leaders of earlier waves.

    Args:
        item: `start`, `stop` of the rows, and `leaders`, files in the order of their waves.
        files: of the night.
        group: of the rows.

    Returns:
        `start`, and `nearest`: a file of `row` and `similarity` of the nearest leader.
    """
    start, stop = item["start"], item["stop"]
    found = _nearest_before(files, group, start, stop)
    parts = (files.read_leaders(name) for name in item["leaders"])
    compare_with_leaders(files.read_unit(group, start, stop), found, parts)
    return {
        "start": start,
        "nearest": files.write("nearest", row=found.row, similarity=found.similarity),
    }


def _nearest_before(files: WaveFiles, group: WaveGroup, start: int, stop: int) -> Nearest:
    """Return the nearest of distinct rows in earlier nights: row -1 at the cosine to it."""
    rows = files.read_range(group.table, start, stop)
    return Nearest(np.full(stop - start, -1), rows["before"].to_numpy().copy())


def decide(item: Item, files: WaveFiles, group: WaveGroup) -> Item:
    """Decide a wave among itself.

    Args:
        item: `start`, `stop` of the wave, and `nearest`, what `compare_with_earlier` returned of
            its parts.
        files: of the night.
        group: of the rows.

    Returns:
        `start`, `stop`; `state`: a file of `leads`, `closest`, `row`, `similarity` of each row;
        `leaders`: a file of their numbers and rows, null = there is none; `count` of them.
    """
    start, stop = item["start"], item["stop"]
    nearest = _nearest_before(files, group, start, stop)
    _join_nearest(item["nearest"], files, nearest, start)
    unit = files.read_unit(group, start, stop)
    decided = decide_wave(unit, group.cut, nearest)
    own = np.flatnonzero(decided.leads)
    leaders = files.write("leaders", number=own + start, embedding=unit[own]) if len(own) else None
    state = files.write(
        "state",
        leads=decided.leads,
        closest=decided.closest,
        row=nearest.row,
        similarity=nearest.similarity,
    )
    found = {"start": start, "stop": stop, "state": state, "leaders": leaders}
    return found | {"count": len(own)}


def _join_nearest(parts: Sequence[Item], files: WaveFiles, found: Nearest, start: int) -> None:
    """Update the nearest of a wave's rows by the parts, which may be about the same rows."""
    for part in parts:
        rows = files.read([part["nearest"]])
        place = slice(part["start"] - start, part["start"] - start + rows.num_rows)
        theirs = Nearest(rows["row"].to_numpy(), rows["similarity"].to_numpy())
        closer = join_found([Nearest(found.row[place], found.similarity[place]), theirs])
        found.row[place], found.similarity[place] = closer.row, closer.similarity


def gather_probes(item: Item, files: WaveFiles) -> Item:
    """Gather the leaders by which is estimated how far a row's links reach.

    Args:
        item: `leaders`, all files of a group, and `count` of leaders in them.
        files: of the night.

    Returns:
        `probes`: a file of them; `rank`, as `choose_probes` says.
    """
    chosen, rank = choose_probes(item["count"])
    found, first = [], 0
    for name in item["leaders"]:
        numbers, rows = files.read_leaders(name)
        begin, end = np.searchsorted(chosen, [first, first + len(numbers)])
        found.append(rows[chosen[begin:end] - first])
        first += len(numbers)
    return {"probes": files.write("probes", embedding=np.concatenate(found)), "rank": rank}


def link(item: Item, files: WaveFiles, group: WaveGroup) -> Item:
    """Link a range of rows to the leaders within their reach.

    Args:
        item: `start`, `stop` of the rows; `leaders`, all files of the group; `probes`, `rank`.
        files: of the night.
        group: of the rows.

    Returns:
        `start`, `stop`; `edges`: a file of `leader` (its number among all leaders), `row` and
        `similarity`, of which `read_links` makes a part of the graph.
    """
    rows = make_pool(files.read_unit(group, item["start"], item["stop"]))
    probes = unpack_vectors(files.read([item["probes"]])["embedding"])
    reach = estimate_reach(rows.unit, probes, item["rank"])
    found, first, owners = [], 0, []
    for name in item["leaders"]:
        numbers, leaders = files.read_leaders(name)
        row, leader, similarity = find_edges(rows, make_pool(leaders), reach)
        found.append((row + item["start"], leader + first, similarity))
        owners.append(numbers)
        first += len(numbers)
    row, leader, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    of_leaders, bounds = np.concatenate(owners), (item["start"], item["stop"])
    graph = group_by_leader(row, leader, similarity, of_leaders, bounds)
    leader = np.repeat(np.arange(first), np.diff(graph.start))
    name = files.write("edges", leader=leader, row=graph.row, similarity=graph.similarity)
    return {"edges": name, "start": item["start"], "stop": item["stop"]}


def read_links(files: WaveFiles, name: str, leaders: int) -> Neighbours:
    """Return the part of the graph that `link` wrote, of so many leaders."""
    rows = files.read([name])
    start = np.searchsorted(rows["leader"].to_numpy(), np.arange(leaders + 1))
    return Neighbours(start, rows["row"].to_numpy(), rows["similarity"].to_numpy())


def find_witnesses(item: Item, files: WaveFiles, group: WaveGroup) -> Item:
    """Find the nearest kept row of some of a wave's rows, where all leaders stay.

    Args:
        item: `start`, `stop` of the rows; `first` row of their wave, and its `state`; `keepers`,
            files of the leaders of their wave and of those after it, in order. The nearest of
            earlier waves is in the state.
        files: of the night.
        group: of the rows.

    Returns:
        `start`; `answers`: a file of `kept`, `closest`, `row`, `similarity`, as `answer_rows` takes
        them.
    """
    start, stop = item["start"], item["stop"]
    state = files.read_range(item["state"], start - item["first"], stop - item["first"])
    kept, unit = state["leads"].to_numpy(), files.read_unit(group, start, stop)
    found = Nearest(state["row"].to_numpy().copy(), state["similarity"].to_numpy().copy())
    lost = np.flatnonzero(~kept)
    theirs = Nearest(found.row[lost], found.similarity[lost])
    compare_with_leaders(unit[lost], theirs, _read_keepers(files, item["keepers"]))
    found.row[lost], found.similarity[lost] = theirs.row, theirs.similarity
    return _write_answers(files, start, kept, state["closest"].to_numpy(), found)


def find_kept_witnesses(item: Item, files: WaveFiles, group: WaveGroup) -> Item:
    """Find the nearest kept row of a range of rows, where the budget left some of the leaders.

    Args:
        item: what `link` returned; `keepers`, all files of leaders in order; `kept`, a file of the
            numbers of those that stay.
        files: of the night.
        group: of the rows.

    Returns:
        As `find_witnesses`.
    """
    start, stop = item["start"], item["stop"]
    chosen = files.read([item["kept"]])["number"].to_numpy()
    numbers = np.arange(start, stop)
    kept = np.isin(numbers, chosen)
    linked = find_linked(*_read_kept_links(item, files, chosen), kept, start)
    found = join_found([_nearest_before(files, group, start, stop), linked])
    if len(rest := np.flatnonzero(linked.row < 0)):
        near = Nearest(found.row[rest], found.similarity[rest])
        unit = files.read_unit(group, start, stop)[rest]
        # A kept row's is before it.
        last = start + int(rest[-1]) if kept[rest].all() else None
        parts = _read_keepers(files, item["keepers"], chosen, last)
        compare_with_keepers(unit, numbers[rest], kept[rest], near, parts)
        found.row[rest], found.similarity[rest] = near.row, near.similarity
    return _write_answers(files, start, kept, found.similarity, found)


def _write_answers(
    files: WaveFiles, start: int, kept: NDArray[np.bool_], closest: Cosines, found: Nearest
) -> Item:
    """Write what `answer_rows` takes of a range of rows, and return where."""
    answers = files.write(
        "answers", kept=kept, closest=closest, row=found.row, similarity=found.similarity
    )
    return {"start": start, "answers": answers}


def _read_kept_links(item: Item, files: WaveFiles, chosen: Rows) -> tuple[Rows, Rows, Cosines]:
    """Return row, kept row and cosine of the links of a range with leaders that stay."""
    numbers = files.read(item["keepers"], ["number"])["number"].to_numpy()
    links = files.read([item["edges"]])
    keeper = numbers[links["leader"].to_numpy()]
    stays = np.isin(keeper, chosen)
    return links["row"].to_numpy()[stays], keeper[stays], links["similarity"].to_numpy()[stays]


def _read_keepers(
    files: WaveFiles, names: Sequence[str], chosen: Rows | None = None, last: int | None = None
) -> Iterator[LeaderPart]:
    """Yield the leaders of files, those that are chosen alone, up to the file of a last number."""
    for name in names:
        if last is not None and files.read([name], ["number"])["number"][0].as_py() > last:
            return
        numbers, rows = files.read_leaders(name)
        stays = slice(None) if chosen is None else np.isin(numbers, chosen)
        if len(numbers[stays]):
            yield numbers[stays], rows[stays]
