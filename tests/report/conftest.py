"""A made-up night whose frames are counted from its rows, so that all of them agree."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from pipelines.checks import Check
from pipelines.report.facts import ReportFacts, RunFacts, StageTime
from tests.report.made_rows import (
    DIMENSIONS,
    ROWS,
    count_decisions,
    list_by_dimension,
    make_constraints,
    make_difficulty,
    make_languages,
    make_marginals,
    make_pruning,
    make_retention,
    make_safety,
    make_samples,
)


def make_night(seed: int = 7) -> ReportFacts:
    """Return facts of a busy night: hostile values, a missed target, an unfair slice, failures."""
    chance, samples, bins = np.random.default_rng(seed), make_samples(seed), list(range(8))
    published = samples.filter(pl.col("outcome") == "keep")
    train = published.filter(
        (pl.col("reason") == "train") & pl.col("difficulty").ne_missing("low")
    ).height
    held = published.filter(pl.col("reason") == "eval").height
    ranks = np.arange(2, 62)
    by_value = [
        count_decisions(list_by_dimension(samples, name), ["dimension", "value"])
        for name in DIMENSIONS
    ]
    types = [
        "PERSON",
        "EMAIL_ADDRESS",
        "PHONE_NUMBER",
        "STREET_ADDRESS",
        "CREDIT_CARD",
        "IN_AADHAAR",
        "PASSWORD",
    ]
    return ReportFacts(
        run=make_run(train, held),
        in_rows=ROWS + 84,
        train_rows=train,
        eval_rows=held,
        outcomes=count_decisions(samples, []),
        slices=pl.concat(by_value),
        marginals=make_marginals(samples),
        constraints=make_constraints(samples),
        pruning=make_pruning(chance),
        retention=make_retention(),
        uncompared=pl.DataFrame({"ds": ["2026-11-18", "2026-11-19"], "rows": [1_234, 987]}),
        cleared=pl.DataFrame({"column": ["note", "model_version"], "rows": [12, 1]}),
        clusters=pl.DataFrame(
            {
                "cluster_id": [f"c{i:03d}" for i in range(60)],
                "rows": (900 / ranks).astype(int),
                "name": [None if i % 7 == 3 else f"bake bread {i}" for i in range(60)],
                "kept": (400 / ranks**0.9).astype(int),
                "near_duplicates": (100 / ranks).astype(int),
                "budget": 900 // ranks - (400 / ranks**0.9).astype(int) - (100 / ranks).astype(int),
                "users_share": 0.2 / ranks,
                "rows_before": [0 if i % 9 == 4 else 700 // (i + 2) for i in range(60)],
                "first_ds": ["2026-11-20" if i % 9 == 4 else "2026-11-16" for i in range(60)],
            }
        ),
        difficulty=make_difficulty(chance),
        difficulty_edges=pl.DataFrame(
            {
                "axis": ["variance"] * 8 + ["best"] * 8,
                "bin": bins * 2,
                "low": [i / 11 for i in bins] + [i / 4 - 1 for i in bins],
                "high": [(i + 1) / 11 for i in bins] + [i / 4 - 0.75 for i in bins],
            }
        ),
        languages=make_languages(samples, chance),
        quarantine=pl.DataFrame(
            {
                "reason": ["unknown_role", "null_content", "empty_content", "id_too_long"],
                "rows": [40, 24, 19, 1],
            }
        ),
        identifiers=pl.DataFrame(
            {
                "entity_type": types,
                "findings": [1402, 210, 188, 61, 44, 31, 12],
                "samples": [911, 140, 131, 58, 41, 29, 12],
            }
        ),
        safety=make_safety(chance),
        weights=pl.DataFrame(
            {
                "side": ["train", "eval"],
                "rows": [train, held],
                "total": [float(train), float(held)],
                "total_squared": [1.31 * train, 1.02 * held],
            }
        ),
        history=pl.DataFrame(
            {
                "ds": ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"],
                "in_rows": [4_951, 5_120, 4_870, 5_066],
                "train": [1_180, 1_250, 1_110, 1_202],
                "eval": [150, 161, 139, 155],
            }
        ),
    )


def make_run(train: int, held: int) -> RunFacts:
    """Return the identity of a published run whose checks all hold."""
    run: dict[str, object] = {
        "run_id": "20261121T011402-9f31c0de",
        "ds": "2026-11-20",
        "status": "published",
        "code_version": "0.3.0+g1a2b3c4",
        "config": {
            "pruning": {"retain": 0.6, "cut": 0.95, "priority": "quality"},
            "safety": {
                "critical": ["critical_rules"],
                "cuts": {"fasttext_safety": {"review_from": 0.35, "drop_from": 0.7}},
                "other": {"review_from": 0.5, "drop_from": 0.9},
            },
            "sampling": {
                "size": 0.5,
                "seed": 7,
                "constraints": [{"dimension": "is_first_turn", "equals": True, "at_least": 0.1}],
            },
        },
        "config_hash": "5e884898da280471",
        "model_revisions": {
            "rules": "a1b2c3d4e5f6",
            "ner": "0f1e2d3c4b5a",
            "fasttext_safety": "77aa88bb99cc",
            "minilm": "c5f1d2e3 bf16",
        },
        "input_versions": {"traffic": 12, "scores": None},
        "output_versions": {"train": 41, "eval": 41},
        "started_at": datetime(2026, 11, 21, 1, 14, 2, tzinfo=UTC),
        "finished_at": datetime(2026, 11, 21, 1, 16, 45, tzinfo=UTC),
        "stages": [
            StageTime("intake", 5_084, 9.2),
            StageTime("filtering", 5_000, 61.0),
            StageTime("embedding", 4_390, 48.3),
            StageTime("pruning", 4_390, 3.1),
            StageTime("sampling", 2_900, 6.4),
            StageTime("publishing", train + held, 22.8),
        ],
        "checks": [
            Check(
                "ledger",
                "in = keep + drop + review + quarantine, at every phase and in every slice.",
                passed=True,
                evidence="7 phases, 3 dimensions, 118 slices: no difference.",
            ),
            Check(
                "sides",
                "No user, conversation or near-duplicate is on both sides.",
                passed=True,
                evidence="0 shared users, 0 shared conversations; highest cosine across: 0.9481.",
            ),
            Check(
                "identifiers",
                "No text of a detected identifier is published.",
                passed=True,
                evidence="2,004 findings searched in 12,880 messages: 0 hits.",
            ),
            Check(
                "pruning",
                "Every near-duplicate has a kept witness; no two kept rows at or above the cut.",
                passed=True,
                evidence="480 of 480 witnessed; highest cosine among kept: 0.9499.",
            ),
        ],
    }
    return RunFacts(**run)  # type: ignore[arg-type]  # a dictionary of all its fields


@pytest.fixture(scope="session")
def night() -> ReportFacts:
    """One busy night, made once: facts are frozen."""
    return make_night()
