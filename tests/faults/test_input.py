"""Bad input, settings and constraints: the contract's exit codes, clear lines, nothing changed."""

from collections.abc import Callable

import polars as pl
import pyarrow as pa
import pytest
import yaml
from pyspark.sql import SparkSession

from pipelines.night.claim import hold_warehouse
from pipelines.settings import CONF
from tests.conftest import Bench
from tests.factories import FIRST, SECOND, Tables, conversation, traffic_of, write_parquet

pytestmark = pytest.mark.spark


def some_rows(count: int = 6) -> pa.Table:
    """Return good traffic."""
    return traffic_of([conversation(number) for number in range(count)])


BAD_TRAFFIC: dict[str, tuple[Callable[[pa.Table], pa.Table], list[str]]] = {
    "columns missing": (
        lambda rows: rows.drop_columns(["user_id", "source"]),
        ["column user_id is missing; it must be string", "column source is missing"],
    ),
    "columns of other types": (
        lambda rows: rows.set_column(
            0, "conversation_id", pa.array(range(rows.num_rows))
        ).set_column(
            rows.schema.get_field_index("messages"), "messages", pa.array(["text"] * rows.num_rows)
        ),
        [
            "column conversation_id is bigint, must be string",
            "column messages is string, must be array<",
        ],
    ),
    "extra columns with our names": (
        lambda rows: rows.append_column("sample_id", rows["user_id"]).append_column(
            "Weight", rows["user_id"]
        ),
        ["column sample_id has the name of one of our columns", "column Weight has the name"],
    ),
    "a name that Delta refuses": (
        lambda rows: rows.append_column("free text", rows["user_id"]),
        ["Delta takes no column named 'free text'; rename it"],
    ),
    "no rows": (
        lambda rows: rows.slice(0, 0),
        ["has no rows of 2026-01-31; nothing was published"],
    ),
}


@pytest.mark.parametrize("case", BAD_TRAFFIC)
def test_traffic_that_breaks_the_contract_is_exit_3_and_names_every_fault(
    bench: Bench, case: str
) -> None:
    """All faults of a kind at once: an operator at night mends the export one time, not five."""
    change, faults = BAD_TRAFFIC[case]
    traffic = write_parquet(change(some_rows()), bench.folder / "traffic")

    ended = bench.curate(traffic)

    assert ended.code == 3
    for fault in faults:
        assert fault in ended.err
    assert "Traceback" not in ended.err
    assert bench.tables().versions() == {}


def test_a_path_that_holds_no_table_is_exit_3(bench: Bench) -> None:
    """A mistyped path is the commonest fault of all."""
    ended = bench.curate(bench.folder / "nowhere")

    assert (ended.code, str(bench.folder / "nowhere") in ended.err) == (3, True), ended.err


def test_a_model_file_that_is_missing_is_exit_2_before_any_work(bench: Bench) -> None:
    """Found at the start, not after an hour of other models."""
    models = yaml.safe_load((CONF / "models.yaml").read_text(encoding="utf-8"))
    models["models"]["fasttext_safety"]["path"] = "nowhere/safety"
    registry = bench.folder / "models.yaml"
    registry.write_text(yaml.safe_dump(models), encoding="utf-8")

    ended = bench.curate(bench.traffic(conversation(1)), f"models.registry={registry}")

    assert (ended.code, "nowhere/safety" in ended.err, "phase I models" in ended.err) == (
        2,
        True,
        False,
    )
    assert bench.tables().versions() == {}


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("pruning.retian=0.5", "pruning.retian is not a setting. Did you mean pruning.retain?"),
        ("pruning.retain=2", "pruning.retain is 2"),
        ("sampling.constraints=[{dimension: locale, each_at_mots: 1}]", "each_at_most"),
        ("sampling.constraints=[{dimension: planet, each_at_most: 0.5}]", "planet"),
        ("models.safety=[critical_rules]", "models.safety"),
        ("safety.required=[detoxify]", "detoxify"),
    ],
)
def test_a_wrong_setting_is_exit_2_with_its_remedy(bench: Bench, setting: str, fault: str) -> None:
    """Where, what, remedy; no Python in it."""
    ended = bench.curate(bench.traffic(conversation(1)), setting)

    assert (ended.code, fault in ended.err, "Traceback" in ended.err) == (2, True, False), ended.err


def test_a_run_is_refused_while_another_holds_the_warehouse(bench: Bench) -> None:
    """Of two schedulers, the second has to wait."""
    root = bench.folder / "warehouse"
    root.mkdir()
    with hold_warehouse(root):
        ended = bench.curate(bench.traffic(conversation(1)), "store.wait_seconds=0")

    assert (ended.code, "another run holds" in ended.err) == (1, True)


def test_a_failed_gate_and_infeasible_constraints_leave_the_published_night_as_it_was(
    spark: SparkSession, bench: Bench
) -> None:
    """Contract section 4: exit 5 and exit 4, with a line per fault.

    The night is a Delta table with `ds`, times without a zone, and without the columns that may be
    null.
    """
    rows = pl.DataFrame(some_rows(12)).with_columns(
        ds=pl.lit(FIRST), started_at=pl.col("started_at").dt.replace_time_zone(None)
    )
    other = rows.with_columns(
        ds=pl.lit(SECOND), conversation_id=pl.col("conversation_id") + "-next"
    )
    broken = rows.head(3).with_columns(
        conversation_id=pl.col("conversation_id") + "-broken",
        messages=pl.lit([], dtype=rows["messages"].dtype),
    )
    needed = [
        "conversation_id",
        "user_id",
        "character_id",
        "source",
        "started_at",
        "messages",
        "ds",
    ]
    files = write_parquet(
        pl.concat([rows, other, broken]).select(needed).to_arrow(), bench.folder / "files"
    )
    traffic = bench.folder / "delta"
    spark.read.parquet(str(files)).write.format("delta").save(str(traffic))

    ended = bench.curate(traffic)
    assert ended.code == 0, ended.err
    tables = bench.tables()
    before = tables.versions()
    samples = tables.night("samples", FIRST)
    assert sorted(samples["conversation_id"]) == sorted(rows["conversation_id"])
    assert samples.select("locale", "language", "model_version").null_count().row(0) == (12, 12, 12)
    assert (
        samples["started_at"].dt.replace_time_zone(None).sort().to_list()
        == rows["started_at"].sort().to_list()
    )
    assert dict(tables.read("runs")["input_versions"].item())["traffic"] == 0

    gate = bench.curate(traffic, "gates.max_quarantine_share=0.1")
    assert gate.code == 5
    assert "gate quarantine_share: " in gate.err
    assert "does not hold: 3 of 15 rows" in gate.err
    _unchanged(tables, before)

    constraint = "{dimension: source, equals: internal, at_least: 0.5}"
    drawn = bench.curate(traffic, "sampling.size=10", f"sampling.constraints=[{constraint}]")
    assert drawn.code == 4
    assert "sampling.constraints[0]" in drawn.err
    assert "the pool has 0" in drawn.err
    _unchanged(tables, before)


def _unchanged(tables: Tables, before: dict[str, int]) -> None:
    assert tables.versions() == before
    assert tables.read("runs").height == 1
    assert [p.name for p in (tables.root / "_staging").iterdir()] == ["lock"]
