"""A process that publishes a small night in any store, and kills itself at one of its steps.

Arguments: the warehouse, the run, the step at which it dies (0 = at none).
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from pipelines.config import SparkSettings
from pipelines.night import publication as publishing
from pipelines.night.claim import Claim, Pace, hold_warehouse
from pipelines.night.workspace import Workspace
from pipelines.spark.session import open_session
from pipelines.spark.tables import Warehouse
from pipelines.stores.location import locate
from schemas.ledger import RUNS
from tests.factories import FIRST
from tests.faults.test_publication import FEW, row_of

LEASE_SECONDS = 3.0
_STEPS = (
    (Warehouse, "create"),
    (Claim, "begin"),
    (Warehouse, "_save"),
    (Claim, "settle"),
    (Workspace, "remove"),
)


class Counter:
    """Counts the moments before and behind every step, and dies at one."""

    def __init__(self, dies_at: int) -> None:
        self.dies_at, self.count = dies_at, 0

    def step(self) -> None:
        """Count one moment."""
        self.count += 1
        if self.count == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrap(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return a step with a moment before and one behind it."""

        def counted(*args: object, **named: object) -> Any:  # noqa: ANN401 any step's result
            self.step()
            answer = act(*args, **named)
            self.step()
            return answer

        return counted


def main(root: str, run_id: str, dies_at: int) -> None:
    """Finish what an earlier run left, then publish a night of its own."""
    publishing.NIGHTLY = FEW  # type: ignore[attr-defined]  # its import is not for others
    publishing._TABLES_AT_ONCE = 1
    counter = Counter(dies_at)
    pace = Pace(LEASE_SECONDS)
    with (
        hold_warehouse(root, run_id, FIRST, pace) as claim,
        open_session(SparkSettings(master="local[1,4]", partitions=1)) as spark,
    ):
        publishing.recover(spark, claim)
        workspace = Workspace(spark, locate(root), run_id, FIRST)
        for table in (*FEW, RUNS):
            workspace.write(table, row_of(spark, table, run_id, FIRST))
        for owner, name in _STEPS:
            setattr(owner, name, counter.wrap(getattr(owner, name)))
        publishing.publish(spark, claim)
    sys.stdout.write(f"steps {counter.count}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
