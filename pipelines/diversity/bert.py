"""The forward pass of BERT on torch primitives: what the library does without what it costs per call."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

_LAYER = "encoder.layer.{}."


@dataclass(frozen=True, slots=True)
class _Linear:
    """An affine map: weight [out, in] and bias [out], in the precision of the model."""

    weight: Tensor
    bias: Tensor

    def __call__(self, hidden: Tensor) -> Tensor:
        return functional.linear(hidden, self.weight, self.bias)


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
        """Return hidden states [rows, length, d] of token ids [rows, length].

        Args:
            tokens: ids.
            mask: [rows, length] of bool, true at tokens.
        """
        rows, length = tokens.shape
        hidden = functional.embedding(tokens, self._words) + self._positions[:length]
        hidden = self._first_norm(hidden).to(self._dtype)
        bias = torch.zeros((rows, 1, 1, length), dtype=self._dtype)
        bias.masked_fill_(~mask[:, None, None, :], -torch.inf)
        for layer in self._layers:
            hidden = self._apply(layer, hidden, bias)
        return hidden

    def _apply(self, layer: _Layer, hidden: Tensor, bias: Tensor) -> Tensor:
        rows, length, width = hidden.shape
        parts = layer.qkv(hidden).view(rows, length, 3, self._heads, width // self._heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        attended = attended.transpose(1, 2).reshape(rows, length, width)
        hidden = layer.attended_norm(layer.attended(attended) + hidden)
        return layer.output_norm(layer.narrow(functional.gelu(layer.widen(hidden))) + hidden)

    def _layer(self, number: int) -> _Layer:
        name = _LAYER.format(number)
        heads = [self._linear(f"{name}attention.self.{part}") for part in ("query", "key", "value")]
        qkv = _Linear(torch.cat([part.weight for part in heads]), torch.cat([part.bias for part in heads]))
        return _Layer(
            qkv=qkv,
            attended=self._linear(f"{name}attention.output.dense"),
            attended_norm=self._norm(f"{name}attention.output.LayerNorm", self._dtype),
            widen=self._linear(f"{name}intermediate.dense"),
            narrow=self._linear(f"{name}output.dense"),
            output_norm=self._norm(f"{name}output.LayerNorm", self._dtype),
        )

    def _linear(self, name: str) -> _Linear:
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return _Linear(weight.to(self._dtype), bias.to(self._dtype))

    def _norm(self, name: str, dtype: torch.dtype) -> _Norm:
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return _Norm(weight.to(dtype), bias.to(dtype), self._epsilon)
