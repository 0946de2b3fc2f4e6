"""The whole answer about a subject: what was searched, what every phase did, what was erased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.explanation.evidence import SampleCase, Subject, SubjectEvidence, TableRow
from pipelines.explanation.numbers import list_numbers
from pipelines.explanation.phase_one import PHASE_ONE, explain_passed
from pipelines.explanation.phase_three import PHASE_THREE
from pipelines.explanation.phase_two import PHASE_TWO
from pipelines.explanation.quarantine import QUARANTINE
from pipelines.explanation.sentences import Explainer, Explanation, explain, show_score, show_text
from pipelines.outcomes import Outcome, Reason
from pipelines.report.values import show_time
from pipelines.wording import format_count

EXPLAINERS: Mapping[Reason, Explainer] = {**PHASE_ONE, **PHASE_TWO, **PHASE_THREE}
"""Reason → what it means for a sample; `passed` and quarantine are explained elsewhere."""
_BY_NAME = {reason.value: explainer for reason, explainer in EXPLAINERS.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """A phase's decision in words.

    Args:
        phase, outcome, reason, rule, rule_fingerprint: as `decisions` has them.
        explanation: what they mean here.
    """

    phase: str
    outcome: str
    reason: str
    rule: str
    rule_fingerprint: str
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """What became of one sample.

    Args:
        sample_id, conversation_id, turn_index: which it is.
        end: where its way ended, in a sentence.
        steps: the decisions, in the order of the phases.
        numbers: the scores and cuts behind them, by table, as JSON values.
        prompt: the redacted prompt as published; None = not asked for, or not published.
    """

    sample_id: str
    conversation_id: str
    turn_index: int
    end: str
    steps: Sequence[Step]
    numbers: Mapping[str, Any]
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class QuarantineAccount:
    """A row of the input that was no conversation."""

    conversation_id: str | None
    reason: str
    rule: str
    rule_fingerprint: str
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class SubjectAccount:
    """The answer to a question about a subject.

    Args:
        subject: whom it is about.
        ds, run_id: the night it is about, and its run; empty where no night holds the subject.
        other_nights: the other published nights that hold it, newest first.
        samples, quarantined: what that night has of it.
        erasures: sentences about what was erased of it.
        notes: what the reader has to know about the answer itself.
    """

    subject: Subject
    ds: str
    run_id: str
    other_nights: Sequence[str]
    samples: Sequence[SampleAccount]
    quarantined: Sequence[QuarantineAccount]
    erasures: Sequence[str]
    notes: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the answer as JSON values; a user is named by `user_key` alone."""
        return {
            "subject": {"kind": self.subject.kind.value, "name": self.subject.name},
            "ds": self.ds or None,
            "run_id": self.run_id or None,
            "other_nights": list(self.other_nights),
            "samples": [_sample_json(sample) for sample in self.samples],
            "quarantined": [
                {
                    "conversation_id": row.conversation_id,
                    "reason": row.reason,
                    "rule": row.rule,
                    "rule_fingerprint": row.rule_fingerprint,
                    **_explanation_json(row.explanation),
                }
                for row in self.quarantined
            ],
            "erasures": list(self.erasures),
            "notes": list(self.notes),
        }


def explain_samples(evidence: SubjectEvidence) -> list[SampleAccount]:
    """Return what became of every sample of a subject in one night."""
    return [_explain_sample(case) for case in evidence.cases()]


def _explain_sample(case: SampleCase) -> SampleAccount:
    prompt = None if case.published is None else case.published.get("prompt")
    return SampleAccount(
        sample_id=case.sample_id,
        conversation_id=str(case.sample["conversation_id"]),
        turn_index=int(case.sample["turn_index"]),
        end=_describe_end(case),
        steps=[_explain_step(case, row) for row in case.decisions],
        numbers=list_numbers(case),
        prompt=prompt,
    )


def _explain_step(case: SampleCase, row: TableRow) -> Step:
    return Step(
        phase=row["phase"],
        outcome=row["outcome"],
        reason=row["reason"],
        rule=row["rule"],
        rule_fingerprint=row["rule_fingerprint"],
        explanation=_explain_reason(case, row),
    )


def _explain_reason(case: SampleCase, row: TableRow) -> Explanation:
    """Return the words for a decision; a reason of another version is named, not guessed."""
    if row["reason"] == Reason.PASSED:
        return explain_passed(case, row["phase"])
    explainer = _BY_NAME.get(row["reason"])
    return _explain_unknown(row["reason"]) if explainer is None else explainer(case)


def _explain_unknown(reason: str) -> Explanation:
    return explain(f"Its reason is {show_text(reason)}, which this version does not know.")


def _describe_end(case: SampleCase) -> str:
    last = case.last
    if case.published is not None:
        weight = show_score(case.published["weight"])
        return f"Published in {case.published['side']} with weight {weight}."
    if last is None:
        return "No phase has decided about it: the night's tables do not fit together."
    if case.is_open:
        return f"Not published: {last['phase']} left it to a person, who has not let it pass."
    if last["outcome"] == Outcome.KEEP:
        return (
            f"{last['phase']} kept it, yet it is in neither table: the night's tables do not fit."
        )
    return f"Not published: {last['phase']} dropped it ({show_text(last['reason'])})."


def explain_quarantine(evidence: SubjectEvidence) -> list[QuarantineAccount]:
    """Return why each quarantined row of a subject was no conversation."""
    rules = {
        row["reason"]: row
        for row in evidence.decisions.filter(
            pl.col("outcome") == Outcome.QUARANTINE.value
        ).to_dicts()
    }
    return [
        QuarantineAccount(
            conversation_id=row["conversation_id"],
            reason=row["reason"],
            rule=str(rules.get(row["reason"], {}).get("rule", "")),
            rule_fingerprint=str(rules.get(row["reason"], {}).get("rule_fingerprint", "")),
            explanation=_explain_defect(evidence, row["reason"]),
        )
        for row in evidence.quarantine.sort("conversation_id", "reason", nulls_last=True).to_dicts()
    ]


def _explain_defect(evidence: SubjectEvidence, reason: str) -> Explanation:
    explainer_of = {known.value: explainer for known, explainer in QUARANTINE.items()}
    explainer = explainer_of.get(reason)
    return _explain_unknown(reason) if explainer is None else explainer(evidence.limits)


def explain_erasures(erasures: pl.DataFrame) -> list[str]:
    """Return a sentence for each erasure of a subject: when, and what was removed.

    Args:
        erasures: rows of the table of that subject.
    """
    rows = erasures.sort("requested_at").iter_rows(named=True)
    # One that was remembered under several keys is told once.
    return list(dict.fromkeys(_describe_erasure(row) for row in rows))


def _describe_erasure(row: TableRow) -> str:
    removed = {str(name): int(rows or 0) for name, rows in dict(row["rows"] or {}).items()}
    parts = [
        f"{show_text(name)} {format_count(rows, 'row')}" for name, rows in sorted(removed.items())
    ]
    counts = f"; removed: {', '.join(parts)}" if parts else ""
    asked_at = show_time(row["requested_at"])
    asked = f"Erasure of this {show_text(row['kind'])} was asked for on {asked_at}"
    if row["completed_at"] is None:
        return f"{asked} and is under way{counts}."
    return f"{asked} and completed on {show_time(row['completed_at'])}{counts}."


def _sample_json(sample: SampleAccount) -> dict[str, Any]:
    return {
        "sample_id": sample.sample_id,
        "conversation_id": sample.conversation_id,
        "turn_index": sample.turn_index,
        "end": sample.end,
        "phases": [
            {
                "phase": step.phase,
                "outcome": step.outcome,
                "reason": step.reason,
                "rule": step.rule,
                "rule_fingerprint": step.rule_fingerprint,
                **_explanation_json(step.explanation),
            }
            for step in sample.steps
        ],
        "numbers": dict(sample.numbers),
        **({} if sample.prompt is None else {"prompt": sample.prompt}),
    }


def _explanation_json(explanation: Explanation) -> dict[str, Any]:
    return {"sentences": list(explanation.sentences), "otherwise": list(explanation.otherwise)}
