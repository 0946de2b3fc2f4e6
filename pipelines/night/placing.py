"""Where a night's decisions are computed from ids and numbers: on the driver, or in a task.

Up to `spark.driver_rows` the driver computes them itself. A larger night's driver holds no row:
the same call is made in a task, which reads and writes the same staged tables.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar
from uuid import uuid4

import polars as pl

from pipelines.night.night import Night
from pipelines.night.workspace import Workspace
from pipelines.publishing.gates import count_rows
from pipelines.spark.adapters import call_in_task
from pipelines.stores.files import list_folder, remove_file
from pipelines.stores.location import Location

T = TypeVar("T")
Call = Callable[[Workspace], T]
"""Reads staged tables, writes others with `Workspace.sink`, and returns what is small."""


def compute(night: Night, call: Call[T], of: pl.LazyFrame) -> T:
    """Return what a call returns, made on the driver or, where the night is large, in a task.

    Args:
        night: the run.
        call: what is computed.
        of: a table with a row per sample, which says how large the night is.
    """
    if count_rows(of) <= night.plan.config.spark.driver_rows:
        return call(night.workspace)
    mark = uuid4().hex
    found, written = call_in_task(night.spark, partial(_attempt, call, night.workspace, mark))
    _remove_lost(written, mark)
    return found


def _attempt(call: Call[T], workspace: Workspace, mark: str) -> tuple[T, list[Location]]:
    """Make a call whose files have names of their own: a task that is lost may leave some."""
    own = replace(workspace, mark=f"-{mark}-{uuid4().hex}", written=[])
    return call(own), own.written


def _remove_lost(written: list[Location], mark: str) -> None:
    """Remove what tasks of a call wrote that were lost before one ended well."""
    for folder in {file.parent for file in written}:
        for entry in list_folder(folder):
            if mark in entry.place.name and entry.place not in written:
                remove_file(entry.place)
