"""Estimate the spread of rewards from few scores: standardised per reward model, then shrunk.

A variance of four scores is mostly chance. All prompts of a night together show how much true
variances differ. Each prompt's own variance is then shrunk toward the typical one, the more the
fewer scores it has (empirical Bayes).
Source: CharacterFlywheel §3.5.4; Smyth, Stat. Appl. Genet. Mol. Biol. 3 (2004), for the moments.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import digamma, polygamma

from pipelines.intake.settings import DifficultyLimits

Floats = NDArray[np.float64]

_MOST_DEGREES = 1000.0  # nearly no true differences; the variances keep their order even so
_LEAST_SHARE = 1e-5  # of the median variance: a variance of 0, of equal scores, has no logarithm
_NEWTON_STEPS = 60
_UNNAMED = ""


@dataclass(frozen=True, slots=True)
class RewardScale:
    """Mean and standard deviation of all scores that one reward model gave in a night."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class SpreadPrior:
    """How the spread is distributed over the prompts of a night.

    Args:
        scales: per reward model.
        variance: the typical standardised variance, toward which others are shrunk.
        degrees: weight of the typical variance, as degrees of freedom: as that many further scores.
        reliability: the share of the variance of log variances that is true and not chance, in [0,
            1].
        prompts: number of prompts with enough scores, from which this was estimated.
    """

    scales: Mapping[str, RewardScale]
    variance: float
    degrees: float
    reliability: float
    prompts: int


def fit_spread(prompts: pl.DataFrame, limits: DifficultyLimits) -> SpreadPrior:
    """Estimate from a night how the true variances of its prompts differ.

    Five prompts of four scores each, all from one reward model. The last two vary far more than the
    first three. 88 % of their differences are true; so each variance is shrunk only a little, as if
    0.82 further scores had the typical variance.

    >>> prompts = pl.DataFrame({
    ...     "reward_count": [4] * 5, "reward_mean": [0.0] * 5, "reward_model": ["m"] * 5,
    ...     "reward_variance": [0.01, 0.02, 0.03, 2.0, 4.0]})
    >>> prior = fit_spread(prompts, DifficultyLimits())
    >>> round(prior.variance, 3), round(prior.degrees, 2), round(prior.reliability, 2)
    (0.042, 0.82, 0.88)
    >>> standardise(prompts, prior.scales, DifficultyLimits())["variance"].round(3).to_list()
    [0.01, 0.021, 0.031, 2.09, 4.18]
    >>> shrink_variance(prompts, prior, DifficultyLimits()).round(3).to_list()
    [0.017, 0.025, 0.034, 1.649, 3.29]

    Args:
        prompts: [n] of `reward_count`, `reward_variance`, `reward_mean`, `reward_model` (the one
            model of the prompt's scores); any order.
        limits: prompts with too few scores are left out.
    """
    scales = _fit_scales(prompts)
    scored = standardise(prompts, scales, limits).drop_nulls("variance")
    freedom = (scored["reward_count"].to_numpy() - 1).astype(float)
    variance = scored["variance"].to_numpy()
    middle = float(np.median(variance)) if len(variance) else 0.0
    if not middle > 0:
        return SpreadPrior(scales, 1.0, _MOST_DEGREES, 0.0, len(variance))
    logs = np.log(np.maximum(variance, _LEAST_SHARE * middle))
    logs = logs - digamma(freedom / 2) + np.log(freedom / 2)
    luck = polygamma(1, freedom / 2)
    true = float(logs.var(ddof=1) - luck.mean()) if len(logs) > 1 else 0.0
    degrees = 2 * _invert_trigamma(true) if true > 0 else _MOST_DEGREES
    degrees = min(degrees, _MOST_DEGREES)
    center = float(logs.mean()) + float(digamma(degrees / 2)) - math.log(degrees / 2)
    spread = float(polygamma(1, degrees / 2))
    reliability = spread / (spread + float(luck.mean())) if true > 0 else 0.0
    return SpreadPrior(scales, math.exp(center), degrees, reliability, len(variance))


def _fit_scales(prompts: pl.DataFrame) -> dict[str, RewardScale]:
    """Return the scale of each model's scores, from count, mean and variance of each prompt."""
    real = prompts.filter(pl.col("reward_mean").is_finite() & (pl.col("reward_count") > 0))
    count, mean = pl.col("reward_count"), pl.col("reward_mean")
    within = (count - 1) * pl.col("reward_variance").fill_null(0.0)
    named = real.with_columns(pl.col("reward_model").fill_null(_UNNAMED))
    centers = named.group_by("reward_model").agg(center=(count * mean).sum() / count.sum())
    sums = (
        named.join(centers, on="reward_model", how="inner")
        .group_by("reward_model")
        .agg(
            pl.col("center").first(),
            scores=count.sum(),
            squares=(within + count * (mean - pl.col("center")) ** 2).sum(),
        )
        .sort("reward_model")
    )
    return {
        model: RewardScale(center, math.sqrt(squares / (scores - 1)))
        for model, center, scores, squares in sums.iter_rows()
        if scores > 1 and math.isfinite(squares) and squares > 0
    }


def standardise(
    prompts: pl.DataFrame, scales: Mapping[str, RewardScale], limits: DifficultyLimits
) -> pl.DataFrame:
    """Add `variance`, `mean` and `best` in units of each prompt's own reward model.

    Args:
        prompts: [n] of `reward_count`, `reward_variance`, `reward_mean`, `reward_model` and, where
            there is one, `best_reward`.
        scales: of `fit_spread`.
        limits: prompts with too few scores get null in all three.

    Returns:
        The prompts in their order; null = too few valid scores, or a model without a scale.
    """
    model = pl.col("reward_model").fill_null(_UNNAMED)
    mean = model.replace_strict(
        {m: s.mean for m, s in scales.items()}, default=None, return_dtype=pl.Float64
    )
    unit = model.replace_strict(
        {m: s.deviation for m, s in scales.items()}, default=None, return_dtype=pl.Float64
    )
    variance = pl.col("reward_variance")
    enough = (pl.col("reward_count") >= limits.min_scores) & variance.is_finite()
    best = pl.col("best_reward") if "best_reward" in prompts.columns else pl.lit(None, pl.Float64)
    return prompts.with_columns(
        variance=pl.when(enough).then(variance / unit**2),
        mean=pl.when(enough).then((pl.col("reward_mean") - mean) / unit),
        best=pl.when(enough).then((best - mean) / unit),
    )


def shrink_variance(
    prompts: pl.DataFrame, prior: SpreadPrior, limits: DifficultyLimits
) -> pl.Series:
    """Return each prompt's standardised variance, shrunk toward the night's mean; null = unknown.

    The fewer scores a prompt has, the more its variance is shrunk. Among prompts of one model with
    equally many scores the order stays that of `reward_variance`. `place_cuts` and
    `level_difficulty` accept the result in its place.
    """
    freedom = (pl.col("reward_count") - 1).cast(pl.Float64)
    believed = (prior.degrees * prior.variance + freedom * pl.col("variance")) / (
        prior.degrees + freedom
    )
    return standardise(prompts, prior.scales, limits).select(spread=believed)["spread"]


def _invert_trigamma(value: float) -> float:
    """Return x with trigamma(x) = value, by Newton's method on its reciprocal."""
    x = 0.5 + 1.0 / value
    for _ in range(_NEWTON_STEPS):
        trigamma = float(polygamma(1, x))
        step = trigamma * (1.0 - trigamma / value) / float(polygamma(2, x))
        x += step
        if abs(step) <= 1e-12 * x:
            return x
    return x
