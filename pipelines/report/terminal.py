"""The run in a few lines of plain text: what a person at the terminal wants to know."""

import polars as pl

from pipelines.outcomes import Phase
from pipelines.report.alarms import find_alarms
from pipelines.report.facts import ReportFacts
from pipelines.report.measures import count_outcomes

_CODES_SHOWN = 6


def summarise(facts: ReportFacts) -> str:
    """Return a short funnel, the constraints, and what the report's alarms are about."""
    return "\n".join([*_funnel(facts), "", *_constraints(facts), "", *_alarms(facts)])


def _funnel(facts: ReportFacts) -> list[str]:
    counted = count_outcomes(facts)
    head = f"{'phase':<11}{'in':>9}{'keep':>9}{'drop':>9}{'review':>9}{'quarantine':>12}"
    lines = [f"Night {facts.run.ds}, run {facts.run.run_id}", head]
    for phase in Phase:
        rows = counted.get(phase, {})
        figures = [rows.get(name, 0) for name in ("keep", "drop", "review", "quarantine")]
        lines.append(
            f"{phase:<11}{sum(figures):>9,}"
            + "".join(f"{n:>9,}" for n in figures[:3])
            + f"{figures[3]:>12,}"
        )
    lines.append(f"published  train {facts.train_rows:,}, eval {facts.eval_rows:,}")
    return lines


def _constraints(facts: ReportFacts) -> list[str]:
    rows = facts.constraints
    lines = ["constraints"]
    for (side, text), group in rows.group_by(["side", "constraint"], maintain_order=True):
        met = group.filter(pl.col("met")).height
        kind = "hard" if group["hard"].all() else "soft"
        lines.append(
            f"  {side:<6}{kind:<6}{str(text)[:80]:<80}{met:>6,} of {group.height:,} values met"
        )
    return lines


def _alarms(facts: ReportFacts) -> list[str]:
    alarms = find_alarms(facts)
    if not alarms:
        return ["no alarms"]
    return ["alarms", *(f"  {alarm.severity}: {alarm.title}" for alarm in alarms[:_CODES_SHOWN])]
