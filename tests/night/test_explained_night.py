"""A night that a run published is explained: every end of its conversations has an answer."""

import json

import polars as pl
import pytest

from jobs.explain import main as explain
from tests.conftest import Curated
from tests.factories import FIRST, run_here

pytestmark = pytest.mark.spark


def test_every_way_through_a_real_night_is_told(first_night: Curated) -> None:
    """One conversation of each last decision; no text of the night is in any answer."""
    tables = first_night.tables
    decisions = tables.night("decisions", FIRST)
    ends = decisions.group_by("reason").agg(pl.col("conversation_id").drop_nulls().first())
    texts = {
        message["content"]
        for messages in first_night.input.rows["messages"].drop_nulls()
        for message in messages
        if message is not None and len(message["content"] or "") > 30
    }
    output = ""
    for reason, conversation in ends.drop_nulls().iter_rows():
        ended = run_here(
            explain, "--warehouse", tables.root, "--conversation", conversation, "--json"
        )
        assert ended.code == 0, ended.err
        answer = json.loads(ended.out)
        steps = [step for sample in answer["samples"] for step in sample["phases"]]
        assert reason in {row["reason"] for row in [*steps, *answer["quarantined"]]}
        assert all(step["sentences"] and step["rule_fingerprint"] for step in steps)
        output += ended.out
    assert [text for text in texts if text in output] == []


def test_what_is_told_of_a_published_sample_is_in_the_tables(first_night: Curated) -> None:
    """Side, weight, stratum and the redacted prompt, read here by other code."""
    row = first_night.tables.night("train", FIRST).sort("sample_id").row(0, named=True)
    options = ("--sample", row["sample_id"], "--show-text", "--json")
    ended = run_here(explain, "--warehouse", first_night.tables.root, *options)
    (sample,) = json.loads(ended.out)["samples"]

    assert sample["prompt"] == row["prompt"]
    assert sample["end"].startswith("Published in train with weight ")
    drawn = " ".join(sample["phases"][-1]["sentences"])
    assert f"locale = {row['locale']}" in drawn
