"""The account of a night: rows in = keep + drop + review + quarantine, per phase and slice."""

from collections.abc import Mapping, Sequence

import polars as pl

from pipelines.checks import Check
from pipelines.errors import GateError
from pipelines.outcomes import Outcome, Phase
from pipelines.slices import TOTAL
from pipelines.wording import format_count


def reconcile(slices: pl.DataFrame, rows_in: int) -> list[Check]:
    """Check that every phase decided exactly the rows that the phase before kept.

    Args:
        slices: `dimension`, `value`, `phase`, `outcome`, `rows`; dimension `all` is the total.
            Quarantined rows count in the total alone: a row that is no conversation has no slice.
        rows_in: rows of the input.
    """
    counts = slices.group_by("dimension", "value", "phase", "outcome").agg(pl.col("rows").sum())
    total = _by_phase(counts.filter(pl.col("dimension") == TOTAL))
    intake = sum(total.get((TOTAL, None, Phase.INTAKE), {}).values())
    checks = [
        Check(
            "every_row_answered",
            "in = keep + drop + review + quarantine at intake",
            intake == rows_in,
            f"{format_count(rows_in, 'row')} came in, {intake} answered",
        )
    ]
    by_phase = _by_phase(counts)
    keys = {(dimension, value) for dimension, value, _ in by_phase}
    wrong = [
        (dimension, phase)
        for dimension, value in keys
        for before, phase in zip(list(Phase), list(Phase)[1:], strict=False)
        if _kept(by_phase.get((dimension, value, before), {}))
        != sum(by_phase.get((dimension, value, phase), {}).values())
    ]
    checks.append(
        Check(
            "phases_reconcile",
            "in = keep + drop + review + quarantine, at every phase, in total and in every slice",
            not wrong,
            f"{len(keys)} slices x {len(Phase) - 1} phases, {len(wrong)} do not add up"
            + (f", as {sorted({f'{d} at {p}' for d, p in wrong})[:3]}" if wrong else ""),
        )
    )
    return checks


def _by_phase(counts: pl.DataFrame) -> dict[tuple[str, str | None, str], dict[str, int]]:
    found: dict[tuple[str, str | None, str], dict[str, int]] = {}
    for dimension, value, phase, outcome, rows in counts.select(
        "dimension", "value", "phase", "outcome", "rows"
    ).iter_rows():
        found.setdefault((dimension, value, phase), {})[outcome] = rows
    return found


def _kept(outcomes: Mapping[str, int]) -> int:
    return outcomes.get(Outcome.KEEP, 0)


def require_all(checks: Sequence[Check]) -> None:
    """Stop the night where a check does not hold.

    Raises:
        GateError: one line per failed check, with its evidence.
    """
    faults = [
        f"gate {c.name}: {c.promise}: does not hold: {c.evidence}." for c in checks if not c.passed
    ]
    if faults:
        raise GateError(*faults)
