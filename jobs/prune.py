"""Prune near-duplicates of any table: Phase II alone."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

import argparse
from collections.abc import Sequence

from pipelines.cli import job_parser, quiet_libraries, run_job
from pipelines.config_files import Option, load_config

_DESCRIPTION = """Keep the rows of a table that are no near-duplicates, at most a share P of them.

Writes two Delta tables below --out:
  pruning          id, model, model_revision (of the vectors that compared it; null = given ones),
                   cluster_id, kept, reason (leader, near_duplicate, budget), witness_id,
                   witness_ds, similarity, novelty
  representatives id, embedding, model, model_revision of the kept rows, which a later --against
  reads"""

_EPILOG = """Rows are visited by priority (higher first, null last), then by id as a string.

exit codes: 0 written; 2 bad usage or configuration; 3 the table cannot be read or lacks a column,
an id is null or repeated, a vector is null, zero, not finite or of another length; 1 anything else.

Texts that the encoder cannot read (unknown pieces; no words, such as emoji, numbers, addresses,
code) are compared by models.unread at pruning.unread_cut. Rows are compared within one model alone;
the budget counts all. --against takes vectors of the same models and revisions.

Clusters go on under the ids that the runs of --against gave them; runs that do not know each other
may mean two topics by one id.

With --explain-cluster ID only --out is needed: the cluster's leaders, the rows that went for each
and their similarities are printed.

example: spark-submit jobs/prune.py --table /data/prompts --id-column id --text-column prompt \\
           --retain 0.8 --cut 0.95 --out /data/pruned"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, prune."""
    parser = job_parser(_DESCRIPTION, _EPILOG)
    _add_options(parser, arguments)
    given = parser.parse_args(arguments)
    quiet_libraries()
    if given.explain_cluster is not None:
        from pipelines.any_table.jobs import run_explain  # noqa: PLC0415 as below

        print("\n".join(run_explain(given.out, given.explain_cluster)))
        return
    settings = [Option("--retain", "pruning.retain", given.retain)]
    if given.cut is not None:
        settings.append(Option("--cut", "pruning.cut", given.cut))
    config = load_config(given.config, given.overrides, settings)

    from pipelines.any_table.jobs import PruneTable, run_prune  # noqa: PLC0415 after the settings

    table = PruneTable(
        given.table,
        given.id_column,
        given.text_column,
        given.embedding_column,
        given.priority_column,
    )
    run_prune(config, table, given.against, given.out)


def _add_options(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> None:
    """Add the options; with --explain-cluster none of a table is required."""
    parser.add_argument(
        "--explain-cluster", metavar="ID", help="describe a cluster of the result in --out, and end"
    )
    wanted = not any(given.split("=")[0] == "--explain-cluster" for given in arguments)
    parser.add_argument(
        "--table", required=wanted, metavar="T", help="Delta or Parquet: a path, or a name"
    )
    parser.add_argument(
        "--id-column", required=wanted, metavar="I", help="column that names a row once"
    )
    source = parser.add_mutually_exclusive_group(required=wanted)
    source.add_argument(
        "--text-column", metavar="C", help="column of texts, embedded by the configured encoder"
    )
    source.add_argument(
        "--embedding-column", metavar="E", help="column of vectors, all of one length"
    )
    parser.add_argument(
        "--retain",
        required=wanted,
        metavar="P",
        help="share of the rows that may stay, above 0 up to 1",
    )
    parser.add_argument(
        "--cut",
        metavar="C",
        help="cosine from which two rows are near-duplicates; default pruning.cut, else the "
        "encoder's own",
    )
    parser.add_argument(
        "--priority-column", metavar="Q", help="column of numbers: higher is visited first"
    )
    parser.add_argument(
        "--against",
        metavar="DIR",
        action="append",
        default=[],
        help="--out of an earlier run; repeatable",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="directory of the results")


if __name__ == "__main__":
    run_job(main)
