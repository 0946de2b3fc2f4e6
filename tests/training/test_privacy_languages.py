"""Sentences of many languages that teach the entity model: names marked, held-out parts apart."""

import pytest

from pipelines.training.privacy_everyday import Lists, everyday_words, write_everyday
from pipelines.training.privacy_frames import (
    LANGUAGES,
    cue_words,
    is_held,
    read_frames,
    write_frames,
)
from pipelines.training.privacy_names import (
    family_names,
    given_names,
    name_vocabulary,
    widespread_names,
)
from pipelines.training.privacy_renamed import write_renamed


@pytest.mark.parametrize("language", LANGUAGES)
def test_frames_mark_their_names(language: str) -> None:
    """A span that is off by one teaches errors; the same seed gives the same sentences."""
    sentences = list(write_frames(language, 60, 3))

    assert sentences == list(write_frames(language, 60, 3))
    assert all(s.text[a:b].strip() == s.text[a:b] != "" for s in sentences for a, b, _ in s.spans)
    assert not any("{" in s.text for s in sentences)
    assert {bool(s.spans) for s in sentences} == {True, False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_held_out_frames_are_not_taught(language: str) -> None:
    """A figure on taught frames would measure memory."""
    taught, held = (set().union(*read_frames(language, held=one)) for one in (False, True))

    assert held
    assert not taught & held
    assert len(held) < len(taught)
    assert all(is_held(frame) for frame in held)


def test_names_of_many_countries() -> None:
    """Faker's modules name their lists in several ways; each must give some."""
    for language in LANGUAGES:
        assert len(given_names(language)) > 100
        assert len(family_names(language)) > 40
    assert {"anna", "राहुल"} <= name_vocabulary()
    assert "paris" not in widespread_names()
    assert {"friend", "freundin"} <= set(cue_words())


LISTS = Lists(
    frozenset({"my", "father", "is", "here", "the", "we", "saw", "her", "yesterday", "hund"}),
    frozenset(["anna", "zorb"]),
)


def test_everyday_sentences_name_nobody_unmarked() -> None:
    """An unknown word with a capital may be a name: taught as none, it would be unlearned."""
    texts = [
        "We saw Zorb yesterday.",
        "We saw Quux yesterday.",
        "we saw her yesterday.",
        "We saw Anna.",
    ]

    written = list(write_everyday(texts, "en", LISTS, 10, seed=1))

    assert all(not s.spans or s.text[slice(*s.spans[0][:2])] == "Anna" for s in written)
    assert not any("Zorb" in s.text or "Quux" in s.text for s in written)
    assert any(s.text == "we saw her yesterday." for s in written)


def test_a_name_takes_somebodys_place() -> None:
    """Wording that nobody wrote for it, with a name that is marked."""
    written = list(write_renamed(["My father is here."], "en", LISTS, 4, seed=1))

    assert len(written) == 4
    for sentence in written:
        ((start, end, kind),) = sentence.spans
        assert kind == "PERSON"
        assert sentence.text[end:].lower() == " is here."
        assert start == 0


def test_words_are_of_small_letters() -> None:
    """Names are looked up in this form."""
    assert all(
        word == word.lower() for language in ("de", "hi", "pl") for word in everyday_words(language)
    )
