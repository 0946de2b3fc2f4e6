"""The commit record and the report of a night of the clean warehouse."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import DeltaTable

from pipelines.config import hash_config
from pipelines.night.report_facts import gather_facts
from pipelines.publishing.gates import NightFrames, fingerprint_frames
from pipelines.report.json_facts import facts_json
from tests.auditing.clean_settings import CONFIG, FIRST, REVISIONS, ROWS


def make_run(
    root: Path, ds: str, number: int, tables: Mapping[str, pl.DataFrame]
) -> dict[str, Any]:
    """Return the row of `runs` of a night that is written."""
    seen, out = fingerprint(tables)
    checks = [
        {"name": "every_row_answered", "promise": "p", "passed": True,
         "evidence": f"{ROWS} rows came in, {ROWS} answered"}
    ]  # fmt: skip
    start = FIRST + timedelta(days=number + 1, hours=3)
    return {
        "status": "published",
        "config": json.dumps(CONFIG.as_written() | {"ds": ds}, sort_keys=True),
        "config_hash": hash_config(CONFIG.model_copy(update={"ds": ds})),
        "code_version": "c1",
        "train_version": DeltaTable(root / "train").version(),
        "eval_version": DeltaTable(root / "eval").version(),
        "input_versions": [],
        "model_revisions": [*REVISIONS.items()],
        "counts": [*count(tables).items()],
        "checks": json.dumps(checks),
        "stages": "[]",
        "input_fingerprint": seen,
        "fingerprint": out,
        "started_at": start,
        "finished_at": start + timedelta(minutes=9),
    }


def count(tables: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    """Return the counts of a run."""
    rows = tables["decisions"].group_by("phase", "outcome").len().iter_rows()
    counts = {f"{phase}.{outcome}": int(n) for phase, outcome, n in rows}
    return counts | {f"published.{side}": tables[side].height for side in ("train", "eval")}


def fingerprint(tables: Mapping[str, pl.DataFrame]) -> tuple[str, str]:
    """Return both fingerprints of a night."""
    names = ("samples", "decisions", "privacy", "safety", "language", "quarantine", "review")
    frames = {n: tables[n].lazy() for n in (*names, "constraints", "train", "eval")}
    return fingerprint_frames(NightFrames(**frames, others=pl.LazyFrame()))


def write_report(root: Path, ds: str) -> None:
    """Write `report.json` of a night."""
    folder = root / "reports" / f"ds={ds}"
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps(facts_json(gather_facts(root, ds)), default=str)
    (folder / "report.json").write_text(told, "utf-8")
