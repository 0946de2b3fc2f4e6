"""Balance before and after weighting, by hand."""

import math
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from pipelines.sampling.balance import format_love_plot, measure_balance
from pipelines.sampling.dimensions import Shares, measure_shares
from pipelines.sampling.weights import restore_weights

TRAFFIC = pl.DataFrame({"job": ["x"] * 8 + ["y"] * 1 + [None] * 1})
POOL = pl.DataFrame({"job": ["x"] * 4 + ["y"] * 1 + [None] * 1})


def test_shares_and_differences_by_hand() -> None:
    """The love plot depends on these numbers: (0.8 - 0.5) / √((0.16 + 0.25) / 2) and the like."""
    sample = pl.DataFrame({"job": ["x", "y"]})
    shares = measure_shares(TRAFFIC, [("job",)])
    table = measure_balance(POOL, sample, np.array([1.6, 0.4]), shares, [("job",)])

    assert table.select("dimension", "value", "traffic", "pool", "sample", "weighted").rows() == [
        ("job", "x", 0.8, 4 / 6, 0.5, 0.8),
        ("job", "y", 0.1, 1 / 6, 0.5, 0.2),
        ("job", "null", 0.1, 1 / 6, 0.0, 0.0),
    ]
    assert table["sample_asmd"].to_list() == pytest.approx(
        [0.3 / math.sqrt(0.205), 0.4 / math.sqrt(0.17), 0.1 / math.sqrt(0.045)]
    )
    assert table["weighted_asmd"][0] == 0.0


def test_restored_weights_bring_every_difference_to_nothing() -> None:
    """Mean 1, and the weighted sample is the traffic: what `weight` promises to a trainer."""
    sample = pl.DataFrame(
        {"job": ["x", "x", "y", "y", None], "first": [True, False, True, False, True]}
    )
    traffic: Shares = {
        "job": {"x": Fraction(5, 10), "y": Fraction(3, 10), None: Fraction(2, 10)},
        "first": {"true": Fraction(7, 10), "false": Fraction(3, 10)},
    }
    weights = restore_weights(sample, traffic, [("job",), ("first",)])
    table = measure_balance(sample, sample, weights.values, traffic, [("job",), ("first",)])

    assert (weights.has_converged, weights.values.mean()) == (True, pytest.approx(1.0))
    assert weights.design_effect == pytest.approx((weights.values**2).mean())
    assert max(table["weighted_asmd"].to_list()) < 1e-8
    assert max(table["sample_asmd"].to_list()) > 0.1


def test_a_value_sure_on_one_side_alone_is_infinitely_far_and_nothing_is_no_sample() -> None:
    """Division by zero must not read as balance."""
    shares = measure_shares(POOL.head(4), [("job",)])
    table = measure_balance(POOL, pl.DataFrame({"job": ["y"]}), np.ones(1), shares, [("job",)])
    empty = measure_balance(POOL, POOL.clear(), np.ones(0), shares, [("job",)])

    assert table["sample_asmd"].to_list() == [math.inf, math.inf, 0.0]
    assert empty["sample"].to_list() == [0.0] * 3


def test_the_love_plot_puts_every_mark_at_its_place() -> None:
    """Fifty characters are half a unit: 0.1 is ten, 0.3 thirty; infinity is at the edge."""
    row = {"dimension": "job", "traffic": 0.5, "pool": 0.5, "sample": 0.5, "weighted": 0.5}
    near = row | {"value": "x", "pool_asmd": 0.3, "sample_asmd": 0.3, "weighted_asmd": 0.0}
    far = row | {"value": "y", "pool_asmd": 0.2, "sample_asmd": math.inf, "weighted_asmd": 0.0}
    head, first, second = format_love_plot(pl.DataFrame([near, far]))

    assert head.startswith("difference from the traffic  0")
    assert first == f"{'job y':<28} w{' ' * 9}|{' ' * 9}·{' ' * 29}o inf"
    assert second == f"{'job x':<28} w{' ' * 9}|{' ' * 19}*{' ' * 20} 0.30"
