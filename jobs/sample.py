"""Draw a constrained sample of any table: Phase III alone."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence

from pipelines.cli import job_parser, quiet_libraries, run_job
from pipelines.config_files import load_block, load_config

_DESCRIPTION = """Draw exactly the rows that a block of constraints asks for.

Writes two Delta tables below --out:
  selected     id of every row drawn
  constraints  every constraint and value: required, achieved, in the pool, met, binding, slack,
               shadow price

With --dry-run nothing is written: it says whether the constraints can be met, which bind, and
what one more row of each would gain."""

_EPILOG = """--constraints is a YAML file with the block `sampling:`, as in conf/nightly.yaml; there
`match: traffic` means the shares of the table itself.

exit codes: 0 written, or feasible; 2 bad usage, configuration or constraint; 3 the table cannot be
read, or its id is null or repeated; 4 the constraints cannot be met; 1 anything else.

example: spark-submit jobs/sample.py --table /data/pool --id-column id \\
           --constraints c.yaml --out /data/drawn"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, draw."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument(
        "--table", required=True, metavar="T", help="Delta or Parquet: a path, or a name"
    )
    parser.add_argument(
        "--id-column", required=True, metavar="I", help="column that names a row once"
    )
    parser.add_argument(
        "--constraints", required=True, metavar="FILE", help="YAML with the block `sampling:`"
    )
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", metavar="DIR", help="directory of the results")
    target.add_argument(
        "--dry-run", action="store_true", help="say what would come of it, write nothing"
    )
    given = parser.parse_args(arguments)
    quiet_libraries()
    config, block = load_config(given.config, given.overrides), load_block(given.constraints)

    from pipelines.any_table.jobs import run_sample  # noqa: PLC0415 after the settings

    for line in run_sample(config, given.table, given.id_column, block, given.out):
        print(line)


if __name__ == "__main__":
    run_job(main)
