"""Read the block `sampling:`: size, seed, constraints, maximise (contract section 6)."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, PlainValidator, ValidationError, model_validator
from pydantic_core import ErrorDetails

from pipelines.errors import ConfigurationError
from pipelines.settings import Section

Scalar = str | int | float | bool | None
Number = int | float

FORMS = ("equals", "in", "each_at_most", "match", "shares")
_SHOWN_CHARS = 60


def exact(number: Number) -> Fraction:
    """Return the number as it was written, exactly: 0.03 is 3/100, not the nearest double."""
    return Fraction(str(number))


def yaml_text(value: object) -> str:
    """Return a value as a person writes it in YAML: null, true, false, else its text."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else yaml_text(value)
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "…"


def _number(value: object) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        message = f"is {_shown(value)}, not a number; write a decimal such as 0.1"
        raise ValueError(message)
    return value


def _share(value: object) -> Number:
    share = _number(value)
    if not 0 <= share <= 1:
        message = f"is {share}, outside [0, 1]; write a share of the selected rows such as 0.1"
        raise ValueError(message)
    return share


def _size(value: object) -> Number:
    size = _number(value)
    if size < 0 or (isinstance(size, float) and not 0 < size <= 1):
        message = (
            f"is {size}; write a whole number of rows (50000) or a share of the pool above 0 up to "
            "1.0"
        )
        raise ValueError(message)
    return size


def _weight(value: object) -> Number:
    weight = _number(value)
    if weight <= 0:
        message = f"is {weight}; a weight is above 0. To switch a constraint off, remove it"
        raise ValueError(message)
    return weight


def _scalar(value: object) -> Scalar:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if value is not None and not isinstance(value, str | int | float):
        message = f"holds {_shown(value)}; a value is a string, a number, true, false or null"
        raise ValueError(message)
    if isinstance(value, float) and not math.isfinite(value):
        message = f"holds {value}, which no row can equal; write a finite number"
        raise ValueError(message)
    return value


def _among(value: object) -> tuple[Scalar, ...]:
    if not isinstance(value, list | tuple) or not value:
        message = (
            f"is {_shown(value)}; write a list of values, at least one; for one value use equals"
        )
        raise ValueError(message)
    values = tuple(_scalar(item) for item in value)
    twice = [
        _shown(item)
        for place, item in enumerate(values)
        if yaml_text(item) in map(yaml_text, values[:place])
    ]
    if twice:
        message = f"holds {', '.join(twice)} twice; name each value once"
        raise ValueError(message)
    return values


def _shares(value: object) -> dict[Scalar, Number]:
    if not isinstance(value, Mapping) or not value:
        message = (
            f"is {_shown(value)}; write a mapping of value to share, such as {{roleplay: 0.3}}"
        )
        raise ValueError(message)
    outside = [
        f"{yaml_text(key)} {_shown(share)}" for key, share in value.items() if not _is_share(share)
    ]
    if outside:
        message = (
            f"hold {', '.join(outside)}, outside [0, 1]; write shares of the selected rows such as "
            "0.1"
        )
        raise ValueError(message)
    return {_scalar(key): share for key, share in value.items()}


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _dimension(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str) and value:
        return value
    several = isinstance(value, list | tuple) and len(value) > 1
    if several and all(
        isinstance(item, str) and item
        for item in value  # type: ignore[attr-defined]  # narrowed by `several`
    ):
        return tuple(value)  # type: ignore[arg-type]  # narrowed by `several`
    message = (
        f"is {_shown(value)}; write a column of the pool, or a list of two or more columns to cross"
    )
    raise ValueError(message)


def _match(value: object) -> str:
    if value != "traffic":
        message = f"is {_shown(value)}; only match: traffic is known"
        raise ValueError(message)
    return "traffic"


class Constraint(Section):
    """One constraint: a dimension, one of five forms, and whether it may be violated (`soft`).

    Forms: `equals` or `in` with `at_least` / `at_most`; `each_at_most`; `match: traffic`;
    `shares`. `match` and `shares` take a `tolerance`; `soft` takes a `weight`. Shares are in
    [0, 1] and are of the selected rows. Values keep the type they were written with.

    Source: CharacterFlywheel §2.2.1, Table 1.
    """

    dimension: Annotated[str | tuple[str, ...], PlainValidator(_dimension)]
    equals: Annotated[Scalar, PlainValidator(_scalar)] = None
    among: Annotated[tuple[Scalar, ...], PlainValidator(_among)] = Field(default=(), alias="in")
    at_least: Annotated[Number, PlainValidator(_share)] = 0
    at_most: Annotated[Number, PlainValidator(_share)] = 1
    each_at_most: Annotated[Number, PlainValidator(_share)] = 1
    match: Annotated[str, PlainValidator(_match)] = "traffic"
    shares: Annotated[dict[Scalar, Number], PlainValidator(_shares)] = Field(default_factory=dict)
    tolerance: Annotated[Number, PlainValidator(_share)] = 0
    soft: bool = False
    weight: Annotated[Number, PlainValidator(_weight)] = 1

    @model_validator(mode="after")
    def _is_one_form(self) -> Self:
        forms = [form for form in FORMS if self.has(form)]
        if len(forms) != 1:
            said = " and ".join(forms) or "none"
            message = f"has {said} of {', '.join(FORMS)}; write exactly one"
            raise ValueError(message)
        faults = [*_stray_keys(self, forms[0]), *_empty_bounds(self, forms[0])]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def has(self, key: str) -> bool:
        """Say whether the user wrote this key."""
        return _field(key) in self.model_fields_set

    @property
    def form(self) -> str:
        """The key of `FORMS` that the user wrote."""
        return next(form for form in FORMS if self.has(form))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the pool that the dimension is made of; several are crossed."""
        return (self.dimension,) if isinstance(self.dimension, str) else self.dimension

    @property
    def name(self) -> str:
        """The dimension as text: one column, or several crossed ones, separated by commas."""
        return ", ".join(self.columns)

    @property
    def text(self) -> str:
        """The constraint in one line, with its keys in the order of the contract."""
        parts = [self.name]
        keys = (*FORMS, "at_least", "at_most", "tolerance", "soft", "weight")
        parts += [f"{key} {_in_words(getattr(self, _field(key)))}" for key in keys if self.has(key)]
        return " ".join(parts)

    def as_written(self) -> dict[str, object]:
        """Return only the keys that the user wrote, as JSON types; keys of shares are texts."""
        written: dict[str, object] = {}
        for field in type(self).model_fields:
            if field not in self.model_fields_set:
                continue
            value = getattr(self, field)
            if isinstance(value, dict):
                value = {yaml_text(key): share for key, share in value.items()}
            written["in" if field == "among" else field] = (
                list(value) if isinstance(value, tuple) else value
            )
        return written


def _field(key: str) -> str:
    return "among" if key == "in" else key


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{yaml_text(key)}: {share}" for key, share in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(yaml_text, value)) + "]"
    return yaml_text(value)


def _stray_keys(constraint: Constraint, form: str) -> list[str]:
    homes = {
        "at_least": ("equals", "in"),
        "at_most": ("equals", "in"),
        "tolerance": ("match", "shares"),
    }
    faults = [
        f"{key} belongs to {' or '.join(forms)}, not to {form}; remove it"
        for key, forms in homes.items()
        if constraint.has(key) and form not in forms
    ]
    if constraint.has("weight") and not constraint.soft:
        faults.append("weight belongs to soft: true; add soft: true or remove the weight")
    return faults


def _empty_bounds(constraint: Constraint, form: str) -> list[str]:
    if form in {"equals", "in"}:
        if not (constraint.has("at_least") or constraint.has("at_most")):
            return [f"{form} bounds nothing; add at_least or at_most"]
        if constraint.at_least > constraint.at_most:
            return [
                (
                    f"at_least {constraint.at_least} is above at_most {constraint.at_most}; swap "
                    "or lower"
                )
            ]
    total = sum((Decimal(str(share)) for share in constraint.shares.values()), Decimal(0))
    if total > 1:
        return [f"shares sum to {total + Decimal('0.00')}; lower them to 1 at most"]
    return []


class SamplingBlock(Section):
    """How one side is drawn (contract section 6).

    `size` is a number of rows where it is an integer, a share of the pool where it is a decimal.
    `maximise` is a numeric column of the pool; null = nothing is maximised.
    """

    size: Annotated[Number, PlainValidator(_size)] = 0.5
    seed: int = 7
    constraints: Annotated[tuple[Constraint, ...], Field(strict=False)] = ()
    maximise: str | None = None

    @model_validator(mode="after")
    def _floors_fit(self) -> Self:
        floors: dict[str, dict[str, tuple[int, Fraction]]] = defaultdict(dict)
        for position, constraint in enumerate(self.constraints):
            if constraint.has("equals") and constraint.has("at_least") and not constraint.soft:
                floors[constraint.name][yaml_text(constraint.equals)] = (
                    position,
                    exact(constraint.at_least),
                )
        for name, of_values in floors.items():
            total = sum(floor for _, floor in of_values.values())
            if total > 1:
                places = ", ".join(f"constraints[{position}]" for position, _ in of_values.values())
                message = (
                    f"{places}: floors on {name} sum to {float(total):.4g}; lower them to 1 at most"
                )
                raise ValueError(message)
        return self

    def rows_of(self, pool_rows: int) -> int:
        """Return the number of rows to select: `size`, or floor(share x pool) in decimals."""
        return self.size if isinstance(self.size, int) else math.floor(exact(self.size) * pool_rows)

    def as_written(self) -> dict[str, object]:
        """Return the block as JSON types: the size, and other keys only if the user wrote them."""
        written: dict[str, object] = {"size": self.size}
        for field in ("seed", "constraints", "maximise"):
            if field in self.model_fields_set:
                written[field] = getattr(self, field)
        if "constraints" in written:
            written["constraints"] = [constraint.as_written() for constraint in self.constraints]
        return written


def parse_block(written: object, where: str = "sampling") -> SamplingBlock:
    """Check a block that was read from YAML.

    Args:
        written: the mapping under `where`.
        where: the path of the block in its file, with which every message begins.

    Raises:
        ConfigurationError: one line per fault: position, key, value, remedy.
    """
    if not isinstance(written, Mapping):
        message = (
            f"{where}: is {_shown(written)}; write a mapping with size, seed, constraints, maximise"
        )
        raise ConfigurationError(message)
    if written.get("size") == 0:
        message = f"{where}.size: is 0; write a whole number of rows above 0 or a share of the pool"
        raise ConfigurationError(message)
    try:
        return SamplingBlock.model_validate(dict(written))
    except ValidationError as error:
        raise ConfigurationError(*name_faults(error, where)) from error


def name_faults(error: ValidationError, where: str = "sampling") -> list[str]:
    """Return one line per fault of a block: its key, what is wrong, what to write instead."""
    return [_name_fault(detail, where) for detail in error.errors(include_url=False)]


def _name_fault(detail: ErrorDetails, where: str) -> str:
    keys = [part for part in detail["loc"] if isinstance(part, int | str)]
    place = where + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    if detail["type"] == "extra_forbidden":
        return (
            f"{place} is not a setting. "
            f"{_suggest(str(keys[-1]), _known_keys(nested=len(keys) > 1))}"
        )
    if detail["type"] == "missing":
        return f"{place}: is missing; every constraint names its dimension"
    if detail["type"] == "value_error":
        message = detail["msg"].removeprefix("Value error, ")
        return f"{where}.{message}" if message.startswith("constraints[") else f"{place}: {message}"
    return f"{place}: is {_shown(detail['input'])}. {detail['msg']}"


def _known_keys(*, nested: bool) -> list[str]:
    section = Constraint if nested else SamplingBlock
    return ["in" if field == "among" else field for field in section.model_fields]


def _suggest(wrong: str, known: Sequence[str]) -> str:
    close = get_close_matches(wrong, known, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    return f"{hint}Known here: {', '.join(known)}."


def check_columns(block: SamplingBlock, columns: Sequence[str], where: str = "sampling") -> None:
    """Check that every dimension and `maximise` are columns of the pool.

    Raises:
        ConfigurationError: one line per unknown column, with the known ones.
    """
    faults = [
        f"{where}.constraints[{position}].dimension: no column {column}. "
        f"{_suggest(column, columns)}"
        for position, constraint in enumerate(block.constraints)
        for column in constraint.columns
        if column not in columns
    ]
    if block.maximise is not None and block.maximise not in columns:
        faults.append(
            f"{where}.maximise: the pool has no column {block.maximise}. "
            f"{_suggest(block.maximise, columns)}"
        )
    if faults:
        raise ConfigurationError(*faults)


CROSS = " × "  # noqa: RUF001 the sign for crossed dimensions
"""Joins the values of crossed columns to one text."""
