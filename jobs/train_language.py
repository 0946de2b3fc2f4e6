"""Train the model for short and romanised text from public data sets and write it with its card."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence
from pathlib import Path

from pipelines.cli import job_parser, run_job
from pipelines.training.language_card import write_language_card
from pipelines.training.language_model import train_language
from pipelines.training.language_rows import TABLES, label_languages
from pipelines.training.public_tables import read_tables


def main(arguments: Sequence[str]) -> None:
    """Train, print the held-out figures."""
    parser = job_parser(__doc__, configured=False)
    parser.add_argument(
        "--data",
        required=True,
        type=Path,
        help="folder with langid/*.parquet, conversations/*.parquet and so on",
    )
    parser.add_argument(
        "--out", required=True, type=Path, help="folder for model.bin, model.json, CARD.md"
    )
    given = parser.parse_args(arguments)
    rows = label_languages(read_tables(given.data, TABLES))
    print(f"{rows.height} labelled texts; training takes about a minute")
    print(write_language_card(train_language(rows, given.out), given.out))


if __name__ == "__main__":
    run_job(main)
