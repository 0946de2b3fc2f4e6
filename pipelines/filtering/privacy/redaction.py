"""Span-exact redaction of one conversation with placeholders that are stable within it."""

from collections.abc import Callable, Iterator, Sequence

from pipelines.filtering.privacy.findings import Finding, merge_findings

_MARK = "[███]"
_PRIVATE_USE = range(0xE000, 0x110000)  # where a found text holds the mark's own characters
_NUMBERED_MAX = 256


def redact(texts: Sequence[str], findings: Sequence[Sequence[Finding]]) -> list[str]:
    """Replace every found span of one conversation by a typed placeholder; nothing else changes.

    The same type and text, whatever its case, has the same number in the whole conversation:
    `<PERSON_1>`. Numbers follow the order of first appearance. Where a placeholder would bring
    back a text that was found (a person called "ON" in `<PERSON_1>`), the spans of that message
    become `[███]`; so each found text stands in its redacted message less often than before.

    Args:
        texts: [n] messages of the conversation, in order.
        findings: [n] what was found in each; spans may overlap.

    Returns:
        [n] redacted messages.

    Raises:
        ValueError: a different number of texts and lists, or a span outside its text.
    """
    numbers: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}

    def name(entity_type: str, text: str) -> str:
        key = (entity_type, text.casefold())
        if key not in numbers:
            counts[entity_type] = counts.get(entity_type, 0) + 1
            numbers[key] = counts[entity_type]
        return f"<{entity_type}_{numbers[key]}>"

    return [_redact_one(text, found, name) for text, found in zip(texts, findings, strict=True)]


def _redact_one(text: str, found: Sequence[Finding], name: Callable[[str, str], str]) -> str:
    if not found:
        return text
    spans = merge_findings([found])
    if spans[0].start < 0 or spans[-1].end > len(text) or any(f.start >= f.end for f in found):
        message = "a finding lies outside its text or is empty"
        raise ValueError(message)
    named = "".join(_replaced(text, spans, name))
    said = {text[f.start : f.end] for f in found}
    # counting costs words x length; a message that names more than this many is marked, not
    # numbered
    if len(said) <= _NUMBERED_MAX and all(named.count(word) < text.count(word) for word in said):
        return named
    mark = _free_mark(said)
    return "".join(_replaced(text, spans, lambda _type, _text: mark))


def _replaced(
    text: str, spans: Sequence[Finding], name: Callable[[str, str], str]
) -> Iterator[str]:
    reached = 0
    for span in spans:
        yield text[reached : span.start]
        yield name(span.entity_type, text[span.start : span.end])
        reached = span.end
    yield text[reached:]


def _free_mark(said: set[str]) -> str:
    """Return a mark whose every character stands in no found text, so none can reach across it."""
    taken = set().union(*said)
    if not taken & set(_MARK):
        return _MARK
    return next(chr(point) for point in _PRIVATE_USE if chr(point) not in taken)
