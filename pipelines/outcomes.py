"""The terms of every decision: phases, outcomes, reasons. A reason implies one outcome."""

from enum import StrEnum

import polars as pl

CLEARED = "cleared."
"""Prefix of a column's name in a run's counts: rows whose value held an identifier, set to null."""


class Phase(StrEnum):
    """The phases in their order; each decides what the one before kept."""

    INTAKE = "intake"
    PRIVACY = "privacy"
    SAFETY = "safety"
    LANGUAGE = "language"
    DIVERSITY = "diversity"
    SPLIT = "split"
    SAMPLING = "sampling"


class Outcome(StrEnum):
    """What a phase does with a row."""

    KEEP = "keep"
    DROP = "drop"
    REVIEW = "review"
    QUARANTINE = "quarantine"


class Reason(StrEnum):
    """Why a phase decided as it did; `OUTCOME_OF` says what follows from it."""

    # every phase
    PASSED = "passed"
    APPROVED = "approved_by_reviewer"
    REJECTED = "rejected_by_reviewer"
    # intake
    MISSING_ID = "missing_id"
    ID_TOO_LONG = "id_too_long"
    DUPLICATE_ID = "duplicate_id"
    MISSING_FIELD = "missing_field"
    FIELD_TOO_LONG = "field_too_long"
    UNKNOWN_SOURCE = "unknown_source"
    IMPLAUSIBLE_TIME = "implausible_time"
    NO_MESSAGES = "no_messages"
    TOO_MANY_MESSAGES = "too_many_messages"
    NULL_CONTENT = "null_content"
    EMPTY_CONTENT = "empty_content"
    MESSAGE_TOO_LONG = "message_too_long"
    UNREAD_PART = "unread_part"
    UNKNOWN_ROLE = "unknown_role"
    NO_USER_TURN = "no_user_turn"
    BROKEN_UNICODE = "broken_unicode"
    UNREADABLE = "unreadable"
    ERASED = "erased_subject"
    # privacy
    HIGH_RISK_IDENTIFIER = "high_risk_identifier"
    PRIVACY_UNCERTAIN = "privacy_uncertain"
    PRIVACY_UNSCORED = "privacy_unscored"
    REDACTION_INCOMPLETE = "redaction_incomplete"
    # safety
    CRITICAL_RULE = "critical_rule"
    UNSAFE = "unsafe"
    SAFETY_UNCERTAIN = "safety_uncertain"
    SAFETY_UNSCORED = "safety_unscored"
    # language
    LANGUAGE_NOT_SERVED = "language_not_served"
    LANGUAGE_UNCERTAIN = "language_uncertain"
    LANGUAGE_UNSCORED = "language_unscored"
    LANGUAGE_UNPROVEN = "language_unproven"
    # diversity
    LEADER = "leader"
    NEAR_DUPLICATE = "near_duplicate"
    BUDGET = "budget"
    NOT_EMBEDDED = "not_embedded"
    # split
    TRAIN = "train"
    EVAL = "eval"
    SPLIT_CONFLICT = "split_conflict"
    COMMON_TEXT = "common_text"
    # sampling
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"


_KEEP = {Reason.PASSED, Reason.APPROVED, Reason.LEADER, Reason.TRAIN, Reason.EVAL, Reason.SELECTED}
_REVIEW = {
    Reason.PRIVACY_UNCERTAIN,
    Reason.PRIVACY_UNSCORED,
    Reason.SAFETY_UNCERTAIN,
    Reason.SAFETY_UNSCORED,
    Reason.LANGUAGE_UNSCORED,
    Reason.LANGUAGE_UNPROVEN,
    Reason.NOT_EMBEDDED,
}
_QUARANTINE = {
    Reason.MISSING_ID,
    Reason.ID_TOO_LONG,
    Reason.DUPLICATE_ID,
    Reason.MISSING_FIELD,
    Reason.FIELD_TOO_LONG,
    Reason.UNKNOWN_SOURCE,
    Reason.IMPLAUSIBLE_TIME,
    Reason.NO_MESSAGES,
    Reason.TOO_MANY_MESSAGES,
    Reason.NULL_CONTENT,
    Reason.EMPTY_CONTENT,
    Reason.MESSAGE_TOO_LONG,
    Reason.UNREAD_PART,
    Reason.UNKNOWN_ROLE,
    Reason.NO_USER_TURN,
    Reason.BROKEN_UNICODE,
    Reason.UNREADABLE,
}


def _outcome(reason: Reason) -> Outcome:
    """Return what follows from a reason; a reason in no list above drops, it never keeps."""
    for reasons, outcome in (
        (_KEEP, Outcome.KEEP),
        (_REVIEW, Outcome.REVIEW),
        (_QUARANTINE, Outcome.QUARANTINE),
    ):
        if reason in reasons:
            return outcome
    return Outcome.DROP


OUTCOME_OF = {reason: _outcome(reason) for reason in Reason}


def imply_outcome(reason: pl.Expr) -> pl.Expr:
    """Return the outcome that follows from each reason; an unknown reason drops."""
    outcomes = {reason.value: outcome.value for reason, outcome in OUTCOME_OF.items()}
    return reason.replace_strict(outcomes, default=Outcome.DROP.value, return_dtype=pl.String)
