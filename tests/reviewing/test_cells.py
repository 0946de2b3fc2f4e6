"""A spreadsheet computes no cell of an export, and each comes back unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reviewing.cells import disarm_cell, rearm_cell, spell_text

SIGNS = st.text(st.sampled_from("'=+-@\t\r\nab0"), max_size=6) | st.text(max_size=8)


@given(SIGNS)
def test_a_value_comes_back_as_it_went_out(value: str) -> None:
    """Also where it begins with the sign that disarms."""
    assert rearm_cell(disarm_cell(value)) == value


@given(SIGNS)
def test_no_cell_begins_like_a_formula(value: str) -> None:
    """Spreadsheets compute what begins with these signs, tab and line break before them too."""
    assert disarm_cell(value)[:1] not in {*"=+-@\t\r\n"} - {""}


@pytest.mark.parametrize("typed", ["ada", "'t Hooft", "", "a=1"])
def test_what_a_person_types_is_left_alone(typed: str) -> None:
    """A name may begin with an apostrophe."""
    assert (disarm_cell(typed), rearm_cell(typed)) == (typed, typed)


def test_a_text_is_spelled_but_for_its_lines() -> None:
    """A reviewer sees what is there; escapes and marks of direction have no effect."""
    assert spell_text("one\n\ntwo\x1b[2J\u202e") == "one\n\ntwo⟨U+001B⟩[2J⟨U+202E⟩"
