"""A table takes writes of the warehouse's holder and refuses those of earlier holders."""

import json
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, DataFrameWriter, SparkSession

from pipelines.errors import CurationError
from pipelines.lake import open_table
from pipelines.night.claim import Claim, ClaimLostError, Pace, _take
from pipelines.night.publication import clear_away
from pipelines.spark.tables import Warehouse
from pipelines.stores.location import locate
from schemas.ledger import RUNS
from tests.factories import FIRST, SECOND, Tables
from tests.spark.test_tables import NOTES, notes

pytestmark = pytest.mark.spark


def take(root: Path, run: str) -> Claim:
    """Claim a warehouse, whoever held it."""
    return _take(locate(root), run, FIRST, Pace())


def test_what_a_run_writes_late_is_refused_when_another_has_taken_over(
    spark: SparkSession, tmp_path: Path
) -> None:
    """A paused machine wakes up in the middle of its publication, an hour after it was given up."""
    old = take(tmp_path, "old")
    zombie = Warehouse(spark, tmp_path, old)
    zombie.create(NOTES)
    zombie.replace_night(NOTES, notes(spark, FIRST, "a"), FIRST, {})
    new = take(tmp_path, "new")
    heir = Warehouse(spark, tmp_path, new)
    assert new.overtook
    heir.shut_out(NOTES)

    rows = notes(spark, SECOND, "late")
    with pytest.raises(ClaimLostError, match="another run has taken over"):
        zombie.replace_night(NOTES, rows, SECOND, {})
    with pytest.raises(ClaimLostError, match="another run has taken over"):
        zombie.append(NOTES, rows, {})
    with pytest.raises(ClaimLostError):
        old.settle()

    assert Tables(tmp_path).read("notes")["id"].to_list() == ["a"]
    assert heir.replace_night(NOTES, notes(spark, FIRST, "b"), FIRST, {}) == 3
    assert Tables(tmp_path).read("notes")["id"].to_list() == ["b"]


def test_the_next_start_shuts_out_the_run_that_died(spark: SparkSession, tmp_path: Path) -> None:
    """Its JVM may outlive it, and commit a moment later."""
    zombie = Warehouse(spark, tmp_path, take(tmp_path, "dead"))
    zombie.create(RUNS)
    claim = take(tmp_path, "next")

    clear_away(spark, claim)

    assert not claim.overtook
    with pytest.raises(ClaimLostError, match="another run has taken over"):
        zombie.append(RUNS, zombie.read(RUNS), {})
    late = Warehouse(spark, tmp_path, claim)
    version = late.version(RUNS)
    clear_away(spark, claim)
    assert late.version(RUNS) == version


def test_a_run_may_write_a_table_any_number_of_times(spark: SparkSession, tmp_path: Path) -> None:
    """Vectors are appended in batches; a recovery writes a night before the run writes its own."""
    warehouse = Warehouse(spark, tmp_path, take(tmp_path, "one"))
    warehouse.create(NOTES)
    versions = [warehouse.append(NOTES, notes(spark, FIRST, i), {"run_id": i}) for i in "abc"]

    assert versions == [1, 2, 3]
    assert sorted(Tables(tmp_path).read("notes")["id"]) == ["a", "b", "c"]


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_a_commit_whose_answer_was_lost_is_found_and_not_made_again(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """The rows are there once, the night goes on, and nothing is set back."""
    warehouse = Warehouse(spark, tmp_path, take(tmp_path, "one"))
    warehouse.create(NOTES)
    save = DataFrameWriter.save

    def losing(writer: DataFrameWriter, place: str) -> None:
        save(writer, place)
        message = "connection reset by peer"
        raise OSError(message)

    monkeypatch.setattr(DataFrameWriter, "save", losing)
    version = written(warehouse, mode, notes(spark, FIRST, "a"))

    assert version == 1
    assert Tables(tmp_path).read("notes")["id"].to_list() == ["a"]


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_a_commit_that_failed_is_an_error(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """Only a commit that is found counts as made."""
    warehouse = Warehouse(spark, tmp_path, take(tmp_path, "one"))
    warehouse.create(NOTES)

    def failing(*_: object) -> None:
        message = "connection refused"
        raise OSError(message)

    monkeypatch.setattr(DataFrameWriter, "save", failing)
    with pytest.raises(OSError, match="connection refused"):
        written(warehouse, mode, notes(spark, FIRST, "a"))


def written(warehouse: Warehouse, mode: str, rows: DataFrame) -> int:
    """Write rows in one of the two ways."""
    if mode == "append":
        return warehouse.append(NOTES, rows, {"run_id": "one"})
    return warehouse.replace_night(NOTES, rows, FIRST, {"run_id": "one"})


def test_another_tool_that_compacts_the_table_meanwhile_changes_no_answer(
    spark: SparkSession, tmp_path: Path
) -> None:
    """OPTIMIZE is a commit too; the version returned is still the one that holds the rows."""
    warehouse = Warehouse(spark, tmp_path, take(tmp_path, "one"))
    warehouse.create(NOTES)
    for i in "ab":
        warehouse.append(NOTES, notes(spark, SECOND, i), {})
    save, compacted = DataFrameWriter.save, []

    def compacting(writer: DataFrameWriter, place: str) -> None:
        save(writer, place)
        compacted.append(open_table(place).optimize.compact())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DataFrameWriter, "save", compacting)
        version = warehouse.replace_night(NOTES, notes(spark, FIRST, "c"), FIRST, {"run_id": "c"})

    assert compacted[0]["numFilesRemoved"] >= 2
    assert version == 3 < warehouse.version(NOTES)
    metadata = {
        c["version"]: c.get("userMetadata") for c in open_table(tmp_path / "notes").history()
    }
    assert json.loads(metadata[version] or "{}")["run_id"] == "c"
    assert sorted(Tables(tmp_path).read("notes", version)["id"]) == ["a", "b", "c"]


def test_a_write_that_vanishes_is_an_error(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Delta silently skips some writes; a night must not be called published then."""
    warehouse = Warehouse(spark, tmp_path, take(tmp_path, "one"))
    warehouse.create(NOTES)
    monkeypatch.setattr(DataFrameWriter, "save", lambda *_: None)

    with pytest.raises(CurationError, match="was not written; start again"):
        warehouse.append(NOTES, notes(spark, FIRST, "a"), {})
