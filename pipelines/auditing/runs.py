"""A row of `runs` is the commit record of its night: once, with versions, settings and models."""

import json
from collections.abc import Iterator

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_ids, find_rows, show_id
from pipelines.auditing.night import SIDES, AuditedNight
from pipelines.config import hash_written
from schemas.index import CENTROIDS, REPRESENTATIVES

_RERUN = "Run the night again by jobs/curate.py."
_BY_HAND = "A tool other than the jobs has written to runs; run the night again by jobs/curate.py."
_ANY_RUN = {REPRESENTATIVES.name, CENTROIDS.name, "embeddings"}
"""Tables whose rows another job makes anew, or that belong to no run."""
_MODELS = ("privacy", "safety", "language")
_NUMBERS = ("retain", "cut", "unread_cut")

MISSING = Invariant(
    "run_missing",
    "A night that has rows in a table has a published run.",
    "Run the night by jobs/curate.py, or delete its rows: nothing of it is published.",
)
INVARIANTS = (
    MISSING,
    Invariant("run_twice", "A run stands in runs once.", _BY_HAND),
    Invariant("run_status", "Every run in runs is published.", _BY_HAND),
    Invariant("run_times", "A run ends after it began.", _BY_HAND),
    Invariant(
        "config_unreadable",
        "The configuration of the run can be read and has both cuts and retain as numbers.",
        _BY_HAND,
    ),
    Invariant(
        "config_changed", "The configuration of the run has the hash that runs says.", _BY_HAND
    ),
    Invariant("check_failed", "No check that the run made of itself had failed.", _RERUN),
    Invariant(
        "version_wrong",
        "train and eval at the versions that runs names hold the night as they do now.",
        "Read the night at the version that holds it, or run it again by jobs/curate.py.",
    ),
    Invariant("run_mixed", "All rows of a night are of its newest published run.", _RERUN),
    Invariant("model_revision", "Answers are of the revisions of models that runs names.", _RERUN),
)


def check_runs(night: AuditedNight) -> Iterator[Finding]:
    """Yield what is wrong with the runs of a night."""
    runs = night.runs
    twice = runs.filter(pl.col("run_id").is_duplicated()).unique("run_id")
    yield from find_rows("run_twice", "runs", twice, "run_id")
    yield from find_rows(
        "run_status", "runs", runs.filter(pl.col("status") != "published"), "run_id"
    )
    early = runs.filter(pl.col("finished_at") < pl.col("started_at"))
    yield from find_rows("run_times", "runs", early, "run_id")
    run_id = night.run["run_id"]
    yield from _check_config(night, run_id)
    if failed := _failed_checks(night.run["checks"]):
        yield find_ids("check_failed", "runs", failed, f"in {show_id(run_id)}")
    yield from _check_versions(night)
    for name, rows in night.tables.items():
        if name not in _ANY_RUN and "run_id" in rows.columns:
            others = rows.filter(pl.col("run_id").ne_missing(run_id))
            if others.height:
                yield find_ids("run_mixed", name, others["run_id"].to_list())
    yield from _check_models(night)


def _check_config(night: AuditedNight, run_id: str) -> Iterator[Finding]:
    pruning = night.config.get("pruning")
    numbers = [pruning.get(name) for name in _NUMBERS] if isinstance(pruning, dict) else [None]
    if not all(isinstance(number, int | float) for number in numbers):
        yield find_ids("config_unreadable", "runs", [run_id])
        return
    # A night that no one named is written into the row, but was not part of what was hashed.
    written = (night.config, dict(night.config) | {"ds": None})
    if night.run["config_hash"] not in map(hash_written, written):
        yield find_ids("config_changed", "runs", [run_id])


def _failed_checks(checks: str) -> list[str]:
    try:
        told = json.loads(checks)
        return [str(check["name"]) for check in told if check["passed"] is not True]
    except (ValueError, TypeError, KeyError):
        return ["unreadable"]


def _check_versions(night: AuditedNight) -> Iterator[Finding]:
    for side in SIDES:
        note = f"{side}_version {night.run[f'{side}_version']}"
        if side not in night.at_version:
            yield Finding("version_wrong", side, 1, (), f"{note} cannot be read")
            continue
        then, now = night.at_version[side], night.tables[side]["sample_id"]
        if then is not None and then.sort().to_list() != now.sort().to_list():
            ids = sorted(set(then.to_list()) ^ set(now.to_list()))
            yield find_ids("version_wrong", side, ids, note)


def _check_models(night: AuditedNight) -> Iterator[Finding]:
    revisions = dict(night.run["model_revisions"])
    for name in _MODELS:
        rows = night.tables[name]
        said = pl.col("model").replace_strict(revisions, default=None, return_dtype=pl.String)
        other = rows.filter(pl.col("model_revision").ne_missing(said))
        yield from find_rows("model_revision", name, other)
