"""Extra columns at the edge: which are carried, and that no identifier leaves in one."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from pipelines.errors import ConfigurationError
from pipelines.night.intake import extra_columns, prepare_rows, read_night
from tests.conftest import Bench
from tests.factories import FIRST, conversation, traffic_of, write_parquet

pytestmark = pytest.mark.spark

CARD = "4539 1488 0343 6467"
NOTES = pa.list_(pa.struct([("said", pa.string()), ("tags", pa.map_(pa.string(), pa.string()))]))


def with_extras(rows: int) -> pa.Table:
    """Return traffic with a plain and a nested extra column; each third row has a card in both."""
    traffic = traffic_of(
        [
            conversation(
                n,
                model_version=f"m1 of ann.lee@example.com {n}" if n == 1 else "m1",
                character_name=CARD,
            )
            for n in range(rows)
        ]
    )
    plain = [f"my card is {CARD}" if n % 3 == 0 else f"arm {n % 2}" for n in range(rows)]
    deep = [
        [{"said": "fine", "tags": [("k", f"card {CARD}" if n % 3 == 0 else "v")]}]
        for n in range(rows)
    ]
    return traffic.append_column("note", pa.array(plain)).append_column(
        "deep", pa.array(deep, NOTES)
    )


def test_only_the_named_columns_are_carried(spark: SparkSession, tmp_path: Path) -> None:
    """A list names the columns that are carried; for a wrong name the error lists them all."""
    place = str(write_parquet(with_extras(2), tmp_path / "traffic"))

    assert extra_columns(read_night(spark, place, FIRST)) == ["note", "deep"]
    assert extra_columns(read_night(spark, place, FIRST, ["deep"])) == ["deep"]
    assert extra_columns(read_night(spark, place, FIRST, [])) == []
    with pytest.raises(
        ConfigurationError, match=r"intake\.carry: nota is no extra .* Known here: note, deep\."
    ):
        read_night(spark, place, FIRST, ["nota"])


def test_every_part_of_an_extra_column_may_be_null(spark: SparkSession) -> None:
    """Upstream may promise that none is; a finding makes it so all the same."""
    extra = "named_struct('a', 'x', 'b', array('y'), 'c', map('k', 'z')) deep"
    frame = spark.sql(
        f"""select 'i' conversation_id, 'u' user_id, 'c' character_id, 'user' source,
        timestamp_ntz'2026-01-31 10:00:00' started_at, {extra},
        array(named_struct('role', 'user', 'content', 'hi')) messages"""
    )
    kind = prepare_rows(frame, None, 1).schema["extra"].dataType

    assert (
        kind.simpleString() == "struct<deep:struct<a:string,b:array<string>,c:map<string,string>>>"
    )
    promises = json.dumps(kind.jsonValue())
    assert ('"nullable": false' in promises, 'ontainsNull": false' in promises) == (False, False)


def test_no_identifier_leaves_in_a_column_and_each_is_counted_and_alarmed(bench: Bench) -> None:
    """A card in a note would be in `train` too; the rest of the column is unchanged."""
    ended = bench.curate(write_parquet(with_extras(9), bench.folder / "traffic"))
    tables = bench.tables()
    rows = {r["conversation_id"]: r for r in tables.night("samples", FIRST).to_dicts()}
    report = json.loads(
        (tables.root / "reports" / f"ds={FIRST}" / "report.json").read_text("utf-8")
    )

    assert (ended.code, len(rows)) == (0, 9)
    assert {i: rows[f"conversation-{i}"]["note"] for i in range(9)} == {
        i: None if i % 3 == 0 else f"arm {i % 2}" for i in range(9)
    }
    assert [rows[f"conversation-{i}"]["model_version"] for i in range(3)] == ["m1", None, "m1"]
    assert str(rows["conversation-0"]["deep"]).count("None") == 1
    assert str(rows["conversation-1"]["deep"]).count("None") == 0
    assert report["cleared"] == [
        {"column": "deep", "rows": 3},
        {"column": "model_version", "rows": 1},
        {"column": "note", "rows": 3},
    ]
    assert sorted(
        a["title"] for a in report["alarms"] if a["title"].startswith("Identifiers in a column")
    ) == [
        "Identifiers in a column: deep",
        "Identifiers in a column: model_version",
        "Identifiers in a column: note",
    ]
    published = " ".join(
        str(tables.night(name, FIRST).to_dicts()) for name in ("samples", "train", "quarantine")
    )
    assert CARD not in published
    assert "ann.lee" not in published


def test_a_column_that_is_not_carried_is_in_no_table(bench: Bench) -> None:
    """`intake.carry` names what is carried."""
    traffic = write_parquet(with_extras(6), bench.folder / "traffic")
    ended = bench.curate(traffic, "intake.carry=[deep]")

    assert ended.code == 0
    for name in ("samples", "train"):
        columns = bench.tables().night(name, FIRST).columns
        assert ("deep" in columns, "note" in columns) == (True, False)
