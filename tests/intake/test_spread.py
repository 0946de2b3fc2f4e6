"""Spread of rewards: per model, shrunk by the number of scores, and nearer to the truth."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.intake.difficulty import level_difficulty, place_cuts
from pipelines.intake.settings import DifficultyLimits
from pipelines.intake.spread import RewardScale, SpreadPrior, fit_spread, shrink_variance

LIMITS = DifficultyLimits()


def night(scores: list[list[float]], models: Sequence[str | None] | None = None) -> pl.DataFrame:
    """Return the rewards of prompts with these scores."""
    return pl.DataFrame(
        {
            "reward_count": [len(s) for s in scores],
            "reward_variance": [float(np.var(s, ddof=1)) if len(s) > 1 else None for s in scores],
            "reward_mean": [float(np.mean(s)) if s else None for s in scores],
            "best_reward": [max(s) if s else None for s in scores],
            "reward_model": list(models) if models else ["rm"] * len(scores),
        },
        schema_overrides={
            "reward_variance": pl.Float64,
            "reward_mean": pl.Float64,
            "reward_model": pl.String,
        },
    )


def simulate(
    prompts: int, counts: tuple[int, ...], degrees: float
) -> tuple[pl.DataFrame, np.ndarray]:
    """Return a night whose true variances are scaled inverse chi-square, and those variances."""
    chance = np.random.default_rng(5)
    true = degrees / chance.chisquare(degrees, prompts)
    count = chance.choice(counts, prompts)
    scores = [
        chance.normal(0.0, math.sqrt(v), k).tolist()
        for v, k in zip(true, count.tolist(), strict=True)
    ]
    return night(scores), true


@pytest.mark.parametrize("degrees", [4.0, 12.0])
def test_the_prior_finds_what_was_planted(degrees: float) -> None:
    """A wrong shrinkage is as bad as none; reliability is the squared correlation with truth."""
    prompts, true = simulate(6000, (4, 8), degrees)
    prior = fit_spread(prompts, LIMITS)
    own = np.log(prompts["reward_variance"].to_numpy())

    assert prior.degrees == pytest.approx(degrees, rel=0.15)
    assert prior.variance * prior.scales["rm"].deviation ** 2 == pytest.approx(1.0, rel=0.05)
    assert prior.reliability == pytest.approx(np.corrcoef(own, np.log(true))[0, 1] ** 2, abs=0.04)


def test_a_shrunk_variance_is_nearer_to_the_truth() -> None:
    """Of four scores the widest and narrowest are mostly luck; their estimates must not be."""
    prompts, true = simulate(4000, (4, 8), 6.0)
    prior = fit_spread(prompts, LIMITS)
    shrunk = shrink_variance(prompts, prior, LIMITS).to_numpy() * prior.scales["rm"].deviation ** 2

    def error(values: np.ndarray) -> float:
        return float(((np.log(values) - np.log(true)) ** 2).mean())

    assert error(shrunk) < 0.4 * error(prompts["reward_variance"].to_numpy())


def test_no_true_differences_have_no_reliability() -> None:
    """Where chance explains every difference, the reliability is near 0."""
    chance = np.random.default_rng(3)
    prior = fit_spread(night(chance.normal(size=(500, 6)).tolist()), LIMITS)

    assert prior.reliability < 0.1
    assert fit_spread(night([[1.0, 2.0]]), LIMITS) == SpreadPrior(
        prior_scales(), 1.0, 1000.0, 0.0, 0
    )


def prior_scales() -> dict[str, RewardScale]:
    """Return the scale of the scores 1 and 2."""
    return dict(fit_spread(night([[1.0, 2.0]]), LIMITS).scales)


def test_a_model_that_scores_in_hundreds_makes_no_prompt_harder() -> None:
    """Two reward models have two units; the same prompts must get the same spread from either."""
    chance = np.random.default_rng(1)
    scores = chance.normal(0.0, chance.uniform(0.5, 2.0, (200, 1)), (200, 5))
    both = night([*scores.tolist(), *(100 * scores + 7).tolist()], ["a"] * 200 + ["b"] * 200)
    spread = shrink_variance(both, fit_spread(both, LIMITS), LIMITS).to_numpy()

    assert spread[:200] == pytest.approx(spread[200:], rel=1e-9)


def test_too_few_scores_stay_unknown_and_equal_scores_are_the_narrowest() -> None:
    """Shrinkage must give no spread to prompts without scores, nor take the logarithm of zero."""
    wide, narrow = [0.0, 1.0, 2.0, 3.0], [1.0] * 4
    prompts = night([wide, narrow, [5.0, 9.0, 1.0], [], [0.0, 1.0, 0.0, 1.0]])
    shrunk = shrink_variance(prompts, fit_spread(prompts, LIMITS), LIMITS)
    levels = level_difficulty(
        prompts.with_columns(reward_variance=shrunk), place_cuts(shrunk, LIMITS), LIMITS
    )

    assert levels.to_list() == ["high", "low", "unknown", "unknown", "medium"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.floats(-50, 50), min_size=4, max_size=4), min_size=2, max_size=12))
def test_equal_k_keeps_the_order_of_the_variances(scores: list[list[float]]) -> None:
    """For prompts of one model and one K shrinkage changes no level."""
    prompts = night(scores)
    shrunk = shrink_variance(prompts, fit_spread(prompts, LIMITS), LIMITS)
    if shrunk.null_count():
        assert shrunk.null_count() == len(scores)
        return
    pairs = sorted(zip(prompts["reward_variance"].to_list(), shrunk.to_list(), strict=True))

    assert all(a[1] <= b[1] * (1 + 1e-12) for a, b in pairwise(pairs))
