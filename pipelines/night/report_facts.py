"""The facts of a published run, read from its tables alone; no session is needed for it."""

import json
from typing import Any

import polars as pl

from pipelines.checks import Check
from pipelines.lake import list_nights, scan_night, scan_table
from pipelines.night.report_appendices import append_tables
from pipelines.published import RUN_ORDER, newest_run, require_files
from pipelines.report.counting import ReportFrames, count_frames, rows_in
from pipelines.report.facts import ReportFacts, RunFacts, StageTime
from pipelines.slices import TOTAL, count_slices
from pipelines.stores.location import Place
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import CLUSTERS, LANGUAGE, PRIVACY, PRUNING, SAFETY

_NIGHTS_SHOWN = 60
"""Nights whose counts the report shows, the run's own among them."""


def gather_facts(root: Place, ds: str) -> ReportFacts:
    """Return the facts of the last published run of a night.

    Raises:
        InputError: the warehouse has no published run of that night.
    """
    nights = [night for night in list_nights(root, RUNS) if night <= ds][-_NIGHTS_SHOWN:]
    every = scan_table(root, RUNS, nights=lambda night: night in nights)
    runs = every.filter(pl.col("status") == "published").collect().sort(RUN_ORDER)
    newest = newest_run(root, ds)
    require_files(root, newest, ds)
    run = newest.row
    night = _read_night(root, ds, run, runs.filter(pl.col("ds") < ds))
    slices = count_slices(night.decisions, night.samples)
    total = slices.filter(pl.col("dimension") == TOTAL)
    counts = dict(run["counts"])
    frames: dict[str, Any] = dict(count_frames(night))
    return ReportFacts(
        run=_run_facts(run),
        in_rows=rows_in(counts),
        train_rows=counts.get("published.train", 0),
        eval_rows=counts.get("published.eval", 0),
        outcomes=total.select("phase", "outcome", "reason", "rows"),
        slices=slices.filter(pl.col("dimension") != TOTAL),
        appendices=append_tables(night, json.loads(run["config"])),
        open_reviews=_count_open(root, set(runs.filter(pl.col("ds") <= ds)["ds"])),
        **frames,
    )


def _read_night(root: Place, ds: str, run: dict[str, Any], before: pl.DataFrame) -> ReportFrames:
    return ReportFrames(
        samples=scan_night(root, SAMPLES, ds),
        decisions=scan_night(root, DECISIONS, ds),
        privacy=scan_night(root, PRIVACY, ds),
        safety=scan_night(root, SAFETY, ds),
        language=scan_night(root, LANGUAGE, ds),
        pruning=scan_night(root, PRUNING, ds),
        quarantine=scan_night(root, QUARANTINE, ds),
        constraints=scan_night(root, CONSTRAINTS, ds),
        train=scan_night(root, TRAIN, ds, run["train_version"]),
        eval=scan_night(root, EVAL, ds, run["eval_version"]),
        clusters=scan_night(root, CLUSTERS, ds),
        pruning_before=None
        if before.is_empty()
        else scan_night(root, PRUNING, max(before["ds"].to_list())),
        counts=dict(run["counts"]),
        history=tuple(
            (row["ds"], dict(row["counts"])) for row in before.select("ds", "counts").to_dicts()
        ),
    )


def _count_open(root: Place, nights: set[str]) -> pl.DataFrame:
    """Return `ds`, `rows` of the samples of these nights that wait for a person."""
    reviews = scan_table(root, REVIEW, nights=nights.__contains__)
    waiting = reviews.filter(pl.col("status") == "open")
    return waiting.group_by("ds").agg(rows=pl.len()).collect(engine="streaming")


def _run_facts(run: dict[str, Any]) -> RunFacts:
    return RunFacts(
        run_id=run["run_id"],
        ds=run["ds"],
        status=run["status"],
        code_version=run["code_version"],
        config=json.loads(run["config"]),
        config_hash=run["config_hash"],
        model_revisions=dict(run["model_revisions"]),
        input_versions=dict(run["input_versions"]),
        output_versions={"train": run["train_version"], "eval": run["eval_version"]},
        started_at=run["started_at"],
        finished_at=run["finished_at"],
        stages=[
            StageTime(s["name"], s["rows"] or 0, s["seconds"]) for s in json.loads(run["stages"])
        ],
        checks=[Check(**check) for check in json.loads(run["checks"])],
    )
