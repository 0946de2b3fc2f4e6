"""The jobs as their users start them: processes from another directory, and their bad inputs."""

import json
import math
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.prune import main as prune
from jobs.report import main as report
from jobs.sample import main as sample
from jobs.score import main as score
from tests.conftest import Curated
from tests.factories import FIRST, Ended, Tables, job, run_apart, run_here, write_parquet

pytestmark = pytest.mark.spark

ONE_CORE = ("--set", "spark.master=local[1,4]", "--set", "spark.partitions=1")
TEXTS = [
    "My e-mail is ada@example.com, write to me.",
    "The weather is nice today, is it not?",
    None,
]


def table(folder: Path, **columns: list[Any]) -> Path:
    """Write a table of these columns."""
    return write_parquet(pa.table(columns), folder / "table")


def quiet(ended: Ended) -> bool:
    """Whether a job ended well, and its screen shows neither traceback nor Spark's noise."""
    noise = ("Traceback", "WARN", "Setting default log level")
    return ended.code == 0 and not any(words in ended.err for words in noise)


def test_score_answers_about_every_text_and_keeps_the_ids(tmp_path: Path) -> None:
    """As a process; integer ids come back as integers, a null text as a failure."""
    texts = table(tmp_path, number=[7, 8, 9], said=TEXTS)
    names = ("privacy", "safety", "language", "quality", "jtbd")
    options = ("--table", texts, "--text-column", "said", "--id-column", "number")
    ended = run_apart(
        [
            job("score"),
            *options,
            "--scorers",
            ",".join(names),
            "--out",
            tmp_path / "out",
            *ONE_CORE,
        ],
        tmp_path,
    )

    assert quiet(ended), ended.err
    found = {name: Tables(tmp_path / "out").read(name).sort("id", "model") for name in names}
    rules = found["privacy"].filter(pl.col("model") == "rules")["findings"].to_list()
    assert {name: rows.columns[0] for name, rows in found.items()} == dict.fromkeys(names, "id")
    assert [rows["id"].unique().to_list() for rows in found.values()] == [[7, 8, 9]] * 5
    assert [TEXTS[0][f["start"] : f["end"]] for f in rules[0] or [] if TEXTS[0]] == [
        "ada@example.com"
    ]
    assert rules[1:] == [[], None]
    assert found["language"]["language"].to_list() == ["en", "en", None]
    assert found["quality"]["quality"].is_null().to_list() == [False, False, True]
    assert found["jtbd"]["jtbd"].is_null().to_list() == [False, False, True]


def test_prune_and_then_prune_against_it(tmp_path: Path) -> None:
    """As a process, on vectors with integer ids; then again, against the first one's output."""
    vectors = [[1.0, 0.0], [0.999, 0.01], [0.0, 1.0], [-1.0, 0.0]]
    first = table(tmp_path, id=[1, 2, 3, 4], v=vectors, q=[0.1, 0.9, 0.5, None])
    options = ("--id-column", "id", "--embedding-column", "v", "--retain", "1.0", "--cut", "0.95")
    out = tmp_path / "out"
    ended = run_apart(
        [
            job("prune"),
            "--table",
            first,
            *options,
            "--priority-column",
            "q",
            "--out",
            out,
            *ONE_CORE,
        ],
        tmp_path,
    )

    assert quiet(ended), ended.err
    rows = Tables(out).read("pruning").sort("id")
    assert rows.select("id", "kept", "reason", "witness_id").rows() == [
        (1, False, "near_duplicate", 2),
        (2, True, "leader", None),
        (3, True, "leader", None),
        (4, True, "leader", None),
    ]
    assert rows["similarity"][0] == pytest.approx(0.999 / math.hypot(0.999, 0.01))
    assert sorted(Tables(out).read("representatives")["id"]) == [2, 3, 4]


def test_prune_against_earlier_representatives(spark: SparkSession, tmp_path: Path) -> None:
    """They act as leaders visited first, are not counted as kept, and pass on cluster ids."""
    assert spark.version
    for name, vectors in (("old", [[1.0, 0.0]]), ("new", [[1.0, 0.001], [0.0, 2.0]])):
        ids = [f"{name}-{number}" for number in range(len(vectors))]
        place = write_parquet(pa.table({"id": ids, "v": vectors}), tmp_path / name)
        against = ("--against", tmp_path / "out-old") if name == "new" else ()
        options = (
            "--id-column",
            "id",
            "--embedding-column",
            "v",
            "--retain",
            "1",
            "--out",
            tmp_path / f"out-{name}",
        )
        ended = run_here(prune, "--table", place, *options, *against)
        assert ended.code == 0, ended.err

    rows = Tables(tmp_path / "out-new").read("pruning").sort("id")
    assert rows.select("id", "cluster_id", "kept", "reason", "witness_id").rows() == [
        ("new-0", "c0000", False, "near_duplicate", "old-0"),
        ("new-1", "c0001", True, "leader", None),
    ]


def test_sample_draws_exactly_what_its_file_asks_for(tmp_path: Path) -> None:
    """As a process; match: traffic means the table's own shares."""
    pool = table(
        tmp_path, id=list(range(20)), kind=["a", "b"] * 10, q=[float(n) for n in range(20)]
    )
    block = tmp_path / "block.yaml"
    block.write_text(
        "sampling: {size: 6, seed: 1, maximise: q, constraints: [{dimension: kind, match: "
        "traffic}]}",
        "utf-8",
    )
    options = (
        "--table",
        pool,
        "--id-column",
        "id",
        "--constraints",
        block,
        "--out",
        tmp_path / "out",
    )
    ended = run_apart([job("sample"), *options, *ONE_CORE], tmp_path)

    assert quiet(ended), ended.err
    out = Tables(tmp_path / "out")
    assert sorted(out.read("selected")["id"]) == [14, 15, 16, 17, 18, 19]
    assert out.read("constraints")["met"].to_list() == [True, True]


def test_report_writes_the_page_and_the_same_facts_as_json(
    first_night: Curated, tmp_path: Path
) -> None:
    """As a process, from the tables alone; the numbers are those of the tables."""
    page = tmp_path / "page.html"
    places = ("--warehouse", first_night.tables.root, "--ds", FIRST, "--out", page)
    ended = run_apart([job("report"), *places, *ONE_CORE], tmp_path)

    assert quiet(ended), ended.err
    facts = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    html = page.read_text(encoding="utf-8")
    tables = first_night.tables
    decisions = tables.night("decisions", FIRST).group_by("phase", "outcome").len().rows()
    assert {"run_id", "ds", "phases", "train", "eval", "constraints", "alarms"} <= facts.keys()
    assert (facts["train"], facts["eval"]) == tuple(
        tables.night(side, FIRST).height for side in ("train", "eval")
    )
    for phase, outcome, rows in decisions:
        assert facts["phases"][phase][outcome] == rows
    assert facts["run_id"] in html
    # The page writes &#x27; for an apostrophe: a leak with one would be missed
    shown = unescape(html)
    assert not [p for p in tables.published(FIRST)["prompt"] if p in shown]
    assert ("<script src" in html, "http://" in html.replace("http://www.w3.org", "")) == (
        False,
        False,
    )


BAD_VECTORS: dict[str, tuple[list[Any], str]] = {
    "null": ([[1.0, 0.0], None], "null"),
    "zero": ([[1.0, 0.0], [0.0, 0.0]], "zero"),
    "NaN": ([[1.0, 0.0], [math.nan, 1.0]], "finite"),
    "another length": ([[1.0, 0.0], [1.0, 0.0], [1.0]], "length"),
}


@pytest.mark.parametrize("case", BAD_VECTORS)
def test_prune_refuses_a_vector_that_is_no_direction(
    spark: SparkSession, tmp_path: Path, case: str
) -> None:
    """Exit 3 with column, count and first ids; nothing is written."""
    assert spark.version
    vectors, word = BAD_VECTORS[case]
    place = table(tmp_path, id=[f"row-{n}" for n in range(len(vectors))], v=vectors)
    options = (
        "--id-column",
        "id",
        "--embedding-column",
        "v",
        "--retain",
        "1",
        "--out",
        tmp_path / "out",
    )
    ended = run_here(prune, "--table", place, *options)

    assert ended.code == 3
    assert ("column v" in ended.err, word in ended.err, f"row-{len(vectors) - 1}" in ended.err) == (
        True,
        True,
        True,
    )
    assert not (tmp_path / "out" / "pruning").exists()


def test_a_null_and_a_repeated_id_are_exit_3_in_all_three_jobs(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Answers that cannot be joined back are worth nothing; both faults are said at once."""
    assert spark.version
    place = table(tmp_path, id=["a", "a", None], said=["x", "y", "z"])
    block = tmp_path / "block.yaml"
    block.write_text("sampling: {size: 1, seed: 1}", encoding="utf-8")
    common = ("--table", place, "--id-column", "id", "--out", tmp_path / "out")
    runs = [
        run_here(score, *common, "--text-column", "said", "--scorers", "quality"),
        run_here(prune, *common, "--text-column", "said", "--retain", "1"),
        run_here(sample, *common, "--constraints", block),
    ]

    assert [ended.code for ended in runs] == [3, 3, 3]
    for ended in runs:
        assert "column id is null in 1 row;" in ended.err
        assert "column id repeats 1 id, first ['a']" in ended.err


def test_a_missing_column_is_exit_3_and_an_unknown_scorer_exit_2(
    spark: SparkSession, tmp_path: Path
) -> None:
    """A missing column is a bad input, an unknown scorer bad usage."""
    assert spark.version
    place = table(tmp_path, id=["a"], said=["x"])
    common = ("--table", place, "--id-column", "id", "--out", tmp_path / "out")
    missing = run_here(score, *common, "--text-column", "text", "--scorers", "quality")
    unknown = run_here(score, *common, "--text-column", "said", "--scorers", "quality,beauty")

    assert (missing.code, "has no column text; it has id, said" in missing.err) == (3, True)
    assert (unknown.code, "beauty; known are privacy, safety" in unknown.err) == (2, True)


def test_a_night_that_was_never_published_has_no_report(first_night: Curated) -> None:
    """Exit 3, and what to do."""
    ended = run_here(report, "--warehouse", first_night.tables.root, "--ds", "2020-01-01")

    assert (ended.code, "run jobs/curate.py first" in ended.err) == (3, True)


@pytest.mark.parametrize(
    "name",
    [
        *("curate", "score", "prune", "sample", "report", "reembed", "reindex", "erase"),
        *("audit", "make_traffic"),
    ],
)
def test_a_bad_option_is_exit_2_without_a_traceback(name: str, tmp_path: Path) -> None:
    """As a process; before Spark starts."""
    ended = run_apart([job(name), "--no-such-option"], tmp_path)

    assert (ended.code, "Traceback" in ended.err) == (2, False)
    assert "--no-such-option" in ended.err or "required" in ended.err
