"""What values the columns of `samples` can hold: a constraint on others changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

import pyarrow as pa

from pipelines.intake.samples import DEPTHS
from pipelines.intake.settings import SOURCES, Difficulty, Hardness
from pipelines.sampling.constraints import CROSS, Constraint, SamplingBlock, Scalar, yaml_text
from schemas.samples import SAMPLES

_FIXED: Mapping[str, Sequence[str]] = {
    "is_first_turn": ("true", "false"),
    "difficulty": tuple(Difficulty),
    "hardness": (*Hardness, "null"),
    "source": SOURCES,
    "depth": DEPTHS,
}


def find_impossible(block: SamplingBlock, where: str) -> list[str]:
    """Return a line per value that no sample can have, and for an objective without numbers.

    Args:
        block: of a night's side.
        where: the path of the block, opens every line.
    """
    faults = [
        f"{where}.constraints[{position}].{key} {fault}"
        for position, constraint in enumerate(block.constraints)
        for key, value in _values_of(constraint)
        if (fault := _explain_value(constraint, value, is_key=key == "shares"))
    ]
    if fault := explain_number(block.maximise):
        faults.append(f"{where}.maximise is {block.maximise}, {fault}")
    return faults


def explain_number(column: str | None) -> str:
    """Return why a column of `samples` holds no numbers to use; empty if it does or is unknown."""
    if column is None or column not in SAMPLES.names:
        return ""
    kind = SAMPLES.arrow.field(column).type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        return ""
    numbers = [field.name for field in SAMPLES.arrow if pa.types.is_floating(field.type)]
    return f"which holds no numbers; write a column that does, such as {' or '.join(numbers[:2])}"


def _values_of(constraint: Constraint) -> Iterator[tuple[str, Scalar]]:
    if constraint.has("equals"):
        yield "equals", constraint.equals
    yield from (("in", value) for value in constraint.among)
    yield from (("shares", value) for value in constraint.shares)


def _explain_value(constraint: Constraint, value: Scalar, *, is_key: bool) -> str:
    columns, said = constraint.columns, yaml_text(value)
    if len(columns) == 1:
        return _explain_plain(columns[0], value, is_key=is_key)
    parts = said.split(CROSS)
    if value is None or len(parts) != len(columns):
        example = CROSS.join(next(iter(_FIXED.get(column, (column,)))) for column in columns)
        return (
            f"is {said!r}, which is no value of {constraint.name}; write one of each, as in "
            f"'{example}'"
        )
    faults = (_explain_plain(c, part, is_key=True) for c, part in zip(columns, parts, strict=True))
    return next(filter(None, faults), "")


def _explain_plain(column: str, value: Scalar, *, is_key: bool) -> str:
    """Say what is wrong with a value of one column; keys of shares are always texts."""
    known, said = _FIXED.get(column), yaml_text(value)
    holds_truth = column == "is_first_turn"
    if known is None or (holds_truth and value in (True, False)):
        return ""
    if said in known:
        if is_key or (isinstance(value, str) != holds_truth) or value is None:
            return ""
        how = "without quotes" if holds_truth else f'in quotes: "{said}"'
        return f"is {said}, which {column} never is; write it {how}"
    near = get_close_matches(said.lower(), known, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return f"is {said!r}, which {column} never is. {hint}Known here: {', '.join(known)}"
