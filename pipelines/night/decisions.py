"""The ledger of a running night: `decided`, to which every phase adds its decisions."""

import polars as pl
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.night.workspace import Staged, Workspace
from pipelines.outcomes import Outcome, Phase, Reason
from pipelines.publishing import ledger
from schemas.night import DECIDED


def record_reasons(
    workspace: Workspace,
    samples: pl.LazyFrame,
    phase: Phase,
    reasons: pl.LazyFrame,
    silence: Reason | None = None,
) -> None:
    """Add a phase's decisions to `decided`; an unknown reason drops.

    Args:
        workspace: of the run.
        samples: `sample_id`, `conversation_id` of the samples that the phase had to decide about,
            at least.
        phase: which decided.
        reasons: `sample_id`, `reason`.
        silence: the reason of samples that have none in `reasons`; None = they are not recorded.
    """
    names = samples.select("sample_id", "conversation_id")
    given = reasons.select("sample_id", "reason")
    joined = names.join(given, on="sample_id", how="inner" if silence is None else "left")
    workspace.sink(DECIDED, ledger.decide_by_reason(joined, phase, silence))


def scan_passed(decided: Staged, before: Phase) -> pl.LazyFrame:
    """Return `sample_id`, `conversation_id` of what the phase before this one (in `Phase`) kept."""
    kept = (pl.col("phase") == _previous(before).value) & (pl.col("outcome") == Outcome.KEEP.value)
    return decided.scan().filter(kept).select("sample_id", "conversation_id")


def frame_of_passed(decided: Staged, before: Phase) -> DataFrame:
    """Return `sample_id` of what the phase before this one kept, for Spark."""
    kept = (F.col("phase") == _previous(before).value) & (F.col("outcome") == Outcome.KEEP.value)
    return decided.frame().where(kept).select("sample_id")


def _previous(phase: Phase) -> Phase:
    phases = list(Phase)
    return phases[phases.index(phase) - 1]
