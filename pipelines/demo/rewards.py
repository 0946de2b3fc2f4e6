"""Reward scores whose spread is the planted difficulty, and whose mean is not.

Source: CharacterFlywheel §3.5.4: difficulty is the variance of a prompt's rewards; a low mean alone
picks role-play and romance, which reward models mark down.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

RM_VERSION = "rm-2026-02"
_POLICIES = ("flywheel-v7", "flywheel-v8")
_SPREAD: Mapping[str, float] = {"low": 0.25, "medium": 0.55, "high": 1.20}
_MEAN_OF_JOB: Mapping[str, float] = {"roleplay": -1.1, "romantic": -1.0}
_MEAN_PER_TURN = -0.04
_FEWEST, _MOST = 4, 8
_FAILED_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Reward:
    """One scored response; `score` is None or NaN where the reward model failed."""

    policy_version: str
    score: float | None


def draw_rewards(level: str, job: str, turn_index: int, chance: random.Random) -> list[Reward]:
    """Draw the K = 4 to 8 rewards of one prompt, in no unit; about 2 % of them failed."""
    mean = chance.gauss(_MEAN_OF_JOB.get(job, 0.0) + _MEAN_PER_TURN * turn_index, 0.5)
    rewards = []
    for number in range(chance.randint(_FEWEST, _MOST)):
        score: float | None = round(chance.gauss(mean, _SPREAD[level]), 4)
        if chance.random() < _FAILED_SHARE:
            score = chance.choice((None, math.nan))
        rewards.append(Reward(_POLICIES[number % len(_POLICIES)], score))
    return rewards
