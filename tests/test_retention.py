"""Retention by slice: rows and different texts, and the gate on slices with merged texts."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.config import Gates
from pipelines.retention import (
    LEAST_TEXTS,
    check_slices,
    count_retention,
    find_merged,
    format_merged,
    slice_samples,
)

REASONS = ("leader", "near_duplicate", "budget")
COUNTS = ("rows", "kept", "near_duplicates", "budget", "texts", "merged_texts")
# Of distinct sentences of one language this share fell to the English encoder at cosine .95
# (Tatoeba).
UNREAD = {
    "Amharic": 1.0,
    "Malayalam": 0.99,
    "Telugu": 0.96,
    "Thai": 0.94,
    "Khmer": 0.90,
    "Georgian": 0.56,
}
UNREAD |= {"Bengali": 0.42, "Armenian": 0.38}
# text_hash, reason, language, the text of the witness
Row = tuple[str, str, str | None, str | None]
_BEFORE = "earlier "
_NIGHT = {"text_hash": pl.String, "reason": pl.String, "language": pl.String, "witness": pl.String}


def count(rows: list[Row]) -> pl.DataFrame:
    """Return retention of rows by language; a witness `earlier …` is of another night."""
    night = pl.DataFrame(rows, schema=_NIGHT, orient="row").with_row_index("number")
    night = night.with_columns(sample_id=pl.col("number").cast(pl.String))
    first = night.unique("text_hash", keep="first", maintain_order=True)
    own = first.select(witness="text_hash", witness_hash="text_hash")
    texts = sorted({row[3] for row in rows if row[3] is not None and row[3].startswith(_BEFORE)})
    kept = pl.DataFrame({"witness": texts}, schema={"witness": pl.String})
    kept = kept.with_columns(witness_hash=pl.col("witness").str.strip_prefix(_BEFORE))
    pruning = night.join(pl.concat([own, kept]), on="witness", how="left").lazy()
    return count_retention(pruning, night.lazy().select("sample_id", "language"))


def brute_force(rows: list[Row]) -> dict[str | None, tuple[int, ...]]:
    """Return the same counts by loops."""
    stays = {text for text, reason, _, _ in rows if reason != "near_duplicate"}
    texts = {text for text, _, _, _ in rows}
    standing = {text: text for text in texts}
    for text in texts - stays:
        said = [witness for other, _, _, witness in rows if other == text and witness is not None]
        known = [w.removeprefix(_BEFORE) for w in said if w.startswith(_BEFORE) or w in texts]
        standing[text] = min([*known, *([text] if len(known) < _rows_of(rows, text) else [])])
    found = {}
    for value in {value for _, _, value, _ in rows}:
        mine = [(text, reason) for text, reason, other, _ in rows if other == value]
        own = {text for text, _ in mine}
        reasons = [reason for _, reason in mine]
        found[value] = (
            *(len(mine), *(reasons.count(reason) for reason in REASONS)),
            *(len(own), len(own) - len({standing[text] for text in own})),
        )
    return found


def _rows_of(rows: list[Row], text: str) -> int:
    return sum(other == text for other, _, _, _ in rows)


WITNESSES = st.none() | st.sampled_from(["a", "b", "c", "earlier a", "earlier x", "earlier y"])


@given(
    st.lists(
        st.tuples(
            *(st.sampled_from("abcdef"), st.sampled_from(REASONS)),
            *(st.none() | st.sampled_from(["en", "th"]), WITNESSES),
        )
    )
)
def test_rows_and_texts_are_counted_as_by_hand(rows: list[Row]) -> None:
    """Every slice, null too, against loops over rows; witnesses of this night and another."""
    told = count(rows).iter_rows(named=True)

    assert {row["value"]: tuple(row[name] for name in COUNTS) for row in told} == brute_force(rows)


def test_copies_of_a_kept_text_are_not_merged() -> None:
    """Two hundred people say goodbye: a language of greetings loses rows, not texts."""
    rows: list[Row] = [
        ("bye", "leader", "en", None),
        *[("bye", "near_duplicate", "gu", "bye")] * 200,
    ]

    assert count(rows).select("value", "near_duplicates", "texts", "merged_texts").rows() == [
        ("en", 0, 1, 0),
        ("gu", 200, 1, 0),
    ]


def test_small_talk_that_repeats_a_year_of_nights_is_not_merged() -> None:
    """Each text has an earlier one of its own: a share that grows must not stop every night."""
    rows: list[Row] = [(f"t{n}", "near_duplicate", "en", f"earlier e{n}") for n in range(150)]

    assert count(rows).select("near_duplicates", "texts", "merged_texts").rows() == [(150, 150, 0)]
    assert check_slices(count(rows), 0.3).passed is True


def test_a_script_for_which_only_three_earlier_texts_are_kept_is_merged() -> None:
    """The encoder could not read it last night either: what it kept then absorbs all of tonight."""
    rows: list[Row] = [(f"t{n}", "near_duplicate", "th", f"earlier e{n % 3}") for n in range(150)]

    assert count(rows)["merged_texts"].to_list() == [147]
    assert check_slices(count(rows), 0.3).passed is False


def test_a_text_that_an_earlier_night_kept_counts_for_itself_and_its_duplicates() -> None:
    """The same text, kept before, and another dropped for it: two texts, one kept."""
    rows: list[Row] = [
        (text, "near_duplicate", "en", "earlier again") for text in ("again", "and again")
    ]

    assert count(rows).select("texts", "merged_texts").rows() == [(2, 1)]


def test_a_night_of_an_earlier_version_has_no_scripts() -> None:
    """Its table `language` lacks the column: the slice is null, and nothing breaks."""
    samples = pl.LazyFrame(
        {name: ["a"] for name in ("sample_id", "language", "source", "locale", "jtbd")}
    )
    old = pl.LazyFrame({"sample_id": ["a"], "model": ["language"]})
    new = old.with_columns(script=pl.lit("Thai"))

    assert slice_samples(samples, old).select("sample_id", "script").collect().rows() == [
        ("a", None)
    ]
    assert slice_samples(samples, new).select("sample_id", "script").collect().rows() == [
        ("a", "Thai")
    ]


def night_of(
    texts: int, merged_share: float, name: str = "language", value: str = "xx"
) -> pl.DataFrame:
    """Return the retention of an ordinary language and of one of which a share is merged."""
    lost = round(merged_share * texts)
    rows = [
        (name, "en", 20_000, 17_000, 2_990, 10, 16_000, 450),
        (name, value, texts + 7, texts - lost, lost + 7, 0, texts, lost),
    ]
    return pl.DataFrame(rows, schema=["dimension", "value", *COUNTS], orient="row")


@pytest.mark.parametrize(("language", "merged_share"), UNREAD.items())
def test_the_default_holds_a_night_whose_language_the_encoder_cannot_read(
    language: str, merged_share: float
) -> None:
    """Each language that the English encoder merges would stop its night alone."""
    check = check_slices(
        night_of(LEAST_TEXTS, merged_share, value=language), Gates().max_duplicate_share
    )

    assert check.passed is False
    assert (
        f"language {language} {round(100 * merged_share)} of 100 texts; the encoder may not"
        in check.evidence
    )


@pytest.mark.parametrize("dimension", ["language", "script", "source", "locale", "jtbd"])
def test_an_ordinary_night_passes_in_every_dimension(dimension: str) -> None:
    """.16 is the most that is merged of any slice of the demo's nights, .07 of a real one's."""
    check = check_slices(night_of(300, 0.16, dimension), Gates().max_duplicate_share)

    assert (check.passed, check.evidence[-4:]) == (True, "none")


@pytest.mark.parametrize(
    ("texts", "share", "most", "held"),
    [
        (99, 1.0, 0.3, 0),
        (100, 0.3, 0.3, 0),
        (100, 0.31, 0.3, 1),
        (100, 1.0, 1.0, 0),
        (100, 0.01, 0.0, 2),
    ],
)
def test_a_slice_may_be_merged_up_to_its_share_and_no_more(
    texts: int, share: float, most: float, held: int
) -> None:
    """At the limit it passes; small slices are never judged; 1 stops no night."""
    assert find_merged(night_of(texts, share), most, LEAST_TEXTS).height == held


def test_a_value_that_is_no_code_is_not_repeated_in_the_evidence() -> None:
    """The evidence is printed and stored: it must not repeat what a client wrote in a field."""
    merged = find_merged(night_of(200, 0.9, "locale", "call me: 555-0100"), 0.3, LEAST_TEXTS)

    assert format_merged(merged) == "locale (not a code) 180 of 200 texts"
    assert format_merged(pl.concat([merged] * 7), listed=2).endswith("texts, and 5 more")
