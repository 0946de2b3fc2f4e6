"""Compute pooled states from token ids: by our own pass if possible, else sentence-transformers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Protocol, cast

import torch
from torch import Tensor

from pipelines.errors import ConfigurationError
from pipelines.models.bert import BertForward, is_supported
from pipelines.models.cpu import prefers_bf16
from pipelines.models.integer_bert import RANGES_FILE, IntegerBert, is_possible, read_ranges

Precision = Literal["int8", "bf16", "fp32"]
Wanted = Literal["auto", "int8", "bf16", "fp32"]

_PLAIN = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
_DTYPES = MappingProxyType({"bf16": torch.bfloat16, "fp32": torch.float32})
# Token limit of a model whose configuration names no limit.
_LONGEST = 512


class PooledForward(Protocol):
    """A model that turns token ids and mask [rows, length] into one float32 vector per row."""

    dimension: int

    def __call__(
        self, tokens: Tensor, mask: Tensor, layers: Sequence[int] = (), depth: int | None = None
    ) -> tuple[Tensor, dict[int, Tensor]]:
        """Return the pooled vectors [rows, dimension] and some layers' states [rows, length, h].

        Args:
            tokens: ids.
            mask: true at tokens.
            layers: their numbers; 0 = the embedding layer.
            depth: the layer that may count as the last, to save time; None = all are run.
        """


@dataclass(frozen=True, slots=True)
class EncoderFolder:
    """The settings of a sentence-transformers folder: everything but the weights."""

    max_tokens: int
    pad: int
    prefix: str


def read_folder(folder: Path) -> EncoderFolder:
    """Read token limit, padding and prompt of a folder."""
    config = _read_json(folder / "config.json")
    sentence = _read_json(folder / "sentence_bert_config.json")
    prompts = _read_json(folder / "config_sentence_transformers.json")
    prefix = (prompts.get("prompts") or {}).get(prompts.get("default_prompt_name") or "", "")
    longest = int(config.get("max_position_embeddings", _LONGEST))
    return EncoderFolder(
        max_tokens=min(int(sentence.get("max_seq_length") or longest), longest),
        pad=int(config.get("pad_token_id") or 0),
        prefix=str(prefix),
    )


def load_forward(
    folder: Path, precision: Precision, device: str, prompt_tokens: int
) -> PooledForward:
    """Return our own pass for a BERT with mean pooling on the CPU, else the library's modules.

    Args:
        folder: of the model.
        precision: of weights and hidden states.
        device: `cpu` or `cuda`.
        prompt_tokens: length of the prefix, for a pooling that excludes it.
    """
    if (folder / RANGES_FILE).is_file():
        read_ranges(folder)  # a damaged file stops a night on processors that do not use it too
    if precision == "int8":
        return _MeanPooled(IntegerBert(folder))
    if device == "cpu" and _is_mean_of_bert(folder):
        return _MeanPooled(BertForward(folder, _DTYPES[precision]))
    return _LibraryForward(folder, _DTYPES[precision], device, prompt_tokens)


def choose_precision(wanted: Wanted, folder: Path, device: str) -> Precision:
    """Return the wanted precision; for `auto`, the fastest one here.

    Raises:
        ConfigurationError: int8 is wanted, but not possible; names what is missing.
    """
    missing = _missing_for_int8(folder, device)
    if wanted == "int8" and missing:
        message = f"precision: int8 is not possible with {folder}: {missing}; write auto."
        raise ConfigurationError(message)
    if wanted != "auto":
        return wanted
    if not missing:
        return "int8"
    if device == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported() else "fp32"
    return "bf16" if prefers_bf16() else "fp32"


def _missing_for_int8(folder: Path, device: str) -> str | None:
    if device != "cpu":
        return f"int8 products do not run on {device}"
    if not (folder / RANGES_FILE).is_file():
        return f"it has no {RANGES_FILE} (jobs/measure_ranges.py makes one)"
    if not _is_mean_of_bert(folder):
        return "it is not a BERT with mean pooling"
    return (
        None
        if is_possible()
        else "this processor cannot multiply 8-bit integers fast (VNNI or AMX)"
    )


def _is_mean_of_bert(folder: Path) -> bool:
    """Say whether a folder is a BERT that our pass supports, pooled by the mean of its tokens."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
    if kinds not in _PLAIN or not is_supported(folder):
        return False
    pooling = _read_json(folder / str(modules[1]["path"]) / "config.json")
    return _is_mean(pooling) and bool(pooling.get("include_prompt", True))


def _read_json(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _is_mean(pooling: dict[str, Any]) -> bool:
    """Say whether a pooling is the mean of tokens, in the format of older or newer folders."""
    modes = [
        key for key, value in pooling.items() if key.startswith("pooling_mode_") and value is True
    ]
    return modes == ["pooling_mode_mean_tokens"] or pooling.get("pooling_mode") in (
        "mean",
        ["mean"],
    )


def _mean(hidden: Tensor, mask: Tensor) -> Tensor:
    """Return the float32 mean over the tokens of each row."""
    weights = mask.unsqueeze(-1).float()
    return (hidden.float() * weights).sum(dim=1) / weights.sum(dim=1)


class _MeanPooled:
    """Our forward pass and the float32 mean over the tokens of each row."""

    def __init__(self, forward: BertForward | IntegerBert) -> None:
        self._forward = forward
        self.dimension = forward.dimension

    def __call__(
        self, tokens: Tensor, mask: Tensor, layers: Sequence[int] = (), depth: int | None = None
    ) -> tuple[Tensor, dict[int, Tensor]]:
        last, *states = self._forward(tokens, mask, layers, depth)
        return _mean(last, mask), dict(zip(layers, states, strict=True))


class _LibraryForward:
    """Any other architecture, and any on a GPU: sentence-transformers' modules, on our batches."""

    def __init__(self, folder: Path, dtype: torch.dtype, device: str, prompt_tokens: int) -> None:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 slow, rarely needed

        model = SentenceTransformer(str(folder), device=device, local_files_only=True)
        self._model = model.to(dtype).eval()
        self._config: Any = cast("Any", model[0]).model.config
        self.dimension = int(model.get_embedding_dimension() or 0)
        self._device = device
        self._prompt_tokens = prompt_tokens

    def __call__(
        self, tokens: Tensor, mask: Tensor, layers: Sequence[int] = (), depth: int | None = None
    ) -> tuple[Tensor, dict[int, Tensor]]:
        del depth  # the library runs all layers
        features: dict[str, Any] = {
            "input_ids": tokens.to(self._device),
            "attention_mask": mask.long().to(self._device),
            "prompt_length": self._prompt_tokens,
        }
        self._config.output_hidden_states = bool(layers)
        found = self._model(features)
        states = {number: found["all_layer_embeddings"][number].cpu() for number in layers}
        return found["sentence_embedding"].float().cpu(), states
