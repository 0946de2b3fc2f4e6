"""A run's own folder in the warehouse: every table is staged there before anything is published."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from pipelines.errors import ConfigurationError, CurationError
from pipelines.lake import scan_parquet
from pipelines.locations import for_spark, require_writable_name, without_scheme
from pipelines.spark.tables import read_files, spark_schema
from schemas.table import Table

_FOLDER = "_staging"
_INTENT = "intent.json"


def local_root(place: str, name: str = "warehouse") -> Path:
    """Return a folder to write to as a path of a file system, which the lock and the intent need.

    Args:
        place: as given.
        name: of the setting or option that gives it, for errors.

    Raises:
        ConfigurationError: it has another scheme, or cannot be made.
    """
    require_writable_name(place, name)
    text = without_scheme(place)
    if "://" in text:
        message = f"{name}: {place} is not a path of a file system; mount the store and give its path."
        raise ConfigurationError(message)
    root = Path(text).absolute()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{name}: {place} cannot be made ({error.strerror}); give a directory that can be written."
        raise ConfigurationError(message) from None
    return root


@contextmanager
def hold_warehouse(root: Path) -> Iterator[None]:
    """Hold the warehouse alone; a killed process frees it.

    Raises:
        CurationError: another run holds it.
    """
    folder = root / _FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"warehouse: another run holds {root}; wait for it to end and start again."
            raise CurationError(message) from None
        yield


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is about to publish; while it exists the publication is not complete.

    Args:
        run_id, ds: the run and its night.
        before: table name → version before; to go back to.
        tables: names of staged nightly tables, in the order they are written.
    """

    run_id: str
    ds: str
    before: Mapping[str, int]
    tables: tuple[str, ...]


class Staging:
    """The staged tables of one run."""

    def __init__(self, spark: SparkSession, root: Path, run_id: str) -> None:
        self._spark = spark
        self.folder = root / _FOLDER / run_id

    def place(self, name: str) -> Path:
        """Return the folder of what is staged under a name."""
        return self.folder / name

    def write(self, name: str, rows: DataFrame, files: int | None = None) -> DataFrame:
        """Write rows and return them as read back, so that nothing is computed twice."""
        (rows if files is None else rows.coalesce(files)).write.mode("overwrite").parquet(
            str(self.place(name))
        )
        return self._read(name, rows.schema)

    def sink(self, name: str, rows: pl.LazyFrame) -> None:
        """Write the rows of a lazy frame as one more file under a name, batch by batch."""
        folder = self.place(name)
        folder.mkdir(parents=True, exist_ok=True)
        rows.sink_parquet(folder / f"part-{len(list(folder.iterdir())):05}.parquet")

    def scan(self, name: str) -> pl.LazyFrame:
        """Return staged rows as a lazy frame."""
        return scan_parquet(sorted(self.place(name).glob("*.parquet")))

    def read(self, name: str) -> DataFrame:
        """Return rows that Spark staged, in the schema that it left in the files."""
        return self._read(name, _schema_of(self.place(name)))

    def read_table(self, table: Table) -> DataFrame:
        """Return a table's staged night: with extra columns where Spark wrote them, else the contract's."""
        name = staged_name(table)
        return self._read(name, _schema_of(self.place(name)) or spark_schema(table.arrow))

    def _read(self, name: str, schema: StructType | None) -> DataFrame:
        if schema is None:
            return self._spark.read.parquet(for_spark(self.place(name)))
        return read_files(self._spark, schema, self.place(name))

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _schema_of(folder: Path) -> StructType | None:
    """Return the schema that Spark left in its files, None in others: to ask Spark for it is a job."""
    footer = pq.read_schema(min(folder.glob("*.parquet"))).metadata or {}
    schema = footer.get(b"org.apache.spark.sql.parquet.row.metadata")
    return None if schema is None else StructType.fromJson(json.loads(schema))


def write_intent(root: Path, intent: Intent) -> None:
    """Make an intent durable: written, synced, then renamed into place."""
    place = root / _FOLDER / _INTENT
    draft = place.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(intent), file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(place)
    _sync(place.parent)


def read_intent(root: Path) -> Intent | None:
    """Return the intent that a killed run left; None where none did."""
    place = root / _FOLDER / _INTENT
    if not place.exists():
        return None
    values: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return Intent(values["run_id"], values["ds"], values["before"], tuple(values["tables"]))


def clear_intent(root: Path) -> None:
    """Remove the intent: the publication is complete, or undone."""
    (root / _FOLDER / _INTENT).unlink(missing_ok=True)
    _sync(root / _FOLDER)


def remove_leftovers(root: Path, keep: str | None) -> None:
    """Remove the folders of runs that died before they could publish."""
    for folder in (root / _FOLDER).iterdir():
        if folder.is_dir() and folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def staged_name(table: Table) -> str:
    """Return the name under which a table's night is staged."""
    return f"night_{table.name}"
