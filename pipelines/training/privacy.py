"""Labelled sentences for the entity model, and its training: kernels, no paths."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import spacy
from spacy.language import Language
from spacy.training import Example
from spacy.util import filter_spans
from spacy.vectors import Vectors
from thinc.api import Adam, Config, fix_random_seed

from pipelines.models.fast_tok2vec import speed_up

LABELS: Mapping[str, str] = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "person": "PERSON",
    "NOMBRE_SUJETO_ASISTENCIA": "PERSON",
    "NOMBRE_PERSONAL_SANITARIO": "PERSON",
    "STREET_ADDRESS": "STREET_ADDRESS",
    "ADDRESS": "STREET_ADDRESS",
    "CALLE": "STREET_ADDRESS",
    "LOC": "LOCATION",
    "location": "LOCATION",
    "GPE": "LOCATION",
    "LOCATION": "LOCATION",
    "TERRITORIO": "LOCATION",
    "PAIS": "LOCATION",
    "ORG": "ORGANIZATION",
    "corporation": "ORGANIZATION",
    "group": "ORGANIZATION",
    "ORGANIZATION": "ORGANIZATION",
    "HOSPITAL": "ORGANIZATION",
    "INSTITUCION": "ORGANIZATION",
    "CENTRO_SALUD": "ORGANIZATION",
}
"""Labels of the sources and the types they become; others are not learned."""

ARCHITECTURE = """
[model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 64
maxout_pieces = 2
use_upper = true

[model.tok2vec]
@architectures = "spacy.HashEmbedCNN.v2"
pretrained_vectors = true
width = 64
depth = 4
embed_size = 5000
window_size = 1
maxout_pieces = 2
subword_features = true
"""
"""A small CNN: about 4 MB without its vectors, fast enough for a night on one core."""

_RATE = 0.002  # of the first updates; it falls to zero
_NO_SPACE_BEFORE = re.compile(r" (?=[.,!?;:%)\]}…]|'s\b|'m\b|'re\b|'ve\b|'ll\b|'d\b|n't\b)")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text and the typed spans in it: start, end, type."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


def from_spans(rows: pl.DataFrame, *, by_line: bool = False) -> Iterator[Sentence]:
    """Read rows of `text` and `spans` (struct of start, end, label); unknown labels are left out.

    Args:
        rows: [n] of `text`, `spans`.
        by_line: cut each text at its line ends, and keep of the lines without a span every sixth.
    """
    for text, found in rows.select("text", "spans").iter_rows():
        spans = [
            (s["start"], s["end"], LABELS[s["label"]]) for s in found or [] if s["label"] in LABELS
        ]
        if not by_line:
            yield _trimmed(text, spans)
            continue
        for number, line in enumerate(_LINE.finditer(text)):
            inside = [
                (a - line.start(), b - line.start(), t)
                for a, b, t in spans
                if line.start() <= a and b <= line.end()
            ]
            if inside or number % 6 == 0:
                yield _trimmed(line[0], inside)


def from_tags(rows: pl.DataFrame, *, signs: bool = False) -> Iterator[Sentence]:
    """Read rows of `tokens`, `tags` (BIO) as running text with the spaces that a writer would set.

    One source tags a lone `@` as a person; only with `signs` is that kept.
    """
    for tokens, tags in rows.select("tokens", "tags").iter_rows():
        text, spans = "", list[tuple[int, int, str]]()
        for token, tag in zip(tokens, tags, strict=True):
            glued = not text or _NO_SPACE_BEFORE.match(f" {token}") is not None
            start = len(text) + (0 if glued else 1)
            text += token if glued else f" {token}"
            prefix, _, label = tag.partition("-")
            if label in LABELS and (signs or token != "@"):  # noqa: S105  a word of a text
                if (
                    prefix == "I"
                    and spans
                    and spans[-1][2] == LABELS[label]
                    and spans[-1][1] >= start - 1
                ):
                    spans[-1] = (spans[-1][0], len(text), LABELS[label])
                else:
                    spans.append((start, len(text), LABELS[label]))
        yield Sentence(text, tuple(spans))


def lowered(sentences: Iterable[Sentence], share: float, seed: int) -> Iterator[Sentence]:
    """Repeat a seeded share of the sentences in lower case: many people chat without capitals."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    for sentence in sentences:
        yield sentence
        low = sentence.text.lower()
        if chance.random() < share and len(low) == len(sentence.text):
            yield Sentence(low, sentence.spans)


def train_entities(
    sentences: Sequence[Sentence],
    vectors: Vectors,
    *,
    epochs: int,
    seed: int,
    by_turns: Sequence[Sentence] = (),
) -> Language:
    """Train the entity model on the CPU; the same input and seed give the same model.

    Every epoch reads all `sentences` and, by turns, one half of `by_turns` or the other. The
    weights are the average over the updates; the vocabulary is new but for the vectors, whose
    words are hashes, so that no text of the data travels with the model.
    """
    fix_random_seed(seed)
    nlp = speed_up(_blank(vectors))
    always, turns = (
        [example for sentence in part if (example := _example(nlp, sentence)) is not None]
        for part in (sentences, by_turns)
    )
    nlp.initialize(lambda: always + turns)
    optimizer = Adam(_RATE, L2=0.01, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True)
    chance = random.Random(seed)  # noqa: S311  not for secrets
    for epoch in range(epochs):
        examples = always + turns[epoch % 2 :: 2]
        chance.shuffle(examples)
        size = 32 + min(16 * epoch, 96)
        for at in range(0, len(examples), size):
            done = (epoch + at / len(examples)) / epochs
            optimizer.learn_rate = _RATE * min(1.0, 20 * done + 0.05) * (1 - done)
            nlp.update(examples[at : at + size], sgd=optimizer, drop=0.2)
    with nlp.use_params(optimizer.averages):
        return _without_texts(nlp, vectors)


def _without_texts(nlp: Language, vectors: Vectors) -> Language:
    """Return a copy whose store of strings is new: no word of the data travels with the model."""
    copy = _blank(vectors)
    trained: Any = nlp.get_pipe("ner")  # spaCy types pipes as callables
    blank: Any = copy.get_pipe("ner")
    blank.from_bytes(trained.to_bytes(exclude=["vocab"]), exclude=["vocab"])
    return copy


def _blank(vectors: Vectors) -> Language:
    nlp = spacy.blank("xx")
    nlp.vocab.vectors = vectors
    nlp.add_pipe("ner", config={"model": Config().from_str(ARCHITECTURE)["model"]})
    return nlp


def _example(nlp: Language, sentence: Sentence) -> Example | None:
    doc = nlp.make_doc(sentence.text)
    spans = [
        doc.char_span(start, end, label=label, alignment_mode="expand")
        for start, end, label in sentence.spans
    ]
    reference = doc.copy()
    reference.ents = filter_spans([span for span in spans if span is not None])
    return Example(doc, reference) if len(doc) else None


def _trimmed(text: str, spans: Iterable[tuple[int, int, str]]) -> Sentence:
    kept = []
    for start, end, label in spans:
        said = text[start:end]
        begin = start + len(said) - len(said.lstrip())
        if said.strip():
            kept.append((begin, begin + len(said.strip()), label))
    return Sentence(text, tuple(kept))
