"""The draw against brute force, and every way a draw ends without a sample."""

from fractions import Fraction
from itertools import combinations
from math import ceil, floor
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError, InfeasibleError, InputError
from pipelines.sampling.constraints import parse_block
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.draw import default_evaluation, draw_sample

VALUES = [None, "null", "a", "b"]
ROWS = st.lists(
    st.tuples(st.sampled_from(VALUES), st.booleans(), st.integers(0, 5)), min_size=2, max_size=9
)
SHARES = st.sampled_from([0, 0.1, 0.2, 0.25, 0.34, 0.5, 0.75])
FORMS = st.one_of(
    st.builds(lambda share: {"dimension": "first", "equals": True, "at_least": share}, SHARES),
    st.builds(lambda share: {"dimension": "kind", "each_at_most": share}, SHARES),
    st.builds(lambda share: {"dimension": "kind", "match": "traffic", "tolerance": share}, SHARES),
    st.builds(
        lambda share: {"dimension": "kind", "shares": {"a": 0.3, None: 0.4}, "tolerance": share},
        SHARES,
    ),
)
CONSTRAINTS = st.lists(
    st.builds(
        lambda form, soft: form | ({"soft": True, "weight": soft} if soft else {}),
        FORMS,
        st.integers(0, 2),
    ),
    max_size=3,
)


def make_pool(rows: list[tuple[str | None, bool, int]]) -> pl.DataFrame:
    """Return a pool of sample_id, kind, first, quality."""
    kinds, firsts, worths = zip(*rows, strict=True)
    return pl.DataFrame(
        {
            "sample_id": [f"s{number}" for number in range(len(rows))],
            "kind": pl.Series(kinds, dtype=pl.String),
            "first": firsts,
            "quality": [worth / 7 for worth in worths],
        }
    )


def bounds_of(
    constraint: dict[str, Any], pool: pl.DataFrame
) -> list[tuple[object, Fraction | None, Fraction | None]]:
    """Return (value, low share, high share) as the contract defines them."""
    column = pool[constraint["dimension"]].to_list()
    if "equals" in constraint:
        return [(True, Fraction(str(constraint["at_least"])), None)]
    if "each_at_most" in constraint:
        return [(value, None, Fraction(str(constraint["each_at_most"]))) for value in set(column)]
    shares = constraint.get("shares") or {
        value: Fraction(column.count(value), len(column)) for value in set(column)
    }
    tolerance = Fraction(str(constraint["tolerance"]))
    exact = {value: Fraction(str(share)) for value, share in shares.items()}
    return [(value, share - tolerance, share + tolerance) for value, share in exact.items()]


def judge(
    pool: pl.DataFrame, chosen: tuple[int, ...], constraints: list[dict[str, Any]]
) -> tuple[Fraction, float] | None:
    """Return (minus soft violation, objective) of a choice; None where a hard bound is broken."""
    size, miss = len(chosen), Fraction(0)
    for constraint in constraints:
        column = [pool[constraint["dimension"]][row] for row in chosen]
        for value, low, high in bounds_of(constraint, pool):
            count = column.count(value)
            if not constraint.get("soft"):
                if (low is not None and count < ceil(low * size)) or (
                    high is not None and count > floor(high * size)
                ):
                    return None
                continue
            under = Fraction(0) if low is None else low * size - count
            over = Fraction(0) if high is None else count - high * size
            miss += max(under, over, Fraction(0)) * constraint["weight"]
    return -miss, sum(pool["quality"][row] for row in chosen)


@settings(max_examples=120, deadline=None)
@given(ROWS, CONSTRAINTS, st.integers(1, 9))
def test_the_draw_equals_brute_force(
    rows: list[tuple[str | None, bool, int]], constraints: list[dict[str, Any]], size: int
) -> None:
    """Exact means: of all subsets of this size none is better, and infeasible means none at all."""
    pool, size = make_pool(rows), min(size, len(rows))
    subsets = combinations(range(len(rows)), size)
    best = max(
        (found for subset in subsets if (found := judge(pool, subset, constraints))), default=None
    )
    block = parse_block({"size": size, "constraints": constraints, "maximise": "quality"})

    if best is None:
        with pytest.raises(InfeasibleError, match=r"sampling\.constraints\[\d\]"):
            draw_sample(pool, None, block)
        return
    sample = draw_sample(pool, None, block)
    chosen = tuple(int(name[1:]) for name in sample.ids.to_list())
    found = judge(pool, chosen, constraints)
    assert found is not None
    assert (len(chosen), found[0], sample.violation) == (size, best[0], float(-best[0]))
    assert found[1] == pytest.approx(best[1], abs=1e-9)
    assert sample.constraints.filter("hard")["met"].all()


@settings(max_examples=25, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_pool_does_not_matter(
    rows: list[tuple[str | None, bool, int]],
    random: Any,  # noqa: ANN401 hypothesis gives a Random
) -> None:
    """Spark gives rows in any order; the same night must publish the same rows."""
    pool = make_pool(rows)
    order = random.sample(range(len(rows)), len(rows))
    block = parse_block(
        {
            "size": 0.5,
            "constraints": [
                {"dimension": "kind", "match": "traffic", "tolerance": 0.1, "soft": True}
            ],
        }
    )

    assert (
        draw_sample(pool[order], None, block).ids.to_list()
        == draw_sample(pool, None, block).ids.to_list()
    )


def test_the_table_has_every_value_and_null_is_its_own() -> None:
    """A reader must see what each value needed, got and had; null and 'null' are two values."""
    pool = make_pool([(None, True, 1), ("null", True, 1), ("a", False, 1), ("a", False, 5)])
    traffic = measure_shares(pl.DataFrame({"kind": [None, "null", "a", "gone"]}), [("kind",)])
    block = parse_block(
        {
            "size": 2,
            "constraints": [{"dimension": "kind", "match": "traffic", "tolerance": 0.25}],
            "maximise": "quality",
        }
    )

    table = draw_sample(pool, traffic, block).constraints

    assert table.select(
        "value", "required_min", "required_max", "achieved", "pool", "met"
    ).rows() == [
        ("a", 0.0, 0.5, 0.5, 2, True),
        ("gone", 0.0, 0.5, 0.0, 0, True),
        ("null", 0.0, 0.5, table["achieved"][2], 1, True),
        ("null", 0.0, 0.5, table["achieved"][3], 1, True),
    ]
    assert sorted([table["achieved"][2], table["achieved"][3]]) == [0.0, 0.5]
    assert table["constraint"].unique().to_list() == ["0: kind match traffic tolerance 0.25"]


def test_a_part_of_a_row_missed_costs_less_than_a_whole_one() -> None:
    """Soft violations are not rounded: 2 of 2.2 rows is 0.2, whatever a third row's objective."""
    pool = make_pool(
        [("a", True, 5), ("a", True, 5), ("a", True, 5), ("b", True, 0), ("b", True, 0)]
    )
    floors = [
        {"dimension": "kind", "equals": value, "at_least": share, "soft": True}
        for value, share in (("a", 0.55), ("b", 0.5))
    ]
    sample = draw_sample(
        pool, None, parse_block({"size": 4, "constraints": floors, "maximise": "quality"})
    )

    assert (sample.violation, sample.constraints["achieved"].to_list()) == (0.2, [0.5, 0.5])


def test_a_conflict_names_what_is_needed_what_there_is_and_what_could_hold() -> None:
    """Exit 4 is only useful when it says which constraint to change, and to what."""
    pool = make_pool([("a", number < 3, 1) for number in range(10)])
    block = parse_block(
        {"size": 8, "constraints": [{"dimension": "first", "equals": True, "at_least": 0.5}]}
    )

    with pytest.raises(InfeasibleError) as caught:
        draw_sample(pool, None, block)

    assert list(caught.value.faults) == [
        (
            "sampling.constraints[0]: first equals true at_least 0.5: first true of 8 needs 4 rows,"
            " the pool has 3"
        ),
        (
            "  The nearest that can hold: size 6, or at this size constraints[0] first true "
            "at_least 0.375."
        ),
    ]


def test_a_size_above_the_pool_or_of_no_rows_says_what_the_pool_has() -> None:
    """An empty pool is the night's fault, not a crash."""
    pool = make_pool([("a", True, 1), ("b", True, 1)])

    with pytest.raises(
        InfeasibleError, match=r"sampling\.size: 3 rows are asked for, the pool has 2"
    ):
        draw_sample(pool, None, parse_block({"size": 3}))
    with pytest.raises(InfeasibleError, match="of a pool of 0 rows rounds down to no row"):
        draw_sample(pool.clear(), None, parse_block({"size": 0.5}))
    empty = draw_sample(
        pool.clear(), measure_shares(pool, [("kind",)]), parse_block({"size": 0.5}), side="eval"
    )
    assert empty.ids.to_list() == []


def test_bad_rows_end_with_column_count_and_first_ids() -> None:
    """An objective of infinity would choose its row whatever the constraints say."""
    pool = make_pool([("a", True, 1), ("b", True, 1)])
    block = parse_block({"size": 1, "maximise": "quality"})

    with pytest.raises(InputError, match="quality: 1 value is not finite, first ids s1"):
        draw_sample(pool.with_columns(quality=pl.Series([0.0, float("inf")])), None, block)
    with pytest.raises(InputError, match="sample_id: 1 id occurs in several rows, first s0"):
        draw_sample(pl.concat([pool, pool.head(1)]), None, block)
    with pytest.raises(
        ConfigurationError, match="kind is a column of String; name a column of numbers"
    ):
        draw_sample(pool, None, parse_block({"size": 1, "maximise": "kind"}))


def test_a_value_its_column_cannot_hold_is_refused() -> None:
    """YAML reads a bare `no` as false: Norwegian would silently be never found."""
    pool = make_pool([("a", True, 1)])
    block = parse_block(
        {"size": 1, "constraints": [{"dimension": "kind", "equals": False, "at_most": 0.1}]}
    )

    with pytest.raises(
        ConfigurationError, match=r'constraints\[0\]: false is true or false, .* quotes: "false"'
    ):
        draw_sample(pool, None, block)


@pytest.mark.parametrize(
    ("train", "pool", "rows"), [(100, 50, 10), (109, 50, 10), (100, 4, 4), (9, 4, 0)]
)
def test_the_default_evaluation_is_a_tenth_of_train_or_its_pool(
    train: int, pool: int, rows: int
) -> None:
    """The contract fixes it; a small night has an empty eval and is still published."""
    assert default_evaluation(train, pool).rows_of(pool) == rows


def test_a_hundredth_more_rows_change_few_of_the_chosen() -> None:
    """A sample that turns over with every late row cannot be compared from night to night."""
    chance = np.random.default_rng(3)

    def draw(rows: int) -> set[str]:
        pool = night.head(rows)
        block = parse_block(
            {
                "size": 450,
                "maximise": "quality",
                "constraints": [
                    {"dimension": "kind", "each_at_most": 0.3},
                    {"dimension": "first", "equals": True, "at_least": 0.4},
                ],
            }
        )
        return set(draw_sample(pool, None, block).ids)

    night = pl.DataFrame(
        {
            "sample_id": [f"s{number:05}" for number in range(3030)],
            "kind": chance.choice(list("abcdefg"), 3030, p=[0.4, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05]),
            "first": chance.random(3030) < 0.3,
            "quality": chance.random(3030),
        }
    )

    assert len(draw(3000) - draw(3030)) <= 0.02 * 450
