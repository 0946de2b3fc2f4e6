"""The encoder's hidden states of many texts, kept on disk so that a head is trained without its passes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pipelines.diversity.embedding import Encoder
from pipelines.filtering.reading import read_for_encoder

_TEXTS_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class States:
    """States of n texts, token after token.

    Args:
        starts, sizes: [n] of each text's first token and count of tokens.
        layers: per layer [tokens, width] of float16.
    """

    starts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    layers: tuple[npt.NDArray[np.float16], ...]

    def batch(self, rows: npt.NDArray[np.int64]) -> tuple[list[Tensor], Tensor]:
        """Return per layer [rows, length, width] of float32, and the mask [rows, length] of tokens."""
        steps = np.arange(int(self.sizes[rows].max()))
        mask = steps < self.sizes[rows][:, None]
        places = self.starts[rows][:, None] + np.where(mask, steps, 0)
        return [
            torch.from_numpy(np.asarray(layer[places], np.float32)) for layer in self.layers
        ], torch.from_numpy(mask)


class _Collector:
    """A head that judges nothing: it writes down the states that pass by and numbers their texts."""

    name = "collector"
    revision = "1"

    def __init__(self, layers: Sequence[int], files: Sequence[BinaryIO]) -> None:
        self.layers = layers
        self._files = files
        self.sizes: list[int] = []

    def read(self, texts: Sequence[str]) -> list[str]:
        return list(texts)  # they come as readings already

    def judge(self, states: Mapping[int, Tensor], mask: Tensor) -> npt.NDArray[np.float32]:
        for layer, file in zip(self.layers, self._files, strict=True):
            file.write(states[layer][mask].to(torch.float16).numpy().tobytes())
        first = len(self.sizes)
        self.sizes += mask.sum(dim=1).tolist()
        return np.arange(first, len(self.sizes), dtype=np.float32)[:, None]

    def answer(self, texts: Sequence[str], judged: npt.NDArray[np.float32]) -> list[Any]:
        del texts
        return [int(number) for number in judged[:, 0]]


def collect_states(
    texts: Sequence[str], layers: Sequence[int], folder: Path, most_tokens: int, width: int = 384
) -> States:
    """Return the states of some layers of each text, read plainly, of at most `most_tokens` tokens.

    Args:
        texts: in the order of the answer.
        layers: from 1.
        folder: exists; one file per layer is written there, about 800 bytes a token.
        most_tokens: a longer text is cut.
        width: of a state.
    """
    encoder = Encoder(max_tokens=most_tokens)
    places = [folder / f"layer_{layer}.bin" for layer in layers]
    files = [place.open("wb") for place in places]
    try:
        collector = _Collector(layers, files)
        numbers = np.array(list(_numbers(encoder, collector, read_for_encoder(texts))), dtype=np.int64)
    finally:
        for file in files:
            file.close()
    ends = np.cumsum(collector.sizes)
    arrays = tuple(
        np.memmap(place, dtype=np.float16, mode="r", shape=(int(ends[-1]), width)) for place in places
    )
    sizes = np.array(collector.sizes, dtype=np.int64)
    return States((ends - sizes)[numbers], sizes[numbers], arrays)


def _numbers(encoder: Encoder, collector: _Collector, readings: Sequence[str]) -> Iterable[int]:
    """Yield each text's number among those that the collector saw."""
    for start in range(0, len(readings), _TEXTS_AT_ONCE):
        _, (numbers,) = encoder.encode_with(readings[start : start + _TEXTS_AT_ONCE], [collector])
        yield from numbers
