"""A person's decisions in a file are applied by the next run of the night alone."""

import json
from pathlib import Path

import polars as pl
import pytest

from jobs.explain import main as explain
from jobs.review import main as review
from tests.conftest import Bench
from tests.factories import FIRST, conversation, run_here

pytestmark = pytest.mark.spark

ASKED = ("language.served=[en, sv]", "safety.unproven=review")
SWEDISH = (
    "Jag tycker om att laga mat på söndagar, vad ska jag bjuda min mormor på?",
    "Kan du berätta en saga om en räv som bor i skogen vid sjön?",
    "Hur lång tid tar det att cykla från Uppsala till Stockholm?",
)


def test_an_approval_enters_at_the_next_run_and_a_rejection_never(bench: Bench) -> None:
    """Exported, decided, imported, run again: files of Spark, then delta-rs, then Spark."""
    swedish = [conversation(number, text) for number, text in enumerate(SWEDISH, 6)]
    traffic = bench.traffic(conversation(0), conversation(1), *swedish)
    first = bench.curate(traffic, *ASKED)
    assert first.code == 0, first.err
    tables, file = bench.tables(), bench.folder / "open.jsonl"
    out = run_here(review, "--warehouse", tables.root, "--export", file)
    assert out.code == 0, out.err
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    texts = {row["sample_id"]: row["text"] for row in rows}
    assert len(texts) == 3
    assert all(text.startswith("user: ") for text in texts.values())

    approved, rejected, *still_open = sorted(texts)
    decide(file, {approved: "approved", rejected: "rejected"}, rows)
    taken = run_here(review, "--warehouse", tables.root, "--import", file)
    assert (taken.code, taken.out.splitlines()[0]) == (0, "Taken: 1 approved, 1 rejected.")
    passed = set(tables.published(FIRST)["sample_id"])
    second = bench.curate(traffic, *ASKED)
    assert second.code == 0, second.err

    assert set(tables.published(FIRST)["sample_id"]) == passed | {approved}
    by_reviewer = pl.col("reason").str.ends_with("_by_reviewer")
    decisions = tables.night("decisions", FIRST).filter(by_reviewer)
    assert sorted(decisions.select("sample_id", "outcome").rows()) == sorted(
        [(approved, "keep"), (rejected, "drop")]
    )
    status = tables.night("review", FIRST).select("sample_id", "status", "reviewer")
    assert sorted(status.rows()) == sorted(
        [
            (approved, "approved", "ada"),
            (rejected, "rejected", "ada"),
            *((name, "open", None) for name in still_open),
        ]
    )
    explained = run_here(explain, "--warehouse", tables.root, "--sample", approved)
    assert "ada, on 2026-02-01 09:30:00 UTC, approved" in " ".join(explained.out.split())


def decide(file: Path, answers: dict[str, str], rows: list[dict[str, object]]) -> None:
    """Fill in an export as a person would."""
    named = {"reviewer": "ada", "decided_at": "2026-02-01T09:30:00Z"}
    filled = [
        row | {"status": answers[str(row["sample_id"])]} | named
        if row["sample_id"] in answers
        else row
        for row in rows
    ]
    file.write_text("\n".join(map(json.dumps, filled)), encoding="utf-8")
