"""The entity model answers for each text alone and fails closed."""

from pathlib import Path

import pytest
import spacy

from pipelines.errors import ConfigurationError
from pipelines.filtering.entities import COMMON_WORDS, EntityModel, split_pieces
from pipelines.filtering.findings import Finding

SHIPPED = Path(__file__).parents[2] / "pipelines" / "shipped" / "privacy_ner"


@pytest.fixture(scope="module")
def shipped() -> EntityModel:
    """The model that ships with us."""
    return EntityModel(SHIPPED)


@pytest.fixture
def by_list(tmp_path: Path) -> Path:
    """A pipeline of another kind: it knows two names by heart."""
    nlp = spacy.blank("xx")
    nlp.add_pipe("entity_ruler").add_patterns(  # type: ignore[attr-defined]  # spaCy types pipes as callables
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
    shipped: EntityModel, text: str, person: str
) -> None:
    """Names are what chat is fullest of."""
    (found,) = shipped.find([text])

    assert found is not None
    assert [text[f.start : f.end] for f in found if f.entity_type == "PERSON"] == [person]


def test_an_answer_depends_on_its_text_alone(shipped: EntityModel) -> None:
    """Batches and order differ from run to run, the rows must not."""
    texts = [f"I met {name} and {name} in May. {name} left!" for name in ("Ann Lee", "Juan", "Neha Rao")] * 2

    assert shipped.find(texts[::-1])[::-1] == [shipped.find([text])[0] for text in texts]


@pytest.mark.parametrize("text", ["", "\x00", "\u0301", "🙂" * 50, "so what do you want to do", "\n\n\n"])
def test_texts_without_a_name_have_no_finding(shipped: EntityModel, text: str) -> None:
    """Odd characters are no names and no error."""
    assert shipped.find([text]) == [[]]


@pytest.mark.parametrize(
    "text", ["a" * 1000, "Ann. Bob! " * 300, "x. Dr. Who\n\nno", "", " ", "é" * 401 + "। क"]
)
def test_pieces_join_to_their_text(text: str) -> None:
    """A character between two pieces would be read by nobody."""
    pieces = list(split_pieces(text))

    assert "".join(piece for _, piece in pieces) == text
    assert all(text[start : start + len(piece)] == piece and len(piece) <= 400 for start, piece in pieces)


def test_a_text_that_cannot_be_read_fails_alone(shipped: EntityModel) -> None:
    """A lone surrogate or a book in one message goes to a person; its neighbours are answered."""
    book = " ".join("X" + bin(i).translate({48: "o", 49: "i"}) for i in range(2**14))

    assert shipped.find(["\ud800 Ann", book, "so what"]) == [None, None, []]


def test_a_model_that_raises_answers_none_for_its_text(
    by_list: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bad sentence must not take its batch along."""
    model = EntityModel(by_list)
    pipe = model._nlp.pipe

    def failing(texts: list[str], batch_size: int) -> object:
        if "bad Zora" in texts:
            raise RuntimeError
        return pipe(texts, batch_size=batch_size)

    monkeypatch.setattr(model._nlp, "pipe", failing)

    assert model.find(["bad Zora", "good Zora"]) == [None, [Finding("PERSON", 5, 9, 0.85)]]


def test_any_spacy_folder_can_be_given(by_list: Path) -> None:
    """Its labels are mapped; those not named are left out; without word lists all is read."""
    assert EntityModel(by_list).find(["zora, Zora of Acme"]) == [[Finding("PERSON", 6, 10, 0.85)]]


def test_the_screen_leaves_out_common_words_alone(by_list: Path) -> None:
    """What it leaves out is never read; so the list must hold no name."""
    (by_list / COMMON_WORDS).write_text("hello\nzora", "utf-8")

    assert EntityModel(by_list).find(["hello Zora", "Hey Zora"]) == [[], [Finding("PERSON", 4, 8, 0.85)]]
    assert EntityModel(by_list, screened=False).find(["hello Zora"]) == [[Finding("PERSON", 6, 10, 0.85)]]


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
