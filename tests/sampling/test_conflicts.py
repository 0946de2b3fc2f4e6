"""Conflicts against brute force: each is minimal, so that all of its bounds are needed."""

from collections.abc import Sequence
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import InfeasibleError
from pipelines.sampling.bounds import Bound, DrawRule, resolve
from pipelines.sampling.cells import group_cells
from pipelines.sampling.conflicts import explain_conflict, find_conflicts
from pipelines.sampling.constraints import parse_block
from pipelines.sampling.draw import draw_sample

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=3, max_size=8)
SHARES = st.sampled_from([0, 0.2, 0.25, 0.4, 0.5, 0.75, 1])
FORMS = st.one_of(
    st.builds(lambda share: {"dimension": "first", "equals": True, "at_least": share}, SHARES),
    st.builds(lambda share: {"dimension": "kind", "in": ["b", "c"], "at_most": share}, SHARES),
    st.builds(lambda share: {"dimension": "kind", "each_at_most": share}, SHARES),
    st.builds(
        lambda share: {"dimension": "kind", "shares": {"a": 0.4, "b": 0.3}, "tolerance": share},
        SHARES,
    ),
    st.builds(
        lambda share: {"dimension": ["first", "kind"], "match": "traffic", "tolerance": share},
        st.sampled_from([0, 0.05]),
    ),
)


def put(
    rows: Sequence[tuple[str, bool]], constraints: list[dict[str, object]]
) -> tuple[pl.DataFrame, list[DrawRule]]:
    """Return the pool and its rules."""
    kinds, firsts = zip(*rows, strict=True)
    pool = pl.DataFrame(
        {"sample_id": [f"s{n}" for n in range(len(rows))], "kind": kinds, "first": firsts}
    )
    return pool, resolve(
        pool, parse_block({"size": 1, "constraints": constraints}).constraints, None
    )


def counts_of(rules: Sequence[DrawRule], chosen: tuple[int, ...]) -> dict[int, int]:
    """Return the chosen rows that have each bound's value, by identity of the bound."""
    return {
        id(bound): sum(int(rule.codes[row] == code) for row in chosen)
        for rule in rules
        for code, bound in enumerate(rule.bounds)
    }


def misses(rules: Sequence[DrawRule], rows: int, size: int) -> list[dict[int, int]]:
    """Return for every choice the rows by which each bound is broken, by identity of the bound."""
    bounds = [bound for rule in rules for bound in rule.bounds]
    found = []
    for chosen in combinations(range(rows), size):
        counts = counts_of(rules, chosen)
        found.append({id(bound): beyond(bound, counts[id(bound)], size) for bound in bounds})
    return found


def beyond(bound: Bound, count: int, size: int) -> int:
    """Return the rows by which a count breaks a bound."""
    return max(bound.rows_low(size) - count, count - bound.rows_high(size), 0)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.lists(FORMS, min_size=1, max_size=3), st.integers(1, 8))
def test_conflicts_are_smallest(
    rows: list[tuple[str, bool]], constraints: list[dict[str, object]], size: int
) -> None:
    """A superfluous bound would make its reader change what is right."""
    size = min(size, len(rows))
    _, rules = put(rows, constraints)
    broken = misses(rules, len(rows), size)
    cells = group_cells(rules, len(rows), size)
    conflicts = find_conflicts(cells, size)

    if min(sum(of_bound.values()) for of_bound in broken) == 0:
        assert conflicts == []
        return
    assert conflicts != []
    for conflict in conflicts:
        names = [id(cells.bounds[index]) for index in conflict]
        assert not any(all(miss[name] == 0 for name in names) for miss in broken)
        for spared in names:
            rest = [name for name in names if name != spared]
            assert any(all(miss[name] == 0 for name in rest) for miss in broken)
    assert explain_conflict(rules, len(rows), size, "sampling")[0].startswith(
        "sampling.constraints["
    )


def test_two_conflicts_are_both_reported_and_none_of_their_bounds_twice() -> None:
    """Correcting one conflict only to see the next one costs another night."""
    rows = [("a", False)] * 6 + [("b", False)] * 4 + [("c", True)] * 4
    pool, _ = put(rows, [])
    constraints = [
        {"dimension": "kind", "equals": "a", "at_most": 0.25},
        {"dimension": "kind", "equals": "b", "at_most": 0.25},
        {"dimension": "kind", "equals": "c", "at_most": 0.25},
        {"dimension": "first", "equals": True, "at_least": 0.75},
    ]

    with pytest.raises(InfeasibleError) as caught:
        draw_sample(pool, None, parse_block({"size": 8, "constraints": constraints}))

    assert list(caught.value.faults) == [
        (
            "sampling.constraints[3]: first equals true at_least 0.75: first true of 8 needs 6 "
            "rows, the pool has 4"
        ),
        "  Besides, these conflict with one another:",
        (
            "sampling.constraints[0]: kind equals a at_most 0.25: kind a of 8 allows at most 2 "
            "rows, the pool has 6 and 8 others"
        ),
        (
            "sampling.constraints[1]: kind equals b at_most 0.25: kind b of 8 allows at most 2 "
            "rows, the pool has 4 and 10 others"
        ),
        (
            "sampling.constraints[2]: kind equals c at_most 0.25: kind c of 8 allows at most 2 "
            "rows, the pool has 4 and 10 others"
        ),
        (
            "  The nearest that can hold: at this size constraints[2] kind c at_most 0.5"
            " and constraints[3] first true at_least 0.5."
        ),
    ]
