"""Choose the user turn of a conversation that is its prompt, and the bucket of its depth."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

DEPTH_BUCKETS = ((1, "1"), (3, "2-3"), (7, "4-7"), (15, "8-15"))
_DEEPEST = "16+"
DEPTHS = (*(name for _, name in DEPTH_BUCKETS), _DEEPEST)
"""Every bucket, the shallowest first."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The user turn with which a sample ends.

    Args:
        turn_index: number of the user turn, from 0.
        message_index: position of the prompt among the conversation's messages.
    """

    turn_index: int
    message_index: int


def choose_prompt(roles: Sequence[str], scored_turns: Collection[int]) -> Prompt:
    """Return the last user turn that has reward scores, else the last user turn.

    Args:
        roles: of the messages, in order; at least one is `user`.
        scored_turns: user turns with at least one valid score; turns that the conversation does not
            have are ignored.

    Source: contract section 2.
    """
    user_turns = [position for position, role in enumerate(roles) if role == "user"]
    scored = [turn for turn in scored_turns if 0 <= turn < len(user_turns)]
    turn = max(scored) if scored else len(user_turns) - 1
    return Prompt(turn, user_turns[turn])


def bucket_depth(user_turns: int) -> str:
    """Return the bucket of a number of user turns, at least 1."""
    return next((name for most, name in DEPTH_BUCKETS if user_turns <= most), _DEEPEST)
