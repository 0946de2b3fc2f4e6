"""A good difficulty estimate must win on planted rewards, and a low mean must mislead."""

import statistics
from collections.abc import Iterable

from pipelines.demo.chance import chance_for
from pipelines.demo.rewards import Reward, draw_rewards


def finite(rewards: Iterable[Reward]) -> list[float]:
    """Return the scores that the reward model gave."""
    return [r.score for r in rewards if r.score is not None and r.score == r.score]


def spreads(level: str) -> list[float]:
    """Standard deviations of prompts of a level that have all eight scores."""
    drawn = (finite(draw_rewards(level, "advice", 0, chance_for(level, n))) for n in range(900))
    return [statistics.stdev(scores) for scores in drawn if len(scores) == 8]


def test_eight_scores_separate_hard_prompts_from_the_others() -> None:
    """AUC at K = 8 by counting pairs; below 0.85 no estimator could reach the goal set for it."""
    hard, others = spreads("high"), spreads("low") + spreads("medium")

    won = sum(high > other for high in hard for other in others) / (len(hard) * len(others))

    assert won > 0.9


def test_a_low_mean_points_at_role_play() -> None:
    """The heuristic that the report warns of must be wrong here, or the warning shows nothing."""
    mean = {
        job: statistics.fmean(
            score
            for n in range(300)
            for score in finite(draw_rewards("low", job, 0, chance_for(job, n)))
        )
        for job in ("roleplay", "romantic", "advice", "learning")
    }

    assert max(mean["roleplay"], mean["romantic"]) < min(mean["advice"], mean["learning"]) - 0.7


def test_some_scores_failed_and_each_prompt_has_four_to_eight() -> None:
    """A failed score is null or NaN, never a number; intake must handle both."""
    drawn = [draw_rewards("low", "advice", 0, chance_for("any", n)) for n in range(600)]
    scores = [reward.score for rewards in drawn for reward in rewards]

    assert {len(rewards) for rewards in drawn} == {4, 5, 6, 7, 8}
    has_nan = any(score != score for score in scores)  # noqa: PLR0124  NaN differs
    assert (None in scores, has_nan) == (True, True)
