"""Curves and areas that are known without a solver."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.training.calibration import area_under_roc, fit_logistic


def test_a_curve_through_known_odds() -> None:
    """Odds of 1 at 0 and of 3 at 1 are a weight of log 3 and an intercept of 0."""
    features = np.repeat([[0.0], [1.0]], 4000, axis=0)
    positive = np.concatenate(
        [np.tile([0.0, 1.0, 0.0, 1.0], 1000), np.tile([1.0, 1.0, 1.0, 0.0], 1000)]
    )

    assert fit_logistic(features, positive) == pytest.approx([math.log(3), 0.0], abs=1e-5)


def test_separable_answers_have_a_curve_too() -> None:
    """Without a pull to zero the weights would grow without end."""
    weight, intercept = fit_logistic(np.array([[-1.0], [1.0]] * 20), np.array([0.0, 1.0] * 20))

    assert 1 < weight < 20
    assert abs(intercept) < 1e-6


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_the_area_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    """Counted pair by pair, ties half."""
    hits, misses = ([score for score, hit in rows if hit is wanted] for wanted in (True, False))
    pairs = [(hit > miss) + (hit == miss) / 2 for hit in hits for miss in misses]
    expected = sum(pairs) / len(pairs) if pairs else math.nan
    scores = pl.Series([float(score) for score, _ in rows])

    found = area_under_roc(scores, pl.Series([hit for _, hit in rows]))

    assert found == pytest.approx(expected, nan_ok=True)


def test_a_row_without_a_score_is_left_out() -> None:
    """A text on which a layer failed is left out of its ranking."""
    scores = pl.Series([0.1, None, 0.9], dtype=pl.Float64)

    assert area_under_roc(scores, pl.Series([False, False, True])) == 1.0
