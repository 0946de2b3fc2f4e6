"""A run that dies or fails at any step of the publication publishes the whole night or nothing."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.errors import CurationError, InputError
from pipelines.night import publication as publishing
from pipelines.night.claim import Claim, Intent, hold_warehouse, read_intent
from pipelines.night.workspace import Workspace
from pipelines.published import read_published, scan_published
from pipelines.spark.private_pyspark import spark_schema
from pipelines.spark.tables import Warehouse
from schemas.ledger import RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.table import Table
from tests.factories import FIRST, SECOND, Tables

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.spark

# Three tables of one column are enough to show an order.
FEW = tuple(replace(table, columns=table.columns[:1]) for table in (SAMPLES, TRAIN, EVAL))
SLIM_EVAL = FEW[2]
STEPS = (
    *("write 0", "write 1", "write 2"),  # before the first, the second, the third table
    *("append", "settle", "remove"),  # before the commit record, and twice behind it
)


class KilledError(BaseException):
    """Like a SIGKILL: nothing that would tidy up runs after it."""


@pytest.fixture(scope="module")
def published(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a warehouse with one published night, of the run `before`."""
    root = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "NIGHTLY", FEW)
        stage(spark, root, "before", FIRST)
        publish(spark, root, "before", FIRST)
    assert [entry.name for entry in (root / "_staging").iterdir()] == ["lock"]
    return root


@pytest.fixture
def root(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of that warehouse, in which the tables are published one after the other."""
    monkeypatch.setattr(publishing, "NIGHTLY", FEW)
    monkeypatch.setattr(publishing, "_TABLES_AT_ONCE", 1)
    return shutil.copytree(published, tmp_path / "warehouse")


def stage(spark: SparkSession, root: Path, run_id: str, ds: str) -> None:
    """Stage a night of one sample per table, named for its run."""
    workspace = Workspace(spark, root, run_id, ds)
    for table in (*FEW, RUNS):
        workspace.write(table, row_of(spark, table, run_id, ds))


def publish(spark: SparkSession, root: Path, run_id: str, ds: str) -> None:
    """Publish what a run has staged, as a job does: it holds the warehouse meanwhile."""
    with hold_warehouse(root, run_id, ds) as claim:
        publishing.publish(spark, claim)


def recover(spark: SparkSession, root: Path) -> Intent | None:
    """Start a run, which finishes what another has begun."""
    with hold_warehouse(root, "next", FIRST) as claim:
        return publishing.recover(spark, claim)


def die(patch: pytest.MonkeyPatch) -> None:
    """Disable what tidies up behind an error, as if the process had died."""
    patch.setattr(publishing, "_undo", raise_killed)
    patch.setattr(Claim, "release", lambda _: None)


def row_of(spark: SparkSession, table: Table, run_id: str, ds: str) -> DataFrame:
    """Return one row of a table: what names the run, empty maps, and null."""
    known = {"ds": ds, "run_id": run_id, "sample_id": run_id, "status": "published"}
    columns = []
    for field in spark_schema(table.arrow).fields:
        kind = field.dataType.simpleString()
        other = {"string": "'said'", "timestamp": "current_timestamp()"}.get(kind, "null")
        value = "map()" if kind.startswith("map") else other
        known_value = F.lit(known[field.name]) if field.name in known else F.expr(value)
        columns.append(known_value.cast(field.dataType).alias(field.name))
    return spark.range(1).select(*columns)


def contents(root: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the night and run of every row of the three tables and of `runs`."""
    return {
        name: Tables(root).read(name).select("ds", "run_id").sort("ds", "run_id").rows()
        for name in ("samples", "train", "eval", "runs")
    }


def fail_at(step: str, error: type[BaseException], patch: pytest.MonkeyPatch) -> None:
    """Let the publication raise at a step and at every later one, as if the process had died."""
    name, _, number = step.partition(" ")
    owner, method = {
        "write": (Warehouse, "replace_night"),
        "append": (Warehouse, "append"),
        "settle": (Claim, "settle"),
        "remove": (publishing, "clear_runs"),
    }[name]
    act: Callable[..., Any] = getattr(owner, method)
    calls = iter(range(100))

    def dying(*args: object, **named: object) -> Any:  # noqa: ANN401 whatever the step answers
        if next(calls) >= int(number or 0):
            raise error
        return act(*args, **named)

    patch.setattr(owner, method, dying)


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_is_finished_by_the_next_start(
    spark: SparkSession, root: Path, step: str
) -> None:
    """Half a publication must not stay: train of one run beside eval of another."""
    stage(spark, root, "killed", FIRST)
    with pytest.MonkeyPatch.context() as patch:
        fail_at(step, KilledError, patch)
        die(patch)
        with pytest.raises(KilledError):
            publish(spark, root, "killed", FIRST)

    finished = recover(spark, root)

    whole = [(FIRST, "killed")]
    assert (finished and finished.run_id) == (None if step == "remove" else "killed")
    assert contents(root) == {
        **{name: whole for name in ("samples", "train", "eval")},  # noqa: C420 one list per name
        "runs": [(FIRST, "before"), (FIRST, "killed")],
    }
    assert read_intent(root) is None
    assert [p for p in (root / "_staging").iterdir() if p.is_dir()] == []
    assert recover(spark, root) is None


def raise_killed(*_: object) -> None:
    """Do what a dead process does about its half-done work."""
    raise KilledError


def test_readers_at_the_versions_of_runs_never_see_a_half_published_night(
    spark: SparkSession, root: Path
) -> None:
    """Between the commits a plain reader sees new train, old eval: hence the commit record."""
    stage(spark, root, "killed", FIRST)
    with pytest.MonkeyPatch.context() as patch:
        fail_at("write 2", KilledError, patch)
        die(patch)
        with pytest.raises(KilledError):
            publish(spark, root, "killed", FIRST)

    scanned, read = scan_published(root), read_published(spark, root)

    assert Tables(root).read("train")["run_id"].to_list() == ["killed"]
    assert (scanned.run.run_id, read.run.run_id) == ("before", "before")
    assert [
        side.select("run_id").collect()["run_id"].to_list()
        for side in (scanned.train, scanned.eval)
    ] == [["before"], ["before"]]
    assert [
        [row["run_id"] for row in side.select("run_id").collect()]
        for side in (read.train, read.eval)
    ] == [["before"], ["before"]]


@pytest.mark.parametrize("step", STEPS[2:4])
def test_an_error_before_the_commit_record_sets_every_table_back(
    spark: SparkSession, root: Path, step: str
) -> None:
    """On every exit code but 0 train and eval are as they were before."""
    before = contents(root)
    stage(spark, root, "failing", FIRST)
    with pytest.MonkeyPatch.context() as patch:
        fail_at(step, OSError, patch)
        with pytest.raises(OSError):  # noqa: PT011 the fault is the disk's, it has no words
            publish(spark, root, "failing", FIRST)

    assert contents(root) == before
    assert read_intent(root) is None


@pytest.mark.parametrize("step", STEPS[4:])
def test_a_disk_that_fails_behind_the_commit_record_does_not_unpublish_the_night(
    spark: SparkSession, root: Path, step: str
) -> None:
    """`runs` has the night as published; the next start tidies up what is left."""
    stage(spark, root, "late", FIRST)
    with pytest.MonkeyPatch.context() as patch:
        fail_at(step, OSError, patch)
        publish(spark, root, "late", FIRST)
    recover(spark, root)

    assert contents(root) == {
        **{key: [(FIRST, "late")] for key in ("samples", "train", "eval")},
        "runs": [(FIRST, "before"), (FIRST, "late")],
    }
    assert read_intent(root) is None


def test_an_interruption_right_behind_the_commit_record_does_not_unpublish_the_night(
    spark: SparkSession, root: Path
) -> None:
    """Tables set back behind a row of `runs` would make that row a lie."""
    stage(spark, root, "late", FIRST)
    with pytest.MonkeyPatch.context() as patch:
        fail_at("settle", KeyboardInterrupt, patch)
        with pytest.raises(KeyboardInterrupt):
            publish(spark, root, "late", FIRST)
    recover(spark, root)

    assert contents(root)["train"] == contents(root)["eval"] == [(FIRST, "late")]
    assert contents(root)["runs"] == [(FIRST, "before"), (FIRST, "late")]


def test_another_night_stands_beside_the_first_and_a_rerun_replaces_its_own_alone(
    spark: SparkSession, root: Path
) -> None:
    """A backfill must not touch its neighbours."""
    for run_id, ds in (("next", SECOND), ("again", FIRST)):
        stage(spark, root, run_id, ds)
        publish(spark, root, run_id, ds)

    assert contents(root)["train"] == [(FIRST, "again"), (SECOND, "next")]
    assert scan_published(root).run.run_id == "again"
    assert scan_published(root, SECOND).train.collect()["run_id"].to_list() == ["next"]
    assert [row["run_id"] for row in read_published(spark, root, SECOND).eval.collect()] == ["next"]
    assert Tables(root).read("runs")["run_id"].sort().to_list() == ["again", "before", "next"]


def test_a_night_without_rows_of_a_table_clears_the_old_ones(
    spark: SparkSession, root: Path
) -> None:
    """A night that is run again and publishes nothing to eval must not keep the old eval."""
    stage(spark, root, "empty", FIRST)
    Workspace(spark, root, "empty", FIRST).write(
        SLIM_EVAL, row_of(spark, SLIM_EVAL, "empty", FIRST).where("ds is null")
    )

    publish(spark, root, "empty", FIRST)

    assert contents(root)["eval"] == []
    assert contents(root)["train"] == [(FIRST, "empty")]


def test_folders_of_runs_that_died_before_publishing_are_removed(
    spark: SparkSession, root: Path
) -> None:
    """They hold redacted texts that no retention rule knows of."""
    stage(spark, root, "died", FIRST)

    assert recover(spark, root) is None
    assert [p for p in (root / "_staging").iterdir() if p.is_dir()] == []


def test_a_second_run_is_refused_while_the_first_holds_the_warehouse(tmp_path: Path) -> None:
    """Two runs of one night at once would publish a mixture."""
    with (
        hold_warehouse(tmp_path),
        pytest.raises(CurationError, match=r"another run holds .* wait for it to end"),
        hold_warehouse(tmp_path),
    ):
        pass

    with hold_warehouse(tmp_path):
        assert (tmp_path / "_staging").is_dir()


def test_the_commit_record_bears_the_versions_and_the_time_of_the_commit(
    spark: SparkSession, root: Path
) -> None:
    """Nobody knows them before; a staged null must not stay."""
    assert spark.version
    row = Tables(root).read("runs").row(0, named=True)
    versions = {side: Tables(root).version(side) for side in ("train", "eval")}

    assert {side: row[f"{side}_version"] for side in versions} == versions
    assert row["finished_at"] is not None


def test_a_table_that_another_tool_has_vacuumed_is_named(spark: SparkSession, root: Path) -> None:
    """A reader of a run whose files are gone must hear which, and what to do."""
    stage(spark, root, "again", FIRST)
    publish(spark, root, "again", FIRST)
    for file in sorted((root / "train").glob("ds=*/*.parquet")):
        file.unlink()

    with pytest.raises(
        InputError, match=r"train lacks 1 files of version 2, which again published"
    ):
        scan_published(root)
    with pytest.raises(InputError, match=r"vacuumed it\. Run 2026-01-31 again by jobs/curate"):
        read_published(spark, root)
