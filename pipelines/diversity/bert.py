"""The forward pass of BERT on torch primitives: what the library does without what it costs per call."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

_LAYER = "encoder.layer.{}."
_FUSED = "_linear_pointwise"


class _Linear:
    """An affine map by weight [out, in] and bias [out], with GELU behind it where wanted.

    In bfloat16 oneDNN's own kernel does both at once on weights packed beforehand: the wide product
    of a layer then runs at 190 instead of 130 GFLOP/s on one core (EPYC with AVX512-bf16).
    """

    def __init__(self, weight: Tensor, bias: Tensor, activation: Literal["none", "gelu"] = "none") -> None:
        self._activation = activation
        self._bias = bias
        self._packed = weight.dtype == torch.bfloat16 and hasattr(torch.ops.mkldnn, _FUSED)
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight) if self._packed else weight  # noqa: SLF001 torch has no public name for it

    def __call__(self, hidden: Tensor) -> Tensor:
        if self._packed:
            fused = getattr(torch.ops.mkldnn, _FUSED)
            return cast("Tensor", fused(hidden, self._weight, self._bias, self._activation, [], "none"))
        wide = functional.linear(hidden, self._weight, self._bias)
        return functional.gelu(wide) if self._activation == "gelu" else wide


@dataclass(frozen=True, slots=True)
class _Norm:
    """A layer norm over the last axis."""

    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, hidden: Tensor) -> Tensor:
        return functional.layer_norm(hidden, self.weight.shape, self.weight, self.bias, self.epsilon)


@dataclass(frozen=True, slots=True)
class _Layer:
    """One transformer layer; queries, keys and values come from one product."""

    qkv: _Linear
    attended: _Linear
    attended_norm: _Norm
    widen: _Linear
    narrow: _Linear
    output_norm: _Norm


def is_supported(folder: Path) -> bool:
    """Say whether a folder holds a BERT whose forward pass is the one below."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
        and (folder / "model.safetensors").exists()
    )


class BertForward:
    """Token ids to hidden states; weights in bfloat16 or float32.

    Args:
        folder: holds `config.json` and `model.safetensors` of a supported BERT.
        dtype: precision of weights and hidden states.
    """

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "model.safetensors")
        self._tensors = {name.removeprefix("bert."): tensor.float() for name, tensor in tensors.items()}
        self._dtype = dtype
        self._epsilon = float(config["layer_norm_eps"])
        self._heads = int(config["num_attention_heads"])
        self._words = self._tensors["embeddings.word_embeddings.weight"]
        # Every text is one segment: its vector belongs to every position.
        self._positions = (
            self._tensors["embeddings.position_embeddings.weight"]
            + self._tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self._first_norm = self._norm("embeddings.LayerNorm", torch.float32)
        self._layers = [self._layer(number) for number in range(int(config["num_hidden_layers"]))]
        del self._tensors

    def __call__(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return the last hidden states [rows, length, d] of token ids [rows, length]; see `see_states`."""
        return self.see_states(tokens, mask, ())[0]

    def see_states(
        self, tokens: Tensor, mask: Tensor, layers: Collection[int]
    ) -> tuple[Tensor, dict[int, Tensor]]:
        """Return hidden states [rows, length, d]: the last, and those after some layers by their number.

        Args:
            tokens: ids [rows, length].
            mask: [rows, length] of bool, true at tokens.
            layers: from 1; only what is asked for is kept, so that the rest stays in the cache.
        """
        rows, length = tokens.shape
        hidden = functional.embedding(tokens, self._words) + self._positions[:length]
        hidden = self._first_norm(hidden).to(self._dtype)
        bias = torch.zeros((rows, 1, length), dtype=self._dtype).masked_fill_(~mask[:, None, :], -torch.inf)
        bias = bias.repeat_interleave(self._heads, dim=0)
        states: dict[int, Tensor] = {}
        for number, layer in enumerate(self._layers, start=1):
            hidden = self._apply(layer, hidden, bias)
            if number in layers:
                states[number] = hidden
        return hidden, states

    def _apply(self, layer: _Layer, hidden: Tensor, bias: Tensor) -> Tensor:
        hidden = layer.attended_norm(layer.attended(self._attend(layer.qkv(hidden), bias)) + hidden)
        return layer.output_norm(layer.narrow(layer.widen(hidden)) + hidden)

    def _attend(self, qkv: Tensor, bias: Tensor) -> Tensor:
        """Mix values by attention; two batched products beat the flash kernel up to 256 tokens."""
        rows, length, width = qkv.shape
        head = width // 3 // self._heads
        parts = qkv.view(rows, length, 3, self._heads, head).permute(2, 0, 3, 1, 4)
        query, key, value = parts.reshape(3, rows * self._heads, length, head)
        scores = torch.baddbmm(bias, query, key.transpose(1, 2), alpha=head**-0.5)
        mixed = torch.bmm(torch.softmax(scores, dim=-1), value)
        return mixed.view(rows, self._heads, length, head).transpose(1, 2).reshape(rows, length, width // 3)

    def _layer(self, number: int) -> _Layer:
        name = _LAYER.format(number)
        heads = [self._affine(f"{name}attention.self.{part}") for part in ("query", "key", "value")]
        weights, biases = (torch.cat(parts) for parts in zip(*heads, strict=True))
        return _Layer(
            qkv=_Linear(weights, biases),
            attended=_Linear(*self._affine(f"{name}attention.output.dense")),
            attended_norm=self._norm(f"{name}attention.output.LayerNorm", self._dtype),
            widen=_Linear(*self._affine(f"{name}intermediate.dense"), "gelu"),
            narrow=_Linear(*self._affine(f"{name}output.dense")),
            output_norm=self._norm(f"{name}output.LayerNorm", self._dtype),
        )

    def _affine(self, name: str) -> tuple[Tensor, Tensor]:
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return weight.to(self._dtype), bias.to(self._dtype)

    def _norm(self, name: str, dtype: torch.dtype) -> _Norm:
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return _Norm(weight.to(dtype), bias.to(dtype), self._epsilon)
