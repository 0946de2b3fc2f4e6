"""What a run says of its night as a whole: counts, fingerprints, and the report beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_ids
from pipelines.auditing.night import SIDES, AuditedNight
from pipelines.outcomes import Phase
from pipelines.publishing.gates import NightFrames, fingerprint_frames

_RERUN = "Run the night again by jobs/curate.py."
_REPORT = "Write the report again by jobs/report.py."

INVARIANTS = (
    Invariant("weight_mean_wrong", "The mean of the weights of a side is 1.", _RERUN),
    Invariant("counts_wrong", "counts in runs are the rows of the tables.", _RERUN),
    Invariant(
        "input_fingerprint_wrong",
        "input_fingerprint is that of the rows that Phase I saw and decided.",
        _RERUN,
    ),
    Invariant("fingerprint_wrong", "fingerprint is that of the published rows.", _RERUN),
    Invariant("report_unreadable", "A report that is there can be read.", _REPORT),
    Invariant("report_wrong", "report.json says what runs and the tables say.", _REPORT),
)
_FRAMES = (
    *("samples", "decisions", "privacy", "safety", "language"),
    *("quarantine", "review", "constraints", *SIDES),
)
_MEAN = 1e-6
_OTHERS = ("conversation_id", "user_key", "text_hash", "side")


def check_totals(night: AuditedNight) -> Iterator[Finding]:
    """Yield totals that are not those of the tables."""
    counted = _count(night)
    told = {*Phase, "published"}
    said = {name: n for name, n in night.counts.items() if name.partition(".")[0] in told}
    names = sorted(n for n in {*said, *counted} if said.get(n, 0) != counted.get(n, 0))
    if names:
        yield find_ids("counts_wrong", "runs", names)
    yield from _check_weights(night)
    yield from _check_fingerprints(night)
    if night.report is not None:
        yield from _check_report(night, night.report, counted)


def _count(night: AuditedNight) -> dict[str, int]:
    rows = night.tables["decisions"].group_by("phase", "outcome").len().sort("phase", "outcome")
    counts = {f"{phase}.{outcome}": n for phase, outcome, n in rows.iter_rows()}
    return counts | {f"published.{side}": night.tables[side].height for side in SIDES}


def _check_weights(night: AuditedNight) -> Iterator[Finding]:
    for side in () if night.is_mended else SIDES:  # who was erased took a weight along
        weights = night.tables[side]["weight"]
        mean = float(weights.sum()) / max(1, len(weights))
        if len(weights) and not abs(mean - 1.0) <= _MEAN:
            yield Finding("weight_mean_wrong", side, len(weights), (), f"mean {mean:.6f}")


def _check_fingerprints(night: AuditedNight) -> Iterator[Finding]:
    frames = {name: night.tables[name].lazy() for name in _FRAMES}
    others = pl.LazyFrame(schema=dict.fromkeys(_OTHERS, pl.String))
    seen, published = fingerprint_frames(NightFrames(**frames, others=others))
    for name, known in (("input_fingerprint", seen), ("fingerprint", published)):
        # Empty: rows of the run were erased after another had replaced it.
        if night.run[name] and night.run[name] != known:
            yield find_ids(f"{name}_wrong", "runs", [night.run["run_id"]])


def _check_report(
    night: AuditedNight, told: Mapping[str, Any], counted: Mapping[str, int]
) -> Iterator[Finding]:
    if not told:
        yield Finding("report_unreadable", "reports", 1)
        return
    phases = {
        f"{phase}.{outcome}": rows
        for phase, outcomes in dict(told.get("phases") or {}).items()
        for outcome, rows in dict(outcomes).items()
        if rows
    }
    expected = {name: rows for name, rows in counted.items() if not name.startswith("published.")}
    facts: dict[str, tuple[object, object]] = {
        "run_id": (told.get("run_id"), night.run["run_id"]),
        "ds": (told.get("ds"), night.ds),
        "constraints": (len(told.get("constraints") or ()), night.tables["constraints"].height),
        "alarms": (isinstance(told.get("alarms"), list), True),
        **{side: (told.get(side), night.tables[side].height) for side in SIDES},
        **{
            name: (phases.get(name, 0), expected.get(name, 0))
            for name in sorted({*phases, *expected})
        },
    }
    wrong = [name for name, (said, known) in facts.items() if said != known]
    if wrong:
        yield find_ids("report_wrong", "reports", wrong)
