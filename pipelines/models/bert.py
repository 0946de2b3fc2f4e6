"""Run BERT's forward pass on torch primitives: the library's result without its overhead."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from pipelines.models.private_torch import FusedLinear

_LAYER = "encoder.layer.{}."
# Logits are clamped to this: the sum of 8,192 exponentials is then finite and above 0 in bfloat16
# too.
_STEEPEST = 75.0
# Columns of ones beside the values: one is needed, eight keep the rows of the product aligned.
_SUM_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Norm:
    """A layer norm over the last axis."""

    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, hidden: Tensor) -> Tensor:
        """Normalise `hidden` to mean 0 and variance 1, then scale and shift it."""
        return functional.layer_norm(
            hidden, self.weight.shape, self.weight, self.bias, self.epsilon
        )


@dataclass(frozen=True, slots=True)
class _FloatLayer:
    """One transformer layer; queries, keys and values come from one product."""

    qkv: FusedLinear
    attended: FusedLinear
    attended_norm: Norm
    widen: FusedLinear
    narrow: FusedLinear
    output_norm: Norm


def is_supported(folder: Path) -> bool:
    """Say whether a folder holds a BERT that the forward pass below can run."""
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
        self._tensors = {
            name.removeprefix("bert."): tensor.float() for name, tensor in tensors.items()
        }
        self._dtype = dtype
        self._epsilon = float(config["layer_norm_eps"])
        self._heads = int(config["num_attention_heads"])
        self.dimension = int(config["hidden_size"])
        self._words = self._tensors["embeddings.word_embeddings.weight"]
        # Every text is one segment, so the vector of segment 0 is added to every position.
        self._positions = (
            self._tensors["embeddings.position_embeddings.weight"]
            + self._tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self._first_norm = self._norm("embeddings.LayerNorm", torch.float32)
        self._layers = [self._layer(number) for number in range(int(config["num_hidden_layers"]))]
        del self._tensors

    def __call__(
        self, tokens: Tensor, mask: Tensor, layers: Sequence[int] = (), depth: int | None = None
    ) -> list[Tensor]:
        """Return hidden states [rows, length, d] of token ids [rows, length]: last, then `layers`.

        Args:
            tokens: ids.
            mask: [rows, length] of bool, true at tokens.
            layers: numbers of the layers whose output is wanted too; 0 = the embedding layer.
            depth: the layer that counts as the last; None = all are run.
        """
        hidden = functional.embedding(tokens, self._words) + self._positions[: tokens.shape[1]]
        hidden = self._first_norm(hidden).to(self._dtype)
        present = mask[:, None, :, None].to(self._dtype)
        states = {0: hidden} if 0 in layers else {}
        for number, layer in enumerate(self._layers[:depth], start=1):
            hidden = self._apply(layer, hidden, present)
            if number in layers:
                states[number] = hidden
        return [hidden, *(states[number] for number in layers)]

    def _apply(self, layer: _FloatLayer, hidden: Tensor, present: Tensor) -> Tensor:
        mixed = self._attend(layer.qkv(hidden), present)
        hidden = layer.attended_norm(layer.attended(mixed, hidden))
        return layer.output_norm(layer.narrow(layer.widen(hidden), hidden))

    def _attend(self, qkv: Tensor, present: Tensor) -> Tensor:
        """Apply attention; two batched products are faster than the flash kernel up to 256 tokens.

        The library's softmax does not use vector instructions at lengths that are no multiple of
        32, and then takes longer than both products. Here the exponentials are not normalised
        first: a column of ones beside the values sums them, and one division follows. Padding has
        the value 0 in all columns.
        """
        rows, length, width = qkv.shape
        size = width // 3 // self._heads
        parts = qkv.view(rows, length, 3, self._heads, size).permute(2, 0, 3, 1, 4)
        query, key = parts[:2].reshape(2, rows * self._heads, length, size)
        values = qkv.new_zeros((rows, self._heads, length, size + _SUM_COLUMNS))
        torch.mul(parts[2], present, out=values[..., :size])
        values[..., size:].copy_(present)
        weights = torch.bmm(query, key.transpose(1, 2)).clamp_(-_STEEPEST, _STEEPEST).exp_()
        mixed = torch.bmm(weights, values.view(rows * self._heads, length, -1))
        mixed = mixed.view(rows, self._heads, length, -1)
        shares = mixed[..., :size] / mixed[..., size : size + 1]
        return shares.transpose(1, 2).reshape(rows, length, width // 3)

    def _layer(self, number: int) -> _FloatLayer:
        name = _LAYER.format(number)
        return _FloatLayer(
            qkv=self._qkv(f"{name}attention.self."),
            attended=FusedLinear(*self._affine(f"{name}attention.output.dense")),
            attended_norm=self._norm(f"{name}attention.output.LayerNorm", self._dtype),
            widen=FusedLinear(*self._affine(f"{name}intermediate.dense"), "gelu"),
            narrow=FusedLinear(*self._affine(f"{name}output.dense")),
            output_norm=self._norm(f"{name}output.LayerNorm", self._dtype),
        )

    def _qkv(self, name: str) -> FusedLinear:
        """Return queries, keys and values as one map; the queries hold the attention's scale."""
        weights = [self._tensors[f"{name}{part}.weight"] for part in ("query", "key", "value")]
        biases = [self._tensors[f"{name}{part}.bias"] for part in ("query", "key", "value")]
        scale = (len(weights[0]) // self._heads) ** -0.5
        weights[0], biases[0] = weights[0] * scale, biases[0] * scale
        return FusedLinear(torch.cat(weights).to(self._dtype), torch.cat(biases).to(self._dtype))

    def _affine(self, name: str) -> tuple[Tensor, Tensor]:
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return weight.to(self._dtype), bias.to(self._dtype)

    def _norm(self, name: str, dtype: torch.dtype) -> Norm:
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        return Norm(weight.to(dtype), bias.to(dtype), self._epsilon)
