"""The block `sampling:` as users write it: what is read, what is refused, and in which words."""

import json
from typing import Any

import pytest

from pipelines.errors import ConfigurationError
from pipelines.sampling.constraints import check_columns, parse_block

WRITTEN: dict[str, Any] = {
    "size": 50000,
    "seed": 7,
    "constraints": [
        {"dimension": "is_first_turn", "equals": True, "at_least": 0.1},
        {"dimension": "locale", "match": "traffic", "tolerance": 0},
        {"dimension": "jtbd", "in": ["advice", None], "at_most": 1, "soft": True, "weight": 2.5},
        {"dimension": ["locale", "jtbd"], "each_at_most": 0.03},
    ],
    "maximise": "quality",
}


def test_a_block_dumps_back_as_it_was_written() -> None:
    """The run keeps its configuration as JSON; a default that creeps in would change its hash."""
    assert json.dumps(parse_block(WRITTEN).as_written()) == json.dumps(WRITTEN)


@pytest.mark.parametrize(("size", "rows"), [(0.29, 29), (1.0, 100), (7, 7), (0.001, 0)])
def test_a_fractional_size_is_the_floor_of_the_exact_decimal(size: float, rows: int) -> None:
    """0.29 x 100 is 28.999999999999996 in doubles; the contract says 29."""
    assert parse_block({"size": size}).rows_of(100) == rows


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        ({"equals": 1}, r"constraints\[0\].dimension: is missing"),
        ({"dimension": "a", "equals": 1}, r"constraints\[0\]: equals bounds nothing; add at_least"),
        ({"dimension": "a"}, r"constraints\[0\]: has none of equals, in"),
        ({"dimension": "a", "equals": 1, "match": "traffic"}, r"has equals and match of"),
        (
            {"dimension": "a", "shares": {"b": 0.6, "c": 0.5}},
            r"constraints\[0\]: shares sum to 1.10; lower",
        ),
        (
            {"dimension": "a", "shares": {"b": 1.5}},
            r"constraints\[0\].shares: hold b 1.5, outside \[0, 1\]",
        ),
        ({"dimension": "a", "each_at_most": "3%"}, r"each_at_most: is '3%', not a number; write"),
        ({"dimension": "a", "each_at_most": -0.1}, r"each_at_most: is -0.1, outside \[0, 1\]"),
        (
            {"dimension": "a", "each_at_most": 0.1, "tolerance": 0.1},
            r"tolerance belongs to match or shares",
        ),
        ({"dimension": "a", "each_at_most": 0.1, "weight": 2}, r"weight belongs to soft: true"),
        (
            {"dimension": "a", "equals": 1, "at_least": 0.5, "at_most": 0.4},
            r"at_least 0.5 is above at_most 0.4",
        ),
        (
            {"dimension": "a", "in": [], "at_most": 0.4},
            r"constraints\[0\].in: is \[\]; write a list",
        ),
        ({"dimension": "a", "in": ["b", "b"], "at_most": 0.4}, r"holds 'b' twice"),
        ({"dimension": "a", "match": "night"}, r"match: is 'night'; only match: traffic"),
        (
            {"dimension": "a", "equals": 1, "at_lest": 0.1},
            r"at_lest is not a setting. Did you mean at_least",
        ),
    ],
)
def test_a_wrong_constraint_is_named_by_position_key_and_remedy(
    constraint: dict[str, Any], message: str
) -> None:
    """A user with twenty constraints has to find the wrong one."""
    with pytest.raises(ConfigurationError, match=message):
        parse_block({"size": 10, "constraints": [constraint]})


@pytest.mark.parametrize("size", [0, -1, True, 1.5, 0.0, "half", float("nan")])
def test_a_size_that_is_no_number_of_rows_is_refused(size: object) -> None:
    """A size of 0 or above the pool is a mistake, never an empty night."""
    with pytest.raises(ConfigurationError, match=r"^sampling\.size: is "):
        parse_block({"size": size})


def test_floors_that_sum_above_one_are_refused_with_their_positions() -> None:
    """No pool can satisfy them, so the fault is the file's and not the night's."""
    floors = [{"dimension": "a", "equals": value, "at_least": 0.6} for value in ("x", "y")]

    with pytest.raises(
        ConfigurationError, match=r"constraints\[0\], constraints\[1\]: floors on a sum to 1.2"
    ):
        parse_block({"size": 10, "constraints": floors})


def test_an_unknown_dimension_names_the_known_columns() -> None:
    """The remedy for a misspelt column is the list of columns."""
    block = parse_block(
        {"constraints": [{"dimension": "locle", "each_at_most": 0.1}], "maximise": "worth"}
    )

    with pytest.raises(ConfigurationError) as caught:
        check_columns(block, ["locale", "quality"])

    assert list(caught.value.faults) == [
        (
            "sampling.constraints[0].dimension: no column locle. Did you mean locale?"
            " Known here: locale, quality."
        ),
        "sampling.maximise: the pool has no column worth. Known here: locale, quality.",
    ]
