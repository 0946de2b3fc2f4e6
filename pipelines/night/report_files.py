"""The files of a report: where they lie in a warehouse, and how they are written."""

import json

from pipelines.report.facts import ReportFacts
from pipelines.report.json_facts import facts_json
from pipelines.report.page import render_page
from pipelines.stores.files import write_bytes
from pipelines.stores.location import Location, Place, locate


def report_folder(root: Place, ds: str) -> Location:
    """Return the folder of a night's report."""
    return locate(root) / f"reports/ds={ds}"


def write_report(facts: ReportFacts, root: Place, out: str | None) -> Location:
    """Write the page, and beside it `report.json` with the same facts; return where the page is."""
    page = report_folder(root, facts.run.ds) / "report.html" if out is None else locate(out)
    told = json.dumps(facts_json(facts), indent=1, sort_keys=True, default=str)
    write_bytes(page, render_page(facts).encode())
    write_bytes(page.parent / "report.json", told.encode())
    return page
