"""Sentences about intake, privacy, safety and language: scores beside their cuts."""

import math
from collections.abc import Mapping, Sequence

from pipelines.explanation.evidence import SampleCase, TableRow
from pipelines.explanation.sentences import (
    Explainer,
    Explanation,
    explain,
    join_words,
    show_score,
    show_text,
)
from pipelines.outcomes import Phase, Reason
from pipelines.report.values import show_time
from pipelines.wording import format_count

_NOT_LIFTED = "A person's approval does not lift this."
_AGAIN = "A run of this night in which the model answers decides it anew."


def _waits(case: SampleCase) -> str:
    """Return that a person decides, or the decision that no run has applied yet."""
    row = case.review
    if row is not None and row["status"] in {"approved", "rejected"}:
        return f"{_who(case)} has {row['status']} it; the next run of this night applies it."
    return "It waits for a person; the next run of this night applies the decision."


def _who(case: SampleCase) -> str:
    row = case.review
    if row is None or row["decided_at"] is None:
        return "A person"
    return f"{show_text(row['reviewer'])}, on {show_time(row['decided_at'])},"


def _read(case: SampleCase) -> Explanation:
    sample = case.sample
    turn = format_count(int(sample["turn_index"]), "user turn")
    rewards = int(sample.get("reward_count") or 0)
    return explain(
        f"It was read as a conversation; its prompt is the user turn with {turn} before it "
        f"(depth {show_text(sample['depth'])}).",
        f"{format_count(rewards, 'response has', 'responses have')} a reward score: difficulty "
        f"{show_text(sample['difficulty'])}, hardness {show_text(sample.get('hardness'))}.",
    )


def _describe_found(case: SampleCase) -> str:
    models = [row["model"] for row in case.privacy]
    worst = _worst_findings(case.privacy)
    if not worst:
        return f"No identifier was found by {join_words(map(show_text, models))}."
    named = (f"{show_text(name)} (highest score {show_score(s)})" for name, s in worst.items())
    return f"Found in it: {join_words(named)}."


def _worst_findings(answers: Sequence[TableRow]) -> Mapping[str, float]:
    worst: dict[str, float] = {}
    for finding in (f for row in answers for f in row["findings"] or []):
        name = str(finding["entity_type"])
        worst[name] = max(worst.get(name, 0.0), float(finding["score"] or 0.0))
    return dict(sorted(worst.items()))


def _types_that_answered(case: SampleCase, answer: str) -> list[str]:
    """Return the found types that drop or ask for review, with score and where that begins."""
    limits = case.night.limits.privacy
    if limits is None:
        return []
    types = limits.dropped if answer == "drop" else limits.reviewed
    hits = []
    for name, score in _worst_findings(case.privacy).items():
        begins = limits.scores_from.get(name, limits.score_from)
        if name in types and score >= begins:
            hits.append(f"{show_text(name)} with {show_score(score)} (counts from {begins:g} on)")
    return hits


def _privacy_passed(case: SampleCase) -> Explanation:
    limits = case.night.limits.privacy
    least = "" if limits is None else f" with a score of {limits.score_from:g} or more"
    return explain(
        _describe_found(case),
        "A second scan, behind what replaces identifiers in the text, found nothing.",
        otherwise=f"A finding of a type under privacy.drop{least} would have dropped it.",
    )


def _high_risk(case: SampleCase) -> Explanation:
    hits = _types_that_answered(case, "drop")
    return explain(
        _describe_found(case),
        f"High risk, so the sample is dropped: {join_words(hits)}."
        if hits
        else "One is high risk.",
        otherwise=(
            "Without these findings, or with each below its score, it would not have been dropped.",
            _NOT_LIFTED,
        ),
    )


def _privacy_uncertain(case: SampleCase) -> Explanation:
    hits = _types_that_answered(case, "review")
    sentence = (
        f"A person has to look at {join_words(hits)}."
        if hits
        else "A finding of a type under privacy.review asks for a person; what joins a person to a "
        "contact over several messages (PERSON_JOINED) has no span of its own in the table."
    )
    return explain(
        _describe_found(case),
        sentence,
        otherwise=("Without it privacy would have passed.", _waits(case)),
    )


def _privacy_unscored(case: SampleCase) -> Explanation:
    failed = [show_text(row["model"]) for row in case.privacy if row["findings"] is None]
    sentence = f"{join_words(failed)} gave no answer." if failed else "A scan gave no answer."
    return explain(
        sentence,
        "What nobody has read never passes.",
        otherwise=(_AGAIN, "An approval counts only where the text could be redacted."),
    )


def _redaction_incomplete(case: SampleCase) -> Explanation:
    models = case.night.limits.models
    rescan = "" if models is None else f" by {show_text(models.rescan)}"
    return explain(
        _describe_found(case),
        f"After these were replaced, a second scan{rescan} still found an identifier.",
        otherwise=(
            "Had the second scan found nothing, this would not have dropped it.",
            _NOT_LIFTED,
        ),
    )


def _is_score(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value) and 0.0 <= value <= 1.0


def _describe_scores(case: SampleCase) -> str:
    parts = []
    for row in sorted(case.safety, key=lambda row: str(row["model"])):
        cut = case.night.limits.safety_cut(row["model"])
        begins = (
            f"review from {cut.review_from:g}, drop from {cut.drop_from:g}"
            if cut
            else "cuts not known"
        )
        parts.append(f"{show_text(row['model'])} {show_score(row['unsafe'])} ({begins})")
    return f"Unsafe in [0, 1]: {'; '.join(parts)}." if parts else "No layer left a score."


def _layers_at(case: SampleCase, side: str, *, critical: bool = False) -> list[str]:
    """Return the layers at or above a cut of theirs, with the cut."""
    limits = case.night.limits.safety
    hit = []
    for row in case.safety if limits is not None else ():
        cut = case.night.limits.safety_cut(row["model"])
        is_critical = limits is not None and row["model"] in limits.critical
        begins = 1.0 if cut is None else float(getattr(cut, side))
        if _is_score(row["unsafe"]) and row["unsafe"] >= begins and is_critical == critical:
            hit.append(f"{show_text(row['model'])} {show_score(row['unsafe'])}, {side} {begins:g}")
    return hit


def _safety_passed(case: SampleCase) -> Explanation:
    return explain(
        _describe_scores(case),
        "Every layer that has to answer did, below its cut.",
        otherwise="A layer at or above its review_from would have sent it to a person.",
    )


def _critical(case: SampleCase) -> Explanation:
    labels = {
        show_text(name)
        for row in case.safety
        for name, value in dict(row["labels"] or {}).items()
        if value and case.night.limits.safety and row["model"] in case.night.limits.safety.critical
    }
    about = f" ({join_words(sorted(labels))})" if labels else ""
    return explain(
        _describe_scores(case),
        f"A critical rule hit{about}; one hit drops, whatever the other layers say.",
        otherwise=("Without that hit the other layers' scores would have decided.", _NOT_LIFTED),
    )


def _unsafe(case: SampleCase) -> Explanation:
    hits = _layers_at(case, "drop_from")
    return explain(
        _describe_scores(case),
        f"At or above where drop begins: {'; '.join(hits)}."
        if hits
        else "A layer's score drops it.",
        otherwise=(
            "With every layer below its drop_from a person would have decided.",
            "With every layer below its review_from it would have passed.",
            _NOT_LIFTED,
        ),
    )


def _safety_uncertain(case: SampleCase) -> Explanation:
    hits = _layers_at(case, "review_from")
    return explain(
        _describe_scores(case),
        f"At or above where review begins: {'; '.join(hits)}." if hits else "A layer is in doubt.",
        otherwise=("With every layer below its review_from it would have passed.", _waits(case)),
    )


def _safety_unscored(case: SampleCase) -> Explanation:
    limits = case.night.limits.safety
    valid = {row["model"] for row in case.safety if _is_score(row["unsafe"])}
    silent = [name for name in (limits.required if limits else ()) if name not in valid]
    sentence = (
        f"{join_words(map(show_text, silent))} gave no probability."
        if silent
        else "A layer failed."
    )
    return explain(_describe_scores(case), sentence, otherwise=(_AGAIN, _waits(case)))


def _describe_language(case: SampleCase) -> str:
    row = case.language
    if row is None:
        return "No language is on record."
    declared = show_text(case.sample.get("language"))
    return (
        f"{show_text(row['model'])} says {show_text(row['language'])} with confidence "
        f"{show_score(row['confidence'])}; the client declared {declared}."
    )


def _least_confidence(case: SampleCase) -> str:
    limits = case.night.limits.language
    return "language.confidence_from" if limits is None else f"{limits.confidence_from:g}"


def _language_passed(case: SampleCase) -> Explanation:
    return explain(
        _describe_language(case),
        f"The language is served, and the answer counts from {_least_confidence(case)} on.",
        otherwise=f"Below {_least_confidence(case)}, or in a language that is not served: dropped.",
    )


def _not_served(case: SampleCase) -> Explanation:
    limits = case.night.limits.language
    served = "" if limits is None else f" Served were {', '.join(limits.served)}."
    return explain(
        _describe_language(case),
        f"This language is not served.{served}",
        otherwise=("With that language under language.served it would have passed.", _NOT_LIFTED),
    )


def _language_uncertain(case: SampleCase) -> Explanation:
    return explain(
        _describe_language(case),
        f"That is no certain answer: `und`, or below {_least_confidence(case)}.",
        otherwise=(
            f"A served language, with {_least_confidence(case)} or more, would have passed.",
            _NOT_LIFTED,
        ),
    )


def _language_unscored(case: SampleCase) -> Explanation:
    return explain(
        _describe_language(case), "The model gave no answer.", otherwise=(_AGAIN, _waits(case))
    )


def _unproven(case: SampleCase) -> Explanation:
    return explain(
        _describe_language(case),
        "The language is served, but nobody has shown that safety finds harm in it.",
        otherwise=("With safety.unproven: accept it would have passed.", _waits(case)),
    )


def explain_passed(case: SampleCase, phase: str) -> Explanation:
    """Explain a phase that found nothing to stop; an unknown phase gets one plain sentence."""
    explainer = _PASSED.get(phase)
    return explain("It found nothing to stop.") if explainer is None else explainer(case)


_PASSED: Mapping[str, Explainer] = {
    Phase.INTAKE.value: _read,
    Phase.PRIVACY.value: _privacy_passed,
    Phase.SAFETY.value: _safety_passed,
    Phase.LANGUAGE.value: _language_passed,
}


def _approved(case: SampleCase) -> Explanation:
    asked = "" if case.review is None else f" (asked because of {show_text(case.review['reason'])})"
    return explain(
        f"{_who(case)} approved what the models left open{asked}.",
        otherwise="Without the approval it would still wait for a person.",
    )


def _rejected(case: SampleCase) -> Explanation:
    asked = "" if case.review is None else f" (asked because of {show_text(case.review['reason'])})"
    return explain(
        f"{_who(case)} rejected it{asked}.",
        otherwise="Only an approval in its place would have let it pass.",
    )


def _erased(_: SampleCase) -> Explanation:
    return explain(
        "Its user or its conversation was erased before this run read the traffic.",
        otherwise="Nothing: an erasure holds for every later run.",
    )


PHASE_ONE: Mapping[Reason, Explainer] = {
    Reason.ERASED: _erased,
    Reason.APPROVED: _approved,
    Reason.REJECTED: _rejected,
    Reason.HIGH_RISK_IDENTIFIER: _high_risk,
    Reason.PRIVACY_UNCERTAIN: _privacy_uncertain,
    Reason.PRIVACY_UNSCORED: _privacy_unscored,
    Reason.REDACTION_INCOMPLETE: _redaction_incomplete,
    Reason.CRITICAL_RULE: _critical,
    Reason.UNSAFE: _unsafe,
    Reason.SAFETY_UNCERTAIN: _safety_uncertain,
    Reason.SAFETY_UNSCORED: _safety_unscored,
    Reason.LANGUAGE_NOT_SERVED: _not_served,
    Reason.LANGUAGE_UNCERTAIN: _language_uncertain,
    Reason.LANGUAGE_UNSCORED: _language_unscored,
    Reason.LANGUAGE_UNPROVEN: _unproven,
}
"""Reason → what it means; `passed` differs by phase, see `explain_passed`."""
