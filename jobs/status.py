"""Show what the running night does, or how the last one ended."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence

from pipelines.cli import job_parser, quiet_libraries, require, run_job
from pipelines.config_files import load_config

_DESCRIPTION = """Show the run that holds a warehouse, or held it last: night, phase, rows done,
rate, how it ended, and whether it died. Reads two small files; needs no session."""

_EPILOG = """exit codes: 0 shown, whatever the state; 2 bad usage or configuration; 3 no run has
left a status; 1 anything else.

example: python jobs/status.py --warehouse /data/curated --json"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, show."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument("--warehouse", metavar="W", help="directory of the tables")
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    given = parser.parse_args(arguments)
    quiet_libraries()
    config = load_config(given.config, given.overrides).with_places({"warehouse": given.warehouse})
    place = require(config.warehouse, "warehouse", "--warehouse")

    # Only when the settings are right
    from pipelines.night.run_status import read_status, render_json, render_lines  # noqa: PLC0415
    from pipelines.stores.faults import explained  # noqa: PLC0415
    from pipelines.stores.location import require_store  # noqa: PLC0415

    root = require_store(place, "warehouse")
    with explained(root):
        seen = read_status(root)
    print(render_json(seen) if given.json else "\n".join(render_lines(seen)))


if __name__ == "__main__":
    run_job(main)
