"""The end of a night in waves: which leaders the budget leaves, and the answer about every row."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from pipelines.diversity.coverage import Domain, Neighbours, join_parts
from pipelines.diversity.groups import Group
from pipelines.diversity.leaders import Leaders
from pipelines.diversity.pruning import (
    choose_leaders,
    count_allowed,
    name_witnesses,
    spread_answers,
    weigh_leaders,
)
from pipelines.diversity.similarity import Nearest, Rows
from pipelines.diversity.waves import answer_rows
from pipelines.diversity.witnesses import Answers
from pipelines.night.pruning_task import NightRule, answer_night, before_of, priority_of
from pipelines.night.wave_clusters import name_clusters
from pipelines.night.wave_files import WaveFiles, WaveGroup
from pipelines.night.wave_rows import folded_of, rows_of
from pipelines.night.wave_tasks import Item, read_links

_FOLDED = ("group", "visited", "slot", "is_copy", "priority", "stratum")


def choose(
    item: Item, files: WaveFiles, groups: Sequence[WaveGroup], rule: NightRule, night: str
) -> Item:
    """Choose the leaders that stay under the budget, from the links of all groups.

    Args:
        item: `states` and `edges`, of each group its files in order.
        files: of the night.
        groups: of the night.
        rule: the budget.
        night: the file of `fold_night`.

    Returns:
        `kept`: of each group a file of the numbers of its leaders that stay.

    Raises:
        InputError: the strata need more than is allowed.
    """
    rows = files.read([night], _FOLDED)
    leaders = [np.flatnonzero(_read_column(files, names, "leads")) for names in item["states"]]
    owners = [_distinct_of(rows, group) for group in groups]
    of_leaders = np.concatenate([own[rows_] for own, rows_ in zip(owners, leaders, strict=True)])
    turns = np.argsort(rows["visited"].to_numpy()[of_leaders])
    numbers = np.split(np.argsort(turns), np.cumsum([len(own) for own in leaders])[:-1])
    by_turn = of_leaders[turns]
    strata = rows["stratum"].take(pa.array(by_turn)).to_pylist()
    preferences = weigh_leaders(
        priority_of(rows.select(["priority"]))[by_turn],
        strata if rule.budget.keep_at_least else None,
        rule.budget,
    )
    domains = [
        _domain_of(files, group, own, edges, turn, folded_of(rows_of(rows, group)[1]).copies)
        for group, own, edges, turn in zip(groups, leaders, item["edges"], numbers, strict=True)
    ]
    chosen = choose_leaders(domains, preferences, count_allowed(rule.budget.retain, rows.num_rows))
    kept = [own[np.isin(turn, chosen)] for own, turn in zip(leaders, numbers, strict=True)]
    return {"kept": [files.write("kept", number=own) for own in kept]}


def _distinct_of(rows: pa.Table, group: WaveGroup) -> Rows:
    """Return the numbers of a group's distinct rows in the night."""
    numbers, own = rows_of(rows, group)
    folded = folded_of(own)
    return np.asarray(numbers[folded.order[folded.unique]])


def _domain_of(  # noqa: PLR0913, PLR0917 what a domain is made of
    files: WaveFiles,
    group: WaveGroup,
    leaders: Rows,
    edges: Sequence[str],
    numbers: Rows,
    copies: Rows,
) -> Domain:
    parts = [partial(read_links, files, name, len(leaders)) for name in edges]
    nothing = Neighbours(np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0))
    graph = join_parts(parts) if parts else nothing
    before = _read_column(files, [group.table], "before")
    return Domain(graph, leaders, before, copies, numbers)


def _read_column(files: WaveFiles, names: Sequence[str], column: str) -> np.ndarray:
    return np.asarray(files.read(names, [column])[column].to_numpy())


def finish(item: Item, files: WaveFiles, groups: Sequence[WaveGroup], rule: NightRule) -> pa.Table:
    """Return `pruned` of a night's rows.

    Args:
        item: `night`, the file of `fold_night`; of each group `answers`, `nearest` and `assigned`,
            its files in order.
        files: of the night.
        groups: of the night.
        rule: budget, cuts and clusters.
    """
    night = files.read([item["night"]])
    found, first_old = Answers.empty(night.num_rows), night.num_rows
    narrow, clusters = [], []
    for group in groups:
        numbers, rows = rows_of(night, group)
        known = rule.known.centroids.get(group.model)
        own = Group(
            numbers, np.empty((len(numbers), 0), np.float32), group.cut, before_of(rows), known
        )
        folded = folded_of(rows)
        start = Leaders.after(own.past, folded.order[folded.unique])
        answers = files.read(item["answers"][group.number])
        nearest = Nearest(answers["row"].to_numpy(), answers["similarity"].to_numpy())
        distinct = answer_rows(
            answers["kept"].to_numpy(), nearest, answers["closest"].to_numpy(), start.nearest
        )
        spread_answers(distinct, folded, numbers, found, first_old)
        first_old += len(own.past.ids)
        narrow.append(own)
        clusters.append(
            name_clusters(
                files, item["nearest"][group.number], item["assigned"][group.number], known
            )
        )
    pruned = name_witnesses(found, narrow, night["sample_id"].to_pylist(), clusters)
    return answer_night(night, pruned, narrow, rule)
