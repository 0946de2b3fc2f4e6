"""What an alarm is."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How serious an alarm is, and what it asks of its reader: stop, look, know."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is not as it should be, or not as it was."""

    severity: Severity
    title: str
    detail: str
    remedy: str
