"""The published `train` and `eval` as one: both at the versions of the newest published run.

While a night is being published its tables change one after the other, and on an error they are set
back. A reader of both at the versions that one row of `runs` names sees neither: never rows of two
runs mixed. `scan_published` is for Polars, `read_published` for Spark; both take a warehouse in any
store.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.errors import InputError
from pipelines.lake import count_gone, scan_table
from pipelines.stores.location import Place, locate
from schemas.ledger import RUNS
from schemas.samples import EVAL, TRAIN

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


RUN_ORDER = ("train_version", "finished_at")
"""The columns by which runs were published in this order: versions only grow, clocks are set back,
and those of two hosts differ."""


@dataclass(frozen=True, slots=True)
class PublishedRun:
    """A run that is published, and the versions that it made.

    Args:
        run_id, ds: the run and its night.
        train_version, eval_version: of the two tables, which belong together.
        row: its whole row of `runs`.
    """

    run_id: str
    ds: str
    train_version: int
    eval_version: int
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PublishedFrames:
    """All published nights, up to and with a run.

    Args:
        run: the run.
        train, eval: the two tables as lazy frames.
    """

    run: PublishedRun
    train: pl.LazyFrame
    eval: pl.LazyFrame


@dataclass(frozen=True, slots=True)
class PublishedTables:
    """All published nights, up to and with a run, for Spark.

    Args:
        run: the run.
        train, eval: the two tables.
    """

    run: PublishedRun
    train: "DataFrame"
    eval: "DataFrame"


def newest_run(warehouse: Place, ds: str | None = None) -> PublishedRun:
    """Return the newest published run: the one that wrote the highest version of `train`.

    Args:
        warehouse: where the tables are.
        ds: of this night; None = of any.

    Raises:
        InputError: there is none.
    """
    runs = scan_table(warehouse, RUNS).filter(pl.col("status") == "published")
    found = runs if ds is None else runs.filter(pl.col("ds") == ds)
    newest = found.sort(RUN_ORDER).tail(1).collect()
    if newest.is_empty():
        which = "published run" if ds is None else f"published run of {ds}"
        message = f"warehouse: {locate(warehouse)} has no {which}; run jobs/curate.py first."
        raise InputError(message)
    row = newest.row(0, named=True)
    return PublishedRun(row["run_id"], row["ds"], row["train_version"], row["eval_version"], row)


def require_files(warehouse: Place, run: PublishedRun, ds: str | None = None) -> None:
    """Refuse a run of whose published rows files are gone.

    Args:
        warehouse: where the tables are.
        run: the run.
        ds: of the rows of this night; None = of all.

    Raises:
        InputError: names the table, the version and what to do.
    """
    faults = []
    for name, version in ((TRAIN.name, run.train_version), (EVAL.name, run.eval_version)):
        gone = count_gone(locate(warehouse) / name, version, ds)
        if gone:
            faults.append(
                f"warehouse: {name} lacks {gone} files of version {version}, which {run.run_id}"
                f" published: another tool has vacuumed it. Run {run.ds} again by jobs/curate.py."
            )
    if faults:
        raise InputError(*faults)


def scan_published(warehouse: Place, ds: str | None = None) -> PublishedFrames:
    """Return `train` and `eval` for Polars, as the newest published run left them.

    Args:
        warehouse: where the tables are.
        ds: as the newest run of this night left them, which is that night; None = all nights.

    Raises:
        InputError: nothing is published, or another tool has removed files of it.
    """
    run = newest_run(warehouse, ds)
    require_files(warehouse, run, ds)
    nights = None if ds is None else lambda night: night == ds
    return PublishedFrames(
        run,
        scan_table(warehouse, TRAIN, run.train_version, nights),
        scan_table(warehouse, EVAL, run.eval_version, nights),
    )


def read_published(
    spark: "SparkSession", warehouse: Place, ds: str | None = None
) -> PublishedTables:
    """Return `train` and `eval` for Spark, as the newest published run left them.

    Args:
        spark: the session.
        warehouse: where the tables are.
        ds: as the newest run of this night left them, which is that night; None = all nights.

    Raises:
        InputError: nothing is published, or another tool has removed files of it.
    """
    run = newest_run(warehouse, ds)
    require_files(warehouse, run, ds)

    def read(name: str, version: int) -> "DataFrame":
        reader = spark.read.format("delta").option("versionAsOf", version)
        rows = reader.load(str(locate(warehouse) / name))
        return rows if ds is None else rows.where(f"ds = '{run.ds}'")

    return PublishedTables(
        run, read(TRAIN.name, run.train_version), read(EVAL.name, run.eval_version)
    )
