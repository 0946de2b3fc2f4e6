"""Sifting is a shortcut to the same optimum, never to another."""

import numpy as np
import pytest
from scipy.sparse import csc_array

from pipelines.sampling import sifting
from pipelines.sampling.highs import Answer, Programme, SolveStatus, maximise_linear
from pipelines.sampling.sifting import maximise_sifted

CELLS, ROWS_PER_CELL = 40, 300


def make_programme(size: float) -> tuple[Programme, np.ndarray]:
    """Return many rows in few cells, each cell under two caps, and their gains."""
    chance = np.random.default_rng(7)
    cell = np.repeat(np.arange(CELLS), ROWS_PER_CELL)
    matrix = np.zeros((14, len(cell)))
    matrix[0] = 1
    matrix[1 + cell % 6, np.arange(len(cell))] = 1
    matrix[7 + cell % 7, np.arange(len(cell))] = 1
    high = np.append(size, np.linspace(300, 900, 13))
    low = np.append(size, np.zeros(13))
    gain = np.sort(chance.random((CELLS, ROWS_PER_CELL)))[:, ::-1].ravel()
    ones = np.ones(len(cell))
    return Programme(csc_array(matrix), low, high, 0 * ones, ones, ones > 0), gain


@pytest.mark.parametrize("size", [50.0, 1500.0, 2400.0])
def test_sifting_finds_the_optimum_of_all_columns(
    size: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column fixed too early would lower the objective unnoticed."""
    monkeypatch.setattr(sifting, "_NEAR_SHARE", 0.001)  # so few that the first guess is wrong
    programme, gain = make_programme(size)
    whole, sifted = maximise_linear(programme, gain), maximise_sifted(programme, gain, len(gain))

    assert sifted.value == pytest.approx(whole.value, abs=1e-7)
    assert np.abs(programme.matrix @ sifted.x)[0] == pytest.approx(size)


@pytest.mark.parametrize("size", [50.0, 1500.0])
def test_sifting_solves_few_columns(size: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong sign in the check of fixed columns frees them all: a right answer, but slow."""
    solved: list[int] = []

    def solve(programme: Programme, gain: np.ndarray) -> Answer:
        solved.append(len(gain))
        return maximise_linear(programme, gain)

    monkeypatch.setattr(sifting, "maximise_linear", solve)
    monkeypatch.setattr(sifting, "_COLUMNS_OF_GUESS", 1000)
    programme, gain = make_programme(size)
    maximise_sifted(programme, gain, len(gain))

    assert max(solved) < 0.15 * len(gain)


def test_rows_of_equal_worth_end_the_sifting() -> None:
    """Where no price separates the rows, no column can be fixed; the search must end even so."""
    programme, gain = make_programme(1500.0)
    answer = maximise_sifted(programme, np.ones_like(gain), len(gain))

    assert answer.value == pytest.approx(1500.0)


def test_sifting_says_when_nothing_fits() -> None:
    """Elastic rows only give prices; they must not pass for an answer."""
    programme, gain = make_programme(9000.0)

    assert maximise_sifted(programme, gain, len(gain)).status is SolveStatus.INFEASIBLE
