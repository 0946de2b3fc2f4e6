"""A reason implies one outcome, and an unknown reason keeps no row."""

from pipelines.outcomes import OUTCOME_OF, Outcome, Phase, Reason

KEEPS = {"passed", "approved_by_reviewer", "leader", "train", "eval", "selected"}
DOUBTS = {
    *("privacy_uncertain", "privacy_unscored", "safety_uncertain", "safety_unscored"),
    *("language_unscored", "language_unproven", "not_embedded"),
}
UNREADABLE = {
    *(
        "missing_id",
        "id_too_long",
        "duplicate_id",
        "missing_field",
        "field_too_long",
        "unknown_source",
    ),
    *("implausible_time", "no_messages", "too_many_messages", "null_content", "empty_content"),
    *(
        "message_too_long",
        "unread_part",
        "unknown_role",
        "no_user_turn",
        "broken_unicode",
        "unreadable",
    ),
}


def test_every_reason_has_the_outcome_of_the_contract() -> None:
    """Written out: a reason moved to another list would publish or lose rows without a sound."""
    expected = {
        str(reason): "keep"
        if reason in KEEPS
        else "review"
        if reason in DOUBTS
        else "quarantine"
        if reason in UNREADABLE
        else "drop"
        for reason in Reason
    }

    assert {str(reason): str(outcome) for reason, outcome in OUTCOME_OF.items()} == expected
    assert (KEEPS | DOUBTS | UNREADABLE) - set(expected) == set()


def test_phases_are_in_the_order_of_the_contract() -> None:
    """Each decides what the one before kept: the account walks this list."""
    assert [str(phase) for phase in Phase] == [
        *("intake", "privacy", "safety", "language", "diversity", "split", "sampling")
    ]


def test_words_are_plain_codes() -> None:
    """They are in tables, reports and file names; each means one thing only."""
    words = [str(word) for kind in (Phase, Outcome, Reason) for word in kind]

    assert [
        word for word in words if not word.replace("_", "").isalpha() or not word.islower()
    ] == []
    assert len(set(words)) == len(words)
