"""The second safety layer: a supervised fastText over words and parts of words, calibrated."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import polars as pl

from pipelines.filtering.normalise import separate_tokens
from pipelines.filtering.safety.deobfuscation import READING, READING_SOURCES, read_plainly
from pipelines.identity import fingerprint
from pipelines.models.answers import SafetyScore, answer_each
from pipelines.models.fasttext_file import load_shipped, predict_lines
from pipelines.models.source_revision import fingerprint_sources
from pipelines.places import SHIPPED

SAFE = "safe"
WINDOW_CHARS = 600
STEP_CHARS = 400
SOURCES: tuple[str | Path, ...] = (
    "pipelines.filtering.safety.fasttext_layer",
    "pipelines.models.fasttext_file",
    *READING_SOURCES,
)
"""What decides, beside the model's folder, what it answers."""


class FastTextSafety:
    """Scores how unsafe a text is from its words and character n-grams.

    A long text is read in overlapping windows and is as unsafe as its worst one: averaged over a
    long story a threat would vanish. It is read without disguise, emoji and Devanagari in Latin
    words.
    """

    name: ClassVar[str] = "fasttext_safety"

    def __init__(self, path: Path | None = None) -> None:
        folder = path if path is not None else SHIPPED / "safety_fasttext"
        remedy = "Retrain with jobs/train_safety.py, or restore the folder from the repository."
        self._model, facts, revision = load_shipped(folder, remedy)
        self.revision = fingerprint(revision, READING, fingerprint_sources(*SOURCES))
        self._calibration = read_calibration(facts["calibration"])
        self._labels = len(facts["labels"])

    def score(self, texts: Sequence[str]) -> list[SafetyScore | None]:
        """Return one score per text, in order; None where a text could not be read.

        `unsafe` is the calibrated probability in [0, 1] that a rater calls the text unsafe;
        `labels` are the model's own shares of each kind of harm, in the window that is worst.
        """
        return answer_each(texts, self._score_batch)

    def _score_batch(self, texts: Sequence[str]) -> list[SafetyScore]:
        windows, owners = cut_windows(texts)
        worst: dict[int, dict[str, float]] = {}
        for owner, labels in zip(
            owners, predict_lines(self._model, prepare_lines(windows), self._labels), strict=True
        ):
            if owner not in worst or labels.get(SAFE, 0.0) < worst[owner].get(SAFE, 0.0):
                worst[owner] = labels
        return [self._answer(worst[index]) for index in range(len(texts))]

    def _answer(self, labels: Mapping[str, float]) -> SafetyScore:
        unsafe = min(max(1.0 - labels.get(SAFE, 0.0), 0.0), 1.0)
        harms = {name: min(share, 1.0) for name, share in labels.items() if name != SAFE}
        return SafetyScore(unsafe=self._calibration(unsafe), labels=harms)


class Calibration:
    """Maps a raw share to a probability: a logistic curve over its log-odds (Platt scaling)."""

    def __init__(self, slope: float, intercept: float) -> None:
        self.slope = slope
        self.intercept = intercept

    def __call__(self, share: float) -> float:
        """Return the calibrated probability in [0, 1] of a raw share in [0, 1]."""
        clipped = min(max(share, 1e-6), 1.0 - 1e-6)
        odds = self.slope * math.log(clipped / (1.0 - clipped)) + self.intercept
        return 1.0 / (1.0 + math.exp(-odds))


def read_calibration(facts: Mapping[str, float]) -> Calibration:
    """Return the calibration that a training job wrote as `slope` and `intercept`."""
    return Calibration(float(facts["slope"]), float(facts["intercept"]))


def cut_windows(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return windows of at most `WINDOW_CHARS` characters over each text, and whose they are."""
    windows: list[str] = []
    owners: list[int] = []
    for owner, text in enumerate(texts):
        if len(text) <= WINDOW_CHARS:
            starts = range(1)
        else:
            starts = range(0, len(text) - WINDOW_CHARS + STEP_CHARS, STEP_CHARS)
        windows.extend(text[start : start + WINDOW_CHARS] for start in starts)
        owners.extend(owner for _ in starts)
    return windows, owners


def prepare_lines(texts: Sequence[str]) -> list[str]:
    """Return the texts as the model reads them, in training as in use: one line of tokens each."""
    plain = pl.DataFrame({"text": read_plainly(texts)}, schema={"text": pl.String})
    lines = plain.select(separate_tokens(pl.col("text")))
    return lines.to_series().to_list()
