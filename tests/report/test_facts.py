"""The facts of a report are checked where they come in, so that nothing later has to doubt them."""

import math

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.errors import InputError
from pipelines.report.facts import COLUMNS, ReportFacts, RunFacts, empty_frame

RUN = RunFacts(run_id="r", ds="2026-01-01", status="published")
OUTCOMES = pl.DataFrame(
    {"phase": ["intake"], "outcome": ["keep"], "reason": ["passed"], "rows": [3]}
)


def test_every_frame_but_the_outcomes_may_be_left_out() -> None:
    """A run without reward scores, history or eval is a run; its report must not need them."""
    facts = ReportFacts(RUN, 3, 1, 1, OUTCOMES)

    left_out = [name for name in COLUMNS if name != "outcomes"]
    assert [getattr(facts, name).height for name in left_out] == [0] * len(left_out)


def test_all_faults_of_all_frames_are_named_at_once() -> None:
    """The caller wants one list of what is wrong, not one fault per run."""
    with pytest.raises(InputError, match="marginals is not") as raised:
        ReportFacts(
            RUN, 3, 1, 1, OUTCOMES.drop("rows"), marginals=pl.DataFrame({"dimension": ["locale"]})
        )

    assert [fault.split(" is not")[0] for fault in raised.value.faults] == [
        "report facts: outcomes",
        "report facts: marginals",
    ]


def test_a_null_where_a_count_belongs_is_a_fault() -> None:
    """A null count would vanish in a sum: the report would say less than there is."""
    with pytest.raises(InputError, match="null in rows"):
        ReportFacts(RUN, 3, 1, 1, OUTCOMES.with_columns(rows=pl.lit(None, pl.Int64)))


def test_frames_are_equal_whatever_the_order_of_their_rows() -> None:
    """Spark promises no order; the page of the same night must be the same page."""
    rows = pl.DataFrame({"reason": ["a", "b", None], "rows": [1, 2, 3]})
    one, other = (ReportFacts(RUN, 3, 1, 1, OUTCOMES, quarantine=q) for q in (rows, rows.reverse()))

    assert_frame_equal(one.quarantine, other.quarantine)


def test_a_number_that_is_not_finite_becomes_null() -> None:
    """NaN and infinity would break a figure and are no JSON."""
    weights = pl.DataFrame(
        {
            "side": ["eval", "train"],
            "rows": [1, 2],
            "total": [math.nan, 2.0],
            "total_squared": [math.inf, 2.0],
        }
    )
    facts = ReportFacts(RUN, 3, 1, 1, OUTCOMES, weights=weights)

    assert facts.weights["total"].to_list() == [None, 2.0]
    assert facts.weights["total_squared"].to_list() == [None, 2.0]


def test_an_empty_frame_has_the_columns_of_its_name() -> None:
    """The default of a frame must be what the sections select from."""
    assert empty_frame("quarantine").schema == pl.Schema({"reason": pl.String, "rows": pl.Int64})
