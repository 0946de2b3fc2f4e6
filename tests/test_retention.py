"""Retention by slice: rows and different texts, and the gate that holds a night whose texts are lost."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config import Gates
from pipelines.retention import (
    LEAST_TEXTS,
    check_losses,
    count_retention,
    find_losses,
    slice_samples,
    tell_losses,
)

REASONS = ("leader", "near_duplicate", "budget")
COUNTS = ("rows", "kept", "near_duplicates", "budget", "texts", "lost_texts")
# Of distinct sentences of one language this share fell to the English encoder at cosine .95 (Tatoeba).
UNREAD = {"Amharic": 1.0, "Malayalam": 0.99, "Telugu": 0.96, "Thai": 0.94, "Khmer": 0.90, "Georgian": 0.56}
UNREAD |= {"Bengali": 0.42, "Armenian": 0.38}
Row = tuple[str, str, str | None]  # text_hash, reason, language


def count(rows: list[Row], before: list[str] | None = None) -> pl.DataFrame:
    """Return the retention of rows by language."""
    frame = pl.DataFrame(
        rows, schema={"text_hash": pl.String, "reason": pl.String, "language": pl.String}, orient="row"
    )
    night = frame.with_row_index("sample_id").lazy()
    kept = pl.LazyFrame({"text_hash": before or []}, schema={"text_hash": pl.String})
    return count_retention(
        night.select("sample_id", "text_hash", "reason"), night.select("sample_id", "language"), kept
    )


def brute_force(rows: list[Row], before: list[str]) -> dict[str | None, tuple[int, ...]]:
    """Return the same counts by loops."""
    stays = {text for text, reason, _ in rows if reason != "near_duplicate"} | set(before)
    found = {}
    for value in {value for _, _, value in rows}:
        mine = [(text, reason) for text, reason, other in rows if other == value]
        texts = {text for text, _ in mine}
        reasons = [reason for _, reason in mine]
        found[value] = (
            *(len(mine), *(reasons.count(reason) for reason in REASONS)),
            *(len(texts), len(texts - stays)),
        )
    return found


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdef"), st.sampled_from(REASONS), st.none() | st.sampled_from(["en", "th"])
        )
    ),
    st.lists(st.sampled_from("abcxy")),
)
def test_rows_and_texts_are_counted_as_by_hand(rows: list[Row], before: list[str]) -> None:
    """Every slice, null too, against loops over the rows."""
    found = {
        row["value"]: tuple(row[name] for name in COUNTS) for row in count(rows, before).iter_rows(named=True)
    }

    assert found == brute_force(rows, before)


def test_copies_of_a_kept_text_are_no_loss() -> None:
    """Two hundred people say goodbye: a language of greetings loses rows, not texts."""
    rows: list[Row] = [("bye", "leader", "en"), *[("bye", "near_duplicate", "gu")] * 200]

    assert count(rows).select("value", "near_duplicates", "texts", "lost_texts").rows() == [
        ("en", 0, 1, 0),
        ("gu", 200, 1, 0),
    ]


def test_a_text_that_an_earlier_night_kept_is_no_loss() -> None:
    """A user who asks again tomorrow is dropped, and the text stays in the warehouse."""
    rows: list[Row] = [("again", "near_duplicate", "en"), ("new", "near_duplicate", "en")]

    assert count(rows, ["again"])["lost_texts"].to_list() == [1]


def test_a_night_of_an_earlier_version_has_no_scripts() -> None:
    """Its table `language` lacks the column: the slice is null, and nothing breaks."""
    samples = pl.LazyFrame({name: ["a"] for name in ("sample_id", "language", "source", "locale", "jtbd")})
    old = pl.LazyFrame({"sample_id": ["a"], "model": ["language"]})
    new = old.with_columns(script=pl.lit("Thai"))

    assert slice_samples(samples, old).select("sample_id", "script").collect().rows() == [("a", None)]
    assert slice_samples(samples, new).select("sample_id", "script").collect().rows() == [("a", "Thai")]


def night_of(texts: int, lost_share: float, name: str = "language", value: str = "xx") -> pl.DataFrame:
    """Return the retention of an ordinary language and of one that loses a share of its texts."""
    lost = round(lost_share * texts)
    rows = [
        (name, "en", 20_000, 17_000, 2_990, 10, 16_000, 450),
        (name, value, texts + 7, texts - lost, lost + 7, 0, texts, lost),
    ]
    return pl.DataFrame(rows, schema=["dimension", "value", *COUNTS], orient="row")


@pytest.mark.parametrize(("language", "lost_share"), UNREAD.items())
def test_the_default_holds_a_night_whose_language_the_encoder_cannot_read(
    language: str, lost_share: float
) -> None:
    """Each language that the English encoder took apart would have held its night alone."""
    check = check_losses(night_of(LEAST_TEXTS, lost_share, value=language), Gates().max_duplicate_share)

    assert check.passed is False
    assert (
        f"language {language} {round(100 * lost_share)} of 100 texts; the encoder may not" in check.evidence
    )


@pytest.mark.parametrize("dimension", ["language", "script", "source", "locale", "jtbd"])
def test_an_ordinary_night_passes_in_every_dimension(dimension: str) -> None:
    """.16 is the most that any slice of the demo nights loses, .07 that of a real one."""
    check = check_losses(night_of(300, 0.16, dimension), Gates().max_duplicate_share)

    assert (check.passed, check.evidence[-4:]) == (True, "none")


@pytest.mark.parametrize(
    ("texts", "share", "most", "held"),
    [(99, 1.0, 0.3, 0), (100, 0.3, 0.3, 0), (100, 0.31, 0.3, 1), (100, 1.0, 1.0, 0), (100, 0.01, 0.0, 2)],
)
def test_a_slice_may_lose_its_share_and_no_more(texts: int, share: float, most: float, held: int) -> None:
    """At the limit it passes; small slices are never judged; 1 holds no night."""
    assert find_losses(night_of(texts, share), most, LEAST_TEXTS).height == held


def test_a_value_that_is_no_code_is_not_repeated_in_the_evidence() -> None:
    """The evidence is printed and stored: what a client wrote into a field does not follow it there."""
    losses = find_losses(night_of(200, 0.9, "locale", "call me: 555-0100"), 0.3, LEAST_TEXTS)

    assert tell_losses(losses) == "locale (not a code) 180 of 200 texts"
    assert tell_losses(pl.concat([losses] * 7), listed=2).endswith("texts, and 5 more")
