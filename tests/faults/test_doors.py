"""The worst of what people give, end to end: published right, or refused with a line that helps."""

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.curate import main as curate
from jobs.prune import main as prune
from jobs.report import main as report
from jobs.sample import main as sample
from tests.conftest import Bench
from tests.factories import (
    FIRST,
    SECOND,
    Tables,
    conversation,
    job,
    run_apart,
    run_here,
    traffic_of,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.spark

NAMES = ["a b", "100%#ü", "a[b]{c}", "a*b?'\"", "ds=7&x"]


def night(ds: str, numbers: range) -> pa.Table:
    """Return good traffic of a night."""
    rows = traffic_of([conversation(number) for number in numbers])
    return rows.append_column("ds", pa.array([ds] * rows.num_rows))


@pytest.mark.parametrize("name", NAMES[:2])
def test_two_nights_in_folders_of_any_name(bench: Bench, name: str) -> None:
    """Traffic, warehouse and report: nothing is read from, or written to, a neighbour."""
    home = bench.folder / name
    for decoy in ("aXb", "100", "a b c"):
        (bench.folder / decoy).mkdir()
        pq.write_table(night(FIRST, range(50, 55)), bench.folder / decoy / "decoy.parquet")
    for ds, numbers in ((FIRST, range(6)), (SECOND, range(3, 12))):
        place = home / f"traffic {ds}" / "*"
        place.mkdir(parents=True)
        pq.write_table(night(ds, numbers), place / "x[1].parquet")
        ended = bench.curate(place, ds=ds, warehouse=f"{name}/ware*house")
        assert ended.code == 0, ended.err

    tables = bench.tables(f"{name}/ware*house")
    assert sorted(tables.night("samples", SECOND)["conversation_id"]) == sorted(
        conversation(number)["conversation_id"] for number in range(3, 12)
    )
    page = home / "page [1].html"
    shown = run_here(report, "--warehouse", tables.root, "--ds", FIRST, "--out", page)
    assert (shown.code, page.is_file()) == (0, True), shown.err
    assert {entry.name for entry in bench.folder.iterdir()} >= {"aXb", "100", "a b c", name}
    assert sorted(entry.name for entry in (bench.folder / "aXb").iterdir()) == ["decoy.parquet"]


def test_a_log_that_grew_is_published_whole(bench: Bench) -> None:
    """Later columns, nanoseconds of pandas, messages in parts, and numbers as names of folders."""
    home = bench.folder / "traffic"
    old = traffic_of([conversation(number) for number in range(4)]).drop_columns(["character_id"])
    new = traffic_of([conversation(number) for number in range(4, 9)]).drop_columns(
        ["character_id"]
    )
    start = new["started_at"].cast(pa.timestamp("ns", "UTC"))
    new = new.set_column(new.column_names.index("started_at"), "started_at", start)
    messages: list[list[dict[str, Any]]] = [
        [{"role": m["role"], "content": [{"type": "text", "text": m["content"]}]} for m in turns]
        for turns in new["messages"].to_pylist()
    ]
    messages[0][0]["content"].append({"type": "image_url", "text": None})
    new = new.set_column(new.column_names.index("messages"), "messages", pa.array(messages))
    new = new.append_column("arm", pa.array(["x"] * 5))
    for name, rows in (("character_id=007", old), ("character_id=12", new)):
        (home / f"ds={FIRST}" / name).mkdir(parents=True)
        pq.write_table(rows, home / f"ds={FIRST}" / name / "part.parquet")
    (home / "ds=2026-01-30").mkdir()
    (home / "ds=2026-01-30" / "broken.parquet").write_bytes(b"of another night")

    ended = bench.curate(home)

    assert ended.code == 0, ended.err
    samples = bench.tables().night("samples", FIRST)
    assert sorted(samples["character_id"]) == ["007"] * 4 + ["12"] * 4
    assert sorted(samples["arm"].fill_null("")) == [""] * 4 + ["x"] * 4
    (row,) = bench.tables().night("quarantine", FIRST).to_dicts()
    assert row["reason"] == "unread_part"
    assert json.loads(row["row"])["parts"] == ["image_url"]


def test_a_file_that_is_cut_off_is_exit_3_before_any_model(bench: Bench) -> None:
    """The upload broke; the other file is whole."""
    home = bench.folder / "traffic"
    home.mkdir()
    for name in ("a.parquet", "b.parquet"):
        pq.write_table(night(FIRST, range(3)), home / name)
    file = home / "b.parquet"
    file.write_bytes(file.read_bytes()[:-100])

    ended = bench.curate(home)

    assert ended.code == 3
    assert f"{file} is cut off, damaged or not a Parquet file; write it again" in ended.err
    assert "load models" not in ended.err


@pytest.mark.parametrize("below", ["", "warehouse/traffic"])
def test_a_warehouse_that_is_or_holds_the_traffic_is_exit_2(bench: Bench, below: str) -> None:
    """What is written would be read as input the next night."""
    home = bench.folder / (below or "warehouse")
    home.mkdir(parents=True)
    pq.write_table(night(FIRST, range(3)), home / "a.parquet")

    ended = bench.curate(home)

    assert ended.code == 2
    assert "Give warehouse a folder of its own" in ended.err


def test_the_jobs_of_one_phase_take_any_path_and_ids_of_any_type(bench: Bench) -> None:
    """Ids compare as strings: numbers of one run with texts of another."""
    home = bench.folder / "a [b] *"
    home.mkdir()
    vectors = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    for name, ids in (
        ("numbers", [1, 2, 3]),
        ("texts", ["1", "x", "y"]),
        ("days", [dt.date(2026, 1, d) for d in (1, 2, 3)]),
    ):
        pq.write_table(
            pa.table({"id": ids, "v": vectors, "kind": ["a", "b", "a"]}), home / f"{name}.parquet"
        )
    against: list[str | Path] = []
    for name in ("numbers", "texts", "days"):
        out = home / f"out {name}"
        common = ("--table", home / f"{name}.parquet", "--id-column", "id", "--out", out)
        ended = run_here(
            prune, *common, "--embedding-column", "v", "--retain", "1.0", "--cut", "0.99", *against
        )
        assert ended.code == 0, ended.err
        against = ["--against", out, *against]
    block = home / "block.yaml"
    block.write_text(
        "sampling: {size: 2, seed: 1, constraints: [{dimension: kind, equals: a, at_least: 0.5}]}"
    )
    drawn = run_here(
        sample,
        "--table",
        home / "days.parquet",
        "--id-column",
        "id",
        "--constraints",
        block,
        "--out",
        home / "drawn",
    )
    assert drawn.code == 0, drawn.err


def test_a_type_without_a_plain_meaning_is_exit_3_before_any_model(bench: Bench) -> None:
    """A struct in place of a text, and a column whose types in two files cannot be united."""
    home = bench.folder / "traffic"
    home.mkdir()
    for name, locale, quality in (("a", {"code": "en"}, 0.5), ("b", {"code": "de"}, "good")):
        rows = night(FIRST, range(3))
        for column, value in (("locale", locale), ("quality", quality)):
            if column in rows.column_names:
                rows = rows.drop_columns([column])
            rows = rows.append_column(column, pa.array([value] * rows.num_rows))
        pq.write_table(rows, home / f"{name}.parquet")

    ended = bench.curate(home)

    assert ended.code == 3
    assert "column locale is struct<code:string>" in ended.err
    assert f"column quality is string in {home / 'b.parquet'}, must be double" in ended.err
    assert "load models" not in ended.err
    assert not bench.tables().root.joinpath("train").exists()


def test_a_shell_that_points_elsewhere_does_not_reach_a_worker(bench: Bench) -> None:
    """Neither modules of library names in the directory nor settings of the shell are used."""
    here = bench.folder / "here"
    here.mkdir()
    for name in ("random", "types", "polars", "json"):
        (here / f"{name}.py").write_text("raise SystemExit('reached')", encoding="utf-8")
    rows = pa.table({"id": [1, 2], "v": [[1.0, 0.0], [1.0, 0.01]]})
    pq.write_table(rows, bench.folder / "rows.parquet")
    options = ("--id-column", "id", "--embedding-column", "v", "--retain", "1.0", "--cut", "0.9")
    gone = str(bench.folder / "gone")
    shell = {
        "SPARK_HOME": gone,
        "SPARK_CONF_DIR": gone,
        "PYSPARK_PYTHON": "/bin/false",
        "JAVA_HOME": gone,
    }
    shell |= {
        "PYTHONPATH": str(here),
        "HOME": "",
        "LC_ALL": "xx_XX",
        "PYSPARK_DRIVER_PYTHON": "ipython",
    }
    out = bench.folder / "out"

    ended = run_apart(
        [job("prune"), "--table", bench.folder / "rows.parquet", *options, "--out", out],
        here,
        **shell,
    )

    assert ended.code == 0, ended.err
    assert Tables(out).read("pruning").sort("id")["kept"].to_list() == [True, False]
    assert "reached" not in ended.err


def test_a_log_of_three_characters_is_carried_by_the_default_settings(bench: Bench) -> None:
    """A first try on fifty rows must not end with exit 4: the default cap per character is soft."""
    rows = [conversation(number, character_id=f"c{number % 3}") for number in range(24)]
    home = bench.traffic(*rows)

    ended = run_here(curate, "--traffic", home, "--warehouse", bench.folder / "w", "--ds", FIRST)

    assert ended.code == 0, ended.err
    assert "character_id" in ended.out
