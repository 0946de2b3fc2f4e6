"""Pruning against the rule of the contract, applied row by row."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.diversity import leaders, similarity
from pipelines.diversity.evidence import verify_pruning
from pipelines.diversity.groups import Earlier, PruneResult
from pipelines.diversity.pruning import count_allowed, prune
from pipelines.diversity.settings import PruneSettings
from pipelines.diversity.similarity import Vectors
from pipelines.errors import InputError

NIGHTS = st.tuples(st.integers(1, 40), st.integers(0, 8), st.integers(0, 999))
RETAINS = st.sampled_from([0.01, 0.2, 0.5, 1.0])
CUTS = st.sampled_from([0.3, 0.85, 0.95, 1.0])


def make_night(rows: int, old: int, seed: int) -> tuple[Vectors, list[str], np.ndarray, Earlier]:
    """Return rows around few centres, with copies and null priorities, and earlier rows."""
    chance = np.random.default_rng(seed)
    centres = chance.standard_normal((6, 4))
    noise = 0.3 * chance.standard_normal((rows + old, 4))
    vectors = (centres[chance.integers(0, 6, rows + old)] + noise).astype(np.float32)
    vectors[: rows // 4] = vectors[rows // 2 : rows // 2 + rows // 4]
    vectors[-1] = vectors[0]
    priority = chance.integers(0, 3, rows).astype(np.float64)
    priority[chance.random(rows) < 0.2] = np.nan
    ids = [f"s{number}" for number in chance.permutation(rows).tolist()]
    earlier = Earlier([f"o{k}" for k in range(old)], ["2026-01-01"] * old, vectors[rows:])
    return vectors[:rows], ids, priority, earlier


def cosine(left: Vectors, right: Vectors) -> float:
    """The cosine by its definition."""
    one, other = left.astype(float), right.astype(float)
    return round(float(one @ other / np.sqrt((one @ one) * (other @ other))), 12)


def lead_one_by_one(
    vectors: Vectors, ids: list[str], priority: np.ndarray, cut: float, old: Vectors
) -> tuple[list[int], set[int]]:
    """Apply the rule as written; return the visiting order and the leaders."""
    order = sorted(
        range(len(ids)), key=lambda k: (np.isnan(priority[k]), -np.nan_to_num(priority[k]), ids[k])
    )
    leaders: list[int] = []
    for row in order:
        before = [*old, *(vectors[k] for k in leaders)]
        if all(cosine(vectors[row], other) < cut for other in before):
            leaders.append(row)
    return order, set(leaders)


@settings(deadline=None, max_examples=150)
@given(NIGHTS, RETAINS, CUTS)
def test_every_promise_of_the_rule_holds(
    night: tuple[int, int, int], retain: float, cut: float
) -> None:
    """Kept rows, reasons, witnesses, cosines and novelties, each from the definition."""
    vectors, ids, priority, earlier = make_night(*night)
    found = prune(vectors, ids, priority, PruneSettings(retain=retain, cut=cut), earlier)
    order, leaders = lead_one_by_one(vectors, ids, priority, cut, earlier.vectors)
    kept = [row for row in order if found.kept[row]]

    assert set(kept) <= leaders
    assert len(kept) == min(count_allowed(retain, len(ids)), len(leaders))
    assert_rows_are_right(vectors, kept, found, earlier, cut)
    assert verify_pruning(vectors, found, cut, earlier).holds


def assert_rows_are_right(
    vectors: Vectors, kept: list[int], found: PruneResult, earlier: Earlier, cut: float
) -> None:
    """Compare witness, reason, similarity and novelty of each row with brute force."""
    rows = len(vectors)
    everyone = np.concatenate([vectors, earlier.vectors])
    kept_rows = [*range(rows, len(everyone)), *kept]
    for row in range(rows):
        if found.kept[row]:
            before = kept_rows[: kept_rows.index(row)]
            best = max((cosine(vectors[row], everyone[k]) for k in before), default=0.0)
            assert (found.reason[row], found.witness[row], found.witness_id[row]) == (
                "leader",
                -1,
                None,
            )
            assert found.novelty[row] == pytest.approx(1 - best, abs=1e-6)
        else:
            best = max(cosine(vectors[row], everyone[k]) for k in kept_rows)
            assert cosine(vectors[row], everyone[found.witness[row]]) == pytest.approx(
                best, abs=1e-6
            )
            assert found.similarity[row] == pytest.approx(best, abs=1e-6)
            assert found.novelty[row] == 1 - found.similarity[row]
            assert found.reason[row] == ("near_duplicate" if best >= cut - 1e-6 else "budget")


@settings(deadline=None, max_examples=30)
@given(NIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(night: tuple[int, int, int], chance: object) -> None:
    """Partitioning decides the order of rows; it must not decide who stays."""
    vectors, ids, priority, earlier = make_night(*night)
    shuffled = list(range(len(ids)))
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis does not type its Random
    limits = PruneSettings(retain=0.3, cut=0.9)
    one = prune(vectors, ids, priority, limits, earlier)
    other = prune(
        vectors[shuffled], [ids[k] for k in shuffled], priority[shuffled], limits, earlier
    )

    assert [
        (other.kept[at], other.witness_id[at], other.novelty[at], other.cluster_id[at])
        for at in np.argsort(shuffled)
    ] == list(zip(one.kept, one.witness_id, one.novelty, one.cluster_id, strict=True))


def test_a_smaller_budget_keeps_a_part_of_a_larger_one() -> None:
    """Who lowers retain wants fewer of the same rows, not other ones."""
    vectors, ids, priority, _ = make_night(300, 0, 4)
    kept = [
        set(np.flatnonzero(prune(vectors, ids, priority, limits).kept))
        for limits in (PruneSettings(retain=share, cut=1.0) for share in (0.1, 0.3, 0.6))
    ]

    assert kept[0] < kept[1] < kept[2]


def test_the_budget_covers_the_pool_better_than_the_first_rows_do() -> None:
    """`budget` takes those that add least: every centre stays represented."""
    vectors, ids, priority, _ = make_night(300, 0, 8)
    found = prune(vectors, ids, priority, PruneSettings(retain=0.03, cut=1.0))
    chance = np.random.default_rng(1).permutation(300)[:9]
    mean_random = np.mean([max(cosine(row, vectors[k]) for k in chance) for row in vectors])
    mean_kept = np.where(found.kept, 1.0, found.similarity).mean()

    assert found.kept.sum() == 9
    assert mean_kept > mean_random


@pytest.mark.parametrize("retain", [0.3, 1.0])
@pytest.mark.parametrize("parts", [2, 4, 20])
def test_work_in_parts_answers_as_in_one(
    monkeypatch: pytest.MonkeyPatch, parts: int, retain: float
) -> None:
    """A block is compared tile by tile: no answer may depend on where a tile ends."""
    rows = 120
    vectors, ids, priority, earlier = make_night(rows, 9, 11)
    limits = PruneSettings(retain=retain, cut=0.9)
    whole = prune(vectors, ids, priority, limits, earlier)
    for room, name in (
        (leaders, "_LEADER_BLOCK"),
        (similarity, "QUERY_BLOCK"),
        (similarity, "POOL_BLOCK"),
    ):
        monkeypatch.setattr(room, name, rows // parts)
    found = prune(vectors, ids, priority, limits, earlier)

    for answer in fields(PruneResult):
        np.testing.assert_array_equal(
            getattr(found, answer.name), getattr(whole, answer.name), answer.name
        )


@pytest.mark.parametrize(
    ("retain", "rows", "expected"),
    [
        (0.5, 5, 2),
        (0.5, 7, 4),
        (0.29, 100, 29),
        (0.1, 1, 1),
        (0.8, 0, 0),
        (1.0, 3, 3),
        (0.35, 10, 4),
    ],
)
def test_the_budget_is_the_exact_decimal_halves_to_even(
    retain: float, rows: int, expected: int
) -> None:
    """0.29 x 100 is 29 and not 28.999: one row of difference fails an audit."""
    assert count_allowed(retain, rows) == expected


def test_no_rows_give_no_answers() -> None:
    """Phase I may keep nothing: that is an empty pruning, not an error."""
    empty = np.empty((0, 4), dtype=np.float32)

    assert prune(empty, [], np.empty(0), PruneSettings()).reason == []


def test_equal_rows_leave_one() -> None:
    """A source of one template repeated is one row, in linear time."""
    vectors = np.tile(np.array([[3.0, 4.0]], dtype=np.float32), (2000, 1))
    found = prune(
        vectors, [f"{k:04d}" for k in range(2000)], np.zeros(2000), PruneSettings(retain=1.0)
    )

    assert np.flatnonzero(found.kept).tolist() == [0]
    assert set(found.witness_id[1:]) == {"0000"}


@pytest.mark.parametrize(
    ("rows", "ids", "fault"),
    [
        ([[1, 0], [0, 0]], ["a", "b"], r"embedding: 1 vector is zero or not finite, first \['b'\]"),
        (
            [[1, 0], [np.nan, 0]],
            ["a", "b"],
            r"embedding: 1 vector is zero or not finite, first \['b'\]",
        ),
        ([[1, 0], [0, 1]], ["a", "a"], r"id: 1 id repeats, first \['a'\]"),
        ([[1, 0], [0, 1]], ["a"], r"embedding: an array of shape \(2, 2\) for 1 id"),
    ],
)
def test_bad_rows_are_an_error_that_names_them(
    rows: list[list[float]], ids: list[str], fault: str
) -> None:
    """A zero vector has no cosine; guessing one would drop or keep the row without a reason."""
    with pytest.raises(InputError, match=fault):
        prune(np.array(rows, dtype=np.float32), ids, np.zeros(len(ids)), PruneSettings())


def test_vectors_of_another_model_are_refused() -> None:
    """Earlier nights of another revision may have another length: no silent comparison."""
    earlier = Earlier(["o"], ["2026-01-01"], np.ones((1, 3), dtype=np.float32))
    with pytest.raises(InputError, match="vectors of length 3, those of this night have 2"):
        prune(np.ones((1, 2), dtype=np.float32), ["a"], np.zeros(1), PruneSettings(), earlier)


def test_the_recheck_sees_a_row_kept_beside_its_double() -> None:
    """The evidence must be able to fail, or the gate proves nothing."""
    vectors, ids, priority, _ = make_night(40, 0, 3)
    found = prune(vectors, ids, priority, PruneSettings(retain=1.0, cut=0.95))
    found.kept[np.flatnonzero(~found.kept)[0]] = True

    assert verify_pruning(vectors, found, 0.95).residual_pairs > 0


def test_every_stratum_keeps_its_least_or_all_its_leaders() -> None:
    """A small locale must not vanish under a small budget."""
    vectors, ids, priority, _ = make_night(300, 0, 5)
    strata = ["xx" if k % 60 == 7 else "yy" if k % 10 == 3 else None for k in range(300)]
    limits = PruneSettings(retain=0.05, cut=0.999999, keep_at_least=4)
    leaders = prune(vectors, ids, priority, PruneSettings(retain=1.0, cut=0.999999)).kept
    found = prune(vectors, ids, priority, limits, strata=strata)

    assert found.kept.sum() == 15
    for value in set(strata):
        mine = np.array([stratum == value for stratum in strata])
        assert found.kept[mine].sum() >= min(4, leaders[mine].sum())


def test_strata_keep_the_sets_nested() -> None:
    """Who lowers retain wants fewer of the same rows, minimum or not."""
    vectors, ids, priority, _ = make_night(200, 0, 6)
    strata: list[str | None] = [f"s{k % 3}" for k in range(200)]
    kept = [
        set(np.flatnonzero(prune(vectors, ids, priority, PruneSettings(
            retain=share, cut=1.0, keep_at_least=5), strata=strata).kept))
        for share in (0.1, 0.2, 0.5)
    ]  # fmt: skip

    assert kept[0] < kept[1] < kept[2]


def test_strata_that_need_more_than_the_budget_are_an_error() -> None:
    """A minimum that cannot hold must be an error, not be broken."""
    vectors, ids, priority, _ = make_night(40, 0, 1)
    limits = PruneSettings(retain=0.1, cut=1.0, keep_at_least=3)
    with pytest.raises(InputError, match=r"keep_at_least needs 6 rows, pruning\.retain allows 4"):
        prune(vectors, ids, priority, limits, strata=[str(k % 2) for k in range(40)])


def test_priority_can_outweigh_coverage() -> None:
    """Quality first is a choice of the user: the greater the weight, the better the rows kept."""
    vectors, ids, _, _ = make_night(300, 0, 9)
    quality = np.random.default_rng(3).random(300)
    means = []
    for weight in (0.0, 1.0, 100.0):
        limits = PruneSettings(retain=0.2, cut=1.0, priority_weight=weight)
        means.append(quality[prune(vectors, ids, quality, limits).kept].mean())

    assert means[0] < means[1] < means[2]


@pytest.mark.parametrize("spread", [1e-4, 1e-2])
def test_a_source_of_one_template_is_pruned_exactly(spread: float) -> None:
    """All rows near each other: every product is a candidate, and the rule must still hold."""
    chance = np.random.default_rng(4)
    vectors = (chance.standard_normal((1, 32)) + spread * chance.standard_normal((700, 32))).astype(
        np.float32
    )
    found = prune(
        vectors, [f"{k:03d}" for k in range(700)], np.zeros(700), PruneSettings(retain=1.0, cut=0.9)
    )

    assert np.flatnonzero(found.kept).tolist() == [0]
    assert verify_pruning(vectors, found, 0.9).holds


@pytest.mark.parametrize(
    ("retain", "cut", "fault"),
    [
        (0.0, 0.9, "retain\n  Input should be greater than 0"),
        (1.1, 0.9, "retain\n  Input should be less than or equal to 1"),
        (0.5, 0.0, "cut\n  Input should be greater than 0"),
        (0.5, 1.01, "cut\n  Input should be less than or equal to 1"),
    ],
)
def test_settings_outside_their_range_are_refused(retain: float, cut: float, fault: str) -> None:
    """P of 0 keeps nothing and a cut above 1 finds nothing: neither is what anybody meant."""
    with pytest.raises(ValidationError, match=fault):
        PruneSettings(retain=retain, cut=cut)


def test_one_row_leads() -> None:
    """The smallest night has one kept row and novelty 1."""
    found = prune(
        np.array([[0.6, 0.8]], dtype=np.float32), ["a"], np.array([np.nan]), PruneSettings()
    )

    assert (found.kept.tolist(), found.novelty.tolist(), found.witness_id) == (
        [True],
        [1.0],
        [None],
    )
