"""In = keep + drop + review + quarantine: each phase decides exactly what the one before kept."""

from collections.abc import Iterator
from itertools import pairwise

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_ids, find_rows
from pipelines.auditing.night import AuditedNight
from pipelines.outcomes import Outcome, Phase, imply_outcome

_RERUN = "Run the night again by jobs/curate.py."

INVARIANTS = (
    Invariant("outcome_wrong", "The outcome of a decision follows from its reason.", _RERUN),
    Invariant("quarantine_late", "Rows are quarantined at intake alone.", _RERUN),
    Invariant(
        "sample_lost", "Every sample that intake kept stands in samples, and no other does.", _RERUN
    ),
    Invariant(
        "decision_lost",
        "Every sample that a phase kept has a decision of the next phase.",
        _RERUN,
    ),
    Invariant(
        "decision_stray",
        "No phase decides about a sample that the phase before did not keep.",
        _RERUN,
    ),
    Invariant(
        "quarantine_lost", "Every quarantined row stands in quarantine, with its reason.", _RERUN
    ),
    Invariant(
        "rule_wrong",
        "A decision names its rule, and all of a phase and rule the same fingerprint.",
        _RERUN,
    ),
    Invariant(
        "input_lost",
        "Every row of the input has a decision of intake, or was erased since.",
        _RERUN,
    ),
    Invariant(
        "answer_lost",
        "Every sample has the rows of each model of privacy, safety, language.",
        _RERUN,
    ),
)
_ANSWERS = ("privacy", "safety", "language")


def check_account(night: AuditedNight) -> Iterator[Finding]:
    """Yield what breaks the account of a night."""
    decisions = night.tables["decisions"]
    implied = imply_outcome(pl.col("reason"))
    late = (pl.col("outcome") == Outcome.QUARANTINE) & (pl.col("phase") != Phase.INTAKE)
    yield from find_rows(
        "outcome_wrong", "decisions", decisions.filter((implied != pl.col("outcome")) & ~late)
    )
    yield from find_rows("quarantine_late", "decisions", decisions.filter(late))
    yield from _check_samples(night)
    for before, phase in pairwise(Phase):
        kept, decided = night.decided(before, Outcome.KEEP), night.decided(phase)
        lost = kept.join(decided, on="sample_id", how="anti")
        yield from find_rows("decision_lost", "decisions", lost, note=f"at {phase}")
        stray = decided.join(kept, on="sample_id", how="anti")
        yield from find_rows("decision_stray", "decisions", stray, note=f"at {phase}")
    yield from _check_quarantine(night)
    yield from _check_rules(decisions)
    yield from _check_input(night)
    yield from _check_answers(night)


def _check_samples(night: AuditedNight) -> Iterator[Finding]:
    kept, samples = night.decided(Phase.INTAKE, Outcome.KEEP), night.tables["samples"]
    lost = kept.join(samples, on="sample_id", how="anti")
    yield from find_rows("sample_lost", "samples", lost, note="not in samples")
    stray = samples.join(kept, on="sample_id", how="anti")
    yield from find_rows("sample_lost", "decisions", stray, note="without intake's keep")


def _check_quarantine(night: AuditedNight) -> Iterator[Finding]:
    is_bad = (pl.col("outcome") == Outcome.QUARANTINE) & (pl.col("phase") == Phase.INTAKE)
    said = night.tables["decisions"].filter(is_bad)
    rows = night.tables["quarantine"]
    keys = ["conversation_id", "reason"]
    told, there = (frame.group_by(keys).len("rows") for frame in (said, rows))
    both = told.join(there, on=keys, how="full", nulls_equal=True, coalesce=True)
    wrong = both.filter(pl.col("rows").ne_missing(pl.col("rows_right")))
    if wrong.height:
        counts = wrong.select(pl.col("rows", "rows_right").fill_null(0).cast(pl.Int64))
        count = int((counts["rows"] - counts["rows_right"]).abs().sum())
        ids = wrong["conversation_id"].to_list()
        yield find_ids("quarantine_lost", "quarantine", ids, count=count)


def _check_rules(decisions: pl.DataFrame) -> Iterator[Finding]:
    bare = decisions.filter(
        pl.any_horizontal(pl.col(c).fill_null("") == "" for c in ("rule", "rule_fingerprint"))
    )
    yield from find_rows("rule_wrong", "decisions", bare, note="empty")
    prints = decisions.group_by("phase", "rule_fingerprint").len("rows")
    several = prints.filter(pl.col("phase").is_duplicated())
    if several.height:
        rare = several.sort("rows").head(1)
        odd = decisions.join(rare, on=["phase", "rule_fingerprint"], how="semi")
        note = f"{prints.height} fingerprints in {prints['phase'].n_unique()} phases"
        yield from find_rows("rule_wrong", "decisions", odd, note=note)


def _check_input(night: AuditedNight) -> Iterator[Finding]:
    """Compare with the rows that the run itself says came in: the input is not read."""
    rows_in, answered = night.rows_in, night.answered
    if rows_in is not None and not 0 <= rows_in - answered <= night.erased_rows:
        note = f"{rows_in} came in, {answered} answered, {night.erased_rows} erased since"
        yield Finding("input_lost", "decisions", abs(rows_in - answered), (), note)


def _check_answers(night: AuditedNight) -> Iterator[Finding]:
    samples = night.tables["samples"].select("sample_id")
    for name in _ANSWERS:
        rows = night.tables[name]
        models = rows["model"].n_unique()
        counted = rows.group_by("sample_id").agg(models=pl.col("model").n_unique())
        full = counted.filter(pl.col("models") == models)
        yield from find_rows("answer_lost", name, samples.join(full, on="sample_id", how="anti"))
        stray = rows.join(samples, on="sample_id", how="anti").unique("sample_id")
        yield from find_rows("answer_lost", name, stray, note="of no sample")
