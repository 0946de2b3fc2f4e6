"""Waves against the sequential rule: every row the same, however the work is cut."""

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.diversity import clustering
from pipelines.diversity.clustering import (
    PART_ROWS,
    Centroids,
    assign_clusters,
    continue_clusters,
    find_known,
    found_clusters,
    name_continued,
    name_numbers,
    number_by_first,
    train_centroids,
)
from pipelines.diversity.folding import first_of_equals, fold_rows, print_rows
from pipelines.diversity.groups import PruneResult
from pipelines.diversity.pruning import prune
from pipelines.diversity.settings import PruneSettings
from pipelines.diversity.similarity import Nearest, unit_rows
from pipelines.diversity.waves import join_found
from tests.diversity.in_waves import Cuts, prune_in_waves
from tests.diversity.test_pruning import lead_one_by_one, make_night

NIGHTS = st.tuples(st.integers(1, 60), st.integers(0, 8), st.integers(0, 999))
CUTS = st.builds(Cuts, st.integers(1, 60), st.integers(1, 60), st.integers(1, 5))


def assert_same(found: PruneResult, expected: PruneResult) -> None:
    """Compare every column to the last bit."""
    for answer in fields(PruneResult):
        np.testing.assert_array_equal(
            getattr(found, answer.name), getattr(expected, answer.name), answer.name
        )


@settings(deadline=None, max_examples=200)
@given(
    NIGHTS, st.sampled_from([0.05, 0.3, 1.0]), st.sampled_from([0.3, 0.85, 0.95, 1.0]), CUTS,
    st.sampled_from(["unit", "any"]),
)  # fmt: skip
def test_waves_answer_as_one_task(
    night: tuple[int, int, int], retain: float, cut: float, cuts: Cuts, lengths: str
) -> None:
    """Copies, ties, missing priorities and rows of earlier nights, in waves of 1 to all rows."""
    vectors, ids, priority, earlier = make_night(*night)
    if lengths == "unit":
        vectors = unit_rows(vectors, as_stored=False)
    limits = PruneSettings(retain=retain, cut=cut)
    expected = prune(vectors, ids, priority, limits, earlier)

    assert_same(prune_in_waves(vectors, ids, priority, limits, earlier, cuts=cuts), expected)


@settings(deadline=None, max_examples=60)
@given(NIGHTS, st.sampled_from([0.3, 0.85, 0.95]), CUTS)
def test_waves_lead_as_the_rule_says(night: tuple[int, int, int], cut: float, cuts: Cuts) -> None:
    """The rule as it is written, row by row, is the measure; not the other kernel alone."""
    vectors, ids, priority, earlier = make_night(*night)
    found = prune_in_waves(
        vectors, ids, priority, PruneSettings(retain=1.0, cut=cut), earlier, cuts=cuts
    )

    assert (
        set(np.flatnonzero(found.kept).tolist())
        == lead_one_by_one(vectors, ids, priority, cut, earlier.vectors)[1]
    )


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 999), CUTS)
def test_strata_keep_their_least_in_waves(seed: int, cuts: Cuts) -> None:
    """The budget is chosen from links that were found in parts: gains are whole numbers."""
    vectors, ids, priority, earlier = make_night(60, 5, seed)
    strata = [None if k % 9 == 0 else f"s{k % 4}" for k in range(60)]
    limits = PruneSettings(retain=0.35, cut=1.0, keep_at_least=3, priority_weight=0.7)
    expected = prune(vectors, ids, priority, limits, earlier, strata=strata)

    found = prune_in_waves(vectors, ids, priority, limits, earlier, cuts=cuts, strata=strata)
    assert_same(found, expected)


@pytest.mark.parametrize("spread", [0.0, 1e-4])
def test_a_clique_costs_one_leader(spread: float) -> None:
    """A greeting that 100,000 people send, in equal or all but equal words, is one row kept."""
    chance = np.random.default_rng(3)
    rows = np.ones((100_000, 8)) + spread * chance.standard_normal((100_000, 8))
    ids = [f"{number:06}" for number in range(100_000)]
    limits = PruneSettings(retain=1.0, cut=0.95)
    cuts = Cuts(wave=16_384, rows=16_384, parts=2)
    vectors = unit_rows(rows.astype(np.float32))
    found = prune_in_waves(vectors, ids, np.zeros(len(ids)), limits, None, cuts=cuts)

    assert np.flatnonzero(found.kept).tolist() == [0]
    assert set(found.witness_id) == {None, "000000"}


def test_of_equally_near_rows_an_earlier_night_counts_then_the_first() -> None:
    """Tasks that read different leaders must agree on the witness."""
    one = Nearest(np.array([-1, 7, 3, -1]), np.array([0.9, 0.5, 0.5, -np.inf]))
    other = Nearest(np.array([4, 2, 5, 6]), np.array([0.9, 0.5, 0.6, -0.2]))

    for pair in ([one, other], [other, one]):
        found = join_found(pair)
        assert found.row.tolist() == [-1, 2, 5, 6]
        assert found.similarity.tolist() == [0.9, 0.5, 0.6, -0.2]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 30), st.integers(0, 99))
def test_digests_fold_what_bytes_fold(rows: int, seed: int) -> None:
    """Rows are compared by digests made apart; -0 and 0 are different bytes, as in one task."""
    chance = np.random.default_rng(seed)
    vectors = chance.integers(-1, 2, (rows, 3)).astype(np.float32) * np.float32(0.5)
    vectors[~vectors.any(axis=1)] = 1
    prints = print_rows(vectors)
    unit = unit_rows(vectors, as_stored=False)
    order = chance.permutation(rows)

    for digests, whole in ((prints.stored, vectors), (prints.scaled, unit)):
        folded = fold_rows(np.argsort(order), digests)
        expected = first_of_equals([row.tobytes() for row in whole[order]])
        assert folded.order.tolist() == order.tolist()
        assert folded.first.tolist() == expected.tolist()
        assert folded.copies.sum() == rows


def test_prints_tell_faulty_rows() -> None:
    """One zero vector of a million ends the night with its id, as in one task."""
    rows = np.array([[0, 0], [1, 0], [np.nan, 1], [3, 4]], dtype=np.float32)
    prints = print_rows(rows)

    assert prints.is_faulty.tolist() == [True, False, True, False]
    assert prints.is_unit[1::2].tolist() == [True, False]


@pytest.mark.parametrize("rows", [2, 40, 3_000])
def test_centroids_of_parts_are_those_of_the_whole(rows: int) -> None:
    """Faiss takes a sample of a large table: the same one is drawn without the table."""
    vectors = unit_rows(np.random.default_rng(rows).standard_normal((rows, 16)), as_stored=False)
    count = int(rows**0.5)
    cuts = [0, rows // 3, rows // 3, rows // 2, rows]
    parts = [vectors[a:b] for a, b in pairwise(cuts)]
    found = found_clusters(parts, rows)
    mean = vectors.mean(axis=0, dtype=np.float64)
    moved = vectors - mean
    centred = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)

    np.testing.assert_array_equal(found.mean, mean)
    np.testing.assert_array_equal(found.centroids, train_centroids(centred, count))


def test_clusters_of_parts_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges that begin with whole parts are cut as one table is."""
    chance = np.random.default_rng(2)
    monkeypatch.setattr(clustering, "PART_ROWS", 512)
    monkeypatch.setattr(clustering, "_TILE", 256)
    vectors = unit_rows(chance.standard_normal((1_500, 12)), as_stored=False)
    ids = [f"{number:04}" for number in range(1_500)]
    known = Centroids.of(["c0004", "c0009", "c0010"], vectors[:3])
    nearest = np.concatenate([find_known(vectors[:1024], known), find_known(vectors[1024:], known)])
    far = vectors[nearest < 0]
    founded = found_clusters([far[:100], far[100:]], len(far))
    numbers = np.concatenate([founded.assign(far[:512]), founded.assign(far[512:])])
    names = name_continued(known, nearest, name_numbers(number_by_first(numbers)))

    assert 512 < len(far) < 1_500
    assert PART_ROWS % 2_048 == 0
    assert names == continue_clusters(vectors, ids, known)
    assert name_numbers(number_by_first(numbers)) == assign_clusters(far, ids[: len(far)])
