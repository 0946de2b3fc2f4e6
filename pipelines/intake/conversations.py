"""Find what keeps a row from being a conversation; redact the texts of a bad row for quarantine."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.intake.settings import SOURCES, IntakeLimits
from pipelines.outcomes import Reason

ROLES = ("system", "user", "assistant")
_REQUIRED = ("user_id", "character_id", "source", "started_at")
_SHORT = ("user_id", "character_id", "locale", "language", "source", "model_version", "jtbd")
_SHOWN = ("character_id", "locale", "language", "source", "model_version")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,63}")
_MICROSECONDS = 1_000_000
_SHOWN_MESSAGES = 20

Row = Mapping[str, Any]


def find_defect(row: Row, limits: IntakeLimits) -> Reason | None:
    """Return why a row cannot be read as a conversation, or None where it can.

    Args:
        row: the traffic columns by name, of which nullable ones may be missing; `started_at` in
            microseconds since 1970; `parts` names those parts of its messages that are not text.
        limits: of a readable conversation.

    Source: contract section 2.
    """
    if (defect := _defect_of_fields(row, limits)) is not None:
        return defect
    if row.get("parts"):  # an image, a sound: the texts about it cannot be judged without it
        return Reason.UNREAD_PART
    return _defect_of_messages(row.get("messages"), limits)


def _defect_of_fields(  # noqa: PLR0911 one return per case
    row: Row, limits: IntakeLimits
) -> Reason | None:
    conversation_id = row.get("conversation_id")
    if not conversation_id:
        return Reason.MISSING_ID
    if len(conversation_id) > limits.max_id_chars:
        return Reason.ID_TOO_LONG
    if any(row.get(name) in (None, "") for name in _REQUIRED):
        return Reason.MISSING_FIELD
    if any(len(row.get(name) or "") > limits.max_id_chars for name in _SHORT):
        return Reason.FIELD_TOO_LONG
    if row["source"] not in SOURCES:
        return Reason.UNKNOWN_SOURCE
    started = row["started_at"]
    earliest, latest = limits.earliest_year_seconds, limits.latest_year_seconds
    if not earliest * _MICROSECONDS <= started < latest * _MICROSECONDS:
        return Reason.IMPLAUSIBLE_TIME
    return None


def _defect_of_messages(  # noqa: PLR0911 one per case
    messages: Sequence[Row | None] | None, limits: IntakeLimits
) -> Reason | None:
    if not messages:
        return Reason.NO_MESSAGES
    if len(messages) > limits.max_messages:
        return Reason.TOO_MANY_MESSAGES
    if any(m is None or m.get("content") is None for m in messages):
        return Reason.NULL_CONTENT
    if any(m is None or m.get("role") not in ROLES for m in messages):
        return Reason.UNKNOWN_ROLE
    contents = [m["content"] for m in messages if m is not None]
    if any(len(text) > limits.max_message_chars for text in contents):
        return Reason.MESSAGE_TOO_LONG
    if not all(text.strip() for text in contents):
        return Reason.EMPTY_CONTENT
    if not any(m["role"] == "user" for m in messages if m is not None):
        return Reason.NO_USER_TURN
    return None


def redact_row(row: Row, user_key: str | None) -> str:
    """Return a quarantined row as JSON in which every text is replaced by its length.

    Short plain codes (locale, source, known roles) are kept, as they show where bad rows come from;
    anything else could contain a person's words.
    """
    shown: dict[str, Any] = {name: _show(row.get(name)) for name in _SHOWN}
    shown["user_key"] = user_key
    shown["started_at_microseconds"] = row.get("started_at")
    if row.get("parts"):
        shown["parts"] = sorted(row["parts"])
    messages = row.get("messages")
    shown["message_count"] = None if messages is None else len(messages)
    shown["messages"] = [_show_message(m) for m in (messages or [])[:_SHOWN_MESSAGES]]
    return json.dumps(shown, ensure_ascii=True, sort_keys=True)


def _show(value: str | None) -> str | None:
    if value is None or _PLAIN.fullmatch(value):
        return value
    return f"<{len(value)} characters>"


def _show_message(message: Row | None) -> str | None:
    if message is None:
        return None
    role, content = message.get("role"), message.get("content")
    said = "null" if content is None else f"<{len(content)} characters>"
    return f"{role if role in ROLES else '<unknown role>'}: {said}"
