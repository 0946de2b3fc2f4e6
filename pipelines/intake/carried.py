"""Clear identifiers from texts that are published with the messages: plain and extra columns."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

PLAIN_COLUMNS = ("locale", "language", "source", "model_version", "jtbd")
"""Strings of the contract that are published unchanged, except for identifiers. Ids are not among
them: of `user_id` a keyed hash is published; `conversation_id` and `character_id` never change, as
erasure, review and caps find rows by them; `character_name` and `signals` are not published."""

Holds = Callable[[Sequence[str]], Sequence[bool]]
"""Says for distinct texts, in order, which of them must not be published."""
Flags = NDArray[np.bool_]


def clear_texts(values: pa.Array, holds: Holds) -> tuple[pa.Array, Flags]:
    """Replace every string that must not be published by null, at any depth; nothing else changes.

    Args:
        values: [n] of any Arrow type; numbers, times and binary values are not texts.
        holds: called with each distinct text once.

    Returns:
        [n] of the same type, in which every part may be null; [n] whether a text of the row became
        null. A map with a key that must not be published becomes null as a whole, as a key cannot
        be null.
    """
    if not holds_text(values.type):
        return values, np.zeros(len(values), dtype=np.bool_)
    kind = values.type
    if pa.types.is_struct(kind):
        return _clear_struct(values, holds)
    if pa.types.is_map(kind):
        return _clear_map(_from_start(values), holds)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _clear_list(_from_start(values), holds)
    return _clear_strings(values, holds)


def holds_text(kind: pa.DataType) -> bool:
    """Say whether a type contains strings, at any depth."""
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return True
    return any(holds_text(kind.field(i).type) for i in range(kind.num_fields))


def _clear_strings(values: pa.Array, holds: Holds) -> tuple[pa.Array, Flags]:
    raw = values.cast(pa.large_binary())  # a text that is not valid UTF-8 must be checked, too
    distinct = pc.unique(raw).drop_null()
    said = [text.decode("utf-8", "replace") for text in distinct.to_pylist()]
    bad = distinct.filter(pa.array(holds(said), pa.bool_())) if said else distinct
    if not len(bad):
        return values, np.zeros(len(values), dtype=np.bool_)
    hit = pc.is_in(raw, value_set=bad)
    return pc.if_else(hit, pa.scalar(None, values.type), values), _flags(hit)


def _clear_struct(values: pa.StructArray, holds: Holds) -> tuple[pa.Array, Flags]:
    made, by_field = _clear_fields(values, holds)
    return made, np.logical_or.reduce(list(by_field.values()))


def _clear_fields(values: pa.StructArray, holds: Holds) -> tuple[pa.Array, dict[str, Flags]]:
    parts, fields, hits = list[pa.Array](), list[pa.Field](), dict[str, Flags]()
    for part, field in zip(values.flatten(), values.type, strict=True):
        cleared, hits[field.name] = clear_texts(part, holds)
        parts.append(cleared)
        fields.append(pa.field(field.name, cleared.type))
    return pa.StructArray.from_arrays(parts, fields=fields, mask=values.is_null()), hits


def _clear_list(values: pa.ListArray, holds: Holds) -> tuple[pa.Array, Flags]:
    parts, hit = clear_texts(values.values, holds)
    offsets = values.offsets
    made = type(values).from_arrays(offsets, parts, mask=values.is_null())
    return made, _per_row(offsets, hit)


def _clear_map(values: pa.MapArray, holds: Holds) -> tuple[pa.Array, Flags]:
    _, bad_keys = clear_texts(values.keys, holds)
    items, hit = clear_texts(values.items, holds)
    without = _per_row(values.offsets, bad_keys)
    mask = pa.array(_flags(values.is_null()) | without)
    made = pa.MapArray.from_arrays(values.offsets, values.keys, items, mask=mask)
    return made, without | _per_row(values.offsets, hit)


def _from_start(values: pa.Array) -> pa.Array:
    """Copy values so that they have no offset: a slice's children are those of the whole array."""
    return values.take(pa.array(np.arange(len(values)))) if values.offset else values


def _per_row(offsets: pa.Array, hit: Flags) -> Flags:
    before = np.concatenate([[0], np.cumsum(hit)])
    places = offsets.to_numpy(zero_copy_only=False)
    return np.asarray(before[places[1:]] > before[places[:-1]], np.bool_)


def _flags(values: pa.Array) -> Flags:
    return np.asarray(values.to_numpy(zero_copy_only=False), np.bool_)


def clear_row_texts(rows: pa.Table, holds: Holds) -> tuple[pa.Table, list[list[str]]]:
    """Replace the strings of rows that must not be published by null.

    Args:
        rows: [n] of the traffic: plain columns, any of which may be missing, and `extra`, a struct
            of the extra columns or null.
        holds: says which texts must not be published.

    Returns:
        [n] rows, with `extra` of a type in which every part may be null; [n] names of the columns
        in which a text became null, in the order of the table.
    """
    hits: dict[str, Flags] = {}
    for name in (*PLAIN_COLUMNS, "extra"):
        place = rows.schema.get_field_index(name)
        if place < 0:
            continue
        values = rows.column(place).combine_chunks()
        if name == "extra" and pa.types.is_struct(values.type):
            values, by_field = _clear_fields(values, holds)
            hits |= by_field
        else:
            values, hits[name] = clear_texts(values, holds)
        rows = rows.set_column(place, pa.field(name, values.type), values)
    return rows, [[name for name, hit in hits.items() if hit[i]] for i in range(rows.num_rows)]
