"""Pruning by probe clusters: what it states is true, and what it overlooks is estimated right."""

from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.diversity import leaders
from pipelines.diversity.evidence import verify_pruning
from pipelines.diversity.groups import Earlier, PruneResult
from pipelines.diversity.pruning import prune
from pipelines.diversity.quantized import quantize
from pipelines.diversity.residual import estimate_residual, find_torn
from pipelines.diversity.settings import PruneSettings
from pipelines.diversity.similarity import Pool, Vectors, find_nearest, unit_rows
from pipelines.outcomes import Reason

NIGHTS = st.tuples(st.integers(2, 90), st.integers(0, 30), st.integers(0, 999))
LIMITS = st.sampled_from([(0.2, 0.95), (0.3, 0.5), (1.0, 0.3), (1.0, 0.5), (1.0, 1.0)])
ALL = 10_000


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> Iterator[None]:
    """Let small nights have many spans of several blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaders, "_LEADER_BLOCK", 8)
        patch.setattr(leaders, "_SPAN_BLOCKS", 2)
        yield


def make_night(rows: int, old: int, seed: int) -> tuple[Vectors, list[str], np.ndarray, Earlier]:
    """Return rows in all directions of few dimensions, many near each other, and copies."""
    chance = np.random.default_rng(seed)
    vectors = chance.standard_normal((rows + old, 6)).astype(np.float32)
    vectors[: rows // 5] = vectors[-(rows // 5) :] if rows >= 5 else vectors[:0]
    priority = chance.integers(0, 3, rows).astype(np.float64)
    ids = [f"s{number}" for number in chance.permutation(rows).tolist()]
    return (
        vectors[:rows],
        ids,
        priority,
        Earlier([f"o{k}" for k in range(old)], ["d"] * old, vectors[rows:]),
    )


def by_clusters(retain: float, cut: float, probe_clusters: int) -> PruneSettings:
    """Settings under which no night is small enough for brute force."""
    return PruneSettings(retain=retain, cut=cut, exact_pairs=1, probe_clusters=probe_clusters)


def exact_to(exact_pairs: int) -> PruneSettings:
    """Settings under which some pairs are overlooked above so many."""
    return PruneSettings(retain=1.0, cut=0.5, exact_pairs=exact_pairs, probe_clusters=1)


def brute(vectors: Vectors, earlier: Earlier) -> np.ndarray:
    """Every cosine of all rows by the definition, to 12 decimals."""
    rows = np.concatenate([vectors, earlier.vectors]).astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows @ rows.T).round(12)


@settings(deadline=None, max_examples=60)
@given(NIGHTS, LIMITS)
def test_probing_every_cluster_gives_the_exact_answer(
    night: tuple[int, int, int], limits: tuple[float, float]
) -> None:
    """A search of all clusters is exact: clusters may overlook pairs but change no cosine."""
    vectors, ids, priority, earlier = make_night(*night)
    exact = prune(vectors, ids, priority, PruneSettings(retain=limits[0], cut=limits[1]), earlier)
    found = prune(vectors, ids, priority, by_clusters(*limits, ALL), earlier)

    for answer in fields(PruneResult):
        np.testing.assert_array_equal(
            getattr(found, answer.name), getattr(exact, answer.name), answer.name
        )


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 6), st.integers(0, 999))
def test_of_equally_near_rows_in_different_clusters_the_first_is_named(
    queries: int, rows: int, clusters: int, seed: int
) -> None:
    """Clusters are searched one after the other; their order must not decide the witness."""
    chance = np.random.default_rng(seed)
    unit = unit_rows(chance.choice([-1.0, 1.0], (queries + rows, 4)).astype(np.float32))
    every = np.argsort(chance.random((queries + rows, clusters)), axis=1)
    searched, pool = (Pool(unit[part], quantize(unit[part]), every[part])
                  for part in (slice(queries), slice(queries, None)))  # fmt: skip
    limits = np.sort(chance.integers(0, rows + 1, queries))
    for seen in (None, limits):
        found, whole = (
            find_nearest(searched, pool, seen),
            find_nearest(searched.whole(), pool.whole(), seen),
        )
        assert found.row.tolist() == whole.row.tolist()
        assert found.similarity.tolist() == whole.similarity.tolist()


@settings(deadline=None, max_examples=80)
@given(NIGHTS, LIMITS, st.integers(1, 2))
def test_what_is_stated_is_true_however_few_rows_are_searched(
    night: tuple[int, int, int], limits: tuple[float, float], probe_clusters: int
) -> None:
    """A pair may be overlooked, but a named witness is a kept row, at the cosine stated."""
    vectors, ids, priority, earlier = make_night(*night)
    retain, cut = limits
    found = prune(vectors, ids, priority, by_clusters(retain, cut, probe_clusters), earlier)
    cosines = brute(vectors, earlier)
    kept_rows = {*np.flatnonzero(found.kept).tolist(), *range(len(ids), len(cosines))}

    assert found.kept.any() or len(earlier.ids)
    assert found.kept.sum() <= max(1, round(retain * len(ids)))
    for row in np.flatnonzero(~found.kept).tolist():
        witness = int(found.witness[row])
        assert witness in kept_rows or (witness < 0 and not kept_rows)
        assert found.similarity[row] == pytest.approx(cosines[row, witness], abs=2e-7)
        assert found.reason[row] == ("near_duplicate" if found.similarity[row] >= cut else "budget")


@settings(deadline=None, max_examples=20)
@given(NIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(night: tuple[int, int, int], chance: object) -> None:
    """Partitioning decides the order of rows; neither clusters nor the sample may show it."""
    vectors, ids, priority, earlier = make_night(*night)
    shuffled = list(range(len(ids)))
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis does not type its Random
    limits = by_clusters(0.6, 0.5, 1)
    one = prune(vectors, ids, priority, limits, earlier)
    names = [ids[k] for k in shuffled]
    other = prune(vectors[shuffled], names, priority[shuffled], limits, earlier)

    back = np.argsort(shuffled)
    assert [(other.kept[k], other.witness_id[k], other.novelty[k]) for k in back] == list(
        zip(one.kept, one.witness_id, one.novelty, strict=True)
    )
    estimate = [
        estimate_residual(*rows, 0.5, earlier, size=9)
        for rows in ((vectors, ids, one), (vectors[shuffled], names, other))
    ]
    assert estimate[0] == estimate[1]


def test_up_to_the_stated_pairs_every_pair_is_compared() -> None:
    """The last night that fits is exact."""
    vectors, ids, priority, _ = make_night(90, 0, 3)
    whole = prune(vectors, ids, priority, PruneSettings(retain=1.0, cut=0.5))
    kept = [
        prune(vectors, ids, priority, exact_to(most)).kept.tolist()
        for most in (90 * 90 // 2, 90 * 90 // 2 - 1)
    ]

    assert kept[0] == whole.kept.tolist()
    assert kept[1] != kept[0]


@settings(deadline=None, max_examples=60)
@given(NIGHTS, LIMITS)
def test_a_sample_of_all_rows_counts_what_brute_force_counts(
    night: tuple[int, int, int], limits: tuple[float, float]
) -> None:
    """The estimate of a sample of all is no estimate: pairs left, rows beside another, recall."""
    vectors, ids, priority, earlier = make_night(*night)
    cut = limits[1]
    found = prune(vectors, ids, priority, by_clusters(*limits, 1), earlier)
    estimate = estimate_residual(vectors, ids, found, cut, earlier)
    cosines = brute(vectors, earlier)
    old = np.arange(len(ids), len(cosines))
    kept, dropped = np.flatnonzero(found.kept), np.flatnonzero(~found.kept)
    near = cosines >= cut
    inside = near[np.ix_(kept, kept)] & ~np.eye(len(kept), dtype=np.bool_)
    beside = inside.any(axis=1) | near[np.ix_(kept, old)].any(axis=1)
    best = cosines[np.ix_(dropped, [*kept, *old])].max(axis=1, initial=-1)

    assert estimate.pairs == inside.sum() // 2 + near[np.ix_(kept, old)].sum()
    assert (estimate.beside, estimate.sampled, estimate.kept) == (
        beside.sum(),
        len(kept),
        len(kept),
    )
    assert estimate.share_at_most == (beside.mean() if len(kept) else 0.0)
    assert estimate.nearest == (best <= found.similarity[dropped] + 2e-5).sum()
    assert estimate.unseen == ((found.similarity[dropped] < cut) & (best >= cut + 2e-5)).sum()
    assert (estimate.without_witness, estimate.near_without_witness) == (0, 0)


def plant(rows: int, twins: int) -> tuple[Vectors, PruneResult]:
    """Return rows far from each other, all of them kept; the last ones equal the first ones."""
    chance = np.random.default_rng(1)
    vectors = chance.standard_normal((rows, 48)).astype(np.float32)
    vectors[rows - twins :] = vectors[:twins]
    none = [None] * rows
    nothing = np.full(rows, np.nan)
    kept = np.ones(rows, dtype=np.bool_)
    leaders = [Reason.LEADER] * rows
    return vectors, PruneResult(
        kept, leaders, np.full(rows, -1), list(none), list(none), nothing, nothing, [""] * rows
    )


def test_the_bound_covers_planted_misses_that_a_sample_does_not_show() -> None:
    """A gate on the share found alone would pass any small sample; the bound covers the true one.

    95 of 100 draws at least must cover it; other ids are other draws.
    """
    vectors, kept = plant(1000, 15)
    estimate = [
        estimate_residual(vectors, [f"{seed}.{k}" for k in range(1000)], kept, 0.9, size=100)
        for seed in range(60)
    ]

    assert sum(one.share_at_most >= 0.03 for one in estimate) >= 57
    assert np.mean([one.pairs for one in estimate]) == pytest.approx(15, rel=0.25)
    assert all((one.sampled, one.kept) == (100, 1000) for one in estimate)
    assert [one.holds(0.02) for one in estimate].count(True) <= 3
    none = estimate_residual(
        *(plant(1000, 0)[0], [f"{k}" for k in range(1000)], kept), 0.9, size=300
    )
    assert (none.beside, none.pairs) == (0, 0.0)
    assert none.share_at_most == pytest.approx(1 - 0.05 ** (1 / 300))  # the rule of three, exactly
    assert (none.holds(0.01), none.holds(0.009)) == (True, False)


@pytest.mark.parametrize(
    ("fault", "without", "below"),
    [("none", 0, 0), ("cosine", 1, 0), ("dropped witness", 1, 1), ("below the cut", 0, 1)],
)
def test_a_statement_that_is_not_so_fails_whatever_the_share(
    fault: str, without: int, below: int
) -> None:
    """A sample may miss pairs, but the statements of all rows are checked."""
    vectors, ids, priority, nothing = make_night(80, 0, 5)
    found = prune(vectors, ids, priority, by_clusters(1.0, 0.5, 2))
    cosines, kept = brute(vectors, nothing), np.flatnonzero(found.kept)
    row = int(np.flatnonzero(~found.kept)[-1])
    if fault == "cosine":
        found.similarity[row] -= 0.01
    elif fault == "dropped witness":
        found.witness[row] = row
    elif fault == "below the cut":
        found.witness[row] = kept[np.argmin(cosines[row, kept])]
        found.similarity[row] = cosines[row, found.witness[row]]
    estimate = estimate_residual(vectors, ids, found, 0.5, size=1)

    assert (estimate.without_witness, estimate.near_without_witness) == (without, below)
    assert estimate.holds(1.0) == (fault == "none")


@settings(deadline=None, max_examples=40)
@given(NIGHTS, st.sampled_from([0.3, 0.5, 0.8, 1.0]), st.integers(0, 99))
def test_no_pair_at_the_cut_stays_on_two_sides(
    night: tuple[int, int, int], cut: float, seed: int
) -> None:
    """Only rows of this night are dropped, only rows near the other side, and no pair stays."""
    vectors = make_night(*night)[0]
    chance = np.random.default_rng(seed)
    is_eval, is_own = chance.random((2, len(vectors))) < 0.5
    torn = find_torn(vectors, is_eval, is_own, cut)
    near = brute(vectors, Earlier([], [], vectors[:0])) >= cut
    stays = ~torn

    assert not (torn & ~is_own).any()
    assert not (near & np.outer(is_eval & is_own & stays, ~is_eval & stays)).any()
    assert not (near & np.outer(is_eval & stays, ~is_eval & is_own & stays)).any()
    assert all((near[row] & (is_eval != is_eval[row])).any() for row in np.flatnonzero(torn))


def test_the_exact_recheck_sees_what_clusters_overlooked() -> None:
    """The two checks must be able to differ, or choosing between them has no effect."""
    vectors, ids, priority, _ = make_night(90, 0, 3)
    found = prune(vectors, ids, priority, by_clusters(1.0, 0.5, 1))

    assert verify_pruning(vectors, found, 0.5).residual_pairs > 0
