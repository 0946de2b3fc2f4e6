"""Reward scores: failures are no numbers, models are not mixed, levels follow variances."""

import math
from itertools import permutations
from statistics import variance

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.difficulty import (
    Rewards,
    Score,
    level_difficulty,
    place_cuts,
    summarise_rewards,
)
from pipelines.intake.settings import DifficultyLimits

LIMITS = DifficultyLimits()
NAN, INF = float("nan"), float("inf")


def score(value: float | None, response: str = "r", turn: int = 0, model: str = "rm-1") -> Score:
    """Return one score."""
    return Score(turn, response, model, value)


def levels(rows: list[tuple[int, float | None]], cuts: tuple[float, float]) -> list[str]:
    """Return the level of each (reward_count, reward_variance)."""
    frame = pl.DataFrame(
        rows, schema={"reward_count": pl.Int32, "reward_variance": pl.Float64}, orient="row"
    )
    return level_difficulty(frame, cuts, LIMITS).to_list()


def test_a_failed_reward_model_adds_no_number() -> None:
    """Null, NaN and inf mean that it failed; a zero in their place would invent difficulty."""
    scores = [score(1.0, "a"), score(None, "b"), score(NAN, "c"), score(INF, "d"), score(3.0, "e")]

    assert summarise_rewards(scores) == {0: Rewards(2, 2.0, 3.0, 2.0, "rm-1")}


def test_a_turn_with_failures_alone_has_no_rewards() -> None:
    """It must not become the prompt for scores it does not have."""
    scores = [score(None, turn=1), score(NAN, turn=2), score(0.0, turn=0), score(-1.0, "s", turn=0)]

    assert summarise_rewards(scores) == {0: Rewards(2, 0.5, 0.0, -0.5, "rm-1")}


def test_one_score_has_no_variance_and_none_is_nothing() -> None:
    """A variance of one is unknown, not zero: zero would be the easiest prompt of the night."""
    assert summarise_rewards([score(2.5)]) == {0: Rewards(1, None, 2.5, 2.5, "rm-1")}
    assert summarise_rewards([]) == {}


def test_reward_models_are_never_mixed() -> None:
    """Two models have two scales: their difference is no spread of one prompt's answers."""
    old = [score(value, str(value), model="rm-1") for value in (1.0, 2.0, 3.0)]
    new = [score(value, str(value), model="rm-2") for value in (100.0, 200.0)]

    assert summarise_rewards([*old, *new]) == {0: Rewards(3, 1.0, 3.0, 2.0, "rm-1")}
    assert summarise_rewards([*old[:2], *new]) == {0: Rewards(2, 5_000.0, 200.0, 150.0, "rm-2")}


def test_a_response_scored_twice_counts_once_or_not_at_all() -> None:
    """A repeated row is one score; two values for one response mean that neither is known."""
    agree = [score(1.0, "a"), score(1.0, "a"), score(3.0, "b")]
    differ = [score(1.0, "a"), score(2.0, "a"), score(3.0, "b")]

    assert summarise_rewards(agree) == {0: Rewards(2, 2.0, 3.0, 2.0, "rm-1")}
    assert summarise_rewards(differ) == {0: Rewards(1, None, 3.0, 3.0, "rm-1")}
    assert summarise_rewards(differ[:2]) == {}


def test_order_of_the_scores_changes_nothing() -> None:
    """Rows come from many files; the last bit of a variance would move a prompt over a cut."""
    scores = [score(v, str(i)) for i, v in enumerate((0.1, 0.2, 0.3, 1e9, -1e9, 0.7))]

    assert len({str(summarise_rewards(order)) for order in permutations(scores)}) == 1


def test_scores_beyond_any_scale_have_no_variance_and_do_not_raise() -> None:
    """A reward model that ran away must not take a good conversation to quarantine."""
    runaway = [score(1e200, "a"), score(-1e200, "b"), score(1.7e308, "c"), score(1.7e308, "d")]

    assert summarise_rewards(runaway) == {0: Rewards(4, None, 1.7e308, None, "rm-1")}


def test_a_missing_name_of_a_reward_model_does_not_raise() -> None:
    """The contract has no null there; a table may."""
    unnamed = Score(0, "a", None, 1.0)  # type: ignore[arg-type]  # what a broken table holds

    assert summarise_rewards([unnamed, score(5.0, "a")]) == {0: Rewards(1, None, 5.0, 5.0, "rm-1")}


REAL = st.floats(-1e6, 1e6)


@given(st.lists(REAL, min_size=2, max_size=8))
def test_the_variance_is_the_unbiased_one(values: list[float]) -> None:
    """§3.5.4 compares prompts with four responses to prompts with eight."""
    rewards = summarise_rewards([score(v, str(i)) for i, v in enumerate(values)])[0]

    assert (rewards.count, rewards.best) == (len(values), max(values))
    assert rewards.variance == pytest.approx(variance(values), rel=1e-9, abs=1e-9)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from("ab"), st.none() | st.floats()), max_size=12
    )
)
def test_only_turns_with_a_real_score_are_there(rows: list[tuple[int, str, float | None]]) -> None:
    """Nothing raises, and no count is zero or more than the responses."""
    found = summarise_rewards(Score(turn, response, "rm", value) for turn, response, value in rows)

    assert all(1 <= rewards.count <= 2 for rewards in found.values())
    assert set(found) <= {
        turn for turn, _, value in rows if value is not None and math.isfinite(value)
    }


def test_cuts_are_quantiles_of_the_night() -> None:
    """A third of the scored prompts lies below each cut; an empty night has no high prompt."""
    night = pl.Series([9.0, 1.0, 5.0, 3.0, None, 4.0, 8.0], dtype=pl.Float64)

    assert place_cuts(night, LIMITS) == (4.0, 8.0)
    assert place_cuts(night, DifficultyLimits(medium_from=0.0, high_from=1.0)) == (1.0, 9.0)
    assert place_cuts(night.head(0), LIMITS) == (INF, INF)


def test_levels_begin_at_their_cuts() -> None:
    """At a cut is above it; unknown is never a level."""
    rows = [
        (4, 0.9),
        (4, 1.0),
        (9, 1.9),
        (4, 2.0),
        (3, 2.0),
        (4, None),
        (4, NAN),
        (4, INF),
        (0, None),
    ]

    assert levels(rows, (1.0, 2.0)) == [
        *("low", "medium", "medium", "high"),
        *("unknown", "unknown", "unknown", "unknown", "unknown"),
    ]


@given(st.lists(st.tuples(st.integers(0, 8), st.none() | st.floats()), max_size=10))
def test_every_prompt_gets_a_level_and_unknown_is_exactly_too_little(
    rows: list[tuple[int, float | None]],
) -> None:
    """A prompt with too few scores must not fill the share of a level."""
    expected = [
        count >= 4 and spread is not None and math.isfinite(spread) for count, spread in rows
    ]

    assert [level != "unknown" for level in levels(rows, (1.0, 2.0))] == expected


def test_cuts_in_the_wrong_order_are_refused() -> None:
    """No prompt could be medium; the user must be told."""
    with pytest.raises(ValueError, match=r"medium_from 0\.8 is above high_from 0\.2; swap them"):
        DifficultyLimits(medium_from=0.8, high_from=0.2)
