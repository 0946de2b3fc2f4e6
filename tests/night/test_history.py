"""Two nights in one warehouse, the first run three times: shuffled, in other partitions, late."""

from pathlib import Path

import polars as pl
import pytest

from tests.conftest import Curated, TwoNights
from tests.factories import FIRST, KEY, NIGHTLY, SECOND, Tables, job, rows_of, run_apart

pytestmark = pytest.mark.spark


def changed(history: TwoNights, before: str, after: str, ds: str) -> list[str]:
    """Return the tables whose rows of a night differ between two stops."""
    states = history.states
    return [name for name in NIGHTLY if states[before][name, ds] != states[after][name, ds]]


def test_running_a_night_again_gives_the_same_rows_whatever_order_and_partitions(
    history: TwoNights,
) -> None:
    """All columns but the run's own, from shuffled input of five files in 7 partitions, not 4."""
    assert changed(history, "first", "again", FIRST) == []
    assert len(history.states["again"]["samples", FIRST]) > 300


def test_another_night_leaves_the_first_untouched(history: TwoNights) -> None:
    """A night belongs to its own run alone."""
    assert changed(history, "again", "second", FIRST) == []
    assert len(history.states["second"]["train", SECOND]) > 10


def test_a_night_opens_no_file_of_the_night_before_but_its_index(history: TwoNights) -> None:
    """A night's cost grows by the index look-up alone: the other tables were moved away."""
    pruning, index = (history.tables.read(name) for name in ("pruning", "representatives"))
    kept = pruning.filter("kept").select("ds", "sample_id", "cluster_id").sort("ds", "sample_id")
    published = pl.concat([history.tables.read(side) for side in ("train", "eval")])

    assert index.select(kept.columns).sort("ds", "sample_id").equals(kept)
    assert index.filter("published").height == published.height
    assert history.states["second"]["train", FIRST] == history.states["again"]["train", FIRST]


def test_a_backfill_in_64_partitions_gives_the_same_rows_and_leaves_the_later_night(
    history: TwoNights,
) -> None:
    """The night before is run again after the next one: neither may change."""
    assert changed(history, "second", "late", FIRST) == []
    assert changed(history, "second", "late", SECOND) == []


def test_every_run_has_its_row_and_only_the_last_of_a_night_has_rows(history: TwoNights) -> None:
    """Old runs stay readable at their versions; the tables hold no row twice."""
    runs = history.tables.read("runs").sort("finished_at")
    samples = history.tables.read("samples")

    assert runs["ds"].to_list() == [FIRST, FIRST, SECOND, FIRST]
    assert runs["run_id"].n_unique() == 4
    assert samples.filter(pl.col("ds") == FIRST)["run_id"].unique().to_list() == [runs["run_id"][3]]
    assert samples.select("ds", "sample_id").is_duplicated().sum() == 0
    for run in runs.iter_rows(named=True):
        rows = history.tables.night("train", run["ds"], version=run["train_version"])
        assert rows["run_id"].unique().to_list() == [run["run_id"]]


def test_equal_runs_say_so_in_their_checks(history: TwoNights) -> None:
    """With equal inputs, settings, code and models the gate compares fingerprints of both runs."""
    runs = history.tables.night("runs", FIRST).sort("finished_at")

    assert runs["fingerprint"].n_unique() == 1
    assert "the equal run before had" in runs["checks"][1]


def test_the_second_night_prunes_against_what_the_first_kept(history: TwoNights) -> None:
    """Thirty prompts come back from other users; each has a witness and is not published again."""
    decisions = history.tables.night("decisions", SECOND).filter(
        pl.col("conversation_id").str.starts_with("again-")
    )
    pruning = history.tables.night("pruning", SECOND)
    again = pruning.join(decisions.select("sample_id").unique(), on="sample_id", how="semi")
    first = history.tables.night("pruning", FIRST).filter(pl.col("kept"))
    duplicates = again.filter(pl.col("reason") == "near_duplicate")
    witnessed = duplicates.filter(pl.col("witness_ds") == FIRST)

    assert again.height >= 10
    assert duplicates.height / again.height >= 0.7
    assert witnessed.height / duplicates.height >= 0.9
    assert set(witnessed["witness_id"]) <= set(first["sample_id"])
    assert witnessed["similarity"].min() == pytest.approx(0.975, abs=0.026)


def test_clusters_go_on_and_are_called_by_words_that_many_share(history: TwoNights) -> None:
    """A reader follows a topic by its id; the account of each is that of the night's own rows."""
    pruning, clusters = (history.tables.read(name) for name in ("pruning", "clusters"))
    users = pruning.join(history.tables.read("samples"), on=["sample_id", "ds"], how="inner")
    counted = users.group_by("ds", "cluster_id").agg(
        pl.len(), pl.col("kept").sum(), pl.col("user_key").n_unique()
    )
    second = clusters.filter(pl.col("ds") == SECOND)
    first = set(pruning.filter(pl.col("ds") == FIRST)["cluster_id"])
    prompts = history.tables.read("train")["prompt"].str.to_lowercase().str.join(" ")[0]
    words = [word for name in clusters["name"].drop_nulls() for word in name.split()]

    stored = clusters.select("ds", "cluster_id", "rows", "kept", "users").rows()
    assert sorted(stored) == sorted(counted.rows())
    assert {i: ds == FIRST for i, ds in second.select("cluster_id", "first_ds").iter_rows()} == {
        i: i in first for i in second["cluster_id"]
    }
    assert clusters["name_users"].min() >= 5  # type: ignore[operator]  # a column of whole numbers
    assert len([word for word in words if word in prompts]) > 10


def test_nobody_changes_side_between_nights(history: TwoNights) -> None:
    """Users who come back stay where they were, or the eval of the first night is spoilt."""
    rows = pl.concat(
        [
            history.tables.read(side).select("user_key", "ds", side=pl.lit(side))
            for side in ("train", "eval")
        ]
    )
    decisions = history.tables.read("decisions").filter(
        (pl.col("phase") == "split") & (pl.col("outcome") == "keep")
    )
    sides = decisions.join(history.tables.read("samples"), on=["sample_id", "ds"], how="inner")
    users = sides.group_by("user_key").agg(pl.col("ds").n_unique(), pl.col("reason").n_unique())

    assert users.filter(pl.col("ds") == 2).height >= 3
    assert users["reason"].max() == 1
    assert rows.group_by("user_key").agg(pl.col("side").n_unique())["side"].max() == 1


def test_a_prompt_that_comes_back_is_not_embedded_again(history: TwoNights) -> None:
    """Content-addressed: one row per text and model, over all nights and runs."""
    embeddings = history.tables.read("embeddings")

    assert embeddings.select("text_hash", "model", "model_revision").is_duplicated().sum() == 0


def test_one_core_and_one_partition_give_the_same_rows(
    first_night: Curated, config: Path, tmp_path: Path
) -> None:
    """A process of its own, from another directory, in one task after the other."""
    night = first_night.input
    places = (
        "--traffic",
        night.traffic,
        "--scores",
        night.scores,
        "--warehouse",
        tmp_path / "warehouse",
    )
    settings = ("--set", "spark.master=local[1,4]", "--set", "spark.partitions=1")
    ended = run_apart(
        [job("curate"), "--config", config, *places, "--ds", FIRST, *settings], tmp_path
    )

    assert (ended.code, "Traceback" in ended.err) == (0, False), ended.err
    assert KEY not in ended.out + ended.err
    tables = Tables(tmp_path / "warehouse")
    for name in NIGHTLY:
        assert rows_of(tables.night(name, FIRST)) == rows_of(
            first_night.tables.night(name, FIRST)
        ), name
