"""Read a row of traffic as a conversation, or as a row for quarantine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.filtering.facts import SampleTexts
from pipelines.identity import key_user, name_sample
from pipelines.intake.conversations import find_defect, redact_row
from pipelines.intake.difficulty import NO_REWARDS, Rewards, Score, summarise_rewards
from pipelines.intake.samples import bucket_depth, choose_prompt
from pipelines.intake.settings import IntakeLimits
from pipelines.outcomes import Reason


@dataclass(frozen=True, slots=True)
class Conversation:
    """The result of intake for a row.

    Args:
        conversation_id: as given; None = the row has no id.
        defect: why it is not a conversation; None = it is one.
        quarantined: the row with its texts redacted; None = it is a conversation.
        columns: those columns of `samples` that intake knows; empty for a defect.
        texts: the texts that Phase I judges; None for a defect.
    """

    conversation_id: str | None
    defect: Reason | None
    quarantined: str | None
    columns: Mapping[str, Any]
    texts: SampleTexts | None


def read_conversation(row: Mapping[str, Any], limits: IntakeLimits, key: bytes) -> Conversation:
    """Read a row; one that makes the reader itself fail is quarantined as unreadable.

    Args:
        row: the traffic columns, `started_at` in microseconds, and `broken`, `duplicate` and
            `rewards`, which the caller adds.
        limits: of a readable conversation.
        key: of `user_key`.
    """
    try:
        defect = _defect(row, limits)
        if defect is None:
            return _accept(row, key)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return _reject(row, Reason.UNREADABLE, None)
    user = row.get("user_id")
    return _reject(row, defect, key_user(user, key) if user else None)


def _defect(row: Mapping[str, Any], limits: IntakeLimits) -> Reason | None:
    if row.get("conversation_id") and row.get("duplicate"):
        return Reason.DUPLICATE_ID
    return find_defect(row, limits) or (Reason.BROKEN_UNICODE if row.get("broken") else None)


def _reject(row: Mapping[str, Any], defect: Reason, user_key: str | None) -> Conversation:
    return Conversation(row.get("conversation_id"), defect, redact_row(row, user_key), {}, None)


def _accept(row: Mapping[str, Any], key: bytes) -> Conversation:
    messages: Sequence[Mapping[str, str]] = row["messages"]
    rewards = summarise_rewards(
        Score(**score) for score in row.get("rewards") or () if score is not None
    )
    prompt = choose_prompt([m["role"] for m in messages], rewards.keys())
    prefix = messages[: prompt.message_index + 1]
    instructions = row.get("character_instructions")
    texts = SampleTexts(
        prefix=[m["content"] for m in prefix],
        roles=[m["role"] for m in prefix],
        instructions=instructions if instructions and instructions.strip() else None,
        instructions_index=len(messages),
    )
    reward = rewards.get(prompt.turn_index, NO_REWARDS)
    columns = _columns(row, key, prompt.turn_index, reward)
    return Conversation(row["conversation_id"], None, None, columns, texts)


def _columns(
    row: Mapping[str, Any], key: bytes, turn_index: int, reward: Rewards
) -> dict[str, Any]:
    return {
        "sample_id": name_sample(row["conversation_id"], turn_index),
        "turn_index": turn_index,
        "user_key": key_user(row["user_id"], key),
        "is_first_turn": turn_index == 0,
        "depth": bucket_depth(turn_index + 1),
        "reward_count": reward.count,
        "reward_variance": reward.variance,
        "best_reward": reward.best,
        "reward_mean": reward.mean,
        "reward_model": reward.rm_version,
        **{
            name: row.get(name)
            for name in ("character_id", "locale", "language", "source", "model_version")
        },
        **{name: row.get(name) for name in ("started_at", "jtbd", "quality")},
    }
