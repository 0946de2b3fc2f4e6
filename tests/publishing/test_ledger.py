"""The ledger decides every row once, and never lets a missing or unknown answer pass."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.outcomes import OUTCOME_OF, Outcome, Phase, Reason
from pipelines.publishing.ledger import (
    decide_by_reason,
    decide_intake,
    list_answers,
    list_quarantine,
    list_reviews,
    name_rules,
    narrow_scores,
)

SCORE = pl.List(
    pl.Struct({"model": pl.String, "unsafe": pl.Float64, "labels": pl.Map(pl.String, pl.Float64)})
)
REVIEW: dict[str, pl.DataType | type[pl.DataType]] = {
    "sample_id": pl.String,
    "reason": pl.String,
    "scores": pl.Map(pl.String, pl.Float64),
    "status": pl.String,
    "decided_at": pl.Datetime("us", "UTC"),
    "reviewer": pl.String,
}
WORDS = st.sampled_from([reason.value for reason in Reason]) | st.text(max_size=3)


def reasons(*words: str | None) -> pl.LazyFrame:
    """Return samples with a reason each."""
    ids = [str(i) for i in range(len(words))]
    rows = {"sample_id": ids, "conversation_id": ids, "reason": list(words)}
    return pl.LazyFrame(rows, schema_overrides={"reason": pl.String})


def scored(*ids: str) -> pl.LazyFrame:
    """Return facts with the scores of two models, one of which failed."""
    scores = [
        {"model": "a", "unsafe": 0.5, "labels": {"hate": 0.5}},
        {"model": "b", "unsafe": None, "labels": None},
    ]
    return pl.LazyFrame(
        {"sample_id": ids, "safety": [scores] * len(ids)}, schema_overrides={"safety": SCORE}
    )


@given(st.lists(WORDS, max_size=8))
def test_a_phase_answers_every_reason_and_keeps_on_known_words_alone(words: list[str]) -> None:
    """An undeclared reason drops its row."""
    decided = decide_by_reason(reasons(*words), Phase.SPLIT).collect()
    known = {reason.value: OUTCOME_OF[reason].value for reason in Reason}

    assert decided["reason"].to_list() == words
    assert decided["outcome"].to_list() == [known.get(word, "drop") for word in words]


def test_silence_is_a_reason_of_its_own() -> None:
    """A prompt without a vector has no answer of Phase II and goes to review."""
    decided = decide_by_reason(
        reasons(None, "leader"), Phase.DIVERSITY, Reason.NOT_EMBEDDED
    ).collect()

    assert decided.select("reason", "outcome").rows() == [
        ("not_embedded", "review"),
        ("leader", "keep"),
    ]


def test_intake_answers_every_row_and_lists_the_bad_ones() -> None:
    """A row without an id has its line too."""
    facts = pl.LazyFrame(
        {
            "sample_id": ["s", None, None],
            "conversation_id": ["c", "d", None],
            "defect": [None, "no_messages", "missing_id"],
            "quarantined": [None, "{}", "{}"],
        }
    )

    assert decide_intake(facts).collect().select("conversation_id", "outcome", "reason").rows() == [
        ("c", "keep", "passed"),
        ("d", "quarantine", "no_messages"),
        (None, "quarantine", "missing_id"),
    ]
    assert list_quarantine(facts).collect().rows() == [
        ("d", "no_messages", "{}"),
        (None, "missing_id", "{}"),
    ]


def test_every_decision_names_its_rule_and_the_fingerprint_of_its_phase() -> None:
    """The phase is named where a reason depends on no setting."""
    decided = decide_by_reason(reasons("budget", "leader"), Phase.DIVERSITY)
    named = name_rules(
        decided, {Reason.BUDGET: "pruning.retain"}, {Phase.DIVERSITY: "f1"}
    ).collect()

    assert named.select("rule", "rule_fingerprint").rows() == [
        ("pruning.retain", "f1"),
        ("diversity", "f1"),
    ]


def test_an_answer_per_sample_and_model_is_in_a_side_table() -> None:
    """Null stays null: that model failed."""
    rows = list_answers(scored("s", "t"), "safety").collect()

    assert rows.select("sample_id", "model", "unsafe").rows() == [
        *(("s", "a", 0.5), ("s", "b", None)),
        *(("t", "a", 0.5), ("t", "b", None)),
    ]
    assert scored("s").select(narrow_scores()).collect()["safety"].to_list() == [
        [{"model": "a", "unsafe": 0.5}, {"model": "b", "unsafe": None}]
    ]


def test_a_persons_answer_stays_and_open_questions_are_asked_anew() -> None:
    """Answers of other runs are never lost; an open question that no longer applies is removed."""
    before = pl.LazyFrame(
        [
            {
                "sample_id": "s",
                "reason": "safety_uncertain",
                "scores": {"a": 0.1},
                "status": "approved",
            },
            {"sample_id": "gone", "reason": "safety_uncertain", "scores": {}, "status": "rejected"},
            {"sample_id": "old", "reason": "safety_uncertain", "scores": {}, "status": "open"},
        ],
        schema=REVIEW,
    )
    decisions = pl.LazyFrame(
        {
            "sample_id": ["s", "t", "u"],
            "reason": ["safety_uncertain", "not_embedded", "passed"],
            "outcome": [Outcome.REVIEW.value, Outcome.REVIEW.value, Outcome.KEEP.value],
        }
    )
    rows = list_reviews(decisions, scored("s", "t", "u"), before).collect().sort("sample_id")

    assert rows.select("sample_id", "reason", "status", "scores").rows() == [
        ("gone", "safety_uncertain", "rejected", {}),
        ("s", "safety_uncertain", "approved", {"a": 0.1}),
        ("t", "not_embedded", "open", {"a": 0.5, "b": None}),
    ]
