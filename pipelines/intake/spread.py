"""How far a prompt's rewards spread, from few scores: standardised per reward model, shrunk toward the night.

With K = 4 scores a variance is mostly luck. All prompts of a night together say how variances truly
differ; each prompt's own is then believed as far as its K carries (empirical Bayes).
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

_MOST_DEGREES = 1000.0  # as good as no true differences; the order of the variances still shows
_LEAST_SHARE = 1e-5  # of the middle variance: equal scores have no logarithm
_NEWTON_STEPS = 60
_UNNAMED = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and standard deviation of all scores that one reward model gave in a night."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class SpreadPrior:
    """What a night says about the spread of its prompts.

    Args:
        scales: per reward model.
        variance: the typical standardised variance; shrinkage goes there.
        degrees: how many scores of a prompt that knowledge is worth (degrees of freedom).
        reliability: share of the differences between log variances that is true, not luck, in [0, 1].
        prompts: with enough scores, that all this rests on.
    """

    scales: Mapping[str, Scale]
    variance: float
    degrees: float
    reliability: float
    prompts: int


def fit_spread(prompts: pl.DataFrame, limits: DifficultyLimits) -> SpreadPrior:
    """Learn from a night how the variances of its prompts differ.

    Args:
        prompts: [n] of `reward_count`, `reward_variance`, `reward_mean`, `reward_model` (the one
            model of the prompt's scores); any order.
        limits: prompts with fewer scores teach nothing about the spread.
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


def _fit_scales(prompts: pl.DataFrame) -> dict[str, Scale]:
    """Return per model the scale of its scores, from count, mean and variance of each prompt."""
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
        model: Scale(center, math.sqrt(squares / (scores - 1)))
        for model, center, scores, squares in sums.iter_rows()
        if scores > 1 and math.isfinite(squares) and squares > 0
    }


def standardise(prompts: pl.DataFrame, scales: Mapping[str, Scale], limits: DifficultyLimits) -> pl.DataFrame:
    """Add `variance`, `mean` and `best` in units of each prompt's own reward model.

    Args:
        prompts: [n] of `reward_count`, `reward_variance`, `reward_mean`, `reward_model` and, where there
            is one, `best_reward`.
        scales: of `fit_spread`.
        limits: too few scores are null in all three.

    Returns:
        The prompts in their order; null = too few real scores, or a model without a scale.
    """
    model = pl.col("reward_model").fill_null(_UNNAMED)
    mean = model.replace_strict({m: s.mean for m, s in scales.items()}, default=None, return_dtype=pl.Float64)
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


def shrink_variance(prompts: pl.DataFrame, prior: SpreadPrior, limits: DifficultyLimits) -> pl.Series:
    """Return the standardised variance of each prompt, believed as far as its scores carry; null = unknown.

    For prompts of equal K and model the order is that of `reward_variance`; `place_cuts` and
    `level_difficulty` take the result in its place.
    """
    freedom = (pl.col("reward_count") - 1).cast(pl.Float64)
    believed = (prior.degrees * prior.variance + freedom * pl.col("variance")) / (prior.degrees + freedom)
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
