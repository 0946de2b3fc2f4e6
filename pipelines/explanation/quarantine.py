"""Sentences about input rows that are no conversations: the defect, and what would mend it."""

from collections.abc import Callable, Mapping

from pipelines.explanation.limits import RunLimits
from pipelines.explanation.sentences import Explanation, explain
from pipelines.intake.settings import SOURCES, IntakeLimits
from pipelines.outcomes import Reason

_Defect = Callable[[RunLimits], Explanation]


def _plain(sentence: str, otherwise: str) -> _Defect:
    return lambda _: explain(sentence, otherwise=otherwise)


def _limited(sentence: str, setting: str, unit: str) -> _Defect:
    """Return the explanation of a limit of intake, with its number where it is known."""

    def explain_limit(limits: RunLimits) -> Explanation:
        value = None if limits.intake is None else getattr(limits.intake, setting)
        number = "" if value is None else f" ({value:,} {unit})"
        return explain(
            f"{sentence} intake.{setting}{number}.", otherwise="Within that limit it is read."
        )

    if setting not in IntakeLimits.model_fields:
        raise KeyError(setting)
    return explain_limit


def _time(limits: RunLimits) -> Explanation:
    span = "what intake allows"
    if limits.intake is not None:
        span = (
            f"{limits.intake.earliest_year_seconds} to {limits.intake.latest_year_seconds} in Unix "
            "seconds"
        )
    return explain(f"Its start lies outside {span}.", otherwise="A start within that span is read.")


QUARANTINE: Mapping[Reason, _Defect] = {
    Reason.MISSING_ID: _plain(
        "The row has no conversation_id.", "With an id of its own it is read."
    ),
    Reason.ID_TOO_LONG: _limited(
        "Its conversation_id is longer than", "max_id_chars", "characters"
    ),
    Reason.DUPLICATE_ID: _plain(
        "Another row of the night has its conversation_id. Of equal rows one stays; of rows that "
        "differ none does.",
        "With an id of its own it is read.",
    ),
    Reason.MISSING_FIELD: _plain(
        "It lacks user_id, character_id, source or started_at.", "With all of them it is read."
    ),
    Reason.FIELD_TOO_LONG: _limited("A short field is longer than", "max_id_chars", "characters"),
    Reason.UNKNOWN_SOURCE: _plain(
        f"Its source is neither {' nor '.join(SOURCES)}.", "With one of these it is read."
    ),
    Reason.IMPLAUSIBLE_TIME: _time,
    Reason.NO_MESSAGES: _plain("It has no messages.", "With a user turn it is read."),
    Reason.TOO_MANY_MESSAGES: _limited("It has more messages than", "max_messages", "messages"),
    Reason.NULL_CONTENT: _plain(
        "A message has no content.", "With every content given it is read."
    ),
    Reason.EMPTY_CONTENT: _plain("A message is blank.", "Without blank messages it is read."),
    Reason.MESSAGE_TOO_LONG: _limited(
        "A message is longer than", "max_message_chars", "characters"
    ),
    Reason.UNREAD_PART: _plain(
        "A message has a part that is no text, such as an image, without which it is not judged.",
        "Of texts alone it is read.",
    ),
    Reason.UNKNOWN_ROLE: _plain(
        "A message has a role other than system, user and assistant.",
        "With these roles it is read.",
    ),
    Reason.NO_USER_TURN: _plain("No message is the user's.", "With a user turn it is read."),
    Reason.BROKEN_UNICODE: _plain("A text is no valid UTF-8.", "With valid texts it is read."),
    Reason.UNREADABLE: _plain(
        "Reading the row failed in a way that no other reason names.", "The source has to mend it."
    ),
}
"""Reason → what it means."""
