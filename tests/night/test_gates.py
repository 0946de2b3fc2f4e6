"""Every gate sees the fault that it stands for: a staged night is broken in every promise at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.checks import Check
from pipelines.cli import Progress
from pipelines.config import load_config
from pipelines.night.gates import _slices_survive, check_night, check_staged, staged_frames
from pipelines.night.plan import Plan, make_plan
from pipelines.night.run import NightRun
from pipelines.spark.progress import Stages
from schemas.samples import EVAL, TRAIN
from schemas.sidecars import PRUNING
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


def test_a_fault_in_any_staged_table_reaches_the_account(run: NightRun) -> None:
    """The frames that the gates read are the staged ones, each in its place."""
    whole = staged_frames(run)
    faults = {
        "every_row_answered": {"decisions": whole.decisions.filter(outcome="keep")},
        "phases_reconcile": {"decisions": whole.decisions.filter(pl.col("phase") != "safety")},
        "models_answered": {"privacy": whole.privacy.filter(pl.col("model") != "ner")},
        "sides_apart": {"eval": whole.train},
        "word_runs_apart": dict.fromkeys(
            ("train", "eval"), whole.train.with_columns(prompt=pl.lit(" ".join("abcdefghijklm")))
        ),
        "hard_constraints_met": {"constraints": whole.constraints.with_columns(hard=True, met=False)},
        "quarantine_share": {"quarantine": pl.concat([whole.quarantine] * 20)},
        "scorers_answered": {"samples": whole.samples.with_columns(jtbd=pl.lit(None, pl.String))},
        "published.column_values_to_be_unique.sample_id": {"eval": whole.train},
        "samples.column_values_to_be_in_set.source": {
            "samples": whole.samples.with_columns(source=pl.lit("crawler"))
        },
    }
    found = {
        name: failed(check_staged(run, replace(whole, **fault)).checks) for name, fault in faults.items()
    }

    assert {name: name in checks for name, checks in found.items()} == dict.fromkeys(faults, True)


def test_a_sample_far_from_the_best_fails(run: NightRun) -> None:
    """A search that gave up must not pass as the optimum that was asked for."""
    drawn = replace(run.drawn, gaps={"train": 0.02, "eval": 0.0})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NightRun, "drawn", drawn)
        found = [check for check in check_night(run).checks if not check.passed]

    assert [check.name for check in found] == ["optimum_proven"]
    assert "0.02" in found[0].evidence


def test_a_script_of_which_one_text_stands_for_all_fails(run: NightRun) -> None:
    """What an encoder that cannot read a script makes of it; the ten texts of this night are told apart."""
    scan = NightRun.scan
    blind = scan(run, PRUNING).with_columns(
        reason=pl.lit("near_duplicate"), witness_id=pl.col("sample_id").min(), witness_ds=pl.lit(FIRST)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.retention.LEAST_TEXTS", 5)
        whole = _slices_survive(run)
        patch.setattr(NightRun, "scan", lambda self, table: blind if table is PRUNING else scan(self, table))
        merged = _slices_survive(run)

    assert (whole.passed, merged.passed) == (True, False)
    assert "script Latin 9 of 10 texts" in merged.evidence


def test_vectors_that_are_too_near_fail_whatever_the_tables_say(run: NightRun) -> None:
    """Counted again from the embeddings: kept twins, and one prompt on both sides."""
    staged, changed = NightRun.staged, twins(run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NightRun, "staged", lambda self, table: changed.get(table.name) or staged(self, table))
        found = failed(check_night(run).checks)

    assert found == {"near_duplicates_apart", "near_duplicates_witnessed"}


def test_a_night_too_large_for_all_pairs_states_its_residual(run: NightRun) -> None:
    """Clusters may overlook a pair: the gate says how many at most, and still sees kept twins."""
    staged, changed = NightRun.staged, twins(run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "plan", by_clusters(run))
        whole = {check.name: check for check in check_night(run).checks}
        patch.setattr(NightRun, "staged", lambda self, table: changed.get(table.name) or staged(self, table))
        broken = failed(check_night(run).checks)

    assert failed(list(whole.values())) == set()
    assert "0 of 10 sampled rows, of 10 kept" in whole["near_duplicates_witnessed"].evidence
    assert broken == {"near_duplicates_apart", "near_duplicates_witnessed"}


def test_what_clusters_overlook_does_not_part_the_sides(run: NightRun) -> None:
    """The sides stay apart exactly: of an overlooked pair the eval row goes before anything is drawn."""
    ids = run.scan(PRUNING).filter("kept").select("sample_id").sort("sample_id").collect()["sample_id"][:3]
    split = pl.DataFrame({"sample_id": ids, "reason": ["eval", "train", "common_text"]})
    vectors = run.vectors()
    first = F.min("embedding").over(Window.partitionBy())
    with pytest.MonkeyPatch.context() as patch:
        met = run._part_sides(split)["reason"].to_list()
        patch.setattr(run, "plan", by_clusters(run))
        apart = run._part_sides(split)["reason"].to_list()
        patch.setattr(NightRun, "vectors", lambda _: vectors.withColumn("embedding", first))
        torn = run._part_sides(split)["reason"].to_list()

    assert met == apart == ["eval", "train", "common_text"]
    assert torn == ["split_conflict", "train", "common_text"]


def by_clusters(run: NightRun) -> Plan:
    """Return the run's plan for which no night is small enough to meet all pairs."""
    pruning = run.plan.config.pruning.model_copy(update={"exact_up_to": 1})
    return replace(run.plan, config=run.plan.config.model_copy(update={"pruning": pruning}))


def twins(run: NightRun) -> dict[str, DataFrame]:
    """Return staged tables in which all rows bear one prompt, are kept, and stand on both sides."""
    pruning = run.staged(PRUNING).withColumn("kept", F.expr("true")).withColumn("reason", F.lit("leader"))
    return {
        EVAL.name: run.staged(EVAL).unionByName(run.staged(TRAIN).limit(1)),
        PRUNING.name: pruning.withColumn("text_hash", F.min("text_hash").over(Window.partitionBy())),
    }


def test_the_folder_of_the_run_holds_what_was_staged(run: NightRun) -> None:
    """Publication reads it from there, whatever became of this process."""
    folder = Path(run.plan.root) / "_staging" / run.run_id

    assert {"night_train", "night_eval", "night_samples"} <= {place.name for place in folder.iterdir()}
