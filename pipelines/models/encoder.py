"""Encode texts as unit vectors; a text's vector is the same, bit for bit, in every batch."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from pipelines.errors import ConfigurationError
from pipelines.identity import fingerprint
from pipelines.models import integer_bert
from pipelines.models.cpu import keep_freed_memory, one_thread
from pipelines.models.e5_folder import SOURCE_FILE
from pipelines.models.pieces import PieceReader
from pipelines.models.pooling import Wanted, choose_precision, load_forward, read_folder
from pipelines.settings import DEFAULT_ENCODER

Device = Literal["auto", "cpu", "cuda"]
Judged = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]
"""Unit rows [n, d]."""

# The rounding of a product can depend on its shape, so shapes are fixed: texts are padded to one of
# these token lengths, and a batch of each length has a fixed number of rows, about 256 tokens.
# Smaller batches would need fewer dummy rows, but cost more per call than that saves.
_LENGTHS = (
    *range(4, 32, 2),
    *range(32, 64, 4),
    *range(64, 128, 8),
    *range(128, 512, 16),
    *(512, 640, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192),
)
_BATCH_TOKENS = {"cpu": 256, "cuda": 16_384}
# Integer products do not round, so their shapes need not be fixed; at this size a token costs
# least.
_INTEGER_BATCH_TOKENS = 768
# Increase with every change of our forward pass that changes a bit: it is part of the vectors'
# revision.
_PASS = 3
_UNREADABLE = (OSError, KeyError, IndexError, TypeError, ValueError, RuntimeError, SafetensorError)
# Characters read per token of the limit: a text of a megabyte is cut before it is tokenised.
_CHARS_PER_TOKEN = 64


class Head(Protocol):
    """A model that reads the hidden states of the encoder's pass, instead of a pass of its own."""

    @property
    def name(self) -> str:
        """Return the name under which its answers are stored."""

    @property
    def revision(self) -> str:
        """Return what changes whenever an answer may."""

    @property
    def layers(self) -> Sequence[int]:
        """Return the numbers, from 1, of the layers whose states it reads."""

    def read(self, texts: Sequence[str]) -> list[str]:
        """Return each text in the form the head reads; an unchanged text is encoded only once."""

    def judge(self, states: Mapping[int, Tensor], mask: Tensor) -> Judged:
        """Return answers [rows, k] for its layers' states [rows, length, d] and the token mask."""

    def answer(self, texts: Sequence[str], judged: Judged) -> list[Any]:
        """Return one answer per text from its numbers [n, k]; None = the head failed on it."""


def locate_model(path: str | Path) -> Path:
    """Return the folder of a model; `package:NAME/sub` is inside an installed package.

    Raises:
        ConfigurationError: there is no such package or folder.
    """
    text = str(path)
    if not text.startswith("package:"):
        folder = Path(path)
    else:
        name, _, below = text.removeprefix("package:").partition("/")
        spec = find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            message = f"{text}: package {name} is not installed; install it, or name a folder"
            raise ConfigurationError(message)
        folder = Path(next(iter(spec.submodule_search_locations))) / below
    if not (folder / "modules.json").is_file():
        message = (
            f"{text}: not a sentence-transformers folder (no modules.json); check conf/models.yaml"
        )
        raise ConfigurationError(message)
    return folder


class Encoder:
    """A sentence-transformers folder that turns texts into unit vectors.

    Args:
        path: its folder; None = the default encoder, which set-up fetched.
        precision: of the transformer; `auto` = int8 where the folder has activation ranges and the
            processor multiplies int8, else bf16 where the processor is faster with it, else fp32.
        max_tokens: longer texts are cut; None = the limit of the folder.
        name: of the model; None = that of its package or folder.
        prefix: put before every text (`query: ` for e5); None = the default prompt of the folder.
        device: `auto` = a GPU where there is one.

    Raises:
        ConfigurationError: the folder is missing, or is not such a model.
    """

    def __init__(  # noqa: PLR0913 one for each key of an entry in conf/models.yaml
        self,
        path: str | Path | None = None,
        precision: Wanted = "auto",
        max_tokens: int | None = None,
        *,
        name: str | None = None,
        prefix: str | None = None,
        device: Device = "auto",
    ) -> None:
        folder = locate_model(path or DEFAULT_ENCODER)
        self._device = _choose_device(device)
        self.name = name or _name_of(folder)
        _check_precision(precision)
        keep_freed_memory()
        try:
            self.precision = choose_precision(precision, folder, self._device)
            settings = read_folder(folder)
            self._prefix = settings.prefix if prefix is None else prefix
            self._tokenizer = _read_tokenizer(folder / "tokenizer.json")
            prompt_tokens = max(0, len(self._tokenizer.encode(self._prefix).ids) - 1)
            self._forward = load_forward(folder, self.precision, self._device, prompt_tokens)
        except _UNREADABLE as error:
            message = (
                f"{folder}: not a readable sentence-transformers model ({error}); restore its files"
            )
            raise ConfigurationError(message) from error
        self._pad = settings.pad
        self._limit = min(max_tokens or settings.max_tokens, settings.max_tokens, _LENGTHS[-1])
        self._tokenizer.enable_truncation(self._limit)
        is_integer = self.precision == "int8"
        self._batch_tokens = _INTEGER_BATCH_TOKENS if is_integer else _BATCH_TOKENS[self._device]
        cut = (self._limit, self._prefix)
        said = (*cut, integer_bert.PASS) if is_integer else (_LENGTHS, _BATCH_TOKENS, *cut, _PASS)
        shapes = fingerprint(*(str(part) for part in said))
        where = "" if self._device == "cpu" else f"-{self._device}"
        self.revision = f"{_hash_folder(folder)}-{self.precision}{where}-{shapes}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the unit vectors of texts: [n, d], row for row; equal texts have equal vectors."""
        return self.encode_with(texts, ())[0]

    def encode_with(
        self, texts: Sequence[str], heads: Sequence[Head]
    ) -> tuple[Vectors, list[list[Any]]]:
        """Return the vectors as `encode` does, and each head's answers to the texts, from one pass.

        It runs on one thread: a task has one core, and two threads on busy cores are slower than
        one.
        """
        if not texts:
            return np.empty((0, self._forward.dimension), np.float32), [[] for _ in heads]
        readings = [head.read(texts) for head in heads]
        vectors, judged = self._encode_all(
            [*texts, *(t for reading in readings for t in reading)], heads
        )
        count = len(texts)
        places = (slice(count * (n + 1), count * (n + 2)) for n in range(len(heads)))
        answers = [
            head.answer(texts, found[place])
            for head, found, place in zip(heads, judged, places, strict=True)
        ]
        return vectors[:count], answers

    def judge(self, texts: Sequence[str], head: Head) -> list[Any]:
        """Return a head's answers to texts, from a pass that ends at the last layer it reads."""
        if not texts:
            return []
        _, (judged,) = self._encode_all(head.read(texts), [head], depth=max(head.layers))
        return head.answer(texts, judged)

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return the span in its text of each token that the pass reads; outside of it it is empty.

        Special tokens and those of the prefix have the span (0, 0).
        """
        ahead = len(self._prefix)
        return [
            [(max(0, start - ahead), max(0, end - ahead)) for start, end in encoding.offsets]
            for encoding in self._tokenizer.encode_batch(self._readable(texts))
        ]

    def unread_shares(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the share, 0 to 1, of each text's characters unknown to the tokenizer: [n].

        The prefix and special pieces do not count. A text without a piece has a share of 1.
        """
        limit = self._limit * _CHARS_PER_TOKEN
        return self._pieces.unread_shares([text[:limit] for text in texts])

    @cached_property
    def _pieces(self) -> PieceReader:
        return PieceReader(self._tokenizer)

    def _encode_all(
        self, texts: Sequence[str], heads: Sequence[Head], depth: int | None = None
    ) -> tuple[Vectors, list[Judged]]:
        """Return the vectors and each head's numbers, row for row; equal texts are encoded once."""
        distinct: dict[tuple[int, ...], int] = {}
        place = [distinct.setdefault(tokens, len(distinct)) for tokens in self._tokenize(texts)]
        with one_thread(), torch.inference_mode():
            batches = list(self._batches(list(distinct), heads, depth))
        row = np.argsort(np.concatenate([rows for rows, _ in batches]))[place]
        vectors, *judged = (
            np.concatenate(parts)[row]
            for parts in zip(*(found for _, found in batches), strict=True)
        )
        return vectors, judged

    def _tokenize(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        distinct = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        readable = self._readable(distinct)
        ids = [tuple(encoding.ids) for encoding in self._tokenizer.encode_batch_fast(readable)]
        return [ids[distinct[text]] for text in texts]

    def _readable(self, texts: Iterable[str]) -> list[str]:
        """Return texts as the tokenizer reads them; a lone surrogate, which it can't, is "?"."""
        limit = self._limit * _CHARS_PER_TOKEN
        return [
            (self._prefix + text[:limit]).encode("utf-8", "replace").decode("utf-8")
            for text in texts
        ]

    def _batches(
        self, ids: Sequence[Sequence[int]], heads: Sequence[Head], depth: int | None
    ) -> Iterator[tuple[list[int], list[Vectors]]]:
        """Encode token ids batch by batch: yield row numbers, vectors and each head's answers."""
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        for length, rows in _cut_batches(
            order, [len(tokens) for tokens in ids], self._batch_tokens
        ):
            yield rows, self._encode_batch([ids[row] for row in rows], length, heads, depth)

    def _encode_batch(
        self,
        ids: Sequence[Sequence[int]],
        length: int,
        heads: Sequence[Head],
        depth: int | None,
    ) -> list[Vectors]:
        """Return vectors and heads' answers of a batch of texts; dummy rows pad it to its shape."""
        rows = _batch_rows(length, self._batch_tokens)
        tokens = np.full((rows, length), self._pad, dtype=np.int64)
        # A dummy row has no token with int8, which skips it, and one token otherwise.
        sizes = np.full(rows, 0 if self.precision == "int8" else 1, dtype=np.int64)
        for row, text in enumerate(ids):
            tokens[row, : len(text)] = text
            sizes[row] = max(1, len(text))
        mask = torch.from_numpy(np.arange(length) < sizes[:, None])
        layers = sorted({layer for head in heads for layer in head.layers})
        pooled, states = self._forward(torch.from_numpy(tokens), mask, layers, depth)
        judged = [head.judge(states, mask) for head in heads]
        return [part[: len(ids)] for part in (functional.normalize(pooled, dim=1).numpy(), *judged)]


def _read_tokenizer(file: Path) -> Tokenizer:
    """Return the fast tokenizer of a folder, without padding and truncation."""
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises no narrower one
        message = f"{file.name} is missing or not a tokenizer"
        raise ValueError(message) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _name_of(folder: Path) -> str:
    return folder.resolve().parent.name if folder.name == "model" else folder.resolve().name


def _batch_rows(length: int, most: int) -> int:
    return max(1, most // length)


def _cut_batches(
    order: Sequence[int], sizes: Sequence[int], most: int
) -> Iterator[tuple[int, list[int]]]:
    """Cut rows, sorted by token count, into batches: (padded length, rows)."""
    start = 0
    while start < len(order):
        length = _LENGTHS[bisect_left(_LENGTHS, sizes[order[start]])]
        stop = start + _batch_rows(length, most)
        rows = [row for row in order[start:stop] if sizes[row] <= length]
        yield length, rows
        start += len(rows)


def _choose_device(wanted: Device) -> Literal["cpu", "cuda"]:
    if wanted not in {"auto", "cpu", "cuda"}:
        message = f"device: {wanted!r} is not known. Known here: auto, cpu, cuda."
        raise ConfigurationError(message)
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return wanted


def _check_precision(wanted: str) -> None:
    if wanted not in {"auto", "int8", "bf16", "fp32"}:
        message = f"precision: {wanted!r} is not known. Known here: auto, int8, bf16, fp32."
        raise ConfigurationError(message)


def _hash_folder(folder: Path) -> str:
    """Return 12 hex digits: a hash of all files that decide a vector, by path and content."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*"), key=lambda found: found.relative_to(folder).as_posix()):
        if file.name != SOURCE_FILE and file.suffix in {
            ".json",
            ".safetensors",
            ".bin",
            ".txt",
            ".model",
        }:
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:12]


def open_encoder(path: str | Path | None = None, **options: Any) -> Encoder:  # noqa: ANN401
    """Return an encoder, loaded once in a process for the registry and all heads on its states.

    Args:
        path: its folder; None = the default encoder.
        options: as `Encoder` takes them.

    Raises:
        ConfigurationError: as `Encoder` does.
    """
    return _open_once(locate_model(path or DEFAULT_ENCODER).absolute(), **options)


@lru_cache(maxsize=4)
def _open_once(folder: Path, **options: Any) -> Encoder:  # noqa: ANN401
    return Encoder(folder, **options)
