"""The public data sets' tables, from the folder that `--data` names."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from pipelines.errors import InputError


def read_tables(data: Path, names: Iterable[str]) -> dict[str, pl.DataFrame]:
    """Return each table by its name, such as `langid/tatoeba`.

    Raises:
        InputError: a table is missing; one line for each.
    """
    files = {name: data / f"{name}.parquet" for name in names}
    missing = [file for file in files.values() if not file.is_file()]
    if missing:
        raise InputError(*(f"{file} does not exist; --data must hold it" for file in missing))
    return {name: pl.read_parquet(file) for name, file in files.items()}
