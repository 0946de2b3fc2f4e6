"""Files of a store: list, read, write, remove; as Arrow sees them, and as lazy frames of Polars."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
from deltalake.fs import DeltaStorageHandler
from pyarrow import fs as pafs

from pipelines.stores.location import Location

_CHUNK_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """What lies in a folder.

    Args:
        place: where.
        is_folder: whether it is a folder.
        changed_at: when it was written last; null = the store does not say.
        size: bytes of a file; null = the store does not say.
    """

    place: Location
    is_folder: bool
    changed_at: datetime | None
    size: int | None = None


@cache
def _store_of(root: str) -> pafs.FileSystem:
    return pafs.PyFileSystem(DeltaStorageHandler(root)) if root else pafs.LocalFileSystem()


def list_folder(folder: Location, *, deep: bool = False) -> list[FolderEntry]:
    """Return the entries of a folder, sorted; none where there is no such folder.

    Args:
        folder: the folder.
        deep: whether what lies in its folders is listed too.
    """
    selector = pafs.FileSelector(folder.path, allow_not_found=True, recursive=deep)
    head = f"{folder.store}/" if folder.store else ""
    found = [
        FolderEntry(
            place=Location(f"{head}{info.path}"),
            is_folder=info.type == pafs.FileType.Directory,
            changed_at=info.mtime,
            size=info.size,
        )
        for info in _store_of(folder.store).get_file_info(selector)
    ]
    return sorted(found, key=lambda entry: entry.place)


def list_parquet(folder: Location, *, deep: bool = False) -> list[Location]:
    """Return the Parquet files of a folder, sorted; a file that is being written is none yet."""
    listed = [e.place for e in list_folder(folder, deep=deep) if not e.is_folder]
    return [
        file
        for file in listed
        if file.name.endswith(".parquet") and not file.name.startswith((".", "_"))
    ]


def is_folder(folder: Location) -> bool:
    """Whether a folder is there; on an object store, whether it holds anything."""
    if folder.is_local:
        return folder.local.is_dir()
    return bool(list_folder(folder))


def make_folder(folder: Location) -> None:
    """Make a folder where stores have them."""
    if folder.is_local:
        folder.local.mkdir(parents=True, exist_ok=True)


def try_writing(folder: Location) -> None:
    """Make a file on a disk, which is gone at once; nothing is tried in another store.

    Raises:
        OSError: nothing can be written there.
    """
    if folder.is_local:
        with TemporaryFile(dir=folder.local):
            pass


def remove_folder(folder: Location) -> None:
    """Remove a folder with everything in it; nothing where there is none."""
    if folder.is_local:
        shutil.rmtree(folder.local, ignore_errors=True)
    elif is_folder(folder):
        _store_of(folder.store).delete_dir(folder.path)


def remove_empty_folder(folder: Location) -> None:
    """Remove a folder of a disk that holds nothing; object stores have none."""
    if folder.is_local:
        with suppress(OSError):
            folder.local.rmdir()


def free_bytes(folder: Location) -> int:
    """Return how much a disk can still take.

    Raises:
        ValueError: the folder is not on one.
    """
    return shutil.disk_usage(folder.local).free


def remove_file(file: Location) -> None:
    """Remove a file; nothing where there is none."""
    if file.is_local:
        file.local.unlink(missing_ok=True)
        return
    with suppress(FileNotFoundError):
        _store_of(file.store).delete_file(file.path)


def read_rows(file: Location, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of a Parquet file in the types that it says; null = all columns."""
    with open_input(file) as stream:
        return pq.ParquetFile(stream).read(columns)


def write_rows(rows: pa.Table, file: Location, **how: Any) -> int:  # noqa: ANN401 of Arrow's writer
    """Write a Parquet file anew; return its size in bytes.

    Args:
        rows: what it holds.
        file: where.
        how: options of `pyarrow.parquet.write_table`.
    """
    buffer = pa.BufferOutputStream()
    pq.write_table(rows, buffer, **how)
    data = buffer.getvalue()
    write_bytes(file, data)
    return int(data.size)


def write_bytes(file: Location, data: bytes | pa.Buffer) -> None:
    """Write a file anew."""
    make_folder(file.parent)
    with _open_output(file) as out:
        out.write(data)


def replace_bytes(file: Location, data: bytes, mode: int = 0o600) -> None:
    """Put a small file in place of another as a whole; who reads it sees the old one or the new.

    An object store's put is whole or not at all. On HDFS a reader may find nothing for a moment.
    On a disk `mode` says who may read it: the owner alone.
    """
    if not file.is_local:
        write_bytes(file, data)
        return
    make_folder(file.parent)
    draft = file.local.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
        draft.chmod(mode)  # whatever this process keeps from others by its umask
        draft.replace(file.local)
    finally:
        draft.unlink(missing_ok=True)


def read_bytes(file: Location) -> bytes:
    """Return what a file holds.

    Raises:
        OSError: there is no such file, or the store does not answer.
    """
    with open_input(file) as stream:
        return bytes(stream.read())


def _open_output(file: Location) -> pa.NativeFile:
    # Unbuffered, Arrow hands delta-rs's stream a kind of bytes that it refuses.
    return _store_of(file.store).open_output_stream(file.path, buffer_size=_CHUNK_BYTES)


@contextmanager
def open_input(file: Location) -> Iterator[Any]:
    """Open a file for reading at any place in it."""
    with _store_of(file.store).open_input_file(file.path) as stream:
        yield stream


def read_schema(file: Location) -> pa.Schema:
    """Return the schema in the footer of a Parquet file."""
    with open_input(file) as stream:
        return pq.read_schema(stream)


def scan_parquet(files: Sequence[Location], schema: pl.Schema | None = None) -> pl.LazyFrame:
    """Return the rows of Parquet files by their exact names: `[` and `*` are no wildcards.

    Args:
        files: at least one, all of one store.
        schema: of the rows; a column that a file lacks is null, one beyond it is left out. None =
            the files'.
    """
    if files[0].scheme == "hdfs":  # Polars has no client for it
        return _scan_by_arrow(files, schema)
    typed: dict[str, Any] = {}
    if schema is not None:
        typed = {"schema": schema, "missing_columns": "insert", "extra_columns": "ignore"}
    return pl.scan_parquet(
        [str(file) for file in files], glob=False, hive_partitioning=False, **typed
    )


def _scan_by_arrow(files: Sequence[Location], schema: pl.Schema | None) -> pl.LazyFrame:
    wanted = None if schema is None else pl.DataFrame(schema=schema).to_arrow().schema
    rows = pads.dataset(
        [file.path for file in files],
        filesystem=_store_of(files[0].store),
        format="parquet",
        partitioning=None,
        schema=wanted,
    )
    scanned = pl.scan_pyarrow_dataset(rows)
    return scanned if schema is None else scanned.select(schema.names()).cast(schema)


def sink_parquet(rows: pl.LazyFrame, file: Location) -> None:
    """Write the rows of a lazy frame as a Parquet file, batch by batch."""
    if file.scheme != "hdfs":
        rows.sink_parquet(str(file), mkdir=file.is_local)
        return
    with TemporaryDirectory() as folder:
        draft = Path(folder) / "rows.parquet"
        rows.sink_parquet(draft)
        with draft.open("rb") as source:
            _copy(source, file)


def _copy(source: Any, file: Location) -> None:  # noqa: ANN401 any readable file
    with _open_output(file) as out:
        while chunk := source.read(_CHUNK_BYTES):
            out.write(chunk)
