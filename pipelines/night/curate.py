"""A night from its configuration to its report: lock, recover, run, gate, publish."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from pipelines.cli import Progress
from pipelines.config import RunConfig
from pipelines.night.claim import hold_warehouse, read_intent
from pipelines.night.compaction import compact
from pipelines.night.flow import run_night
from pipelines.night.night import Night, open_night
from pipelines.night.plan import make_plan
from pipelines.night.publication import recover
from pipelines.night.reindexing import Reindexing
from pipelines.night.report_facts import gather_facts
from pipelines.night.scoring import read_traffic
from pipelines.report.facts import ReportFacts
from pipelines.report.json_facts import facts_json
from pipelines.report.page import render_page
from pipelines.report.terminal import summarise
from pipelines.spark.progress import Stages
from pipelines.spark.session import open_session


def curate_night(config: RunConfig) -> None:
    """Curate and publish one night, or publish nothing and say why.

    Raises:
        CurationError: with the exit code of the contract.
    """
    plan = make_plan(config)
    with open_session(config.spark) as spark, hold_warehouse(plan.root):
        stages = Stages(spark.sparkContext, Progress())
        finished = recover(spark, plan.root)
        if finished is not None:
            print(
                f"Finished the publication of {finished.run_id}, which was killed.", file=sys.stderr
            )
            write_report(gather_facts(plan.root, finished.ds), plan.root, None)
        # The traffic first: a wrong table must not have to wait for models.
        traffic = read_traffic(spark, plan, stages)
        night = open_night(spark, plan, stages)
        index = Reindexing(spark, plan.root, plan.reading.revisions(), config.split.shared_words)
        index.rebuild(index.find_missing(), stages)
        with _discarding(night):
            run_night(night, traffic)
        _compact(night)
        with stages.stage("report"):
            facts = gather_facts(plan.root, plan.ds)
            page = write_report(facts, plan.root, None)
    print(summarise(facts))
    print(f"Report: {page}")


@contextmanager
def _discarding(night: Night) -> Iterator[None]:
    """Remove what a run has staged where it fails, unless the next start has to finish its publication."""
    try:
        yield
    except BaseException:
        if read_intent(night.plan.root) is None:
            night.workspace.remove()
        raise


def _compact(night: Night) -> None:
    """Make small files few; what cannot be done now is left to the next night, for this one is published."""
    try:
        with night.stages.stage("compact"):
            compact(night.spark, night.plan.root)
    except (PySparkException, Py4JError) as error:
        print(f"Small files stay until the next night: {type(error).__name__}.", file=sys.stderr)


def write_report(facts: ReportFacts, root: Path, out: str | None) -> Path:
    """Write the page, and beside it `report.json` with the same facts; return the page's path."""
    page = Path(out) if out is not None else root / "reports" / f"ds={facts.run.ds}" / "report.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render_page(facts), encoding="utf-8")
    page.with_name("report.json").write_text(
        json.dumps(facts_json(facts), indent=1, sort_keys=True, default=str), encoding="utf-8"
    )
    return page
