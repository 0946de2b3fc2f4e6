"""Each phase alone, on a dozen handmade rows: tables in, tables out, no earlier phase has run."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import SparkSession

from pipelines.cli import Progress
from pipelines.config_files import load_config
from pipelines.night.drawing import assign_sides, draw_sample
from pipelines.night.ledger_tables import stage_tables
from pipelines.night.night import Night
from pipelines.night.phase_one import decide_phase_one, level_prompts, make_samples
from pipelines.night.placing import compute
from pipelines.night.plan import make_plan
from pipelines.night.pruning import prune
from pipelines.night.scoring import read_traffic, score_texts
from pipelines.night.vectors import embed_prompts
from pipelines.night.workspace import Workspace
from pipelines.spark.progress import Stages
from pipelines.spark.tables import Warehouse
from schemas.night import DECIDED, LEVELS
from schemas.nightly import NIGHTLY
from schemas.sidecars import EMBEDDINGS, PROMPT_SAFETY
from tests.factories import (
    FIRST,
    KEY,
    SMALL_CONFIG,
    conversation,
    rows_of,
    traffic_of,
    write_parquet,
)
from tests.night.staged_tables import (
    REVISIONS,
    ROWS,
    decided_of,
    facts_of,
    pruned_of,
    put,
    samples_of,
    sides_of,
    vectors_of,
)

pytestmark = pytest.mark.spark

ROWS_OF_TRAFFIC = [conversation(number) for number in range(ROWS - 1)] + [
    conversation(99, messages=[])
]


@pytest.fixture
def night(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    """Return a night of an empty warehouse with made-up model revisions; no model is loaded."""
    (tmp_path / "night.yaml").write_text(SMALL_CONFIG, encoding="utf-8")
    place = write_parquet(traffic_of(ROWS_OF_TRAFFIC), tmp_path / "traffic")
    monkeypatch.setenv("CURATION_KEY", KEY)
    config = load_config(
        str(tmp_path / "night.yaml"), ["split.eval_share=0.4", "spark.partitions=2"]
    )
    places = {"traffic": str(place), "warehouse": str(tmp_path / "warehouse"), "ds": FIRST}
    plan = make_plan(config.with_places(places))
    stages = Stages(spark.sparkContext, Progress(interval_seconds=1e6))
    warehouse = Warehouse(spark, str(plan.root))
    for table in (EMBEDDINGS, PROMPT_SAFETY):
        warehouse.create(table)
    workspace = Workspace(spark, plan.root, "run", FIRST)
    return Night(spark, plan, stages, workspace, warehouse, datetime.now(UTC), REVISIONS)


def test_score_texts_answers_about_every_row(night: Night) -> None:
    """A row that is no conversation has a defect, every other one its facts."""
    traffic = read_traffic(night.spark, night.plan, night.stages)
    facts = score_texts(night, traffic).scan().collect()

    assert traffic.rows_in == facts.height == ROWS
    assert facts["defect"].drop_nulls().to_list() == ["no_messages"]
    assert facts.filter(pl.col("defect").is_null())["prompt"].null_count() == 0


def test_embed_prompts_stores_each_distinct_prompt_once(night: Night) -> None:
    """Two rows of one text have one vector; a text without words is compared by its spelling."""
    same = {"text_hash": "a" * 64, "prompt": "How do I boil an egg?"}
    facts = facts_of(night, same, same, {"text_hash": "b" * 64, "prompt": "😀"})
    vectors = embed_prompts(night, facts)
    stored = pl.DataFrame(night.warehouse.read(EMBEDDINGS).toArrow())

    readings = dict(vectors.readings.scan().select("text_hash", "model").collect().iter_rows())
    assert len(readings) == ROWS - 1
    assert (readings["a" * 64], readings["b" * 64]) == ("e5", "char_ngrams")
    assert (
        stored.filter(model="e5")["text_hash"].n_unique()
        == stored.filter(model="e5").height
        == ROWS - 1
    )


def test_decide_phase_one_decides_about_every_row(night: Night) -> None:
    """One reason per phase up to the first that does not keep; the rest passes all three."""
    card = {"found": [{"entity_type": "CREDIT_CARD", "score": 0.99}]}
    failed = {"found": None}
    foreign = {"identified": "xx", "confidence": 0.9}
    broken = {"defect": "no_messages", "sample_id": None, "quarantined": "{}"}
    facts = facts_of(night, card, failed, foreign, broken)
    decided = decide_phase_one(night, facts, vectors_of(night, list(range(ROWS)))).scan().collect()

    last = {row["conversation_id"]: (row["phase"], row["reason"]) for row in decided.to_dicts()}
    assert last["c0"] == ("privacy", "high_risk_identifier")
    assert last["c1"] == ("privacy", "privacy_unscored")
    assert last["c2"] == ("language", "language_not_served")
    assert last["c3"] == ("intake", "no_messages")
    assert decided.filter(phase="language", outcome="keep").height == ROWS - 4


def test_level_prompts_orders_prompts_by_the_spread_of_their_rewards(night: Night) -> None:
    """Too few scores are unknown."""
    rewards = [
        {"reward_count": 8, "reward_variance": 0.01 * 4**n, "best_reward": 1.0, "reward_mean": 0.5}
        | {"reward_model": "rm"}
        for n in range(6)
    ]
    levels = level_prompts(night, facts_of(night, *rewards)).scan().sort("sample_id").collect()

    assert (
        levels["difficulty"].to_list()
        == ["low"] * 2 + ["medium"] * 2 + ["high"] * 2 + ["unknown"] * 6
    )


def test_make_samples_fills_the_job_to_be_done(night: Night) -> None:
    """A value of upstream stays; a prompt without a vector has none."""
    facts = facts_of(night, {"jtbd": "roleplay"}, {"defect": "no_messages"})
    levels = put(
        night,
        LEVELS,
        [{"sample_id": f"s{n:02}", "difficulty": "low", "hardness": "easy"} for n in range(ROWS)],
    )
    samples = make_samples(night, facts, levels, vectors_of(night, list(range(ROWS - 1))))
    rows = samples.scan().sort("sample_id").collect()

    assert rows.height == ROWS - 1
    assert rows["jtbd"][0] == "roleplay"
    assert rows["jtbd"].is_null().to_list() == [False] * (ROWS - 2) + [True]
    assert set(rows["difficulty"]) == {"low"}


def test_prune_drops_the_copies_among_what_phase_one_kept(night: Night) -> None:
    """Rows 0 and 1 have one vector; row 1 is of higher quality and is their witness."""
    facts, samples, decided = facts_of(night), samples_of(night), decided_of(night, passed=4)
    pruned = prune(night, facts, samples, decided, vectors_of(night, [0, 0, *range(2, ROWS)]))
    rows = pruned.pruning.scan().sort("sample_id").collect()

    assert rows.select("sample_id", "reason", "witness_id").rows() == [
        ("s00", "near_duplicate", "s01"),
        ("s01", "leader", None),
        ("s02", "leader", None),
        ("s03", "leader", None),
    ]
    assert pruned.clusters.scan().select(pl.col("rows").sum()).collect().item() == 4


def test_a_night_above_one_task_is_pruned_in_waves_and_leaves_no_file_of_them(night: Night) -> None:
    """The setting chooses who does the work, nothing else."""
    config = night.plan.config
    spark = config.spark.model_copy(update={"one_task_rows": 3})
    plan = replace(night.plan, config=config.model_copy(update={"spark": spark}))
    facts, samples, decided = facts_of(night), samples_of(night), decided_of(night, passed=6)
    vectors = vectors_of(night, [0, 0, 2, 3, 3, *range(5, ROWS)])
    tables = [
        prune(replace(night, plan=plan), facts, samples, decided, vectors).pruned.scan().collect()
        for plan in (night.plan, plan)
    ]

    assert tables[0].height == 6
    assert tables[0]["reason"].to_list().count("near_duplicate") == 2
    assert tables[0].sort("sample_id").equals(tables[1].sort("sample_id"))
    assert not (night.workspace.folder / "waves").local.exists()


def test_assign_sides_gives_every_kept_row_one_side(night: Night) -> None:
    """What Phase II dropped has none, nor has what the phase before this one did not keep."""
    vectors = vectors_of(night, list(range(ROWS)))
    pruned = pruned_of(night, dropped=3)
    decided = decided_of(night, passed=ROWS - 1, phase="diversity")
    sides = assign_sides(night, facts_of(night), samples_of(night), decided, pruned, vectors)
    rows = sides.scan().collect()

    assert sorted(rows["sample_id"]) == [f"s{n:02}" for n in range(3, ROWS - 1)]
    assert set(rows["reason"]) <= {"train", "eval"}


def test_draw_sample_draws_each_side_from_its_own_rows(night: Night) -> None:
    """The block wants all of train, and for a tenth of that, rounded down, of eval."""
    sample = draw_sample(night, samples_of(night), sides_of(night))
    drawn = sample.drawn.scan().collect()
    decided = night.workspace.staged(DECIDED).scan().collect()

    assert sample.figures.sizes == {"train": ROWS - 3, "eval": 0}
    assert sorted(drawn.filter(side="train")["sample_id"]) == [f"s{n:02}" for n in range(3, ROWS)]
    assert decided.filter(phase="sampling").height == ROWS - 1


def test_stage_tables_accounts_for_every_row(night: Night) -> None:
    """Every input row has its decisions, every published one its texts."""
    facts, samples = facts_of(night), samples_of(night)
    sides = sides_of(night)
    sample = draw_sample(night, samples, sides)
    decided = decided_of(night, passed=ROWS)
    vectors = vectors_of(night, list(range(ROWS)))
    pruned = pruned_of(night, dropped=2)
    tables = stage_tables(night, facts, vectors, samples, decided, pruned, sample)
    decisions = tables.decisions.scan().collect()

    assert decisions.group_by("phase").len().sort("phase").rows() == [
        ("language", ROWS),
        ("sampling", ROWS - 1),
    ]
    assert tables.train.scan().collect()["prompt"].null_count() == 0
    assert tables.train.scan().select(pl.len()).collect().item() == ROWS - 3
    assert tables.safety.scan().select(pl.len()).collect().item() == 3 * ROWS
    assert tables.language.scan().collect()["declared_language"].null_count() == 0
    index = tables.representatives.scan().sort("sample_id").collect()
    assert index["sample_id"].to_list() == [f"s{n:02}" for n in range(2, ROWS)]
    assert index["published"].to_list() == [False] + [True] * (ROWS - 3)
    assert index["embedding"].null_count() == 0
    centroids = tables.centroids.scan().collect()
    assert centroids.select("cluster_id", "rows", "first_ds").rows() == [("0", ROWS - 2, FIRST)]


def stage_by_hand(night: Night) -> dict[str, list[str]]:
    """Run all phases behind the models; return the rows of every table of the night."""
    facts, vectors = facts_of(night), vectors_of(night, [0, 0, *range(2, ROWS)])
    decided = decide_phase_one(night, facts, vectors)
    levels = level_prompts(night, facts)
    samples = make_samples(night, facts, levels, vectors)
    pruned = prune(night, facts, samples, decided, vectors)
    sides = assign_sides(night, facts, samples, decided, pruned, vectors)
    sample = draw_sample(night, samples, sides)
    tables = stage_tables(night, facts, vectors, samples, decided, pruned, sample)
    return {
        table.name: rows_of(getattr(tables, table.name).scan().collect(), {"run_id"})
        for table in NIGHTLY
    }


def test_a_large_night_is_decided_in_tasks_to_the_same_rows(night: Night) -> None:
    """The setting chooses where ids and numbers are held, nothing else."""
    spark = night.plan.config.spark.model_copy(update={"driver_rows": 0})
    plan = replace(night.plan, config=night.plan.config.model_copy(update={"spark": spark}))
    workspace = Workspace(night.spark, night.plan.root, "large", FIRST)

    small = stage_by_hand(night)
    large = stage_by_hand(replace(night, plan=plan, workspace=workspace))

    assert large == small
    assert len(small["decisions"]) > ROWS


def test_what_a_lost_task_wrote_is_not_read(night: Night, tmp_path: Path) -> None:
    """The task is tried again, writes under another name, and the first file is removed."""
    spark = night.plan.config.spark.model_copy(update={"driver_rows": 0})
    plan = replace(night.plan, config=night.plan.config.model_copy(update={"spark": spark}))
    facts, mark = facts_of(night), tmp_path / "tried"
    before = put(night, LEVELS, [{"sample_id": "old", "difficulty": "low", "hardness": "easy"}])

    def write(workspace: Workspace) -> int:
        level = {"sample_id": "new", "difficulty": "low", "hardness": "easy"}
        workspace.sink(LEVELS, pl.DataFrame([level]).lazy())
        if not mark.exists():
            mark.touch()
            os._exit(1)
        return 7

    found = compute(replace(night, plan=plan), write, facts.scan())

    assert found == 7
    assert before.scan().collect()["sample_id"].to_list() == ["old", "new"]
