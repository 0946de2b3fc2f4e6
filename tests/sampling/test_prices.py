"""A price is what the next row would truly gain, not what some linear solution says."""

from itertools import combinations

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.sampling.constraints import parse_block
from pipelines.sampling.draw import draw_sample

SIZE = 4
ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 6)),
    min_size=SIZE + 1,
    max_size=9,
)


def best_objective(
    rows: list[tuple[str, bool, int]], caps: dict[str, int], floors: dict[bool, int]
) -> float | None:
    """Return the greatest objective of SIZE rows under caps per kind and floors, in rows."""
    worths = [
        sum(worth for _, _, worth in chosen)
        for chosen in combinations(rows, SIZE)
        if all(sum(kind == k for k, _, _ in chosen) <= most for kind, most in caps.items())
        and all(sum(first == f for _, f, _ in chosen) >= least for first, least in floors.items())
    ]
    return max(worths, default=None)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(1, 3), st.integers(0, 3))
def test_a_price_is_what_one_more_row_gains(
    rows: list[tuple[str, bool, int]], cap: int, floor: int
) -> None:
    """People relax a constraint because of this number; brute force must agree with it."""
    caps, floors = dict.fromkeys("abc", cap), {True: floor}
    best = best_objective(rows, caps, floors)
    assume(best is not None)
    assert best is not None
    kinds, firsts, worths = zip(*rows, strict=True)
    pool = pl.DataFrame(
        {
            "sample_id": [f"s{n}" for n in range(len(rows))],
            "kind": kinds,
            "first": firsts,
            "quality": [float(worth) for worth in worths],
        }
    )
    constraints = [
        {"dimension": "kind", "each_at_most": cap / SIZE},
        {"dimension": "first", "equals": True, "at_least": floor / SIZE},
    ]
    block = parse_block({"size": SIZE, "constraints": constraints, "maximise": "quality"})
    sample = draw_sample(pool, None, block)

    said = {
        value: (price, slack)
        for value, price, slack in sample.constraints.select(
            "value", "shadow_price", "slack"
        ).iter_rows()
    }
    for kind in set(kinds):
        one_more = best_objective(rows, caps | {kind: cap + 1}, floors)
        assert said[kind][0] == (one_more or 0) - best
        assert 0 <= said[kind][1] == cap - sample_count(sample.ids, pool, kind)
    if floor:
        one_fewer = best_objective(rows, caps, {True: floor - 1})
        assert said["true"][0] == best - (one_fewer or 0)


def sample_count(ids: pl.Series, pool: pl.DataFrame, kind: str) -> int:
    """Return the chosen rows of a kind."""
    return pool.filter(pl.col("sample_id").is_in(ids.implode()) & (pl.col("kind") == kind)).height


def test_nothing_to_maximise_has_no_price_and_an_open_bound_no_slack() -> None:
    """A zero would say that a constraint is free, though its price is not known."""
    pool = pl.DataFrame({"sample_id": ["s0", "s1"], "kind": ["a", "b"]})
    constraints = [
        {"dimension": "kind", "equals": "a", "at_least": 0},
        {"dimension": "kind", "equals": "b", "at_least": 1, "soft": True},
    ]
    table = draw_sample(
        pool, None, parse_block({"size": 2, "constraints": constraints})
    ).constraints

    assert table.select("slack", "shadow_price", "met").rows() == [
        (None, None, True),
        (-1, None, False),
    ]


def test_slack_is_to_the_nearer_bound() -> None:
    """By hand: three of four rows are of a, at most three may be and at least one must."""
    pool = pl.DataFrame({"sample_id": ["s0", "s1", "s2", "s3"], "kind": list("aaab")})
    band = {"dimension": "kind", "shares": {"a": 0.5}, "tolerance": 0.25}
    table = draw_sample(pool, None, parse_block({"size": 4, "constraints": [band]})).constraints

    assert table.select("achieved", "slack", "binding").rows() == [(0.75, 0, False)]
