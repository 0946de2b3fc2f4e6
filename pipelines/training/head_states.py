"""The encoder's hidden states of many texts, kept on disk: training needs no encoder pass."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pipelines.filtering.safety.deobfuscation import read_for_encoder
from pipelines.identity import fingerprint
from pipelines.models.encoder import Encoder

_TEXTS_AT_ONCE = 4_096
_INDEX = "index.jsonl"
_WIDTH = 384  # of a state
_BYTES = 2  # of a float16


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
        """Return per layer float32 [rows, length, width], and the mask [rows, length] of tokens."""
        steps = np.arange(int(self.sizes[rows].max()))
        mask = steps < self.sizes[rows][:, None]
        places = self.starts[rows][:, None] + np.where(mask, steps, 0)
        return [
            torch.from_numpy(np.asarray(layer[places], np.float32)) for layer in self.layers
        ], torch.from_numpy(mask)


class _Collector:
    """A head that judges nothing: it saves the states that it is given and numbers their texts."""

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
    texts: Sequence[str],
    layers: Sequence[int],
    folder: Path,
    most_tokens: int,
    *,
    read: Callable[[Sequence[str]], list[str]] = read_for_encoder,
) -> States:
    """Return each text's states of some layers, cut to `most_tokens` tokens.

    States that the folder already holds, from this encoder and of these layers, are not computed
    again. A text's states do not depend on the rest of its batch, so a second run gives the same
    numbers.

    Args:
        texts: in the order of the answer.
        layers: from 1.
        folder: made if missing; one file per layer is written there, about 800 bytes a token.
        most_tokens: a longer text is cut.
        read: gives the form in which a text is encoded; by default without disguises.
    """
    encoder = Encoder(max_tokens=most_tokens)
    place = folder / fingerprint(encoder.revision, *(str(layer) for layer in layers), str(_WIDTH))
    place.mkdir(parents=True, exist_ok=True)
    known = _read_index(place)
    readings = read(texts)
    missing = [reading for reading in dict.fromkeys(readings) if reading not in known]
    files = {layer: place / f"layer_{layer}.bin" for layer in layers}
    total = max((first + size for first, size in known.values()), default=0)
    for start in range(0, len(missing), _TEXTS_AT_ONCE):
        added = _collect(encoder, missing[start : start + _TEXTS_AT_ONCE], files, total)
        with (place / _INDEX).open("a", encoding="utf-8") as index:  # last: what it names is whole
            index.writelines(
                json.dumps([reading, *where]) + "\n" for reading, where in added.items()
            )
        known |= added
        # Not the sum: rows that only pad a batch lie between those of texts.
        total = max(first + size for first, size in added.values())
    arrays = tuple(
        np.memmap(file, dtype=np.float16, mode="r", shape=(total, _WIDTH))
        for file in files.values()
    )
    found = np.array([known[reading] for reading in readings], dtype=np.int64).reshape(-1, 2)
    return States(found[:, 0], found[:, 1], arrays)


def _collect(
    encoder: Encoder, readings: Sequence[str], files_of: Mapping[int, Path], first: int
) -> dict[str, tuple[int, int]]:
    """Append new readings' states after the first `first` tokens; return each start and size."""
    files = [_open_at(file, first * _WIDTH * _BYTES) for file in files_of.values()]
    try:
        collector = _Collector(list(files_of), files)
        numbers = encoder.judge(readings, collector)
    finally:
        for file in files:
            file.close()
    starts = first + np.cumsum([0, *collector.sizes])
    return {
        reading: (int(starts[number]), collector.sizes[number])
        for reading, number in zip(readings, numbers, strict=True)
    }


def _open_at(file: Path, size: int) -> BinaryIO:
    """Open a file after its first `size` bytes; cut off what an interrupted run left there."""
    file.touch()
    handle = file.open("r+b")
    handle.truncate(size)
    handle.seek(size)
    return handle


def _read_index(place: Path) -> dict[str, tuple[int, int]]:
    """Return where the states of each reading lie; the list ends at a line that was cut short."""
    file = place / _INDEX
    known: dict[str, tuple[int, int]] = {}
    if not file.is_file():
        return known
    with file.open("r+b") as lines:
        whole = 0
        for line in lines:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            reading, start, size = json.loads(line)
            known[reading] = (start, size)
        lines.truncate(whole)
    return known
