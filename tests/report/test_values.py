"""What comes from the data can neither act on the page nor hide in it."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from pipelines.report.svg import element
from pipelines.report.values import (
    NULL,
    escape,
    mark_code,
    show_bounds,
    show_count,
    show_label,
    show_share,
    show_times,
    show_value,
)


class Reader(HTMLParser):
    """Collects the tags and the text of a document as a browser would see them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag and the names of its attributes."""
        self.tags += [tag, *(name for name, _ in attrs)]

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.words.append(data)


def read(markup: str) -> Reader:
    """Return the document, read."""
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


@given(st.text())
def test_text_reaches_the_reader_and_never_becomes_a_tag(text: str) -> None:
    """A locale named `<script>` must be read, not run: in an element and in an attribute."""
    reader = read(element("p", text, title=text))

    assert reader.tags == ["p", "title"]
    if text.isprintable():
        assert "".join(reader.words) == text


@given(st.text(max_size=60), st.integers(8, 30))
def test_a_label_has_room_in_its_figure(value: str, limit: int) -> None:
    """A character id of a kilobyte, or of spelled-out controls, must not cover its neighbours."""
    shown = show_label(value, limit)

    assert (len(shown) <= max(limit, len(show_value(""))), shown.isprintable()) == (True, True)
    assert shown == value or len(value) > limit or not value.isprintable() or shown[0] in "◌("
    assert show_label(None, limit) == NULL


@given(st.text(max_size=200))
def test_a_shown_value_is_printable_and_short(value: str) -> None:
    """Controls and direction overrides could make a value look like another one."""
    shown = show_value(value)

    assert shown.isprintable() is True
    assert len(shown) <= 10 * 40 + 30


def test_a_value_says_what_it_is() -> None:
    """Null, empty, invisible and endless values are told apart at a glance."""
    assert show_value(None) == NULL
    assert show_value("") == "(empty)"
    assert show_value("null") == "null"
    assert show_value("a\u202eb\x00") == "a⟨U+202E⟩b⟨U+0000⟩"
    assert show_value("\u0301x") == "◌\u0301x"
    assert show_value("x" * 1_000_000) == "x" * 30 + "…" + "x" * 10 + " [1,000,000 characters]"


def test_escaped_text_cannot_begin_a_stylesheet_load() -> None:
    """A value `@import url(//x)` in a page would be a false alarm of self-containment checks."""
    assert escape("@import url(//x)") == "&#64;import url&#40;//x)"


def test_escaped_text_has_no_control_but_the_end_of_a_line() -> None:
    """A NUL or a direction override in a page is a fault of the page, wherever it came from."""
    assert escape("a\x00b\u202e\nc") == "a⟨U+0000⟩b⟨U+202E⟩\nc"


def test_only_markup_is_taken_as_markup() -> None:
    """The type is the promise: a string is escaped unless it was built as markup."""
    assert element("b", Markup("<i></i>"), "<i>") == "<b><i></i>&lt;i&gt;</b>"


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0 %"),
        (0.00001, "<0.01 %"),
        (0.0042, "0.42 %"),
        (0.03, "3 %"),
        (0.125, "12.5 %"),
        (1.0, "100 %"),
        (None, "—"),
        (float("nan"), "—"),
    ],
)
def test_a_share_is_written_so_that_a_little_is_not_nothing(
    share: float | None, shown: str
) -> None:
    """Three rows of a million that failed are not 0 %."""
    assert show_share(share) == shown


def test_counts_mark_their_thousands() -> None:
    """Six digits in a row are misread."""
    assert [show_count(1234567), show_count(0), show_count(None)] == ["1,234,567", "0", "—"]


def test_code_is_what_lies_between_backticks_and_an_odd_one_stays() -> None:
    """A value with a backtick must not turn the rest of the sentence into code."""
    assert mark_code("use `weight` <here>") == "use <code>weight</code> &lt;here&gt;"
    assert mark_code("a ` alone") == "a ` alone"


def test_a_ratio_is_said_in_words() -> None:
    """The page says what the mark means with the limit that the run had."""
    assert [show_times(2.0), show_times(2.5), show_times(3)] == ["twice", "2.5 times", "3 times"]


def test_bounds_are_said_in_words() -> None:
    """An open side, an exact target and a span read differently."""
    assert [
        show_bounds(*b) for b in [(None, None), (0.1, None), (None, 0.03), (0.2, 0.2), (0.1, 0.2)]
    ] == [
        "anything",
        "at least 10 %",
        "at most 3 %",
        "20 %",
        "10 % to 20 %",
    ]
