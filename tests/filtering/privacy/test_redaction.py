"""Redaction takes out what was found and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.redaction import redact


def person(start: int, end: int) -> Finding:
    """Return a finding of a person."""
    return Finding("PERSON", start, end, 0.9)


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, list[Finding]]:
    """Draw a text of few characters, those of placeholders and marks too, and spans in it."""
    text = draw(st.text("ERSON_1<>[█]ab ", min_size=1, max_size=14))
    starts = draw(st.lists(st.integers(0, len(text) - 1), max_size=4))
    return text, [person(start, draw(st.integers(start + 1, len(text)))) for start in starts]


@given(st.lists(messages(), max_size=3))
def test_every_found_text_occurs_less_often_than_before(
    drawn: list[tuple[str, list[Finding]]],
) -> None:
    """The independent checker counts: a placeholder must not bring back what it hides."""
    texts, found = [text for text, _ in drawn], [spans for _, spans in drawn]

    for text, spans, redacted in zip(texts, found, redact(texts, found), strict=True):
        assert [
            f
            for f in spans
            if redacted.count(text[f.start : f.end]) >= text.count(text[f.start : f.end])
        ] == []
        assert spans != [] or redacted == text


def test_placeholders_are_stable_within_a_conversation() -> None:
    """Who reads the text can still follow who is who."""
    texts = ["Ana met Bo", "ANA left"]
    found = [[person(0, 3), person(8, 10)], [person(0, 3)]]

    assert redact(texts, found) == ["<PERSON_1> met <PERSON_2>", "<PERSON_1> left"]


def test_a_name_that_is_part_of_its_placeholder_is_marked() -> None:
    """`<PERSON_1>` would publish the name "ON" again."""
    assert redact(["hi ON"], [[person(3, 5)]]) == ["hi [███]"]


def test_a_mark_that_was_found_is_not_used() -> None:
    """Even the placeholder's own characters can be what was found."""
    (redacted,) = redact(["ON █ 1"], [[person(0, 2), person(3, 4)]])

    assert redacted == "\ue000 \ue000 1"


def test_a_message_of_many_identifiers_ends() -> None:
    """Counting each of 50,000 texts in a megabyte would be quadratic."""
    words = [f"n{i:06d} " for i in range(50_000)]
    found = [person(8 * i, 8 * i + 7) for i in range(50_000)]

    assert redact(["".join(words)], [found]) == ["[███] " * 50_000]


@pytest.mark.parametrize("finding", [person(2, 9), person(-1, 2), person(2, 2)])
def test_a_span_outside_its_text_is_an_error(finding: Finding) -> None:
    """Such a finding is about another text: redacting by it would leave the identifier in."""
    with pytest.raises(ValueError, match="outside its text"):
        redact(["abc"], [[finding]])
