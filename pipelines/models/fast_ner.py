"""Find entities by spaCy's own greedy rule, for many sentences at once.

spaCy's parser goes through each sentence word by word, with small products that take a few
microseconds each. A word's move depends only on the words before it in its sentence. So the first
words of all sentences are decided with one product, then all second words, and so on. The entities
are those of spaCy. A pipeline with another architecture is run by spaCy itself.

Source: spaCy 3.8, pipeline/_parser_internals/ner.pyx (which move is valid), ml/parser_model.pyx
(its score).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import IS_SPACE, LANG, NORM, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

from pipelines.models.fast_tok2vec import Floats, FusedTok2Vec, find_vectors, parameter_of

Entity = tuple[str, int, int]
"""Label, start and end (exclusive) in characters."""
Labels = npt.NDArray[np.int64]
_BEGIN, _IN, _LAST, _UNIT, _OUT = range(5)
_MOVES = {"B": _BEGIN, "I": _IN, "L": _LAST, "U": _UNIT, "O": _OUT}
_FEATURES = 3  # the word, the first one of the open entity, the one before
_NONE = -1
_ATTRIBUTES = frozenset([LANG, NORM, PREFIX, SUFFIX, SHAPE, IS_SPACE])
"""What tokenizer, `GreedyEntities` and `FusedTok2Vec` read of a word, beside its letters."""
_PROBE = (
    "Ann Lee met Bo in Rome",
    "!",
    "मेरा नाम राहुल है",
    "",
    "I live at 12 Baker Street, London, says Maria de la Cruz",
)


class GreedyEntities:
    """Finds entities in documents of one pipeline's vocabulary, as its entity recogniser would.

    Args:
        model: of a recogniser with the architecture of ours.
        vectors: gives the vectors of words in their sentences.
        moves: the names of its classes, in order; `U-` is a placeholder that is never chosen.
    """

    def __init__(
        self, model: Model[list[Doc], Floats], vectors: FusedTok2Vec, moves: Sequence[str]
    ) -> None:
        lower, upper = model.layers[1], model.layers[2]
        # Sorted by maxout piece: the maximum over pieces is then taken of long rows.
        weights = parameter_of(lower, "W").transpose(
            0, 2, 1, 3
        )  # [features, pieces, hidden, width]
        self._hidden = weights.shape[2]
        self._lower = weights.reshape(-1, weights.shape[3]).T.copy()
        self._absent = parameter_of(lower, "pad")[0].transpose(0, 2, 1).reshape(_FEATURES, -1)
        self._bias = parameter_of(lower, "b").T.reshape(-1)
        self._upper, self._upper_bias = parameter_of(upper, "W").T.copy(), parameter_of(upper, "b")
        self._vectors = vectors
        labels = dict.fromkeys(name.partition("-")[2] for name in moves)
        self._labels = list(labels)
        self._kind = np.array([_NONE if name == "U-" else _MOVES[name[0]] for name in moves])
        self._label = np.array([self._labels.index(name.partition("-")[2]) for name in moves])

    def read(self, docs: Sequence[Doc]) -> list[list[Entity]]:
        """Return the entities of each document, by start."""
        found: list[list[Entity]] = [[] for _ in docs]
        order = sorted(
            (row for row, doc in enumerate(docs) if len(doc)), key=lambda row: -len(docs[row])
        )
        longest = [docs[row] for row in order]
        for row, label, start, end in self._walk(longest):
            doc = longest[row]
            last = doc[end]
            found[order[row]].append((self._labels[label], doc[start].idx, last.idx + len(last)))
        return found

    def _walk(self, docs: Sequence[Doc]) -> Iterator[tuple[int, int, int, int]]:
        """Yield document, label, first and last word of each entity; longest documents first."""
        if not docs:
            return
        lengths = np.array([len(doc) for doc in docs])
        first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        is_space = np.concatenate([doc.to_array([IS_SPACE]).reshape(-1) for doc in docs]).astype(
            np.bool_
        )
        words = (self._vectors.read(docs) @ self._lower).reshape(-1, _FEATURES, self._bias.size)
        label = np.full(len(docs), _NONE)  # of the open entity
        start = np.zeros(len(docs), dtype=np.int64)
        for place in range(int(lengths[0])):
            alive = int(np.searchsorted(-lengths, -place))  # documents with a word at this place
            word = first[:alive] + place
            opened = np.flatnonzero(label[:alive] != _NONE)
            states = words[word, 0] + self._bias
            states += self._absent[1] + self._absent[2]
            states[opened] += words[start[opened], 1] + words[word[opened] - 1, 2]
            states[opened] -= self._absent[1] + self._absent[2]
            hidden = states[:, : self._hidden]
            for piece in range(self._hidden, states.shape[1], self._hidden):
                hidden = np.maximum(hidden, states[:, piece : piece + self._hidden])
            scores = hidden @ self._upper + self._upper_bias
            is_last = np.equal(lengths[:alive], place + 1)
            scores[~self._may(label[:alive], is_last, is_space[word])] = -np.inf
            move = scores.argmax(axis=1)
            kind, said = self._kind[move], self._label[move]
            for row in np.flatnonzero((kind == _UNIT) | (kind == _LAST)).tolist():
                began = place if kind[row] == _UNIT else int(start[row] - first[row])
                yield row, int(said[row]), began, place
            begins = np.flatnonzero(kind == _BEGIN)
            label[begins], start[begins] = said[begins], word[begins]
            label[np.flatnonzero(kind == _LAST)] = _NONE

    def _may(
        self, label: Labels, is_last: npt.NDArray[np.bool_], is_space: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.bool_]:
        """Say which moves are valid [rows, classes], by open label, end of text and white space."""
        closed, last, space = (part[:, None] for part in (label == _NONE, is_last, is_space))
        same = self._label == label[:, None]
        goes_on = ~last & ((self._kind == _BEGIN) & closed & ~space | (self._kind == _IN) & same)
        ends = (self._kind == _LAST) & same | (self._kind == _UNIT) & closed & ~space
        may: npt.NDArray[np.bool_] = goes_on | ends | (self._kind == _OUT) & closed
        return may


@dataclass(frozen=True)
class EntityReader:
    """Finds entities with a spaCy pipeline, many sentences at once where its architecture allows.

    Args:
        nlp: the pipeline.
        greedy: finds the same entities faster; None = spaCy itself is run.
    """

    nlp: Language
    greedy: GreedyEntities | None

    def read(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return the entities of each text, by start."""
        if self.greedy is not None:
            return self.greedy.read([self.nlp.make_doc(text) for text in texts])
        docs = self.nlp.pipe(texts, batch_size=max(1, len(texts)))
        return [_entities(doc) for doc in docs]


def _entities(doc: Doc) -> list[Entity]:
    return [(ent.label_, ent.start_char, ent.end_char) for ent in doc.ents]


def open_reader(nlp: Language) -> EntityReader:
    """Return a faster reader for a pipeline with one recogniser like ours, if its answers agree.

    It depends on internal names of spaCy and thinc; where another release has other names,
    so that the walk cannot be built or raises, spaCy itself reads.
    """
    itself = EntityReader(nlp, None)
    try:
        greedy = _find_greedy(nlp)
        found = None if greedy is None else EntityReader(nlp, greedy).read(_PROBE)
    except Exception:  # noqa: BLE001 a part is gone, or is another kind of thing
        return itself
    if greedy is None or found != itself.read(_PROBE):
        return itself
    _spare_attributes(nlp)
    return EntityReader(nlp, greedy)


def _spare_attributes(nlp: Language) -> None:
    """Let new words have no attribute but those that are read: half of the tokenizer's time."""
    vocabulary: Any = nlp.vocab  # spaCy's stub does not name the getters of attributes
    known = vocabulary.lex_attr_getters
    vocabulary.lex_attr_getters = {key: get for key, get in known.items() if key in _ATTRIBUTES}


def _find_greedy(nlp: Language) -> GreedyEntities | None:
    if nlp.pipe_names != ["ner"]:
        return None
    pipe = nlp.get_pipe("ner")
    model = getattr(pipe, "model", None)
    if model is None or model.name != "parser_model" or len(model.layers) != 3:  # noqa: PLR2004 all
        return None
    vectors, lower, moves = find_vectors(nlp, model), model.layers[1], _moves_of(pipe)
    if (
        vectors is None
        or not model.attrs["has_upper"]
        or model.attrs["unseen_classes"]
        or lower.get_dim("nF") != _FEATURES
        or lower.get_dim("nP") < 2  # noqa: PLR2004  fewer pieces are no maxout
        or pipe.cfg["beam_width"] != 1  # type: ignore[attr-defined]
        or not _are_plain(moves)
    ):
        return None
    return GreedyEntities(model, vectors, moves)


def _moves_of(pipe: Any) -> list[str]:  # noqa: ANN401  spaCy ships no types for its Cython
    return [pipe.moves.get_class_name(number) for number in range(pipe.moves.n_moves)]


def _are_plain(moves: Iterable[str]) -> bool:
    return all(
        name in {"O", "U-"} or (name[:2] in {"B-", "I-", "L-", "U-"} and name[2:]) for name in moves
    )
