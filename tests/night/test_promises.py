"""The contract's promises, counted again on the published night.

Everything is read with deltalake and polars: a fault of our own readers cannot hide one of our
writers.
"""

import hashlib
import json
import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.conftest import EXTRA, Curated
from tests.factories import FIRST, PHASES, rows_of

pytestmark = pytest.mark.spark

CUT = 0.95


def test_in_equals_out_at_every_phase_in_total_and_in_every_slice(first_night: Curated) -> None:
    """Every row has one answer per phase that it reached, whoever it belongs to."""
    decisions = first_night.tables.night("decisions", FIRST)
    samples = first_night.tables.night("samples", FIRST).select(
        "sample_id", "locale", "character_id", "jtbd"
    )
    rows = decisions.filter(pl.col("sample_id").is_not_null()).join(
        samples, on="sample_id", how="inner"
    )
    alive = samples

    assert decisions.filter(pl.col("phase") == "intake").height == first_night.input.rows.height
    for phase in PHASES:
        answered = rows.filter(pl.col("phase") == phase)
        assert sorted(answered["sample_id"]) == sorted(alive["sample_id"]), phase
        for slice_ in ("locale", "character_id", "jtbd"):
            assert rows_of(answered[slice_].value_counts()) == rows_of(
                alive[slice_].value_counts()
            ), phase
        alive = answered.filter(pl.col("outcome") == "keep").select(alive.columns)
    assert set(rows.filter(pl.col("phase") != "intake")["outcome"]) <= {"keep", "drop", "review"}


def test_published_is_what_every_phase_kept_on_the_side_it_was_split_to(
    first_night: Curated,
) -> None:
    """Nothing that a phase did not pass, nothing in review, nothing twice."""
    tables = first_night.tables
    decisions = tables.night("decisions", FIRST)
    kept = decisions.filter((pl.col("phase") == "sampling") & (pl.col("outcome") == "keep"))[
        "sample_id"
    ]
    phases = decisions.filter(
        pl.col("sample_id").is_in(kept.implode()) & (pl.col("outcome") == "keep")
    )
    sides = dict(decisions.filter(pl.col("phase") == "split").select("sample_id", "reason").rows())
    published = tables.published(FIRST)

    assert set(phases.group_by("sample_id").len()["len"]) == {len(PHASES)}
    assert sorted(published["sample_id"]) == sorted(kept)
    assert [sides[i] for i in published["sample_id"]] == published["side"].to_list()
    assert set(published["sample_id"]) & set(tables.night("review", FIRST)["sample_id"]) == set()


def test_every_model_answered_about_every_published_row(first_night: Curated) -> None:
    """Missing, failed or NaN never means keep."""
    tables, ids = first_night.tables, set(first_night.tables.published(FIRST)["sample_id"])
    for name, column, models in (
        ("privacy", "findings", 2),
        ("safety", "unsafe", 3),
        ("language", "language", 1),
    ):
        answers = tables.night(name, FIRST).filter(pl.col(column).is_not_null())
        if name == "safety":
            answers = answers.filter(pl.col("unsafe").is_between(0, 1))
        counts = dict(answers.group_by("sample_id").len().rows())
        assert {counts.get(i) for i in ids} == {models}, name


def test_a_published_row_is_the_inputs_prefix_redacted_and_its_hash_is_of_its_prompt(
    first_night: Curated,
) -> None:
    """The text that was judged is the text that is published, up to and including the prompt."""
    source = dict(first_night.input.rows.select("conversation_id", "messages").rows())
    findings = first_night.tables.night("privacy", FIRST).select("sample_id", "findings").rows()
    published = first_night.tables.published(FIRST)
    same = 0
    for row in published.iter_rows(named=True):
        given = source[row["conversation_id"]]
        turns = [place for place, message in enumerate(given) if message["role"] == "user"]
        prefix = given[: turns[row["turn_index"]] + 1]
        assert row["messages"][-1]["content"] == row["prompt"]
        assert hashlib.sha256(row["prompt"].encode()).hexdigest() == row["text_hash"]
        assert [m["role"] for m in row["messages"]] == [m["role"] for m in prefix]
        if not any(
            f["message_index"] < len(prefix)
            for i, found in findings
            if i == row["sample_id"]
            for f in found
        ):
            same += 1
            assert [m["content"] for m in row["messages"]] == [m["content"] for m in prefix]
    assert same > published.height / 3


def test_the_block_sampling_is_met_exactly_on_train(first_night: Curated) -> None:
    """Hard bounds count rows: ceil and floor of an exact share, never nearly."""
    tables = first_night.tables
    train = tables.night("train", FIRST)
    split = tables.night("decisions", FIRST).filter(
        (pl.col("phase") == "split") & (pl.col("reason") == "train")
    )
    size = train.height

    assert size == math.floor(Fraction("0.5") * split.height)
    assert train["is_first_turn"].sum() >= math.ceil(Fraction("0.10") * size)
    assert max(train["character_id"].value_counts()["count"].to_list()) <= math.floor(
        Fraction("0.07") * size
    )
    assert (train["source"] == "internal").sum() <= math.floor(Fraction("0.08") * size)
    assert train["weight"].mean() == pytest.approx(1)


def test_the_constraints_table_says_what_is_true_of_the_published_rows(
    first_night: Curated,
) -> None:
    """The report draws from it; a wrong `met` would hide a missed target."""
    tables = first_night.tables
    rows = tables.night("constraints", FIRST)
    sides = {side: tables.night(side, FIRST) for side in ("train", "eval")}
    for row in rows.iter_rows(named=True):
        frame = sides[row["side"]]
        values = frame[row["dimension"]].cast(pl.String).fill_null("null")
        share = (values == row["value"]).sum() / frame.height
        assert row["achieved"] == pytest.approx(share)
        low, high = (
            row["required_min"] or 0.0,
            1.0 if row["required_max"] is None else row["required_max"],
        )
        if row["hard"]:
            assert row["met"]
            assert low - 1e-9 <= share <= high + 1e-9
    assert set(rows.filter(pl.col("side") == "train")["dimension"]) == {
        *("is_first_turn", "character_id", "source", "locale", "difficulty")
    }


def test_eval_has_its_default_size(first_night: Curated) -> None:
    """Contract section 3: min(floor(train / 10), its pool)."""
    tables = first_night.tables
    pool = tables.night("decisions", FIRST).filter(
        (pl.col("phase") == "split") & (pl.col("reason") == "eval")
    )

    assert tables.night("eval", FIRST).height == min(
        tables.night("train", FIRST).height // 10, pool.height
    )


def test_no_user_conversation_or_near_duplicate_stands_on_both_sides(first_night: Curated) -> None:
    """Leakage between train and eval makes every later figure a lie."""
    tables = first_night.tables
    published = tables.published(FIRST)
    vectors = vectors_of(first_night, published["text_hash"].to_list())
    train = (published["side"] == "train").to_numpy()

    for column in ("user_key", "conversation_id"):
        assert published.group_by(column).agg(pl.col("side").n_unique())["side"].max() == 1
    assert (vectors[train] @ vectors[~train].T).max() < CUT + 1e-6


def vectors_of(night: Curated, hashes: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the vectors of text hashes, in order."""
    rows = dict(night.tables.read("embeddings").select("text_hash", "embedding").rows())
    return np.array([rows[h] for h in hashes], np.float64)


def test_every_distinct_prompt_is_embedded_once_as_a_unit_vector(first_night: Curated) -> None:
    """Content-addressed: a prompt that comes back must find its vector."""
    embeddings = first_night.tables.read("embeddings")
    hashes = first_night.tables.night("samples", FIRST)["text_hash"].drop_nulls()
    lengths = [float(np.linalg.norm(vector)) for vector in embeddings["embedding"].to_list()]
    by_model = {name: part["text_hash"] for (name,), part in embeddings.group_by("model")}

    assert embeddings.select("text_hash", "model").is_duplicated().sum() == 0
    assert set(by_model["e5"]) == set(hashes)
    # What cannot be read has a second one
    assert set(by_model.get("char_ngrams", [])) <= set(hashes)
    assert lengths == pytest.approx([1.0] * embeddings.height, abs=1e-5)


def test_kept_rows_are_apart_and_every_near_duplicate_has_a_kept_witness(
    first_night: Curated,
) -> None:
    """From the vectors: kept rows are below the cut, every witness is the nearest kept row."""
    pruning = first_night.tables.night("pruning", FIRST).sort("sample_id")
    vectors = vectors_of(first_night, pruning["text_hash"].to_list())
    kept = pruning["kept"].to_numpy()
    cosine = vectors @ vectors.T
    among = cosine[np.ix_(kept, kept)] - 2 * np.eye(kept.sum())
    place = {name: number for number, name in enumerate(pruning["sample_id"])}
    duplicates = pruning.filter(pl.col("reason") == "near_duplicate")

    assert among.max() < CUT + 1e-6
    assert kept.sum() <= round(0.9 * pruning.height)
    assert duplicates.height >= 30
    for row in duplicates.iter_rows(named=True):
        own, witness = place[row["sample_id"]], place[row["witness_id"]]
        assert kept[witness]
        assert cosine[own, witness] >= CUT - 1e-6
        assert cosine[own, witness] == pytest.approx(cosine[own][kept].max(), abs=1e-6)
        assert row["similarity"] == pytest.approx(cosine[own, witness], abs=1e-5)


def test_the_versions_that_runs_names_hold_the_night(first_night: Curated) -> None:
    """A reader of both tables as one takes them at these versions."""
    tables = first_night.tables
    run = tables.night("runs", FIRST).row(0, named=True)
    ids = {
        i
        for name in ("samples", "decisions", "train", "eval")
        for i in tables.night(name, FIRST)["run_id"]
    }

    assert (tables.night("runs", FIRST).height, run["status"]) == (1, "published")
    assert ids == {run["run_id"]}
    for side in ("train", "eval"):
        there = tables.night(side, FIRST, version=run[f"{side}_version"])
        assert rows_of(there, ()) == rows_of(tables.night(side, FIRST), ())
    assert json.loads(run["config"])["pruning"]["retain"] == 0.9
    assert dict(run["counts"])["published.train"] == tables.night("train", FIRST).height


def test_every_check_of_the_run_passed_and_says_why(first_night: Curated) -> None:
    """The list is the contract's; each line has its evidence."""
    checks = json.loads(first_night.tables.night("runs", FIRST)["checks"].item())

    assert [c["name"] for c in checks if not c["passed"]] == []
    assert all(c["evidence"] and c["promise"] for c in checks)
    assert {
        *(
            "every_row_answered",
            "phases_reconcile",
            "only_kept_is_published",
            "models_answered",
            "sides_apart",
        ),
        *(
            "near_duplicates_apart",
            "near_duplicates_witnessed",
            "hard_constraints_met",
            "sizes_exact",
        ),
        *("log_is_silent", "reproducible"),
    } <= {c["name"] for c in checks}


def test_no_id_of_a_person_or_conversation_stands_in_a_table_log(first_night: Curated) -> None:
    """A log lives on after an erasure has rewritten the data."""
    samples = first_night.tables.night("samples", FIRST)
    columns = ("sample_id", "conversation_id", "user_key", "text_hash")
    ids = {i for column in columns for i in samples[column].drop_nulls()}
    logs = {f: text for f, text in first_night.tables.texts().items() if "_delta_log" in f}
    stats = re.compile(r"minValues|maxValues|min_values")

    assert len(logs) > 20
    assert [(f, i) for f, text in logs.items() for i in ids if i in text] == []
    assert [
        f
        for f, text in logs.items()
        if stats.search(text) and re.search(r'\\?"minValues\\?":\{\\?"', text)
    ] == []


def test_extra_columns_of_the_traffic_are_carried_untouched(first_night: Curated) -> None:
    """A struct, a name with a dot, a list, a time without zone: none of them is changed."""
    given = dict(
        zip(
            first_night.input.rows["conversation_id"],
            first_night.input.rows.select(EXTRA.names).rows(),
            strict=True,
        )
    )
    for name in ("samples", "train", "eval"):
        rows = first_night.tables.night(name, FIRST)
        got = zip(rows["conversation_id"], rows.select(EXTRA.names).rows(), strict=True)
        assert all(given[i] == values for i, values in got), name


def test_the_screen_shows_a_line_per_stage_the_funnel_and_the_report(first_night: Curated) -> None:
    """An operator sees where the night is, and at the end what became of it."""
    ended = first_night.ended

    for stage in ("read traffic", "embed new prompts", "phase II", "phase III", "gates", "publish"):
        assert re.search(rf"{stage}.* done: ", ended.err), stage
    assert "Report: " in ended.out
    assert "published  train" in ended.out
    assert "Traceback" not in ended.err
