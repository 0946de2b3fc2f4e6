"""What no single message holds is found; ordinary dialogues with numbers are left alone."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy.across import lay_together, place_findings
from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.message_views import Piece, Placed, View
from pipelines.filtering.privacy.rules import IdentifierRules

RULES = IdentifierRules()
MARKED = re.compile("⟦(.*?)⟧")
LINES = [
    line
    for line in (Path(__file__).parent / "split_dialogues.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
ROLES = {"U": "user", "A": "assistant"}
WORDS = st.sampled_from(
    ["ok", "go on", "98765", "43210", "my card", "what is your pin?", "4821", "@x.in", "neha"]
)
DIALOGUES = st.lists(st.lists(WORDS, max_size=3).map(" ".join) | st.text(max_size=15), max_size=6)


def find_across(texts: Sequence[str], roles: Sequence[str]) -> list[Placed]:
    """Return what the messages of one sample hold, alone and together."""
    distinct = list(dict.fromkeys(texts))
    alone = dict(zip(distinct, RULES.find(distinct), strict=True))
    views = lay_together([(texts, roles)], alone)
    shown = [view.text for view in views]
    together = place_findings(views, dict(zip(shown, RULES.find(shown), strict=True)), [texts])
    here = [(i, f) for i, text in enumerate(texts) for f in alone[text] or ()]
    return here + (together.get(0) or [])


def read_dialogue(line: str) -> tuple[list[str], list[str], list[tuple[int, str]]]:
    """Return texts, roles and what has to be covered, by message."""
    parts = [(part[0], part[2:].strip()) for part in line.split(" | ")]
    wanted = [(i, said) for i, (_, text) in enumerate(parts) for said in MARKED.findall(text)]
    return (
        [MARKED.sub(r"\1", text) for _, text in parts],
        [ROLES[role] for role, _ in parts],
        wanted,
    )


@pytest.mark.parametrize("line", [line for line in LINES if "⟦" in line])
def test_every_part_is_covered_in_its_own_message(line: str) -> None:
    """Half a card in each of two messages is a card in `train`; a bare answer was asked for."""
    texts, roles, wanted = read_dialogue(line)
    found = find_across(texts, roles)

    for message, said in wanted:
        assert any(i == message and said in texts[i][f.start : f.end] for i, f in found)


@pytest.mark.parametrize("line", [line for line in LINES if "⟦" not in line])
def test_ordinary_numbers_and_answers_are_left(line: str) -> None:
    """A dialogue about tickets and years is no card."""
    texts, roles, _ = read_dialogue(line)

    assert find_across(texts, roles) == []


@given(DIALOGUES)
def test_what_is_placed_lies_in_its_message(texts: list[str]) -> None:
    """The tables promise offsets that can be cut out; a wrong span would fail the sample."""
    roles = ["user", "assistant"] * len(texts)

    for i, finding in find_across(texts, roles[: len(texts)]):
        assert 0 <= finding.start < finding.end <= len(texts[i])


@given(st.text(max_size=40), st.integers(0, 5), st.integers(0, 5))
def test_a_view_is_made_of_its_pieces(text: str, start: int, length: int) -> None:
    """What a finding covers of a piece is the same text in the message that the piece is of."""
    message = "..." + text
    view = View(0, f"my pin {message}", (Piece(7, 7 + len(message), 4, 0),), joined=False)
    for place, finding in view.place(Finding("X", start + 5, start + length + 6, 0.5)):
        assert place == 4
        assert (
            message[finding.start : finding.end]
            == view.text[max(7, start + 5) : start + length + 6][: len(message)]
        )


def test_a_finding_in_one_part_alone_is_no_split_one() -> None:
    """The rules have read each message already; here only what needs both counts."""
    view = View(0, "5401 1238", (Piece(0, 4, 0, 9), Piece(5, 9, 2, 0)), joined=True)

    assert view.place(Finding("X", 0, 4, 0.9)) == []
    assert view.place(Finding("X", 0, 9, 0.9)) == [
        (0, Finding("X", 9, 13, 0.9)),
        (2, Finding("X", 0, 4, 0.9)),
    ]


def test_a_view_that_failed_fails_its_sample() -> None:
    """Unknown is never clean."""
    views = lay_together([(["my number is 98765", "43210 ok"], ["user", "user"])], {})

    assert place_findings(
        views, dict.fromkeys([v.text for v in views]), [["my number is 98765", "43210 ok"]]
    ) == {0: None}


def test_most_dialogues_need_no_view() -> None:
    """The pass reads millions of messages; only those with candidates are read again."""
    texts = [
        "hello there, how are you?",
        "fine, and what did you do today?",
        "I walked 12 km to the lake",
    ]

    assert lay_together([(texts, ["user", "assistant", "user"])], {}) == []


def test_a_lone_surrogate_stops_nothing() -> None:
    """No text that upstream can send may raise."""
    texts = ["what is your pin? \ud800", "it is 4821"]

    assert [
        (i, texts[i][f.start : f.end]) for i, f in find_across(texts, ["assistant", "user"])
    ] == [(1, "4821")]
