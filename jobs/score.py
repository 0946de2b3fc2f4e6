"""Score any table of texts with Phase I's models."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence

from pipelines.cli import job_parser, quiet_libraries, run_job
from pipelines.config_files import load_config

_DESCRIPTION = """Score a table of texts; each scorer writes its own Delta table below --out.

Columns: id, model, model_revision, then
  privacy   findings (message_index 0, entity_type, start, end, score; empty = none found)
  safety    unsafe (0 to 1), labels
  language  language (und = uncertain), confidence, romanised, mixed
  quality   quality (0 to 1)
  jtbd      jtbd, margin
Null = the model failed on that text."""

_EPILOG = """exit codes: 0 written; 2 bad usage or configuration; 3 the table cannot be read, lacks
a column, or its id is null or repeated; 1 anything else.

example: spark-submit jobs/score.py --table /data/texts --text-column text --id-column id \\
           --scorers privacy,safety --out /data/scored"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, score."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument(
        "--table", required=True, metavar="T", help="Delta or Parquet: a path, or a name"
    )
    parser.add_argument("--text-column", required=True, metavar="C", help="column of texts")
    parser.add_argument(
        "--id-column", required=True, metavar="I", help="column that names a row once"
    )
    parser.add_argument(
        "--scorers", required=True, metavar="LIST", help="privacy,safety,language,quality,jtbd"
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="directory of the results")
    given = parser.parse_args(arguments)
    quiet_libraries()
    config = load_config(given.config, given.overrides)

    from pipelines.any_table.jobs import TextTable, run_score  # noqa: PLC0415 after the settings

    texts = TextTable(given.table, given.id_column, given.text_column)
    run_score(
        config,
        texts,
        [name.strip() for name in given.scorers.split(",") if name.strip()],
        given.out,
    )


if __name__ == "__main__":
    run_job(main)
