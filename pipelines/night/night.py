"""What every phase of a night gets beside its tables: the plan, the engine, the workspace."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from pyspark.sql import SparkSession

from pipelines.night.claim import Claim
from pipelines.night.plan import Loading, Plan
from pipelines.night.workspace import Workspace
from pipelines.spark.adapters import call_in_task
from pipelines.spark.progress import Stages
from pipelines.spark.tables import Warehouse


@dataclass(frozen=True, slots=True)
class Night:
    """One run of one night. Nothing of it changes while the run goes on.

    Args:
        spark: the session.
        plan: what the run does.
        stages: where times and progress go.
        workspace: where tables are staged.
        warehouse: what earlier nights left, and where this one is published.
        started_at: when the run began.
        revisions: name → revision of every model.
        claim: by which the run holds the warehouse; None = it publishes nothing.
    """

    spark: SparkSession
    plan: Plan
    stages: Stages
    workspace: Workspace
    warehouse: Warehouse
    started_at: datetime
    revisions: Mapping[str, str]
    claim: Claim | None = None

    @property
    def heads(self) -> dict[str, str]:
        """Name → revision of the layers that read the encoder's pass."""
        return {spec.name: self.revisions[spec.name] for spec in self.plan.heads}

    @property
    def run_id(self) -> str:
        """The name of the run."""
        return self.workspace.run_id


def name_run(ds: str) -> str:
    """Return a name for a run that no other has."""
    return f"{ds}-{uuid4().hex[:12]}"


def read_revisions(spark: SparkSession, loading: Loading) -> dict[str, str]:
    """Return the revision of every model of a run; a task loads them."""
    return call_in_task(spark, loading.revisions)


def open_night(
    spark: SparkSession, plan: Plan, stages: Stages, claim: Claim | None = None
) -> Night:
    """Load every model of a run once, in a task: a broken file stops the run here.

    The driver holds none of them: they are loaded where they will answer.

    Raises:
        ConfigurationError: a model cannot be loaded.
    """
    started_at = datetime.now(UTC)
    run_id = name_run(plan.ds) if claim is None else claim.run_id
    workspace = Workspace(spark, plan.root, run_id, plan.ds)
    with stages.stage("load models"):
        revisions = read_revisions(spark, plan.loading)
    warehouse = Warehouse(spark, plan.root, claim)
    return Night(spark, plan, stages, workspace, warehouse, started_at, revisions, claim)
