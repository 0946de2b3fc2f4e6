"""What a dry run says to the person who writes the constraints."""

import polars as pl

from pipelines.sampling.constraints import parse_block
from pipelines.sampling.draw import draw_sample
from pipelines.sampling.draw_summary import describe_draw

POOL = pl.DataFrame(
    {
        "sample_id": [f"s{n}" for n in range(8)],
        "kind": list("aaaabbbb"),
        "quality": [5.0, 4.0, 3.0, 2.0, 1.0, 1.0, 0.5, 0.0],
    }
)


def describe(*constraints: dict[str, object], maximise: str | None = "quality") -> list[str]:
    """Return the words about a draw of four rows."""
    block = parse_block({"size": 4, "constraints": list(constraints), "maximise": maximise})
    return describe_draw(draw_sample(POOL, None, block), block, POOL.height)


def test_the_price_of_a_bound_is_said_in_rows_and_units() -> None:
    """By hand: of a the two best, of b the two best; one more of a (3) for one of b (1) gains 2."""
    assert describe({"dimension": "kind", "each_at_most": 0.5}) == [
        "Feasible: 4 of 8 rows, total quality 11.0000; soft constraints missed by 0 rows.",
        "No other sample has a greater total.",
        "2 of 2 bounds bind or are missed:",
        (
            "  constraints[0]: kind each_at_most 0.5: a has 0.5 of the sample, 4 rows of the pool;"
            " one more row of it would gain 2"
        ),
        "  constraints[0]: kind each_at_most 0.5: b has 0.5 of the sample, 4 rows of the pool",
    ]


def test_a_missed_soft_bound_comes_first_and_nothing_binding_is_said() -> None:
    """A violated bound matters more than a high price."""
    missed = describe({"dimension": "kind", "equals": "gone", "at_least": 0.5, "soft": True})

    assert missed[-1] == (
        "  constraints[0]: kind equals gone at_least 0.5 soft true: gone has 0 of the sample, 0 "
        "rows of the pool; 2 rows outside"
    )
    assert describe(maximise=None) == [
        "Feasible: 4 of 8 rows; soft constraints missed by 0 rows.",
        "No constraint binds.",
    ]
