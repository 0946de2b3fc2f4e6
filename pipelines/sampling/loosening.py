"""The least change of the numbers of constraints with which a size can hold: what to write instead.

Worked example: of four values with 25 rows each, 20 rows are asked and `each_at_most: 0.1`. Two rows of each
value are too few; with five of each, 0.25 holds, and 0.2499, which allows four of each, does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

import numpy as np
from scipy.sparse import csc_array, hstack, vstack

from pipelines.sampling.cells import Bound, Cells, Ints
from pipelines.sampling.highs import Floats, Programme
from pipelines.sampling.optimum import UnsolvedError, find_optimum
from pipelines.sampling.solver import membership

_LEAST_DIGITS = 4
_SHOWN_CHARS = 64
Knob = tuple[int, str]
"""A number that a user wrote: the position of its constraint and its key there."""
Numbers = Mapping[Knob, Fraction]


@dataclass(frozen=True, slots=True)
class Change:
    """What to write in place of a number: exact, of so many digits that one row can be told from the next.

    `bound` is one of those that the number makes.
    """

    knob: Knob
    number: Fraction
    bound: Bound


def find_changes(cells: Cells, size: int) -> list[Change]:
    """Return other numbers with which all bounds hold: in sum as near to the written ones as can be.

    Each is then the nearest that holds beside the others: a step of the last digit nearer, and none does.

    Args:
        cells: of hard bounds that cannot be met together.
        size: rows to select.

    Returns:
        In the order of the constraints; empty where the search ended before an answer.
    """
    written = read_numbers(cells.bounds)
    try:
        moved = _nearest(cells, size, written, tuple(written))
        if moved is None:
            return []
        numbers = {knob: _printable(knob, number, written[knob], size) for knob, number in moved.items()}
        for knob in [knob for knob in written if numbers[knob] != written[knob]]:
            alone = _nearest(cells, size, {**numbers, knob: written[knob]}, (knob,))
            if alone is None:
                return []
            numbers[knob] = _printable(knob, alone[knob], written[knob], size)
    except UnsolvedError:
        return []
    return [
        Change(knob, number, next(bound for bound in cells.bounds if knob in _knobs_of(bound)))
        for knob, number in numbers.items()
        if number != written[knob]
    ]


def read_numbers(bounds: Iterable[Bound]) -> dict[Knob, Fraction]:
    """Return the numbers that bounds were made of."""
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
    """Return a bound as other numbers make it."""
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


def _nearest(cells: Cells, size: int, numbers: Numbers, free: Sequence[Knob]) -> dict[Knob, Fraction] | None:
    """Return the numbers with the free ones moved as little as can be, exactly; None where none will do."""
    programme, gain = _moving_programme(cells, size, numbers, free)
    optimum = find_optimum(programme, gain)
    if optimum is None:
        return None
    chosen = np.rint(optimum.x[: len(cells.rows)]).astype(np.int64)
    return {**numbers, **{knob: _needed(cells, size, chosen, knob, numbers[knob]) for knob in free}}


def _needed(cells: Cells, size: int, chosen: Ints, knob: Knob, written: Fraction) -> Fraction:
    """Return the number that a choice of `chosen` rows of each cell asks for, at least the written one."""
    mine = [(place, bound) for place, bound in enumerate(cells.bounds) if knob in _knobs_of(bound)]
    counts = {place: int(chosen[(cells.members == place).any(axis=1)].sum()) for place, _ in mine}
    shares = [(bound, Fraction(counts[place], size)) for place, bound in mine]
    if knob[1] == "at_least":
        return min([written, *(share for _, share in shares)])
    if knob[1] == "tolerance":
        return max([written, *(abs(_share_of(bound) - share) for bound, share in shares)])
    return max([written, *(share for _, share in shares)])


def _moving_programme(
    cells: Cells, size: int, numbers: Numbers, free: Sequence[Knob]
) -> tuple[Programme, Floats]:
    """Return the programme over counts per cell and how far each free number moves, in rows; it gains minus that.

    A bound is two rows, one for each side: a free side moves with its number, another stands at whole rows.
    """
    place = {knob: column for column, knob in enumerate(free)}
    members = membership(cells)
    picked, moves, low, high = [0], [], [float(size)], [float(size)]
    for row, bound in enumerate((put_numbers(bound, numbers) for bound in cells.bounds), start=1):
        keys = {key: place.get((bound.position, key)) for _, key in _knobs_of(bound)}
        for side in ("low", "high"):
            share = getattr(bound, side)
            if share is None:
                continue
            is_low = side == "low"
            own = next((key for key in keys if key == "tolerance" or (key == "at_least") == is_low), "")
            column = keys.get(own)
            if column is not None:
                moves.append((len(picked), column, 1.0 if is_low else -1.0))
                at = float(share * size)
            else:
                at = float(bound.rows_low(size) if is_low else bound.rows_high(size))
            picked.append(row)
            low.append(at if is_low else -np.inf)
            high.append(np.inf if is_low else at)
    moving = np.zeros((len(picked), len(free)))
    for row, column, sign in moves:
        moving[row, column] = sign
    columns = len(cells.rows)
    programme = Programme(
        csc_array(hstack([csc_array(members.tocsr()[picked]), csc_array(moving)])),
        np.array(low),
        np.array(high),
        np.zeros(columns + len(free)),
        np.append(cells.rows.astype(float), np.full(len(free), float(size))),
        np.append(np.ones(columns, bool), np.zeros(len(free), bool)),
    )
    return programme, np.append(np.zeros(columns), -np.ones(len(free)))


def step_of(size: int) -> Fraction:
    """Return a power of ten fine enough to tell one row of this size from the next: the last digit of a number."""
    return Fraction(1, int(10 ** max(_LEAST_DIGITS, len(str(size)))))


def _printable(knob: Knob, number: Fraction, written: Fraction, size: int) -> Fraction:
    """Return the nearest number of few digits that lets the same counts hold; the written one as it is."""
    if number == written:
        return written
    step = step_of(size)
    return (floor(number / step) if knob[1] == "at_least" else ceil(number / step)) * step


def tell_changes(changes: Sequence[Change], size: int) -> str:
    """Return what to write instead, constraint by constraint, as its own keys say it; empty for nothing."""
    told = []
    for _, group in groupby(changes, key=lambda change: change.knob[0]):
        own = list(group)
        written = " and ".join(f"{change.knob[1]} {_decimal(change.number, size)}" for change in own)
        first = own[0].bound
        value = f" {first.value[:_SHOWN_CHARS]}" if first.form in {"equals", "in"} else ""
        told.append(f"constraints[{first.position}] {first.dimension}{value} {written}")
    return " and ".join(told)


def _decimal(number: Fraction, size: int) -> str:
    digits = len(str(step_of(size).denominator)) - 1
    return f"{float(number):.{digits}f}".rstrip("0").rstrip(".") or "0"
