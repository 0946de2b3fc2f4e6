"""A small network that judges harm from the hidden states of the frozen encoder."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from pipelines.models.ladder import HeadShape, Ladder


class HeadNetwork(Ladder):
    """A ladder whose tokens are pooled and classified."""

    def __init__(self, shape: HeadShape, dropout: float = 0.0) -> None:
        super().__init__(shape, dropout)
        self.attention = nn.Linear(shape.width, 4)
        self.judge = nn.Sequential(
            nn.Linear(6 * shape.width, shape.width),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(shape.width, shape.labels),
        )

    def forward(self, states: Sequence[Tensor], mask: Tensor) -> Tensor:
        """Return logits [rows, labels] of hidden states [rows, length, encoder_width] per layer.

        Args:
            states: in the order of `shape.layers`.
            mask: [rows, length] of bool, true at tokens.
        """
        return cast("Tensor", self.judge(self._pool(self.climb(states, mask), mask)))

    def _pool(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return [rows, 6 x width]: four learned averages, the mean and the maximum over tokens."""
        absent = ~mask.unsqueeze(-1)
        learned = self.attention(hidden).masked_fill(absent, -torch.inf).softmax(dim=1)
        even = mask.unsqueeze(-1) / mask.sum(dim=1)[:, None, None]
        averages = torch.bmm(torch.cat([learned, even], dim=-1).transpose(1, 2), hidden).flatten(1)
        return torch.cat([averages, hidden.masked_fill(absent, -torch.inf).amax(dim=1)], dim=-1)
