"""The same facts for machines: the content of `report.json`."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl

from pipelines.report.alarms import find_alarms
from pipelines.report.facts import COLUMNS, ReportFacts
from pipelines.report.measures import (
    count_outcomes,
    design_effects,
    keep_ledgers,
    language_mismatch,
    order_phases,
)
from pipelines.report.values import show_time

FORMAT_VERSION = 1
"""Increased when a key of `report.json` changes its meaning or is removed."""


def facts_json(facts: ReportFacts) -> dict[str, object]:
    """Return the facts as JSON values: every number finite or null, every time as text in UTC.

    Returns:
        At least the contract's keys (section 4): `run_id`, `ds`, `phases` (phase → outcome → rows;
        outcomes without rows are left out), `train`, `eval`, `constraints`, `alarms`; and every
        frame as a list of objects.
    """
    counted = count_outcomes(facts)
    differs, known = language_mismatch(facts)
    return {
        "format_version": FORMAT_VERSION,
        "run_id": facts.run.run_id,
        "ds": facts.run.ds,
        "status": facts.run.status,
        "in_rows": facts.in_rows,
        "phases": {
            phase: {o: n for o, n in counted[phase].items() if n} for phase in order_phases(counted)
        },
        "balanced": {ledger.phase: ledger.balanced for ledger in keep_ledgers(facts)},
        "train": facts.train_rows,
        "eval": facts.eval_rows,
        "alarms": [_plain(dataclasses.asdict(alarm)) for alarm in find_alarms(facts)],
        **{name: _plain(getattr(facts, name)) for name in COLUMNS},
        "design_effects": _plain(design_effects(facts)),
        "language_mismatch": {"differs": differs, "known": known},
        "run": _plain(dataclasses.asdict(facts.run)),
        "appendices": [
            {"title": a.title, "caption": a.caption, "rows": _plain(a.rows)}
            for a in facts.appendices
        ],
    }


def _plain(value: object) -> object:
    """Return the value as JSON can hold it."""
    if isinstance(value, pl.DataFrame):
        return [_plain(row) for row in value.iter_rows(named=True)]
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, Sequence):
        return [_plain(part) for part in value]
    return show_time(value) if isinstance(value, datetime) else _other(value)


def _other(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
