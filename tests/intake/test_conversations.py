"""Each defect of a row has its reason, and what is kept of a bad row holds no words of a person."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.conversations import find_defect, redact_row
from pipelines.intake.settings import IntakeLimits

LIMITS = IntakeLimits()
MICROSECONDS = 1_000_000
YEAR_9999 = 253_370_764_800 * MICROSECONDS
WORDS = "Žofie wohnt 🏠 in Gasse 7"


def make_row(**changes: object) -> dict[str, Any]:
    """Return a good row with changes."""
    row: dict[str, Any] = {
        "conversation_id": "c-1",
        "user_id": "u-1",
        "character_id": "luna",
        "source": "user",
        "started_at": 1_769_817_600 * MICROSECONDS,
        "messages": [{"role": "user", "content": "hello"}],
    }
    return row | changes


def said(*messages: tuple[str | None, str | None] | None) -> list[dict[str, str | None] | None]:
    """Return messages from pairs of role and content."""
    return [None if m is None else {"role": m[0], "content": m[1]} for m in messages]


DEFECTS = [
    ({"conversation_id": None}, "missing_id"),
    ({"conversation_id": ""}, "missing_id"),
    ({"conversation_id": "x" * 513}, "id_too_long"),
    ({"conversation_id": "x" * 1_000_000}, "id_too_long"),
    ({"user_id": None}, "missing_field"),
    ({"user_id": ""}, "missing_field"),
    ({"character_id": None}, "missing_field"),
    ({"source": None}, "missing_field"),
    ({"started_at": None}, "missing_field"),
    ({"user_id": "x" * 513}, "field_too_long"),
    ({"locale": "x" * 513}, "field_too_long"),
    ({"jtbd": "x" * 513}, "field_too_long"),
    ({"source": "robot"}, "unknown_source"),
    ({"started_at": YEAR_9999}, "implausible_time"),
    ({"started_at": 4_102_444_800 * MICROSECONDS}, "implausible_time"),
    ({"started_at": -1}, "implausible_time"),
    ({"messages": None}, "no_messages"),
    ({"messages": []}, "no_messages"),
    ({"messages": said(("user", "a"), None)}, "null_content"),
    ({"messages": said(("user", None))}, "null_content"),
    ({"messages": said(("user", "a"), ("tool", "b"))}, "unknown_role"),
    ({"messages": said(("user", "a"), (None, "b"))}, "unknown_role"),
    ({"messages": said(("User", "a"))}, "unknown_role"),
    ({"messages": said(("user", ""))}, "empty_content"),
    ({"messages": said(("user", "a"), ("assistant", " \n\u3000"))}, "empty_content"),
    ({"messages": said(("user", "x" * 1_100_001))}, "message_too_long"),
    ({"messages": said(("user", "a")) * 10_000}, "too_many_messages"),
    ({"messages": said(("assistant", "a"), ("system", "b"))}, "no_user_turn"),
]


@pytest.mark.parametrize(("changes", "reason"), DEFECTS, ids=range(len(DEFECTS)))
def test_each_defect_has_its_reason(changes: dict[str, Any], reason: str) -> None:
    """People who repair the export upstream see only the reason."""
    assert find_defect(make_row(**changes), LIMITS) == reason


GOOD: list[dict[str, Any]] = [
    {},
    {"locale": None, "language": None, "jtbd": None, "model_version": None, "quality": None},
    {"started_at": 0},
    {"started_at": 4_102_444_800 * MICROSECONDS - 1},
    {"conversation_id": "x" * 512, "user_id": "x" * 512},
    {"source": "internal"},
    {"messages": said(("assistant", "a"), ("system", "b"), ("user", "c"), ("assistant", "d"))},
    {"messages": said(("user", "x" * 1_100_000))},
    {"messages": said(("user", "a")) * 2_000},
    {"messages": said(("user", "\x00\u0301\u202eab👩‍👩‍👧"))},
]


@pytest.mark.parametrize("changes", GOOD, ids=range(len(GOOD)))
def test_what_only_looks_odd_is_a_conversation(changes: dict[str, Any]) -> None:
    """A limit that is off by one silently loses conversations."""
    assert find_defect(make_row(**changes), LIMITS) is None


def test_limits_are_those_of_the_configuration() -> None:
    """A platform with longer ids or chats must be able to say so."""
    limits = IntakeLimits(
        max_id_chars=4,
        max_messages=1,
        max_message_chars=4,
        earliest_year_seconds=5,
        latest_year_seconds=6,
    )
    small = {
        "conversation_id": "abc",
        "user_id": "u",
        "character_id": "l",
        "locale": "en",
        "source": "user",
    }
    good = make_row(**small, started_at=5 * MICROSECONDS, messages=said(("user", "four")))
    changed: list[dict[str, object]] = [
        {"conversation_id": "abcde"},
        {"locale": "en-US"},
        {"started_at": 6 * MICROSECONDS},
        {"messages": said(("user", "a"), ("user", "b"))},
        {"messages": said(("user", "fiver"))},
    ]

    assert find_defect(good, limits) is None
    assert [find_defect(good | c, limits) for c in changed] == [
        "id_too_long",
        "field_too_long",
        "implausible_time",
        "too_many_messages",
        "message_too_long",
    ]


TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=20)
MESSAGE = st.none() | st.fixed_dictionaries(
    {"role": TEXT | st.sampled_from(["user", "tool"]), "content": TEXT}
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(
                ["conversation_id", "user_id", "character_id", "locale", "source", "jtbd"], TEXT
            ),
            "started_at": st.none() | st.integers(-(2**63), 2**63 - 1),
            "messages": st.none() | st.lists(MESSAGE, max_size=4),
        },
    )
)
def test_any_row_of_the_right_types_is_judged_and_shown(row: dict[str, Any]) -> None:
    """Rows are data: none may raise, whatever is null or missing in it."""
    find_defect(row, LIMITS)

    shown = json.loads(redact_row(row, None))
    assert shown["message_count"] == (None if row.get("messages") is None else len(row["messages"]))


def test_a_quarantined_row_shows_shape_and_no_words() -> None:
    """People repair the export from it; they must not read a stranger's chat to do so."""
    row = make_row(
        user_id=WORDS,
        conversation_id=WORDS,
        character_id=WORDS,
        character_name=WORDS,
        character_instructions=WORDS,
        locale="hi-IN",
        source="robot",
        model_version="x" * 70,
        jtbd=WORDS,
        messages=said(("user", WORDS), (WORDS, "a"), ("assistant", None), None),
    )

    shown = redact_row(row, "key-1")

    assert json.loads(shown) == {
        "character_id": "<24 characters>",
        "locale": "hi-IN",
        "language": None,
        "source": "robot",
        "model_version": "<70 characters>",
        "user_key": "key-1",
        "started_at_microseconds": 1_769_817_600 * MICROSECONDS,
        "message_count": 4,
        "messages": [
            "user: <24 characters>",
            "<unknown role>: <1 characters>",
            "assistant: null",
            None,
        ],
    }


@given(st.sampled_from(["user", "assistant", "tool"]), st.text(min_size=4, max_size=30))
def test_no_text_of_a_message_is_in_the_quarantined_row(role: str, words: str) -> None:
    """Escaped or not: a text that Phase I never judged may be written nowhere."""
    word = f"Zq{words}qZ"
    row = make_row(
        user_id=word,
        conversation_id=word,
        character_instructions=word,
        messages=said((role, word), (word, word)),
    )

    shown = redact_row(row, None)

    assert "Zq" not in shown
    assert "qZ" not in shown


def test_a_row_of_ten_thousand_messages_is_shown_short() -> None:
    """One hostile row must not be a megabyte of quarantine."""
    shown = json.loads(redact_row(make_row(messages=said(("user", "a")) * 10_000), None))

    assert (shown["message_count"], len(shown["messages"])) == (10_000, 20)
