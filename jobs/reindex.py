"""Make the index of what earlier nights kept anew."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence

from pipelines.cli import add_nights, job_parser, quiet_libraries, read_nights, run_job
from pipelines.config_files import load_config

_DESCRIPTION = """Rebuild representatives and centroids of a warehouse from its other tables.

A night looks back at earlier ones through these two alone. Where no other table has changed, the
values are the same as before. Needed where the two are lost, and after a change of
split.shared_words."""

_EPILOG = """The job holds the warehouse as jobs/curate.py does; a killed run can be started again.

exit codes: 0 done; 2 bad usage or configuration; 3 the warehouse has no night;
1 anything else, another run that holds the warehouse too.

example: spark-submit jobs/reindex.py --warehouse /data/curated --ds-from 2026-01-01"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, index."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument("--warehouse", metavar="W", help="directory of the tables")
    add_nights(parser)
    given = parser.parse_args(arguments)
    quiet_libraries()
    config = load_config(given.config, given.overrides).with_places({"warehouse": given.warehouse})
    first, last = read_nights(given.ds_from, given.ds_to)

    from pipelines.night.reindexing import reindex  # noqa: PLC0415 only when the settings are right

    print("\n".join(reindex(config, first, last)))


if __name__ == "__main__":
    run_job(main)
