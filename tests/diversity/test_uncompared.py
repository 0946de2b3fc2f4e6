"""Kept rows that a run's encoder has no vector of."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.diversity.uncompared import count_by_night, describe_reembedding, select_uncompared

NIGHTS = st.sampled_from(["2026-01-29", "2026-01-30", "2026-01-31"])
VECTORS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("mn"), st.sampled_from("12")))


def kept_of(rows: list[tuple[str, str]]) -> pl.LazyFrame:
    """Return kept rows from night and text."""
    return pl.LazyFrame(rows, schema={"ds": pl.String, "text_hash": pl.String}, orient="row")


def vectors_of(rows: list[tuple[str, str, str]]) -> pl.LazyFrame:
    """Return embeddings from text, model and revision."""
    names = ("text_hash", "model", "model_revision")
    return pl.LazyFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


@given(
    st.lists(st.tuples(NIGHTS, st.sampled_from("abcd"))),
    VECTORS,
    st.dictionaries(st.sampled_from("mn"), st.sampled_from("12"), min_size=1),
)
def test_a_row_is_left_out_where_no_model_of_the_run_has_its_vector(
    kept: list[tuple[str, str]], vectors: list[tuple[str, str, str]], models: dict[str, str]
) -> None:
    """Against loops: another revision of the same model counts for nothing."""
    known = {text for text, model, revision in vectors if models.get(model) == revision}
    expected: dict[str, int] = {}
    for ds, text in sorted(kept):
        if text not in known:
            expected[ds] = expected.get(ds, 0) + 1

    found = count_by_night(select_uncompared(kept_of(kept), vectors_of(vectors), models))

    assert found == expected
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("gone", "failed", "described"),
    [
        (0, 0, "1,234 embedded"),
        (
            34,
            0,
            (
                "1,200 embedded; "
                "34 not: their text is no longer stored (not published, and no facts kept)"
            ),
        ),
        (0, 4, "1,230 embedded; 4 not: the encoder gave no vector"),
    ],
)
def test_what_could_not_be_embedded_is_reported_night_by_night(
    gone: int, failed: int, described: str
) -> None:
    """Who reads that a night is done believes that all of it is compared."""
    line = describe_reembedding("2026-01-30", 1_234, gone, failed)

    assert line == f"2026-01-30: 1,234 kept rows without a vector; {described}"
