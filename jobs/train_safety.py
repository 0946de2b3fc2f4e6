"""Train the learned safety layers from public data sets and write them with their cards."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence
from pathlib import Path

from pipelines.cli import job_parser, run_job
from pipelines.training.public_tables import read_tables
from pipelines.training.safety_card import write_safety_cards
from pipelines.training.safety_model import TrainingChoice, train_safety
from pipelines.training.safety_rows import TABLES, label_safety


def main(arguments: Sequence[str]) -> None:
    """Train, print the held-out figures."""
    parser = job_parser(__doc__, configured=False)
    parser.add_argument(
        "--data",
        required=True,
        type=Path,
        help="folder with safety/*.parquet, conversations/*.parquet",
    )
    parser.add_argument(
        "--out", required=True, type=Path, help="folder for safety_fasttext and safety_head"
    )
    parser.add_argument(
        "--states",
        type=Path,
        help="folder in which the encoder's states stay for a next run: some six gigabytes, ten "
        "minutes less",
    )
    given = parser.parse_args(arguments)
    rows = label_safety(read_tables(given.data, TABLES))
    print(f"{rows.height} labelled texts; training takes twenty minutes")
    figures = train_safety(rows, given.out, TrainingChoice(), states=given.states)
    print(write_safety_cards(figures, given.out))


if __name__ == "__main__":
    run_job(main)
