"""The fast reading of entities uses spaCy's own parts: if they differ, spaCy itself reads."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import spacy

from pipelines.models import fast_ner, fast_tok2vec
from pipelines.models.fast_ner import EntityReader, GreedyEntities, open_reader
from pipelines.models.fast_tok2vec import FusedTok2Vec, Operations, speed_up
from pipelines.places import SHIPPED

TEXTS = (
    "My name is Maria de la Cruz and I live at 12 Baker Street, London.",
    "mera naam Rahul Verma hai",
    "Ask Seth K. or Anna Berg about it!",
    "nothing to see here",
    "",
)


@pytest.fixture(scope="module")
def fast() -> EntityReader:
    """The model that ships, by our own walk."""
    return open_reader(speed_up(spacy.load(SHIPPED / "privacy_ner")))


def _raise(*_: object, **__: object) -> Any:  # noqa: ANN401 stands for anything
    raise KeyError("maxout")  # noqa: EM101 as thinc would say


def _zeros(self: FusedTok2Vec, docs: Sequence[Any]) -> np.ndarray:
    """Return vectors that are not those of the pipeline."""
    return np.zeros((sum(map(len, docs)), self._weights.shape[1]), dtype=np.float32)


BREAKS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "layers have other names": lambda patch: patch.setattr(fast_tok2vec, "_EMBEDDING", "other>>"),
    "a layer's parameter is gone": lambda patch: patch.setattr(
        fast_tok2vec, "parameter_of", _raise
    ),
    "the parser's parameter is gone": lambda patch: patch.setattr(fast_ner, "parameter_of", _raise),
    "its moves have other names": lambda patch: patch.setattr(
        fast_ner, "_moves_of", lambda _: ["B-", "?"]
    ),
    "vectors differ": lambda patch: patch.setattr(FusedTok2Vec, "read", _zeros),
    "entities differ": lambda patch: patch.setattr(
        GreedyEntities, "read", lambda _, docs: [[] for _ in docs]
    ),
    "the walk raises": lambda patch: patch.setattr(GreedyEntities, "_walk", _raise),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_another_spacy_is_slower_and_finds_the_same(
    broken: str, fast: EntityReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new release must neither change an answer nor stop a night."""
    expected = fast.read(TEXTS)
    BREAKS[broken](monkeypatch)

    slow = open_reader(speed_up(spacy.load(SHIPPED / "privacy_ner")))

    assert fast.greedy is not None
    assert slow.greedy is None
    assert slow.read(TEXTS) == expected
    assert [label for label, _, _ in expected[0]] != []


def test_a_pipeline_on_other_operations_is_left_as_it_is() -> None:
    """Only NumPy's are replaced: a pipeline on a GPU has its own."""
    nlp = speed_up(spacy.load(SHIPPED / "privacy_ner"))
    # spaCy ships no types for its Cython.
    nodes = list(nlp.get_pipe("ner").model.walk())  # type: ignore[attr-defined]
    kept = nodes[0].ops

    assert {type(node.ops) for node in nodes} == {Operations}
    again = speed_up(nlp).get_pipe("ner").model.walk()  # type: ignore[attr-defined]  # as above
    assert {node.ops is kept for node in again} == {True}
