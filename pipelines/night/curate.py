"""A night from its configuration to its report: lock, recover, run, gate, publish."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from pipelines.cli import Progress, write_log
from pipelines.config import RunConfig
from pipelines.errors import CurationError
from pipelines.lake import scan_night
from pipelines.night.claim import Claim, Pace, hold_warehouse
from pipelines.night.compaction import compact
from pipelines.night.erasure import finish_erasures
from pipelines.night.flow import run_night
from pipelines.night.night import Night, name_run, open_night
from pipelines.night.placing import compute
from pipelines.night.plan import make_plan
from pipelines.night.publication import recover
from pipelines.night.reindexing import Reindexing
from pipelines.night.report_facts import gather_facts
from pipelines.night.report_files import write_report
from pipelines.night.resuming import find_kept_runs
from pipelines.night.scoring import read_traffic
from pipelines.night.watching import tell_report, watch_run
from pipelines.night.workspace import clear_runs
from pipelines.report.terminal import summarise
from pipelines.spark.private_pyspark import find_jvm_process
from pipelines.spark.progress import Stages
from pipelines.spark.session import open_session, require_clients
from pipelines.stores.faults import explained
from pipelines.telemetry.feed import Feed
from schemas.samples import SAMPLES


def curate_night(
    config: RunConfig, accepted_drift: str | None = None, *, fresh: bool = False
) -> None:
    """Curate and publish one night, or publish nothing and say why.

    Args:
        config: of the run.
        accepted_drift: why it is published though it is unlike the nights before; None = then not.
        fresh: whether what a killed run of the night has finished is done again.

    Raises:
        CurationError: with the exit code of the contract.
    """
    plan = make_plan(config, accepted_drift)
    pace = Pace(config.store.lease_seconds)
    with (
        explained(plan.root),
        hold_warehouse(plan.root, name_run(plan.ds), plan.ds, pace) as claim,
        watch_run(plan, claim) as feed,
        open_session(config.spark) as spark,
    ):
        require_clients(spark, plan.root, plan.traffic, plan.scores)
        feed.add_process(find_jvm_process(spark))
        stages = Stages(spark.sparkContext, Progress(), feed)
        kept = () if fresh else find_kept_runs(plan.root, plan.ds)
        finished = recover(spark, claim, kept)
        if finished is not None:
            print(
                f"Finished the publication of {finished.run_id}, which was killed.", file=sys.stderr
            )
            write_report(gather_facts(plan.root, finished.ds), plan.root, None)
        if finish_erasures(claim, plan.keys, config.pruning.name_users_min) is not None:
            print("Finished an erasure that was killed.", file=sys.stderr)
        # The traffic first: a wrong table must not have to wait for models.
        traffic = read_traffic(spark, plan, stages)
        night = open_night(spark, plan, stages, claim)
        revisions = {name: night.revisions[name] for name in plan.cuts}
        index = Reindexing(spark, night.warehouse, revisions, config.split.shared_words)
        index.rebuild(index.find_missing(), stages)
        with _discarding(night, claim):
            run_night(night, traffic, claim)
        _compact(night)
        shown = _report(night, feed)
    print(shown)


def _report(night: Night, feed: Feed) -> str:
    """Write the report; return what the terminal shows.

    A failure is said and does not fail the night: exit codes but 0 mean that nothing is published.
    """
    plan = night.plan
    try:
        with night.stages.stage("report"):
            rows = scan_night(plan.root, SAMPLES, plan.ds)
            facts = compute(night, lambda of: gather_facts(of.root, of.ds), rows)
            page = write_report(facts, plan.root, None)
    except Exception as error:  # noqa: BLE001 whatever fails here, the night is published
        return (
            f"{plan.ds} is published; its report is not written ({type(error).__name__}, details:"
            f" {write_log(error)}). Make it by jobs/report.py --warehouse {plan.root}"
            f" --ds {plan.ds}."
        )
    tell_report(feed, plan, facts)
    return f"{summarise(facts)}\nReport: {page}"


@contextmanager
def _discarding(night: Night, claim: Claim) -> Iterator[None]:
    """Remove what a failed run has staged, unless the next start has to finish its publication.

    What a run that was told to end has staged stays: the next start goes on with it.

    Raises:
        CurationError: the run was interrupted while it published.
    """
    try:
        yield
    except BaseException as error:
        is_told = isinstance(error, KeyboardInterrupt)
        if claim.intent is None and claim.is_held():
            if not is_told:
                clear_runs(night.spark, night.plan.root)
        elif is_told:
            message = (
                f"Stopped while {night.run_id} was being published: readers see the run before it,"
                " or all of it. The next start of jobs/curate.py finishes the publication."
            )
            raise CurationError(message) from error
        raise


def _compact(night: Night) -> None:
    """Compact small files; a failure is left to the next night, for this one is published."""
    try:
        with night.stages.stage("compact"):
            compact(night.spark, night.plan.root)
    except (PySparkException, Py4JError) as error:
        print(f"Small files stay until the next night: {type(error).__name__}.", file=sys.stderr)
