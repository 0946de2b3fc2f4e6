"""The frames of a report are counted from the tables of a night."""

from collections.abc import Mapping
from dataclasses import fields

import polars as pl
import pytest

from pipelines.report.counting import ReportFrames, count_frames
from pipelines.table_columns import polars_schema
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import CLUSTERS, LANGUAGE, PRIVACY, PRUNING, SAFETY
from schemas.table import Table

TABLES = (
    SAMPLES,
    DECISIONS,
    PRIVACY,
    SAFETY,
    LANGUAGE,
    PRUNING,
    QUARANTINE,
    CONSTRAINTS,
    TRAIN,
    EVAL,
    CLUSTERS,
)


OTHERS: Mapping[str, object] = {
    "pruning_before": None,
    "counts": {},
    "history": (),
}


def rows_of(table: Table, *rows: Mapping[str, object]) -> pl.LazyFrame:
    """Return rows of a table; what a row does not say is null."""
    return pl.DataFrame([dict(row) for row in rows], schema=polars_schema(table)).lazy()


def night(**changes: object) -> ReportFrames:
    """Return a night whose tables are empty, but for the changes."""
    frames: dict[str, object] = {table.name: rows_of(table) for table in TABLES}
    assert {f.name for f in fields(ReportFrames)} - set(frames) == {*OTHERS}
    filled = frames | dict(OTHERS) | changes
    return ReportFrames(**filled)  # type: ignore[arg-type]  # all its fields


def pruned(*rows: tuple[str, str, str]) -> pl.LazyFrame:
    """Return rows of `pruning` from sample, cluster, reason."""
    names = ("sample_id", "cluster_id", "reason")
    return rows_of(
        PRUNING,
        *({"kept": row[2] == "leader"} | dict(zip(names, row, strict=True)) for row in rows),
    )


SAID = pruned(
    ("s1", "c1", "leader"),
    ("s2", "c1", "near_duplicate"),
    ("s3", "c1", "budget"),
    ("s4", "c2", "leader"),
)
USERS = rows_of(
    SAMPLES, *({"sample_id": f"s{i}", "user_key": "u1" if i < 3 else f"u{i}"} for i in range(1, 6))
)


@pytest.mark.parametrize("is_first", [True, False])
def test_clusters_are_counted_named_and_compared_with_the_night_before(*, is_first: bool) -> None:
    """Whoever asks what is new reads it here; the first night has nothing to compare with."""
    before = None if is_first else pruned(("t1", "c1", "leader"), ("t2", "c9", "leader"))
    names = rows_of(CLUSTERS, {"cluster_id": "c1", "name": "bake bread", "first_ds": "2026-01-30"})
    found = count_frames(night(samples=USERS, pruning=SAID, clusters=names, pruning_before=before))[
        "clusters"
    ]

    assert found.rows() == [
        ("c1", "bake bread", 3, 1, 1, 1, 2 / 3, None if is_first else 1, "2026-01-30"),
        ("c2", None, 1, 1, 0, 0, 1 / 3, None if is_first else 0, None),
    ]


def test_a_night_that_pruned_nothing_has_no_clusters() -> None:
    """All of it may be in quarantine or review."""
    assert count_frames(night())["clusters"].rows() == []


def test_nights_that_were_not_compared_are_read_from_the_counts_of_the_run() -> None:
    """Their rows are among the counts under a key of their own; other counts are none of it."""
    counts = {"diversity.keep": 9, "not_compared.2026-01-30": 1_234, "not_compared.2026-01-29": 7}

    assert count_frames(night(counts=counts))["uncompared"].rows() == [
        ("2026-01-29", 7),
        ("2026-01-30", 1_234),
    ]
    assert count_frames(night())["uncompared"].rows() == []


def test_columns_that_held_identifiers_are_read_from_the_counts_of_the_run() -> None:
    """A column's name may hold dots; the other counts are none of it."""
    counts = {"intake.keep": 9, "cleared.app.version": 3, "cleared.note": 2}

    assert count_frames(night(counts=counts))["cleared"].rows() == [("app.version", 3), ("note", 2)]
    assert count_frames(night())["cleared"].rows() == []
