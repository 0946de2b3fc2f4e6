"""Whole nights on HDFS and S3, each its own process: the rows of the local disk, and no secret."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from pipelines.lake import scan_table
from pipelines.published import scan_published
from pipelines.stores import files
from pipelines.stores.location import locate
from schemas.ledger import RUNS
from schemas.nightly import NIGHTLY
from schemas.sidecars import EMBEDDINGS
from tests.factories import (
    FIRST,
    KEY,
    SECOND,
    SMALL_CONFIG,
    Ended,
    conversation,
    job,
    rows_of,
    run_apart,
    traffic_of,
)
from tests.stores.servers import SECRET, Store

pytestmark = pytest.mark.stores

_BY_RUN = {"run_id", "decided_at"}
REPORTED = {"report.html", "report.json", "log.jsonl", "metrics.prom", "lineage.jsonl"}
_SETTINGS = ("spark.master=local[2,4]", "spark.partitions=2")


def submit_arguments(store: Store | None) -> str:
    """Return Spark's options: the jars that set-up puts into pyspark's own folder."""
    jars = () if store is None else store.jars
    named = ["--jars", ",".join(map(str, jars))] if jars else []
    options = ["--conf", "spark.ui.enabled=false", "--driver-memory", "1g"]
    return " ".join([*named, *options, "pyspark-shell"])


def curate(root: str, traffic: str, folder: Path, ds: str, store: Store | None = None) -> Ended:
    """Curate a night in a process of its own, reached through its environment."""
    config = folder / "small.yaml"
    config.write_text(SMALL_CONFIG, encoding="utf-8")
    sets = [part for setting in _SETTINGS for part in ("--set", setting)]
    places = ("--traffic", traffic, "--warehouse", root, "--ds", ds)
    environment = {} if store is None else dict(store.environment)
    command = [job("curate"), "--config", config, *places, *sets]
    arguments = {"PYSPARK_SUBMIT_ARGS": submit_arguments(store)}
    return run_apart(command, folder, **environment, **arguments)


def put_traffic(root: str, count: int) -> str:
    """Write a traffic table into a store; return where."""
    place = locate(root) / f"traffic-{count}"
    rows = [conversation(number) for number in range(count)]
    frame = pl.DataFrame(traffic_of(rows)).lazy()
    files.sink_parquet(frame, place / "part-0.parquet")
    return str(place)


def tables_of(root: str) -> Mapping[str, list[str]]:
    """Return the rows of every table of a night, and of the vectors."""
    return {
        table.name: rows_of(scan_table(root, table).collect(), _BY_RUN)
        for table in (*NIGHTLY, EMBEDDINGS)
    }


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """Return the rows of two nights on the local disk."""
    folder = tmp_path_factory.mktemp("disk")
    root = str(folder / "warehouse")
    for ds, count in ((FIRST, 6), (SECOND, 8)):
        ended = curate(root, put_traffic(str(folder), count), folder, ds)
        assert ended.code == 0, ended.err
    return tables_of(root)


def test_nights_have_the_rows_of_the_local_disk_and_say_no_secret(
    store: Store, root: str, tmp_path: Path, on_disk: Mapping[str, list[str]]
) -> None:
    """A store gives space and machines; the rows stay the same."""
    output = []
    for ds, count in ((FIRST, 6), (SECOND, 8)):
        ended = curate(f"{root}/wh", put_traffic(root, count), tmp_path, ds, store)
        assert ended.code == 0, ended.err
        output += [ended.out, ended.err]

    assert tables_of(f"{root}/wh") == on_disk
    published = scan_published(f"{root}/wh")
    assert published.run.ds == SECOND
    assert published.train.collect().height == len(on_disk["train"])
    assert scan_table(f"{root}/wh", RUNS).collect().height == 2
    for name, told in ask_about(f"{root}/wh", tmp_path, store).items():
        assert (told.code, SECOND in told.out) == (0, True), name + told.err
        output += [told.out, told.err]
    report = files.list_folder(locate(f"{root}/wh/reports/ds={SECOND}"))
    assert {entry.place.name for entry in report} >= REPORTED
    output += [file.read_text("utf-8") for file in (tmp_path / "logs").iterdir()]
    assert leaks(f"{root}/wh", output) == []


def ask_about(root: str, folder: Path, store: Store) -> dict[str, Ended]:
    """Return what the jobs say that tell of a night, each a process of its own."""
    asked = {
        "status": (),
        "audit": ("--from", SECOND, "--to", SECOND),
        "explain": ("--conversation", str(conversation(7)["conversation_id"])),
    }
    return {
        name: run_apart(
            [job(name), "--warehouse", root, *options], folder, **dict(store.environment)
        )
        for name, options in asked.items()
    }


def leaks(root: str, output: list[str]) -> list[str]:
    """Return where a secret is: in the output, or in a file of the warehouse."""
    found = [f"output {number}" for number, text in enumerate(output) if _is_secret(text.encode())]
    entries = files.list_folder(locate(root), deep=True)
    stored = [entry.place for entry in entries if not entry.is_folder]
    assert len(stored) > 100
    for file in stored:
        # S3A leaves marks of folders, which are listed and hold nothing.
        with contextlib.suppress(FileNotFoundError):
            found += [str(file)] if _is_secret(files.read_bytes(file)) else []
    return found


def _is_secret(data: bytes) -> bool:
    return SECRET.encode() in data or KEY.encode() in data


def test_a_store_without_its_jars_is_named_with_the_remedy(
    s3: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default set-up has none of them."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    files._store_of.cache_clear()
    bare = Store(s3.root, s3.environment, (), s3.port, s3.process)
    root = f"s3a://lake/{tmp_path.name}"

    ended = curate(f"{root}/wh", put_traffic(root, 6), tmp_path, FIRST, bare)

    assert ended.code == 2, ended.err
    assert "Spark has no client for s3a://; run make setup with STORES=s3" in ended.err
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in ended.err
