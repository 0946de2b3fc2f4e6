"""A draw is explained by the sample's stratum and the bounds on its values, as far as proven."""

from typing import Any

import pytest

from pipelines.explanation.limits import RunLimits
from pipelines.outcomes import Phase, Reason
from pipelines.sampling.constraints import CROSS
from schemas.ledger import CONSTRAINTS
from tests.explanation.cases import bound, explained, limits, pool, rows

SELECTED_TWICE = [("s2", "hi-IN", True, 0.6), ("s4", "hi-IN", True, 0.7)]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (bound(), "Full: hard constraint 0: locale each_at_most 0.5: hi-IN at most 50 %, has 50 %"),
        (
            bound(required_min=0.5, required_max=None, hard=False),
            "Needed: soft constraint 0: locale each_at_most 0.5: hi-IN at least 50 %",
        ),
        (bound(required_min=0.5), "Exact: hard constraint"),
        (bound(required_min=0.1), "Full: hard constraint"),
        (bound(required_min=0.1, achieved=0.1), "Needed: hard constraint"),
        (bound(required_min=0.1, achieved=0.05, slack=-2, hard=False), "Needed: soft constraint"),
        (bound(required_min=0.1, achieved=0.6, slack=-2, hard=False), "Full: soft constraint"),
        (bound(slack=3), ""),
        (bound(value="en-US"), ""),
        (bound(constraint="0: locale in [hi-IN, en-US]", value="hi-IN, en-US"), "Full: hard"),
    ],
)
def test_the_constraint_that_holds_its_value_is_named(
    bounds: dict[str, Any], expected: str
) -> None:
    """A bound at its edge took or refused the row; one with room did neither."""
    sentences, _ = explained(
        Phase.SAMPLING, Reason.NOT_SELECTED, constraints=rows(CONSTRAINTS, bounds)
    )

    assert expected in sentences
    assert any(f"{word}: " in sentences for word in ("Full", "Needed", "Exact")) == bool(expected)


@pytest.mark.parametrize(
    ("members", "side", "otherwise"),
    [
        (
            [("s1", "hi-IN", False, 0.5), *SELECTED_TWICE, ("s3", "en-US", True, 0.1)],
            "train",
            "With quality above 0.6 the draw, which is proven to be the best there is",
        ),
        (
            [("s1", "hi-IN", False, 0.6), ("s2", "hi-IN", True, 0.6)],
            "train",
            "ordered by the seeded hash; above 0.6 it would have been drawn",
        ),
        (
            [("s1", "hi-IN", False, 0.5), ("s3", "en-US", True, 0.1)],
            "train",
            "No row of its stratum",
        ),
        (
            [("s1", "hi-IN", False, 0.9), ("s2", "hi-IN", True, 0.6)],
            "train",
            "so no value is named",
        ),
        (
            [("s1", "hi-IN", False, 0.5), ("s2", "hi-IN", True, 0.6)],
            "eval",
            "by the seeded hash alone",
        ),
    ],
)
def test_what_would_have_drawn_it_is_said_only_where_it_is_proven(
    members: list[tuple[str, str, bool, float]], side: str, otherwise: str
) -> None:
    """A swap within a stratum proves a value; without a drawn row or an exact draw none does."""
    bounds = rows(CONSTRAINTS, bound(side=side))
    _, other = explained(
        Phase.SAMPLING, Reason.NOT_SELECTED, pool=pool(*members, side=side), constraints=bounds
    )

    assert otherwise in other


def test_a_draw_that_is_not_proven_names_no_value() -> None:
    """The search of that side stopped within a gap: another row might be the better swap."""
    inexact = limits(evaluation={"size": 2, "maximise": "quality"})
    pooled = pool(("s1", "hi-IN", False, 0.5), ("s2", "hi-IN", True, 0.6), side="eval")
    bounds = rows(CONSTRAINTS, bound(side="eval"))
    changes = {"pool": pooled, "constraints": bounds, "limits": inexact}
    _, other = explained(Phase.SAMPLING, Reason.NOT_SELECTED, **changes)

    assert other.startswith("The draw is not proven to be the best there is")


def test_a_draw_that_is_not_known_is_not_guessed() -> None:
    """A block of another version: whether it maximised anything is not known."""
    pooled = pool(("s1", "hi-IN", False, 0.5), ("s2", "hi-IN", True, 0.6))
    _, other = explained(Phase.SAMPLING, Reason.NOT_SELECTED, pool=pooled, limits=RunLimits())

    assert other == "What its draw maximised is not known to this version."


def test_a_crossed_dimension_is_a_value_of_its_own() -> None:
    """Two columns make the stratum, and the bound is on both together."""
    value = f"hi-IN{CROSS}u1"
    crossed = bound(dimension="locale, user_key", value=value)
    sentences, _ = explained(
        Phase.SAMPLING, Reason.SELECTED, constraints=rows(CONSTRAINTS, crossed)
    )

    stratum = f"Its stratum is locale, user_key = {value}. Of 1 row in it 1 was drawn."
    assert stratum in sentences
    assert "Full: hard constraint" in sentences
