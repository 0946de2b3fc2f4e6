"""Every gate sees the fault that it stands for: a staged night is broken in every promise at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.checks import Check
from pipelines.cli import Progress
from pipelines.config import load_config
from pipelines.spark.gates import check_night
from pipelines.spark.plan import make_plan
from pipelines.spark.progress import Stages
from pipelines.spark.run import NightRun
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import PRIVACY, PRUNING
from tests.factories import FIRST, KEY, SMALL_CONFIG, conversation, traffic_of, write_parquet

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def run(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NightRun]:
    """Return a small night with every table staged, nothing published."""
    folder = tmp_path_factory.mktemp("gates")
    (folder / "night.yaml").write_text(SMALL_CONFIG, encoding="utf-8")
    rows = [conversation(number) for number in range(10)]
    rows += [conversation(20, text="My card number is 4111 1111 1111 1111."), conversation(21, messages=[])]
    places = {"traffic": str(write_parquet(traffic_of(rows), folder / "traffic"))}
    places |= {"warehouse": str(folder / "warehouse"), "ds": FIRST}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CURATION_KEY", KEY)
        settings = ["split.eval_share=0.4", "spark.partitions=2"]
        plan = make_plan(load_config(str(folder / "night.yaml"), settings).with_places(places))
    staged = NightRun(spark, plan, Stages(spark.sparkContext, Progress(interval_seconds=1e6)))
    staged.stage_all()
    yield staged
    staged.discard()


def failed(checks: list[Check]) -> set[str]:
    """Return the names of the checks that do not hold."""
    return {check.name for check in checks if not check.passed}


def test_a_whole_night_passes_every_gate(run: NightRun) -> None:
    """The night that is broken below is good before."""
    account = check_night(run)

    assert failed(account.checks) == set()
    assert account.counts["intake.quarantine"] == 1
    assert account.counts["privacy.drop"] == 1
    assert (
        account.counts["published.train"] + account.counts["published.eval"]
        == account.counts["sampling.keep"]
    )


def test_a_night_that_breaks_every_promise_fails_every_gate(run: NightRun) -> None:
    """A gate that cannot fail is decoration."""
    with pytest.MonkeyPatch.context() as patch:
        for table, rows in broken(run).items():
            patch.setitem(run._staged, table, rows)
        found = failed(check_night(run).checks)

    assert {
        *("every_row_answered", "phases_reconcile", "only_kept_is_published", "models_answered"),
        *("sides_apart", "near_duplicates_apart", "near_duplicates_witnessed"),
        *("hard_constraints_met", "sizes_exact", "quarantine_share", "scorers_answered"),
    } <= found
    assert any(name.startswith("published.column_values_to_be_unique") for name in found)
    assert any(name.startswith("samples.column_values_to_be_in_set") for name in found)


def broken(run: NightRun) -> dict[str, DataFrame]:
    """Return staged tables with a fault against each promise."""
    train, pruning = run.staged(TRAIN), run.staged(PRUNING)
    quarantine = run.staged(QUARANTINE)
    for _ in range(4):
        quarantine = quarantine.unionByName(quarantine)
    return {
        DECISIONS.name: run.staged(DECISIONS)
        .where("phase <> 'intake' or outcome <> 'quarantine'")
        .where("phase <> 'safety'"),
        EVAL.name: run.staged(EVAL).unionByName(train),  # the same rows, users and prompts on both sides
        PRIVACY.name: run.staged(PRIVACY).withColumn("findings", F.expr("null")),
        PRUNING.name: pruning.withColumn("kept", F.expr("true"))
        .withColumn("text_hash", F.min("text_hash").over(Window.partitionBy()))
        .withColumn("reason", F.lit("leader")),
        CONSTRAINTS.name: run.staged(CONSTRAINTS)
        .withColumn("hard", F.expr("true"))
        .withColumn("met", F.expr("false")),
        QUARANTINE.name: quarantine,
        SAMPLES.name: run.staged(SAMPLES)
        .withColumn("jtbd", F.lit(None).cast("string"))
        .withColumn("source", F.lit("crawler")),
    }


def test_the_folder_of_the_run_holds_what_was_staged(run: NightRun) -> None:
    """Publication reads it from there, whatever became of this process."""
    folder = Path(run.plan.root) / "_staging" / run.run_id

    assert {"night_train", "night_eval", "night_samples"} <= {place.name for place in folder.iterdir()}
