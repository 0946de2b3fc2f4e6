"""Write realistic demo traffic, its reward scores and the truth about what was planted in them."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipelines.cli import job_parser, run_job
from pipelines.demo.places import make_places, write_night
from pipelines.demo.traffic import generate_traffic

DEFAULT_NIGHT = "2026-03-01"
MOST_CONVERSATIONS = 5_000_000
_EPILOG = """Writes DIR/traffic, DIR/scores and DIR/truth as Parquet. The same arguments give the
same rows; the same seed has the same users on every night.

exit codes: 0 written; 2 bad arguments; 1 anything else."""


def main(arguments: Sequence[str]) -> None:
    """Parse, generate, write."""
    parser = job_parser(__doc__, _EPILOG, configured=False)
    parser.add_argument(
        "--out",
        type=_directory,
        required=True,
        metavar="DIR",
        help="directory to write to; made if missing",
    )
    parser.add_argument(
        "--conversations",
        type=_count,
        required=True,
        metavar="N",
        help=f"rows of traffic, 1 to {MOST_CONVERSATIONS}",
    )
    parser.add_argument(
        "--seed",
        type=_seed,
        required=True,
        metavar="S",
        help="whole number; another seed, other chats",
    )
    parser.add_argument(
        "--ds",
        type=_night,
        default=DEFAULT_NIGHT,
        metavar="D",
        help="the night, YYYY-MM-DD (default %(default)s)",
    )
    given = parser.parse_args(arguments)
    make_places(given.out)
    night = generate_traffic(given.conversations, given.seed, given.ds)
    for directory, rows in write_night(night, given.out).items():
        print(f"{directory}: {rows} rows")


def _directory(text: str) -> Path:
    if text.strip() and "\0" not in text:
        return Path(text)
    message = f"{text!r} names no directory"
    raise argparse.ArgumentTypeError(message)


def _count(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= MOST_CONVERSATIONS:
        return int(text)
    message = f"{text!r} is not a whole number from 1 to {MOST_CONVERSATIONS}"
    raise argparse.ArgumentTypeError(message)


def _seed(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        message = f"{text!r} is not a whole number"
        raise argparse.ArgumentTypeError(message) from None


def _night(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        message = f"{text!r} is not a date like {DEFAULT_NIGHT}"
        raise argparse.ArgumentTypeError(message) from None


if __name__ == "__main__":
    run_job(main)
