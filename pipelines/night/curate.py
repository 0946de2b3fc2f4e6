"""A night from its configuration to its report: lock, recover, run, gate, publish."""

import json
import sys
from pathlib import Path

from pipelines.cli import Progress
from pipelines.config import RunConfig
from pipelines.night.gates import check_night
from pipelines.night.plan import make_plan
from pipelines.night.publication import publish, recover
from pipelines.night.report_facts import gather_facts
from pipelines.night.run import NightRun
from pipelines.night.workspace import hold_warehouse, read_intent
from pipelines.publishing.account import require_all
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
            print(f"Finished the publication of {finished.run_id}, which was killed.", file=sys.stderr)
            write_report(gather_facts(plan.root, finished.ds), plan.root, None)
        run = NightRun(spark, plan, stages)
        try:
            run.stage_all()
            with stages.stage("gates"):
                account = check_night(run)
            require_all(account.checks)
            run.stage_run(account.checks, account.counts, account.fingerprints)
            with stages.stage("publish"):
                publish(spark, plan.root, run.run_id, plan.ds)
        except BaseException:
            if read_intent(plan.root) is None:  # else the next start needs what is staged
                run.discard()
            raise
        with stages.stage("report"):
            facts = gather_facts(plan.root, plan.ds)
            page = write_report(facts, plan.root, None)
    print(summarise(facts))
    print(f"Report: {page}")


def write_report(facts: ReportFacts, root: Path, out: str | None) -> Path:
    """Write the page, and beside it `report.json` with the same facts; return the page's path."""
    page = Path(out) if out is not None else root / "reports" / f"ds={facts.run.ds}" / "report.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render_page(facts), encoding="utf-8")
    page.with_name("report.json").write_text(
        json.dumps(facts_json(facts), indent=1, sort_keys=True, default=str), encoding="utf-8"
    )
    return page
