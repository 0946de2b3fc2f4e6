"""SIGKILL at every step of a publication on HDFS and S3: no mixture is seen, the next run mends."""

import os
import signal
import threading
from pathlib import Path

import polars as pl
import pytest

from pipelines.lake import scan_table
from pipelines.published import scan_published
from pipelines.stores import files
from pipelines.stores.files import list_parquet
from pipelines.stores.location import locate
from schemas.ledger import RUNS
from tests.factories import ROOT, Ended, run_apart
from tests.stores.cutting_proxy import cutting_proxy
from tests.stores.publisher import LEASE_SECONDS
from tests.stores.servers import Store
from tests.stores.test_nights import submit_arguments

pytestmark = pytest.mark.stores

KILLS = int(os.environ.get("CURATION_TEST_KILLS", "20"))


def publish(root: str, run: str, dies_at: int, folder: Path, store: Store) -> Ended:
    """Publish a night in a process of its own, which dies at a step."""
    return run_apart(
        ["-m", "tests.stores.publisher", root, run, dies_at],
        folder,
        **dict(store.environment),
        PYTHONPATH=str(ROOT),
        PYSPARK_SUBMIT_ARGS=submit_arguments(store),
    )


def what_readers_see(root: str) -> tuple[str, list[str], list[str]]:
    """Return the newest published run, and of which run the rows of train and eval are."""
    seen = scan_published(root)
    sides = [
        side.select("run_id").collect()["run_id"].to_list() for side in (seen.train, seen.eval)
    ]
    return seen.run.run_id, sides[0], sides[1]


def test_no_kill_at_any_step_shows_a_mixture_or_loses_a_night(
    store: Store, root: str, tmp_path: Path
) -> None:
    """Each run finishes what the one before it left, then dies one step later."""
    first = publish(root, "run-00", 0, tmp_path, store)
    assert first.code == 0, first.err
    steps = int(first.out.rpartition("steps ")[2])
    published, seen = ["run-00"], []
    chosen = sorted({1 + round(n * (steps - 1) / max(KILLS - 1, 1)) for n in range(KILLS)})
    for number, step in enumerate(chosen, start=1):
        killed = publish(root, f"run-{number:02}", step, tmp_path, store)
        assert killed.code == -signal.SIGKILL, killed.err
        seen.append(what_readers_see(root))
        threading.Event().wait(LEASE_SECONDS + 1)
    last = publish(root, "last", 0, tmp_path, store)
    assert last.code == 0, last.err
    seen.append(what_readers_see(root))

    assert [(train, held_out) for run, train, held_out in seen] == [
        ([run], [run]) for run, _, _ in seen
    ]
    runs = scan_table(root, RUNS).filter(pl.col("status") == "published").collect()
    assert runs["run_id"].n_unique() == runs.height
    assert set(published) < set(runs["run_id"])
    assert seen[-1][0] == "last"
    # A store goes on listing an emptied folder for a while.
    assert list_parquet(locate(root) / "_staging", deep=True) == []


def test_commits_of_spark_whose_answers_were_cut_are_not_made_again(
    s3: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hadoop's client tries again, and is refused by its own put: the rows are there once."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    files._store_of.cache_clear()
    root = f"s3a://lake/{tmp_path.name}"
    first = publish(root, "first", 0, tmp_path, s3)
    assert first.code == 0, first.err
    commits = r"/(train|eval|samples|runs)/_delta_log/0+[0-9]+\.json"
    with cutting_proxy(s3.port, commits, cuts=4) as (port, cut):
        through = {**s3.environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
        behind = Store(s3.root, through, s3.jars, port, s3.process)
        ended = publish(root, "cut", 0, tmp_path, behind)

    assert ended.code == 0, ended.err
    assert {path.split("/")[-3] for path in cut} == {"train", "eval", "samples", "runs"}
    assert what_readers_see(root) == ("cut", ["cut"], ["cut"])
    runs = scan_table(root, RUNS).collect()
    assert sorted(runs["run_id"]) == ["cut", "first"]
