"""The first safety layer: frames of harm in every language, on text without its disguises."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from pipelines.filtering.normalise import read_texts
from pipelines.filtering.safety.deobfuscation import READING
from pipelines.filtering.safety.harm_frames import COMPILED_BY, FrameSet, shipped_frames
from pipelines.identity import fingerprint
from pipelines.models.answers import SafetyScore, answer_each
from pipelines.models.source_revision import fingerprint_sources, modules_of

SOURCES: tuple[str | Path, ...] = (
    *modules_of("pipelines.filtering.safety", "critical_rules", "harm_search"),
    *COMPILED_BY,
)
"""What decides, beside the frames, what hits."""


class CriticalRules:
    """Answers 1.0 where a frame hits a text and 0.0 where none does, with the labels.

    Every text is looked at twice: as it stands, and, where it looks disguised, with lookalike
    letters, leetspeak and letters spelt apart put back.
    """

    name: ClassVar[str] = "critical_rules"

    def __init__(self, path: Path | None = None) -> None:
        """Load the frames of every language; `path` is their folder, by default this package's."""
        self.frames = FrameSet(path.glob("*.yaml")) if path else shipped_frames()
        self.revision = fingerprint(
            self.name, fingerprint_sources(*SOURCES), READING, self.frames.revision
        )

    def score(self, texts: Sequence[str]) -> list[SafetyScore | None]:
        """Return one score per text: `unsafe` is 0.0 or 1.0, `labels` the rules that hit."""
        return answer_each(texts, self._score_batch)

    def _score_batch(self, texts: Sequence[str]) -> list[SafetyScore]:
        raw = read_texts(texts).to_frame("text").with_row_index("row")
        hits = self.frames.find_labels(self.frames.view_readings(raw)).unique().sort("row", "label")
        answers = [_CLEAN] * len(texts)
        for (row,), labels in hits.group_by("row"):
            answers[int(str(row))] = SafetyScore(
                unsafe=1.0, labels=dict.fromkeys(labels["label"].to_list(), 1.0)
            )
        return answers


_CLEAN = SafetyScore(unsafe=0.0, labels={})
