"""Publish a night as one: intent, every table, then its row in `runs`, the commit record."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from deltalake.exceptions import DeltaError
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import StructType

from pipelines.night.claim import STAGING, Claim, ClaimLostError, Intent
from pipelines.night.resuming import needed_runs, take_tables
from pipelines.night.soundness import require_whole_logs
from pipelines.night.workspace import Workspace, clear_runs
from pipelines.spark.tables import Warehouse
from pipelines.stores.location import Location
from schemas.ledger import RUNS
from schemas.nightly import NIGHTLY, WRITTEN
from schemas.samples import EVAL, TRAIN
from schemas.table import Table

_TABLES_AT_ONCE = 4


def publish(spark: SparkSession, claim: Claim) -> None:
    """Publish what the run that holds the warehouse has staged; an error changes no table.

    Raises:
        ClaimLostError: another run has taken the warehouse over; it finishes or undoes what was
            begun.

    Source: contract section 3: a night is published when its row in `runs` says so.
    """
    warehouse = Warehouse(spark, claim.root, claim)
    _create_tables(warehouse, _open_workspace(spark, claim.root, claim.run_id, claim.ds))
    before = _each_table(warehouse.version, NIGHTLY)
    intent = Intent(claim.run_id, claim.ds, before, tuple(table.name for table in NIGHTLY))
    claim.begin(intent)
    try:
        _commit(spark, claim, intent)
    except BaseException:
        # What another run has taken over is that run's to finish.
        if claim.is_held() and not _is_recorded(warehouse, intent):
            _undo(warehouse, intent)
            claim.settle("undone")
        raise


def recover(spark: SparkSession, claim: Claim, keep: Collection[str] = ()) -> Intent | None:
    """Finish the publication that a killed run began; return its intent, None where none did.

    Args:
        spark: the session.
        claim: by which the warehouse is held.
        keep: names of killed runs whose finished phases are taken over.

    Raises:
        CurationError: the log of a table is damaged; nothing is written.
    """
    require_whole_logs(claim.root, WRITTEN)
    clear_away(spark, claim, keep)
    intent = claim.intent
    if intent is not None:
        _commit(spark, claim, intent)
    return intent


def clear_away(spark: SparkSession, claim: Claim, keep: Collection[str] = ()) -> None:
    """Shut out a run that died, and remove the folders of those that could not publish."""
    if claim.overtook:
        # It may be asleep, or its JVM may outlive it: from here on tables refuse its writes.
        warehouse = Warehouse(spark, claim.root, claim)
        _each_table(lambda table: _shut_out(warehouse, table), WRITTEN)
        claim.overtook = False
    if claim.intent is not None:  # its tables are about to be published, and no others
        keep = needed_runs(claim.root / STAGING / claim.intent.run_id)
    clear_runs(spark, claim.root, keep)


def _open_workspace(spark: SparkSession, root: Location, run_id: str, ds: str) -> Workspace:
    return take_tables(Workspace(spark, root, run_id, ds))


def _shut_out(warehouse: Warehouse, table: Table) -> int:
    warehouse.shut_out(table)
    return 0


def _create_tables(warehouse: Warehouse, workspace: Workspace) -> None:
    def create(table: Table) -> int:
        staged = workspace.staged(table).frame().schema
        own = set(table.names)
        extra = StructType([field for field in staged.fields if field.name not in own])
        warehouse.create(table, extra if extra.fields else None)
        return 0

    _each_table(create, NIGHTLY)
    warehouse.create(RUNS)


def _commit(spark: SparkSession, claim: Claim, intent: Intent) -> None:
    warehouse = Warehouse(spark, claim.root, claim)
    workspace = _open_workspace(spark, claim.root, intent.run_id, intent.ds)
    metadata = {"run_id": intent.run_id}

    def write(table: Table) -> int:
        # A table that was taken over names the run that was killed.
        rows = workspace.staged(table).frame().withColumn("run_id", F.lit(intent.run_id))
        return warehouse.replace_night(table, rows, intent.ds, metadata)

    if not _is_recorded(warehouse, intent):
        # A run of an earlier version that was killed has staged the tables of its time.
        staged = [table for table in NIGHTLY if table.name in intent.tables]
        versions = _each_table(write, staged)
        _append_run(warehouse, workspace, intent, versions)
    # The night is published; what cannot be tidied up now the next start removes.
    with suppress(OSError, DeltaError, ClaimLostError):
        claim.settle()
        clear_runs(spark, claim.root)


def _each_table(act: Callable[[Table], int], tables: Sequence[Table]) -> dict[str, int]:
    """Return what an act returns for each table; a few run at a time, as most of it is waiting."""
    with ThreadPoolExecutor(_TABLES_AT_ONCE) as pool:
        return {
            table.name: version
            for table, version in zip(tables, pool.map(act, tables), strict=True)
        }


def _append_run(
    warehouse: Warehouse, workspace: Workspace, intent: Intent, versions: dict[str, int]
) -> None:
    row = (
        workspace.staged(RUNS)
        .frame()
        .withColumn("train_version", F.lit(versions[TRAIN.name]).cast("long"))
        .withColumn("eval_version", F.lit(versions[EVAL.name]).cast("long"))
        # A clock that was set back meanwhile must not let a run end before it began.
        .withColumn("finished_at", F.greatest(F.current_timestamp(), "started_at"))
    )
    warehouse.append(RUNS, row.select(*RUNS.names), {"run_id": intent.run_id})


def _is_recorded(warehouse: Warehouse, intent: Intent) -> bool:
    return not warehouse.read(RUNS).where(F.col("run_id") == intent.run_id).isEmpty()


def _undo(warehouse: Warehouse, intent: Intent) -> None:
    for name, version in intent.before.items():
        warehouse.restore(_table(name), version)


def _table(name: str, tables: Sequence[Table] = NIGHTLY) -> Table:
    return next(table for table in tables if table.name == name)
