"""The third safety layer: a head on the states of the encoder's pass, with fastText."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch import Tensor

from pipelines.errors import ConfigurationError
from pipelines.filtering.safety.deobfuscation import READING, read_for_encoder
from pipelines.filtering.safety.fasttext_layer import SAFE, FastTextSafety
from pipelines.filtering.safety.fasttext_layer import SOURCES as FASTTEXT_SOURCES
from pipelines.identity import fingerprint
from pipelines.models.answers import SafetyScore, answer_each
from pipelines.models.cpu import prefers_bf16
from pipelines.models.encoder import open_encoder
from pipelines.models.fasttext_file import hash_file, read_facts
from pipelines.models.head_network import HeadNetwork
from pipelines.models.ladder import HeadShape
from pipelines.models.source_revision import fingerprint_sources
from pipelines.places import SHIPPED

WEIGHTS_FILE = "model.safetensors"
_FACTS_FILE = "model.json"
_REMEDY = "Retrain with jobs/train_safety.py, or restore the folder from the repository."
_DIGITS = 3
SOURCES: tuple[str | Path, ...] = (
    "pipelines.filtering.safety.encoder_head",
    "pipelines.models.cpu",
    "pipelines.models.head_network",
    "pipelines.models.ladder",
    "pipelines.models.private_torch",
    *FASTTEXT_SOURCES,
)
"""What decides, beside the head's folder and the encoder, what it answers."""


class EncoderHead:
    """Judges prompts from the states of the encoder's pass; its answer is the combined one.

    `unsafe` is a calibrated probability from the head's log-odds and those of the fastText layer on
    the same text, rounded to 0.001 so that no rounding inside a batch shows.

    Args:
        path: the folder that the training job wrote; beside it lies `safety_fasttext`.
        combines: names of the safety layers that are part of its answer; the pass over texts
            leaves the prompt to the head.
    """

    name: ClassVar[str] = "encoder_head"

    def __init__(self, path: Path | None = None, combines: Sequence[str] = ()) -> None:
        self.combines = tuple(combines)
        folder = path if path is not None else SHIPPED / "safety_head"
        self._network, facts = load_head(folder)
        self._fasttext = FastTextSafety(folder.parent / "safety_fasttext")
        self.layers = self._network.shape.layers
        self.trained_on = str(facts["encoder"])
        """Content hash of the encoder's folder that it was trained on."""
        self._labels = tuple(facts["labels"])
        self._weights = read_weights(facts["combination"])
        whole = (hash_file(folder / name) for name in (WEIGHTS_FILE, _FACTS_FILE))
        self.revision = fingerprint(
            *whole, self._fasttext.revision, READING, fingerprint_sources(*SOURCES)
        )

    def score(self, texts: Sequence[str]) -> list[SafetyScore | None]:
        """Return a score per text, in order, by the default encoder; None where it failed."""
        return answer_each(texts, self._score_alone)

    def _score_alone(self, texts: Sequence[str]) -> list[SafetyScore | None]:
        _, (answers,) = open_encoder().encode_with(texts, [self])
        return list(answers)

    def read(self, texts: Sequence[str]) -> list[str]:
        """Return the texts without disguise, emoji in words; most come back as they are."""
        return read_for_encoder(texts)

    def judge(self, states: Mapping[int, Tensor], mask: Tensor) -> npt.NDArray[np.float32]:
        """Return log-shares of the labels [rows, labels] from the states after its layers."""
        most = self._network.shape.most_tokens
        with torch.inference_mode():
            seen = [states[layer][:, :most] for layer in self.layers]
            logits = self._network(seen, mask[:, :most])
            return np.asarray(logits.float().log_softmax(dim=-1).numpy(), dtype=np.float32)

    def answer(
        self, texts: Sequence[str], judged: npt.NDArray[np.float32]
    ) -> list[SafetyScore | None]:
        """Return a score per text from its log-shares [n, labels] and fastText's answer to it."""
        others = self._fasttext.score(texts)
        return [self._combine(other, shares) for other, shares in zip(others, judged, strict=True)]

    def _combine(
        self, other: SafetyScore | None, shares: npt.NDArray[np.float32]
    ) -> SafetyScore | None:
        if other is None or not np.isfinite(shares).all():
            return None
        own = {name: float(share) for name, share in zip(self._labels, np.exp(shares), strict=True)}
        odds = combine_odds(log_odds(other.unsafe), log_odds(1.0 - own[SAFE]), self._weights)
        harms = {name: round(share, _DIGITS) for name, share in own.items() if name != SAFE}
        return SafetyScore(round(1.0 / (1.0 + math.exp(-odds)), _DIGITS), harms)


def log_odds(share: float) -> float:
    """Return the log-odds of a share in [0, 1], kept within what 32 bits can tell from 0 and 1."""
    clipped = min(max(share, 1e-6), 1.0 - 1e-6)
    return math.log(clipped / (1.0 - clipped))


def combine_odds(fasttext: float, head: float, weights: Mapping[str, float]) -> float:
    """Return the log-odds of the combination of two layers' log-odds."""
    return weights["fasttext"] * fasttext + weights["head"] * head + weights["intercept"]


def read_weights(facts: Mapping[str, float]) -> dict[str, float]:
    """Return the combination that a training job wrote."""
    return {name: float(facts[name]) for name in ("fasttext", "head", "intercept")}


def load_head(folder: Path) -> tuple[HeadNetwork, dict[str, Any]]:
    """Return network and facts of a folder that the training job wrote.

    The network is in the precision that this processor multiplies fastest, like the encoder's
    states.

    Raises:
        ConfigurationError: a file is missing, unreadable, or not the one that was trained.
    """
    facts = read_facts(folder / _FACTS_FILE, _REMEDY)
    file = folder / WEIGHTS_FILE
    if not file.is_file() or hash_file(file) != facts.get("sha256"):
        message = (
            f"model file {file} is missing or corrupt: "
            f"its hash is not the one in {_FACTS_FILE}. {_REMEDY}"
        )
        raise ConfigurationError(message)
    shape = HeadShape(**facts["shape"] | {"layers": tuple(facts["shape"]["layers"])})
    network = HeadNetwork(shape)
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(file).items()})
    return network.lower(torch.bfloat16 if prefers_bf16() else torch.float32).eval(), facts
