"""Pruning rows of two models under one budget, against the rule applied row by row."""

from dataclasses import dataclass, fields

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.diversity.evidence import verify_pruning
from pipelines.diversity.groups import Earlier, Group, PruneResult
from pipelines.diversity.pruning import count_allowed, prune, prune_groups
from pipelines.diversity.settings import PruneBudget, PruneSettings
from pipelines.diversity.similarity import Vectors
from pipelines.errors import InputError

SHAPES = st.tuples(
    st.integers(0, 24),
    st.integers(0, 24),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 999),
)
CUTS = (0.9, 0.6)


@dataclass(frozen=True, slots=True)
class MixedNight:
    """Rows of two models of 4 and 7 dimensions, mixed, with rows of earlier nights of both."""

    groups: list[Group]
    earlier: list[Earlier | None]
    ids: list[str]
    priority: np.ndarray
    strata: list[str | None]

    def group_of(self, row: int) -> int:
        """Return the group of a row."""
        return int(row in self.groups[1].rows.tolist())

    def vector(self, row: int) -> Vectors:
        """Return a row's vector in its own model."""
        group = self.groups[self.group_of(row)]
        return np.asarray(group.vectors[group.rows.tolist().index(row)])


def make_night(one: int, two: int, old_one: int, old_two: int, seed: int) -> MixedNight:
    """Return rows around few centres of each model, with copies, null priorities and strata."""
    chance = np.random.default_rng(seed)
    numbers = chance.permutation(one + two)
    groups: list[Group] = []
    before: list[Earlier | None] = []
    for rows, old, size, cut, name in (
        (numbers[:one], old_one, 4, CUTS[0], "e"),
        (numbers[one:], old_two, 7, CUTS[1], "n"),
    ):
        centres = chance.standard_normal((5, size))
        around = centres[chance.integers(0, 5, len(rows) + old)]
        vectors = (around + 0.4 * chance.standard_normal(around.shape)).astype(np.float32)
        vectors[: len(rows) // 5] = vectors[len(rows) // 2 : len(rows) // 2 + len(rows) // 5]
        earlier = Earlier(
            [f"{name}{k}" for k in range(old)], ["2026-01-01"] * old, vectors[len(rows) :]
        )
        past = earlier if old else None
        groups.append(Group.against(rows, vectors[: len(rows)], cut, past))
        before.append(past)
    priority = chance.integers(0, 3, one + two).astype(np.float64)
    priority[chance.random(one + two) < 0.2] = np.nan
    ids = [f"s{number}" for number in chance.permutation(one + two).tolist()]
    strata = [("x", "y", None)[k] for k in chance.integers(0, 3, one + two).tolist()]
    return MixedNight(groups, before, ids, priority, strata)


def cosine(left: Vectors, right: Vectors) -> float:
    """The cosine by its definition."""
    one, other = left.astype(float), right.astype(float)
    return round(float(one @ other / np.sqrt((one @ one) * (other @ other))), 12)


def old_vectors(night: MixedNight, group: int) -> list[Vectors]:
    """Return the vectors of a group's earlier rows."""
    earlier = night.earlier[group]
    return [] if earlier is None else list(earlier.vectors)


def lead_one_by_one(night: MixedNight) -> list[int]:
    """Apply the rule as written: in visiting order, a row leads that is near no earlier leader."""
    order = sorted(
        range(len(night.ids)),
        key=lambda k: (
            np.isnan(night.priority[k]),
            -np.nan_to_num(night.priority[k]),
            night.ids[k],
        ),
    )
    leaders: list[int] = []
    for row in order:
        mine = night.group_of(row)
        before = [
            *old_vectors(night, mine),
            *(night.vector(k) for k in leaders if night.group_of(k) == mine),
        ]
        if all(cosine(night.vector(row), other) < night.groups[mine].cut for other in before):
            leaders.append(row)
    return leaders


def choose_greedily(night: MixedNight, leaders: list[int], budget: PruneBudget) -> list[int]:
    """Apply the budget as written: strata, models without a kept row, gains; over all pairs."""
    allowed = count_allowed(budget.retain, len(night.ids))
    everyone = range(len(night.ids))
    reach = {
        (a, b): min(1.0, max(0.0, cosine(night.vector(a), night.vector(b))))
        for a in leaders for b in everyone if night.group_of(a) == night.group_of(b)
    }  # fmt: skip
    gap = {
        row: (1 - min(1.0, max(0.0, max((cosine(night.vector(row), old) for old in
              old_vectors(night, night.group_of(row))), default=0.0)))) ** 2
        for row in everyone
    }  # fmt: skip
    priority = {k: float(np.nan_to_num(night.priority[k], nan=-np.inf)) for k in leaders}
    ranks = sorted(set(priority.values()))
    steps = max(1, len(ranks) - 1)
    appeal = {k: 1 + budget.priority_weight * ranks.index(priority[k]) / steps for k in leaders}

    def gain(leader: int) -> float:
        shrunk = (
            max(0.0, gap[r] - (1 - reach[leader, r]) ** 2) for r in everyone if (leader, r) in reach
        )
        return round(sum(shrunk) * appeal[leader], 5)

    def take(among: list[int]) -> None:
        best = max(among, key=lambda k: (gain(k), -leaders.index(k)))
        chosen.append(best)
        for row in everyone:
            if (best, row) in reach:
                gap[row] = min(gap[row], (1 - reach[best, row]) ** 2)

    chosen: list[int] = []
    if budget.keep_at_least:
        of = {k: night.strata[k] for k in leaders}
        while wanted := [
            k for k in leaders if k not in chosen
            and sum(of[c] == of[k] for c in chosen) < budget.keep_at_least
        ]:  # fmt: skip
            take(wanted)
    bare = [
        g
        for g in (0, 1)
        if night.earlier[g] is None and all(night.group_of(k) != g for k in chosen)
    ]
    while len(chosen) < allowed and (wanted := [k for k in leaders if night.group_of(k) in bare]):
        take(wanted)
        bare.remove(night.group_of(chosen[-1]))
    while len(chosen) < allowed:
        take([k for k in leaders if k not in chosen])
    return chosen


@settings(deadline=None, max_examples=150)
@given(
    SHAPES, st.sampled_from([0.05, 0.2, 0.4, 1.0]), st.sampled_from([0.0, 1.5]), st.integers(0, 2)
)
@example(shape=(13, 16, 0, 3, 1), retain=0.2, weight=0.0, least=0)  # two leaders add the same
def test_rows_of_two_models_are_pruned_by_the_rule(
    shape: tuple[int, int, int, int, int], retain: float, weight: float, least: int
) -> None:
    """Kept rows, reasons, witnesses and novelties: within one model alone, the budget over both."""
    night = make_night(*shape)
    budget = PruneBudget(retain=retain, priority_weight=weight, keep_at_least=least)
    leaders = lead_one_by_one(night)
    allowed = count_allowed(retain, len(night.ids))
    of = [night.strata[k] for k in leaders]
    if len(leaders) > allowed and sum(min(least, of.count(v)) for v in set(of)) > allowed:
        with pytest.raises(InputError, match="keep_at_least"):
            prune_groups(night.groups, night.ids, night.priority, budget, strata=night.strata)
        return
    found = prune_groups(night.groups, night.ids, night.priority, budget, strata=night.strata)
    wanted = leaders if len(leaders) <= allowed else choose_greedily(night, leaders, budget)

    assert sorted(np.flatnonzero(found.kept).tolist()) == sorted(wanted)
    assert_rows_are_right(night, [k for k in leaders if found.kept[k]], found)


def assert_rows_are_right(night: MixedNight, kept: list[int], found: PruneResult) -> None:
    """Compare witness, reason, similarity and novelty of each row with brute force."""
    count = len(night.ids)
    names = [*night.ids, *(name for group in night.groups for name in group.past.ids)]
    olds = [*(("o", v) for v in old_vectors(night, 0)), *(("n", v) for v in old_vectors(night, 1))]
    for row in range(count):
        mine = night.group_of(row)
        kept_rows = [
            *((count + k, v) for k, (kind, v) in enumerate(olds) if kind == "on"[mine]),
            *((k, night.vector(k)) for k in kept if night.group_of(k) == mine),
        ]
        seen = kept_rows[: [k for k, _ in kept_rows].index(row)] if found.kept[row] else kept_rows
        cosines = [cosine(night.vector(row), v) for _, v in seen]
        best = max(cosines, default=0.0)
        assert found.novelty[row] == pytest.approx(1 - best, abs=1e-6)
        if found.kept[row] or not seen:
            assert (found.witness[row], found.witness_id[row], found.witness_ds[row]) == (
                -1,
                None,
                None,
            )
            assert np.isnan(found.similarity[row])
            assert found.reason[row] == ("leader" if found.kept[row] else "budget")
        else:
            assert found.similarity[row] == pytest.approx(best, abs=1e-6)
            assert dict(zip([k for k, _ in seen], cosines, strict=True))[
                int(found.witness[row])
            ] == (pytest.approx(best, abs=1e-6))
            assert found.witness_id[row] == names[found.witness[row]]
            near = best >= night.groups[mine].cut - 1e-6
            assert found.reason[row] == ("near_duplicate" if near else "budget")


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 40), st.integers(0, 5), st.integers(0, 999), st.sampled_from([0.1, 0.5, 1.0]))
def test_one_group_is_pruned_as_before(rows: int, old: int, seed: int, retain: float) -> None:
    """A night of one model must not change; an empty second group changes nothing either."""
    night = make_night(rows, 0, old, 0, seed)
    (own, empty), limits = night.groups, PruneSettings(retain=retain, cut=CUTS[0])
    vectors = own.vectors[np.argsort(own.rows)]
    one = prune(vectors, night.ids, night.priority, limits, night.earlier[0])
    both = prune_groups([empty, own], night.ids, night.priority, limits)

    assert (one.kept.tolist(), one.witness_id, one.reason, one.cluster_id) == (
        both.kept.tolist(), both.witness_id, both.reason, both.cluster_id)  # fmt: skip


def test_no_row_of_one_model_is_a_witness_of_the_other() -> None:
    """Equal vectors of two models do not mean equal texts: neither row is dropped."""
    vectors = np.ones((2, 3), dtype=np.float32)
    groups = [Group(np.array([0, 1]), vectors, 0.9), Group(np.array([2, 3]), vectors, 0.9)]
    found = prune_groups(groups, ["a", "b", "c", "d"], np.zeros(4), PruneBudget(retain=1.0))

    assert found.witness_id == [None, "a", None, "c"]
    assert found.cluster_id[0] != found.cluster_id[2]


def test_every_model_keeps_a_row_before_coverage_counts() -> None:
    """A dropped row names a kept row of its model: a large night must not drop its few emoji."""
    chance = np.random.default_rng(1)
    many, few = (chance.standard_normal((k, 8)).astype(np.float32) for k in (95, 5))
    groups = [Group(np.arange(95), many, 0.99), Group(np.arange(95, 100), few, 0.99)]
    found = prune_groups(
        groups, [f"{k:03d}" for k in range(100)], np.zeros(100), PruneBudget(retain=0.02)
    )

    assert (found.kept[:95].sum(), found.kept[95:].sum()) == (1, 1)
    assert None not in [
        w for w, kept in zip(found.witness_id, found.kept.tolist(), strict=True) if not kept
    ]


def test_rows_of_a_model_without_a_kept_row_have_no_witness() -> None:
    """One row for two models: the smaller gain is `budget` without a witness, as rechecked."""
    chance = np.random.default_rng(2)
    groups = [
        Group(np.arange(4), chance.standard_normal((4, 8)).astype(np.float32), 0.99),
        Group(np.array([4]), chance.standard_normal((1, 5)).astype(np.float32), 0.99),
    ]
    found = prune_groups(groups, list("abcde"), np.zeros(5), PruneBudget(retain=0.1))
    alone = PruneResult(*(getattr(found, answer.name)[4:] for answer in fields(found)))

    assert (found.kept.sum(), found.reason[4], found.witness_id[4], found.novelty[4]) == (
        1,
        "budget",
        None,
        1,
    )
    assert verify_pruning(groups[1].vectors, alone, 0.99).holds


def test_a_row_in_no_group_or_in_two_is_refused() -> None:
    """A row in no group would be kept or lost without a reason."""
    vectors = np.ones((1, 3), dtype=np.float32)
    group = Group(np.array([0]), vectors, 0.9)
    for groups, ids in (([group], ["a", "b"]), ([group, group], ["a"])):
        with pytest.raises(ValueError, match="exactly one group"):
            prune_groups(groups, ids, np.zeros(len(ids)), PruneBudget())
