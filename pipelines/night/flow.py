"""A night as a flow of named tables: each phase is one call that takes tables and returns tables.

Every table between two phases has its columns and their meanings in `schemas/`; Spark and Polars
read the same files of it. On executors run: `score_texts`, `embed_prompts`, `make_samples`,
`prune`, the texts of `stage_tables` and the vectors of `check_night`. Everything else follows from
ids and numbers alone: on the driver, of a night above `spark.driver_rows` in a task.
Source: CharacterFlywheel §2.2.1.
"""

from pipelines.night.checking import check_night, stage_run
from pipelines.night.claim import Claim
from pipelines.night.drawing import assign_sides, draw_sample
from pipelines.night.ledger_tables import NightTables, stage_tables
from pipelines.night.night import Night
from pipelines.night.phase_one import decide_phase_one, level_prompts, make_samples
from pipelines.night.pruning import prune
from pipelines.night.publication import publish
from pipelines.night.resuming import Resumption
from pipelines.night.scoring import Traffic, score_texts
from pipelines.night.vectors import embed_prompts
from pipelines.publishing.account import require_all


def run_night(night: Night, traffic: Traffic, claim: Claim) -> None:
    """Stage every table of a night, check every promise, publish all of it at once.

    Args:
        night: the run.
        traffic: its input.
        claim: by which it holds the warehouse.

    Raises:
        GateError: a promise does not hold; nothing is published.
    """
    tables = stage_night(night, traffic)
    findings = check_night(night, traffic, tables)
    night.stages.feed.emit(findings.as_event())
    require_all(findings.checks)
    stage_run(night, traffic, findings)
    with night.stages.stage("publish"):
        publish(night.spark, claim)


def stage_night(night: Night, traffic: Traffic) -> NightTables:
    """Run every phase; each table of the night is staged, nothing is published.

    `decided` is the ledger: each phase adds its decisions about the samples that the one before
    kept. `go` runs a phase, or opens its tables where a run that was killed has finished it.
    """
    go = Resumption.of(night, traffic).go
    facts = go(score_texts, traffic)
    vectors = go(embed_prompts, facts)
    decided = go(decide_phase_one, facts, vectors)
    levels = go(level_prompts, facts)
    samples = go(make_samples, facts, levels, vectors)
    pruned = go(prune, facts, samples, decided, vectors)
    sides = go(assign_sides, facts, samples, decided, pruned, vectors)
    sample = go(draw_sample, samples, sides)
    return go(stage_tables, facts, vectors, samples, decided, pruned, sample)
