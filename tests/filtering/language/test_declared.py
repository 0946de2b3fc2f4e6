"""Declared against identified language: a fact per sample, a rate over the comparable ones."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.language.declared import compare_declared, rate_mismatch

SCHEMA = {
    "sample_id": pl.String,
    "language": pl.String,
    "locale": pl.String,
    "identified": pl.String,
}
TAGS = st.none() | st.sampled_from(
    ["hi", "hi-IN", "en_US", "xx-XX", "und", "", "es-419", "spa", "in-ID"]
)


def samples(*rows: tuple[str | None, str | None, str | None]) -> pl.DataFrame:
    """Return samples of (declared language, locale, identified language)."""
    return pl.DataFrame([(str(k), *row) for k, row in enumerate(rows)], schema=SCHEMA, orient="row")


@pytest.mark.parametrize(
    ("language", "locale", "identified", "fact"),
    [
        ("hi", "en-IN", "hi", "match"),
        (None, "hi-IN", "hi", "match"),
        ("hi-Latn", None, "hi", "match"),
        ("", "ES_mx", "es", "match"),
        ("in", None, "id", "match"),
        (None, "nb-NO", "no", "match"),
        ("hi", "en-IN", "en", "mismatch"),
        (None, "de-DE", "fr", "mismatch"),
        ("en", "en-US", "und", "unknown"),
        ("en", "en-US", None, "unknown"),
        (None, None, "en", "unknown"),
        ("xx", "xx-XX", "en", "unknown"),
        ("spa", None, "es", "unknown"),
    ],
)
def test_the_declared_language_counts_and_the_locale_where_it_is_missing(
    language: str | None, locale: str | None, identified: str | None, fact: str
) -> None:
    """A tag without meaning, or an unidentified text, is not a mismatch: it is unknown."""
    rows = compare_declared(samples((language, locale, identified)))

    assert rows["declared_language"].to_list() == [fact]


@given(st.lists(st.tuples(TAGS, TAGS, st.sampled_from([None, "und", "hi", "en", "es", "id"]))))
def test_every_sample_has_a_fact_and_the_rates_add_up(
    rows: list[tuple[str | None, str | None, str]],
) -> None:
    """A lost row would move the rate; a rate over unknown rows would hide a wrong client."""
    facts = compare_declared(samples(*rows))
    rates = rate_mismatch(facts)
    told = facts["declared_language"].to_list()

    assert facts["sample_id"].to_list() == [str(k) for k in range(len(rows))]
    assert rates["rows"].sum() == len(rows)
    assert rates["mismatches"].sum() == told.count("mismatch")
    assert rates["known"].sum() == len(told) - told.count("unknown")


def test_the_rate_is_over_what_is_known() -> None:
    """Two known Hindi rows, one of them in English: a half, not a third."""
    rows = samples(("hi", None, "hi"), ("hi", None, "en"), ("hi", None, "und"), ("en", None, "und"))

    assert rate_mismatch(compare_declared(rows)).rows() == [
        ("en", 1, 0, 0, None),
        ("hi", 3, 2, 1, 0.5),
    ]
