"""A small network beside the frozen encoder: what its heads have in common, up to their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from pipelines.models.private_torch import Activation, FusedLinear


@dataclass(frozen=True, slots=True)
class HeadShape:
    """Sizes of a head: the encoder layers that it reads, its width, depth and number of labels."""

    layers: tuple[int, ...] = (4, 8, 12)
    encoder_width: int = 384
    width: int = 224
    heads: int = 7
    depth: int = 1
    labels: int = 8
    most_tokens: int = 96
    """It was trained on this many; of a longer text only the beginning is read."""


class Ladder(nn.Module):
    """Mixes several layers' states per token, and applies attention between tokens.

    A ladder network on the frozen encoder, which needs no gradient and no second pass.

    Source: Sung et al. 2022, "LST: Ladder Side-Tuning".
    """

    def __init__(self, shape: HeadShape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.norms = nn.ModuleList(nn.LayerNorm(shape.encoder_width) for _ in shape.layers)
        self.mix = Affine(shape.encoder_width * len(shape.layers), shape.width, gelu=True)
        self.blocks = nn.ModuleList(
            Block(shape.width, shape.heads, dropout) for _ in range(shape.depth)
        )
        self.last_norm = nn.LayerNorm(shape.width)
        self.dropout = nn.Dropout(dropout)

    def climb(self, states: Sequence[Tensor], mask: Tensor) -> Tensor:
        """Return float32 [rows, length, width] of hidden states [rows, length, encoder_width].

        Args:
            states: in the order of `shape.layers`.
            mask: [rows, length] of bool, true at tokens.
        """
        dtype = self.mix.weight.dtype
        normed = [norm(state.to(dtype)) for norm, state in zip(self.norms, states, strict=True)]
        hidden = self.mix(self.dropout(torch.cat(normed, dim=-1)))
        bias = torch.zeros(mask.shape, dtype=dtype).masked_fill_(~mask, -torch.inf)
        bias = bias[:, None, :].repeat_interleave(self.shape.heads, dim=0)
        for block in self.blocks:
            hidden = block(hidden, bias)
        return cast("Tensor", self.last_norm(hidden.float()))

    def lower(self, dtype: torch.dtype) -> Self:
        """Return itself for inference, with the layers that run per token in this precision."""
        for part in (self.norms, self.mix, self.blocks):
            part.to(dtype)
        for module in self.modules():
            if isinstance(module, Affine):
                module.pack()
        return self


class Affine(nn.Linear):
    """An affine map, with GELU on request; once packed, one fused oneDNN kernel does both."""

    def __init__(self, inputs: int, outputs: int, *, gelu: bool = False) -> None:
        super().__init__(inputs, outputs)
        self._activation: Activation = "gelu" if gelu else "none"
        self._packed: FusedLinear | None = None

    def pack(self) -> None:
        """Lay the weights out for the fused kernel, where there is one for them."""
        self._packed = FusedLinear(self.weight.detach(), self.bias.detach(), self._activation)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 reason: torch's name
        """Return [..., outputs] of [..., inputs]."""
        if self._packed is not None:
            return self._packed(input)
        wide = functional.linear(input, self.weight, self.bias)
        return functional.gelu(wide) if self._activation == "gelu" else wide


class Block(nn.Module):
    """One pre-norm transformer layer with a narrow inner part."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.first_norm = nn.LayerNorm(width)
        self.qkv = Affine(width, 3 * width)
        self.out = Affine(width, width)
        self.second_norm = nn.LayerNorm(width)
        self.widen = Affine(width, 2 * width, gelu=True)
        self.narrow = Affine(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Return states [rows, length, width]; `bias` [rows x heads, 1, length]: -inf = padding."""
        hidden = hidden + self.dropout(
            self.out(self._attend(self.qkv(self.first_norm(hidden)), bias))
        )
        inner = self.narrow(self.widen(self.second_norm(hidden)))
        return cast("Tensor", hidden + self.dropout(inner))

    def _attend(self, qkv: Tensor, bias: Tensor) -> Tensor:
        """Apply attention; two batched products beat flash attention at these lengths."""
        rows, length, width = qkv.shape[0], qkv.shape[1], qkv.shape[2] // 3
        size = width // self.heads
        parts = qkv.view(rows, length, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        query, key, value = parts.reshape(3, rows * self.heads, length, size)
        scores = torch.baddbmm(bias, query, key.transpose(1, 2), alpha=size**-0.5)
        mixed = torch.bmm(torch.softmax(scores, dim=-1), value).view(rows, self.heads, length, size)
        return mixed.transpose(1, 2).reshape(rows, length, width)
