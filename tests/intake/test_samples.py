"""Which turn is the prompt decides what a sample is, and its id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.samples import Prompt, bucket_depth, choose_prompt

ROLES = ["system", "user", "assistant", "user", "assistant"]


@pytest.mark.parametrize(
    ("roles", "scored", "expected"),
    [
        (ROLES, [], Prompt(1, 3)),
        (ROLES, [0], Prompt(0, 1)),
        (ROLES, [0, 1], Prompt(1, 3)),
        (ROLES, [2, 99, -1], Prompt(1, 3)),
        (ROLES, [0, 99], Prompt(0, 1)),
        (["user"], [], Prompt(0, 0)),
        (["assistant", "assistant", "user", "user", "assistant"], [], Prompt(1, 3)),
    ],
)
def test_the_prompt_is_the_last_scored_user_turn_else_the_last(
    roles: list[str], scored: list[int], expected: Prompt
) -> None:
    """Scores of turns that the conversation lacks say nothing about it (contract section 2)."""
    assert choose_prompt(roles, scored) == expected


@given(
    st.lists(st.sampled_from(["system", "user", "assistant"]), max_size=8).map(
        lambda roles: [*roles, "user"]
    ),
    st.sets(st.integers(-2, 9)),
)
def test_the_prompt_is_always_a_user_turn_that_exists(roles: list[str], scored: set[int]) -> None:
    """Turn and message index name the same message, whatever the scores claim."""
    prompt = choose_prompt(roles, scored)

    assert roles[prompt.message_index] == "user"
    assert roles[: prompt.message_index].count("user") == prompt.turn_index
    real = [turn for turn in scored if 0 <= turn < roles.count("user")]
    assert prompt.turn_index == max(real, default=roles.count("user") - 1)


def test_depth_has_a_bucket_for_every_number_of_turns() -> None:
    """The report's slices are these names."""
    turns = [1, 2, 3, 4, 7, 8, 15, 16, 10_000]

    assert [bucket_depth(n) for n in turns] == [
        "1",
        "2-3",
        "2-3",
        "4-7",
        "4-7",
        "8-15",
        "8-15",
        "16+",
        "16+",
    ]
