"""Files of a night that is pruned in waves, in the run's staging folder.

Every file that a task writes has a name of its own, which the task returns; the driver hands on the
names of the tasks that ended well. So a task that is run twice, or goes on after it was given up,
writes nothing that another one reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np
import polars as pl
import pyarrow as pa

from pipelines.diversity.similarity import Vectors, unit_rows
from pipelines.diversity.waves import LeaderPart
from pipelines.stores.files import read_rows, scan_parquet, write_rows
from pipelines.stores.location import Location

_PAGE_ROWS = 1024
"""Rows of a row group: a task that reads some of a file's vectors decodes few others."""


@dataclass(frozen=True, slots=True)
class WaveGroup:
    """The rows of a night that one model compares.

    Args:
        number: of the group, in the order of the models.
        model: its name.
        cut: the cosine from which two rows are near-duplicates.
        rows: how many.
        distinct: how many of them have different vectors.
        as_stored: whether all vectors are of length one as they are.
        table: the file of the distinct rows.
        by_turn: files of distinct rows' vectors; they are numbered in visiting order.
        by_id: files of all rows' vectors; they are numbered by id.
    """

    number: int
    model: str
    cut: float
    rows: int
    distinct: int
    as_stored: bool
    table: str
    by_turn: tuple[str, ...] = ()
    by_id: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveFiles:
    """The folder of such files.

    Args:
        folder: where they are.
    """

    folder: Location

    def write(self, kind: str, **columns: object) -> str:
        """Write columns, vectors as their bytes, as a file that no other task names; return it."""
        name = f"{kind}-{uuid4().hex}.parquet"
        table = pa.table({key: _column(values) for key, values in columns.items()})
        write_rows(
            table,
            self.folder / name,
            compression="none",  # nothing in a vector repeats
            use_dictionary=False,
            row_group_size=_PAGE_ROWS,
            write_statistics=[name for name in table.column_names if name == "number"],
        )
        return name

    def read(self, names: Sequence[str], columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows of files, at least one, one after the other; null = all columns."""
        return pa.concat_tables([read_rows(self.folder / name, columns) for name in names])

    def read_range(self, name: str, start: int, stop: int) -> pa.Table:
        """Return rows of a file by their place in it."""
        return read_rows(self.folder / name).slice(start, stop - start)

    def read_vectors(self, names: Sequence[str], start: int, stop: int) -> Vectors:
        """Return the vectors of the rows numbered from start to stop, which lie in any files."""
        wanted = (pl.col("number") >= start) & (pl.col("number") < stop)
        rows = scan_parquet([self.folder / name for name in names]).filter(wanted)
        return unpack_vectors(rows.sort("number").collect().to_arrow()["embedding"])

    def read_unit(self, group: WaveGroup, start: int, stop: int) -> Vectors:
        """Return distinct rows of a group as unit rows, by their turn."""
        vectors = self.read_vectors(group.by_turn, start, stop)
        return unit_rows(vectors, as_stored=group.as_stored)

    def read_leaders(self, name: str) -> LeaderPart:
        """Return the leaders of a wave."""
        rows = self.read([name])
        return rows["number"].to_numpy(), unpack_vectors(rows["embedding"])


def _column(values: object) -> pa.Array:
    if isinstance(values, np.ndarray) and values.ndim == 2:  # noqa: PLR2004 rows and columns
        data = pa.py_buffer(np.ascontiguousarray(values, dtype=np.float32))
        width = pa.binary(values.shape[1] * values.dtype.itemsize)
        return pa.Array.from_buffers(width, len(values), [None, data])
    return values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)


def unpack_vectors(column: pa.ChunkedArray) -> Vectors:
    """Return [n, d] of a column that `WaveFiles.write` wrote; lists take ten times as long."""
    rows = column.combine_chunks().cast(pa.large_binary())
    first, last = np.frombuffer(rows.buffers()[1], np.int64)[[rows.offset, rows.offset + len(rows)]]
    values = np.frombuffer(rows.buffers()[2], np.uint8)[first:last].view(np.float32)
    return values.reshape(len(rows), -1)
