"""When a night counts as unlike the nights before it."""

from typing import Annotated

from pydantic import Field, field_validator

from pipelines.settings import Section

_LEAST_NIGHTS = 7
"""A week, so that each weekday was seen once."""


class DriftLimits(Section):
    """The interval around the last nights that a night has to lie in; else it is held.

    The defaults are set by tests/drift/test_simulation.py: nights whose traffic moves by a fifth
    with the weekday and whose characters come and go, and shifts that must be found.
    """

    nights: Annotated[int, Field(ge=0, le=60)] = 14
    """So many published nights before are compared with; 0 = drift is not looked at."""
    nights_from: Annotated[int, Field(ge=_LEAST_NIGHTS, le=60)] = _LEAST_NIGHTS
    """With fewer nights nothing is held."""
    spread: Annotated[float, Field(ge=1)] = 6.0
    """Half of the interval, in scaled median absolute deviations of these nights."""
    noise: Annotated[float, Field(ge=1)] = 5.0
    """And at least so many standard errors of a share of so many rows."""
    points: Annotated[float, Field(ge=0.02, le=1)] = 0.06
    """And at least this difference of shares, of a locale, job or difficulty, of the language
    mismatch, and of a reason of intake or Phase I ..."""
    factor: Annotated[float, Field(gt=1)] = 2.0
    """... or this factor, where that is less."""
    factor_from: Annotated[float, Field(ge=0.02, le=1)] = 0.02
    """A share below is small, and no factor of it matters."""
    points_moving: Annotated[float, Field(ge=0.02, le=1)] = 0.10
    """The same difference for what moves by itself: a character, a reason of a later phase."""
    traffic_from: Annotated[float, Field(ge=0, le=1)] = 0.65
    """Fewer rows than this share of the median night's, and of the median of its weekday."""
    taken_from: Annotated[float, Field(ge=0, le=1)] = 0.60
    """A phase that takes a greater share of a slice than this, and more than it used to."""
    drawn_from: Annotated[float, Field(ge=0, le=1)] = 0.95
    """The same of the draw, which leaves rows out on purpose."""
    slice_rows: Annotated[int, Field(ge=1)] = 200
    """A phase to which fewer rows of a slice came wipes nothing out."""

    @field_validator("nights")
    @classmethod
    def _is_enough(cls, nights: int) -> int:
        if 0 < nights < _LEAST_NIGHTS:
            message = (
                f"is {nights}; write 0 (drift is not looked at) or {_LEAST_NIGHTS} and more nights"
            )
            raise ValueError(message)
        return nights
