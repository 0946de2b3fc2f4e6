"""Curate a night: every phase, gates, publication, report."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

import json
from argparse import ArgumentParser
from collections.abc import Sequence

from pipelines.cli import job_parser, quiet_libraries, read_reason, run_job
from pipelines.config_files import Option, load_config

_DESCRIPTION = """Curate one night of conversations into the tables train and eval.

Reads the traffic (Delta or Parquet), runs intake, privacy, safety, language, diversity, split and
sampling, checks the contract, publishes all tables of the night as one, and writes the report.
Running a night again replaces it; other nights are untouched."""

_EPILOG = """The key of user_key comes from $CURATION_KEY, else from identity.key_file.

exit codes: 0 published; 2 bad usage or configuration; 3 the input is no table or breaks its
contract, or the night is empty; 4 the constraints cannot be met; 5 a quality gate failed
or the night is unlike the ones before;
1 anything else. On every code but 0 train and eval are as they were before.

example: spark-submit jobs/curate.py --traffic /data/traffic --scores /data/scores \\
           --warehouse /data/curated --ds 2026-01-31 --set identity.key_file=/etc/curation/key"""


def main(arguments: Sequence[str]) -> None:
    """Parse, load, run."""
    given = _parser().parse_args(arguments)
    quiet_libraries()
    named = {name: getattr(given, name) for name in ("traffic", "scores", "warehouse", "ds")}
    log = [] if given.log is None else [Option("--log", "telemetry.log", json.dumps(given.log))]
    config = load_config(given.config, given.overrides, log).with_places(named)
    accepted = read_reason(given.accept_drift, "--accept-drift")

    if given.dry_run:
        from pipelines.night.dry_run import rehearse  # noqa: PLC0415 no session is opened

        rehearsal = rehearse(config)
        print("\n".join(rehearsal.lines))
        rehearsal.require()
        return

    from pipelines.night.curate import curate_night  # noqa: PLC0415 after the settings
    from pipelines.night.turns import run_in_turn  # noqa: PLC0415 after the settings

    run_in_turn(config, lambda settled: curate_night(settled, accepted, fresh=given.fresh))


def _parser() -> ArgumentParser:
    parser = job_parser(_DESCRIPTION, _EPILOG)
    parser.add_argument(
        "--traffic", metavar="T", help="traffic table: a path, or a name of the catalogue"
    )
    parser.add_argument("--scores", metavar="S", help="reward scores table; optional")
    parser.add_argument("--warehouse", metavar="W", help="directory of the tables that are written")
    parser.add_argument(
        "--ds", metavar="D", help="the night, as 2026-01-31; default yesterday in UTC"
    )
    parser.add_argument(
        "--accept-drift",
        metavar="WHY",
        help="publish this night though it is unlike the nights before; WHY is recorded in runs",
    )
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="do again what a run of this night has finished that was killed",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="start no night: look at settings, inputs, models, rights, disk and constraints",
    )
    parser.add_argument(
        "--log", metavar="FILE", help="add the run's log to a file, as JSON lines; telemetry.log"
    )
    return parser


if __name__ == "__main__":
    run_job(main)
