"""One Spark session, and a demo night that is curated once, for every test that needs them."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import settings
from pyspark.sql import SparkSession

from jobs.curate import main as curate
from pipelines.config import SparkSettings
from pipelines.spark.session import start_session
from tests.factories import (
    CONFIG,
    FIRST,
    LOOKED_BACK_AT,
    NIGHTLY,
    SECOND,
    SMALL_CONFIG,
    Ended,
    NightInput,
    Tables,
    conversation,
    dense_night,
    rows_of,
    run_here,
    traffic_of,
    write_parquet,
)

# A slow machine is no fault of the code: no test is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
# Short work on a cold JVM: the second compiler would cost more than it saves. With one compiler the
# JVM keeps 48 MB for what is compiled, which some nights fill; from then on it would interpret.
_JVM = "-Duser.timezone=UTC -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
# Compiling a query costs more than running it on a dozen rows. Jobs in a process of their own, as
# in tests/faults, compile as a night does.
_INTERPRET = (
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN"
)
_SUBMIT = " ".join(
    (
        "--conf spark.ui.enabled=false --driver-memory 2g",
        _INTERPRET,
        f"--conf 'spark.driver.extraJavaOptions={_JVM}' pyspark-shell",
    )
)
NIGHTS_ASKED_FOR = "CURATION_TEST_NIGHTS"
"""The variable of how many nights the simulation lets pass; without it no such test runs."""
# Known to the first night's traffic alone; the contract carries them through.
EXTRA = pa.schema(
    [
        ("experiment", pa.struct([("arm", pa.string()), ("exposure", pa.float64())])),
        ("app.version", pa.string()),
        ("place", pa.list_(pa.string())),
        ("joined", pa.timestamp("us")),
    ]
)


def pytest_configure() -> None:
    """Give this process a main file: pytest-xdist's have none, and importing pyspark needs it."""
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):
        main.__file__ = __file__


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that start a process of their own."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    starts = hasattr(getattr(item, "module", None), "subprocess")
    if starts or (code is not None and "run_apart" in code.co_names):
        item.add_marker(pytest.mark.process)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what lasts minutes where nobody asked for it: `make test-nights` does."""
    if item.get_closest_marker("nights") and not os.environ.get(NIGHTS_ASKED_FOR):
        pytest.skip(f"set {NIGHTS_ASKED_FOR}=60, as make test-nights does: it takes long")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the shared nights, then Spark's tests; short tests fill the gaps at the end."""
    items.sort(
        key=lambda item: (not _reads_nights(item.path), item.get_closest_marker("spark") is None)
    )


@cache
def _reads_nights(file: Path) -> bool:
    """Whether a file holds a test that reads the nights that one process makes once."""
    return "first_night" in file.read_text("utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config,
    log: Any,  # noqa: ANN401 xdist's own
) -> object:
    """Keep a file's tests in one process, and those of all files that read the shared nights."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 only where xdist runs

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "nights" if _reads_nights(config.rootpath / file) else file

    return ByFile(config, log)


def _cores() -> str:
    """Return the master of this process's session: one core where two processes run tests."""
    return "local[2,4]" if os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1") == "1" else "local[1,4]"


@contextlib.contextmanager
def _shared_session(settings: SparkSettings, name: str = "tests") -> Iterator[SparkSession]:
    """Stand in for `open_session`: the tests' session, with these partitions, left open."""
    yield start_session(settings, name)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Start the session of all tests; jobs that run in this process use it too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CURATION_LOGS", str(tmp_path_factory.mktemp("logs")))
        with pytest.MonkeyPatch.context() as start:
            start.setenv("PYSPARK_SUBMIT_ARGS", _SUBMIT)
            session = start_session(SparkSettings(master=_cores(), partitions=4), "tests")
        for edge in ("night.curate", "any_table.jobs", "night.reembedding"):
            patch.setattr(f"pipelines.{edge}.open_session", _shared_session)
        yield session
    session.stop()


@dataclass(frozen=True, slots=True)
class Curated:
    """A night that was curated: its input, its tables, how the job ended."""

    input: NightInput
    tables: Tables
    ended: Ended


@dataclass(frozen=True, slots=True)
class Bench:
    """What curates a night in the tests' session.

    Args:
        folder: of this test alone.
        config: of handmade nights.
    """

    folder: Path
    config: Path

    def curate(
        self,
        traffic: Path,
        *settings: str,
        ds: str = FIRST,
        warehouse: str = "warehouse",
        fresh: bool = False,
    ) -> Ended:
        """Run the job on a traffic table; each setting is `key.path=value`."""
        sets = [
            part for setting in ("spark.partitions=2", *settings) for part in ("--set", setting)
        ]
        place = self.folder / warehouse
        return run_here(
            curate,
            *(
                "--config",
                self.config,
                "--traffic",
                traffic,
                "--warehouse",
                place,
                "--ds",
                ds,
                *sets,
                *(["--fresh"] if fresh else []),
            ),
        )

    def tables(self, warehouse: str = "warehouse") -> Tables:
        """Return the tables of the warehouse."""
        return Tables(self.folder / warehouse)

    def traffic(self, *rows: dict[str, object], name: str = "traffic") -> Path:
        """Write rows of traffic."""
        return write_parquet(traffic_of(rows), self.folder / name)


@pytest.fixture
def bench(spark: SparkSession, tmp_path: Path) -> Bench:
    """Return a bench with an empty warehouse."""
    assert spark.version
    return _bench(tmp_path)


def _bench(folder: Path) -> Bench:
    config = folder / "small.yaml"
    config.write_text(SMALL_CONFIG, encoding="utf-8")
    return Bench(folder, config)


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the configuration of the demo nights."""
    file = tmp_path_factory.mktemp("config") / "night.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def first_input(tmp_path_factory: pytest.TempPathFactory) -> NightInput:
    """Return a dense demo night with extra columns and two rows that it has twice."""
    night = dense_night(seed=20, ds=FIRST, rows=2_000, echoes=50, clean=110)
    told = set(night.truth["conversation_id"].to_pylist())
    plain = [
        n for n, name in enumerate(night.traffic["conversation_id"].to_pylist()) if name not in told
    ]
    traffic = pa.concat_tables([night.traffic, night.traffic.take(plain[:2])])
    return _write(
        tmp_path_factory.mktemp("first"), _with_extras(traffic), night.scores, night.truth
    )


def _with_extras(traffic: pa.Table) -> pa.Table:
    for field in EXTRA:
        values = [_extra(field.name, name) for name in traffic["conversation_id"].to_pylist()]
        traffic = traffic.append_column(field, pa.array(values, field.type))
    return traffic


def _extra(column: str, name: str) -> object:
    last = name[-1]
    values = {
        "experiment": {"arm": f"arm-{last}", "exposure": float(ord(last))},
        "app.version": f"7.{ord(last)}",
        "place": [last, last * 2],
        "joined": datetime(2025, 1, 1 + ord(last) % 28),  # noqa: DTZ001 a timestamp without a zone
    }
    return values[column]


@pytest.fixture(scope="session")
def second_input(first_input: NightInput, tmp_path_factory: pytest.TempPathFactory) -> NightInput:
    """Return the next night: returning users, and the last night's prompts by other users."""
    night = dense_night(seed=20, ds=SECOND, rows=400, echoes=5, clean=60)
    touched = first_input.truth["conversation_id"].implode()
    plain = first_input.rows.filter(~pl.col("conversation_id").is_in(touched))
    again = [
        conversation(number, text=messages[-1]["content"], conversation_id=f"again-{number}")
        for number, messages in enumerate(plain["messages"].head(30))
        if messages[-1]["role"] == "user"
    ]
    traffic = pa.concat_tables([night.traffic, traffic_of(again)])
    return _write(tmp_path_factory.mktemp("second"), traffic, night.scores, night.truth)


def _write(folder: Path, traffic: pa.Table, scores: pa.Table, truth: pa.Table) -> NightInput:
    return NightInput(
        write_parquet(traffic, folder / "traffic"),
        write_parquet(scores, folder / "scores"),
        pl.DataFrame(traffic),
        pl.DataFrame(truth),
    )


def curate_demo(config: Path, night: NightInput, ds: str, warehouse: Path, *settings: str) -> Ended:
    """Curate a demo night in this process."""
    sets = [part for setting in ("spark.partitions=4", *settings) for part in ("--set", setting)]
    places = ("--traffic", night.traffic, "--scores", night.scores, "--warehouse", warehouse)
    return run_here(curate, "--config", config, *places, "--ds", ds, *sets)


@pytest.fixture(scope="session")
def first_night(
    spark: SparkSession,
    config: Path,
    first_input: NightInput,
    tmp_path_factory: pytest.TempPathFactory,
) -> Curated:
    """Return the first night, curated once; nobody writes to its warehouse again."""
    assert spark.version
    tables = Tables(tmp_path_factory.mktemp("curated") / "warehouse")
    ended = curate_demo(config, first_input, FIRST, tables.root)
    assert ended.code == 0, ended.err
    return Curated(first_input, tables, ended)


@dataclass(frozen=True, slots=True)
class TwoNights:
    """A warehouse with two nights, the first of them run again before and after the second.

    Args:
        tables: the warehouse at the end.
        second: the second night's input.
        states: rows per table and night at each stop: `first`, `again`, `second`, `late`.
    """

    tables: Tables
    second: NightInput
    states: dict[str, dict[tuple[str, str], list[str]]]


@pytest.fixture(scope="session")
def history(
    first_night: Curated,
    second_input: NightInput,
    config: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> TwoNights:
    """Return a copy of the first night's warehouse, carried on."""
    folder = tmp_path_factory.mktemp("history")
    tables = Tables(shutil.copytree(first_night.tables.root, folder / "warehouse"))
    shuffled = _shuffled(first_night.input, folder / "shuffled")
    states = {"first": _state(tables)}
    stops = (
        ("again", shuffled, FIRST, 7),
        ("second", second_input, SECOND, 4),
        ("late", first_night.input, FIRST, 64),
    )
    for stop, night, ds, partitions in stops:
        shutil.rmtree(tables.root / "_facts")  # every answer is made anew, in other partitions
        # A night looks back through the index alone: what else the night before has is not there.
        gone = [n for n in NIGHTLY if n not in LOOKED_BACK_AT] if stop == "second" else []
        with _away(tables.root, gone, FIRST):
            ended = curate_demo(config, night, ds, tables.root, f"spark.partitions={partitions}")
        assert ended.code == 0, ended.err
        states[stop] = _state(tables)
    return TwoNights(tables, second_input, states)


@contextlib.contextmanager
def _away(root: Path, tables: Sequence[str], ds: str) -> Iterator[None]:
    """Take the files of a night of some tables away for a while."""
    places = [root / name / f"ds={ds}" for name in tables]
    places = [place for place in places if place.is_dir()]
    for place in places:
        place.rename(root / f"away-{place.parent.name}")
    try:
        yield
    finally:
        for place in places:
            (root / f"away-{place.parent.name}").rename(place)


def _shuffled(night: NightInput, folder: Path) -> NightInput:
    order = pl.Series(range(night.rows.height)).shuffle(seed=5).to_list()
    traffic = pa.concat_tables([_read(night.traffic)]).take(pa.array(order))
    return NightInput(
        write_parquet(traffic, folder / "traffic", files=5), night.scores, night.rows, night.truth
    )


def _read(folder: Path) -> pa.Table:
    return pq.read_table(folder)


def _state(tables: Tables) -> dict[tuple[str, str], list[str]]:
    without = {"run_id", "decided_at"}
    frames = {name: tables.read(name) for name in NIGHTLY}
    return {
        (name, ds): rows_of(frame.filter(pl.col("ds") == ds), without)
        for name, frame in frames.items()
        for ds in (FIRST, SECOND)
    }
