"""The queue is exported with redacted texts; decisions are imported as one commit without ids."""

import csv
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from jobs.review import main as review
from pipelines.identity import hash_text
from pipelines.night.claim import Intent, hold_warehouse
from pipelines.table_columns import polars_schema
from schemas.ledger import REVIEW
from schemas.night import FACTS
from schemas.samples import SAMPLES
from schemas.sidecars import SAFETY
from tests.factories import Ended, Tables, run_here
from tests.night.handmade import add, add_run

NIGHTS = ("2026-01-30", "2026-01-31")
DECIDED = {"reviewer": "ada", "decided_at": "2026-02-01T09:30:00Z"}
TEXT = "=a redacted \x1b[31mprompt"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Return two nights with two open reviews each; the facts of the second alone are kept."""
    root = tmp_path / "w"
    for ds in NIGHTS:
        for name in ("a", "b"):
            here = {"ds": ds, "run_id": f"{ds}-run", "sample_id": f"{name}-{ds}"}
            scores = {"encoder_head": 0.61}
            asked = {"reason": "safety_uncertain", "scores": scores, "status": "open"}
            add(root, REVIEW, here | asked)
            add(root, SAMPLES, here | {"text_hash": hash_text(TEXT)})
            add(root, SAFETY, here | {"model": "critical_rules", "unsafe": 0.0, "labels": {}})
        add(root, SAMPLES, {"ds": ds, "sample_id": "passed", "run_id": f"{ds}-run"})
        add_run(root, ds, train_version=0)
    folder = root / "_facts" / f"ds={NIGHTS[1]}-abc" / "run"
    folder.mkdir(parents=True)
    messages = [{"role": "user", "content": TEXT}]
    kept = {"redacted": True, "prompt": TEXT, "messages": messages}
    schema = polars_schema(FACTS)
    rows = [
        dict.fromkeys(schema.names()) | kept | {"sample_id": f"{name}-{NIGHTS[1]}"} for name in "ab"
    ]
    pl.DataFrame(rows, schema=schema).write_parquet(folder / "part-0.parquet")
    (folder / "_SUCCESS").touch()
    return root


def ask(root: Path, *options: object) -> Ended:
    """Run the job as its users do, in this process."""
    return run_here(review, "--warehouse", root, *options)


def answers(folder: Path, *rows: dict[str, str]) -> Path:
    """Write a file of answers."""
    file = folder / "answers.jsonl"
    file.write_text("".join(json.dumps(DECIDED | row) + "\n" for row in rows), encoding="utf-8")
    return file


def about(name: str, ds: str, status: str = "approved") -> dict[str, str]:
    """Return an answer about a sample."""
    return {"sample_id": name, "ds": ds, "status": status}


def test_an_export_holds_the_open_reviews_with_redacted_texts(
    warehouse: Path, tmp_path: Path
) -> None:
    """The owner alone may read it; where no text is kept it says so."""
    out = tmp_path / "open.csv"
    ended = ask(warehouse, "--export", out)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert (ended.code, stat.S_IMODE(out.stat().st_mode)) == (0, 0o600)
    assert [row["sample_id"] for row in rows] == [f"{n}-{ds}" for ds in NIGHTS for n in "ab"]
    assert rows[2]["text"] == "user: =a redacted ⟨U+001B⟩[31mprompt"
    assert (rows[0]["text"], rows[0]["text_withheld"][:21]) == ("", "no redacted text is k")
    assert "4 open reviews written" in ended.out
    assert "2 of them without a text: no redacted text is kept" in ended.out


def test_an_export_does_not_lie_where_no_erasure_looks(warehouse: Path, tmp_path: Path) -> None:
    """Nor in a form that nobody can name, nor over a folder."""
    ended = [
        ask(warehouse, "--export", place).code
        for place in (warehouse / "open.csv", tmp_path / "open.txt", tmp_path / "no" / "open.csv")
    ]

    assert ended == [2, 2, 2]
    assert not (warehouse / "open.csv").exists()


def test_decisions_of_two_nights_are_one_commit_without_an_id(
    warehouse: Path, tmp_path: Path
) -> None:
    """All of a file or nothing; and what is in the log outlives an erasure."""
    first, second = (f"a-{ds}" for ds in NIGHTS)
    file = answers(tmp_path, about(first, NIGHTS[0]), about(second, NIGHTS[1], "rejected"))
    before = Tables(warehouse).version("review")
    ended = ask(warehouse, "--import", file)

    tables = Tables(warehouse)
    assert ended.out.splitlines() == [
        "Taken: 1 approved, 1 rejected.",
        f"Applied by the next run of: {NIGHTS[0]}, {NIGHTS[1]}.",
    ]
    rows = tables.read("review").sort("sample_id", "ds")
    assert rows.select("sample_id", "status", "reviewer", "decided_at").rows() == [
        (first, "approved", "ada", datetime(2026, 2, 1, 9, 30, tzinfo=UTC)),
        (second, "rejected", "ada", datetime(2026, 2, 1, 9, 30, tzinfo=UTC)),
        *((f"b-{ds}", "open", None, None) for ds in NIGHTS),
    ]
    assert dict(rows["scores"][0]) == {"encoder_head": 0.61}
    assert tables.version("review") == before + 1
    operation = DeltaTable(warehouse / "review").history(1)[0]
    assert not any(name in json.dumps(operation, default=str) for name in (first, second, "ada"))


def test_the_same_file_again_changes_nothing(warehouse: Path, tmp_path: Path) -> None:
    """Not even a commit."""
    file = answers(tmp_path, about(f"a-{NIGHTS[0]}", NIGHTS[0]))
    ask(warehouse, "--import", file)
    version = Tables(warehouse).version("review")
    ended = ask(warehouse, "--import", file)

    assert (ended.code, Tables(warehouse).version("review")) == (0, version)
    assert "Changed nothing: 1" in ended.out
    assert Tables(warehouse).read("review").height == 4


def test_an_answer_that_comes_too_late_or_from_nowhere_is_named(
    warehouse: Path, tmp_path: Path
) -> None:
    """Its line and why; the others of the file are taken."""
    file = answers(
        tmp_path,
        about("passed", NIGHTS[0]),
        about(f"a-{NIGHTS[0]}", NIGHTS[1]),
        about("nobody", "2020-01-01"),
        about(f"a-{NIGHTS[1]}", NIGHTS[1]),
    )
    ended = ask(warehouse, "--import", file)

    assert (ended.code, ended.out.splitlines()[:4]) == (
        0,
        [
            "Taken: 1 approved, 0 rejected.",
            "Line 1, refused: late; the night was run again and has no question about it.",
            "Line 2, refused: the question is of another night.",
            "Line 3, refused: no published night knows the sample.",
        ],
    )


def test_nothing_is_taken_by_halves(warehouse: Path, tmp_path: Path) -> None:
    """A fault of the form, a run that holds the warehouse, a publication that was cut short."""
    file = answers(tmp_path, about(f"a-{NIGHTS[0]}", NIGHTS[0]))
    broken = tmp_path / "broken.jsonl"
    broken.write_text(file.read_text("utf-8") + "{}\n", encoding="utf-8")
    version = Tables(warehouse).version("review")

    ended = [ask(warehouse, "--import", broken), ask(warehouse, "--import", tmp_path / "no.csv")]
    with hold_warehouse(warehouse) as claim:
        ended.append(ask(warehouse, "--import", file))
        claim.begin(Intent("r", NIGHTS[1], {"review": 0}, ("review",)))
    ended.append(ask(warehouse, "--import", file))

    assert [end.code for end in ended] == [3, 3, 1, 1]
    assert "run jobs/curate.py first" in ended[-1].err
    assert Tables(warehouse).version("review") == version
