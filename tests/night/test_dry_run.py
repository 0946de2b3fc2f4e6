"""Everything that a night needs is looked at without a session; each fault has its exit code."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from pyspark import SparkContext

from jobs.curate import main as curate
from pipelines.config_files import load_config
from pipelines.night import dry_run
from pipelines.night.dry_run import DryRun, estimate, rehearse
from pipelines.night.plan import Loading, make_plan
from schemas.ledger import DECISIONS
from schemas.samples import SAMPLES
from tests.factories import FIRST, KEY, conversation, run_here, traffic_of, write_parquet
from tests.night.handmade import add, add_run

BEFORE = "2026-01-30"


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load no model and start no Java; the models' own tests do."""
    monkeypatch.setenv("CURATION_KEY", KEY)
    monkeypatch.setattr(Loading, "revisions", lambda _: {"rules": "1"})
    monkeypatch.setattr(dry_run, "choose_environment", lambda _: {"JAVA_HOME": "/java"})


class Places(NamedTuple):
    """Where a night's tables are."""

    traffic: Path
    warehouse: Path


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Return traffic of ten rows, and a warehouse that is not there yet."""
    rows = traffic_of([conversation(number) for number in range(10)])
    return Places(write_parquet(rows, tmp_path / "traffic"), tmp_path / "warehouse")


def rehearsed(places: Places, *settings: str, **named: str) -> DryRun:
    """Return the dry run of the night."""
    given = {"traffic": str(places.traffic), "warehouse": str(places.warehouse), "ds": FIRST}
    return rehearse(load_config(None, settings).with_places(given | named))


def codes(run: DryRun) -> list[int]:
    """Return the exit codes of the faults."""
    return [int(fault.exit_code) for fault in run.faults]


def test_a_good_night_has_a_plan_and_leaves_nothing(places: Places) -> None:
    """Each thing that was looked at is a line; the warehouse is not made, no JVM is started."""
    before = SparkContext._active_spark_context
    ended = run_here(
        curate,
        *("--traffic", places.traffic, "--warehouse", places.warehouse),
        *("--ds", FIRST, "--dry-run"),
    )

    assert ended.code == 0, ended.err
    assert [line.split()[0] for line in ended.out.splitlines()[:-1]] == [
        *("night", "warehouse", "Java", "traffic", "scores", "models"),
        *("disk", "constraints", "estimate"),
    ]
    assert "traffic     10 rows, " in ended.out
    assert not places.warehouse.exists()
    assert SparkContext._active_spark_context is before


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda rows: rows.drop_columns(["messages"]), 3, "column messages is missing"),
        (
            lambda rows: rows.set_column(
                rows.column_names.index("started_at"), "started_at", pa.array(["now"] * 10)
            ),
            3,
            "column started_at is string, must be timestamp",
        ),
        (lambda rows: rows.append_column("Prompt", rows["locale"]), 3, "the name of one of our"),
        (
            lambda rows: rows.append_column("ds", pa.array([BEFORE] * 10)),
            3,
            f"has no rows of {FIRST}",
        ),
    ],
)
def test_an_input_that_breaks_its_contract_is_code_3(
    places: Places, change: Callable[[pa.Table], pa.Table], code: int, said: str
) -> None:
    """From footers alone; the message is the run's own."""
    rows = change(traffic_of([conversation(number) for number in range(10)]))
    shutil.rmtree(places.traffic)
    write_parquet(rows, places.traffic)
    run = rehearsed(places)

    assert codes(run) == [code]
    assert said in str(run.faults[0])
    with pytest.raises(type(run.faults[0])):
        run.require()


def test_a_damaged_file_is_code_3(places: Places) -> None:
    """A file that is cut off has no footer."""
    (file,) = places.traffic.iterdir()
    file.write_bytes(file.read_bytes()[:-30])

    assert codes(rehearsed(places)) == [3]


def test_faults_are_told_together_with_the_first_ones_code(places: Places, tmp_path: Path) -> None:
    """Who looks at noon wants to mend all of it before the night."""
    other = write_parquet(pa.table({"conversation_id": ["a"]}), tmp_path / "scores")
    run = rehearsed(places, "pruning.priority=hardnes", scores=str(other))

    assert codes(run) == [2, 3]
    assert sum("FAULT" in line for line in run.lines) == 2


@pytest.mark.parametrize("kind", ["column", "folders", "delta", "delta folders"])
def test_the_rows_of_the_night_are_counted(places: Places, tmp_path: Path, kind: str) -> None:
    """However the traffic is parted by nights."""
    rows = traffic_of([conversation(number) for number in range(10)])
    nights = pa.array([FIRST] * 4 + [BEFORE] * 6)
    dated, place = rows.append_column("ds", nights), tmp_path / kind
    if kind == "column":
        write_parquet(dated, place)
    elif kind == "folders":
        write_parquet(rows.slice(0, 4), place / f"ds={FIRST}")
        write_parquet(rows.slice(4), place / f"ds={BEFORE}")
    else:
        parts = ["ds"] if kind == "delta folders" else None
        write_deltalake(place, dated, partition_by=parts)

    assert "traffic     4 rows" in "\n".join(rehearsed(places, traffic=str(place)).lines)


def earlier_night(root: Path, rows: int = 100) -> None:
    """Add a published night: every row was on train's side, half of them in English."""
    add_run(root, BEFORE, train_version=0, counts={"intake.keep": rows})
    ids: list[dict[str, Any]] = [
        {"sample_id": f"s{number:03}", "ds": BEFORE} for number in range(rows)
    ]
    said = {"phase": "split", "outcome": "keep", "reason": "train"}
    locales = ["en-US", "hi-IN"] * (rows // 2)
    add(root, SAMPLES, *(row | {"locale": at} for row, at in zip(ids, locales, strict=True)))
    add(root, DECISIONS, *(row | said for row in ids))


def constraint(share: float) -> str:
    """Return the setting of one constraint on the locale."""
    block = {"dimension": "locale", "equals": "hi-IN", "at_least": share}
    return f"sampling.constraints={json.dumps([block])}"


def test_constraints_are_tried_on_the_last_night(places: Places) -> None:
    """By the solver of the draw itself: half of the rows are hi-IN, so 9 in 10 cannot be."""
    earlier_night(places.warehouse)
    good = rehearsed(places, constraint(0.5), "sampling.size=90")
    bad = rehearsed(places, constraint(0.9), "sampling.size=90")

    assert codes(good) == []
    assert f"constraints hold on the rows of {BEFORE}: train 90" in "\n".join(good.lines)
    assert codes(bad) == [4]
    assert "at_least 0.9" in str(bad.faults[0])


def test_the_estimate_is_by_the_rate_of_the_last_runs(places: Places) -> None:
    """A hundred rows took five minutes, so ten take half a minute."""
    earlier_night(places.warehouse)
    config = load_config(None, []).with_places(
        {"traffic": str(places.traffic), "warehouse": str(places.warehouse), "ds": FIRST}
    )
    guess = estimate(make_plan(config), None)
    lines = rehearsed(places).lines

    assert (guess.rows, guess.seconds, guess.runs) == (100, 300.0, 1)
    assert any("10 rows, some 1 minute, " in line and "last 1 run" in line for line in lines)


def test_a_warehouse_that_cannot_be_written_is_code_2(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any work, as the contract has it."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(dry_run, "write_bytes", refuse)
    run = rehearsed(places)

    assert codes(run) == [2]
    assert "cannot be written (Permission denied)" in str(run.faults[0])


def test_a_disk_without_room_is_code_1(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a disk that fills up in the night."""
    usage = shutil.disk_usage("/")._replace(free=2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    run = rehearsed(places)

    assert codes(run) == [1]
    assert "disk: the night needs some 0.5 GiB" in str(run.faults[0])


def test_a_missing_setting_is_code_2_as_in_a_run(tmp_path: Path) -> None:
    """There is no plan without it."""
    ended = run_here(curate, "--warehouse", tmp_path / "w", "--ds", FIRST, "--dry-run")

    assert ended.code == 2
    assert "traffic is not set" in ended.err
