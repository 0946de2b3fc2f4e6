"""What an alarm is, and where each begins."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from pipelines.settings import Section

Share = Annotated[float, Field(ge=0, le=1)]


class Severity(StrEnum):
    """How much an alarm asks of its reader: stop, look, know."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTE = "note"


class AlarmLimits(Section):
    """Where an alarm begins; shares are of the rows that came, unless said otherwise."""

    quarantine_from: Share = 0.02
    review_from: Share = 0.05
    unscored_from: Share = 0.001
    mismatch_from: Share = 0.15
    duplicates_from: Share = 0.50
    cluster_from: Share = 0.10
    pruned_slice_from: Share = 0.80
    merged_from: Share = 0.10
    """Of the different texts of a language or script: below, nothing is said of the encoder."""
    unknown_difficulty_from: Share = 0.60
    slice_rows_from: Annotated[int, Field(ge=1)] = 30
    """Rows: a smaller slice says nothing."""
    slice_ratio_from: Annotated[float, Field(ge=1)] = 2.0
    """How many times the loss of the other slices."""
    slice_z_from: Annotated[float, Field(ge=0)] = 4.0
    """Standard errors: what chance alone would hardly do, among hundreds of slices."""
    imbalance_from: Annotated[float, Field(ge=0)] = 0.20
    """Absolute standardised difference of train or eval to the traffic."""
    design_effect_from: Annotated[float, Field(ge=1)] = 2.0
    drift_ratio_from: Annotated[float, Field(ge=1)] = 1.5
    """How many times more, or less, than the median of the earlier nights."""
    listed: Annotated[int, Field(ge=1)] = 5
    """Alarms of one kind that are listed one by one."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is not as it should be, or not as it was."""

    severity: Severity
    title: str
    detail: str
    remedy: str
