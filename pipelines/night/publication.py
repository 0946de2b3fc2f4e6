"""Publish a night as one: intent, every table, then its row in `runs`, the commit record."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import StructType

from pipelines.night.claim import Intent, clear_intent, read_intent, remove_leftovers, write_intent
from pipelines.night.workspace import Workspace
from pipelines.spark.tables import Warehouse
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import CLUSTERS, LANGUAGE, PRIVACY, PRUNING, SAFETY
from schemas.table import Table

NIGHTLY: tuple[Table, ...] = (
    SAMPLES,
    PRIVACY,
    SAFETY,
    LANGUAGE,
    PRUNING,
    CLUSTERS,
    DECISIONS,
    QUARANTINE,
    REVIEW,
    CONSTRAINTS,
    TRAIN,
    EVAL,
    REPRESENTATIVES,
    CENTROIDS,
)
"""The tables of a night; its row in `runs` comes last."""

_TABLES_AT_ONCE = 4


def publish(spark: SparkSession, root: Path, run_id: str, ds: str) -> None:
    """Publish what a run has staged; on an error every table is as it was before.

    Source: contract section 3: a night is published when its row in `runs` says so.
    """
    warehouse = Warehouse(spark, str(root))
    _create_tables(warehouse, Workspace(spark, root, run_id, ds))
    before = _each_table(warehouse.version, NIGHTLY)
    intent = Intent(run_id, ds, before, tuple(table.name for table in NIGHTLY))
    write_intent(root, intent)
    try:
        _commit(spark, root, intent)
    except BaseException:
        if not _is_recorded(warehouse, intent):
            _undo(warehouse, intent)
            clear_intent(root)
        raise


def recover(spark: SparkSession, root: Path) -> Intent | None:
    """Finish the publication that a killed run began; return its intent, None where none did."""
    intent = read_intent(root)
    remove_leftovers(root, None if intent is None else intent.run_id)
    if intent is None:
        return None
    _commit(spark, root, intent)
    return intent


def _create_tables(warehouse: Warehouse, workspace: Workspace) -> None:
    def create(table: Table) -> int:
        staged = workspace.staged(table).frame().schema
        own = set(table.names)
        extra = StructType([field for field in staged.fields if field.name not in own])
        warehouse.create(table, extra if extra.fields else None)
        return 0

    _each_table(create, NIGHTLY)
    warehouse.create(RUNS)


def _commit(spark: SparkSession, root: Path, intent: Intent) -> None:
    warehouse = Warehouse(spark, str(root))
    workspace = Workspace(spark, root, intent.run_id, intent.ds)
    metadata = {"run_id": intent.run_id}

    def write(table: Table) -> int:
        return warehouse.replace_night(table, workspace.staged(table).frame(), intent.ds, metadata)

    # A run of an earlier version that was killed has staged the tables of its time.
    staged = [table for table in NIGHTLY if table.name in intent.tables]
    versions = _each_table(write, staged)
    _append_run(warehouse, workspace, intent, versions)
    # The night is published; what cannot be tidied up now the next start removes
    with suppress(OSError):
        clear_intent(root)
        workspace.remove()


def _each_table(act: Callable[[Table], int], tables: Sequence[Table]) -> dict[str, int]:
    """Return what an act answers for each table; a few tables at a time, as most of it is waiting."""
    with ThreadPoolExecutor(_TABLES_AT_ONCE) as pool:
        return {
            table.name: version
            for table, version in zip(tables, pool.map(act, tables), strict=True)
        }


def _append_run(
    warehouse: Warehouse, workspace: Workspace, intent: Intent, versions: dict[str, int]
) -> None:
    if _is_recorded(warehouse, intent):
        return  # a run that was killed behind its commit record: nothing is left to do
    row = (
        workspace.staged(RUNS)
        .frame()
        .withColumn("train_version", F.lit(versions[TRAIN.name]).cast("long"))
        .withColumn("eval_version", F.lit(versions[EVAL.name]).cast("long"))
        .withColumn("finished_at", F.current_timestamp())
    )
    warehouse.append(RUNS, row.select(*RUNS.names), {"run_id": intent.run_id})


def _is_recorded(warehouse: Warehouse, intent: Intent) -> bool:
    return not warehouse.read(RUNS).where(F.col("run_id") == intent.run_id).isEmpty()


def _undo(warehouse: Warehouse, intent: Intent) -> None:
    for name, version in intent.before.items():
        warehouse.restore(_table(name), version)


def _table(name: str, tables: Sequence[Table] = NIGHTLY) -> Table:
    return next(table for table in tables if table.name == name)
