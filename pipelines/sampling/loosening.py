"""Find the least change to the numbers of constraints that makes a size feasible.

Worked example: of four values with 25 rows each, 20 rows are asked for and `each_at_most: 0.1`.
That allows two rows of each value, eight in all. 0.25 allows five of each and holds; 0.2499 allows
four and does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

import numpy as np
from scipy.sparse import coo_array, csc_array, hstack

from pipelines.sampling.bounds import Bound, Ints
from pipelines.sampling.cells import Cells
from pipelines.sampling.highs import Floats, Programme, SolveStatus, maximise_linear
from pipelines.sampling.nearest import is_feasible
from pipelines.sampling.optimum import UnsolvedError, find_optimum
from pipelines.sampling.solver import build_membership, count_programme

_LEAST_DIGITS = 4
_COLUMNS_SOLVED = 400
_TINY = 1e-9
_SHOWN_CHARS = 64
Knob = tuple[int, str]
"""A number that a user wrote: the position of its constraint and its key there."""
Numbers = Mapping[Knob, Fraction]


@dataclass(frozen=True, slots=True)
class Change:
    """A number to write instead: exact, with enough digits to distinguish one row from the next.

    `bound` is one of the bounds that depend on the number.
    """

    knob: Knob
    number: Fraction
    bound: Bound


def find_changes(cells: Cells, size: int) -> list[Change]:
    """Return numbers with which all bounds hold, with the least total change from the written ones.

    Each is then moved back as near to the written one as the others allow: one step of the last
    digit nearer would not hold.

    Args:
        cells: of hard bounds that cannot hold together.
        size: rows to select.

    Returns:
        In the order of the constraints; empty where the search ended before an answer.
    """
    written = read_numbers(cells.bounds)
    numbers = _hold_somehow(cells, size, written)
    if numbers is None:
        return []
    for knob in [knob for knob in written if numbers[knob] != written[knob]]:
        numbers[knob] = _tighten(cells, size, numbers, knob, written[knob])
    return [
        Change(knob, number, next(bound for bound in cells.bounds if knob in _knobs_of(bound)))
        for knob, number in numbers.items()
        if number != written[knob]
    ]


def read_numbers(bounds: Iterable[Bound]) -> dict[Knob, Fraction]:
    """Return the numbers, as written, on which bounds depend."""
    return {knob: number for bound in bounds for knob, number in _knobs_of(bound).items()}


def _knobs_of(bound: Bound) -> dict[Knob, Fraction]:
    """Return the number, or the two, by which a bound can be loosened."""
    if bound.form in {"match", "shares"}:
        return {(bound.position, "tolerance"): bound.tolerance}
    sides = (
        ("at_least", bound.low),
        ("each_at_most" if bound.form == "each_at_most" else "at_most", bound.high),
    )
    return {(bound.position, key): number for key, number in sides if number is not None}


def put_numbers(bound: Bound, numbers: Numbers) -> Bound:
    """Return a bound with other numbers."""
    low, high, position = bound.low, bound.high, bound.position
    if (position, "tolerance") in numbers:
        tolerance, share = numbers[position, "tolerance"], _share_of(bound)
        low, high = max(share - tolerance, Fraction(0)), min(share + tolerance, Fraction(1))
        return replace(bound, low=low, high=high, tolerance=tolerance)
    low = None if low is None else numbers.get((position, "at_least"), low)
    key = "each_at_most" if bound.form == "each_at_most" else "at_most"
    high = None if high is None else numbers.get((position, key), high)
    return replace(bound, low=low, high=high)


def _share_of(bound: Bound) -> Fraction:
    """Return the share in the middle of a band, which may be cut off at 0 or at 1."""
    if bound.high is not None and bound.high < 1:
        return bound.high - bound.tolerance
    return (bound.low or Fraction(0)) + bound.tolerance


def _hold_somehow(cells: Cells, size: int, written: Numbers) -> dict[Knob, Fraction] | None:
    """Return numbers that hold, with the least total change; None where none were found.

    With many cells only the linear programme is solved; all numbers are then loosened together, by
    more and more rows, until whole rows fit.
    """
    programme, gain = _moving_programme(cells, size, written)
    if len(gain) <= _COLUMNS_SOLVED:
        try:
            optimum = find_optimum(programme, gain)
        except UnsolvedError:
            optimum = None
        if optimum is not None:
            chosen = np.rint(optimum.x[: len(cells.rows)]).astype(np.int64)
            return {
                knob: _printable(knob, _needed(cells, size, chosen, knob, number), number, size)
                for knob, number in written.items()
            }
    linear = maximise_linear(programme, gain)
    if linear.status is not SolveStatus.OPTIMAL:
        return None
    moves = dict(zip(written, linear.x[len(cells.rows) :].tolist(), strict=True))
    for rows in (0, *(2**power for power in range(size.bit_length() + 1))):
        numbers = {knob: _move(knob, written[knob], moves[knob] + rows, size) for knob in written}
        if _holds(cells, size, numbers):
            return numbers
    return None


def _move(knob: Knob, written: Fraction, rows: float, size: int) -> Fraction:
    """Return a number as it is printed, loosened by a number of rows."""
    if rows <= _TINY:
        return written
    step = Fraction(rows).limit_denominator(10**6) / size
    moved = (
        max(written - step, Fraction(0))
        if knob[1] == "at_least"
        else min(written + step, Fraction(1))
    )
    return _printable(knob, moved, written, size)


def _holds(cells: Cells, size: int, numbers: Numbers) -> bool:
    """Say whether the bounds can hold with other numbers."""
    bounds = tuple(put_numbers(bound, numbers) for bound in cells.bounds)
    programme, gain = count_programme(replace(cells, bounds=bounds), size)
    every = range(len(bounds))
    return all(is_feasible(programme, gain, every, integer=integer) for integer in (False, True))


def _tighten(cells: Cells, size: int, numbers: Numbers, knob: Knob, written: Fraction) -> Fraction:
    """Return by bisection the printed number nearest to the written one that holds with the others.

    `numbers` hold. The number one step nearer to the written one does not.
    """
    if _holds(cells, size, {**numbers, knob: written}):
        return written
    step, floors = step_of(size), knob[1] == "at_least"
    fails, holds = (ceil if floors else floor)(written / step), int(numbers[knob] / step)
    while abs(holds - fails) > 1:
        middle = (holds + fails) // 2
        if _holds(cells, size, {**numbers, knob: middle * step}):
            holds = middle
        else:
            fails = middle
    return holds * step


def _needed(cells: Cells, size: int, chosen: Ints, knob: Knob, written: Fraction) -> Fraction:
    """Return the number that `chosen` rows per cell satisfy, no tighter than the written one."""
    mine = [(place, bound) for place, bound in enumerate(cells.bounds) if knob in _knobs_of(bound)]
    counts = {place: int(chosen[(cells.members == place).any(axis=1)].sum()) for place, _ in mine}
    shares = [(bound, Fraction(counts[place], size)) for place, bound in mine]
    if knob[1] == "at_least":
        return min([written, *(share for _, share in shares)])
    if knob[1] == "tolerance":
        return max([written, *(abs(_share_of(bound) - share) for bound, share in shares)])
    return max([written, *(share for _, share in shares)])


def _moving_programme(cells: Cells, size: int, written: Numbers) -> tuple[Programme, Floats]:
    """Return the programme over counts per cell and changes in rows; its gain is minus the changes.

    Each side of a bound is a row of the programme, loosened by the change of its number.
    """
    column = {knob: place for place, knob in enumerate(written)}
    picked, low, high = [0], [float(size)], [float(size)]
    moves: list[tuple[int, int, float]] = []
    for row, bound in enumerate(cells.bounds, start=1):
        for (position, key), number in _knobs_of(bound).items():
            share = _share_of(bound) if key == "tolerance" else None
            sides = {"at_least": (1,), "tolerance": (1, -1)}.get(key, (-1,))
            for side in sides:
                at = number if share is None else share - side * number
                moves.append((len(picked), column[position, key], float(side)))
                picked.append(row)
                low.append(float(at * size) if side > 0 else -np.inf)
                high.append(np.inf if side > 0 else float(at * size))
    rows, columns, signs = zip(*moves, strict=True)
    moving = coo_array((signs, (rows, columns)), shape=(len(picked), len(written)))
    count, several = len(cells.rows), len(written)
    programme = Programme(
        csc_array(hstack([build_membership(cells).tocsr()[picked], moving])),
        np.array(low),
        np.array(high),
        np.zeros(count + several),
        np.append(cells.rows.astype(float), np.full(several, float(size))),
        np.append(np.ones(count, bool), np.zeros(several, bool)),
    )
    return programme, np.append(np.zeros(count), -np.ones(several))


def step_of(size: int) -> Fraction:
    """Return the value of the last printed digit: it separates one row from the next."""
    return Fraction(1, int(10 ** max(_LEAST_DIGITS, len(str(size)))))


def _printable(knob: Knob, number: Fraction, written: Fraction, size: int) -> Fraction:
    """Round a number to few digits, away from the written one; the written one is not rounded."""
    if number == written:
        return written
    step = step_of(size)
    return (floor(number / step) if knob[1] == "at_least" else ceil(number / step)) * step


def describe_changes(changes: Sequence[Change], size: int) -> str:
    """Return what to write instead, per constraint, with its own keys; empty without changes."""
    lines = []
    for _, group in groupby(changes, key=lambda change: change.knob[0]):
        own = list(group)
        written = " and ".join(
            f"{change.knob[1]} {_decimal(change.number, size)}" for change in own
        )
        first = own[0].bound
        value = f" {first.value[:_SHOWN_CHARS]}" if first.form in {"equals", "in"} else ""
        lines.append(f"constraints[{first.position}] {first.dimension}{value} {written}")
    return " and ".join(lines)


def _decimal(number: Fraction, size: int) -> str:
    digits = len(str(step_of(size).denominator)) - 1
    return f"{float(number):.{digits}f}".rstrip("0").rstrip(".") or "0"
