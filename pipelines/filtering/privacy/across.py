"""Identifiers that no message holds alone: said over several, or the bare answer to a question.

The rule model reads one text. Here the messages of a sample are laid together to views, only where
something is at stake: digits at the edges of neighbouring messages, a local part before a host, an
answer behind a question that asks for an identifier. What the rules find in a view is mapped back
to the messages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pipelines.filtering.privacy.asked_identifiers import answer_views, find_questions, may_answer
from pipelines.filtering.privacy.dictated_numbers import dictated_views, telling_texts
from pipelines.filtering.privacy.findings import Finding, merge_findings
from pipelines.filtering.privacy.message_views import Placed, View
from pipelines.filtering.privacy.split_mails import host_texts, split_mail_views

_LATE_MESSAGES, _LATE_WORDS = 3, 5
_QUESTION = re.compile(r"[?\uff1f\u061f]")


def lay_together(
    samples: Sequence[tuple[Sequence[str], Sequence[str]]],
    found: Mapping[str, Sequence[Finding] | None],
) -> list[View]:
    """Return the views in which an identifier may show that its messages hide.

    Args:
        samples: per sample the messages and their roles, both [n].
        found: what the rule model found in each message alone; what is found needs no view.
    """
    asked = find_questions(samples)
    distinct = list(dict.fromkeys(text for texts, _ in samples for text in texts[1:]))
    hosts, numbers = host_texts(distinct), telling_texts(distinct)
    views: list[View] = []
    for number, (texts, roles) in enumerate(samples):
        if len(texts) > 1:
            later = texts[1:]
            if not hosts.isdisjoint(later):
                views += split_mail_views(number, texts, roles)
            if not numbers.isdisjoint(later):
                views += dictated_views(number, texts, roles, found)
            for position, (question, answer) in enumerate(pairwise(texts), 1):
                for cue in asked.get(question, ()) if may_answer(answer) else ():
                    told = list(answer_views(number, position, cue, answer))
                    late = None if told else _late_answer(position, texts, roles)
                    if late is not None:
                        told = list(answer_views(number, late, cue, texts[late]))
                    views += told
    return views


def _late_answer(stalled: int, texts: Sequence[str], roles: Sequence[str]) -> int | None:
    """Return the message that answers behind one that stalled ("wait", "no hurry", the number)."""
    for later in range(stalled + 1, min(stalled + 1 + _LATE_MESSAGES, len(texts))):
        if roles[later] == roles[stalled]:
            is_number = any(map(str.isdigit, texts[later])) and may_answer(texts[later])
            is_bare = len(texts[later].split()) <= _LATE_WORDS
            return later if is_number and is_bare else None
        if _QUESTION.search(texts[later]):
            return None  # what follows answers that
    return None


def place_findings(
    views: Sequence[View],
    answers: Mapping[str, Sequence[Finding] | None],
    texts: Sequence[Sequence[str]],
) -> dict[int, list[Placed] | None]:
    """Return what the views show per sample, in its messages; None = the model failed on a view.

    A part that was found is found wherever the sample says it again.

    Args:
        views: of `lay_together`.
        answers: of the rule model per text of a view.
        texts: the messages of every sample.
    """
    placed: dict[int, list[Placed] | None] = {}
    for view in views:
        known, findings = placed.setdefault(view.sample, []), answers[view.text]
        if known is None or findings is None:
            placed[view.sample] = None
            continue
        for finding in findings:
            parts = view.place(finding)
            known += parts
            known += [again for part in parts for again in _said_again(part, texts[view.sample])]
    return {sample: found if found is None else _merge(found) for sample, found in placed.items()}


def _merge(placed: Sequence[Placed]) -> list[Placed]:
    by_message: dict[int, list[Finding]] = {}
    for message, finding in placed:
        by_message.setdefault(message, []).append(finding)
    return [(m, f) for m, found in sorted(by_message.items()) for f in merge_findings([found])]


_AGAIN_CHARS_MIN, _AGAIN_MESSAGES = 4, 60
_REPLY_CHARS_MIN, _REPLY_MESSAGES = 3, 2


def _said_again(part: Placed, texts: Sequence[str]) -> Iterator[Placed]:
    message, finding = part
    said = texts[message][finding.start : finding.end]
    if len(said) < _REPLY_CHARS_MIN or not any(map(str.isdigit, said)):
        return
    # "374, and then?": so few digits are the same ones only in a reply
    reach = _AGAIN_MESSAGES if len(said) >= _AGAIN_CHARS_MIN else _REPLY_MESSAGES
    for other in range(max(0, message - reach), min(len(texts), message + reach)):
        if said in texts[other]:
            for match in re.finditer(rf"(?<![^\W_]){re.escape(said)}(?![^\W_])", texts[other]):
                yield other, Finding(finding.entity_type, *match.span(), finding.score)
