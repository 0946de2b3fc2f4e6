"""A run that dies, or fails, at any step of the publication: the night is published whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.errors import CurationError
from pipelines.spark import publishing
from pipelines.spark.publishing import publish, recover
from pipelines.spark.staging import Staging, hold_warehouse, read_intent, staged_name
from pipelines.spark.tables import Warehouse, spark_schema
from schemas.ledger import RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.table import Table
from tests.factories import FIRST, SECOND, Tables

pytestmark = pytest.mark.spark

FEW = (SAMPLES, TRAIN, EVAL)
STEPS = (
    *("write 0", "write 1", "write 2"),  # before the first, the second, the third table
    *("append", "clear_intent", "remove"),  # before the commit record, and twice behind it
)


class KilledError(BaseException):
    """Stands for a SIGKILL: nothing that would tidy up runs after it."""


@pytest.fixture
def root(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a warehouse with one published night, `before`; three tables are enough to show an order."""
    monkeypatch.setattr(publishing, "NIGHTLY", FEW)
    monkeypatch.setattr(publishing, "_TABLES_AT_ONCE", 1)
    (tmp_path / "_staging").mkdir()
    stage(spark, tmp_path, "before", FIRST)
    publish(spark, tmp_path, "before", FIRST)
    return tmp_path


def stage(spark: SparkSession, root: Path, run_id: str, ds: str) -> None:
    """Stage a night of one sample per table, named for its run."""
    staging = Staging(spark, root, run_id)
    for table in (*FEW, RUNS):
        row = row_of(spark, table, run_id, ds)
        staging.write("run" if table is RUNS else staged_name(table), row)


def row_of(spark: SparkSession, table: Table, run_id: str, ds: str) -> DataFrame:
    """Return one row of a table: texts name the run, everything else is null."""
    fields = spark_schema(table.arrow).fields
    known = {"ds": ds, "run_id": run_id, "sample_id": run_id, "status": "published"}
    columns = [F.lit(known.get(field.name)).cast(field.dataType).alias(field.name) for field in fields]
    return spark.range(1).select(*columns)


def contents(root: Path) -> dict[str, list[tuple[str, str]]]:
    """Return the night and run of every row of the three tables and of `runs`."""
    return {
        name: Tables(root).read(name).select("ds", "run_id").sort("ds", "run_id").rows()
        for name in ("samples", "train", "eval", "runs")
    }


def fail_at(step: str, error: type[BaseException], patch: pytest.MonkeyPatch) -> None:
    """Let the publication raise before one of its steps, and at every later one too, as a dead process would."""
    name, _, number = step.partition(" ")
    owner, method = {
        "write": (Warehouse, "replace_night"),
        "append": (Warehouse, "append"),
        "clear_intent": (publishing, "clear_intent"),
        "remove": (Staging, "remove"),
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
        patch.setattr(publishing, "_undo", raise_killed)
        with pytest.raises(KilledError):
            publish(spark, root, "killed", FIRST)

    finished = recover(spark, root)

    whole = [(FIRST, "killed")]
    assert (finished and finished.run_id) == (None if step == "remove" else "killed")
    assert contents(root) == {
        **dict.fromkeys(("samples", "train", "eval"), whole),
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
    """Between the two commits plain readers see new train and old eval; the commit record is for them."""
    stage(spark, root, "killed", FIRST)
    with pytest.MonkeyPatch.context() as patch:
        fail_at("write 2", KilledError, patch)
        patch.setattr(publishing, "_undo", raise_killed)
        with pytest.raises(KilledError):
            publish(spark, root, "killed", FIRST)

    tables = Tables(root)
    run = tables.read("runs").row(0, named=True)
    there = {
        side: tables.read(side, run[f"{side}_version"])["run_id"].to_list() for side in ("train", "eval")
    }

    assert tables.read("train")["run_id"].to_list() == ["killed"]
    assert there == {"train": ["before"], "eval": ["before"]}


@pytest.mark.parametrize("step", STEPS[:4])
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


def test_an_error_behind_the_commit_record_leaves_the_night_published(
    spark: SparkSession, root: Path
) -> None:
    """`runs` says that the night is published: tables set back behind it would make that a lie."""
    stage(spark, root, "late", FIRST)
    with pytest.MonkeyPatch.context() as patch:
        fail_at("clear_intent", OSError, patch)
        with pytest.raises(OSError):  # noqa: PT011 the fault is the disk's, it has no words
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
    assert Tables(root).read("runs")["run_id"].sort().to_list() == ["again", "before", "next"]


def test_a_night_without_rows_of_a_table_clears_the_old_ones(spark: SparkSession, root: Path) -> None:
    """A night that is run again and publishes nothing to eval must not keep the old eval."""
    stage(spark, root, "empty", FIRST)
    Staging(spark, root, "empty").write(
        staged_name(EVAL), row_of(spark, EVAL, "empty", FIRST).where("ds is null")
    )

    publish(spark, root, "empty", FIRST)

    assert contents(root)["eval"] == []
    assert contents(root)["train"] == [(FIRST, "empty")]


def test_folders_of_runs_that_died_before_publishing_are_removed(spark: SparkSession, root: Path) -> None:
    """They hold redacted texts that no retention rule knows of."""
    stage(spark, root, "died", FIRST)

    assert recover(spark, root) is None
    assert [p for p in (root / "_staging").iterdir() if p.is_dir()] == []


def test_a_second_run_is_refused_while_the_first_holds_the_warehouse(tmp_path: Path) -> None:
    """Two runs of one night at once would publish a mixture."""
    with (
        hold_warehouse(tmp_path),
        pytest.raises(CurationError, match="another run holds .* wait for it to end"),
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
    assert pl.DataFrame([row]).height == 1
