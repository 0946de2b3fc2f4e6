"""Write the quality report of a published night from its tables alone."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence

from pipelines.cli import job_parser, quiet_libraries, read_ds, run_job
from pipelines.config_files import load_config

_DESCRIPTION = (
    """Write report.html, one self-contained page, and report.json with the same facts beside it."""
)

_EPILOG = """exit codes: 0 written; 2 bad usage or configuration; 3 the warehouse has no published
run of that night; 1 anything else.

example: spark-submit jobs/report.py --warehouse /data/curated --ds 2026-01-31"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, report."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument("--warehouse", required=True, metavar="W", help="directory of the tables")
    parser.add_argument("--ds", required=True, metavar="D", help="the night, as 2026-01-31")
    parser.add_argument(
        "--out", metavar="FILE", help="the page; default W/reports/ds=D/report.html"
    )
    given = parser.parse_args(arguments)
    quiet_libraries()
    # A wrong setting is reported, though none is needed here
    load_config(given.config, given.overrides)
    ds = read_ds(given.ds)

    from pipelines.any_table.jobs import run_report  # noqa: PLC0415 after the settings

    print(f"Report: {run_report(given.warehouse, ds, given.out)}")


if __name__ == "__main__":
    run_job(main)
