"""Where a demo night is written: three Parquet directories."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.demo.traffic import DemoNight
from pipelines.errors import ConfigurationError

_TABLES = ("traffic", "scores", "truth")


def make_places(out: Path) -> None:
    """Make the directories, so that a place that cannot be written is found out before any work.

    Raises:
        ConfigurationError: one of them cannot be made.
    """
    for name in _TABLES:
        try:
            (out / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            fault = (
                f"make_traffic: --out {out}: {error.strerror}. Name a directory that can be "
                "written."
            )
            raise ConfigurationError(fault) from error


def write_night(night: DemoNight, out: Path) -> dict[Path, int]:
    """Write the tables of a night; return the rows of each directory, in the order of writing.

    Raises:
        ConfigurationError: a file cannot be written.
    """
    tables = {out / name: rows for name in _TABLES for rows in (getattr(night, name),)}
    try:
        for directory, rows in tables.items():
            _write_table(rows, directory)
    except OSError as error:
        fault = f"make_traffic: cannot write {out}: {error.strerror}"
        raise ConfigurationError(fault) from error
    return {directory: rows.num_rows for directory, rows in tables.items()}


def _write_table(rows: pa.Table, directory: Path) -> None:
    """Write a table in place of the Parquet files that an earlier run left in the directory."""
    fresh = directory / ".part-00000.parquet.tmp"
    pq.write_table(rows, fresh, compression="zstd")
    for old in directory.glob("*.parquet"):
        old.unlink()
    fresh.rename(directory / "part-00000.parquet")
