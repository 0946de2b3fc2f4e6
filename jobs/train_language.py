"""Train the model for short and romanised text from public data sets and write it with its card."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

isolate(is_started=__name__ == "__main__")  # before any other import, which a foreign file may answer

import argparse
from pathlib import Path

import polars as pl

from pipelines.errors import CurationError, ExitCode, InputError
from pipelines.training.card import write_language_card
from pipelines.training.language_model import train_language
from pipelines.training.language_rows import TABLES, label_languages


def main(arguments: list[str] | None = None) -> int:
    """Train, print the held-out figures, return the exit code."""
    parser = argparse.ArgumentParser(prog="train_language.py", description=__doc__)
    parser.add_argument(
        "--data",
        required=True,
        type=Path,
        help="folder with langid/*.parquet, conversations/*.parquet and so on",
    )
    parser.add_argument("--out", required=True, type=Path, help="folder for model.bin, model.json, CARD.md")
    options = parser.parse_args(arguments)
    try:
        files = {name: options.data / f"{name}.parquet" for name in TABLES}
        missing = [
            f"{file} does not exist; --data must hold it" for file in files.values() if not file.is_file()
        ]
        if missing:
            raise InputError(*missing)
        rows = label_languages({name: pl.read_parquet(file) for name, file in files.items()})
        sys.stdout.write(f"{rows.height} labelled texts; training takes about a minute\n")
        figures = train_language(rows, options.out)
        sys.stdout.write(write_language_card(figures, options.out) + "\n")
    except CurationError as fault:
        sys.stderr.write(f"{fault}\n")
        return int(fault.exit_code)
    return int(ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
