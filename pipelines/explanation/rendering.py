"""An answer as lines for a terminal or as JSON; control characters of the data are escaped."""

import json
from collections.abc import Iterator
from textwrap import wrap

from pipelines.explanation.account import QuarantineAccount, SampleAccount, SubjectAccount
from pipelines.explanation.evidence import SubjectKind
from pipelines.explanation.sentences import Explanation, show_text
from pipelines.report.values import show_value

_COLUMNS = 100
_SHOWN_NIGHTS = 10


def render_lines(account: SubjectAccount) -> list[str]:
    """Return the answer as lines of plain text."""
    return list(_lines(account))


def render_json(account: SubjectAccount) -> str:
    """Return the answer as JSON in printable ASCII, safe to show in a terminal."""
    return json.dumps(account.as_json(), ensure_ascii=True, indent=2)


def _lines(account: SubjectAccount) -> Iterator[str]:
    yield _head(account)
    for sentence in [*account.erasures, *account.notes]:
        yield from _indent(sentence, "")
    for sample in account.samples:
        yield ""
        yield from _sample_lines(sample)
    for row in account.quarantined:
        yield ""
        yield from _quarantine_lines(row)
    if account.other_nights:
        yield ""
        yield from _indent(_describe_nights(account), "")


def _head(account: SubjectAccount) -> str:
    name = show_text(account.subject.name)
    who = (
        "User with the key"
        if account.subject.kind is SubjectKind.USER
        else (account.subject.kind.value.capitalize())
    )
    return (
        f"{who} {name}: night {account.ds}, run {account.run_id}" if account.ds else f"{who} {name}"
    )


def _describe_nights(account: SubjectAccount) -> str:
    nights = account.other_nights
    shown = ", ".join(nights[:_SHOWN_NIGHTS])
    more = f" and {len(nights) - _SHOWN_NIGHTS} more" if len(nights) > _SHOWN_NIGHTS else ""
    return f"Other nights that hold it: {shown}{more}; --ds takes one of them."


def _sample_lines(sample: SampleAccount) -> Iterator[str]:
    conversation = show_text(sample.conversation_id)
    of = f"conversation {conversation}, user turn {sample.turn_index}"
    yield f"Sample {show_text(sample.sample_id)} ({of})"
    yield from _indent(sample.end, "  ")
    for step in sample.steps:
        yield (
            f"  {step.phase}: {step.outcome}, {show_text(step.reason)} "
            f"(rule {show_text(step.rule)}, fingerprint {show_text(step.rule_fingerprint)})"
        )
        yield from _explanation_lines(step.explanation)
    if sample.prompt is not None:
        yield "  prompt, redacted:"
        yield from _indent(show_value(sample.prompt, len(sample.prompt)), "    | ")


def _quarantine_lines(row: QuarantineAccount) -> Iterator[str]:
    conversation = show_text(row.conversation_id)
    yield f"Input row of conversation {conversation}: quarantine, {show_text(row.reason)}"
    if row.rule:
        yield f"  (rule {show_text(row.rule)}, fingerprint {show_text(row.rule_fingerprint)})"
    yield from _explanation_lines(row.explanation)


def _explanation_lines(explanation: Explanation) -> Iterator[str]:
    for sentence in explanation.sentences:
        yield from _indent(sentence, "    ")
    for sentence in explanation.otherwise:
        yield from _indent(f"Otherwise: {sentence}", "    ")


def _indent(sentence: str, indent: str) -> list[str]:
    return wrap(
        sentence,
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
