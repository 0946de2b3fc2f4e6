"""Label prompts easy, hard or noisy by spread and best reward; compare with a low mean reward."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.intake.settings import DifficultyLimits, Hardness, HardnessLimits
from pipelines.intake.spread import SpreadPrior, shrink_variance, standardise

Floats = NDArray[np.float64]

_PART = 10  # a decile


def judge_hardness(
    prompts: pl.DataFrame, prior: SpreadPrior, scores: DifficultyLimits, limits: HardnessLimits
) -> pl.Series:
    """Return the hardness of each prompt.

    With a small spread a prompt is easy. With a wide one it is hard where a good answer exists, and
    noisy where none does. Without enough scores it is unknown.

    Args:
        prompts: [n] of `reward_count`, `reward_variance`, `reward_mean`, `reward_model`,
            `best_reward`, `turn_index` and `prompt_chars`; all of the night, as the limits are
            quantiles of it.
        prior: of `fit_spread` on the night.
        scores: the number of scores that a prompt requires.
        limits: the quantiles from which a spread is wide and a best reward good.

    Long chats and long prompts have a wider spread and lower scores whatever they ask for, and the
    best of eight answers is better than the best of four. So depth, length and number of scores are
    regressed out of both values first.
    """
    spread = shrink_variance(prompts, prior, scores).log()
    best = standardise(prompts, prior.scales, scores)["best"]
    known = (spread.is_finite() & best.is_finite()).fill_null(value=False).to_numpy()
    answer = np.full(len(known), Hardness.UNKNOWN.value, dtype=object)
    if known.any():
        factors = _factors(prompts)[known]
        wide = remove_factors(spread.to_numpy()[known], factors)
        good = remove_factors(best.to_numpy()[known], factors)
        is_wide, is_good = (
            wide >= _quantile(wide, limits.wide_from),
            good >= _quantile(good, limits.good_from),
        )
        named = np.where(is_good, Hardness.HARD.value, Hardness.NOISY.value)
        answer[known] = np.where(is_wide, named, Hardness.EASY.value)
    return pl.Series("hardness", answer.tolist(), pl.String)


def _factors(prompts: pl.DataFrame) -> Floats:
    columns = [
        (pl.col(name).fill_null(0).cast(pl.Float64) + 1).log()
        for name in ("turn_index", "prompt_chars", "reward_count")
    ]
    return prompts.select(columns).to_numpy()


def remove_factors(values: Floats, factors: Floats) -> Floats:
    """Return the residuals of values [n] after a linear fit on factors [n, k] and a constant."""
    design = np.column_stack([np.ones(len(values)), factors])
    fit, *_ = np.linalg.lstsq(design, values, rcond=None)
    return np.asarray(values - design @ fit, np.float64)


def _quantile(values: Floats, share: float) -> float:
    ordered = np.sort(values)
    return float(ordered[min(len(ordered) - 1, int(share * len(ordered)))])


def compare_low_mean(
    prompts: pl.DataFrame, prior: SpreadPrior, scores: DifficultyLimits, by: str = "jtbd"
) -> pl.DataFrame:
    """Compare which prompts a low mean would choose as hard, and which the spread chooses.

    Args:
        prompts: [n] of `sample_id`, `reward_count`, `reward_variance`, `reward_mean`,
            `reward_model` and the column `by`.
        prior: of `fit_spread` on the night.
        scores: the number of scores that a prompt requires.
        by: the column whose values are compared.

    Returns:
        One row per value of `by` among prompts with enough scores, the highest `low_mean_lift`
        first: `value`, `prompts`, `share`, `low_mean_lift` (the value's share of the decile with
        the lowest mean, divided by its share of all), `spread_lift` (the same of the decile with
        the widest spread).

    Source: CharacterFlywheel §3.5.4: role-play and romance were over-represented fourfold by low
    mean.
    """
    known = (
        standardise(prompts, prior.scales, scores)
        .with_columns(
            spread=shrink_variance(prompts, prior, scores), value=pl.col(by).cast(pl.String)
        )
        .filter(pl.col("spread").is_finite() & pl.col("mean").is_finite())
    )
    part = max(1, known.height // _PART)
    lowest = known.sort("mean", "sample_id").head(part)
    widest = known.sort(-pl.col("spread"), "sample_id").head(part)
    table = _share(known, "share").join(
        known.group_by("value").agg(prompts=pl.len().cast(pl.Int64)),
        on="value",
        how="left",
        nulls_equal=True,
    )
    for name, chosen in (("low_mean_lift", lowest), ("spread_lift", widest)):
        table = table.join(
            _share(chosen, name), on="value", how="left", nulls_equal=True
        ).with_columns(pl.col(name).fill_null(0.0) / pl.col("share"))
    return table.select("value", "prompts", "share", "low_mean_lift", "spread_lift").sort(
        -pl.col("low_mean_lift"), "value"
    )


def _share(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.group_by("value").agg((pl.len() / rows.height).alias(name))
