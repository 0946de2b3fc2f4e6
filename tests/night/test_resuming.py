"""A run goes on where a killed one of its night stopped: nothing finished is done again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipelines.config import RunConfig
from pipelines.night.phases import PHASES
from pipelines.night.resuming import Resumption
from tests.conftest import Bench
from tests.factories import FIRST, NIGHTLY, conversation, rows_of
from tests.faults.killing import taken_over
from tests.night.counting import make_counter, settings_of

ROWS = [conversation(number) for number in range(8)]
NAMES = [*PHASES]
OF_NO_PHASE = {
    *("traffic", "scores", "warehouse", "ds", "identity", "spark", "store", "gates", "drift"),
    *("telemetry", "alarms"),
}
"""Places and the night, how a run runs, what is said of it, what holds its publication back."""


@contextmanager
def stopped_after(phase: str) -> Iterator[None]:
    """Stop a run when a phase has left its mark."""
    leave = Resumption._leave

    def leave_and_stop(run: Resumption, name: str, *rest: Any) -> None:  # noqa: ANN401 passed on
        leave(run, name, *rest)
        if name == phase:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Resumption, "_leave", leave_and_stop)
        yield


def stop(bench: Bench, traffic: Path, phase: str, *settings: str) -> None:
    """Run the night up to and with a phase."""
    with stopped_after(phase):
        ended = bench.curate(traffic, *settings)
    assert (ended.code, ended.err.splitlines()[-1]) == (1, "Interrupted; nothing was published.")
    assert not (bench.tables().root / "runs").exists()


@pytest.mark.spark
def test_a_run_stopped_behind_each_phase_asks_no_model_again_and_gives_the_same_rows(
    bench: Bench, spark: SparkSession
) -> None:
    """Nine runs do one phase each, the tenth publishes; its tables lie in the folders of all."""
    scored, settings = make_counter(spark, bench.folder), settings_of(bench.folder)
    traffic = bench.traffic(*ROWS)
    for phase in NAMES:
        stop(bench, traffic, phase, *settings)
        assert taken_over(bench.tables(), FIRST) == NAMES[: NAMES.index(phase)]
    ended = bench.curate(traffic, *settings)

    assert (ended.code, taken_over(bench.tables(), FIRST)) == (0, NAMES), ended.err
    assert "Report: " in ended.out
    assert len(scored.read_text("utf-8").splitlines()) == len(ROWS)
    tables = bench.tables()
    (run_id,) = tables.read("runs")["run_id"]
    assert all(set(tables.night(name, FIRST)["run_id"]) <= {run_id} for name in NIGHTLY)
    assert [place.name for place in (tables.root / "_staging").iterdir()] == ["lock"]

    assert bench.curate(traffic, *settings, warehouse="unbroken").code == 0
    unbroken = bench.tables("unbroken")
    assert all(
        rows_of(tables.night(n, FIRST)) == rows_of(unbroken.night(n, FIRST)) for n in NIGHTLY
    )


@pytest.mark.spark
def test_what_a_phase_follows_from_decides_whether_it_is_done_again(
    bench: Bench,
) -> None:
    """Another cut, other traffic, a damaged file, `--fresh`: each from where it matters."""
    traffic = bench.traffic(*ROWS)
    stop(bench, traffic, "prune")
    stop(bench, traffic, "prune", "pruning.cut=0.9")
    assert taken_over(bench.tables(), FIRST) == NAMES[: NAMES.index("prune")]

    (folder,) = {f.parent for f in (bench.tables().root / "_staging").glob("*/levels/*.parquet")}
    next(folder.glob("*.parquet")).write_bytes(b"PAR1")
    stop(bench, traffic, "assign_sides", "pruning.cut=0.9", "spark.partitions=3")
    assert taken_over(bench.tables(), FIRST) == NAMES[: NAMES.index("level_prompts")]

    more = bench.traffic(*ROWS, conversation(20), name="more")
    stop(bench, more, "embed_prompts")
    assert taken_over(bench.tables(), FIRST) == []

    ended = bench.curate(more, fresh=True)
    assert (ended.code, taken_over(bench.tables(), FIRST)) == (0, []), ended.err
    assert bench.tables().night("samples", FIRST).height == len(ROWS) + 1


@pytest.mark.spark
def test_a_run_that_fails_by_itself_leaves_nothing_to_go_on_with(bench: Bench) -> None:
    """A gate that does not hold: its next run starts anew, and no text of it stays."""
    traffic = bench.traffic(*ROWS, *(conversation(n, messages=[]) for n in range(20, 30)))

    assert bench.curate(traffic, "gates.max_quarantine_share=0.1").code == 5
    assert [place.name for place in (bench.tables().root / "_staging").iterdir()] == ["lock"]


def test_every_setting_belongs_to_a_phase_or_changes_no_row() -> None:
    """A new section that no phase names would let an old answer pass for a new one."""
    named = {setting.split(".")[0] for phase in PHASES.values() for setting in phase.settings}

    assert set(RunConfig.model_fields) - OF_NO_PHASE == named
