"""Limits of a readable conversation, and the levels of difficulty and hardness."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from pipelines.settings import Section

SOURCES = ("user", "internal")


class IntakeLimits(Section):
    """Limits of a readable conversation. Source: contract section 2."""

    max_id_chars: Annotated[int, Field(ge=1)] = 512
    max_messages: Annotated[int, Field(ge=1)] = 2_000
    max_message_chars: Annotated[int, Field(ge=1)] = 1_100_000
    earliest_year_seconds: int = 0
    """Unix seconds before which a start is implausible."""
    latest_year_seconds: int = 4_102_444_800
    """Unix seconds from which a start is implausible; the default is the year 2100."""
    carry: tuple[str, ...] | None = Field(default=None, strict=False)
    """Extra columns of the traffic that go into samples, train and eval; null = all, [] = none.

    A column that is not carried is not read: rows that differ only there are equal.
    """

    @model_validator(mode="after")
    def _leave_time(self) -> Self:
        if self.earliest_year_seconds >= self.latest_year_seconds:
            message = (
                f"earliest_year_seconds {self.earliest_year_seconds} is not before "
                f"latest_year_seconds {self.latest_year_seconds}; no conversation could start "
                "between them"
            )
            raise ValueError(message)
        return self


class Difficulty(StrEnum):
    """Level of a prompt by the variance of its reward scores."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNKNOWN = "unknown"


class DifficultyLimits(Section):
    """From where a prompt is medium or high. Source: CharacterFlywheel §3.5.4."""

    min_scores: Annotated[int, Field(ge=2)] = 4
    """With fewer valid scores than this, a prompt is unknown."""
    medium_from: Annotated[float, Field(ge=0, le=1)] = 1 / 3
    """Quantile of the night's variances from which a prompt is medium."""
    high_from: Annotated[float, Field(ge=0, le=1)] = 2 / 3
    """Quantile of the night's variances from which a prompt is high."""

    @model_validator(mode="after")
    def _ordered(self) -> "DifficultyLimits":
        if self.medium_from > self.high_from:
            message = (
                f"medium_from {self.medium_from} is above high_from {self.high_from}; swap them"
            )
            raise ValueError(message)
        return self


class Hardness(StrEnum):
    """How hard a prompt is, by its rewards."""

    EASY = "easy"
    HARD = "hard"
    NOISY = "noisy"
    UNKNOWN = "unknown"


class HardnessLimits(Section):
    """Where a spread is wide and a best reward good, as quantiles of the night. Source: §3.5.4."""

    wide_from: Annotated[float, Field(ge=0, le=1)] = 2 / 3
    """Quantile of the spread, with depth and length regressed out; prompts below it are easy."""
    good_from: Annotated[float, Field(ge=0, le=1)] = 0.5
    """The same of the best reward; a wide spread without a good answer is noise."""
