"""A night's counts are those of its decisions, and are read back as they were written."""

from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.drift.profile import (
    DIMENSIONS,
    LISTED,
    MISMATCH,
    Measured,
    TrackedCount,
    count_profile,
    read_profile,
    replace_profile,
)
from pipelines.slices import SLICES, count_slices

PHASES = ("intake", "privacy", "safety")
NO_LANGUAGES = pl.DataFrame(
    schema={"declared": pl.String, "identified": pl.String, "rows": pl.Int64}
)
VALUES = st.none() | st.text(max_size=6)
# Where a sample ends: at a phase, or nowhere.
ENDS = st.sampled_from(["privacy", "safety", None])


@given(st.lists(st.tuples(VALUES, VALUES, ENDS), min_size=1, max_size=12))
def test_counts_are_those_of_the_decisions_whatever_the_values(
    rows: list[tuple[str | None, str | None, str | None]],
) -> None:
    """Counted here one by one; a value may hold `=`, a dot or nothing, and null is another one."""
    samples = [
        dict.fromkeys(SLICES) | {"sample_id": f"s{n}", "locale": a, "character_id": b}
        for n, (a, b, _) in enumerate(rows)
    ]
    decisions = []
    for number, (_, _, end) in enumerate(rows):
        for phase in PHASES:
            outcome = "drop" if phase == end else "keep"
            reason = "unsafe" if phase == end else "passed"
            decisions.append((f"s{number}", phase, outcome, reason))
            if phase == end:
                break
    decided = pl.DataFrame(
        decisions, schema=["sample_id", "phase", "outcome", "reason"], orient="row"
    )
    schema = {"sample_id": pl.String, **dict.fromkeys(SLICES, pl.String)}
    slices = count_slices(decided.lazy(), pl.LazyFrame(samples, schema=schema))
    totals = Counter(f"{phase}.{outcome}" for _, phase, outcome, _ in decisions)
    profile = read_profile("2026-01-31", totals | count_profile(slices, NO_LANGUAGES))

    for place, name in enumerate(DIMENSIONS[:2]):
        for value in {row[place] for row in rows}:
            own = [row[2] for row in rows if row[place] == value]
            left = [end for end in own if end != "privacy"]
            assert profile.measure(TrackedCount("samples", None, name, value)) == (
                len(own),
                len(rows),
            )
            assert profile.measure(TrackedCount("taken", "safety", name, value)) == (
                left.count("safety"),
                len(left),
            )
    assert profile.rows_in == len(rows)
    ends = [row[2] for row in rows]
    assert profile.measure(TrackedCount("reason", "privacy", None, "unsafe")) == (
        ends.count("privacy"),
        len(rows),
    )


def test_only_the_greatest_values_are_counted() -> None:
    """A night of ten thousand characters must not fill `runs`."""
    names = [f"c{number:05}" for number in range(LISTED + 50)]
    slices = pl.DataFrame(
        {
            "dimension": "character_id",
            "value": names,
            "phase": "intake",
            "outcome": "keep",
            "reason": "passed",
            "rows": range(1, len(names) + 1),
        }
    )
    counted = count_profile(slices, NO_LANGUAGES)
    listed = [key for key in counted if ".samples." in key]

    assert sorted(listed) == [f"drift.samples.character_id={name}" for name in names[-LISTED:]]


def test_a_language_that_is_not_known_neither_differs_nor_agrees() -> None:
    """`und` is no answer."""
    languages = pl.DataFrame(
        [("en", "en", 5), ("en", "hi", 2), (None, "hi", 9), ("en", "und", 9), ("en", None, 9)],
        schema=NO_LANGUAGES.schema,
        orient="row",
    )
    nothing = pl.DataFrame(
        schema={
            **dict.fromkeys(("dimension", "value", "phase", "outcome", "reason"), pl.String),
            "rows": pl.Int64,
        }
    )
    profile = read_profile("2026-01-31", count_profile(nothing, languages))

    assert profile.measure(MISMATCH) == Measured(2, 7)


def test_a_profile_counted_again_keeps_what_was_accepted() -> None:
    """After an erasure nothing of the former profile may tell what was removed."""
    before = {"published.train": 3, "drift.samples.locale=hi-IN": 9, "drift.accepted.traffic": 1}

    after = replace_profile(before, {"drift.samples.locale=en-US": 2})

    assert after == {
        "published.train": 3,
        "drift.accepted.traffic": 1,
        "drift.samples.locale=en-US": 2,
    }
