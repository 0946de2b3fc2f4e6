"""Normalisation: one spelling for many, on one line, whatever the input."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.filtering.normalise import read_texts, romanise_devanagari, separate_tokens


def normalise(*texts: str, romanise: bool = False) -> list[str]:
    """Return the texts as the models read them."""
    text = romanise_devanagari(pl.col("text")) if romanise else pl.col("text")
    return read_texts(texts).to_frame("text").select(separate_tokens(text)).to_series().to_list()


def test_marks_links_handles_and_placeholders_are_words_of_their_own() -> None:
    """What differs only in a name or an address must look alike to the models."""
    found = normalise("Hi <PERSON_1>, see https://x.example/y?z!", "@some_one: ok😀👍")

    assert [text.split() for text in found] == [
        ["hi", "someone", ",", "see", "link"],
        ["handle", ":", "ok", "😀", "👍"],
    ]


def test_role_play_stars_go_and_curse_stars_stay() -> None:
    """A star hides a curse inside a word; around a phrase it is an action, and no harm."""
    found = normalise("*hugs you* hi", "f*ck **bold**")

    assert [text.split() for text in found] == [["hugs", "you", "hi"], ["f", "*", "ck", "bold"]]


def test_devanagari_reads_like_typed_hindi() -> None:
    """The safety sets hold Hindi in Latin letters only; both spellings must become equal."""
    found = normalise("नमस्ते दुनिया", "तुम पागल हो", "मुसलमान", "pizza", romanise=True)

    assert found == ["namaste duniya", "tum pagal ho", "musalman", "pizza"]


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=50))
def test_every_text_becomes_one_line(text: str) -> None:
    """A newline ends a text for fastText, and a lone surrogate cannot be encoded."""
    (line,) = normalise(text, romanise=True)

    assert [sign in line for sign in "\n\r\x00\u200b"] == [False] * 4
