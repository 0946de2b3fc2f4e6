"""Encode texts by hashed character n-grams, for texts that no sentence encoder can read."""

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.diversity.similarity import Vectors
from pipelines.identity import fingerprint

_DIMENSION = 512
# Characters whose n-grams count; the rest of a longer text counts as one further gram.
_MOST_CHARS = 20_000
_REST_WEIGHT = 0.6
# A word is hashed to so many dimensions: two words that share one of them by chance are still far
# apart.
_PLACES = 8
# Squared share of the vector for characters, pairs, triples and whole words. Pairs and triples
# measure how similar two texts are spelled; a word is equal or it is not, so that 1000000 differs
# from 10000000.
_WEIGHTS = (0.1, 0.25, 0.35, 0.3)
_BEFORE, _AFTER = 0x02, 0x03
# Increase with every change that changes a vector.
_VERSION = 1
_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
_LAST_SIGNS = re.compile(
    r"(?<=[^\s.,;:!?\u2026\u3002\uff01\uff1f\u0964~])[\s.,;:!?\u2026\u3002\uff01\uff1f\u0964~]+$"
)
_Hashes = NDArray[np.uint64]


class HashedNgrams:
    """Encode texts as unit vectors: characters, pairs, triples and words, hashed to 512 dimensions.

    Case, the number of blanks, variation selectors and punctuation at the very end make no
    difference. The n-grams of the first 20,000 characters count, the rest counts as a whole. No
    file is read. A vector is the same on every machine and in every batch, and no vector is zero.

    Args:
        name: under which vectors are stored.
    """

    def __init__(self, name: str = "char_ngrams") -> None:
        self.name = name
        parts = (_DIMENSION, _MOST_CHARS, _REST_WEIGHT, _PLACES, _WEIGHTS, _MIX, _VERSION)
        self.revision = f"ngrams-{fingerprint(*(str(part) for part in parts))}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors of texts, row for row: [n, 512]; equal texts have equal vectors."""
        of = {text: _encode(text) for text in dict.fromkeys(texts)}
        if not of:
            return np.empty((0, _DIMENSION), np.float32)
        return np.stack([of[text] for text in texts])


def _encode(text: str) -> NDArray[np.float32]:
    plain = _normalise(text)
    head, rest = plain[:_MOST_CHARS], plain[_MOST_CHARS:]
    sums = np.zeros(_DIMENSION)
    for weight, hashes in zip(_WEIGHTS, _hash_grams(head), strict=True):
        if len(hashes):
            part = _scatter(hashes)
            sums += math.sqrt(weight) * part / _length(part)
    if rest:
        # Its weight is so large that two texts which differ in the rest are not near-duplicates.
        part = _scatter(_spread([rest]))
        sums += _REST_WEIGHT * _length(sums) * part / _length(part)
    return (sums / _length(sums)).astype(np.float32)


def _normalise(text: str) -> str:
    """Normalise a text for comparison: lower case, single blanks, no punctuation at the end."""
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().replace("\ufe0f", "").split())
    return _LAST_SIGNS.sub("", plain)


def _hash_grams(text: str) -> Iterator[_Hashes]:
    """Yield hashes of characters, pairs, triples and words; pairs and triples include both ends."""
    signs = _codes(text)
    framed: _Hashes = np.pad(signs, 1, constant_values=(_BEFORE, _AFTER)).astype(np.uint64)
    one, two, three = (_mix(framed * np.uint64(2 * k + 1) + np.uint64(k)) for k in (11, 12, 13))
    yield _mix(signs)
    yield _mix(one[:-1] + (two[1:] << np.uint64(1)))
    yield _mix(one[:-2] + (two[1:-1] << np.uint64(1)) + (three[2:] << np.uint64(2)))
    yield _spread(text.split(" "))


def _spread(words: Sequence[str]) -> _Hashes:
    """Return the hashes of whole words, several of each."""
    own: _Hashes = np.fromiter(map(_hash_text, words), dtype=np.uint64)
    return _mix(np.repeat(own, _PLACES) + np.tile(np.arange(_PLACES).astype(np.uint64), len(own)))


def _codes(text: str) -> _Hashes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)


def _mix(numbers: _Hashes) -> _Hashes:
    """Mix the bits of each 64-bit number, so that each depends on all (splitmix64)."""
    mixed = numbers * np.uint64(_MIX[0])
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(_MIX[1])
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(_MIX[2])
    return mixed ^ (mixed >> np.uint64(31))


def _hash_text(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _scatter(hashes: _Hashes) -> NDArray[np.float64]:
    """Add up the square roots of the grams' counts, signed by their hashes: [512], never all 0."""
    distinct, counts = np.unique(hashes, return_counts=True)
    signs = np.where(distinct >> np.uint64(63), 1.0, -1.0)
    places = (distinct % np.uint64(_DIMENSION)).astype(np.int64)
    sums = np.zeros(_DIMENSION)
    np.add.at(sums, places, signs * np.sqrt(counts))
    if not sums.any():  # the grams cancelled out
        np.add.at(sums, places, np.sqrt(counts))
    return sums


def _length(vector: NDArray[np.float64]) -> float:
    """Return a vector's length, summed exactly: processors differ in the order of additions."""
    return math.sqrt(math.fsum((vector * vector).tolist()))
