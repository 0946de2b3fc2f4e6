"""Weights that bring a sample back to the traffic's distribution."""

from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from pipelines.sampling.dimensions import Shares  # noqa: TC001 annotations are read in one place
from pipelines.sampling.weights import restore_weights

SAMPLE = pl.DataFrame({"locale": ["a", "a", "a", None], "job": ["x", "y", "x", "y"]})


def test_weighted_shares_are_the_traffics_and_the_mean_is_one() -> None:
    """The weights give the traffic's distribution to those who train on the sample."""
    traffic: Shares = {
        "locale": {"a": Fraction(1, 2), None: Fraction(1, 2)},
        "job": {"x": Fraction(1, 4), "y": Fraction(3, 4)},
    }
    weights = restore_weights(SAMPLE, traffic, [("locale",), ("job",)])

    assert weights.has_converged == True  # noqa: E712 an exact answer, not a truthy one
    assert weights.values.mean() == pytest.approx(1.0)
    assert weights.values[3] / 4 == pytest.approx(0.5)
    assert (weights.values[0] + weights.values[2]) / 4 == pytest.approx(0.25)


def test_targets_that_contradict_are_said_and_absent_values_named() -> None:
    """Raking that stalls must not be reported as converged."""
    pool = pl.DataFrame({"locale": ["a", "b"], "job": ["x", "y"]})
    half, most = Fraction(1, 2), Fraction(9, 10)
    traffic: Shares = {
        "locale": {"a": most / 2, "b": (1 - most) / 2, "z": half},
        "job": {"x": half, "y": half},
    }
    weights = restore_weights(pool, traffic, [("locale",), ("job",)])

    assert (weights.has_converged, weights.absent) == (False, ("locale z",))
    assert weights.worst_share == pytest.approx(0.4)


def test_a_sample_like_the_traffic_keeps_weights_of_one() -> None:
    """No distance, no cost: the design effect is 1."""
    weights = restore_weights(
        SAMPLE, {"job": {"x": Fraction(1, 2), "y": Fraction(1, 2)}}, [("job",)]
    )

    assert np.array_equal(weights.values, np.ones(4))
    assert weights.design_effect == 1.0
