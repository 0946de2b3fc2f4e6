"""Near-duplicate pruning by the rule of contract section 5: leaders, budget, witness, novelty."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.clustering import continue_clusters, next_number, number_founded
from pipelines.diversity.coverage import (
    Domain,
    Neighbours,
    Preferences,
    link_neighbours,
    rank_by_coverage,
)
from pipelines.diversity.folding import Folded, fold_rows
from pipelines.diversity.groups import Earlier, Group, PruneResult, check_groups
from pipelines.diversity.leaders import Leaders, continue_leaders
from pipelines.diversity.probe_clusters import join_clusters
from pipelines.diversity.settings import PruneBudget, PruneSettings
from pipelines.diversity.similarity import (
    Cosines,
    Nearest,
    Pool,
    Rows,
    Vectors,
    find_nearest,
    make_pool,
    unit_rows,
)
from pipelines.diversity.witnesses import (
    Answers,
    answer_copies,
    find_linked,
    find_witnesses,
    restore_input_order,
)
from pipelines.errors import InputError
from pipelines.outcomes import Reason
from pipelines.wording import format_count


def prune(  # noqa: PLR0913 the last two are rarely given
    vectors: Vectors,
    ids: Sequence[str],
    priority: Cosines,
    settings: PruneSettings,
    earlier: Earlier | None = None,
    *,
    strata: Sequence[str | None] | None = None,
) -> PruneResult:
    """Prune rows with vectors of one model; see `prune_groups`.

    Five rows on the unit circle, at 0, 10, 90, 100 and 5 degrees, visited in this order. At a cut
    of 0.95, the cosine of 18 degrees, b and e are near-duplicates of a, and d is one of c.

    >>> angles = np.radians([0, 10, 90, 100, 5])
    >>> vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    >>> priority = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    >>> answer = prune(vectors, list("abcde"), priority, PruneSettings(retain=1.0, cut=0.95))
    >>> answer.kept.tolist(), answer.witness_id
    ([True, False, True, False, False], [None, 'a', None, 'c', 'a'])

    A budget of 20 % is one row. It keeps the leader that covers more, a. Rows c and d get it as
    their witness as well, though it is far from them.

    >>> answer = prune(vectors, list("abcde"), priority, PruneSettings(retain=0.2, cut=0.95))
    >>> answer.witness_id, [reason.value for reason in answer.reason]
    ([None, 'a', 'a', 'a', 'a'], ['leader', 'near_duplicate', 'budget', 'budget', 'near_duplicate'])

    Args:
        vectors: [n, d] float32, no zero vector.
        ids: [n], distinct.
        priority: [n]; NaN comes last.
        settings: budget and cut.
        earlier: kept rows of earlier nights; they count as leaders visited first.
        strata: as in `prune_groups`.
    """
    group = Group.against(np.arange(len(ids)), vectors, settings.cut, earlier)
    return prune_groups([group], ids, priority, settings, strata=strata)


def prune_groups(
    groups: Sequence[Group],
    ids: Sequence[str],
    priority: Cosines,
    budget: PruneBudget,
    *,
    strata: Sequence[str | None] | None = None,
) -> PruneResult:
    """Keep the leaders that fit the budget; name for every other row the kept row nearest to it.

    Rows are visited by priority, then id. A row leads unless an earlier leader of its group, or a
    kept row of an earlier night, is at or above the group's cut. If there are more leaders than the
    budget allows, those are dropped that add least to what the others cover.

    One budget counts the rows of all groups. A leader covers rows of its own group alone, and the
    leaders of all groups compete by their gains. A group without a kept row gets its best leader
    first, so that its rows have a witness; rows stay without one only where the budget allows fewer
    rows than there are such groups. The answer does not depend on the order of rows.

    Two groups, rows 0 to 2 and rows 3 and 4, under a budget of 40 %, two rows: each group keeps its
    best leader.

    >>> vectors = np.array([[1, 0], [0, 1], [0.1, 1], [1, 0], [1, 0]], dtype=np.float32)
    >>> groups = [Group(np.arange(3), vectors[:3], 0.95), Group(np.arange(3, 5), vectors[3:], 0.95)]
    >>> answer = prune_groups(groups, list("abcde"), np.zeros(5), PruneBudget(retain=0.4))
    >>> answer.kept.tolist(), answer.witness_id
    ([False, True, False, True, False], ['b', None, 'b', None, 'd'])

    Args:
        groups: each row is in exactly one of them.
        ids: [n], distinct.
        priority: [n]; NaN comes last.
        budget: how much to keep.
        strata: [n], the stratum of each row; None is a stratum of its own. At least `keep_at_least`
            leaders of each are kept, or all where it has fewer. They are chosen before the groups'
            first leaders.

    Raises:
        InputError: ids repeat, a vector is zero, not finite or of another length, or the budget is
            smaller than what the strata need.

    Source: contract section 5; CharacterFlywheel §2.2.1, Phase II.
    """
    check_groups(groups, ids)
    visited = np.argsort(visit_order(ids, priority))
    searches = [_search(group, visited, budget) for group in groups]
    leaders = np.concatenate(
        [np.empty(0, np.int64), *(search.rows[search.leaders] for search in searches)]
    )
    turns = np.argsort(visited[leaders])
    of_leaders = None if strata is None else [strata[row] for row in leaders[turns].tolist()]
    preferences = weigh_leaders(priority[leaders[turns]], of_leaders, budget)
    _apply_budget(searches, np.argsort(turns), preferences, count_allowed(budget.retain, len(ids)))
    found = Answers.empty(len(ids))
    first_old = len(ids)
    for search in searches:
        own = find_witnesses(search.pool, search.found, search.unlinked)
        spread_answers(own, search.folded, search.group.rows, found, first_old)
        first_old += len(search.group.past.ids)
    clusters = [
        continue_clusters(group.vectors, [ids[row] for row in group.rows.tolist()], group.known)
        for group in groups
    ]
    return name_witnesses(found, groups, ids, clusters)


def visit_order(ids: Sequence[str], priority: Cosines) -> Rows:
    """Return row numbers in visiting order: priority high first, NaN last, then id as a string."""
    key = np.where(np.isnan(priority), np.inf, -priority)
    missing = np.isnan(priority)
    by_id = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    return by_id[np.lexsort((key[by_id], missing[by_id]))]


def count_allowed(retain: float, rows: int) -> int:
    """Return `retain` x `rows`, an exact decimal rounded half to even; at least 1 of any rows."""
    return min(rows, max(1, round(Fraction(str(retain)) * rows)))


@dataclass(slots=True)
class _Search:
    """A group while it is pruned: its distinct rows in visiting order, and which lead or stay.

    Attributes:
        folded: the group's rows in visiting order; what follows is about the [u] distinct ones.
        rows: [u], their numbers among all rows.
        pool: [u], their vectors.
        start: the search as it was after the rows of earlier nights: no row leads.
        found: the leaders.
        unlinked: [u], which rows are linked to no kept row; None = nothing is known of links.
    """

    group: Group
    folded: Folded
    rows: Rows
    pool: Pool
    start: Leaders
    found: Leaders
    unlinked: NDArray[np.bool_] | None = None

    @property
    def leaders(self) -> Rows:
        """Which of the distinct rows lead."""
        return np.flatnonzero(self.found.leads)

    def keep(self, links: Neighbours, stays: NDArray[np.bool_]) -> None:
        """Keep only some leaders.

        Args:
            links: of the distinct rows with the leaders.
            stays: [l], which leaders stay.
        """
        compared, leaders = self.start, self.leaders
        compared.leads[leaders[stays]] = True
        of_keeper = np.repeat(stays, np.diff(links.start))
        owner = np.repeat(leaders, np.diff(links.start))[of_keeper]
        near = find_linked(links.row[of_keeper], owner, links.similarity[of_keeper], compared.leads)
        self.unlinked = near.row < 0
        self._search_before(near, leaders[stays])
        nearer = near.similarity > compared.cosine
        compared.nearest[nearer] = near.row[nearer]
        compared.cosine[nearer] = near.similarity[nearer]
        compared.closest[compared.leads] = compared.cosine[compared.leads]
        self.found = compared

    def _search_before(self, near: Nearest, keepers: Rows) -> None:
        """Fill in the nearest kept row before each kept row that is linked to none."""
        place = np.flatnonzero(near.row[keepers] < 0)
        earlier = self.pool.take(keepers[: place.max(initial=0)])
        before = find_nearest(self.pool.take(keepers[place]), earlier, place)
        near.row[keepers[place]] = np.append(keepers, -1)[before.row]
        near.similarity[keepers[place]] = before.similarity


def spread_answers(
    own: Answers, folded: Folded, rows: Rows, found: Answers, first_old: int
) -> None:
    """Write the answers about a group's distinct rows to all its rows.

    Args:
        own: [u], in visiting order; a witness from u on is an earlier row.
        folded: the group's rows.
        rows: [k], the numbers of the group's rows among all.
        found: [n], written to.
        first_old: the group's earlier rows are numbered from here on.
    """
    answers = answer_copies(own, folded.unique, folded.first)
    answers = restore_input_order(answers, folded.order)
    count = len(folded.order)
    numbers = np.append(rows, -1)[np.where(answers.witness < count, answers.witness, -1)]
    found.kept[rows] = answers.kept
    found.witness[rows] = np.where(
        answers.witness < count, numbers, answers.witness - count + first_old
    )
    found.similarity[rows] = np.where(np.isneginf(answers.similarity), np.nan, answers.similarity)
    found.novelty[rows] = answers.novelty


def _search(group: Group, visited: Rows, budget: PruneBudget) -> _Search:
    """Find a group's leaders; `visited` is the place of every row in the visiting order."""
    folded, pool = _fold(group, visited)
    rows = folded.order[folded.unique]
    if not budget.is_exact(len(folded.order)):
        pool = join_clusters(pool, budget.probe_clusters)
    start = Leaders.after(group.past, rows)
    return _Search(
        group=group,
        folded=folded,
        rows=group.rows[rows],
        pool=pool,
        start=start,
        found=continue_leaders(pool, group.cut, start.copy()),
    )


def _fold(group: Group, visited: Rows) -> tuple[Folded, Pool]:
    """Return the folded rows of a group, and the distinct ones ready to be searched."""
    unit = unit_rows(group.vectors)
    folded = fold_rows(visited[group.rows], [row.tobytes() for row in unit])
    return folded, make_pool(unit[folded.order[folded.unique]])


def weigh_leaders(
    priority: Cosines, strata: list[str | None] | None, budget: PruneBudget
) -> Preferences:
    """Return each leader's weight, by its rank in priority, and its stratum's need of rows."""
    _, rank = np.unique(np.nan_to_num(priority, nan=-np.inf), return_inverse=True)
    weight = 1.0 + budget.priority_weight * rank / max(1, int(rank.max(initial=0)))
    if strata is None or not budget.keep_at_least:
        return Preferences(weight, np.full(len(priority), -1), np.empty(0, dtype=np.int64))
    number = {value: k for k, value in enumerate(dict.fromkeys(strata))}
    stratum = np.array([number[value] for value in strata], dtype=np.int64)
    return Preferences(weight, stratum, np.full(len(number), budget.keep_at_least, dtype=np.int64))


def _apply_budget(
    searches: Sequence[_Search], turn: Rows, preferences: Preferences, allowed: int
) -> None:
    """Keep all leaders, or the allowed number: those that best cover what earlier nights do not."""
    bounds = np.cumsum([0, *(len(search.leaders) for search in searches)])
    if bounds[-1] <= allowed:
        return
    graphs = [link_neighbours(s.pool, s.leaders) for s in searches]
    domains = [
        Domain(
            graph,
            s.leaders,
            s.start.cosine,
            s.folded.copies,
            turn[start:stop],
        )
        for s, graph, start, stop in zip(searches, graphs, bounds, bounds[1:], strict=False)
    ]
    stays = np.isin(turn, choose_leaders(domains, preferences, allowed))
    for s, graph, start, stop in zip(searches, graphs, bounds, bounds[1:], strict=False):
        s.keep(graph, stays[start:stop])


def choose_leaders(domains: Sequence[Domain], preferences: Preferences, allowed: int) -> Rows:
    """Return the numbers of the leaders that stay: those that best cover the rows.

    Raises:
        InputError: the strata need more than is allowed.
    """
    if (needed := preferences.count()) > allowed:
        message = (
            f"pruning.keep_at_least needs {format_count(needed, 'row')}, "
            f"pruning.retain allows {allowed}; lower keep_at_least or raise retain"
        )
        raise InputError(message)
    return rank_by_coverage(domains, preferences, allowed)


def name_witnesses(
    answers: Answers,
    groups: Sequence[Group],
    ids: Sequence[str],
    clusters: Sequence[Sequence[str]],
) -> PruneResult:
    """Return the answers by names.

    Args:
        answers: [n], about every row.
        groups: each row is in one of them; their vectors are not read.
        ids: [n].
        clusters: of each group, the cluster of each of its rows, by `continue_clusters`.
    """
    past = [group.past for group in groups]
    # The last entry is for witness -1, no witness.
    names: list[str | None] = [*ids, *(name for old in past for name in old.ids), None]
    nights: list[str | None] = [
        *([None] * len(ids)),
        *(night for old in past for night in old.ds),
        None,
    ]
    cuts = np.ones(len(ids))
    for group in groups:
        cuts[group.rows] = group.cut
    near = np.where(answers.similarity >= cuts, Reason.NEAR_DUPLICATE.value, Reason.BUDGET.value)
    return PruneResult(
        kept=answers.kept,
        reason=[
            Reason(value) for value in np.where(answers.kept, Reason.LEADER.value, near).tolist()
        ],
        witness=answers.witness,
        witness_id=[names[row] for row in answers.witness.tolist()],
        witness_ds=[nights[row] for row in answers.witness.tolist()],
        similarity=answers.similarity,
        novelty=answers.novelty,
        cluster_id=_number_clusters(groups, clusters, len(ids)),
    )


def _number_clusters(
    groups: Sequence[Group], clusters: Sequence[Sequence[str]], rows: int
) -> list[str]:
    """Return the cluster of each row; those that different groups founded have different names."""
    found = [""] * rows
    taken = {name for group in groups for name in (group.known.names if group.known else ())}
    for group, own in zip(groups, clusters, strict=True):
        continued = set(group.known.names) if group.known else set()
        names = number_founded(own, continued, next_number(taken))
        taken.update(names)
        for row, name in zip(group.rows.tolist(), names, strict=True):
            found[row] = name
    return found
