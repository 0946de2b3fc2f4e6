"""A small network that judges each token of a text from the hidden states of the frozen encoder."""

from collections.abc import Sequence
from typing import cast

from torch import Tensor, nn

from pipelines.models.ladder import HeadShape, Ladder


class TaggerNetwork(Ladder):
    """A ladder with one judgement per token."""

    def __init__(self, shape: HeadShape, dropout: float = 0.0) -> None:
        super().__init__(shape, dropout)
        self.judge = nn.Linear(shape.width, 1)

    def forward(self, states: Sequence[Tensor], mask: Tensor) -> Tensor:
        """Return log-odds [rows, length] of hidden states [rows, length, encoder_width] per layer.

        Args:
            states: in the order of `shape.layers`.
            mask: [rows, length] of bool, true at tokens.
        """
        return cast("Tensor", self.judge(self.dropout(self.climb(states, mask))).squeeze(-1))
