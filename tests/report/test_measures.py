"""Every figure of the report that is computed, against numbers worked out by hand."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.report.facts import ReportFacts, RunFacts
from pipelines.report.measures import (
    compare_stages,
    count_reasons,
    design_effects,
    difference,
    keep_ledgers,
    language_mismatch,
    measure_slices,
    order_constraints,
    shares_by_stage,
)

RUN = RunFacts(run_id="r", ds="2026-01-01", status="published")


def facts_of(**frames: pl.DataFrame) -> ReportFacts:
    """Return facts of ten rows that only have the given frames."""
    outcomes = pl.DataFrame(
        [
            ("intake", "keep", "passed", 8),
            ("privacy", "keep", "passed", 5),
            ("privacy", "drop", "x", 3),
        ],
        schema=["phase", "outcome", "reason", "rows"],
        orient="row",
    )
    fields: dict[str, object] = {
        "run": RUN,
        "in_rows": 10,
        "train_rows": 4,
        "eval_rows": 1,
        "outcomes": outcomes,
    }
    return ReportFacts(**(fields | frames))  # type: ignore[arg-type]  # a factory


def test_a_ledger_balances_only_with_the_quarantined_rows() -> None:
    """The first promise of the contract: in = keep + drop + review + quarantine."""
    with_them = facts_of(quarantine=pl.DataFrame({"reason": ["a", "b"], "rows": [1, 1]}))

    assert [(x.phase, x.expected, x.came, x.kept, x.balanced) for x in keep_ledgers(with_them)] == [
        ("intake", 10, 10, 8, True),
        ("privacy", 8, 8, 5, True),
    ]
    assert [x.balanced for x in keep_ledgers(facts_of())] == [False, True]


def test_phases_of_a_whole_night_balance(night: ReportFacts) -> None:
    """Seven phases in their order, each with what the one before kept."""
    ledgers = keep_ledgers(night)

    assert [x.phase for x in ledgers] == [
        "intake",
        "privacy",
        "safety",
        "language",
        "diversity",
        "split",
        "sampling",
    ]
    assert [x.balanced for x in ledgers] == [True] * 7


def test_quarantined_rows_are_counted_once() -> None:
    """Decisions and the table may both have them; the table counts."""
    outcomes = pl.DataFrame(
        {"phase": ["intake"], "outcome": ["quarantine"], "reason": ["a"], "rows": [2]}
    )
    facts = facts_of(outcomes=outcomes, quarantine=pl.DataFrame({"reason": ["a"], "rows": [2]}))

    assert count_reasons(facts).rows() == [("intake", "quarantine", "a", 2)]


def test_a_slice_is_compared_with_the_rest_of_its_dimension() -> None:
    """20 of 40 lost against 6 of 60: shares 0.5 and 0.1, pooled 0.26, 4.47 standard errors."""
    rows = [("hi", "keep", 20), ("hi", "drop", 20), ("en", "keep", 54), ("en", "drop", 6)]
    slices = pl.DataFrame(
        [("locale", value, "safety", outcome, "r", n) for value, outcome, n in rows],
        schema=["dimension", "value", "phase", "outcome", "reason", "rows"],
        orient="row",
    )
    measured = {
        row["value"]: row for row in measure_slices(facts_of(slices=slices)).iter_rows(named=True)
    }

    assert (
        measured["hi"]["came"],
        measured["hi"]["lost"],
        measured["hi"]["share"],
        measured["hi"]["others_share"],
    ) == (
        40,
        20,
        0.5,
        0.1,
    )
    assert measured["hi"]["z"] == pytest.approx(
        (0.5 - 0.1) / math.sqrt(0.26 * 0.74 * (1 / 40 + 1 / 60))
    )
    assert measured["en"]["z"] == pytest.approx(-measured["hi"]["z"])


def test_a_dimension_with_one_value_has_nothing_to_be_compared_with() -> None:
    """No division by the empty rest, and no alarm from it."""
    slices = pl.DataFrame(
        {
            "dimension": ["source"],
            "value": ["user"],
            "phase": ["safety"],
            "outcome": ["drop"],
            "reason": ["r"],
            "rows": [5],
        }
    )

    assert measure_slices(facts_of(slices=slices)).select("share", "others_share", "z").rows() == [
        (1.0, None, 0.0)
    ]


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_difference_is_symmetric_and_zero_only_for_equal_shares(one: float, other: float) -> None:
    """The love plot's axis: no sign, no NaN."""
    found = difference(one, other)

    assert found == difference(other, one)
    assert (found == 0.0) is (one == other)


def test_a_difference_is_the_one_of_the_textbook() -> None:
    """0.5 against 0.3: 0.2 / sqrt((0.25 + 0.21) / 2) = 0.417."""
    assert difference(0.5, 0.3) == pytest.approx(0.41702882811414954)
    assert difference(None, 0.3) is None


def test_shares_are_of_the_rows_of_their_own_stage(night: ReportFacts) -> None:
    """Each stage's shares sum to one; a stage without rows has none."""
    shares = shares_by_stage(night, "locale")
    without = shares_by_stage(
        facts_of(marginals=night.marginals.filter(pl.col("stage") == "traffic")), "locale"
    )

    assert [round(shares[stage].sum(), 9) for stage in ("traffic", "pool", "train", "eval")] == [
        1.0
    ] * 4
    assert without["train"].null_count() == without.height


def test_balance_has_one_row_per_value_and_the_furthest_first(night: ReportFacts) -> None:
    """The factory drops every easy sample from train: nothing lies further away."""
    balance = compare_stages(night)
    keys = night.marginals.select("dimension", "value").unique()

    assert balance.height == keys.height
    assert balance.row(0)[:2] == ("difficulty", "low")


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=30))
def test_the_design_effect_is_kishs(weights: list[float]) -> None:
    """n·Σw² / (Σw)²: at least 1, and 1 for equal weights."""
    frame = pl.DataFrame(
        {
            "side": ["train"],
            "rows": [len(weights)],
            "total": [sum(weights)],
            "total_squared": [sum(w * w for w in weights)],
        }
    )
    mean = sum(weights) / len(weights)
    spread = sum((w - mean) ** 2 for w in weights) / len(weights)

    assert design_effects(facts_of(weights=frame))["train"] == pytest.approx(1 + spread / mean**2)


def test_only_rows_with_both_languages_count_as_a_mismatch() -> None:
    """Not declared and uncertain are no contradiction."""
    rows = [("en", "en", 5), ("en", "hi", 2), (None, "hi", 9), ("es", "und", 4)]
    languages = pl.DataFrame(rows, schema=["declared", "identified", "rows"], orient="row")

    assert language_mismatch(facts_of(languages=languages)) == (2, 7)


def test_constraints_come_by_position_not_by_letters(night: ReportFacts) -> None:
    """`10: …` comes after `2: …`, and train before eval."""
    texts = [("eval", "0: a"), ("train", "10: b"), ("train", "2: c")]
    rows = pl.concat(
        night.constraints.head(1).with_columns(side=pl.lit(side), constraint=pl.lit(text))
        for side, text in texts
    )

    assert [key for key, _ in order_constraints(rows)] == [
        ("train", "2: c"),
        ("train", "10: b"),
        ("eval", "0: a"),
    ]
