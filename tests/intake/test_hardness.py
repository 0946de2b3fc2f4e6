"""Hardness on planted rewards: found at K = 8, and what a low mean would have chosen instead."""

import random

import numpy as np
import polars as pl
import pytest

from pipelines.demo import rewards as demo
from pipelines.intake.difficulty import Score, summarise_rewards
from pipelines.intake.hardness import compare_low_mean, judge_hardness, remove_factors
from pipelines.intake.settings import DifficultyLimits, HardnessLimits
from pipelines.intake.spread import fit_spread, shrink_variance

SCORES, HARD = DifficultyLimits(), HardnessLimits()
JOBS = (
    "roleplay",
    "romantic",
    "advice",
    "smalltalk",
    "learning",
    "creative",
    "support",
    "information",
)


def planted_night(prompts: int, monkeypatch: pytest.MonkeyPatch) -> pl.DataFrame:
    """Return prompts with K = 8 rewards as the demo draws them, their planted level and job."""
    monkeypatch.setattr(demo, "_FEWEST", 8)
    chance, rows = random.Random(11), []  # noqa: S311 seeded, as the demo draws
    for number in range(prompts):
        level, job, turn = (
            chance.choice(("low", "medium", "high")),
            chance.choice(JOBS),
            chance.randrange(6),
        )
        drawn = demo.draw_rewards(level, job, turn, chance)
        found = summarise_rewards(
            Score(0, str(n), demo.RM_VERSION, r.score) for n, r in enumerate(drawn)
        )[0]
        rows.append(
            {
                "sample_id": f"s{number:05}",
                "reward_count": found.count,
                "reward_variance": found.variance,
                "reward_mean": found.mean,
                "best_reward": found.best,
                "reward_model": found.rm_version,
                "turn_index": turn,
                "prompt_chars": chance.randint(5, 400),
                "jtbd": job,
                "level": level,
            }
        )
    return pl.DataFrame(rows)


def area(scores: np.ndarray, is_positive: np.ndarray) -> float:
    """Return the chance that a positive scores above a negative."""
    above = scores[is_positive][:, None] - scores[~is_positive][None, :]
    return float((above > 0).mean() + (above == 0).mean() / 2)


def test_planted_difficulty_is_found_and_the_low_mean_finds_role_play(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """§3.5.4 in one night: spread finds hard prompts, a low mean what the reward model dislikes."""
    prompts = planted_night(3000, monkeypatch)
    prior = fit_spread(prompts, SCORES)
    spread = shrink_variance(prompts, prior, SCORES).to_numpy()
    is_high = (prompts["level"] == "high").to_numpy()
    lifts = {
        row["value"]: row for row in compare_low_mean(prompts, prior, SCORES).iter_rows(named=True)
    }
    liked = lifts.keys() - {"roleplay", "romantic"}

    assert area(spread, is_high) >= 0.95
    assert area(spread, (prompts["level"] != "low").to_numpy()) >= 0.9
    assert area(-prompts["reward_mean"].to_numpy(), is_high) < 0.6
    assert prior.reliability > 0.7
    assert min(lifts[job]["low_mean_lift"] for job in ("roleplay", "romantic")) > 3
    assert max(lifts[job]["low_mean_lift"] for job in liked) < 1
    assert all(0.5 < row["spread_lift"] < 1.7 for row in lifts.values())
    assert sum(row["share"] for row in lifts.values()) == pytest.approx(1.0)


def test_lifts_by_hand() -> None:
    """Twenty prompts, so a decile is two: the lowest means are a's, the widest b's and null's."""
    prompts = pl.DataFrame(
        {
            "sample_id": [f"s{n:02}" for n in range(20)],
            "reward_count": [4] * 20,
            "reward_variance": [1.0] * 17 + [9.0, 8.0, 1.0],
            "reward_mean": [-5.0, -4.0] + [0.0] * 18,
            "reward_model": ["rm"] * 20,
            "jtbd": ["a"] * 5 + ["b"] * 13 + [None, None],
        }
    )

    assert compare_low_mean(prompts, fit_spread(prompts, SCORES), SCORES).rows() == [
        ("a", 5, 0.25, 4.0, 0.0),
        (None, 2, 0.1, 0.0, 5.0),
        ("b", 13, 0.65, 0.0, 0.5 / 0.65),
    ]


def test_wide_with_a_good_answer_is_hard_and_without_is_noisy() -> None:
    """Noise teaches nothing: only where a good answer exists can a model learn to give it."""
    rows = [
        (4, 9.0, 0.0, 4.0),
        (4, 9.0, -4.0, -2.0),
        *[(4, 0.1, float(m), m + 0.4) for m in (-1, 0, 1, 2)],
    ]
    prompts = pl.DataFrame(
        [*rows, (3, 9.0, 0.0, 4.0)],
        schema=["reward_count", "reward_variance", "reward_mean", "best_reward"],
        orient="row",
    ).with_columns(reward_model=pl.lit("rm"), turn_index=0, prompt_chars=10)

    answers = judge_hardness(prompts, fit_spread(prompts, SCORES), SCORES, HARD)

    assert answers.to_list() == ["hard", "noisy", "easy", "easy", "easy", "easy", "unknown"]


def test_depth_and_length_are_no_hardness() -> None:
    """A long chat scores lower and spreads more whatever is asked; that must not count."""
    chance = np.random.default_rng(2)
    depth, own = chance.integers(0, 30, 500).astype(float), chance.normal(size=500)
    left = remove_factors(3 * np.log1p(depth) + own, np.log1p(depth)[:, None])

    assert abs(np.corrcoef(left, np.log1p(depth))[0, 1]) < 1e-9
    assert np.corrcoef(left, own)[0, 1] > 0.99
