"""Similarity: float64 decides, whatever the blocks preselect."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.diversity import similarity
from pipelines.diversity.pairs import closest_across, pairs_across
from pipelines.diversity.quantized import quantize
from pipelines.diversity.similarity import (
    Pool,
    Vectors,
    exact_cosines,
    exact_products,
    find_above,
    find_nearest,
    unit_rows,
)
from pipelines.diversity.vector_faults import check_vectors


def vectors_of(rows: int, seed: int, dimension: int = 6) -> Vectors:
    """Rows with many equal and near-equal cosines: small whole numbers."""
    chance = np.random.default_rng(seed)
    numbers = chance.integers(-1, 2, (rows, dimension)).astype(np.float32)
    numbers[~numbers.any(axis=1), 0] = 1.0
    return numbers


def brute_cosines(left: Vectors, right: Vectors) -> list[list[float]]:
    """Every cosine by the definition, in float64."""
    return [
        [
            round(
                float(
                    np.dot(a.astype(float), b) / np.linalg.norm(a.astype(float)) / np.linalg.norm(b)
                ),
                6,
            )
            for b in right
        ]
        for a in left
    ]


@settings(deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 99))
def test_the_nearest_row_is_that_of_brute_force(left: int, right: int, seed: int) -> None:
    """A witness that is not the nearest breaks the contract; ties are frequent here."""
    queries, pool = vectors_of(left, seed), vectors_of(right, seed + 1)
    found = find_nearest(unit_rows(queries), unit_rows(pool))

    assert found.similarity.round(6).tolist() == [max(row) for row in brute_cosines(queries, pool)]


def test_blocks_do_not_change_what_is_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Block sizes are a matter of memory: the row found, ties included, must be the same."""
    queries, pool = unit_rows(vectors_of(50, 1)), unit_rows(vectors_of(70, 2))
    limits = np.sort(np.random.default_rng(3).integers(0, 71, 50))
    whole = find_nearest(queries, pool, limits)
    monkeypatch.setattr(similarity, "QUERY_BLOCK", 7)
    monkeypatch.setattr(similarity, "POOL_BLOCK", 11)
    monkeypatch.setattr(similarity, "_FEW_CANDIDATES", 10**9)
    parts = find_nearest(queries, pool, limits)

    assert parts.row.tolist() == whole.row.tolist()
    assert parts.similarity.tolist() == whole.similarity.tolist()


def test_a_query_sees_no_row_beyond_its_limit() -> None:
    """Novelty looks at rows visited earlier only; a look ahead would make it too small."""
    rows = unit_rows(np.array([[1, 0], [0, 1], [1, 0]], dtype=np.float32))

    assert find_nearest(rows, rows, np.arange(3)).row.tolist() == [-1, 0, 0]


def test_equal_rows_have_cosine_one_exactly() -> None:
    """At a cut of 1.0 copies must still be found, so rounding may not push them below."""
    row = np.random.default_rng(5).standard_normal((1, 384)).astype(np.float32)

    assert closest_across(row, row) == 1.0


@settings(deadline=None)
@given(
    st.integers(0, 20),
    st.integers(1, 20),
    st.integers(0, 99),
    st.sampled_from([-0.5, 0.0, 0.5, 1.0]),
)
def test_pairs_are_those_of_brute_force(left: int, right: int, seed: int, cut: float) -> None:
    """The gate on train and eval counts pairs across; one missed is a leak."""
    one, other = vectors_of(left, seed), vectors_of(right, seed + 1)
    found = pairs_across(one, other, cut)
    cosines = brute_cosines(one, other)
    expected = [(i, j) for i in range(left) for j in range(right) if cosines[i][j] >= cut]

    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == expected


def test_nothing_is_close_to_an_empty_side() -> None:
    """A night without eval rows has no pair across, and no error either."""
    rows = vectors_of(3, 1)

    assert closest_across(rows, rows[:0]) == -np.inf
    assert pairs_across(rows[:0], rows, 0.5).left.tolist() == []


def test_every_kind_of_bad_vector_is_named_with_its_ids() -> None:
    """Bad vectors end the job with column, count and first ids; one kind must not hide another."""
    rows = [[1.0, 0.0], None, [1.0], [0.0, 0.0], [float("nan"), 1.0], None, ["a", "b"]]
    faults = check_vectors(rows, ["a", "z", "c", "d", "e", "b", "g"])

    assert [(fault.fault, fault.count, fault.first_ids) for fault in faults] == [
        ("no array of numbers", 1, ("g",)),
        ("not finite", 1, ("e",)),
        ("not of length 2", 1, ("c",)),
        ("null", 2, ("b", "z")),
        ("zero", 1, ("d",)),
    ]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 40), st.integers(2, 1500), st.integers(0, 99), st.floats(0, 0.3))
def test_an_approximate_cosine_lies_within_its_bound(
    rows: int, dimension: int, seed: int, noise: float
) -> None:
    """The bound is what makes cheap products safe: an error beyond it would overlook a pair."""
    chance = np.random.default_rng(seed)
    centre = chance.standard_normal(dimension)
    unit = unit_rows(
        (centre + noise * chance.standard_normal((rows, dimension))).astype(np.float32)
    )
    quantized = quantize(unit, integers=True)
    exact = unit.astype(float) @ unit.astype(float).T
    codes = quantized.dot_codes(quantized)

    assert np.abs(
        np.minimum(exact, 1.0) - quantized.to_cosines(codes, quantized)
    ).max() <= quantized.bound_error(quantized)
    assert (
        codes.tolist() == (quantized.values.astype(int) @ quantized.values.astype(int).T).tolist()
    )
    plain = quantize(unit, integers=False)
    assert plain.dot_codes(plain).tolist() == codes.tolist()
    floors = exact.max(axis=1)
    assert (
        codes >= quantized.to_codes(floors - quantized.bound_error(quantized), quantized)[:, None]
    )[exact >= floors[:, None]].all()


@pytest.mark.parametrize("spread", [0.001, 0.02, 1.0])
def test_int8_and_float32_products_end_in_the_same_answer(spread: float) -> None:
    """A processor without int8 units must prune the same rows, also among many candidates."""
    chance = np.random.default_rng(7)
    centre = chance.standard_normal((1, 48))
    rows = unit_rows((centre + spread * chance.standard_normal((300, 48))).astype(np.float32))
    limits = np.arange(300)
    half, full = (Pool(rows, quantize(rows, integers=kind)) for kind in (True, False))
    one, other = find_nearest(half, half, limits), find_nearest(full, full, limits)
    floors = np.full(300, float(np.median(other.similarity[1:])))

    assert one.row.tolist() == other.row.tolist()
    assert one.similarity.tolist() == other.similarity.tolist()
    assert [part.tolist() for part in find_above(half, half, floors)] == [
        part.tolist() for part in find_above(full, full, floors)
    ]


def test_rows_that_point_away_are_found_too() -> None:
    """Codes sort positive products only: a best cosine below 0 must still be exact."""
    queries = unit_rows(np.array([[1, 0], [0.9, 0.1]], dtype=np.float32))
    pool = unit_rows(np.array([[-1, 0], [-1, 1], [-1, 0.2]], dtype=np.float32))

    assert find_nearest(queries, pool).row.tolist() == [1, 1]


@pytest.mark.parametrize("dimension", [3, 32, 384])
def test_a_product_of_matrices_says_what_single_pairs_say(dimension: int) -> None:
    """Which of the two computes a cosine depends on blocks and tasks: no decimal may tell."""
    rows = unit_rows(np.random.default_rng(dimension).standard_normal((700, dimension)))
    one, other = np.divmod(np.arange(700 * 700), 700)

    np.testing.assert_array_equal(
        exact_products(rows, rows).ravel(), exact_cosines(rows, rows, one, other)
    )
