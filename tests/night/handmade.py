"""Tables of a warehouse made by hand, written without an engine."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import write_deltalake

from pipelines.config import RunConfig
from pipelines.table_columns import polars_schema
from schemas.ledger import RUNS
from schemas.table import Table


def add(root: Path, table: Table, *rows: Mapping[str, Any]) -> None:
    """Append rows to a table; what a row leaves out is null."""
    schema = polars_schema(table)
    frame = pl.DataFrame([dict.fromkeys(schema.names()) | dict(row) for row in rows], schema=schema)
    parts = ["ds"] if table.nightly else None
    write_deltalake(root / table.name, frame.to_arrow(), mode="append", partition_by=parts)


def add_run(
    root: Path,
    ds: str,
    *,
    train_version: int,
    status: str = "published",
    counts: Mapping[str, int] | None = None,
) -> None:
    """Add a commit record; nights are run in their order."""
    start = datetime.fromisoformat(f"{ds}T20:00:00+00:00").astimezone(UTC)
    run = {
        "ds": ds,
        "run_id": f"{ds}-run",
        "status": status,
        "config": json.dumps(RunConfig().as_written()),
        "checks": "[]",
        "counts": None if counts is None else dict(counts),
        "train_version": train_version,
        "eval_version": 0,
        "started_at": start,
        "finished_at": start + timedelta(minutes=5),
    }
    add(root, RUNS, run)
