"""Tables of the warehouse: a night is replaced whole, its neighbours stay."""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from pipelines.lake import with_statistics
from pipelines.spark.tables import Warehouse
from schemas.ledger import ERASURES
from schemas.table import Table, column
from tests.factories import FIRST, SECOND, Tables

pytestmark = pytest.mark.spark

NOTES = Table(
    name="notes",
    version=3,
    key=("id",),
    columns=(column("id", pa.string(), "who"), column("n", pa.int64(), "how many", null=True)),
)


def notes(spark: SparkSession, ds: str, *ids: str) -> DataFrame:
    """Return rows of a night."""
    return spark.createDataFrame(
        [(i, 1, ds, "run") for i in ids], "id string, n long, ds string, run_id string"
    )


def test_a_night_is_replaced_and_its_neighbours_stay(spark: SparkSession, tmp_path: Path) -> None:
    """Also where the new night has no rows at all."""
    warehouse = Warehouse(spark, str(tmp_path))
    warehouse.create(NOTES)
    written = [
        warehouse.replace_night(NOTES, notes(spark, ds, *ids), ds, {"run_id": "run"})
        for ds, ids in ((FIRST, "ab"), (SECOND, "c"), (FIRST, "d"), (SECOND, ""))
    ]

    tables = Tables(tmp_path)
    assert written == [1, 2, 3, 4]
    assert tables.read("notes").select("ds", "id").rows() == [(FIRST, "d")]
    assert sorted(tables.read("notes", version=2)["id"]) == ["a", "b", "c"]
    assert with_statistics(tmp_path, [NOTES]) == []

    warehouse.restore(NOTES, 2)
    warehouse.restore(NOTES, warehouse.version(NOTES))
    assert (sorted(tables.read("notes")["id"]), tables.version("notes")) == (["a", "b", "c"], 5)


def test_rows_of_another_night_are_refused(spark: SparkSession, tmp_path: Path) -> None:
    """A frame with rows of another night would overwrite nothing and duplicate everything."""
    warehouse = Warehouse(spark, str(tmp_path))
    warehouse.create(NOTES)
    with pytest.raises(Exception, match=r"DELTA_REPLACE_WHERE_MISMATCH|a row of another night"):
        warehouse.replace_night(NOTES, notes(spark, SECOND, "a"), FIRST, {})

    assert Tables(tmp_path).read("notes").height == 0


def test_extra_columns_are_added_once_whatever_their_type(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Another night may bring another column; Delta needs a feature for times without a zone."""
    warehouse = Warehouse(spark, str(tmp_path))
    extra = spark.sql(
        "select timestamp_ntz'2026-01-01 00:00:00' as `at.noon`, named_struct('a', 1) as deep"
    )
    for _ in range(2):
        warehouse.create(NOTES, extra.schema)
    rows = notes(spark, FIRST, "a").crossJoin(extra)
    warehouse.replace_night(NOTES, rows, FIRST, {})

    got = Tables(tmp_path).read("notes")
    assert got.columns == ["id", "n", "ds", "run_id", "at.noon", "deep"]
    assert got["deep"].to_list() == [{"a": 1}]
    assert got["at.noon"].dtype == pl.Datetime("us")


def test_a_table_that_does_not_exist_reads_as_empty(spark: SparkSession, tmp_path: Path) -> None:
    """The first night of a warehouse has no past."""
    warehouse = Warehouse(spark, str(tmp_path))

    assert warehouse.read(ERASURES).count() == 0
    assert warehouse.read(ERASURES).columns == ERASURES.names
