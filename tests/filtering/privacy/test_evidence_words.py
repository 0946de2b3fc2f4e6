"""Everyday words are no evidence, names and rare words are, by script and language."""

# ruff: noqa: SIM905  word lists

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy.evidence_words import WORD, NameLists, find_words, low_words
from pipelines.filtering.privacy.markup import blank_markup

LISTS = NameLists(
    common=frozenset(
        "the rose we met at dawn grant me of course bill friend यह विकास है मेरा दोस्त ने".split()
    ),
    names=frozenset("rose dawn grant bill anna विकास आरव राहुल hill".split()),
    cues=frozenset(["friend", "दोस्त"]),
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the rose", []),
        ("we met Rose", ["Rose"]),
        ("Grant me", []),
        ("Grant Hill", ["Grant", "Hill"]),
        ("met anna", ["anna"]),
        ("the zorb", []),
        ("friend zorb", ["zorb"]),
        ("the Zorb", ["Zorb"]),
        ("यह विकास है", []),
        ("मेरा दोस्त विकास", ["विकास"]),
        ("विकास ने", ["विकास"]),
        ("यह आरव है", ["आरव"]),
        ("你好 สวัสดี Ελένη", []),
        ("مرحبا", []),
        ("hej jag vet inte vad Nisse menade", []),
        ("@ the_zorb", ["the", "zorb"]),
    ],
)
def test_which_words_tell(text: str, words: list[str]) -> None:
    """A finding without one of them does not count."""
    telling = [text[a:b] for a, b in LISTS.telling(text)]
    assert telling == words


@given(
    st.lists(
        st.sampled_from(["the", "rose", "met", "of", "course", "Rose", "Zorb", "anna", "."]),
        max_size=8,
    )
)
def test_a_plain_sentence_has_no_telling_word(words: list[str]) -> None:
    """Plain sentences are not looked at further, so nothing in them may count."""
    text = " ".join(words)
    assert not (LISTS.is_plain(text) and list(LISTS.telling(text)))


def test_words_of_hindi_hold_their_vowel_signs() -> None:
    """Cut at its combining marks, a word would be letters."""
    assert WORD.findall("मेरी बहन पूजा वर्मा") == ["मेरी", "बहन", "पूजा", "वर्मा"]


@given(st.text(alphabet=st.sampled_from("aZ _1'.-@éßİıΣς\u0301\u212aनीअ") | st.characters()))
def test_words_of_ascii_are_those_of_any_text(text: str) -> None:
    """Texts of ASCII are cut by a faster pattern, which must cut them alike."""
    plain = text.encode("ascii", "ignore").decode()
    for said in (text, plain):
        assert [m.span() for m in find_words(said)] == [m.span() for m in WORD.finditer(said)]
        assert low_words(said) == WORD.findall(said.lower())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<b>Ann</b> left", "   Ann     left"),
        ("&lt;Ann&gt;", "    Ann    "),
        ('<a href="x">Ann</a>', "            Ann    "),
        ("<Ann> said 1 < 2 & more", "<Ann> said 1 < 2 & more"),
    ],
)
def test_markup_is_blank(text: str, read: str) -> None:
    """A name glued to a tag is a name, and offsets stay."""
    assert blank_markup(text) == read


@given(st.text(alphabet="<>/&;bpigt#x ", max_size=200))
def test_blanking_keeps_the_length(text: str) -> None:
    """Offsets of findings are those of the text."""
    assert len(blank_markup(text)) == len(text)
