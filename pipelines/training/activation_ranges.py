"""The ranges of a BERT's activations, which its integer pass uses as fixed scales."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import torch
from safetensors.torch import save_file
from torch import Tensor

from pipelines.models.integer_bert import SITES
from pipelines.training.fasttext_training import hash_share

_TEXTS = 3_000
_TEXTS_AT_ONCE = 16


def measure_ranges(folder: Path, texts: Sequence[str]) -> dict[str, Tensor]:
    """Return each channel's greatest magnitude at each site of each layer over the tokens of texts.

    Args:
        folder: a sentence-transformers folder of a BERT; its float32 pass is watched.
        texts: of the languages and kinds that the encoder will read.
    """
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 reason: seconds to import

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    inner: Any = model[0]
    ranges: dict[str, Tensor] = {}
    present: list[Tensor] = []
    handles = [
        module.register_forward_pre_hook(
            partial(_note, name=f"{number}.{site}", ranges=ranges, present=present)
        )
        for number, layer in enumerate(inner.model.encoder.layer)
        for site, module in zip(SITES, _readers(layer), strict=True)
    ]
    ordered = sorted(dict.fromkeys(texts), key=len)
    for start in range(0, len(ordered), _TEXTS_AT_ONCE):
        features = model.preprocess(ordered[start : start + _TEXTS_AT_ONCE])
        present[:] = [features["attention_mask"].bool()]
        with torch.inference_mode():
            model(features)
    for handle in handles:
        handle.remove()
    return ranges


def _readers(layer: Any) -> tuple[Any, ...]:  # noqa: ANN401 reason: transformers' own layer
    """Return the map that reads each site, in the order of the sites."""
    return (
        layer.attention.self.query,
        layer.attention.output.dense,
        layer.intermediate.dense,
        layer.output.dense,
    )


def _note(
    module: object,
    inputs: tuple[Tensor, ...],
    *,
    name: str,
    ranges: dict[str, Tensor],
    present: list[Tensor],
) -> None:
    del module
    found = inputs[0][present[0]].abs().amax(dim=0)
    ranges[name] = torch.maximum(ranges[name], found) if name in ranges else found.clone()


def choose_texts(data: Path) -> list[str]:
    """Return 3,000 texts, chosen by their hash: half from 112 languages, half users' prompts."""
    sentences = pl.read_parquet(data / "langid/tatoeba.parquet", columns=["text"])
    traffic = pl.read_parquet(data / "traffic/traffic.parquet", columns=["messages"])
    messages = traffic.explode("messages").unnest("messages").filter(pl.col("role") == "user")
    return [
        text
        for texts in (sentences["text"], messages["content"])
        for text in _first_by_hash(texts.drop_nulls().unique(), _TEXTS // 2)
    ]


def _first_by_hash(texts: pl.Series, count: int) -> list[str]:
    frame = pl.DataFrame({"text": texts, "order": hash_share(texts)})
    return frame.sort("order", "text").head(count)["text"].to_list()


def save_ranges(ranges: dict[str, Tensor], file: Path) -> None:
    """Write ranges as float32; equal ranges give equal bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: ranges[name].float().contiguous() for name in sorted(ranges)}, file)
