"""The limits of the report's alarms."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, ValidationError

from pipelines.settings import Section

Share = Annotated[float, Field(ge=0, le=1)]


class AlarmLimits(Section):
    """The limits of alarms; shares are of a phase's input rows, unless said otherwise."""

    quarantine_from: Share = 0.02
    """Input rows that could not be read."""
    review_from: Share = 0.05
    """Input rows that wait for a person."""
    review_open_from: Annotated[int, Field(ge=1)] = 1_000
    """Samples of all nights up to this one that wait for a person."""
    review_days_from: Annotated[int, Field(ge=1)] = 14
    """Days from the night of the longest waiting one to this night."""
    unscored_from: Share = 0.001
    """Samples of a phase without an answer of a model: below, the alarm is a note."""
    mismatch_from: Share = 0.15
    """Samples whose identified language is not the declared one."""
    duplicates_from: Share = 0.50
    """Samples in pruning that are near-duplicates."""
    cluster_from: Share = 0.10
    """Samples in pruning that belong to the largest cluster."""
    pruned_slice_from: Share = 0.80
    """Samples of one slice that pruning drops."""
    merged_from: Share = 0.10
    """Merged share of a language's or script's different texts: below it, no alarm is raised."""
    unknown_difficulty_from: Share = 0.60
    """Samples with too few reward scores."""
    slice_rows_from: Annotated[int, Field(ge=1)] = 30
    """Rows, or different texts: a smaller slice raises no alarm."""
    slice_ratio_from: Annotated[float, Field(ge=1)] = 2.0
    """How many times the loss of the other slices."""
    slice_z_from: Annotated[float, Field(ge=0)] = 4.0
    """Standard errors: a difference that is unlikely by chance, among hundreds of slices."""
    imbalance_from: Annotated[float, Field(ge=0)] = 0.20
    """Absolute standardised difference of train or eval to the traffic."""
    design_effect_from: Annotated[float, Field(ge=1)] = 2.0
    """Kish's design effect of a side's weights: 2 = as precise as half of its rows."""
    drift_ratio_from: Annotated[float, Field(ge=1)] = 1.5
    """How many times more, or less, than the median of the earlier nights."""
    listed: Annotated[int, Field(ge=1)] = 5
    """Alarms of one kind that are listed one by one."""


def read_limits(config: Mapping[str, object]) -> AlarmLimits:
    """Return the limits of a run from its configuration, as `runs` has it.

    A run of another version may lack the section, or have a setting that this version does not know
    or does not allow: such a setting has its default here, so that every published night has a
    report.
    """
    section = config.get("alarms")
    written = dict(section) if isinstance(section, Mapping) else {}
    try:
        return AlarmLimits.model_validate(written)
    except ValidationError as error:
        wrong = {fault["loc"][0] for fault in error.errors()}
        return AlarmLimits.model_validate({k: v for k, v in written.items() if k not in wrong})
