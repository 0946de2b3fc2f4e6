"""Ids and texts are hostile: a terminal must show their control characters escaped."""

import json

import polars as pl
import pytest

from pipelines.explanation.account import SubjectAccount, explain_samples
from pipelines.explanation.evidence import Subject, SubjectKind
from pipelines.explanation.rendering import render_json, render_lines
from schemas.samples import SAMPLES
from tests.explanation.cases import DS, RUN, SAMPLE, WHOLE_WAY, evidence, rows

HOSTILE = "a\x1b[2J\u202edcba\u200f\x00\x7f\x9b31m\r\n<b>=1+1"


def account(prompt: str | None) -> SubjectAccount:
    """Return an answer about a sample whose ids and text are hostile."""
    columns = {"sample_id": ["s1"], "side": ["train"], "weight": [1.0], "cluster_id": ["c1"]}
    drawn = pl.DataFrame(columns | ({} if prompt is None else {"prompt": [prompt]}))
    hostile = SAMPLE | {"conversation_id": HOSTILE, "difficulty": HOSTILE, "depth": HOSTILE}
    night = evidence(WHOLE_WAY, samples=rows(SAMPLES, hostile), published=drawn)
    subject = Subject(SubjectKind.CONVERSATION, HOSTILE)
    nights = [f"2026-01-{day:02}" for day in range(30, 1, -1)]
    return SubjectAccount(
        subject, DS, RUN, nights, explain_samples(night), (), ("erased",), ("a note",)
    )


@pytest.mark.parametrize("prompt", [None, HOSTILE])
def test_no_sign_of_the_data_reaches_the_terminal(prompt: str | None) -> None:
    """Escapes, marks of direction, line breaks: escaped, wherever they come from."""
    lines = render_lines(account(prompt))

    assert [line for line in lines if not line.isprintable()] == []
    assert any("⟨U+202E⟩" in line for line in lines)


def test_a_text_is_shown_whole_and_only_where_it_was_asked_for() -> None:
    """Cut, it would be no evidence; unasked, it would be a leak."""
    long = "lorem " * 300
    shown = " ".join(line.strip().removeprefix("| ") for line in render_lines(account(long)))

    assert shown.count("lorem") == 300
    assert not any("prompt, redacted" in line for line in render_lines(account(None)))


def test_json_is_printable_ascii_and_holds_the_text_as_it_is() -> None:
    """A program reads the exact characters; a terminal that shows the file is safe."""
    written = render_json(account(HOSTILE))

    assert all(sign.isprintable() and sign.isascii() for sign in written.replace("\n", ""))
    assert json.loads(written)["samples"][0]["prompt"] == HOSTILE


def test_many_other_nights_are_counted() -> None:
    """A user of three hundred nights would fill the screen."""
    assert "2026-01-21 and 19 more; --ds takes one of them." in " ".join(
        render_lines(account(None))[-2:]
    )
