"""Word vectors for the entity model: an encoder's states of single words, and counts."""

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

from pipelines.filtering.privacy.evidence_words import WORD
from pipelines.training.privacy_names import WordLists

Floats = npt.NDArray[np.float32]

_WORDS = 44_000
_DIMENSIONS = 36
_LAYERS = (0, 6)  # the middle layer separates names best; the first keeps the word itself
_BATCH = 256
_SEEN_MIN = 5
_COUNT_SCALE = 5.0
_INSIDE = re.compile(r"(?<=[^\W\d_][^\W\d_] )[^\W\d_]+")


def make_vectors(
    texts: Iterable[str], encoder: Path, lists: WordLists, count: int = _WORDS
) -> Vectors:
    """Return vectors of the most frequent words and of names, the same for every capitalisation.

    The main directions of the encoder's states of each word alone, and seven facts: how often the
    texts write it, how often with a capital inside a sentence, how often all in capitals, that it
    has a vector, and whether it is a given name, a family name, an everyday word. Plain texts and
    the lists of names decide which words have a vector, not labelled texts; so a name in a test
    set is as likely to have one as a name that was taught.

    Args:
        texts: plain texts of any kind.
        encoder: folder of a transformers model with its tokenizer.
        lists: of names and everyday words, in lower case.
        count: of words, at least 36 of them.
    """
    counts = _Counts(texts)
    words = _choose(counts.all, lists)[:count]
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    directions = _main_directions(
        _states(words, tokenizer, AutoModel.from_pretrained(encoder).eval())
    )
    table = np.concatenate([directions, counts.facts(words), lists.facts(words)], axis=1)
    vectors = Vectors(shape=table.shape)
    strings = StringStore()
    for row, word in enumerate(words):
        vectors.add(strings.add(word), vector=table[row], row=row)
        for written in (
            (word.capitalize(), word.upper()) if word.isascii() else (word.capitalize(),)
        ):
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


def _choose(counts: Mapping[str, int], lists: WordLists) -> list[str]:
    """Return frequent words, words of names, and everyday words seen at all, by frequency."""
    seen = {
        word
        for word, count in counts.items()
        if count >= (2 if word in lists.everyday else _SEEN_MIN)
    }
    named = lists.given | {
        word for word in lists.family if counts.get(word, 0) or word in lists.given
    }
    return sorted(seen | named, key=lambda word: (word not in named, -counts.get(word, 0), word))


def _states(
    words: Sequence[str], tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel
) -> Floats:
    """Return [n, layers x width]: the mean over a word's pieces, each layer at unit spread."""
    # No layer behind these is read.
    model.encoder.layer = model.encoder.layer[: max(_LAYERS)]  # type: ignore[union-attr,index]
    # Short beside short
    order = sorted(range(len(words)), key=lambda row: (len(words[row]), words[row]))
    width = model.config.hidden_size
    states = np.zeros((len(_LAYERS), len(words), width), dtype=np.float32)
    with torch.inference_mode():
        for at in range(0, len(words), _BATCH):
            rows = order[at : at + _BATCH]
            batch = tokenizer([words[row] for row in rows], padding=True, return_tensors="pt")
            lengths = batch["attention_mask"].sum(1)
            places = torch.arange(batch["attention_mask"].shape[1])
            pieces = ((places > 0) & (places < (lengths - 1)[:, None])).float()[..., None]
            hidden = model(**batch, output_hidden_states=True).hidden_states
            for part, layer in enumerate(_LAYERS):
                mean = (hidden[layer] * pieces).sum(1) / pieces.sum(1).clamp(min=1)
                states[part, rows] = mean.numpy()
    return np.concatenate([layer / layer.std() for layer in states], axis=1)


def _main_directions(states: Floats) -> Floats:
    """Return [n, 36]: the rows on the axes of their largest spread, at unit spread over all."""
    centred = states - states.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    chosen = axes[:, ::-1][:, :_DIMENSIONS]
    # Else a library's choice
    signs = np.sign(chosen[np.abs(chosen).argmax(axis=0), range(chosen.shape[1])])
    spread: Floats = centred @ (chosen * signs)
    scaled: Floats = spread / spread.std()
    return scaled
