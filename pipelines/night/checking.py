"""The gates of a running night: gather their frames, check them, stage the row of `runs`."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import polars as pl
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from expectations.suites import published_suite, samples_suite, validate
from pipelines.checks import Check
from pipelines.config import hash_config
from pipelines.lake import scan_night, scan_table, with_statistics
from pipelines.night.gates import (
    GateFindings,
    GateFrames,
    NightLimits,
    RunIdentity,
    check_tables,
    check_vectors,
)
from pipelines.night.index import count_uncompared, scan_published, scan_word_runs
from pipelines.night.ledger_tables import NightTables
from pipelines.night.night import Night
from pipelines.night.placing import compute
from pipelines.night.profiles import read_profiles
from pipelines.night.scoring import Traffic
from pipelines.night.vector_evidence import gather_vector_evidence
from pipelines.night.window import first_of_window
from pipelines.night.workspace import Workspace
from pipelines.publishing.gates import GateLimits, NightFrames, count_rows
from pipelines.spark.private_pyspark import spark_schema
from schemas.ledger import DECISIONS, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import PRIVACY, PRUNING

_SAMPLE_COLUMNS = (
    *("sample_id", "conversation_id", "turn_index", "user_key"),
    *("source", "depth", "difficulty", "quality"),
)
_PUBLISHED_COLUMNS = ("sample_id", "user_key", "text_hash", "turn_index", "weight")


def check_night(night: Night, traffic: Traffic, tables: NightTables) -> GateFindings:
    """Check a staged night against every promise; vectors are compared on an executor meanwhile."""
    with night.stages.stage("gates"), ThreadPoolExecutor(1) as pool:
        evidence = pool.submit(gather_vector_evidence, night, tables)
        history, suites = History.of(night), _validate_suites(night, tables)
        check = partial(_check, tables, history, suites, limits_of(night, traffic, tables))
        findings = compute(night, check, tables.samples.scan())
        share = night.plan.config.gates.max_residual_share
        vectors = check_vectors(evidence.result(), night.plan.cuts, share)
        return replace(findings, checks=[*findings.checks, *vectors])


@dataclass(frozen=True, slots=True)
class History:
    """Which other nights the gates look at.

    Args:
        since: the first night that this one is compared with.
        nights: how many the drift is measured against.
        revisions: of the models that compare prompts.
    """

    since: str
    nights: int
    revisions: Mapping[str, str]

    @classmethod
    def of(cls, night: Night) -> Self:
        """Return that of a run."""
        config = night.plan.config
        since = first_of_window(night.plan.ds, config.pruning.window_nights)
        return cls(since, config.drift.nights, night.revisions)


def _check(
    tables: NightTables,
    history: History,
    suites: Sequence[Check],
    limits: NightLimits,
    workspace: Workspace,
) -> GateFindings:
    return check_tables(gather_frames(workspace, tables, history, suites), limits)


def gather_frames(
    workspace: Workspace, tables: NightTables, history: History, suites: Sequence[Check]
) -> GateFrames:
    """Return the frames that the gates read: staged tables, and what other nights left."""
    root, ds = workspace.root, workspace.ds
    others = scan_table(root, RUNS, nights=lambda night: night != ds)
    looked_at = [SAMPLES, DECISIONS, TRAIN, EVAL, PRUNING, PRIVACY, REVIEW]
    return GateFrames(
        night=_night_frames(workspace, tables),
        pruning=tables.pruning.scan(),
        cleared=tables.facts.scan().select("cleared"),
        runs_elsewhere={side.name: scan_word_runs(root, ds, side.name) for side in (TRAIN, EVAL)},
        runs=scan_night(root, RUNS, ds).collect(),
        published_since=others.select(pl.col("train_version").max()).collect().item(),
        uncompared=count_uncompared(root, ds, history.since, history.revisions),
        suites=suites,
        loud_tables=with_statistics(root, looked_at),
        earlier=read_profiles(root, ds, history.nights),
    )


def _night_frames(workspace: Workspace, tables: NightTables) -> NightFrames:
    return NightFrames(
        samples=tables.samples.scan(),
        decisions=tables.decisions.scan(),
        privacy=tables.privacy.scan(),
        safety=tables.safety.scan(),
        language=tables.language.scan(),
        quarantine=tables.quarantine.scan(),
        review=tables.review.scan(),
        constraints=tables.constraints.scan(),
        train=tables.train.scan(),
        eval=tables.eval.scan(),
        others=scan_published(workspace.root, workspace.ds),
    )


def limits_of(night: Night, traffic: Traffic, tables: NightTables) -> NightLimits:
    """Return the limits of the run and the figures of its draw."""
    config, drawn = night.plan.config, tables.figures
    counted = GateLimits(
        rows_in=traffic.rows_in,
        sizes=drawn.sizes,
        max_quarantine_share=config.gates.max_quarantine_share,
        max_null_share=config.gates.max_null_share,
        privacy_models=len(config.models.privacy),
        safety_models=config.safety.required,
    )
    run = RunIdentity(night.plan.ds, hash_config(config), night.plan.code_version, night.revisions)
    return NightLimits(
        counted=counted,
        gates=config.gates,
        shared_words=config.split.shared_words,
        gaps=drawn.gaps,
        moved=drawn.moved,
        run=run,
        drift=config.drift,
        accepted=night.plan.accepted_drift,
    )


def _validate_suites(night: Night, tables: NightTables) -> list[Check]:
    """Validate few rows on the driver, those of a large night on Spark."""
    sides = (tables.train, tables.eval)
    if count_rows(tables.samples.scan()) <= night.plan.config.spark.driver_rows:
        entered = tables.samples.scan().select(_SAMPLE_COLUMNS).collect(engine="streaming")
        chars = pl.col("prompt").str.len_chars().alias("prompt_chars")
        parts = [side.scan().select(*_PUBLISHED_COLUMNS, chars) for side in sides]
        published = pl.concat(parts).collect(engine="streaming")
        return [
            *validate(samples_suite(), entered, "what enters"),
            *validate(published_suite(), published, "what is published"),
        ]
    length = F.char_length("prompt").alias("prompt_chars")
    train, held_out = (side.frame().select(*_PUBLISHED_COLUMNS, length) for side in sides)
    return [
        *validate(samples_suite(), tables.samples.frame().select(*_SAMPLE_COLUMNS), "what enters"),
        *validate(published_suite(), train.unionByName(held_out), "what is published"),
    ]


def stage_run(night: Night, traffic: Traffic, findings: GateFindings) -> None:
    """Stage the row of `runs`, without the versions and the time that only the commit knows."""
    config = night.plan.config
    stages = [{"name": r.name, "rows": r.rows, "seconds": r.seconds} for r in night.stages.records]
    row: dict[str, Any] = {
        "status": "published",
        "config": json.dumps(config.as_written() | {"ds": night.plan.ds}, sort_keys=True),
        "config_hash": hash_config(config),
        "code_version": night.plan.code_version,
        "train_version": None,
        "eval_version": None,
        "input_versions": dict(traffic.versions),
        "model_revisions": dict(night.revisions),
        "counts": dict(findings.counts),
        "checks": json.dumps([check.as_dict() for check in findings.checks]),
        "stages": json.dumps(stages),
        "input_fingerprint": findings.fingerprints[0],
        "fingerprint": findings.fingerprints[1],
        "started_at": night.started_at,
        "finished_at": None,
        "ds": night.plan.ds,
        "run_id": night.run_id,
    }
    schema = spark_schema(RUNS.arrow)
    for part in schema.fields:
        part.nullable = True
    values = tuple(row[name] for name in schema.names)
    night.workspace.write(RUNS, night.spark.createDataFrame([values], schema), files=1)
