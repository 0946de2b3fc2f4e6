"""Measures from the counts of a report: ledgers per phase, losses per slice, balance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.outcomes import Outcome, Phase
from pipelines.report.facts import ReportFacts
from pipelines.report.settings import AlarmLimits
from pipelines.standardised_difference import measure_difference

PHASE_ONE = (Phase.PRIVACY, Phase.SAFETY, Phase.LANGUAGE)
"""The phases that judge what may be trained on; the others choose among what may."""


@dataclass(frozen=True, slots=True)
class PhaseLedger:
    """One phase: the rows that came and what became of them.

    Args:
        phase: its name.
        expected: rows that the phase before kept; for intake, the rows of the night's traffic.
        counts: outcome → rows.
    """

    phase: str
    expected: int
    counts: Mapping[str, int]

    @property
    def came(self) -> int:
        """The rows that the phase decided."""
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        """The rows that go on to the next phase."""
        return self.counts.get(Outcome.KEEP, 0)

    @property
    def balanced(self) -> bool:
        """Whether in = keep + drop + review + quarantine, in being what the last phase kept."""
        return self.came == self.expected


def keep_ledgers(facts: ReportFacts) -> list[PhaseLedger]:
    """Return the ledger of each phase that ran, in the order of the phases."""
    counted = count_outcomes(facts)
    ledgers, expected = [], facts.in_rows
    for phase in order_phases(counted):
        ledgers.append(PhaseLedger(phase, expected, counted[phase]))
        expected = ledgers[-1].kept
    return ledgers


def count_outcomes(facts: ReportFacts) -> dict[str, dict[str, int]]:
    """Return phase → outcome → rows; intake's `quarantine` is what the table of that name holds."""
    counted: dict[str, dict[str, int]] = {}
    for phase, outcome, _, rows in facts.outcomes.iter_rows():
        counted.setdefault(phase, {}).setdefault(outcome, 0)
        counted[phase][outcome] += rows
    quarantined = int(facts.quarantine["rows"].sum())
    if quarantined:
        counted.setdefault(Phase.INTAKE, {})[Outcome.QUARANTINE] = quarantined
    return counted


def order_phases(names: Iterable[str]) -> list[str]:
    """Return the phases in the order in which they decide; unknown ones last, by name."""
    known = [str(phase) for phase in Phase]
    return sorted(
        names, key=lambda name: (known.index(name) if name in known else len(known), name)
    )


def count_reasons(facts: ReportFacts) -> pl.DataFrame:
    """Return [phase, outcome, reason, rows] of all rows not kept, quarantine too, largest first."""
    lost = facts.outcomes.filter(pl.col("outcome") != Outcome.KEEP)
    if facts.quarantine.height:
        lost = lost.filter(pl.col("outcome") != Outcome.QUARANTINE)
    held = facts.quarantine.select(
        phase=pl.lit(str(Phase.INTAKE)),
        outcome=pl.lit(str(Outcome.QUARANTINE)),
        reason="reason",
        rows="rows",
    )
    return pl.concat([lost, held]).sort("rows", "phase", "reason", descending=[True, False, False])


def measure_slices(facts: ReportFacts) -> pl.DataFrame:
    """Return what each slice lost, phase by phase.

    Returns:
        One row per `dimension`, `value` and `phase`: `came`, `lost` (rows that were not kept),
        `share` (lost of came), `others_share` (the same over the rest of the dimension; null = no
        rest), `z` (standard errors between the two, pooled two-sample test; 0 = nothing can be
        said); sorted by its key.
    """
    keys = ["dimension", "value", "phase"]
    lost = pl.col("rows").filter(pl.col("outcome") != Outcome.KEEP).sum()
    per_value = facts.slices.group_by(keys).agg(came=pl.col("rows").sum(), lost=lost)
    return _against_rest(per_value, ["dimension", "phase"]).sort(keys, nulls_last=True)


def measure_retention(facts: ReportFacts) -> pl.DataFrame:
    """Return what pruning left of each slice, the greatest share of merged texts first.

    Returns:
        The rows of `facts.retention` with `share` (merged of its different texts), `others_share`
        and `z` as in `measure_slices`.
    """
    counted = facts.retention.with_columns(came=pl.col("texts"), lost=pl.col("merged_texts"))
    measured = _against_rest(counted, ["dimension"]).drop("came", "lost")
    return measured.sort(
        "share", "dimension", "value", descending=[True, False, False], nulls_last=True
    )


def _against_rest(counted: pl.DataFrame, around: list[str]) -> pl.DataFrame:
    """Add `share` of `came` that is `lost`, that of all other rows, and the distance in errors."""
    rest_came = pl.col("came").sum().over(around) - pl.col("came")
    rest_lost = pl.col("lost").sum().over(around) - pl.col("lost")
    pooled = (pl.col("lost") + rest_lost) / (pl.col("came") + rest_came)
    spread = (pooled * (1 - pooled) * (1 / pl.col("came") + 1 / rest_came)).sqrt()
    share = pl.col("lost") / pl.col("came")
    others = pl.when(rest_came > 0).then(rest_lost / rest_came)
    z = pl.when((rest_came > 0) & (spread > 0)).then((share - others) / spread).otherwise(0.0)
    return counted.with_columns(share=share, others_share=others, z=z)


def is_outlier(limits: AlarmLimits) -> pl.Expr:
    """Return whether a row of `measure_slices` lost far more than the rest, and not by chance."""
    ratio = pl.col("share") >= limits.slice_ratio_from * pl.col("others_share")
    unlikely = pl.col("z") >= limits.slice_z_from
    return ((pl.col("came") >= limits.slice_rows_from) & ratio & unlikely).fill_null(value=False)


def is_confused(row: Mapping[str, Any], limits: AlarmLimits) -> bool:
    """Return whether a row of `measure_retention` is merged significantly more than the rest.

    Where there is no rest, as in a night of one language, the share alone decides.
    """
    if row["texts"] < limits.slice_rows_from or row["share"] < limits.merged_from:
        return False
    alone = row["others_share"] is None
    return alone or (
        row["share"] >= limits.slice_ratio_from * row["others_share"]
        and row["z"] >= limits.slice_z_from
    )


def shares_by_stage(facts: ReportFacts, dimension: str) -> pl.DataFrame:
    """Return each value's share of the rows of `traffic`, `pool`, `train`, `eval`; null = none."""
    rows = facts.marginals.filter(pl.col("dimension") == dimension)
    stages = ("traffic", "pool", "train", "eval")
    counts = rows.group_by("value").agg(
        pl.col("rows").filter(pl.col("stage") == stage).sum().alias(stage) for stage in stages
    )
    totals = {stage: int(counts[stage].sum()) for stage in stages}
    shares = [
        (pl.col(stage) / totals[stage] if totals[stage] else pl.lit(None, pl.Float64)).alias(stage)
        for stage in stages
    ]
    largest = pl.max_horizontal(pl.col(stages).fill_null(0.0))
    return counts.with_columns(shares).sort(
        largest, "value", descending=[True, False], nulls_last=True
    )


def difference(share: float | None, traffic: float | None) -> float | None:
    """Return the absolute standardised difference of two shares; `None` = one is unknown."""
    return None if share is None or traffic is None else measure_difference(share, traffic)


def compare_stages(facts: ReportFacts) -> pl.DataFrame:
    """Return how far each stage lies from the traffic, value by value.

    Returns:
        One row per `dimension` and `value`: `traffic` (share), `pool`, `train`, `eval` (absolute
        standardised differences; null = that stage has no rows), furthest `train` first.
    """
    schema = {"dimension": pl.String, "value": pl.String} | dict.fromkeys(
        ("traffic", "pool", "train", "eval"), pl.Float64
    )
    rows = [
        (dimension, value, traffic, *(difference(share, traffic) for share in shares))
        for dimension in dimensions_of(facts.marginals)
        for value, traffic, *shares in shares_by_stage(facts, dimension).iter_rows()
    ]
    balance = pl.DataFrame(rows, schema=schema, orient="row")
    furthest = pl.max_horizontal(pl.col("train", "eval").fill_null(-1.0))
    return balance.sort(
        furthest, "dimension", "value", descending=[True, False, False], nulls_last=True
    )


def dimensions_of(rows: pl.DataFrame) -> list[str]:
    """Return a frame's dimensions in a fixed order: the well-known ones first, then by name."""
    first = (
        "locale",
        "language",
        "jtbd",
        "is_first_turn",
        "depth",
        "difficulty",
        "source",
        "character_id",
    )
    names: list[str] = rows["dimension"].drop_nulls().unique().to_list()
    return sorted(
        names, key=lambda name: (first.index(name) if name in first else len(first), name)
    )


def design_effects(facts: ReportFacts) -> dict[str, float]:
    """Return side → Kish's design effect n·Σw² / (Σw)²: 1 where all weights are equal.

    Source: Kish, Survey Sampling (1965).
    """
    return {
        side: rows * squared / total**2
        for side, rows, total, squared in facts.weights.iter_rows()
        if side is not None and total and squared is not None
    }


def language_mismatch(facts: ReportFacts) -> tuple[int, int]:
    """Return the rows whose identified language differs from the declared one, where known."""
    known = facts.languages.filter(
        pl.col("declared").is_not_null() & pl.col("identified").is_not_null()
    )
    known = known.filter((pl.col("declared") != "und") & (pl.col("identified") != "und"))
    differs = known.filter(pl.col("declared") != pl.col("identified"))
    return int(differs["rows"].sum()), int(known["rows"].sum())


def setting(facts: ReportFacts, *path: str) -> object:
    """Return a setting of the run's configuration, or `None` if there is none at the path."""
    here: object = facts.run.config
    for key in path:
        here = here.get(key) if isinstance(here, Mapping) else None
    return here


def number_setting(facts: ReportFacts, *path: str) -> float | None:
    """Return a setting that is a number, or `None`."""
    value = setting(facts, *path)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def order_constraints(rows: pl.DataFrame) -> list[tuple[tuple[str, str], pl.DataFrame]]:
    """Return the rows of each constraint under its (side, text): train first, then by position."""
    position = pl.col("constraint").str.extract(r"(\d+)").cast(pl.Int64, strict=False)
    ordered = rows.with_columns(_position=position).sort(
        pl.col("side") != "train", "_position", "constraint", maintain_order=True, nulls_last=True
    )
    groups = ordered.drop("_position").group_by("side", "constraint", maintain_order=True)
    return [((str(side), str(text)), part) for (side, text), part in groups]
