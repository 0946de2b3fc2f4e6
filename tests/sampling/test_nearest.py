"""The nearest feasible numbers by brute force: each one holds, and one step nearer none does."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import InfeasibleError
from pipelines.sampling import loosening
from pipelines.sampling.bounds import DrawRule, resolve
from pipelines.sampling.cells import group_cells
from pipelines.sampling.constraints import exact, parse_block
from pipelines.sampling.draw import draw_sample
from pipelines.sampling.loosening import find_changes, put_numbers, step_of
from pipelines.sampling.nearest import find_largest_size, find_nearest_size, find_smallest_size

Row = tuple[str, bool, int]
Written = dict[str, Any]
KEYS = ("at_least", "at_most", "each_at_most", "tolerance")
ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.booleans(), st.integers(0, 2)), min_size=1, max_size=8
)
SHARES = st.sampled_from([0, 0.03, 0.1, 0.25, 1 / 3, 0.4, 0.5, 0.74999, 0.9, 1])
SMALL = st.sampled_from([0, 0.01, 0.05, 0.123456])
DIMENSIONS = st.sampled_from(["kind", "level", ["first", "kind"]])


def _band(pair: tuple[float, float]) -> Written:
    return {"dimension": "kind", "in": ["a", "b"], "at_least": min(pair), "at_most": max(pair)}


FORMS = {
    "at_least": st.builds(lambda s: {"dimension": "first", "equals": True, "at_least": s}, SHARES),
    "at_most": st.builds(lambda s: {"dimension": "kind", "in": ["b", "c"], "at_most": s}, SHARES),
    "both": st.builds(_band, st.tuples(SHARES, SHARES)),
    "each_at_most": st.builds(lambda d, s: {"dimension": d, "each_at_most": s}, DIMENSIONS, SHARES),
    "match": st.builds(
        lambda d, t: {"dimension": d, "match": "traffic", "tolerance": t}, DIMENSIONS, SMALL
    ),
    "shares": st.builds(
        lambda t: {"dimension": "kind", "shares": {"a": 0.4, "b": 0.3, "z": 0.1}, "tolerance": t},
        SMALL,
    ),
}
ANY = st.one_of(*FORMS.values())
SIZES = st.one_of(st.integers(1, 10), st.sampled_from([0.1, 0.26, 0.5, 0.999]))


def make_pool(rows: Sequence[Row]) -> pl.DataFrame:
    """Return a pool of rows."""
    columns = {
        "sample_id": [f"s{n}" for n in range(len(rows))],
        "kind": [kind for kind, _, _ in rows],
        "first": [first for _, first, _ in rows],
        "level": [level for *_, level in rows],
    }
    return pl.DataFrame(columns)


def put(rows: Sequence[Row], constraints: Sequence[Written]) -> list[DrawRule]:
    """Return the rules of constraints on a pool."""
    return resolve(
        make_pool(rows),
        parse_block({"size": 1, "constraints": list(constraints)}).constraints,
        None,
    )


def holds(rules: Sequence[DrawRule], rows: int, size: int) -> bool:
    """Say by trying every choice of rows whether a size can hold."""
    return any(_fits(rules, chosen, size) for chosen in combinations(range(rows), size))


def _fits(rules: Sequence[DrawRule], chosen: tuple[int, ...], size: int) -> bool:
    return all(
        bound.rows_low(size)
        <= sum(int(rule.codes[row] == code) for row in chosen)
        <= bound.rows_high(size)
        for rule in rules
        for code, bound in enumerate(rule.bounds)
    )


def least_change(rules: Sequence[DrawRule], rows: int, size: int) -> Fraction:
    """Return by trying every choice the least sum of changes of the numbers with which it holds."""
    return min(_change_for(rules, chosen, size) for chosen in combinations(range(rows), size))


def _change_for(rules: Sequence[DrawRule], chosen: tuple[int, ...], size: int) -> Fraction:
    total = Fraction(0)
    for rule in rules:
        shares = [
            Fraction(sum(int(rule.codes[row] == c) for row in chosen), size)
            for c in range(len(rule.bounds))
        ]
        under = [b.low - s for b, s in zip(rule.bounds, shares, strict=True) if b.low is not None]
        over = [s - b.high for b, s in zip(rule.bounds, shares, strict=True) if b.high is not None]
        most = [max([*side, Fraction(0)]) for side in (under, over)]
        together = bool(rule.bounds) and rule.bounds[0].form in {"match", "shares"}
        total += max(most) if together else sum(most)
    return total


def read_proposal(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield position, key and number of everything that a proposal says to write."""
    for part in re.split(r"(?=constraints\[)", text)[1:]:
        position = int(part[len("constraints[") : part.index("]")])
        for key, number in re.findall(rf"\b({'|'.join(KEYS)}) ([0-9.]*[0-9])", part):
            yield position, key, number


def rewrite(
    constraints: Sequence[Written], proposal: Mapping[tuple[int, str], object]
) -> list[Written]:
    """Return constraints with the numbers of a proposal in them."""
    written = [dict(constraint) for constraint in constraints]
    for (position, key), number in proposal.items():
        written[position][key] = float(str(number))
    return written


def nearer(number: str, key: str, size: int) -> float:
    """Return the number one step of its last digit nearer to the written one; may leave [0, 1]."""
    step = step_of(size)
    return float(exact(float(number)) + (step if key == "at_least" else -step))


def check_proposal(
    rows: Sequence[Row], constraints: list[Written], size: float, *, is_sum_least: bool = True
) -> None:
    """Apply the message: all that it proposes must hold, and nothing a step nearer may."""
    block = {"size": size, "constraints": constraints}
    asked, rules = parse_block(block).rows_of(len(rows)), put(rows, constraints)
    try:
        draw_sample(make_pool(rows), None, parse_block(block))
    except InfeasibleError as error:
        last = error.faults[-1]
    else:
        assert holds(rules, len(rows), asked)
        return
    assert not (1 <= asked <= len(rows) and holds(rules, len(rows), asked))
    near = [s for s in range(1, len(rows) + 1) if s != asked and holds(rules, len(rows), s)]
    best = min(near, key=lambda s: (abs(s - asked), s), default=None)
    found = re.search(r"size ([0-9]+)(?! with)\b(?! with)", last)
    assert (int(found[1]) if found else None) == best
    at = min(max(asked, 1), len(rows))
    proposal = {(position, key): number for position, key, number in read_proposal(last)}
    assert bool(proposal) == (asked == at or best is None)
    if not proposal:
        return
    assert holds(put(rows, rewrite(constraints, proposal)), len(rows), at)
    for (position, key), number in proposal.items():
        tried, own = nearer(number, key, at), float(constraints[position].get(key, 0))
        # A written number may have more digits than the proposed one: a step back then goes beyond
        # it.
        is_beyond = tried > own if key == "at_least" else tried < own
        if 0 <= tried <= 1 and not is_beyond:
            closer = put(rows, rewrite(constraints, {**proposal, (position, key): tried}))
            assert not holds(closer, len(rows), at)
    moved = sum(
        abs(exact(float(number)) - exact(constraints[position].get(key, 0)))
        for (position, key), number in proposal.items()
    )
    least = least_change(rules, len(rows), at)
    assert least <= moved
    assert not is_sum_least or moved <= least + len(proposal) * step_of(at)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), rows=ROWS, size=SIZES)
def test_the_proposal_for_one_constraint_is_the_nearest(
    form: str, data: st.DataObject, rows: list[Row], size: float
) -> None:
    """What the message names must give a sample, with the least change."""
    check_proposal(rows, [data.draw(FORMS[form])], size)


@settings(max_examples=250, deadline=None)
@given(ROWS, st.lists(ANY, min_size=2, max_size=4), SIZES)
def test_the_proposal_for_several_constraints_is_the_nearest(
    rows: list[Row], constraints: list[Written], size: float
) -> None:
    """Loosening one number less could cost another: each is the nearest, the sum the least."""
    check_proposal(rows, constraints, size)


@settings(max_examples=100, deadline=None)
@given(ROWS, st.lists(ANY, min_size=1, max_size=3), SIZES)
def test_the_proposal_for_a_pool_of_many_cells_is_the_nearest_too(
    rows: list[Row], constraints: list[Written], size: float
) -> None:
    """Parts of rows are solved for first; each number must still be the nearest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loosening, "_COLUMNS_SOLVED", 0)
        check_proposal(rows, constraints, size, is_sum_least=False)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.lists(ANY, min_size=1, max_size=3), st.integers(0, 9))
def test_the_nearest_sizes_are_the_nearest_on_either_side(
    rows: list[Row], constraints: list[Written], size: int
) -> None:
    """A size too far wastes good rows; one that does not hold wastes a night."""
    rules = put(rows, constraints)
    good = [s for s in range(1, len(rows) + 1) if s != size and holds(rules, len(rows), s)]

    assert find_largest_size(rules, len(rows), size) == max(
        (s for s in good if s < size), default=None
    )
    assert find_smallest_size(rules, len(rows), size) == min(
        (s for s in good if s > size), default=None
    )
    assert find_nearest_size(rules, len(rows), size) == min(
        good, key=lambda s: (abs(s - size), s), default=None
    )


def test_sizes_far_away_are_found_without_trying_each() -> None:
    """Shares of a night have large denominators: only their multiples have integers for all."""
    rows = [("a", True, 0)] * 701 + [("b", True, 0)] * 701

    assert (
        find_largest_size(put(rows, [{"dimension": "kind", "match": "traffic"}]), 1402, 1401)
        == 1400
    )
    odd = put(
        [("a", True, 0)] * 300 + [("b", True, 0)] * 700, [{"dimension": "kind", "match": "traffic"}]
    )
    assert (find_largest_size(odd, 1000, 999), find_smallest_size(odd, 1000, 991)) == (990, 1000)


TABLE = [("a", False, 0)] * 60 + [("b", False, 0)] * 30 + [("c", False, 0)] * 9 + [("d", False, 0)]
EVEN = [(kind, False, 0) for kind in "abcd" for _ in range(25)]


@pytest.mark.parametrize(
    ("rows", "constraint", "last"),
    [
        (
            EVEN,
            {"dimension": "kind", "each_at_most": 0.1},
            "  The nearest that can hold: at this size constraints[0] kind each_at_most 0.25.",
        ),
        (
            EVEN,
            {"dimension": "kind", "each_at_most": 0.249},
            "  The nearest that can hold: at this size constraints[0] kind each_at_most 0.25.",
        ),
        (
            TABLE,
            {"dimension": "kind", "each_at_most": 0.03},
            "  The nearest that can hold: at this size constraints[0] kind each_at_most 0.35.",
        ),
        (
            TABLE,
            {"dimension": "kind", "each_at_most": 0.34},
            (
                "  The nearest that can hold: size 19, or at this size constraints[0] kind "
                "each_at_most 0.35."
            ),
        ),
        (
            TABLE,
            {"dimension": "kind", "shares": {"a": 0.3, "c": 0.5}, "tolerance": 0.01},
            (
                "  The nearest that can hold: size 10, or at this size constraints[0] kind "
                "tolerance 0.05."
            ),
        ),
        (
            TABLE,
            {"dimension": "kind", "equals": "c", "at_least": 0.5},
            (
                "  The nearest that can hold: size 18, or at this size constraints[0] kind c "
                "at_least 0.45."
            ),
        ),
        (
            EVEN[:80],
            {"dimension": "kind", "in": ["a", "b", "c"], "at_most": 0.01},
            (
                "  The nearest that can hold: size 5, or at this size constraints[0] kind a, b, c "
                "at_most 0.75."
            ),
        ),
    ],
)
def test_a_proposal_uses_the_keys_that_the_user_wrote(
    rows: list[Row], constraint: Written, last: str
) -> None:
    """By hand, of 20 rows. A remedy that cannot be typed into the file is none."""
    with pytest.raises(InfeasibleError) as caught:
        draw_sample(make_pool(rows), None, parse_block({"size": 20, "constraints": [constraint]}))

    assert caught.value.faults[-1] == last


def test_a_size_of_no_row_is_never_proposed() -> None:
    """A size of 0 would be refused; the message names the pool instead."""
    for size in (3, 0.5):
        with pytest.raises(
            InfeasibleError, match=r"No size is possible: the pool has no rows\. Give it some"
        ):
            draw_sample(make_pool([("a", True, 0)]).clear(), None, parse_block({"size": size}))


def test_for_a_size_beyond_the_pool_a_feasible_one_is_proposed() -> None:
    """All rows of the pool would break the cap: the size that is said must hold it too."""
    rows = [("a", True, 0)] * 4 + [("b", True, 0)] * 2
    cap = {"dimension": "kind", "each_at_most": 0.5}

    for constraints, last in (
        ([], "  The nearest that can hold: size 6."),
        ([cap], "  The nearest that can hold: size 4."),
        (
            [{**cap, "each_at_most": 0.1}],
            "  The nearest that can hold: size 6 with constraints[0] kind each_at_most 0.6667.",
        ),
    ):
        with pytest.raises(InfeasibleError) as caught:
            draw_sample(make_pool(rows), None, parse_block({"size": 9, "constraints": constraints}))
        assert caught.value.faults[0] == "sampling.size: 9 rows are asked for, the pool has 6"
        assert caught.value.faults[-1] == last


def test_numbers_put_back_as_they_were_change_no_bound() -> None:
    """A band cut off at 0 or at 1 still knows the share in its middle."""
    constraints: list[Written] = [
        {"dimension": "kind", "shares": {"a": 0.02, "b": 0.95}, "tolerance": 0.06},
        {"dimension": "kind", "in": ["a", "b"], "at_least": 0.2, "at_most": 0.6},
    ]
    bounds = [bound for rule in put(TABLE, constraints) for bound in rule.bounds]

    assert [put_numbers(bound, {}) for bound in bounds] == bounds
    wide = put_numbers(bounds[0], {(0, "tolerance"): Fraction(1, 2)})
    assert (wide.low, wide.high) == (Fraction(0), Fraction(52, 100))
    assert (put_numbers(bounds[1], {(0, "tolerance"): Fraction(1, 10)}).low) == Fraction(85, 100)
    cells = group_cells(put(TABLE, [{"dimension": "kind", "equals": "c", "at_least": 1}]), 100, 50)
    assert [(change.knob, change.number) for change in find_changes(cells, 50)] == [
        ((0, "at_least"), Fraction(18, 100))
    ]
