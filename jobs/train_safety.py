"""Train the learned safety layers from public data sets and write them with their cards."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

isolate(is_started=__name__ == "__main__")  # before any other import, which a foreign file may answer

import argparse
from pathlib import Path

import polars as pl

from pipelines.errors import CurationError, ExitCode, InputError
from pipelines.training.safety_card import write_safety_cards
from pipelines.training.safety_model import TrainingChoice, train_safety
from pipelines.training.safety_rows import TABLES, label_safety


def main(arguments: list[str] | None = None) -> int:
    """Train, print the held-out figures, return the exit code."""
    parser = argparse.ArgumentParser(prog="train_safety.py", description=__doc__)
    parser.add_argument(
        "--data", required=True, type=Path, help="folder with safety/*.parquet, conversations/*.parquet"
    )
    parser.add_argument("--out", required=True, type=Path, help="folder for safety_fasttext and safety_head")
    parser.add_argument(
        "--states",
        type=Path,
        help="folder in which the encoder's states stay for a next run: some six gigabytes, ten minutes less",
    )
    options = parser.parse_args(arguments)
    try:
        files = {name: options.data / f"{name}.parquet" for name in TABLES}
        missing = [
            f"{file} does not exist; --data must hold it" for file in files.values() if not file.is_file()
        ]
        if missing:
            raise InputError(*missing)
        rows = label_safety({name: pl.read_parquet(file) for name, file in files.items()})
        sys.stdout.write(f"{rows.height} labelled texts; training takes twenty minutes\n")
        figures = train_safety(rows, options.out, TrainingChoice(), states=options.states)
        sys.stdout.write(write_safety_cards(figures, options.out) + "\n")
    except CurationError as fault:
        sys.stderr.write(f"{fault}\n")
        return int(fault.exit_code)
    return int(ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
