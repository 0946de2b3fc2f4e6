"""A named check of what must be true of a night, with its evidence."""

from dataclasses import asdict, dataclass

DRIFT_ACCEPTED = "accepted"
"""The evidence of a check that failed, but that a person accepted, begins with it."""


@dataclass(frozen=True, slots=True)
class Check:
    """A named check of the contract's "always true" list, with its evidence.

    Args:
        name: of the check.
        promise: the line of the contract, in words.
        passed: whether it holds.
        evidence: counts that show it; never an id of a person, never text.
    """

    name: str
    promise: str
    passed: bool
    evidence: str

    def as_dict(self) -> dict[str, str | bool]:
        """Return the check as JSON values."""
        return asdict(self)
