"""A small night is staged once; its gates find each fault, on Spark or on the driver."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pytest
from pyspark.sql import SparkSession

from pipelines.cli import Progress
from pipelines.config_files import load_config
from pipelines.night.checking import check_night
from pipelines.night.drawing import assign_sides
from pipelines.night.flow import stage_night
from pipelines.night.gates import check_vectors
from pipelines.night.index import KnownClusters
from pipelines.night.ledger_tables import NightTables
from pipelines.night.night import Night, open_night
from pipelines.night.plan import make_plan
from pipelines.night.pruning import Pruned
from pipelines.night.scoring import Traffic, read_traffic
from pipelines.night.vector_evidence import gather_vector_evidence
from pipelines.night.vectors import PromptVectors
from pipelines.night.workspace import Staged, Workspace
from pipelines.spark.progress import Stages
from schemas.night import DECIDED, PRUNED, VECTORS
from schemas.samples import EVAL, TRAIN
from schemas.sidecars import EMBEDDINGS, PRUNING
from schemas.table import Table
from tests.factories import FIRST, KEY, SMALL_CONFIG, conversation, traffic_of, write_parquet

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def staged(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Night, Traffic, NightTables]]:
    """Return a small night with every table staged, nothing published."""
    folder = tmp_path_factory.mktemp("gates")
    (folder / "night.yaml").write_text(SMALL_CONFIG, encoding="utf-8")
    rows = [conversation(number) for number in range(10)]
    rows += [
        conversation(20, text="My card number is 4111 1111 1111 1111."),
        conversation(21, messages=[]),
    ]
    places = {"traffic": str(write_parquet(traffic_of(rows), folder / "traffic"))}
    places |= {"warehouse": str(folder / "warehouse"), "ds": FIRST}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CURATION_KEY", KEY)
        settings = ["split.eval_share=0.4", "spark.partitions=2"]
        plan = make_plan(load_config(str(folder / "night.yaml"), settings).with_places(places))
    stages = Stages(spark.sparkContext, Progress(interval_seconds=1e6))
    traffic = read_traffic(spark, plan, stages)
    night = open_night(spark, plan, stages)
    yield night, traffic, stage_night(night, traffic)
    night.workspace.remove()


def test_a_whole_night_passes_every_gate(staged: tuple[Night, Traffic, NightTables]) -> None:
    """Counts are those of the night: one row without messages, one with a card."""
    findings = check_night(*staged)

    assert {check.name for check in findings.checks if not check.passed} == set()
    assert findings.counts["intake.quarantine"] == 1
    assert findings.counts["privacy.drop"] == 1
    assert (
        findings.counts["published.train"] + findings.counts["published.eval"]
        == findings.counts["sampling.keep"]
    )


def test_a_large_night_is_validated_by_spark_with_the_same_answers(
    staged: tuple[Night, Traffic, NightTables],
) -> None:
    """Above a stated size no row of a night comes to the driver."""
    night, traffic, tables = staged
    spark = night.plan.config.spark.model_copy(update={"driver_rows": 0})
    config = night.plan.config.model_copy(update={"spark": spark})
    local = check_night(night, traffic, tables)
    large = check_night(replace(night, plan=replace(night.plan, config=config)), traffic, tables)

    assert [(c.name, c.passed) for c in large.checks] == [(c.name, c.passed) for c in local.checks]
    assert large.counts == local.counts
    assert large.fingerprints == local.fingerprints


def replaced(night: Night, table: Table, rows: pl.DataFrame) -> Staged:
    """Return a staged table with other rows, beside the night's own."""
    aside = Workspace(night.spark, night.plan.root, f"aside-{table.name}", FIRST)
    return aside.replace(table, rows.lazy())


def twins(night: Night, tables: NightTables) -> NightTables:
    """Return tables in which all rows bear one prompt, are kept, and are on both sides."""
    pruning = tables.pruning.scan().collect()
    pruning = pruning.with_columns(
        kept=True, reason=pl.lit("leader"), text_hash=pl.col("text_hash").min()
    )
    one = pl.col("text_hash").min()
    train = tables.train.scan().with_columns(one).collect()
    both = pl.concat([tables.eval.scan().with_columns(one).collect(), train.head(1)])
    return replace(
        tables,
        pruning=replaced(night, PRUNING, pruning),
        train=replaced(night, TRAIN, train),
        eval=replaced(night, EVAL, both.with_columns(one)),
    )


def by_clusters(night: Night) -> Night:
    """Return the night with a plan for which no night is small enough to compare all pairs."""
    pruning = night.plan.config.pruning.model_copy(update={"exact_pairs": 1})
    config = night.plan.config.model_copy(update={"pruning": pruning})
    return replace(night, plan=replace(night.plan, config=config))


def failed_vectors(night: Night, tables: NightTables) -> tuple[set[str], str]:
    """Return the gates of vectors that do not hold, and the evidence of the second."""
    share = night.plan.config.gates.max_residual_share
    checks = check_vectors(gather_vector_evidence(night, tables), night.plan.cuts, share)
    return {check.name for check in checks if not check.passed}, checks[1].evidence


def test_vectors_that_are_too_near_fail_whatever_the_tables_say(
    staged: tuple[Night, Traffic, NightTables],
) -> None:
    """Counted again from the embeddings: kept twins, and one prompt on both sides."""
    night, _, tables = staged

    assert failed_vectors(night, twins(night, tables))[0] == {
        "near_duplicates_apart",
        "near_duplicates_witnessed",
    }


def test_a_published_row_that_phase_two_did_not_decide_on_fails(
    staged: tuple[Night, Traffic, NightTables],
) -> None:
    """It counts as dropped without a witness, and is compared with the other side all the same."""
    night, _, tables = staged
    published = tables.train.scan().select(pl.col("sample_id").min()).collect().item()
    decided = tables.pruning.scan().filter(pl.col("sample_id") != published).collect()

    failed, evidence = failed_vectors(
        night, replace(tables, pruning=replaced(night, PRUNING, decided))
    )

    assert failed == {"near_duplicates_witnessed"}
    assert "'without_witness': 1" in evidence


def test_a_night_too_large_for_all_pairs_states_its_residual(
    staged: tuple[Night, Traffic, NightTables],
) -> None:
    """Clusters may overlook a pair: the gate bounds how many, and still finds kept twins."""
    night, _, tables = staged
    whole, evidence = failed_vectors(by_clusters(night), tables)
    broken, _ = failed_vectors(by_clusters(night), twins(night, tables))

    assert whole == set()
    assert "0 of 10 sampled rows, of 10 kept" in evidence
    assert broken == {"near_duplicates_apart", "near_duplicates_witnessed"}


def test_what_clusters_overlook_does_not_part_the_sides(
    staged: tuple[Night, Traffic, NightTables],
) -> None:
    """The sides are exactly apart: an overlooked pair loses its eval row before the draw."""
    night, _, tables = staged
    vectors = tables.vectors
    facts, decided = tables.facts, night.workspace.staged(DECIDED)
    known = KnownClusters(night.revisions, {}, {})
    pruned = Pruned(night.workspace.staged(PRUNED), tables.pruning, tables.clusters, known)

    def reasons(run: Night, name: str, read: PromptVectors = vectors) -> list[str]:
        workspace = Workspace(night.spark, night.plan.root, name, FIRST)
        aside = replace(run, workspace=workspace)
        sides = (
            assign_sides(aside, facts, tables.samples, decided, pruned, read)
            .scan()
            .sort("sample_id")
            .collect()
        )
        return sides["reason"].to_list()

    compared = reasons(night, "compared")
    apart = reasons(by_clusters(night), "apart")
    same = vectors.vectors.scan().with_columns(pl.col("embedding").first()).collect()
    equal = replace(vectors, vectors=replaced(night, VECTORS, same))
    torn = reasons(by_clusters(night), "torn", equal)

    assert compared == apart
    assert set(compared) == {"train", "eval"}
    assert torn == ["split_conflict" if reason == "eval" else reason for reason in compared]


def test_the_folder_of_the_run_holds_what_was_staged(
    staged: tuple[Night, Traffic, NightTables],
) -> None:
    """Publication reads it from there, whatever became of this process."""
    night, _, _ = staged
    folder = night.plan.root.local / "_staging" / night.run_id

    assert {"night_train", "night_eval", "night_samples"} <= {
        place.name for place in folder.iterdir()
    }
    assert (night.plan.root.local / EMBEDDINGS.name).is_dir()
