"""Rows that are no conversation: each defect as an upstream bug would write it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pipelines.demo.plan import Defect

Row = dict[str, Any]  # Any: one traffic row, typed by the Arrow schema that it is written with

_LONG_ID_CHARS = 1_048_576
_MANY_MESSAGES = 10_000


def break_row(row: Row, defect: Defect) -> Row:
    """Return the traffic row with this defect; not `duplicate_id`, which needs a second row."""
    return row | _CHANGES[defect](row)


def _unknown_role(row: Row) -> Row:
    first, *rest = row["messages"]
    return {"messages": [first | {"role": "moderator"}, *rest]}


def _null_content(row: Row) -> Row:
    *rest, last = row["messages"]
    return {"messages": [*rest, last | {"content": None}]}


def _empty_content(row: Row) -> Row:
    return {"messages": [message | {"content": ""} for message in row["messages"]]}


def _no_user_turn(row: Row) -> Row:
    return {"messages": [message | {"role": "assistant"} for message in row["messages"]]}


def _many_messages(row: Row) -> Row:
    messages = row["messages"]
    turns = (messages * (_MANY_MESSAGES // len(messages) + 1))[:_MANY_MESSAGES]
    return {"messages": [turn | {"created_at": None} for turn in turns]}


def _far_future(row: Row) -> Row:
    messages = [message | {"created_at": None} for message in row["messages"]]
    return {"started_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "messages": messages}


def _long_id(row: Row) -> Row:
    name = row["conversation_id"]
    return {"conversation_id": (name * (_LONG_ID_CHARS // len(name) + 1))[:_LONG_ID_CHARS]}


_CHANGES: Mapping[Defect, Callable[[Row], Row]] = {
    Defect.UNKNOWN_ROLE: _unknown_role,
    Defect.NULL_CONTENT: _null_content,
    Defect.EMPTY_CONTENT: _empty_content,
    Defect.NO_MESSAGES: lambda _row: {"messages": []},
    Defect.NO_USER_TURN: _no_user_turn,
    Defect.UNKNOWN_SOURCE: lambda _row: {"source": "crawler"},
    Defect.TOO_MANY_MESSAGES: _many_messages,
    Defect.IMPLAUSIBLE_TIME: _far_future,
    Defect.ID_TOO_LONG: _long_id,
}
