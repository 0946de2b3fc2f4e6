"""Embed what earlier nights kept with the encoder of today."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence

from pipelines.cli import add_nights, job_parser, quiet_libraries, read_nights, read_whole, run_job
from pipelines.config_files import load_config

_DESCRIPTION = """Embed the kept rows of earlier nights that have no vector of the configured
encoder.

After a change of the encoder a night is compared only with rows that have its vectors; the report
names the others. The texts are those of train, eval and the facts of the last
models.keep_facts_nights nights; a row whose text stands nowhere any more is counted, and stays
uncompared."""

_EPILOG = """Works in batches: a run that was killed is started again and goes on. The warehouse is
held meanwhile, as by jobs/curate.py.

exit codes: 0 done, or nothing to do; 2 bad usage or configuration; 3 the warehouse has no night;
1 anything else, another run that holds the warehouse too.

example: spark-submit jobs/reembed.py --warehouse /data/curated --ds-from 2026-01-01"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, embed."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument("--warehouse", metavar="W", help="directory of the tables")
    add_nights(parser)
    parser.add_argument(
        "--batch", metavar="N", default="20000", help="prompts stored at once; default 20000"
    )
    given = parser.parse_args(arguments)
    quiet_libraries()
    config = load_config(given.config, given.overrides).with_places({"warehouse": given.warehouse})
    first, last = read_nights(given.ds_from, given.ds_to)
    batch = read_whole(given.batch, "--batch")

    from pipelines.night.reembedding import NightsAsked, reembed  # noqa: PLC0415 after the settings

    print("\n".join(reembed(config, NightsAsked(first, last, batch))))


if __name__ == "__main__":
    run_job(main)
