"""List the Parquet files of an input folder, and read them in types that Spark has.

A folder fills over months, and its writers change: columns are added, types widen, pandas writes
types that Spark does not read. The footer of each file is read before any model is loaded, so that
files that cannot be read are reported at once.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as pt

from pipelines.errors import InputError
from pipelines.stores.files import list_folder, open_input
from pipelines.stores.location import Location

_READERS = 8
_BINARY = (pt.is_binary, pt.is_large_binary, pt.is_fixed_size_binary, pt.is_binary_view)
_Named = tuple[tuple[str, str | None], ...]
_NULL_FOLDER = "__HIVE_DEFAULT_PARTITION__"
_DECIMAL_DIGITS = 38
_WIDER = {
    "uint8": pa.int16(),
    "uint16": pa.int32(),
    "uint32": pa.int64(),
    "uint64": pa.decimal128(20, 0),
}


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of an input folder.

    Args:
        path: of the file; a location where it lies in another store than a disk.
        partitions: column → value from the names of its folders (`locale=hi-IN`); None = null.
    """

    path: Path | Location
    partitions: _Named

    @property
    def partition_names(self) -> tuple[str, ...]:
        """The columns that the names of its folders give."""
        return tuple(name for name, _ in self.partitions)


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files with the same columns and types.

    Args:
        files: at least one.
        schema: the columns that can be read, in types that Spark has.
        by_arrow: whether they have a type that Spark's own reader refuses.
        unreadable: column → type, of the columns that cannot be read at all.
        untyped: columns that contain only null and so have no type.
    """

    files: tuple[DataFile, ...]
    schema: pa.Schema
    by_arrow: bool
    unreadable: tuple[tuple[str, str], ...]
    untyped: tuple[str, ...]


def list_files(root: Path | Location, ds: str | None = None) -> tuple[list[DataFile], bool]:
    """Return the data files below a folder, sorted by path, and whether these are all its files.

    Args:
        root: a folder, or a single file.
        ds: folders `ds=...` of other nights are skipped; None = all are read.
    """
    found: list[DataFile] = []
    if isinstance(root, Location):
        whole = _walk_store(root, (), ds, found)
    elif root.is_file():
        return [DataFile(root, ())], True
    else:
        whole = _walk(root, (), ds, found, set())
    return sorted(found, key=lambda file: str(file.path)), whole


def _walk(
    folder: Path,
    named: tuple[tuple[str, str | None], ...],
    ds: str | None,
    found: list[DataFile],
    seen: set[str],
) -> bool:
    real = os.path.realpath(folder)
    if real in seen:  # a link to a folder above it
        return True
    whole = True
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if _is_hidden(entry.name):
            continue
        if not entry.is_dir():
            found.append(DataFile(Path(entry.path), named))
        elif _is_other_night(entry.name, ds):
            whole = False
        else:
            below = (*named, *_pair_of(entry.name))
            whole &= _walk(Path(entry.path), below, ds, found, seen | {real})
    return whole


def _walk_store(folder: Location, named: _Named, ds: str | None, found: list[DataFile]) -> bool:
    whole = True
    for entry in list_folder(folder):
        if _is_hidden(entry.place.name):
            continue
        if not entry.is_folder:
            found.append(DataFile(entry.place, named))
        elif _is_other_night(entry.place.name, ds):
            whole = False
        else:
            below = (*named, *_pair_of(entry.place.name))
            whole &= _walk_store(entry.place, below, ds, found)
    return whole


def _is_hidden(name: str) -> bool:
    is_column = name.startswith("_") and "=" in name
    return (name.startswith((".", "_")) and not is_column) or name.endswith("._COPYING_")


def _is_other_night(name: str, ds: str | None) -> bool:
    key, equals, value = name.partition("=")
    return ds is not None and key == "ds" and bool(equals) and unquote(value) != ds


def _pair_of(name: str) -> _Named:
    """Return column and value that the name of a folder gives; nothing where it gives none."""
    key, equals, value = name.partition("=")
    given = unquote(value)
    return ((unquote(key), None if given == _NULL_FOLDER else given),) if equals else ()


def group_files(files: Sequence[DataFile], what: str) -> list[FileGroup]:
    """Group files by their columns and types, in the order of their first files.

    Args:
        files: of one input.
        what: the name of the input, for messages.

    Raises:
        InputError: files cannot be read, or have two columns with the same name; one line each.
    """
    with ThreadPoolExecutor(_READERS) as pool:
        read = list(pool.map(_read_footer, files))
    faults = [f"{what}: {fault}" for fault in read if isinstance(fault, str)]
    if faults:
        raise InputError(*faults)
    groups: dict[tuple[object, ...], list[DataFile]] = {}
    facts: dict[tuple[object, ...], FileGroup] = {}
    for file, schema in zip(files, read, strict=True):
        assert isinstance(schema, pa.Schema)  # noqa: S101 for the type checker
        group = _describe(schema)
        key = (
            tuple(group.schema),
            group.by_arrow,
            group.unreadable,
            group.untyped,
            file.partition_names,
        )
        groups.setdefault(key, []).append(file)
        facts[key] = group
    return [replace(facts[key], files=tuple(own)) for key, own in groups.items()]


@contextmanager
def _opened(file: DataFile) -> Iterator[Any]:
    """Open a file as Arrow's readers take it."""
    if isinstance(file.path, Location):
        with open_input(file.path) as stream:
            yield stream
    else:
        yield file.path


def _read_footer(file: DataFile) -> pa.Schema | str:
    """Return the schema of a file, or what is wrong with the file."""
    try:
        with _opened(file) as source:
            schema = pq.read_schema(source)
    except (OSError, pa.ArrowException) as error:
        kind = (
            "cannot be opened"
            if isinstance(error, PermissionError)
            else "is cut off, damaged or not a Parquet file"
        )
        return f"{file.path} {kind}; write it again, or take it out of the folder."
    by_letters: dict[str, list[str]] = {}
    for name in schema.names:
        by_letters.setdefault(name.lower(), []).append(name)
    doubled = next((names for names in by_letters.values() if len(names) > 1), None)
    if doubled is not None:
        names = " and ".join(doubled)
        return f"{file.path} holds the columns {names}, which Spark takes for one; rename one."
    return schema


def _describe(schema: pa.Schema) -> FileGroup:
    fields, unreadable, untyped, by_arrow = [], [], [], False
    for field in schema:
        try:
            kind = plain_type(field.type)
        except TypeError:
            unreadable.append((field.name, str(field.type)))
            by_arrow = True  # Spark refuses the whole file for it
            continue
        if kind is None:
            untyped.append(field.name)
        else:
            fields.append(pa.field(field.name, kind))
        by_arrow |= needs_arrow(field.type)
    return FileGroup((), pa.schema(fields), by_arrow, tuple(unreadable), tuple(untyped))


def plain_type(kind: pa.DataType) -> pa.DataType | None:  # noqa: PLR0911 one per kind
    """Return the Spark type that can contain a type's values; None if it has no values.

    Raises:
        TypeError: Spark has no such type, for instance for a time of day.

    >>> plain_type(pa.timestamp("ns", "UTC")), plain_type(pa.null())
    (TimestampType(timestamp[us, tz=UTC]), None)
    """
    if pt.is_null(kind):
        return None
    if isinstance(kind, pa.BaseExtensionType):
        if kind.extension_name == "arrow.uuid":  # sixteen bytes that Spark would read as text
            raise TypeError(str(kind))
        return plain_type(kind.storage_type)
    if pt.is_dictionary(kind):
        return plain_type(kind.value_type)
    if pt.is_struct(kind):
        inner = [(field.name, plain_type(field.type)) for field in kind]
        typed = [(name, own) for name, own in inner if own is not None]
        return pa.struct(typed) if typed else None
    if pt.is_map(kind):
        key, item = plain_type(kind.key_type), plain_type(kind.item_type)
        return None if key is None or item is None else pa.map_(key, item)
    if pt.is_list(kind) or pt.is_large_list(kind) or pt.is_fixed_size_list(kind) or _is_view(kind):
        item = plain_type(kind.value_type)
        return None if item is None else pa.list_(item)
    return _plain_scalar(kind)


def _plain_scalar(kind: pa.DataType) -> pa.DataType:  # noqa: PLR0911 one per kind
    if str(kind) in _WIDER:
        return _WIDER[str(kind)]
    if (
        pt.is_signed_integer(kind)
        or pt.is_boolean(kind)
        or pt.is_float32(kind)
        or pt.is_float64(kind)
    ):
        return kind
    if pt.is_float16(kind):
        return pa.float32()
    if pt.is_string(kind) or pt.is_large_string(kind) or pt.is_string_view(kind):
        return pa.string()
    if (
        pt.is_binary(kind)
        or pt.is_large_binary(kind)
        or pt.is_fixed_size_binary(kind)
        or kind == pa.binary_view()
    ):
        return pa.binary()
    if pt.is_timestamp(kind):
        return pa.timestamp("us", None if kind.tz is None else "UTC")
    if pt.is_date(kind):
        return pa.date32()
    if pt.is_decimal(kind) and kind.precision <= _DECIMAL_DIGITS:
        return pa.decimal128(kind.precision, kind.scale)
    raise TypeError(str(kind))


def _is_view(kind: pa.DataType) -> bool:
    return bool(pt.is_list_view(kind) or pt.is_large_list_view(kind))


def needs_arrow(kind: pa.DataType) -> bool:
    """Say whether Spark's own Parquet reader refuses a type or reads it as another one."""
    if isinstance(kind, pa.BaseExtensionType):
        return True
    if pt.is_timestamp(kind):
        return bool(kind.unit == "ns")
    if pt.is_dictionary(kind):
        return needs_arrow(kind.value_type)
    if pt.is_nested(kind):
        return any(
            needs_arrow(kind.field(n).type) or pt.is_null(kind.field(n).type)
            for n in range(kind.num_fields)
        )
    return bool(pt.is_float16(kind) or pt.is_decimal256(kind))


def read_group(files: Iterable[DataFile], schema: pa.Schema, what: str) -> Iterator[pa.RecordBatch]:
    """Yield the rows of files with a schema's columns and types; values in folder names are texts.

    Raises:
        InputError: a file is damaged, though its footer is not.
    """
    for file in files:
        given = dict(file.partitions)
        wanted = [name for name in schema.names if name not in given]
        try:
            with _opened(file) as source:
                batches = pq.ParquetFile(source).iter_batches(batch_size=4_096, columns=wanted)
                for batch in batches:
                    columns = [
                        pa.array([given[field.name]] * batch.num_rows, field.type)
                        if field.name in given
                        else _cast(batch.column(field.name), field.type)
                        for field in schema
                    ]
                    yield pa.RecordBatch.from_arrays(columns, schema=schema)
        except (OSError, pa.ArrowException):
            message = (
                f"{what}: {file.path} is damaged and cannot be read to its end; write it again."
            )
            raise InputError(message) from None


def _cast(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Cast values to the type of `plain_type`; times are truncated to microseconds."""
    try:
        return values.cast(wanted, safe=False)  # every other cast widens
    except pa.ArrowNotImplementedError:  # such as dictionaries inside lists
        return pa.array(values.to_pylist(), wanted)
