"""The small network that reads the encoder's hidden states beside it and judges harm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class HeadShape:
    """Sizes of a head: what it reads of the encoder, how wide and deep it is, how many labels it has."""

    layers: tuple[int, ...] = (2, 4, 6)
    encoder_width: int = 384
    width: int = 192
    heads: int = 6
    depth: int = 2
    labels: int = 8


class HeadNetwork(nn.Module):
    """Mixes the states of several layers token by token, lets tokens see each other, pools and judges.

    A ladder beside the frozen encoder: no gradient and no second pass through it is needed.

    Source: Sung et al. 2022, "LST: Ladder Side-Tuning".
    """

    def __init__(self, shape: HeadShape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.norms = nn.ModuleList(nn.LayerNorm(shape.encoder_width) for _ in shape.layers)
        self.mix = nn.Linear(shape.encoder_width * len(shape.layers), shape.width)
        self.blocks = nn.ModuleList(_Block(shape.width, shape.heads, dropout) for _ in range(shape.depth))
        self.last_norm = nn.LayerNorm(shape.width)
        self.attention = nn.Linear(shape.width, 4)
        self.judge = nn.Sequential(
            nn.Linear(6 * shape.width, shape.width),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(shape.width, shape.labels),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Sequence[Tensor], mask: Tensor) -> Tensor:
        """Return logits [rows, labels] of hidden states [rows, length, encoder_width], one per layer.

        Args:
            states: in the order of `shape.layers`.
            mask: [rows, length] of bool, true at tokens.
        """
        dtype = self.mix.weight.dtype
        normed = [norm(state.to(dtype)) for norm, state in zip(self.norms, states, strict=True)]
        hidden = self.mix(self.dropout(torch.cat(normed, dim=-1)))
        hidden = functional.gelu(hidden)
        for block in self.blocks:
            hidden = block(hidden, mask)
        return cast("Tensor", self.judge(self._pool(self.last_norm(hidden.float()), mask)))

    def lower(self, dtype: torch.dtype) -> "HeadNetwork":
        """Return itself with all in this precision that is worked token by token; pooling stays exact."""
        for part in (self.norms, self.mix, self.blocks):
            part.to(dtype)
        return self

    def _pool(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return [rows, 6 x width]: four learned averages, the mean and the maximum over the tokens."""
        absent = ~mask.unsqueeze(-1)
        shares = self.attention(hidden).masked_fill(absent, -torch.inf).softmax(dim=1)
        learned = torch.einsum("rlq,rlw->rqw", shares, hidden).flatten(1)
        mean = hidden.masked_fill(absent, 0.0).sum(dim=1) / mask.sum(dim=1, keepdim=True)
        return torch.cat([learned, mean, hidden.masked_fill(absent, -torch.inf).amax(dim=1)], dim=-1)


class _Block(nn.Module):
    """One pre-norm transformer layer with a narrow inner part."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.first_norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.second_norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        rows, length, width = hidden.shape
        parts = self.qkv(self.first_norm(hidden)).view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        hidden = hidden + self.dropout(self.out(mixed.transpose(1, 2).reshape(rows, length, width)))
        inner = functional.gelu(self.widen(self.second_norm(hidden)))
        return cast("Tensor", hidden + self.dropout(self.narrow(inner)))
