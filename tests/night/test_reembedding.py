"""Another revision of the encoder: nights are not compared, embedded again, then compared."""

import json
import shutil
from html import unescape
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl
import pytest

from jobs.reembed import main as reembed
from pipelines.spark.tables import Warehouse
from schemas.sidecars import EMBEDDINGS
from tests.configurations import another_revision
from tests.conftest import Bench
from tests.factories import FIRST, SECOND, Ended, conversation, run_here

pytestmark = pytest.mark.spark

REWORDED = 3
DRAWN = 6


def counted(bench: Bench) -> dict[str, int]:
    """Return what the last run of the second night counted as not compared, by night."""
    run = bench.tables().night("runs", SECOND).sort("finished_at").row(-1, named=True)
    return {key: n for key, n in dict(run["counts"]).items() if key.startswith("not_compared.")}


def named_nights(bench: Bench) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the nights that the second night's report names, in its facts and its alarms."""
    page = bench.folder / "warehouse" / "reports" / f"ds={SECOND}" / "report.html"
    facts = json.loads(page.with_name("report.json").read_text(encoding="utf-8"))
    titles = [a["title"] for a in facts["alarms"] if a["title"].startswith("Nights not compared")]
    shown = unescape(page.read_text(encoding="utf-8"))
    assert [title in shown for title in titles] == [True] * len(titles)
    return facts["uncompared"], titles


def vectors(bench: Bench) -> pl.DataFrame:
    """Return the keys of all embeddings."""
    return bench.tables().read("embeddings").select("text_hash", "model", "model_revision")


def embed_again(bench: Bench, registry: str, *options: object) -> Ended:
    """Run the job on the bench's warehouse."""
    sets = ("--set", registry, "--set", "spark.partitions=2")
    return run_here(reembed, "--warehouse", bench.folder / "warehouse", *sets, *options)


def test_a_night_of_another_encoder_is_named_then_embedded_anew_then_compared(bench: Bench) -> None:
    """Until then its repeats are kept as new; a killed job goes on where it stopped."""
    first = bench.traffic(*(conversation(n) for n in range(10)), name="first")
    texts = [conversation(n)["messages"][0]["content"] for n in range(10)]
    assert bench.curate(first, f"sampling.size={DRAWN}").code == 0
    drawn = bench.tables().night("train", FIRST)["prompt"].to_list()
    reworded = [text[:-1] + " " + text[-1] for text in texts if text in drawn][:REWORDED]
    rows = [conversation(11), *(conversation(50 + n, text=text) for n, text in enumerate(reworded))]
    second = bench.traffic(*rows, name="second")
    registry = another_revision(bench.folder)

    ended = bench.curate(second, registry, ds=SECOND)

    assert ended.code == 0, ended.err
    assert counted(bench) == {f"not_compared.{FIRST}": 10}
    assert named_nights(bench) == (
        [{"ds": FIRST, "rows": 10}],
        [f"Nights not compared: {FIRST} (10 rows)"],
    )
    assert bench.tables().night("pruning", SECOND)["reason"].to_list() == ["leader"] * (
        REWORDED + 1
    )

    before = vectors(bench)
    idle = embed_again(bench, registry, "--ds-from", SECOND)

    assert (idle.code, idle.out.startswith("Nothing to do: every kept row has a vector of")) == (
        0,
        True,
    )
    assert vectors(bench).height == before.height

    # What was kept and not drawn is in no table now
    shutil.rmtree(bench.folder / "warehouse" / "_facts")
    killed = _killed_after(2, bench, registry)

    assert killed.code == 1
    assert before.height < vectors(bench).height < before.height + DRAWN

    gone = "4 not: their text is no longer stored (not published, and no facts kept)"
    left = 10 - (vectors(bench).height - before.height)
    again = embed_again(bench, registry, "--batch", 2, "--ds-to", FIRST)

    assert (again.code, again.out.splitlines()[1:]) == (
        0,
        [
            f"{FIRST}: {left} kept rows without a vector; {left - 4} embedded; {gone}",
            f"Run these nights again, published before they could be compared: {SECOND}.",
        ],
    )
    assert vectors(bench).height == before.height + DRAWN
    assert vectors(bench).is_duplicated().sum() == 0
    assert list((bench.folder / "warehouse" / "_staging").glob("reembed-*")) == []

    ended = bench.curate(second, registry, ds=SECOND)
    repeated = bench.tables().night("pruning", SECOND).filter(pl.col("reason") == "near_duplicate")

    assert ended.code == 0, ended.err  # that it now prunes otherwise is no failure to reproduce
    assert counted(bench) == {f"not_compared.{FIRST}": 4}
    assert repeated["witness_ds"].to_list() == [FIRST] * REWORDED
    assert "Run these nights" not in embed_again(bench, registry).out


def _killed_after(stored: int, bench: Bench, registry: str) -> Ended:
    """Run the job until so many batches are stored; then it dies."""
    append, calls = Warehouse.append, []

    def dies(warehouse: Warehouse, table: Any, *rest: Any) -> None:  # noqa: ANN401 as it comes
        calls.append(table)
        if len(calls) > stored:
            raise KeyboardInterrupt
        append(warehouse, table, *rest)

    with mock.patch.object(Warehouse, "append", dies):
        ended = embed_again(bench, registry, "--batch", 2)
    assert set(calls) == {EMBEDDINGS}
    return ended


@pytest.mark.parametrize(
    ("options", "code", "expected"),
    [
        (("--ds-from", "2026-02-30"), 2, "ds: '2026-02-30' is not a date"),
        (
            ("--ds-from", SECOND, "--ds-to", FIRST),
            2,
            f"--ds-from {SECOND} comes after --ds-to {FIRST}",
        ),
        (("--batch", "0"), 2, "--batch 0: must be a whole number, 1 or more."),
        (("--set", "models.encoder=nobody"), 2, "models.encoder: nobody is not in the registry"),
        ((), 3, "has no night that kept a row; run jobs/curate.py first"),
        (("--warehouse", "/nowhere/at/all"), 3, "there is nothing at /nowhere/at/all"),
    ],
)
def test_bad_usage_ends_before_any_work(
    tmp_path: Path, options: tuple[str, ...], code: int, expected: str
) -> None:
    """A wrong option must be refused before Spark starts."""
    (tmp_path / "warehouse").mkdir()
    ended = run_here(reembed, "--warehouse", tmp_path / "warehouse", *options)

    assert (ended.code, expected in ended.err) == (code, True), ended.err
