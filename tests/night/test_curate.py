"""A demo night against the truth about what was planted in it."""

import re

import numpy as np
import polars as pl
import pytest

from tests.conftest import Curated
from tests.factories import FIRST

pytestmark = pytest.mark.spark

HIGH_RISK = (
    r"\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}",  # payment card
    r"[A-Z]{2}\d{2}( ?[A-Z0-9]{1,4}){3,8}",  # IBAN
    r"\d{3}-\d{2}-\d{4}",  # US social security
    r"\d{4} \d{4} \d{4}",  # Aadhaar
    r"\d{8}[A-Z]",  # DNI
    r"[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d",  # CURP
    r"(sk-|ghp_)[A-Za-z0-9]{36}",  # API key
    r"[A-Z][a-z]+[-_!#][A-Z][a-z]+\d+[!?$*]",  # password
)


def is_high_risk(value: str) -> bool:
    """Whether a planted identifier is of a type that must drop its sample."""
    return any(re.fullmatch(pattern, value) for pattern in HIGH_RISK)


def is_name(value: str) -> bool:
    """Whether a planted identifier is a person's name, the only kind without checksum or form."""
    return re.fullmatch(r"[^\d@]+ [^\d@]+", value) is not None


def decided(night: Curated, phase: str) -> dict[str, tuple[str, str]]:
    """Return conversation to (outcome, reason) of a phase."""
    rows = night.tables.night("decisions", FIRST).filter(pl.col("phase") == phase)
    return {
        i: (o, r) for i, o, r in rows.select("conversation_id", "outcome", "reason").iter_rows()
    }


def published_ids(night: Curated) -> set[str]:
    """Return the conversations in train or eval."""
    return set(night.tables.published(FIRST)["conversation_id"])


def test_every_malformed_row_is_in_quarantine_for_what_is_wrong_with_it(
    first_night: Curated,
) -> None:
    """A bad row that becomes a sample, or a reason that misleads, costs a night upstream."""
    planted = dict(first_night.input.planted("malformed").select("conversation_id", "value").rows())
    quarantine = first_night.tables.night("quarantine", FIRST)
    found = dict(quarantine.select("conversation_id", "reason").rows())
    samples = set(first_night.tables.night("samples", FIRST)["conversation_id"])

    assert len(planted) >= 25
    assert set(planted.values()) == {
        *(
            "unknown_role",
            "null_content",
            "no_messages",
            "no_user_turn",
            "duplicate_id",
            "empty_content",
        ),
        *("unknown_source", "id_too_long", "implausible_time", "too_many_messages"),
    }
    assert {i: found.get(i) for i in planted} == planted
    assert planted.keys() & samples == set()


def test_every_row_of_the_input_is_a_sample_or_in_quarantine_once(first_night: Curated) -> None:
    """Rows that share an id: one stays where all are equal, none where they differ."""
    rows = first_night.input.rows
    samples = first_night.tables.night("samples", FIRST)["conversation_id"].to_list()
    quarantined = first_night.tables.night("quarantine", FIRST)["conversation_id"].to_list()
    twice = rows.tail(2)["conversation_id"].to_list()

    assert sorted(samples + quarantined) == sorted(rows["conversation_id"].to_list())
    assert len(set(samples)) == len(samples)
    assert [(samples.count(i), quarantined.count(i)) for i in twice] == [(1, 1), (1, 1)]


def test_no_conversation_with_a_high_risk_identifier_is_published(first_night: Curated) -> None:
    """One card number in a training set is one too many."""
    risky = {
        i
        for i, v in first_night.input.planted("privacy").select("conversation_id", "value").rows()
        if is_high_risk(v)
    }
    privacy = decided(first_night, "privacy")

    assert len(risky) >= 20
    assert {privacy[i] for i in risky} == {("drop", "high_risk_identifier")}
    assert risky & published_ids(first_night) == set()


def test_no_planted_identifier_stands_in_any_file_of_the_warehouse(first_night: Curated) -> None:
    """Tables, their logs, statistics and reports are read by more people than the inputs are."""
    values = [v.lower() for v in first_night.input.planted("privacy")["value"] if not is_name(v)]
    texts = first_night.tables.texts()
    leaks = [
        (file, value) for file, text in texts.items() for value in values if value in text.lower()
    ]

    assert len(values) >= 50
    assert len(texts) > 50
    assert leaks == []


def test_most_planted_names_stand_in_no_file_of_the_warehouse(first_night: Curated) -> None:
    """A name has no checksum and the small model misses some; the floor bounds how many."""
    names = sorted({v.lower() for v in first_night.input.planted("privacy")["value"] if is_name(v)})
    everything = "\n".join(first_night.tables.texts().values()).lower()
    hidden = [name for name in names if name not in everything]

    assert len(names) >= 4
    assert len(hidden) / len(names) >= 0.5


def test_no_raw_user_id_stands_in_any_file_of_the_warehouse(first_night: Curated) -> None:
    """`user_key` is worth nothing where the id that it replaces is stored beside it."""
    users = "|".join(map(re.escape, sorted(set(first_night.input.rows["user_id"]))))

    assert [f for f, text in first_night.tables.texts().items() if re.search(users, text)] == []


def test_planted_near_duplicates_are_pruned_and_never_both_published(first_night: Curated) -> None:
    """Someone who echoes another's prompt must not make the model see it twice.

    An added emoji or a changed last sign moves the encoder below the cut at times (0.88 seen): such
    a pair is none to Phase II, hence the floor; of a pair at or above the cut one always goes.
    """
    pairs = (
        first_night.input.planted("near_duplicate")
        .drop_nulls("of")
        .select("conversation_id", "of")
        .rows()
    )
    here, diversity = published_ids(first_night), decided(first_night, "diversity")
    samples = first_night.tables.night("samples", FIRST).select("conversation_id", "text_hash")
    embeddings = first_night.tables.read("embeddings").select("text_hash", "embedding")
    vectors = dict(samples.join(embeddings, on="text_hash", how="inner").drop("text_hash").rows())
    met = [(a, b) for a, b in pairs if a in diversity and b in diversity]
    close = [(a, b) for a, b in met if np.dot(vectors[a], vectors[b]) >= 0.95]

    assert len(met) >= 30
    assert len(close) / len(met) >= 0.8
    assert [pair for pair in close if {diversity[i][0] for i in pair} == {"keep"}] == []
    assert [pair for pair in close if here.issuperset(pair)] == []


def test_most_planted_unsafe_texts_are_not_published(first_night: Curated) -> None:
    """The floor is what the layers of today reach on sentences that no rule was written for."""
    planted = first_night.input.planted("unsafe")["conversation_id"].to_list()
    here = published_ids(first_night)

    assert len(planted) >= 50
    assert sum(i not in here for i in planted) / len(planted) >= 0.7


def test_planted_threats_against_somebody_are_stopped_more_often_than_not(
    first_night: Curated,
) -> None:
    """A floor under what the rules do today; the next issue's models have to raise it to all."""
    threats = first_night.input.planted("unsafe").filter(pl.col("value") == "threat")[
        "conversation_id"
    ]
    safety = decided(first_night, "safety")
    stopped = [i for i in threats if safety.get(i, ("gone",))[0] != "keep"]

    assert len(stopped) / len(threats) >= 0.4


def test_planted_difficulty_comes_back_in_its_order(first_night: Curated) -> None:
    """Difficulty is read off the spread of rewards, so a planted spread must show."""
    planted = first_night.input.planted("difficulty").select("conversation_id", planted="value")
    rank = {"low": 0, "medium": 1, "high": 2}
    found = planted.join(
        first_night.tables.night("samples", FIRST), on="conversation_id", how="inner"
    ).filter(pl.col("difficulty") != "unknown")
    ranks = found.group_by("planted").agg(pl.col("difficulty").replace_strict(rank).mean()).rows()
    mean = dict(ranks)

    assert found.height >= 120
    assert mean["low"] + 0.4 < mean["medium"]
    assert mean["medium"] + 0.4 < mean["high"]


def test_rewards_are_counted_from_the_scores_table(first_night: Curated) -> None:
    """Difficulty rests on these three numbers; null and NaN scores are none."""
    scores = pl.read_parquet(first_night.input.scores / "*.parquet").filter(
        pl.col("score").is_finite()
    )
    wanted = scores.group_by("conversation_id").agg(
        count=pl.len().cast(pl.Int32), best=pl.max("score"), variance=pl.var("score")
    )
    samples = first_night.tables.night("samples", FIRST).select(
        "conversation_id", "reward_count", "best_reward", "reward_variance"
    )
    both = samples.join(wanted, on="conversation_id", how="left")

    assert both["reward_count"].to_list() == both["count"].fill_null(0).to_list()
    assert both["best_reward"].to_list() == both["best"].to_list()
    assert both["reward_variance"].to_list() == pytest.approx(
        both["variance"].to_list(), nan_ok=True
    )
