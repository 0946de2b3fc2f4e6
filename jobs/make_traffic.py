"""Write realistic demo traffic, its reward scores and the truth about what was planted in them."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

isolate(is_started=__name__ == "__main__")  # before any other import, which a foreign file may answer

import argparse
from datetime import date
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.demo.traffic import generate_traffic
from pipelines.errors import ConfigurationError, CurationError, ExitCode

DEFAULT_NIGHT = "2026-03-01"
MOST_CONVERSATIONS = 5_000_000


class OneLineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line and exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the arguments."""
        fault = f"make_traffic: {message}. Try: make_traffic.py --help"
        raise ConfigurationError(fault)


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; what is wrong with it is a ConfigurationError."""
    parser = OneLineParser(
        prog="make_traffic.py",
        description=__doc__,
        epilog="Writes DIR/traffic, DIR/scores and DIR/truth as Parquet. The same arguments give the same "
        "rows; the same seed has the same users on every night. "
        "Exit codes: 0 written, 2 bad arguments, 1 anything else.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--out", type=_directory, required=True, metavar="DIR", help="directory to write to; made if missing"
    )
    parser.add_argument(
        "--conversations",
        type=_count,
        required=True,
        metavar="N",
        help=f"rows of traffic, 1 to {MOST_CONVERSATIONS}",
    )
    parser.add_argument(
        "--seed", type=_seed, required=True, metavar="S", help="whole number; another seed, other chats"
    )
    parser.add_argument(
        "--ds",
        type=_night,
        default=DEFAULT_NIGHT,
        metavar="D",
        help="the night, YYYY-MM-DD (default %(default)s)",
    )
    return parser.parse_args(arguments)


def write_table(rows: pa.Table, directory: Path) -> None:
    """Write a table as a Parquet directory in place of the Parquet files that an earlier run left there."""
    directory.mkdir(parents=True, exist_ok=True)
    fresh = directory / ".part-00000.parquet.tmp"
    pq.write_table(rows, fresh, compression="zstd")
    for old in directory.glob("*.parquet"):
        old.unlink()
    fresh.rename(directory / "part-00000.parquet")


def main(arguments: list[str]) -> ExitCode:
    """Run the job and return its exit code."""
    try:
        args = read_arguments(arguments)
        _check_place(args.out)
        night = generate_traffic(args.conversations, args.seed, args.ds)
        for name, rows in (("traffic", night.traffic), ("scores", night.scores), ("truth", night.truth)):
            write_table(rows, args.out / name)
            print(f"{args.out / name}: {rows.num_rows} rows")
    except CurationError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"make_traffic: cannot write {args.out}: {error.strerror}", file=sys.stderr)
        return ExitCode.BAD_CONFIGURATION
    return ExitCode.PUBLISHED


def _check_place(out: Path) -> None:
    """Find out before any work whether the directories can be made."""
    for name in ("traffic", "scores", "truth"):
        try:
            (out / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            fault = f"make_traffic: --out {out}: {error.strerror}. Name a directory that can be written."
            raise ConfigurationError(fault) from error


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
    sys.exit(main(sys.argv[1:]))
