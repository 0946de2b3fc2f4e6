"""What is a notice and no fault, what an audit reads, and how the job ends."""

import json
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.audit import main as audit_job
from jobs.erase import main as erase_job
from pipelines.auditing.findings import find_ids
from pipelines.auditing.registry import INVARIANTS
from pipelines.night.audit_reading import INDEX, NIGHTLY
from pipelines.night.auditing import audit_warehouse
from pipelines.stores import files
from pipelines.stores.location import Location, locate
from schemas import nightly
from schemas.ledger import ERASURES, RUNS
from tests.auditing.clean_settings import KEY
from tests.auditing.clean_warehouse import make_warehouse, name_night, write
from tests.auditing.corruptions import DAY, DAY_BEFORE, Warehouse, erase, is_near, say
from tests.factories import ROOT, run_here

_ADDRESS = "jane.miller@wanadoo.fr"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two nights that keep every promise; nobody writes to them."""
    return make_warehouse(tmp_path_factory.mktemp("clean") / "w")


@pytest.fixture
def warehouse(clean: Path, tmp_path: Path) -> Warehouse:
    """Return a copy of them that may be changed."""
    return Warehouse(Path(shutil.copytree(clean, tmp_path / "w")))


def told(root: Path, ds: str | None = None) -> tuple[list[str], bool]:
    """Return the names of the findings, and whether nothing is broken."""
    report = audit_warehouse(locate(root), ds, ds, [KEY])
    return [finding.name for _, finding in report.findings], report.is_clean


def lose_witness(w: Warehouse) -> None:
    """Let the rows that this night's dropped rows name in the night before be gone."""
    named = {row["witness_id"] for row in w.rows("pruning") if row["witness_ds"] == DAY_BEFORE}
    rows = [r for r in w.rows("representatives", DAY_BEFORE) if r["sample_id"] not in named]
    w.put("representatives", rows, DAY_BEFORE)


def test_a_witness_that_a_later_run_of_its_night_removed_is_named_as_gone(
    warehouse: Warehouse,
) -> None:
    """A backfill may do so: the later night is whole, and the monitor stays quiet."""
    lose_witness(warehouse)
    before, after = told(warehouse.root, DAY)
    late = warehouse.rows("runs")[0]["finished_at"] + timedelta(hours=1)
    again = {"finished_at": late, "train_version": 1_000}
    warehouse.set("runs", again, ds=DAY_BEFORE)

    assert (before, after) == (["witness_unknown"], False)
    assert told(warehouse.root, DAY) == (["witness_gone"], True)


def test_a_witness_that_was_erased_is_named_as_gone(warehouse: Warehouse) -> None:
    """Erasure leaves the similarity alone; without an erasure on record it is a fault."""
    gone = {"witness_id": None, "witness_ds": None, "witness_hash": None}
    warehouse.set("pruning", gone, is_near)
    before = told(warehouse.root, DAY)
    erased_at = warehouse.rows("runs")[0]["finished_at"] + timedelta(days=1)
    row = {"subject_key": "s", "key_id": "k", "kind": "user", "rows": [("samples", 1)]}
    done = {"requested_at": erased_at, "completed_at": erased_at}
    write(warehouse.root, ERASURES, [row | done], DAY)

    assert before == (["witness_unknown"], False)
    assert told(warehouse.root, DAY) == (["witness_gone"], True)


def test_after_an_erasure_what_can_no_longer_be_checked_is_said(warehouse: Warehouse) -> None:
    """A check that is skipped without a word would look passed."""
    ended = run_here(erase_job, "--warehouse", warehouse.root, "--user", "user-back-1")
    report = audit_warehouse(locate(warehouse.root), DAY, DAY, [KEY])

    assert ended.code == 0, ended.err
    assert report.is_clean, [finding for _, finding in report.findings]
    unmade = ", ".join(name for name, _, _ in report.unmade)
    assert {"size_wrong", "weight_mean_wrong", "budget_exceeded"} <= set(unmade.split(", "))


def test_an_erasure_that_is_not_complete_is_a_notice(warehouse: Warehouse) -> None:
    """The next start completes it."""
    begun = warehouse.rows("runs")[0]["started_at"]
    row = {"subject_key": "s", "key_id": "k", "kind": "user", "rows": [], "requested_at": begun}
    write(warehouse.root, ERASURES, [row], DAY)

    assert told(warehouse.root) == (["erasure_open"], True)


def test_a_night_of_before_there_was_an_index_is_a_notice(warehouse: Warehouse) -> None:
    """The next night adds it; until then nobody can say what it shares with others."""
    for table in INDEX:
        shutil.rmtree(warehouse.root / table.name)
    report = audit_warehouse(locate(warehouse.root), DAY_BEFORE, DAY_BEFORE, [KEY])

    assert [finding.name for _, finding in report.findings] == ["index_missing"]
    assert report.is_clean
    assert [ds for _, ds, _ in report.unmade] == [DAY_BEFORE]


def test_other_nights_are_looked_at_through_the_index_alone(warehouse: Warehouse) -> None:
    """Cost is of the nights that are asked for; a night of long ago may lie in the cold."""
    for table in NIGHTLY:
        place = warehouse.root / table.name / f"ds={DAY_BEFORE}"
        if table not in {*INDEX, RUNS}:
            shutil.rmtree(place)

    assert told(warehouse.root, DAY) == ([], True)
    assert "file_missing" in told(warehouse.root)[0]


def test_an_audit_reads_every_table_of_a_night() -> None:
    """A new table would go unchecked."""
    assert {table.name for table in NIGHTLY} == {
        *(table.name for table in nightly.NIGHTLY),
        "runs",
    }


def test_the_documentation_lists_every_invariant_and_no_other() -> None:
    """A finding is looked up by its name."""
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    listed = {row[0].strip("| `"): row[1] for row in rows}

    assert listed == {name: invariant.meaning for name, invariant in INVARIANTS.items()}


@given(st.lists(st.text(max_size=200) | st.none(), max_size=9))
def test_ids_are_shown_in_printable_ascii(ids: list[str | None]) -> None:
    """An id comes from outside: it may hold what a terminal obeys."""
    shown = find_ids("row_twice", "samples", ids).ids

    assert len(shown) == min(5, len({name for name in ids if name is not None}))
    assert all(said.isascii() and (said.isprintable() or not said) for said in shown)
    assert all(len(said) <= 83 for said in shown)


def test_the_job_ends_with_0_where_all_is_well(clean: Path) -> None:
    """And says what it looked at."""
    ended = run_here(audit_job, "--warehouse", clean)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        f"Audited 2 nights ({DAY_BEFORE} to {DAY}), {len(INVARIANTS)} invariants: "
        "0 are broken, 0 notices, 0 checks not made.\n"
    )


def test_the_job_ends_with_5_and_names_rows_but_no_text(warehouse: Warehouse) -> None:
    """A report of a leak must not leak."""
    say(warehouse, f"Write to {_ADDRESS} please.")
    sample = next(r["sample_id"] for r in warehouse.rows("train") if r["turn_index"] == 1)
    lines = run_here(audit_job, "--warehouse", warehouse.root, "--from", DAY)
    told = run_here(audit_job, "--warehouse", warehouse.root, "--to", DAY, "--json")

    assert (lines.code, told.code) == (5, 5)
    [finding] = json.loads(told.out)["findings"]
    expected = {"name": "unredacted", "table": "train", "ds": DAY, "count": 1, "ids": [sample]}
    assert finding == expected | {
        "note": "messages",
        "notice": False,
        "meaning": INVARIANTS["unredacted"].meaning,
        "remedy": INVARIANTS["unredacted"].remedy,
    }
    assert f"broken unredacted, train of {DAY}, 1 (messages): {sample}\n" in lines.out
    for ended in (lines, told):
        assert "1 is broken" in ended.err
        assert _ADDRESS not in ended.out + ended.err


def test_only_the_nights_that_are_asked_for_are_audited(warehouse: Warehouse) -> None:
    """What is wrong with another night is that night's finding."""
    warehouse.double("train")

    assert told(warehouse.root, DAY_BEFORE) == ([], True)
    assert told(warehouse.root, DAY)[0][:1] == ["row_twice"]


def test_without_a_key_the_check_of_erased_subjects_is_not_made(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not made is not passed."""
    erase(warehouse)
    monkeypatch.delenv("CURATION_KEY", raising=False)
    report = audit_warehouse(locate(warehouse.root), DAY, DAY, [])

    assert report.is_clean
    assert [(name, why) for name, _, why in report.unmade] == [
        ("erased_subject", "no key is given (CURATION_KEY or identity.key_file)")
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--warehouse", "nowhere"], 3, "is no folder"),
        (["--warehouse", "{w}", "--from", "2030-01-01"], 3, "has no night to audit"),
        (["--warehouse", "{w}", "--from", "yesterday"], 2, "is not a date"),
        (["--warehouse", "{w}", "--from", "2026-01-02", "--to", "2026-01-01"], 2, "comes after"),
        ([], 2, "--warehouse"),
    ],
)
def test_bad_usage_is_2_and_a_missing_warehouse_3(
    arguments: list[str], code: int, said: str, clean: Path
) -> None:
    """Nothing that was audited must not look clean."""
    ended = run_here(audit_job, *(part.replace("{w}", str(clean)) for part in arguments))

    assert ended.code == code
    assert said in ended.err


def test_a_check_that_broken_rows_keep_from_being_made_is_said(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash behind a finding must not hide it; on a sound night it is one of the code."""
    from pipelines.auditing import registry  # noqa: PLC0415 patched for this test

    def crash(_: object) -> list[object]:
        raise ValueError(_ADDRESS)

    families = (*registry._FAMILIES, ((), crash))
    monkeypatch.setattr(registry, "_FAMILIES", families)
    with pytest.raises(ValueError, match=_ADDRESS):
        told(warehouse.root, DAY)
    warehouse.double("train")
    report = audit_warehouse(locate(warehouse.root), DAY, DAY, [KEY])

    assert report.findings[0][1].name == "row_twice"
    assert [(name, why) for name, _, why in report.unmade] == [
        ("crash", "what is broken keeps it from being made (ValueError)")
    ]


def count_opened(root: Path, ds: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Return table → data files that an audit of a night scans."""
    scan = files.scan_parquet
    seen: set[str] = set()

    def watch(places: Sequence[Location], schema: pl.Schema | None = None) -> pl.LazyFrame:
        seen.update(map(str, places))
        return scan(places, schema)

    with monkeypatch.context() as patch:
        patch.setattr(files, "scan_parquet", watch)
        assert told(root, ds) == ([], True)
    tables = [Path(name).relative_to(root).parts[0] for name in seen]
    return {name: tables.count(name) for name in set(tables)}


def test_a_night_behind_many_costs_as_many_files_but_for_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cost is linear in the nights that are asked: only two tables have a file of each night."""
    few, many = make_warehouse(tmp_path / "few", 2), make_warehouse(tmp_path / "many", 6)
    one = count_opened(few, name_night(1), monkeypatch)
    other = count_opened(many, name_night(5), monkeypatch)

    assert {name: other[name] - count for name, count in one.items() if other[name] != count} == {
        "representatives": 4,
        "embeddings": 4,
    }
