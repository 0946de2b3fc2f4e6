"""The entity model answers for each text alone and fails closed."""

import re
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError
from pipelines.filtering.privacy.entities import COMMON_WORDS, NAME_WORDS, EntityModel, split_pieces
from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.rules import IdentifierRules
from pipelines.models.fast_ner import EntityReader
from pipelines.models.fast_tok2vec import FusedTok2Vec
from pipelines.places import SHIPPED
from tests.filtering.lookalikes import write_lookalikes


def persons_in(model: EntityModel, text: str) -> list[str]:
    """Return the persons that a model finds in a text, which it must not fail on."""
    (found,) = model.find([text])
    assert found is not None
    return [text[f.start : f.end] for f in found if f.entity_type == "PERSON"]


@pytest.fixture
def by_list(tmp_path: Path) -> Path:
    """A pipeline of another kind: it has a list of two names."""
    nlp = spacy.blank("xx")
    # spaCy types pipes as callables.
    nlp.add_pipe("entity_ruler").add_patterns(  # type: ignore[attr-defined]
        [{"label": "PER", "pattern": "Zora"}, {"label": "ORG", "pattern": "Acme"}]
    )
    nlp.to_disk(tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("my name is Priya Sharma", "Priya Sharma"),
        ("Yesterday I met Michael Turner. It rained.", "Michael Turner"),
        ("Hola, me llamo Lucía Fernández", "Lucía Fernández"),
        ("mera naam Rahul Verma hai", "Rahul Verma"),
        ("मेरा नाम राहुल शर्मा है", "राहुल शर्मा"),
        ("i told jessica about it", "jessica"),
    ],
)
def test_the_shipped_model_finds_persons_in_four_languages(
    entity_model: EntityModel, text: str, person: str
) -> None:
    """Names are the most frequent identifiers in chat."""
    assert persons_in(entity_model, text) == [person]


def test_an_answer_depends_on_its_text_alone(entity_model: EntityModel) -> None:
    """Batches and order differ from run to run, the rows must not."""
    texts = [
        f"I met {name} and {name} in May. {name} left!" for name in ("Ann Lee", "Juan", "Neha Rao")
    ] * 2

    assert entity_model.find(texts[::-1])[::-1] == [entity_model.find([text])[0] for text in texts]


@pytest.mark.parametrize(
    "text", ["", "\x00", "\u0301", "🙂" * 50, "so what do you want to do", "\n\n\n"]
)
def test_texts_without_a_name_have_no_finding(entity_model: EntityModel, text: str) -> None:
    """Odd characters are no names and no error."""
    assert entity_model.find([text]) == [[]]


@pytest.mark.parametrize(
    "text", ["a" * 1000, "Ann. Bob! " * 300, "x. Dr. Who\n\nno", "", " ", "é" * 401 + "। क"]
)
def test_pieces_join_to_their_text(text: str) -> None:
    """A character between two pieces would be read by nobody."""
    pieces = list(split_pieces(text))

    assert "".join(piece for _, piece in pieces) == text
    assert all(
        text[start : start + len(piece)] == piece and len(piece) <= 400 for start, piece in pieces
    )


@given(st.text(alphabet="abcA1.!?। \n\té", max_size=30))
def test_a_sentence_ends_behind_a_word_with_its_sign(text: str) -> None:
    """Where the pattern begins with the blank it is faster, and must cut as the plain rule does."""
    rule = re.compile(r"(?<=[^\W\d_A-Z]{3}[.!?])\s+|(?<=[।?!])\s+|\n\s*\n")
    ends = [*(m.end() for m in rule.finditer(text)), len(text)]

    starts = [start for start, _ in split_pieces(text)]
    assert starts == [start for start, end in zip([0, *ends], ends, strict=False) if end > start]


def test_a_text_that_cannot_be_read_fails_alone(entity_model: EntityModel) -> None:
    """A lone surrogate or a book in one message goes to a person; its neighbours are answered."""
    book = " ".join("X" + bin(i).translate({48: "o", 49: "i"}) for i in range(2**14))

    assert entity_model.find(["\ud800 Ann", book, "so what"]) == [None, None, []]


def test_a_model_that_raises_answers_none_for_its_text(
    by_list: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bad sentence must not fail its batch."""
    model = EntityModel(by_list)
    read = model._reader.read

    def failing(_: EntityReader, texts: list[str]) -> object:
        if "bad Zora" in texts:
            raise RuntimeError
        return read(texts)

    monkeypatch.setattr(EntityReader, "read", failing)

    assert model.find(["bad Zora", "good Zora"]) == [None, [Finding("PERSON", 5, 9, 0.85)]]


def test_any_spacy_folder_can_be_given(by_list: Path) -> None:
    """Its labels are mapped; those not named are left out; without word lists all is read."""
    assert EntityModel(by_list).find(["zora, Zora of Acme"]) == [[Finding("PERSON", 6, 10, 0.85)]]


@pytest.mark.parametrize("screened", [True, False])
def test_a_finding_of_common_words_alone_does_not_count(by_list: Path, *, screened: bool) -> None:
    """Other words of the sentence must not matter, or the prefilter would lose findings."""
    (by_list / COMMON_WORDS).write_text("hello\nzora", "utf-8")
    assert EntityModel(by_list, screened=screened).find(["hello Zora", "Strange Zora"]) == [[], []]

    (by_list / NAME_WORDS).write_text("zora", "utf-8")
    found = [Finding("PERSON", 6, 10, 0.85)]
    assert EntityModel(by_list, screened=screened).find(["hello Zora", "Zora hello"]) == [found, []]


def test_a_name_found_once_is_found_again(by_list: Path) -> None:
    """Redacted in one place and readable in the next, it would be as good as published."""
    nlp = spacy.blank("xx")
    patterns = [{"label": "PER", "pattern": "Zora de Bell K."}]
    nlp.add_pipe("entity_ruler").add_patterns(patterns)  # type: ignore[attr-defined]
    nlp.to_disk(by_list)
    (by_list / COMMON_WORDS).write_text("de\ncall\nbell", "utf-8")
    text = "Zora de Bell K. but call me Zora, zora, de Bell"

    (found,) = EntityModel(by_list).find([text])

    assert [text[f.start : f.end] for f in found or ()] == ["Zora de Bell K.", "Zora"]


def test_a_cue_is_a_word_of_its_own(by_list: Path) -> None:
    """The letters `dr` inside `address` are no cue of a name."""
    nlp = spacy.blank("xx")
    patterns = [{"label": "PER", "pattern": "kripa"}]
    nlp.add_pipe("entity_ruler").add_patterns(patterns)  # type: ignore[attr-defined]
    nlp.to_disk(by_list)
    (by_list / COMMON_WORDS).write_text("address\ngently", "utf-8")
    model = EntityModel(by_list)

    assert model.find(["kripa address gently"]) == [[]]
    assert model.find(["dr kripa gently"]) == [[Finding("PERSON", 3, 8, 0.85)]]


WORDS = st.sampled_from(
    [
        "my name is",
        "Ann",
        "Rose",
        "will",
        "Kowalski",
        "राहुल",
        "you",
        ".",
        "!",
        "@",
        "zorbak",
        "I'm",
        "12 Elm Street",
    ]
)


@settings(max_examples=40)
@given(st.lists(st.lists(WORDS, max_size=8).map(" ".join), min_size=1, max_size=4))
def test_the_screen_loses_nothing(
    entity_model: EntityModel, unscreened_entities: EntityModel, texts: list[str]
) -> None:
    """The prefilter only saves work: the findings are the same without it."""
    assert entity_model.find(texts) == unscreened_entities.find(texts)


def test_vectors_are_those_of_the_pipeline_itself(entity_model: EntityModel) -> None:
    """A faster pass must not be another model; words come again, so kept vectors are used too."""
    pipe = spacy.load(SHIPPED / "privacy_ner").get_pipe("ner")
    layer = pipe.model.layers[0]  # type: ignore[attr-defined]
    fused = FusedTok2Vec(layer)
    texts = ["Ann met Bo.", "", "x" * 300, "Bo met Ann, 'Ann'!", "मेरा नाम राहुल", "don't :) 12"]
    docs = [entity_model._reader.nlp.make_doc(text) for text in texts]

    for batch in (docs, docs[::-1], docs[2:3]):
        assert np.allclose(fused.read(batch), layer.predict(batch), atol=1e-4)
    # A batch without a word: the layer itself raises there
    assert fused.read(docs[1:2]).shape == (
        0,
        64,
    )


@settings(max_examples=40)
@given(st.lists(st.lists(WORDS | st.text(max_size=6), max_size=30).map(" ".join), max_size=6))
def test_entities_are_those_of_spacy(entity_model: EntityModel, texts: list[str]) -> None:
    """A batched walk must take every step that spaCy takes, with blanks and ends."""
    reader = entity_model._reader
    assert reader.greedy is not None

    expected = [
        [(ent.label_, ent.start_char, ent.end_char) for ent in doc.ents]
        for doc in reader.nlp.pipe(texts)
    ]
    assert reader.read(texts) == expected
    assert [reader.read([text])[0] for text in texts] == expected


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("Write a story about Sherlock Holmes and his neighbour", []),
        ("hi @ KateMurphy thanks", ["@", "KateMurphy"]),
        ("meet me @ five", []),
    ],
)
def test_an_account_is_found_with_its_sign_and_a_hero_is_nobody(
    entity_model: EntityModel, text: str, persons: list[str]
) -> None:
    """A person in books identifies nobody; a lone `@` is part of the account in tokenised posts."""
    assert persons_in(entity_model, text) == persons


def test_lookalikes_are_left_alone(entity_model: EntityModel) -> None:
    """Orders, prices, dates, scores, books, ages, heroes: under 2 % of 500 may have a finding."""
    texts = [text for _, text in write_lookalikes(500)]
    pairs = zip(IdentifierRules().find(texts), entity_model.find(texts), strict=True)

    assert sum(bool(rules or model) for rules, model in pairs) < 10


@pytest.mark.parametrize(
    "text",
    [
        "Lieferung 5120-77341 fehlt noch",  # an order, a day, a canto, a version
        "3 Nisan 1998'de evlendiler",
        "tanggal 21 Mei 1998 jam 9",
        "leggi il canto XXVII, versi 4-12",
        "iOS16.4.2にしたら電池の減りが早い",
        "Artikel 5 und Artikel 812 Absatz 1 lernen",
        "id 7f3e0a52-91cc-4b1d-a6d0-3b2e9c41f870 non trovato",
        "30 Ağustos 1922'de büyük zafer",
    ],
)
def test_a_number_that_is_no_house_and_no_person_is_left_alone(
    entity_model: EntityModel, text: str
) -> None:
    """The model takes some of them for a street or for somebody."""
    assert entity_model.find([text]) == [[]]


def test_a_missing_or_broken_folder_says_what_to_do(tmp_path: Path) -> None:
    """Before any work, with the remedy."""
    with pytest.raises(ConfigurationError, match=r"is missing\. Train it with"):
        EntityModel(tmp_path / "none")
    with pytest.raises(ConfigurationError, match="no readable spaCy pipeline"):
        EntityModel(tmp_path)


def test_the_revision_follows_the_files(by_list: Path) -> None:
    """Scores are kept by revision: another model must not reuse them."""
    before = EntityModel(by_list).revision
    assert EntityModel(by_list).revision == before

    (by_list / COMMON_WORDS).write_text("hello", "utf-8")

    assert EntityModel(by_list).revision != before


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("my sister Julia came over", "Julia"),  # a language of programs, too
        ("Nombre: Jesús", "Jesús"),
        ("meine Freundin Nancy zieht um", "Nancy"),
        ("mera dost Ganesh kal aayega", "Ganesh"),
        ("Max zei dat hij niet komt", "Max"),  # first in its sentence, before what people do
        ("Luca mi ha detto di no", "Luca"),
        ("Dino hat mir gesagt, dass er kommt", "Dino"),
        ("llama a Dolores mañana", "Dolores"),
        ("bel Chris morgen even", "Chris"),  # Dutch, not German: a name with a capital
        ("ruf morgen Arnold an", "Arnold"),
    ],
)
def test_a_name_that_is_a_word_or_a_brand_too_is_found_where_a_person_is_told(
    entity_model: EntityModel, text: str, person: str
) -> None:
    """The lists that spare brands and words must not hide everybody who is called so."""
    assert persons_in(entity_model, text) == [person]
