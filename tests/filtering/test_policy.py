"""Phase I's policy: each phase decides what the one before kept, and nothing unknown is kept."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.policy import PhaseOneLimits, apply_review, decide_phase_one, with_outcome
from pipelines.filtering.privacy.policy import types_that_count
from pipelines.filtering.privacy.settings import PrivacyLimits
from pipelines.filtering.safety.settings import SafetyLimits
from pipelines.outcomes import OUTCOME_OF, Reason

LIMITS = PhaseOneLimits(safety=SafetyLimits(required=("critical_rules", "fasttext_safety")))
ANSWER = pl.Struct({"model": pl.String, "unsafe": pl.Float64})
SCHEMA = pl.Schema(
    [
        ("sample_id", pl.String()),
        ("conversation_id", pl.String()),
        ("entity_types", pl.List(pl.String)),
        ("redacted", pl.Boolean()),
        ("safety", pl.List(ANSWER)),
        ("language", pl.String()),
        ("confidence", pl.Float64()),
        ("review", pl.String()),
    ]
)
NAN = float("nan")


def answers(rules: float | None, layer: float | None) -> list[dict[str, Any]]:
    """Return what the two layers said."""
    return [
        {"model": "critical_rules", "unsafe": rules},
        {"model": "fasttext_safety", "unsafe": layer},
    ]


GOOD: dict[str, Any] = {
    "entity_types": ["PERSON"],
    "redacted": True,
    "safety": answers(0.0, 0.1),
    "language": "en",
    "confidence": 0.9,
    "review": None,
}


def decide(*facts: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return (sample, phase, outcome, reason) of good facts with changes; samples by position."""
    rows = [
        {"sample_id": f"s{i}", "conversation_id": f"c{i}"} | GOOD | change
        for i, change in enumerate(facts)
    ]
    decided = decide_phase_one(pl.DataFrame(rows, schema=SCHEMA), LIMITS)
    assert (
        decided["conversation_id"].str.tail(1).to_list()
        == decided["sample_id"].str.tail(1).to_list()
    )
    return decided.select("sample_id", "phase", "outcome", "reason").rows()


def last(change: dict[str, Any]) -> tuple[str, str, str]:
    """Return (phase, outcome, reason) of the last decision about one sample."""
    return decide(change)[-1][1:]


def test_a_good_sample_is_kept_three_times() -> None:
    """One decision per phase; the account of the night adds them up."""
    assert decide({}) == [
        ("s0", phase, "keep", "passed") for phase in ("privacy", "safety", "language")
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"entity_types": ["US_SSN"]}, ("privacy", "drop", "high_risk_identifier")),
        ({"entity_types": None, "redacted": None}, ("privacy", "review", "privacy_unscored")),
        ({"redacted": None}, ("privacy", "review", "privacy_unscored")),
        ({"redacted": False}, ("privacy", "drop", "redaction_incomplete")),
        ({"safety": answers(1.0, 0.0)}, ("safety", "drop", "critical_rule")),
        ({"safety": answers(0.0, 0.99)}, ("safety", "drop", "unsafe")),
        ({"safety": answers(0.0, 0.8)}, ("safety", "review", "safety_uncertain")),
        ({"safety": answers(0.0, NAN)}, ("safety", "review", "safety_unscored")),
        ({"safety": answers(None, 0.0)}, ("safety", "review", "safety_unscored")),
        ({"safety": []}, ("safety", "review", "safety_unscored")),
        ({"safety": None}, ("safety", "review", "safety_unscored")),
        ({"safety": answers(0.0, 0.1)[:1]}, ("safety", "review", "safety_unscored")),
        ({"language": "xx"}, ("language", "drop", "language_not_served")),
        ({"language": "und"}, ("language", "drop", "language_uncertain")),
        ({"language": None, "confidence": None}, ("language", "review", "language_unscored")),
        ({"confidence": NAN}, ("language", "review", "language_unscored")),
    ],
)
def test_each_fault_ends_in_its_phase(
    change: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    """A sample stops at the first phase that does not keep it; later phases do not decide it."""
    assert last(change) == expected
    phases = ["privacy", "safety", "language"]
    assert [row[1] for row in decide(change)] == phases[: phases.index(expected[0]) + 1]


NUMBER = st.none() | st.floats() | st.sampled_from([0.0, 0.1, 0.5, 1.0])
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "entity_types": st.none()
        | st.lists(st.sampled_from(["PERSON", "US_SSN", None]), max_size=2),
        "redacted": st.none() | st.booleans(),
        "safety": st.none() | st.just([]) | st.builds(answers, NUMBER, NUMBER),
        "language": st.sampled_from(["en", "xx", "und", None]),
        "confidence": NUMBER,
        "review": st.sampled_from([None, None, "approved", "rejected", "open", "yes"]),
    },
)


def is_known_and_good(fact: dict[str, Any]) -> bool:
    """Say, written out, whether every fact is there and below its limit."""
    types, scores = fact["entity_types"], [s["unsafe"] for s in fact["safety"] or []]
    return (
        types is not None
        and not {"US_SSN", None} & set(types)
        and fact["redacted"] is True
        and len(scores) == 2
        and all(
            score is not None and 0 <= score < limit
            for score, limit in zip(scores, (0.5, 0.673), strict=True)
        )
        and fact["language"] == "en"
        and fact["confidence"] is not None
        and 0.5 <= fact["confidence"] <= 1
    )


@given(st.lists(FACTS, max_size=5))
def test_without_a_person_only_known_good_facts_pass(changes: list[dict[str, Any]]) -> None:
    """A failed fact never passes; each sample has one decision per phase, and the last is final."""
    unheard = [change | {"review": None} for change in changes]
    decided = decide(*unheard)

    kept = {
        sample for sample, phase, outcome, _ in decided if (phase, outcome) == ("language", "keep")
    }
    assert kept == {f"s{i}" for i, change in enumerate(unheard) if is_known_and_good(GOOD | change)}
    for i in range(len(changes)):
        outcomes = [outcome for sample, _, outcome, _ in decided if sample == f"s{i}"]
        assert outcomes[:-1] == ["keep"] * (len(outcomes) - 1)
        assert len(outcomes) == 3 or outcomes[-1] != "keep"


@given(FACTS)
def test_no_approval_publishes_what_was_never_redacted_or_is_sure_to_be_bad(
    change: dict[str, Any],
) -> None:
    """A person decides doubts; not what no model could clean, nor what a rule is certain of."""
    fact = GOOD | change | {"review": "approved"}
    hopeless = fact["redacted"] is not True or "US_SSN" in (fact["entity_types"] or [])

    assert not (hopeless and last(fact)[:2] == ("language", "keep"))


def test_a_person_decides_where_a_reason_asks_and_nowhere_else() -> None:
    """An approval lets a doubt pass, a rejection drops it; a sample that passed is not affected."""
    doubt = {"safety": answers(0.0, 0.8)}

    assert last(doubt | {"review": "approved"}) == ("language", "keep", "passed")
    assert last(doubt | {"review": "rejected"}) == ("safety", "drop", "rejected_by_reviewer")
    assert last(doubt | {"review": "open"}) == ("safety", "review", "safety_uncertain")
    assert last({"review": "rejected"}) == ("language", "keep", "passed")
    assert last({"safety": answers(0.0, 0.99), "review": "approved"}) == (
        "safety",
        "drop",
        "unsafe",
    )
    assert last({"redacted": None, "review": "approved"}) == (
        "privacy",
        "review",
        "privacy_unscored",
    )


@given(st.sampled_from(list(Reason)), st.sampled_from([None, "approved", "rejected", "perhaps"]))
def test_only_reasons_of_review_change_by_the_reviewer(reason: Reason, review: str | None) -> None:
    """Brute force over all reasons: everything else stays as the phase said."""
    rows = pl.DataFrame(
        [(reason.value, review)], schema={"reason": pl.String, "review": pl.String}, orient="row"
    )
    said = {"approved": "approved_by_reviewer", "rejected": "rejected_by_reviewer"}

    expected = said.get(review or "", reason) if OUTCOME_OF[reason] == "review" else reason
    assert apply_review(rows)["reason"].to_list() == [expected]


def test_an_unknown_reason_drops() -> None:
    """An unknown reason must not publish a row."""
    rows = pl.DataFrame({"reason": ["passed", "unsafe", "invented", None]})

    assert with_outcome(rows)["outcome"].to_list() == ["keep", "drop", "drop", "drop"]


@given(st.permutations(range(4)))
def test_the_order_of_the_samples_changes_no_decision(order: list[int]) -> None:
    """Batches come in any order."""
    changes: list[dict[str, Any]] = [{}, {"redacted": None}, {"safety": None}, {"language": "xx"}]
    plain = {row[0]: row[1:] for row in decide(*changes)}

    shuffled = {row[0]: row[1:] for row in decide(*(changes[i] for i in order))}

    assert shuffled == {f"s{place}": plain[f"s{i}"] for place, i in enumerate(order)}


def test_a_finding_counts_from_its_score_on_and_a_failure_stays_one() -> None:
    """A failed model must not look like one without findings; a finding without a score counts."""
    scores = [None, [], [("A", 0.39), ("B", 0.4)], [("C", None), ("D", NAN)]]
    rows = [None if r is None else [{"entity_type": t, "score": s} for t, s in r] for r in scores]
    found = pl.Series(
        "found", rows, dtype=pl.List(pl.Struct({"entity_type": pl.String, "score": pl.Float64}))
    )

    types = found.to_frame().select(
        types_that_count(pl.col("found"), PrivacyLimits(score_from=0.4))
    )

    assert types["found"].to_list() == [None, [], ["B"], ["C", "D"]]
