"""Slices and total count the same decisions."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.slices import SLICES, TOTAL, count_slices

VALUES = st.sampled_from(["a", "b", None])
SAMPLES = st.lists(st.fixed_dictionaries(dict.fromkeys(SLICES, VALUES)), min_size=1, max_size=6)


@given(SAMPLES, st.data())
def test_slices_add_up_to_the_samples_and_the_total_to_all_decisions(
    values: list[dict[str, str | None]], data: st.DataObject
) -> None:
    """A row that is no sample counts in the total alone; null is a value of its own."""
    samples = [row | {"sample_id": f"s{i}"} for i, row in enumerate(values)]
    ids = st.sampled_from([None, "gone", *(row["sample_id"] for row in samples)])
    names = data.draw(st.lists(ids, min_size=1, max_size=12))
    decisions = pl.LazyFrame(
        {"sample_id": names, "phase": "intake", "outcome": "keep", "reason": "passed"},
        schema_overrides={"sample_id": pl.String},
    )
    frame = pl.LazyFrame(
        samples, schema={"sample_id": pl.String, **dict.fromkeys(SLICES, pl.String)}
    )
    counted = count_slices(decisions, frame)
    known = {row["sample_id"]: row for row in samples}

    assert counted.filter(dimension=TOTAL).select("value", "rows").rows() == [(None, len(names))]
    for name in SLICES:
        expected: dict[str | None, int] = {}
        for sample in (known[i] for i in names if i in known):
            expected[sample[name]] = expected.get(sample[name], 0) + 1
        assert dict(counted.filter(dimension=name).select("value", "rows").rows()) == expected
