"""An export in each of its forms: harmless, whole, and fit to be filled in and read again."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pipelines.reviewing.answers import read_answers
from pipelines.reviewing.queue import COLUMNS, Format, Question, Withheld, write_questions
from pipelines.settings import CONF

HOSTILE = "=cmd|' /C calc'!A0\x1b[2J\u202e<b>"
DS = "2026-01-31"
QUESTIONS = [
    Question("s2", DS, "privacy_uncertain", {}, (), Withheld.MINORS),
    Question(
        "s1",
        DS,
        "safety_uncertain",
        {"encoder_head": 0.61, "rules": None},
        [("user", HOSTILE), ("assistant", "one\ntwo")],
    ),
]


def rows_of(form: Format) -> list[dict[str, Any]]:
    """Return the rows of an export in JSON Lines or CSV."""
    written = write_questions(QUESTIONS, form)
    if form is Format.CSV:
        return list(csv.DictReader(io.StringIO(written, newline="")))
    return [json.loads(line) for line in written.splitlines()]


@pytest.mark.parametrize("form", [Format.CSV, Format.JSONL])
def test_a_row_holds_the_question_and_room_for_the_answer(form: Format) -> None:
    """By night and id, so that two exports of one queue are equal."""
    first, second = rows_of(form)

    assert ([*first], first["sample_id"], first["status"]) == ([*COLUMNS], "s1", "open")
    assert "⟨U+001B⟩[2J⟨U+202E⟩" in first["text"]
    assert first["text"].endswith("assistant: one\ntwo")
    assert (second["text"] or None, second["text_withheld"]) == (None, Withheld.MINORS.value)


def test_no_cell_of_a_csv_is_computed() -> None:
    """Every cell, whatever a model or a person put into it."""
    odd = Question("=1+1", "+1", "@x", {}, [("-user", HOSTILE)])
    cells = next(csv.DictReader(io.StringIO(write_questions([odd], Format.CSV), newline="")))

    assert [name for name, cell in cells.items() if cell[:1] in {*"=+-@"} - {""}] == []
    assert cells["sample_id"] == "'=1+1"


@pytest.mark.parametrize("form", [Format.CSV, Format.JSONL])
def test_an_export_that_nobody_filled_in_decides_nothing(form: Format) -> None:
    """The file goes out and comes back: all its rows are still open."""
    now = datetime(2026, 2, 1, tzinfo=UTC)
    written = write_questions(QUESTIONS, form)

    assert read_answers(written, is_csv=form is Format.CSV, name="f", now=now) == ([], 2)


def test_json_is_printable_ascii() -> None:
    """A terminal that shows the file is safe."""
    for form in (Format.JSONL, Format.LABEL_STUDIO):
        written = write_questions(QUESTIONS, form).replace("\n", "")
        assert (written.isascii(), written.isprintable()) == (True, True)


def test_a_task_has_what_the_labelling_configuration_shows() -> None:
    """A list of objects with `data`, which holds every `$name` of conf/label_studio.xml."""
    tasks = json.loads(write_questions(QUESTIONS, Format.LABEL_STUDIO))
    shown = CONF / "label_studio.xml"
    names = {part.split('"')[0] for part in shown.read_text("utf-8").split('value="$')[1:]}

    assert [[*task] for task in tasks] == [["data"], ["data"]]
    assert names == {"question", "messages"}
    assert all(names | {"sample_id", "ds"} == {*task["data"]} for task in tasks)
    assert tasks[0]["data"]["messages"][1] == {"author": "assistant", "text": "one\ntwo"}
    assert tasks[1]["data"]["messages"] == [{"author": "withheld", "text": str(Withheld.MINORS)}]


def test_the_sdk_of_label_studio_accepts_the_tasks() -> None:
    """Only where it is installed: it is no dependency."""
    sdk = pytest.importorskip("label_studio_sdk.label_interface")
    shown = sdk.LabelInterface((CONF / "label_studio.xml").read_text("utf-8"))
    shown.validate()
    tasks = json.loads(write_questions(QUESTIONS, Format.LABEL_STUDIO))

    assert [shown.validate_task(task) for task in tasks] == [True, True]
