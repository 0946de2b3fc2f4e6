"""The queue of open reviews as people read it: JSON Lines, CSV or tasks of Label Studio."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipelines.reviewing.cells import disarm_cell, spell_text

COLUMNS = (
    *("sample_id", "ds", "status", "reviewer", "decided_at"),
    *("reason", "scores", "text", "text_withheld"),
)
"""The columns of an export; a person fills in `status`, `reviewer` and `decided_at`."""


class Format(StrEnum):
    """The forms of an export."""

    JSONL = "jsonl"
    CSV = "csv"
    LABEL_STUDIO = "label-studio"


class Withheld(StrEnum):
    """Why a question is exported without its text."""

    NOT_KEPT = "no redacted text is kept of that night; models.keep_facts_nights says of how many"
    NOT_REDACTED = "the text could not be redacted"
    CHANGED = "the kept text is not that of the published night"
    MINORS = "a layer found sexual content with minors"
    UNREAD = "a layer that looks for sexual content with minors gave no answer"


@dataclass(frozen=True, slots=True)
class Question:
    """One sample that a person has to decide.

    Args:
        sample_id, ds, reason: as `review` has them.
        scores: of the safety layers; null = one failed.
        messages: `role`, `content` of the redacted prefix; none where it is withheld.
        withheld: why; None = the messages are there.
    """

    sample_id: str
    ds: str
    reason: str
    scores: Mapping[str, float | None]
    messages: Sequence[tuple[str, str]] = ()
    withheld: Withheld | None = None

    @property
    def text(self) -> str:
        """The messages as one text, a paragraph each."""
        return "\n\n".join(f"{role}: {spell_text(content)}" for role, content in self.messages)


def write_questions(questions: Sequence[Question], form: Format) -> str:
    """Return the content of an export: texts escaped, JSON in ASCII, CSV without formulas."""
    ordered = sorted(questions, key=lambda question: (question.ds, question.sample_id))
    if form is Format.CSV:
        return _write_csv(ordered)
    if form is Format.LABEL_STUDIO:
        return json.dumps([_task(question) for question in ordered], ensure_ascii=True, indent=1)
    return "".join(json.dumps(_row(question), ensure_ascii=True) + "\n" for question in ordered)


def _row(question: Question) -> dict[str, Any]:
    return {
        "sample_id": question.sample_id,
        "ds": question.ds,
        "status": "open",
        "reviewer": None,
        "decided_at": None,
        "reason": question.reason,
        "scores": dict(question.scores),
        "text": question.text or None,
        "text_withheld": None if question.withheld is None else question.withheld.value,
    }


def _write_csv(questions: Sequence[Question]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for question in questions:
        row = _row(question) | {"scores": json.dumps(dict(question.scores), sort_keys=True)}
        writer.writerow({name: disarm_cell(str(value or "")) for name, value in row.items()})
    return file.getvalue()


def _task(question: Question) -> dict[str, Any]:
    """Return a task in Label Studio's JSON: `data` holds what the labelling configuration shows."""
    shown = [
        {"author": role, "text": spell_text(content)} for role, content in question.messages
    ] or [{"author": "withheld", "text": str(question.withheld or Withheld.NOT_KEPT)}]
    scores = ", ".join(f"{name} {score}" for name, score in sorted(question.scores.items()))
    return {
        "data": {
            "sample_id": question.sample_id,
            "ds": question.ds,
            "question": f"{question.reason}; {scores}" if scores else question.reason,
            "messages": shown,
        }
    }
