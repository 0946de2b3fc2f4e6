"""The table `erasures`: who is remembered, and which erasure is not complete."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from pipelines.erased import ErasedSubjects, Kind
from pipelines.errors import ConfigurationError
from pipelines.identity import name_key
from pipelines.lake import scan_table
from pipelines.night.table_files import Fence, TableFiles
from pipelines.stores.location import Location
from schemas.ledger import ERASURES

Row = Mapping[str, Any]


def read_erasures(root: Location, keys: Sequence[bytes]) -> dict[str, Row]:
    """Return `subject_key` → row of every subject that was ever erased, or is to be.

    Raises:
        ConfigurationError: some are remembered under a key that is not given: nobody could tell
            whether a row is one of theirs.
    """
    rows = scan_table(root, ERASURES).collect().to_dicts()
    given = {name_key(key) for key in keys}
    foreign = sorted({row["key_id"] for row in rows} - given)
    if foreign:
        count = sum(row["key_id"] in foreign for row in rows)
        message = (
            f"identity: {count} of {len(rows)} erased subjects are remembered under a key that is"
            f" not given ({', '.join(foreign)}); name its file in identity.former_key_files"
            " (docs/erasure.md)."
        )
        raise ConfigurationError(message)
    return {row["subject_key"]: row | {"rows": dict(row["rows"])} for row in rows}


def read_erased(root: Location, keys: Sequence[bytes]) -> ErasedSubjects:
    """Return every subject that is remembered; intake lets none of their rows in.

    Raises:
        ConfigurationError: some are remembered under a key that is not given.
    """
    return ErasedSubjects(tuple(keys), frozenset(read_erasures(root, keys)))


def open_row(
    kind: Kind, subject_key: str, key_id: str, at: datetime, rows: Mapping[str, int]
) -> Row:
    """Return the row of an erasure that begins: while it has no end, the next start finishes it."""
    return {
        "subject_key": subject_key,
        "kind": kind.value,
        "requested_at": at,
        "completed_at": None,
        "rows": dict(rows),
        "key_id": key_id,
    }


def write_erasures(root: Location, fence: Fence, rows: Mapping[str, Row]) -> None:
    """Write the whole table anew, in one commit."""
    files = TableFiles(root, ERASURES, fence)
    files.create()
    schema = ERASURES.arrow
    told = [dict(row) | {"rows": sorted(row["rows"].items())} for _, row in sorted(rows.items())]
    files.replace(files.files(), [("", pa.Table.from_pylist(told, schema=schema))])


def begin(before: Row | None, begun: Row) -> Row:
    """Return the row of an erasure that begins where there may have been one before.

    Rows that were counted by a start that was killed are counted once; those of an erasure that is
    complete stay in the count.
    """
    if before is None:
        return begun
    one, other, is_open = before["rows"], begun["rows"], before["completed_at"] is None
    rows = {
        name: max(one.get(name, 0), other.get(name, 0))
        if is_open
        else one.get(name, 0) + other.get(name, 0)
        for name in sorted({*one, *other})
    }
    return (
        dict(begun) | {"rows": rows} | ({"requested_at": before["requested_at"]} if is_open else {})
    )
