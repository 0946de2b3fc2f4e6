"""A row becomes a sample or goes to quarantine; no row affects another."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.identity import key_user, name_sample
from pipelines.intake.reader import Conversation, read_conversation
from pipelines.intake.settings import IntakeLimits

KEY = b"secret"
LIMITS = IntakeLimits()
NOON = 1_769_817_600_000_000


def make_row(**changes: object) -> dict[str, Any]:
    """Return a good row as the edge hands it over, with changes."""
    row: dict[str, Any] = {
        "conversation_id": "c-1",
        "user_id": "u-1",
        "character_id": "luna",
        "character_name": "Luna",
        "character_instructions": "You are Luna.",
        "locale": "en-US",
        "language": "en",
        "source": "user",
        "model_version": "m-7",
        "started_at": NOON,
        "messages": [
            {"role": "assistant", "content": "Hi, I am Luna."},
            {"role": "user", "content": "first"},
            {"role": "assistant", "content": "answer"},
            {"role": "user", "content": "second"},
            {"role": "assistant", "content": "bye"},
        ],
        "jtbd": None,
        "quality": None,
        "broken": False,
        "duplicate": False,
        "rewards": None,
    }
    return row | changes


def read(**changes: object) -> Conversation:
    """Return what the reader makes of a good row with changes."""
    return read_conversation(make_row(**changes), LIMITS, KEY)


def reward(
    value: float | None, response: str = "r", turn: int = 0, model: str = "rm-1"
) -> dict[str, Any]:
    """Return a reward as the edge collects it."""
    return {"turn_index": turn, "response_id": response, "rm_version": model, "score": value}


def test_a_good_row_becomes_a_sample_and_its_texts() -> None:
    """The columns are those of `samples`; the user's raw id is in none of them."""
    found = read()

    assert (found.conversation_id, found.defect, found.quarantined) == ("c-1", None, None)
    assert found.columns == {
        "sample_id": name_sample("c-1", 1),
        "turn_index": 1,
        "user_key": key_user("u-1", KEY),
        "is_first_turn": False,
        "depth": "2-3",
        "reward_count": 0,
        "reward_variance": None,
        "best_reward": None,
        "reward_mean": None,
        "reward_model": None,
        "character_id": "luna",
        "locale": "en-US",
        "language": "en",
        "source": "user",
        "model_version": "m-7",
        "started_at": NOON,
        "jtbd": None,
        "quality": None,
    }
    assert found.texts is not None
    assert found.texts.prefix == ["Hi, I am Luna.", "first", "answer", "second"]
    assert found.texts.roles == ["assistant", "user", "assistant", "user"]
    assert (found.texts.instructions, found.texts.instructions_index) == ("You are Luna.", 5)


def test_a_scored_turn_is_the_prompt_and_nothing_after_it_is_read() -> None:
    """What was said after the prompt is no part of the sample and must not leak into it."""
    found = read(rewards=[reward(1.0, "a"), reward(2.0, "b"), None, reward(None, "c", turn=1)])

    assert found.texts is not None
    assert found.texts.prefix == ["Hi, I am Luna.", "first"]
    assert (
        found.columns["turn_index"],
        found.columns["is_first_turn"],
        found.columns["depth"],
    ) == (
        0,
        True,
        "1",
    )
    rewards = [found.columns[name] for name in ("reward_count", "reward_variance", "best_reward")]
    assert rewards == [2, 0.5, 2.0]


@pytest.mark.parametrize(
    ("rewards", "expected"),
    [
        (None, (1, 0, None)),
        ([], (1, 0, None)),
        ([None], (1, 0, None)),
        ([reward(None), reward(float("nan"), "s")], (1, 0, None)),
        ([reward(1.0, "a"), reward(9.0, "a"), reward(2.0, "b")], (0, 1, 2.0)),
        ([reward(1.0, "a"), reward(2.0, "b"), reward(70.0, "c", model="rm-2")], (0, 2, 2.0)),
        ([reward(5.0, turn=7)], (1, 0, None)),
        ([reward(1e200, "a"), reward(-1e200, "b")], (0, 2, 1e200)),
    ],
    ids=["null", "empty", "null row", "failed", "twice", "mixed models", "no such turn", "runaway"],
)
def test_bad_rewards_never_cost_the_conversation(
    rewards: object, expected: tuple[int, int, float | None]
) -> None:
    """The reward model's faults are not the user's: the sample is kept, with fewer scores."""
    found = read(rewards=rewards)

    assert found.defect is None
    assert (
        found.columns["turn_index"],
        found.columns["reward_count"],
        found.columns["best_reward"],
    ) == expected


@pytest.mark.parametrize("instructions", [None, "", "  \n"])
def test_empty_instructions_are_none(instructions: str | None) -> None:
    """There is nothing to judge in them, and an empty text would be one more call."""
    found = read(character_instructions=instructions)

    assert found.texts is not None
    assert found.texts.instructions is None


HOSTILE: list[tuple[dict[str, Any], str]] = [
    ({"conversation_id": "x" * 1_000_000}, "id_too_long"),
    ({"user_id": "x" * 1_000_000}, "field_too_long"),
    ({"messages": [{"role": "user", "content": "hi"}] * 10_000}, "too_many_messages"),
    ({"started_at": 253_402_300_799_000_000}, "implausible_time"),
    ({"messages": [None]}, "null_content"),
    ({"messages": [{"role": "user", "content": None}]}, "null_content"),
    ({"messages": [{"role": "bot", "content": "hi"}]}, "unknown_role"),
    ({"messages": [{"role": "user", "content": " "}]}, "empty_content"),
    ({"broken": True}, "broken_unicode"),
    ({"duplicate": True}, "duplicate_id"),
    ({"duplicate": True, "broken": True, "messages": None}, "duplicate_id"),
    ({"duplicate": True, "conversation_id": None}, "missing_id"),
    ({"rewards": [{"turn": 1}]}, "unreadable"),
    ({"rewards": 7}, "unreadable"),
    ({"started_at": "noon"}, "unreadable"),
]


@pytest.mark.parametrize(("changes", "reason"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_row_has_a_defined_end(changes: dict[str, Any], reason: str) -> None:
    """Each goes to quarantine alone, without columns or texts that a later phase could keep."""
    found = read(**changes)

    assert (found.defect, found.columns, found.texts) == (reason, {}, None)
    assert found.quarantined is not None
    assert len(found.quarantined) < 1_000


def test_a_quarantined_row_names_its_user_by_key_alone() -> None:
    """The key shows who sends broken rows; the raw id must not leave intake."""
    shown = json.loads(read(source="robot", user_id="alice@example.com").quarantined or "")

    assert shown["user_key"] == key_user("alice@example.com", KEY)
    assert json.loads(read(user_id=None).quarantined or "")["user_key"] is None


TEXT = (
    st.none()
    | st.text(st.characters(codec="utf-8"), max_size=8).map(lambda text: f"Zq{text}")
    | st.just("")
)
MESSAGE = st.none() | st.fixed_dictionaries(
    {"role": TEXT | st.sampled_from(["system", "user", "assistant"]), "content": TEXT}
)
REWARD = st.none() | st.builds(
    reward,
    st.none() | st.floats(),
    st.sampled_from("ab"),
    st.integers(-3, 4),
    st.sampled_from(["x", "y"]),
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "conversation_id": TEXT,
        "user_id": TEXT,
        "character_instructions": TEXT,
        "source": st.sampled_from(["user", "internal", "robot", None]),
        "started_at": st.none() | st.integers(-(2**63), 2**63 - 1),
        "messages": st.none() | st.lists(MESSAGE, max_size=4),
        "broken": st.none() | st.booleans(),
        "duplicate": st.none() | st.booleans(),
        "rewards": st.none() | st.lists(REWARD, max_size=5),
        "quality": st.none() | st.floats(),
    },
)


@settings(max_examples=200)
@given(CHANGES)
def test_every_row_is_a_sample_or_quarantined_without_its_words(changes: dict[str, Any]) -> None:
    """Nothing raised, nothing lost, nothing in between; a bad row's text is written nowhere."""
    found = read(**changes)

    accepted = found.texts is not None and bool(found.columns) and found.quarantined is None
    rejected = found.texts is None and not found.columns and found.quarantined is not None
    assert (accepted, rejected) == (found.defect is None, found.defect is not None)
    assert "Zq" not in (found.quarantined or "")
    assert found.defect != "unreadable"
