"""Files, claims and tables on HDFS and S3, as on a disk; no Spark."""

import multiprocessing
import threading
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import ConfigurationError, CurationError
from pipelines.night import claim as claims
from pipelines.night.claim import ClaimLostError, Intent, Pace, hold_warehouse, read_intent
from pipelines.stores import files
from pipelines.stores.location import locate
from pipelines.stores.row_table import RowTable
from schemas.claims import CLAIMS
from tests.factories import FIRST
from tests.stores.cutting_proxy import cutting_proxy
from tests.stores.servers import SECRET, Store

pytestmark = pytest.mark.stores

ROWS = pl.DataFrame({"n": [1, 2, 3], "text": ["x", None, "ü"]})


def test_files_are_written_listed_read_and_removed(root: str) -> None:
    """A name with a blank, an umlaut or a bracket is a plain name."""
    folder = locate(root) / "ds=2026 [ü]"
    files.write_bytes(folder / "note.json", b"{}")
    files.sink_parquet(ROWS.lazy(), folder / "part-00000.parquet")
    listed = files.list_parquet(locate(root), deep=True)

    assert [file.name for file in listed] == ["part-00000.parquet"]
    assert files.read_bytes(folder / "note.json") == b"{}"
    assert files.read_schema(listed[0]).names == ["n", "text"]
    assert files.scan_parquet(listed).filter(pl.col("n") > 1).collect().rows() == [
        (2, None),
        (3, "ü"),
    ]
    wider = pl.Schema({"more": pl.Float64(), "n": pl.Int64()})
    assert files.scan_parquet(listed, wider).collect().rows() == [(None, n) for n in (1, 2, 3)]

    files.remove_folder(folder)
    assert files.list_parquet(locate(root), deep=True) == []


def _claim_at(root: str, run: str, start: object, results: object) -> None:
    start.wait()  # type: ignore[attr-defined]  # a barrier of another process
    try:
        claims._take(locate(root), run, FIRST, Pace())
    except CurationError as error:
        results.put((run, str(error)))  # type: ignore[attr-defined]  # a queue
    else:
        results.put((run, "won"))  # type: ignore[attr-defined]  # a queue


def test_of_four_processes_one_wins_and_the_others_name_it(root: str) -> None:
    """Two schedulers that start the same night must not both publish it."""
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(4), context.Queue()
    runs = [
        context.Process(target=_claim_at, args=(root, f"run-{number}", start, results))
        for number in range(4)
    ]
    for run in runs:
        run.start()
    answers = dict(results.get(timeout=120) for _ in runs)
    for run in runs:
        run.join()
    winners = [run for run, answer in answers.items() if answer == "won"]

    assert len(winners) == 1
    assert [winners[0] in answer for answer in answers.values() if answer != "won"] == [True] * 3


def test_a_dead_run_is_overtaken_behind_its_lease_and_shut_out(root: str) -> None:
    """The next run takes over its open publication."""
    pace = Pace(0.5)
    dead = claims._take(locate(root), "dead", FIRST, pace)
    dead.begin(Intent("dead", FIRST, {"train": 1}, ("train",)))
    threading.Event().wait(0.6)  # the lease

    with hold_warehouse(root, "next", FIRST, pace) as claim:
        assert claim.overtook
        assert read_intent(root) == Intent("dead", FIRST, {"train": 1}, ("train",))
        with pytest.raises(ClaimLostError):
            dead.settle()


def test_a_claim_whose_answer_was_cut_is_recognised(
    s3: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The put is done, the connection gone: a second try is refused by its own commit."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    with cutting_proxy(s3.port, r"_claims/_delta_log/0+[0-9]\.json", cuts=4) as (port, cut):
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        files._store_of.cache_clear()
        root = f"s3a://lake/{tmp_path.name}"
        with hold_warehouse(root, "one", FIRST) as claim:
            claim.begin(Intent("one", FIRST, {}, ()))
            claim.settle()
            epoch = claim.epoch
        seen = RowTable(locate(root) / "_claims", CLAIMS.arrow).read()

    assert len(cut) == 4
    assert epoch == 1
    assert seen is not None
    assert seen.row is not None
    assert (seen.row["run_id"], seen.row["status"]) == ("one", "released")


@pytest.mark.parametrize(
    ("place", "changed", "expected"),
    [
        ("s3a://nowhere/wh", {}, "there is no such bucket"),
        (
            "s3a://lake/wh",
            {"AWS_SECRET_ACCESS_KEY": "wrong-" + SECRET},
            "no right to read and write",
        ),
        ("s3a://lake/wh", {"AWS_ACCESS_KEY_ID": "nobody"}, "no right to read and write"),
    ],
)
def test_a_store_that_refuses_is_named_with_the_remedy(
    s3: Store, monkeypatch: pytest.MonkeyPatch, place: str, changed: dict[str, str], expected: str
) -> None:
    """Refused before any work; the message holds no part of the key."""
    for name, value in {**s3.environment, **changed}.items():
        monkeypatch.setenv(name, value)
    files._store_of.cache_clear()

    with pytest.raises(ConfigurationError, match=expected) as refused:
        hold_warehouse(place, "one", FIRST).__enter__()

    assert SECRET not in str(refused.value)


def test_a_store_that_answers_nothing_for_a_minute_loses_nothing(store: Store, root: str) -> None:
    """Servers are restarted; a request waits, and is asked again."""
    with hold_warehouse(root, "one", FIRST) as claim:
        beating = threading.Thread(target=claim.beat)
        with store.paused():
            beating.start()
            beating.join(60)
            assert beating.is_alive()
        beating.join()
        claim.require()
        assert claim.row["status"] == "claimed"
