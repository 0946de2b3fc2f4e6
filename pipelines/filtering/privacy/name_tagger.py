"""Say how likely each word of a sentence is a person's name, by the sentence around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch import Tensor

from pipelines.errors import ConfigurationError
from pipelines.identity import fingerprint
from pipelines.models.cpu import prefers_bf16
from pipelines.models.encoder import open_encoder
from pipelines.models.fasttext_file import hash_file, read_facts
from pipelines.models.ladder import HeadShape
from pipelines.models.source_revision import fingerprint_sources, modules_of
from pipelines.models.tagger_network import TaggerNetwork

WEIGHTS_FILE = "model.safetensors"
FACTS_FILE = "model.json"
_REMEDY = "Retrain with jobs/train_names.py, or restore the folder from the repository."
_DIGITS = 3
_TEXTS_KEPT = 16_384
SOURCES: tuple[str | Path, ...] = (
    "pipelines.filtering.privacy.name_tagger",
    *modules_of(
        "pipelines.models", "cpu", "fasttext_file", "ladder", "private_torch", "tagger_network"
    ),
)
"""What decides, beside the tagger's folder and the encoder, what it answers."""


@dataclass(frozen=True, slots=True)
class NameShares:
    """How likely the tokens of a text are part of a person's name.

    Args:
        starts, ends: [n] of each token, in code points of the text; special tokens are left out.
        shares: [n] in [0, 1]; 0.001 is the step.
    """

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    shares: npt.NDArray[np.float64]

    def of(self, start: int, end: int) -> float | None:
        """Return the mean over the tokens that a span touches; None where none was read."""
        inside = (self.starts < end) & (start < self.ends)
        return float(self.shares[inside].mean()) if inside.any() else None


class NameTagger:
    """Judges words from the states of the encoder's lower layers.

    A text's answer depends on nothing but the text: the encoder pads batches to fixed shapes.

    Args:
        path: the folder that `jobs/train_names.py` wrote.

    Raises:
        ConfigurationError: a file of it is missing or damaged, or it was trained on another
            encoder than the default one of this installation.
    """

    name: ClassVar[str] = "name_tagger"

    def __init__(self, path: Path) -> None:
        self._network, facts = _load(path)
        self.layers = self._network.shape.layers
        self._most = self._network.shape.most_tokens
        encoder = open_encoder()
        if not encoder.revision.startswith(str(facts["encoder"])):
            message = (
                f"{path}: was trained on the encoder {facts['encoder']}, and set-up fetched "
                f"{encoder.revision}. Run make setup again, or retrain with jobs/train_names.py."
            )
            raise ConfigurationError(message)
        hashes = (hash_file(path / name) for name in (WEIGHTS_FILE, FACTS_FILE))
        self._kept: dict[str, NameShares] = {}  # sentences recur: greetings, refrains, templates
        self.revision = fingerprint(*hashes, encoder.revision, fingerprint_sources(*SOURCES))

    def shares(self, texts: Sequence[str]) -> list[NameShares]:
        """Return the shares of each text's tokens, in order.

        Raises:
            ValueError: an answer is not a number.
        """
        missing = [text for text in dict.fromkeys(texts) if text not in self._kept]
        found = dict(zip(missing, self._read_anew(missing), strict=True))
        answers = [found.get(text) or self._kept[text] for text in texts]
        if len(self._kept) + len(found) > _TEXTS_KEPT:
            self._kept.clear()
        self._kept |= found
        return answers

    def _read_anew(self, texts: Sequence[str]) -> list[NameShares]:
        encoder = open_encoder()
        judged: list[npt.NDArray[np.float32]] = encoder.judge(texts, self)
        spans = encoder.token_spans(texts)
        return [_read_shares(*pair, self._most) for pair in zip(spans, judged, strict=True)]

    def read(self, texts: Sequence[str]) -> list[str]:
        """Return the texts as they are."""
        return list(texts)

    def judge(self, states: Mapping[int, Tensor], mask: Tensor) -> npt.NDArray[np.float32]:
        """Return log-odds [rows, most tokens] from the states after its layers."""
        seen = [states[layer][:, : self._most] for layer in self.layers]
        with torch.inference_mode():
            odds = self._network(seen, mask[:, : self._most]).float().numpy()
        wide = np.zeros((len(odds), self._most), np.float32)
        wide[:, : odds.shape[1]] = odds
        return wide

    def answer(self, texts: Sequence[str], judged: npt.NDArray[np.float32]) -> list[Any]:
        """Return the row of each text."""
        del texts
        return list(judged)


def _read_shares(
    spans: Sequence[tuple[int, int]], odds: npt.NDArray[np.float32], most: int
) -> NameShares:
    kept = [(number, *span) for number, span in enumerate(spans[:most]) if span[0] < span[1]]
    numbers, starts, ends = np.array(kept, np.int64).reshape(-1, 3).T
    seen = odds[numbers].astype(np.float64)
    if not np.isfinite(seen).all():
        message = "the name tagger answered with what is no number"
        raise ValueError(message)
    return NameShares(starts, ends, np.round(1.0 / (1.0 + np.exp(-seen)), _DIGITS))


def _load(folder: Path) -> tuple[TaggerNetwork, dict[str, Any]]:
    """Return network and facts of a folder, in the precision that this processor likes best."""
    facts = read_facts(folder / FACTS_FILE, _REMEDY)
    file = folder / WEIGHTS_FILE
    if not file.is_file() or hash_file(file) != facts.get("sha256"):
        message = (
            f"model file {file} is missing or corrupt: "
            f"its hash is not the one in {FACTS_FILE}. {_REMEDY}"
        )
        raise ConfigurationError(message)
    shape = HeadShape(**facts["shape"] | {"layers": tuple(facts["shape"]["layers"])})
    network = TaggerNetwork(shape)
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(file).items()})
    return network.lower(torch.bfloat16 if prefers_bf16() else torch.float32).eval(), facts
