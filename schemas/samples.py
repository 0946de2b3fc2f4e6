"""Samples and what is published of them: they share their columns (contract sections 2 and 3)."""

import pyarrow as pa

from schemas.inputs import MESSAGE
from schemas.table import Table, column

_SAMPLE = (
    column("sample_id", pa.string(), "stable hash of (conversation_id, turn_index)"),
    column("conversation_id", pa.string(), "the conversation it is a prefix of"),
    column("turn_index", pa.int32(), "0-based index of the user turn that is the prompt"),
    column("user_key", pa.string(), "keyed hash of the user"),
    column("character_id", pa.string(), "the character that answered"),
    column("locale", pa.string(), "as declared; null = unknown", null=True),
    column("language", pa.string(), "as the client declared it; null = nothing", null=True),
    column("source", pa.string(), "user or internal"),
    column("model_version", pa.string(), "the chat model; null = unknown", null=True),
    column("started_at", pa.timestamp("us", "UTC"), "start of the conversation"),
    column("is_first_turn", pa.bool_(), "the prompt is the conversation's first user turn"),
    column("depth", pa.string(), "number of user turns up to the prompt, bucketed"),
    column(
        "text_hash", pa.string(), "sha-256 of the redacted prompt; null = not redacted", null=True
    ),
    column("jtbd", pa.string(), "job to be done; null = the scorer failed", null=True),
    column(
        "quality", pa.float64(), "prompt quality in [0, 1]; null = the scorer failed", null=True
    ),
    column("reward_count", pa.int32(), "responses with a real reward score"),
    column(
        "reward_variance",
        pa.float64(),
        "variance of their scores, §3.5.4; null = fewer than 2",
        null=True,
    ),
    column("best_reward", pa.float64(), "highest of them; null = none", null=True),
    column("difficulty", pa.string(), "low, medium, high, or unknown: too few scores"),
)
# Ours, behind what the contract names.
_REWARDS = (
    column("reward_mean", pa.float64(), "mean of the reward scores; null = none", null=True),
    column(
        "reward_model",
        pa.string(),
        "the reward model whose scores these are; null = none",
        null=True,
    ),
    column(
        "hardness",
        pa.string(),
        "easy, hard, noisy, §3.5.4; null or unknown: too few scores",
        null=True,
    ),
)

SAMPLES = Table(name="samples", version=2, key=("sample_id",), columns=_SAMPLE + _REWARDS)

_PUBLISHED = (
    *_SAMPLE,
    *_REWARDS,
    column("messages", pa.list_(MESSAGE), "the prefix, redacted; ends in the prompt"),
    column("prompt", pa.string(), "the redacted user turn"),
    column("cluster_id", pa.string(), "cluster of the prompt in its night"),
    column(
        "weight", pa.float64(), "mean 1; restores the traffic's shares of the matched dimensions"
    ),
)

TRAIN = Table(name="train", version=2, key=("sample_id",), columns=_PUBLISHED, pinned=True)
EVAL = Table(name="eval", version=2, key=("sample_id",), columns=_PUBLISHED, pinned=True)
