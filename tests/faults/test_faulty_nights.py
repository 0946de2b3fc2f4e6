"""Faults inside a running night: it ends with the rows of an unbroken one, or says what to do.

One night is run twice. The second time a worker is killed, the traffic gets another commit, the
clock stands six years back; and what comes after must find the second run the newer one.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from jobs.audit import main as audit
from pipelines.night import intake
from pipelines.night.intake import Content
from pipelines.night.report_facts import gather_facts
from pipelines.published import newest_run
from pipelines.settings import CONF
from tests.conftest import Bench
from tests.factories import (
    FIRST,
    KEY,
    NIGHTLY,
    SMALL_CONFIG,
    Ended,
    conversation,
    rows_of,
    run_here,
    traffic_of,
    write_parquet,
)

pytestmark = pytest.mark.spark

LAYER = '''
"""A safety layer whose process is killed, or meets a real limit of its memory, on some texts."""
import os
import resource
import signal
from pathlib import Path
from pipelines.models.answers import SafetyScore


class MortalSafety:
    name = "mortal"
    revision = "1"

    def __init__(self, spared):
        self.spared = Path(spared)

    def score(self, texts):
        if any("KILL" in text for text in texts) and not self.spared.exists():
            self.spared.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if any("ALWAYS" in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        if any("MEMORY" in text for text in texts):
            self.fill()
        return [SafetyScore(0.01, {}) for _ in texts]

    def fill(self):
        before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (1 << 34, before[1]))
        try:
            bytearray(1 << 35)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)
'''
KILL, MEMORY = "Please KILL the lights in my room.", "Please tell me about MEMORY and the sea."


class SetBack(datetime):
    """A clock that somebody has set back by six years."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # Spark's too
        """Return the time that it shows."""
        return datetime.now(tz) - timedelta(days=6 * 365)


@dataclass(frozen=True, slots=True)
class Twice:
    """A night that was run twice, the second time with faults.

    Args:
        bench: its folder; `spared` there lets the layer live.
        settings: of both runs.
        whole, faulty: how they ended.
        rows: of each table, as the whole run left them.
    """

    bench: Bench
    settings: tuple[str, ...]
    whole: Ended
    faulty: Ended
    rows: dict[str, list[str]]

    @property
    def root(self) -> Path:
        """The warehouse."""
        return self.bench.folder / "warehouse"

    def again(self, traffic: Path, warehouse: str = "warehouse") -> Ended:
        """Run the night once more, on other traffic."""
        return self.bench.curate(traffic, *self.settings, warehouse=warehouse)


def rows_now(bench: Bench, warehouse: str = "warehouse") -> dict[str, list[str]]:
    """Return the rows of every nightly table, without what names the run."""
    without = {"run_id", "decided_at"}
    return {name: rows_of(bench.tables(warehouse).read(name), without) for name in NIGHTLY}


@pytest.fixture(scope="module")
def twice(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    """Return the night that was run twice."""
    folder = tmp_path_factory.mktemp("twice")
    (folder / "small.yaml").write_text(SMALL_CONFIG, encoding="utf-8")
    bench, settings = Bench(folder, folder / "small.yaml"), settings_of(spark, folder)
    traffic = folder / "delta"
    rows = [conversation(number) for number in range(6)]
    rows += [conversation(50, text=KILL), conversation(51, text=MEMORY)]
    save(spark, rows, traffic)
    (folder / "spared").touch()
    whole = bench.curate(traffic, *settings)
    assert whole.code == 0, whole.err
    before = rows_now(bench)
    shutil.rmtree(folder / "warehouse" / "_facts")  # every answer is made anew
    (folder / "spared").unlink()
    late = [conversation(60, text="This came too late to be read tonight.")]
    with pytest.MonkeyPatch.context() as patch:
        for room in ("night", "watching", "claim"):
            patch.setattr(f"pipelines.night.{room}.datetime", SetBack)
        past = SetBack.now()
        patch.setattr(F, "current_timestamp", lambda: F.lit(past))
        patch.setattr(intake, "read_whole", then(lambda: save(spark, late, traffic)))
        faulty = bench.curate(traffic, *settings)
    return Twice(bench, settings, whole, faulty, before)


def settings_of(spark: SparkSession, folder: Path) -> tuple[str, ...]:
    """Return the settings of nights with the mortal layer, whose module the workers can import."""
    module = folder / "mortal_layer.py"
    module.write_text(LAYER, encoding="utf-8")
    spark.sparkContext.addPyFile(str(module))
    models = yaml.safe_load((CONF / "models.yaml").read_text(encoding="utf-8"))
    entry = {"kind": "safety", "class": "mortal_layer.MortalSafety"}
    models["models"]["mortal"] = entry | {"spared": str(folder / "spared")}
    (folder / "models.yaml").write_text(yaml.safe_dump(models), encoding="utf-8")
    layers = "[critical_rules, fasttext_safety, mortal]"
    names = (f"models.safety={layers}", f"safety.required={layers}")
    return (f"models.registry={folder / 'models.yaml'}", *names)


def save(spark: SparkSession, rows: list[dict[str, Any]], place: Path) -> None:
    """Add rows to a Delta table."""
    files = write_parquet(traffic_of(rows), place.with_name(f"files-{len(rows)}"))
    spark.read.parquet(str(files)).write.format("delta").mode("append").save(str(place))


def then(act: Callable[[], object]) -> Callable[[Any], Content]:
    """Return `read_whole`, right after which something happens."""
    count = intake.read_whole

    def counted(rows: Any) -> Content:  # noqa: ANN401 a frame of Spark
        found = count(rows)
        act()
        return found

    return counted


def test_a_night_whose_worker_is_killed_ends_with_the_rows_of_an_unbroken_one(
    twice: Twice,
) -> None:
    """Spark starts another worker, and the rows are scored again: none is lost, none doubled."""
    assert twice.faulty.code == 0, twice.faulty.err
    assert (twice.bench.folder / "spared").exists()
    assert rows_now(twice.bench) == twice.rows


def test_a_model_out_of_memory_fails_on_its_text_alone(twice: Twice) -> None:
    """The limit is real; a person decides about the one text."""
    decided = twice.bench.tables().night("decisions", FIRST).filter(pl.col("outcome") == "review")

    assert decided.select("conversation_id", "reason").rows() == [
        ("conversation-51", "safety_unscored")
    ]
    assert twice.bench.tables().published(FIRST).height == 7


def test_a_commit_to_the_traffic_while_it_is_read_is_not_read(twice: Twice) -> None:
    """Spark alone plans each pass on the newest version: rows would be scored, uncounted."""
    runs = twice.bench.tables().read("runs").sort("train_version")

    assert [dict(versions)["traffic"] for versions in runs["input_versions"]] == [0, 0]
    assert "conversation-60" not in twice.bench.tables().read("samples")["conversation_id"]


def test_a_run_whose_clock_was_set_back_is_the_newest_all_the_same(
    twice: Twice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Versions only grow: readers, report, gates and audit go by them."""
    runs = twice.bench.tables().read("runs").sort("train_version")
    monkeypatch.setenv("CURATION_KEY", KEY)

    audited = run_here(audit, "--warehouse", twice.root)

    assert runs["finished_at"][1] < runs["finished_at"][0] - timedelta(days=2000)
    assert (runs["finished_at"] >= runs["started_at"]).all()
    assert newest_run(twice.root, FIRST).run_id == runs["run_id"][1]
    assert gather_facts(twice.root, FIRST).run.run_id == runs["run_id"][1]
    assert "the equal run before had" in runs["checks"][1]
    assert audited.code == 0, audited.out + audited.err


@pytest.mark.nights
def test_a_worker_that_is_killed_each_time_ends_the_night_with_a_sentence(twice: Twice) -> None:
    """Four times is enough; who reads it must not have to know a Py4JJavaError."""
    before = twice.bench.tables().versions()
    rows = [conversation(number) for number in range(2)]
    rows.append(conversation(52, text="KILL me ALWAYS, please, and every time again."))

    ended = twice.again(twice.bench.traffic(*rows, name="deadly"))

    assert ended.code == 1
    assert "A Python worker of Spark was killed" in ended.err
    assert "nothing was published" in ended.err
    assert twice.bench.tables().versions() == before


def test_a_file_that_is_replaced_while_it_is_read_is_exit_3(
    twice: Twice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the old file with half of the new one would be a night that nobody sent."""
    before = twice.bench.tables().versions()
    traffic = twice.bench.traffic(*(conversation(n) for n in range(4)), name="moving")
    again = [conversation(n, text=f"Quite another question, number {n}?") for n in range(4)]
    replaced = then(lambda: twice.bench.traffic(*again, name="moving"))
    monkeypatch.setattr(intake, "read_whole", replaced)

    ended = twice.again(traffic)

    assert ended.code == 3, ended.err
    assert f"traffic: {traffic / 'part-00000.parquet'} changed while the night read" in ended.err
    assert twice.bench.tables().versions() == before


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        ("_facts", "remove {root}/_facts, then start again"),
        ("embeddings", "Put its table back from a copy of the warehouse"),
    ],
)
def test_a_file_of_the_warehouse_that_was_cut_off_is_named(
    twice: Twice, damaged: str, said: str
) -> None:
    """It is no fault of the input: not exit 3, which is tried again ten times."""
    root = shutil.copytree(twice.root, twice.bench.folder / f"cut-{damaged}")
    for file in sorted((root / damaged).rglob("part-*.parquet")):
        file.write_bytes(file.read_bytes()[:-200])
        file.with_name(f".{file.name}.crc").unlink(missing_ok=True)
    before = twice.bench.tables(root.name).versions()

    ended = twice.again(twice.bench.folder / "delta", warehouse=root.name)

    assert ended.code == 1, ended.err
    assert f"warehouse: {root / damaged}/" in ended.err
    assert said.format(root=root) in ended.err
    assert twice.bench.tables(root.name).versions() == before
