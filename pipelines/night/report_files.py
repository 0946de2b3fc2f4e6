"""The files of a report: where they lie in a warehouse, and how they are written."""

import json

from pipelines.report.facts import ReportFacts
from pipelines.report.json_facts import facts_json
from pipelines.report.page import render_page
from pipelines.stores.files import list_folder, remove_file, write_bytes
from pipelines.stores.location import Location, Place, locate

_PAGE, _FACTS = "report.html", "report.json"


def report_folder(root: Place, ds: str) -> Location:
    """Return the folder of a night's report."""
    return locate(root) / f"reports/ds={ds}"


def write_report(facts: ReportFacts, root: Place, out: str | None) -> Location:
    """Write the page, and beside it `report.json` with the same facts; return where the page is."""
    page = report_folder(root, facts.run.ds) / _PAGE if out is None else locate(out)
    told = json.dumps(facts_json(facts), indent=1, sort_keys=True, default=str)
    write_bytes(page, render_page(facts).encode())
    write_bytes(page.parent / _FACTS, told.encode())
    return page


def has_report(root: Place, ds: str) -> bool:
    """Whether the report of a night is in its warehouse."""
    return any(entry.place.name == _PAGE for entry in list_folder(report_folder(root, ds)))


def remove_report(root: Place, ds: str) -> None:
    """Remove the report of a night; what a run has told beside it stays, as it names nobody."""
    for entry in list_folder(report_folder(root, ds)):
        if entry.place.name in {_PAGE, _FACTS}:
            remove_file(entry.place)
