"""Pruning by the kernels of waves, in memory: what the tasks of a night do, without files."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from pipelines.diversity.clustering import continue_clusters
from pipelines.diversity.coverage import (
    Domain,
    Neighbours,
    choose_probes,
    estimate_reach,
    find_edges,
    group_by_leader,
    join_parts,
)
from pipelines.diversity.folding import fold_rows, print_rows
from pipelines.diversity.groups import Earlier, Group, PruneResult
from pipelines.diversity.leaders import Leaders
from pipelines.diversity.pruning import (
    choose_leaders,
    count_allowed,
    name_witnesses,
    spread_answers,
    visit_order,
    weigh_leaders,
)
from pipelines.diversity.settings import PruneSettings
from pipelines.diversity.similarity import Nearest, Vectors, make_pool, unit_rows
from pipelines.diversity.waves import (
    Decided,
    LeaderPart,
    answer_rows,
    compare_with_keepers,
    compare_with_leaders,
    cut_ranges,
    decide_wave,
    join_found,
)
from pipelines.diversity.witnesses import Answers, find_linked


@dataclass(frozen=True)
class Cuts:
    """How the work is cut: rows of a wave, rows of a task, and parts of the leaders."""

    wave: int
    rows: int
    parts: int


def prune_in_waves(  # noqa: PLR0913 those of `prune`, and the cuts
    vectors: Vectors,
    ids: Sequence[str],
    priority: np.ndarray,
    settings: PruneSettings,
    earlier: Earlier | None,
    *,
    cuts: Cuts,
    strata: Sequence[str | None] | None = None,
) -> PruneResult:
    """Return what `prune` returns."""
    group = Group.against(np.arange(len(ids)), vectors, settings.cut, earlier)
    prints = print_rows(vectors)
    as_stored = bool(prints.is_unit.all())
    visited = np.argsort(visit_order(ids, priority))
    folded = fold_rows(visited, prints.stored if as_stored else prints.scaled)
    rows = folded.order[folded.unique]
    unit = unit_rows(vectors[rows], as_stored=as_stored)
    start = Leaders.after(group.past, rows)
    decided, met, leaders = lead_in_waves(unit, settings.cut, start.cosine, cuts)
    kept, found, closest = decided.leads, met, decided.closest
    if decided.leads.sum() > (allowed := count_allowed(settings.retain, len(ids))):
        own = np.flatnonzero(decided.leads)
        numbers = np.arange(len(own))
        links = link_in_parts(unit, leaders, cuts)
        domain = Domain(
            links,
            own,
            start.cosine,
            folded.copies,
            numbers,
        )
        of = None if strata is None else [strata[row] for row in rows[own].tolist()]
        preferences = weigh_leaders(priority[rows[own]], of, settings)
        kept = np.zeros(len(unit), np.bool_)
        kept[own[np.isin(numbers, choose_leaders([domain], preferences, allowed))]] = True
        found = find_kept(unit, leaders, links, kept, start.cosine)
        closest = found.similarity
    else:
        lost = np.flatnonzero(~kept)
        near = Nearest(found.row[lost], found.similarity[lost])
        compare_with_leaders(unit[lost], near, leaders)
        found.row[lost], found.similarity[lost] = near.row, near.similarity
    answers = Answers.empty(len(ids))
    distinct = answer_rows(kept, found, closest, start.nearest)
    spread_answers(distinct, folded, group.rows, answers, len(ids))
    clusters = [continue_clusters(vectors, ids, group.known)]
    return name_witnesses(answers, [group], ids, clusters)


def find_kept(
    unit: Vectors,
    leaders: list[LeaderPart],
    links: Neighbours,
    kept: np.ndarray,
    before: np.ndarray,
) -> Nearest:
    """Return each row's nearest kept row: by its links, or by a search where none is kept."""
    owner = np.repeat(np.flatnonzero(leads_of(leaders, len(unit))), np.diff(links.start))
    stays = kept[owner]
    linked = find_linked(links.row[stays], owner[stays], links.similarity[stays], kept)
    found = join_found([Nearest(np.full(len(unit), -1), before), linked])
    rest = np.flatnonzero(linked.row < 0)
    near = Nearest(found.row[rest], found.similarity[rest])
    chosen = [(n[kept[n]], v[kept[n]]) for n, v in leaders]
    compare_with_keepers(unit[rest], rest, kept[rest], near, chosen)
    found.row[rest], found.similarity[rest] = near.row, near.similarity
    return found


def leads_of(leaders: list[LeaderPart], rows: int) -> np.ndarray:
    """Return which rows lead."""
    leads = np.zeros(rows, np.bool_)
    for numbers, _ in leaders:
        leads[numbers] = True
    return leads


def lead_in_waves(
    unit: Vectors, cut: float, before: np.ndarray, cuts: Cuts
) -> tuple[Decided, Nearest, list[LeaderPart]]:
    """Return which rows lead, what they met, and the leaders by wave."""
    whole = Decided(np.zeros(len(unit), np.bool_), np.full(len(unit), np.nan))
    met = Nearest(np.full(len(unit), -1), before.copy())
    leaders: list[LeaderPart] = []
    for start, stop in cut_ranges(len(unit), cuts.wave):
        for first, last in cut_ranges(stop - start, cuts.rows):
            part = slice(start + first, start + last)
            tasks = []
            bounds = np.linspace(0, len(leaders), cuts.parts + 1).astype(int).tolist()
            for one, other in pairwise(bounds):
                found = Nearest(met.row[part].copy(), met.similarity[part].copy())
                compare_with_leaders(unit[part], found, leaders[one:other])
                tasks.append(found)
            near = join_found(tasks)
            met.row[part], met.similarity[part] = near.row, near.similarity
        wave = slice(start, stop)
        found = Nearest(met.row[wave], met.similarity[wave])
        decided = decide_wave(unit[wave], cut, found)
        whole.leads[wave], whole.closest[wave] = decided.leads, decided.closest
        own = np.flatnonzero(decided.leads) + start
        leaders.append((own, unit[own]))
    return whole, met, leaders


def link_in_parts(unit: Vectors, leaders: Sequence[LeaderPart], cuts: Cuts) -> Neighbours:
    """Return the links of all rows, found by ranges of rows and waves of leaders."""
    of_leaders = np.concatenate([numbers for numbers, _ in leaders])
    everyone = np.concatenate([rows for _, rows in leaders])
    probes, rank = choose_probes(len(everyone))
    parts = []
    for first, last in cut_ranges(len(unit), cuts.rows):
        rows, count, found = make_pool(unit[first:last]), 0, []
        reach = estimate_reach(rows.unit, everyone[probes], rank)
        for numbers, own in leaders:
            row, leader, similarity = find_edges(rows, make_pool(own), reach)
            found.append((row + first, leader + count, similarity))
            count += len(numbers)
        row, leader, similarity = (np.concatenate(part) for part in zip(*found, strict=True))
        graph = group_by_leader(row, leader, similarity, of_leaders, (first, last))
        parts.append(partial(_same, graph))
    return join_parts(parts)


def _same(graph: Neighbours) -> Neighbours:
    return graph
