"""Run a spaCy CNN faster: the vectors of words are cached, and its layers run directly on NumPy.

Half of the time of spaCy's own forward pass goes into hashing and embedding words that were seen
before, and into overhead between its layers. The results are the same up to rounding. A pipeline
with another architecture is not changed.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from spacy.attrs import NORM, ORTH, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vectors import Vectors
from thinc.api import Model, NumpyOps
from thinc.types import Ragged

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.uint64]

_FEATURES = [NORM, PREFIX, SUFFIX, SHAPE]
_EMBEDDING = "extract_features>>list2ragged>>with_array("  # static word vectors may follow
_CONVOLUTION = "residual(expand_window>>maxout>>layernorm>>dropout)"
_WORDS_MAX = 100_000  # vectors kept: 25 MB at a width of 64
_MIX = np.uint64(0x9E3779B97F4A7C15)
_PROBE = ("Ann Lee met Bo in Rome", "!", "मेरा नाम राहुल है")
_TOLERANCE = 1e-4


class Operations(NumpyOps):  # type: ignore[misc]  # thinc ships no types for its Cython
    """Thinc's operations with NumPy's matrix product: 62 GFLOP/s, against 20 of thinc's own."""

    def gemm(
        self,
        x: Floats,
        y: Floats,
        out: Floats | None = None,
        trans1: bool = False,  # noqa: FBT001, FBT002  thinc's own signature
        trans2: bool = False,  # noqa: FBT001, FBT002
    ) -> Floats:
        """Return the product of two matrices, either of them transposed."""
        return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)


_OPERATIONS = Operations()


def speed_up(nlp: Language) -> Language:
    """Give every layer of a pipeline that runs on NumPy the faster matrix product."""
    for _, pipe in nlp.pipeline:
        for node in pipe.model.walk() if hasattr(pipe, "model") else ():
            if type(node.ops) is NumpyOps:
                node.ops = _OPERATIONS
    return nlp


def find_vectors(nlp: Language, model: Model[list[Doc], Floats]) -> "FusedTok2Vec | None":
    """Return a faster tok2vec for an entity recogniser; None if its architecture or vectors differ.

    Args:
        nlp: the pipeline, which tokenises the probe texts.
        model: of its recogniser.
    """
    if not _is_ours(model.layers[0]):
        return None
    fused = FusedTok2Vec(model.layers[0])
    probe = [nlp.make_doc(text) for text in _PROBE]
    agrees = np.allclose(fused.read(probe), model.layers[0].predict(probe), atol=_TOLERANCE)
    return fused if agrees else None


def _is_ours(layer: Model[list[Doc], Floats]) -> bool:
    names = [part.name for part in layer.layers]
    if len(names) != 3 or names[1:] != ["list2array", "linear"]:  # noqa: PLR2004 all parts
        return False
    parts = layer.layers[0].layers
    depth = len(_convolutions(layer))
    chain = ">>".join([_CONVOLUTION] * depth)
    return (
        depth > 1
        and parts[0].name.startswith(_EMBEDDING)
        and parts[1].name == f"with_array({chain})"
    )


def _convolutions(layer: Model[list[Doc], Floats]) -> Sequence[Model[Floats, Floats]]:
    parts = layer.layers[0].layers
    return parts[1].layers[0].layers if len(parts) > 1 and parts[1].layers else ()


class FusedTok2Vec:
    """The vectors of words in their sentences, as by spaCy's HashEmbedCNN and a linear layer.

    Args:
        layer: the three parts: embedding and convolutions, list to array, linear.
    """

    def __init__(self, layer: Model[list[Doc], Floats]) -> None:
        embed, encode = layer.layers[0].layers
        self._static = next((part for part in embed.walk() if part.name == "static_vectors"), None)
        first = embed.layers[0].layers[0] if self._static else embed
        self._hashed, self._mixed = first.layers[2], embed.layers[-2]
        self._pad = int(encode.attrs["pad"])
        self._blocks = [_block(part) for part in _convolutions(layer)]
        linear = layer.layers[2]
        self._weights, self._bias = parameter_of(linear, "W").T.copy(), parameter_of(linear, "b")
        self._width = self._blocks[0][0].shape[0] // 3
        self._rows: dict[int, int] = {}
        self._vectors = np.zeros((0, self._width), dtype=np.float32)

    def read(self, docs: Sequence[Doc]) -> Floats:
        """Return [words of all documents, width]."""
        lengths = np.array([len(doc) for doc in docs], dtype=np.int64)
        if not lengths.sum():
            return np.zeros((0, self._weights.shape[1]), dtype=np.float32)
        places = np.arange(lengths.sum()) + np.repeat(
            self._pad * np.arange(1, len(lengths) + 1), lengths
        )
        x = np.zeros(
            (int(lengths.sum()) + self._pad * (len(lengths) + 1), self._width), dtype=np.float32
        )
        x[places] = self._embed(docs)
        for block in self._blocks:
            x += _convolve(x, *block)
        read: Floats = x[places] @ self._weights + self._bias
        return read

    def _embed(self, docs: Sequence[Doc]) -> Floats:
        features = np.concatenate([doc.to_array([ORTH, *_FEATURES]) for doc in docs]).astype(
            np.uint64
        )
        keys = features[:, 0] ^ (features[:, 1] * _MIX)  # the same word may have different norms
        distinct, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        known = distinct.tolist()
        new = [i for i, key in enumerate(known) if key not in self._rows]
        if new:
            if len(self._rows) + len(new) > _WORDS_MAX:
                self._rows, self._vectors, new = {}, self._vectors[:0], list(range(len(known)))
            self._learn(features[first[new]], [known[i] for i in new], docs[0].vocab.vectors)
        vectors: Floats = self._vectors[np.array([self._rows[key] for key in known])[inverse]]
        return vectors

    def _learn(self, features: Keys, keys: Sequence[int], table: Vectors) -> None:
        lengths = np.array([len(keys)], dtype=np.int32)
        # thinc has types of its own for NumPy's arrays.
        hashed = self._hashed.predict(Ragged(features[:, 1:], lengths))  # type: ignore[arg-type]
        if self._static is not None:
            rows = table.find(keys=features[:, 0])
            known = table.data[rows] @ parameter_of(self._static, "W").T
            known[rows < 0] = 0
            both = np.concatenate([hashed.data, known], axis=1)
            hashed = Ragged(both, lengths)  # type: ignore[arg-type]  # as above
        vectors = self._mixed.predict(hashed).data
        self._rows.update(
            zip(keys, range(len(self._rows), len(self._rows) + len(keys)), strict=True)
        )
        self._vectors = np.concatenate([self._vectors, vectors])


Block = tuple[Floats, Floats, Floats, Floats]


def _block(residual: Model[Floats, Floats]) -> Block:
    """Return weights [3 x width, pieces x width], bias, gain and shift of a convolution."""
    parts = {part.name: part for part in residual.walk()}
    maxout, norm = parts["maxout"], parts["layernorm"]
    weights, bias = parameter_of(maxout, "W"), parameter_of(maxout, "b")
    by_piece = weights.transpose(1, 0, 2).reshape(-1, weights.shape[2])
    return (
        by_piece.T.copy(),
        bias.T.reshape(-1).copy(),
        parameter_of(norm, "G"),
        parameter_of(norm, "b"),
    )


def parameter_of(layer: Model[Floats, Floats], name: str) -> Floats:
    """Return a parameter of a layer, by thinc's name for it."""
    return np.asarray(layer.get_param(name), dtype=np.float32)


def _convolve(x: Floats, weights: Floats, bias: Floats, gain: Floats, shift: Floats) -> Floats:
    width = x.shape[1]
    window = np.zeros((len(x), 3 * width), dtype=np.float32)
    window[1:, :width] = x[:-1]
    window[:, width : 2 * width] = x
    window[:-1, 2 * width :] = x[1:]
    pieces = window @ weights
    pieces += bias
    best: Floats = pieces[:, :width]
    for start in range(width, pieces.shape[1], width):
        best = np.maximum(best, pieces[:, start : start + width])
    best = best - best.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", best, best) / np.float32(width) + np.float32(1e-8)
    best *= (variance ** np.float32(-0.5))[:, None]
    best *= gain
    best += shift
    return best
