"""Summarise the reward scores of a prompt, and assign its difficulty by their variance (§3.5.4)."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import polars as pl

from pipelines.intake.settings import Difficulty, DifficultyLimits


@dataclass(frozen=True, slots=True)
class Score:
    """One response's reward score; None or a non-finite score: the reward model failed."""

    turn_index: int
    response_id: str
    rm_version: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Rewards:
    """Statistics of the valid scores of one prompt, from one reward model.

    Args:
        count: number of valid scores.
        variance: unbiased sample variance; None for fewer than two scores, or if it overflows a
            double.
        best: highest score; None without scores.
        mean: of the scores; None without scores, or if it overflows a double.
        rm_version: the reward model that gave the scores; None without scores, or where it has no
            name.
    """

    count: int
    variance: float | None
    best: float | None
    mean: float | None = None
    rm_version: str | None = None


NO_REWARDS = Rewards(0, None, None)


def summarise_rewards(scores: Iterable[Score]) -> dict[int, Rewards]:
    """Return the rewards of each user turn that has at least one valid score.

    Scores of different reward models are never mixed: for each turn, the model with the most valid
    scores counts, of several such models the one whose name sorts last. A response that one model
    scored twice with different values counts as failed.

    Five scores of turn 0: three by model a, of which one failed, and two by model b. Both models
    have two valid scores, so b counts.

    >>> scores = [Score(0, "r1", "a", 1.0), Score(0, "r2", "a", 3.0), Score(0, "r3", "a", None),
    ...           Score(0, "r1", "b", 0.5), Score(0, "r2", "b", 0.7)]
    >>> found = summarise_rewards(scores)[0]
    >>> found.rm_version, found.count, round(found.variance, 2), found.best
    ('b', 2, 0.02, 0.7)
    """
    real: dict[int, dict[str, dict[str, set[float]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    for s in scores:
        if s.score is not None and math.isfinite(s.score):
            real[s.turn_index][s.rm_version][s.response_id].add(s.score)
    summaries = {turn: _summarise_turn(by_model) for turn, by_model in real.items()}
    return {turn: rewards for turn, rewards in summaries.items() if rewards.count}


def _summarise_turn(by_model: dict[str, dict[str, set[float]]]) -> Rewards:
    clean = {
        model: sorted(next(iter(values)) for values in responses.values() if len(values) == 1)
        for model, responses in by_model.items()
    }
    # `or`: a table may contain null here, against its contract.
    model = max(clean, key=lambda name: (len(clean[name]), name or ""))
    return _summarise(clean[model], model)


def _summarise(values: Sequence[float], model: str | None) -> Rewards:
    if not values:
        return NO_REWARDS
    spread = _spread(values) if len(values) > 1 else None
    return Rewards(len(values), spread, max(values), _mean(values), model)


def _mean(values: Sequence[float]) -> float | None:
    try:
        return fmean(values)
    except OverflowError:
        return None


def _spread(values: Sequence[float]) -> float | None:
    try:
        mean = fmean(values)
        spread = math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1)
    except OverflowError:
        return None
    return spread if math.isfinite(spread) else None


def place_cuts(variances: pl.Series, limits: DifficultyLimits) -> tuple[float, float]:
    """Return the two variances from which a prompt of this night is medium, and high.

    Args:
        variances: of the night's prompts with enough scores, in any order; may be empty.
        limits: the quantiles to cut at.
    """
    values = variances.drop_nulls().sort()
    if values.is_empty():
        return math.inf, math.inf
    medium, high = (
        float(values[min(len(values) - 1, int(q * len(values)))])
        for q in (limits.medium_from, limits.high_from)
    )
    return medium, high


def level_difficulty(
    rewards: pl.DataFrame, cuts: tuple[float, float], limits: DifficultyLimits
) -> pl.Series:
    """Return the level of each prompt; unknown for too few scores or a variance that is not finite.

    Args:
        rewards: [n] of `reward_count` and `reward_variance`.
        cuts: from `place_cuts`.
        limits: the number of scores that a level requires.
    """
    variance = pl.col("reward_variance")
    enough = (pl.col("reward_count") >= limits.min_scores) & variance.is_finite()
    (medium, high) = cuts
    level = (
        pl.when(enough & (variance >= high))
        .then(pl.lit(Difficulty.HIGH.value))
        .when(enough & (variance >= medium))
        .then(pl.lit(Difficulty.MEDIUM.value))
        .when(enough)
        .then(pl.lit(Difficulty.LOW.value))
        .otherwise(pl.lit(Difficulty.UNKNOWN.value))
    )
    return rewards.select(difficulty=level)["difficulty"]
