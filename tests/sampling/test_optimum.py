"""The integer point is optimal, also where the linear vertex rounds to another feasible one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array

from pipelines.sampling.highs import Programme
from pipelines.sampling.optimum import find_optimum


def programme_of(matrix: list[list[float]], low: list[float], high: list[float]) -> Programme:
    """Return a programme over columns that are 0 or 1."""
    body = csc_array(np.array(matrix, float))
    columns = body.shape[1]
    ones = np.ones(columns)
    return Programme(body, np.array(low, float), np.array(high, float), 0 * ones, ones, ones > 0)


def test_a_vertex_that_rounds_to_a_point_that_fits_is_not_taken_for_the_best() -> None:
    """Half of each column rounds down to none at all, which fits; one of them is better."""
    odd_cycle = [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]]
    found = find_optimum(programme_of(odd_cycle, [0, 0, 0], [1, 1, 1]), np.array([1.0, 1.1, 1.2]))

    assert found is not None
    assert (found.x.tolist(), found.value, found.bound, found.is_tight) == (
        [0, 0, 1],
        1.2,
        1.2,
        False,
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 1), min_size=6, max_size=6), min_size=1, max_size=4),
    st.lists(st.integers(0, 9), min_size=6, max_size=6),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_it_is_the_best_of_all_whole_points(
    matrix: list[list[float]], gain: list[int], low: int, more: int
) -> None:
    """Brute force over every choice of six rows, whatever bounds cross."""
    programme = programme_of(matrix, [low] * len(matrix), [low + more] * len(matrix))
    points = [np.array([(n >> bit) & 1 for bit in range(6)], float) for n in range(64)]
    best = max((float(np.array(gain) @ x) for x in points if programme.admits(x)), default=None)
    found = find_optimum(programme, np.array(gain, float))

    assert (None if found is None else round(found.value, 6)) == best
