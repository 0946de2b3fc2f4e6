"""What a language model and plain counting know of single words, as a small table for the entity model."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from spacy.strings import StringStore
from spacy.vectors import Vectors
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from pipelines.filtering.entities import WORD

Floats = npt.NDArray[np.float32]

_WORDS = 30_000
_DIMENSIONS = 60
_LAYERS = (0, 4)  # words alone tell names best in the middle; the first keeps the word itself
_BATCH = 256
_SEEN_MIN = 5
_COUNT_SCALE = 5.0
_INSIDE = re.compile(r"(?<=[^\W\d_][^\W\d_] )[^\W\d_]+")
_WHOLE = re.compile(r"[a-z]{2,}")


def make_vectors(texts: Iterable[str], encoder: Path, count: int = _WORDS) -> Vectors:
    """Return vectors of the most written words, the same however capitals stand in them.

    Sixty main directions of what the encoder's layers say of a word on its own, and four facts of
    the texts: how often it is written, how often with a capital inside a sentence, how often all
    in capitals, and that it was seen. The words come from plain texts, not from labelled ones, so
    that a name of a test is as likely to be among them as a name that was taught.

    Args:
        texts: plain texts of any kind.
        encoder: folder of a transformers model with its tokenizer.
        count: of words, at least 60 of them; no more than seen often or known to the tokenizer.
    """
    counts = _Counts(texts)
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    words = _choose(counts.all, tokenizer.get_vocab())[:count]
    directions = _main_directions(_states(words, tokenizer, AutoModel.from_pretrained(encoder).eval()))
    table = np.concatenate([directions, counts.facts(words)], axis=1)
    vectors = Vectors(shape=table.shape)
    strings = StringStore()
    for row, word in enumerate(words):
        vectors.add(strings.add(word), vector=table[row], row=row)
        for written in (word.capitalize(), word.upper()):
            vectors.add(strings.add(written), row=row)
    return vectors


class _Counts:
    def __init__(self, texts: Iterable[str]) -> None:
        self.all: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        self._title: Counter[str] = Counter()
        self._upper: Counter[str] = Counter()
        for text in texts:
            self.all.update(word.lower() for word in WORD.findall(text))
            for word in _INSIDE.findall(text):
                low = word.lower()
                self._inside[low] += 1
                if word != low:
                    (self._upper if word.isupper() and len(word) > 1 else self._title)[low] += 1

    def facts(self, words: Sequence[str]) -> Floats:
        """Return [n, 4], each about as large as one main direction."""
        rows = [
            (
                np.log1p(self.all[word]) / _COUNT_SCALE,
                2 * self._title[word] / max(1, self._inside[word]),
                2 * self._upper[word] / max(1, self._inside[word]),
                1.0,
            )
            for word in words
        ]
        return np.array(rows, dtype=np.float32)


def _choose(counts: Mapping[str, int], vocabulary: Iterable[str]) -> list[str]:
    whole = {word for word in vocabulary if _WHOLE.fullmatch(word)}
    seen = {word for word, count in counts.items() if count >= _SEEN_MIN}
    return sorted(whole | seen, key=lambda word: (-counts.get(word, 0), word))


def _states(words: Sequence[str], tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel) -> Floats:
    """Return [n, layers x width]: the mean over a word's pieces, each layer at unit spread."""
    parts: list[list[Floats]] = [[] for _ in _LAYERS]
    with torch.inference_mode():
        for at in range(0, len(words), _BATCH):
            batch = tokenizer(list(words[at : at + _BATCH]), padding=True, return_tensors="pt")
            lengths = batch["attention_mask"].sum(1)
            places = torch.arange(batch["attention_mask"].shape[1])
            pieces = ((places > 0) & (places < (lengths - 1)[:, None])).float()[..., None]
            states = model(**batch, output_hidden_states=True).hidden_states
            for part, layer in zip(parts, _LAYERS, strict=True):
                mean = (states[layer] * pieces).sum(1) / pieces.sum(1).clamp(min=1)
                part.append(mean.numpy())
    layers = [np.concatenate(part) for part in parts]
    return np.concatenate([layer / layer.std() for layer in layers], axis=1)


def _main_directions(states: Floats) -> Floats:
    """Return [n, 60]: the rows on the axes of their largest spread, at unit spread over all."""
    centred = states - states.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    chosen = axes[:, ::-1][:, :_DIMENSIONS]
    signs = np.sign(chosen[np.abs(chosen).argmax(axis=0), range(chosen.shape[1])])  # else a library's choice
    spread: Floats = centred @ (chosen * signs)
    scaled: Floats = spread / spread.std()
    return scaled
