"""Every reason has its sentences: the numbers that decided, and what would have to differ."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from pipelines.explanation.account import (
    EXPLAINERS,
    SubjectAccount,
    explain_erasures,
    explain_quarantine,
    explain_samples,
)
from pipelines.explanation.evidence import Subject, SubjectKind
from pipelines.explanation.limits import RunLimits
from pipelines.explanation.quarantine import QUARANTINE
from pipelines.outcomes import OUTCOME_OF, Outcome, Phase, Reason
from schemas.ledger import CONSTRAINTS, DECISIONS, ERASURES, REVIEW
from schemas.ledger import QUARANTINE as QUARANTINE_TABLE
from schemas.sidecars import LANGUAGE, PRIVACY, PRUNING, SAFETY
from tests.explanation.cases import (
    DECIDED_AT,
    DS,
    WHOLE_WAY,
    evidence,
    explained,
    findings,
    limits,
    pool,
    rows,
    up_to,
)

DROPPED = {
    "sample_id": "s1",
    "text_hash": "h",
    "model": "e5",
    "cluster_id": "c0001",
    "kept": False,
    "novelty": 0.01,
    "witness_id": "w1",
    "witness_ds": "2026-01-30",
}


def privacy(*answers: list[dict[str, Any]] | None) -> pl.DataFrame:
    """Return what privacy models found; None = one failed."""
    given = [
        {"sample_id": "s1", "model": f"m{n}", "findings": found} for n, found in enumerate(answers)
    ]
    return rows(PRIVACY, *given)


def safety(**scores: float | None) -> pl.DataFrame:
    """Return rows of `safety` with scores."""
    return rows(
        SAFETY,
        *(
            {"sample_id": "s1", "model": model, "unsafe": unsafe, "labels": {"threat": unsafe}}
            for model, unsafe in scores.items()
        ),
    )


def test_every_reason_that_a_phase_can_give_has_sentences() -> None:
    """A new reason without a sentence fails here, before anybody needs it at night."""
    explainer_of = {Reason.PASSED, *EXPLAINERS, *QUARANTINE}

    assert sorted(set(Reason) - explainer_of) == []
    assert sorted(QUARANTINE) == sorted(
        reason for reason in Reason if OUTCOME_OF[reason] is Outcome.QUARANTINE
    )


@pytest.mark.parametrize("reason", [*EXPLAINERS], ids=str)
@pytest.mark.parametrize("known", [True, False])
def test_no_reason_breaks_on_a_night_that_knows_little(
    reason: Reason,
    known: bool,  # noqa: FBT001 a case of the table
) -> None:
    """A run of another version, or a table without the row: nothing is made up."""
    phases = [*Phase] if known else [Phase.SPLIT if reason in {"train", "eval"} else Phase.SAFETY]
    nothing: dict[str, Any] = {
        "limits": RunLimits(),
        "privacy": privacy(),
        "safety": safety(),
        "language": rows(LANGUAGE),
        "pruning": rows(PRUNING),
        "pool": pool(("s9", "hi-IN", True, None)),
        "constraints": rows(CONSTRAINTS),
    }
    for phase in phases:
        way = up_to(phase, reason) | {"split": Reason.TRAIN}
        (sample,) = explain_samples(evidence(way, **({} if known else nothing)))
        assert all(step.explanation.sentences for step in sample.steps)


@pytest.mark.parametrize(
    ("phase", "reason", "changes", "expected", "otherwise"),
    [
        (
            Phase.PRIVACY,
            Reason.HIGH_RISK_IDENTIFIER,
            {"privacy": privacy(findings(US_SSN=0.75, PERSON=0.875), [])},
            "US_SSN with 0.75 (counts from 0.4 on)",
            "or with each below its score",
        ),
        (
            Phase.PRIVACY,
            Reason.PRIVACY_UNCERTAIN,
            {"privacy": privacy(findings(PERSON_JOINED=0.5))},
            "PERSON_JOINED with 0.5",
            "It waits for a person",
        ),
        (
            Phase.PRIVACY,
            Reason.PRIVACY_UNSCORED,
            {"privacy": privacy([], None)},
            "m1 gave no answer",
            "in which the model answers",
        ),
        (
            Phase.PRIVACY,
            Reason.REDACTION_INCOMPLETE,
            {"privacy": privacy(findings(URL=0.5))},
            "a second scan by rules still found",
            "does not lift this",
        ),
        (
            Phase.SAFETY,
            Reason.SAFETY_UNCERTAIN,
            {},
            "encoder_head 0.61, review_from 0.55",
            "below its review_from it would have passed",
        ),
        (
            Phase.SAFETY,
            Reason.UNSAFE,
            {"safety": safety(encoder_head=0.95, critical_rules=0.0)},
            "encoder_head 0.95, drop_from 0.9",
            "below its drop_from a person would have decided",
        ),
        (
            Phase.SAFETY,
            Reason.CRITICAL_RULE,
            {"safety": safety(critical_rules=1.0, encoder_head=0.01)},
            "A critical rule hit (threat)",
            "does not lift this",
        ),
        (
            Phase.SAFETY,
            Reason.SAFETY_UNSCORED,
            {"safety": safety(critical_rules=0.0, encoder_head=float("nan"))},
            "fasttext_safety and encoder_head gave no probability",
            "in which the model answers",
        ),
        (
            Phase.LANGUAGE,
            Reason.LANGUAGE_NOT_SERVED,
            {},
            "lid says hi with confidence 0.75; the client declared hi.",
            "under language.served it would have passed",
        ),
        (
            Phase.LANGUAGE,
            Reason.LANGUAGE_UNCERTAIN,
            {"limits": limits(language={"confidence_from": 0.8})},
            "below 0.8",
            "with 0.8 or more, would have passed",
        ),
        (
            Phase.DIVERSITY,
            Reason.NEAR_DUPLICATE,
            {"pruning": rows(PRUNING, DROPPED | {"similarity": 0.991})},
            "w1 of the night 2026-01-30, with cosine 0.991. That is at or above the cut 0.97",
            "Below 0.97 to every leader",
        ),
        (
            Phase.DIVERSITY,
            Reason.BUDGET,
            {"pruning": rows(PRUNING, DROPPED | {"similarity": 0.5, "witness_ds": DS})},
            "pruning.retain 0.5 leaves room for 2 rows of 4",
            "no table holds",
        ),
        (
            Phase.DIVERSITY,
            Reason.LEADER,
            {"echoes": pl.DataFrame({"sample_id": ["s1"], "rows": [3], "users": [2]})},
            "has cosine 0.75. Its cluster is c0001. 3 near-duplicates of this night name it",
            "cosine 0.97 or more",
        ),
        (
            Phase.SPLIT,
            Reason.EVAL,
            {},
            "Its side is eval. The seeded hash of its user is 0.",
            "In a component that goes to train",
        ),
        (
            Phase.SPLIT,
            Reason.COMMON_TEXT,
            {"echoes": pl.DataFrame({"sample_id": ["s1"], "rows": [40], "users": [25]})},
            "25 users of the night wrote it or nearly so",
            "20 (split.most_users) users or fewer",
        ),
        (
            Phase.SPLIT,
            Reason.SPLIT_CONFLICT,
            {},
            "No other night has its user or conversation on a side, so it is by its words",
            "With all of these on one side",
        ),
    ],
)
def test_a_decision_is_explained_with_its_numbers(
    phase: Phase, reason: Reason, changes: Mapping[str, Any], expected: str, otherwise: str
) -> None:
    """Score, cut and what would have to differ: the first questions of a support desk."""
    sentences, other = explained(phase, reason, **changes)

    assert (expected in sentences, otherwise in other) == (True, True), f"{sentences} / {other}"


def test_a_side_by_an_earlier_night_names_it() -> None:
    """A side is for good: the hash of the user no longer decides, so it is left out."""
    before = pl.DataFrame(
        {"user_key": ["u1"], "conversation_id": ["c0"], "ds": ["2026-01-29"], "side": ["train"]}
    )

    sentences, other = explained(Phase.SPLIT, Reason.TRAIN, elsewhere=before)
    assert "Its user is in train by the published 2026-01-29. A side is for good." in sentences
    assert ("seeded hash" in sentences, other) == (False, "")


@pytest.mark.parametrize(
    ("status", "phrase"),
    [
        ("open", "It waits for a person"),
        ("approved", "ada, on 2026-02-01 09:30:00 UTC, has approved it"),
    ],
)
def test_what_a_person_has_decided_since_the_run_is_shown(status: str, phrase: str) -> None:
    """The decision is in `review` before any run has applied it."""
    answer = {"sample_id": "s1", "reason": "safety_uncertain", "status": status}
    named = {} if status == "open" else {"decided_at": DECIDED_AT, "reviewer": "ada"}

    _, other = explained(Phase.SAFETY, Reason.SAFETY_UNCERTAIN, review=rows(REVIEW, answer | named))
    assert phrase in other


def test_an_approval_names_who_gave_it_and_why_it_was_asked_for() -> None:
    """Accountable means: by whom, when, about what."""
    row = {"sample_id": "s1", "reason": "safety_uncertain", "status": "approved"}
    review = rows(REVIEW, row | {"decided_at": DECIDED_AT, "reviewer": "ada"})

    sentences, _ = explained(Phase.SAFETY, Reason.APPROVED, review=review)
    assert sentences == (
        "ada, on 2026-02-01 09:30:00 UTC, approved what the models left open "
        "(asked because of safety_uncertain)."
    )


def test_the_end_of_a_way_comes_first() -> None:
    """Published with its weight; dropped with phase and reason; open; or tables that do not fit."""
    drawn = pl.DataFrame(
        {"sample_id": ["s1"], "side": ["train"], "weight": [1.25], "cluster_id": ["c1"]}
    )
    ways = [
        evidence(WHOLE_WAY, published=drawn),
        evidence(up_to(Phase.SAFETY, Reason.UNSAFE)),
        evidence(up_to(Phase.SAFETY, Reason.SAFETY_UNCERTAIN)),
        evidence(WHOLE_WAY),
        evidence({}),
    ]

    assert [sample.end for night in ways for sample in explain_samples(night)] == [
        "Published in train with weight 1.25.",
        "Not published: safety dropped it (unsafe).",
        "Not published: safety left it to a person, who has not let it pass.",
        "sampling kept it, yet it is in neither table: the night's tables do not fit.",
        "No phase has decided about it: the night's tables do not fit together.",
    ]


def test_a_reason_of_another_version_is_named_and_not_guessed() -> None:
    """A warehouse outlives the code that wrote it."""
    strange = evidence({"intake": Reason.PASSED, "users": Reason.PASSED}).decisions
    renamed = strange.with_columns(
        reason=pl.when(pl.col("phase") == "intake")
        .then(pl.lit("\x1b[31mhologram"))
        .otherwise("reason")
    )
    (sample,) = explain_samples(evidence({}, decisions=renamed))

    assert [step.explanation.sentences for step in sample.steps] == [
        ("Its reason is ⟨U+001B⟩[31mhologram, which this version does not know.",),
        ("It found nothing to stop.",),
    ]


@pytest.mark.parametrize("reason", [*QUARANTINE], ids=str)
def test_a_quarantined_row_is_explained_by_its_reason(reason: Reason) -> None:
    """With the rule and fingerprint of the night, and the limit where one decided."""
    row = {"conversation_id": None, "reason": reason.value, "row": "{}"}
    decision = {"phase": "intake", "outcome": "quarantine", "reason": reason.value}
    named = {"rule": "intake.rule", "rule_fingerprint": "f9"}
    night = evidence(
        {},
        quarantine=rows(QUARANTINE_TABLE, row),
        decisions=rows(DECISIONS, decision | named),
    )
    (only,) = explain_quarantine(night)

    assert (only.reason, only.rule, only.rule_fingerprint) == (reason.value, "intake.rule", "f9")
    assert (len(only.explanation.sentences), len(only.explanation.otherwise)) == (1, 1)


def test_a_limit_of_intake_is_shown_with_its_number() -> None:
    """`Too long` alone does not say by how much."""
    explainer_of = QUARANTINE[Reason.TOO_MANY_MESSAGES](limits(intake={"max_messages": 12}))

    assert explainer_of.sentences == (
        "It has more messages than intake.max_messages (12 messages).",
    )


def test_an_erasure_says_when_and_what_was_removed() -> None:
    """Under way or done, with the rows of each table."""
    rows_of = {"samples": 2, "train": 1}
    asked = {"subject_key": "k", "kind": "user", "requested_at": DECIDED_AT, "rows": rows_of}
    done = explain_erasures(rows(ERASURES, asked | {"completed_at": DECIDED_AT}))
    going = explain_erasures(rows(ERASURES, asked | {"rows": None}))

    asked_for = "Erasure of this user was asked for on 2026-02-01 09:30:00 UTC"
    removed = "removed: samples 2 rows, train 1 row."
    assert done == [f"{asked_for} and completed on 2026-02-01 09:30:00 UTC; {removed}"]
    assert going == [f"{asked_for} and is under way."]


def test_the_answer_is_plain_json() -> None:
    """What a ticket system reads: subject, night, phases with rule and fingerprint."""
    night = evidence(up_to(Phase.SAFETY, Reason.UNSAFE))
    subject = Subject(SubjectKind.SAMPLE, "s1")
    account = SubjectAccount(
        subject, DS, night.run_id, ["2026-01-30"], explain_samples(night), (), ()
    )

    explainer_of = json.loads(json.dumps(account.as_json()))
    assert explainer_of["subject"] == {"kind": "sample", "name": "s1"}
    assert explainer_of["other_nights"] == ["2026-01-30"]
    last = explainer_of["samples"][0]["phases"][-1]
    assert (last["reason"], last["rule"], last["rule_fingerprint"]) == ("unsafe", "a.rule", "f1")
    assert "prompt" not in explainer_of["samples"][0]


def test_the_numbers_stand_beside_the_sentences() -> None:
    """A program need not read prose: scores with their cuts, null where a model failed."""
    drawn = pl.DataFrame(
        {"sample_id": ["s1"], "side": ["train"], "weight": [1.0], "cluster_id": ["c0001"]}
    )
    night = evidence(
        WHOLE_WAY,
        privacy=privacy(findings(URL=0.5), None),
        safety=safety(encoder_head=float("nan")),
        published=drawn,
    )
    (sample,) = explain_samples(night)

    assert [row["findings"] for row in sample.numbers["privacy"]] == [
        [{"entity_type": "URL", "score": 0.5}],
        None,
    ]
    assert sample.numbers["safety"] == [
        {
            "model": "encoder_head",
            "model_revision": None,
            "unsafe": None,
            "review_from": 0.55,
            "drop_from": 0.9,
        }
    ]
    assert sample.numbers["language"]["confidence"] == 0.75
    assert sample.numbers["pruning"]["cut"] == 0.97
    assert sample.numbers["published"] == {
        "side": "train",
        "weight": 1.0,
        "cluster_id": "c0001",
    }
