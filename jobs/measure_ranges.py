"""Measure the ranges of an encoder's activations, which its integer pass needs."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

from collections.abc import Sequence
from pathlib import Path

from pipelines.cli import job_parser, run_job
from pipelines.errors import InputError
from pipelines.models.integer_bert import RANGES_FILE
from pipelines.training.activation_ranges import choose_texts, measure_ranges, save_ranges


def main(arguments: Sequence[str]) -> None:
    """Measure, write."""
    parser = job_parser(__doc__, configured=False)
    parser.add_argument(
        "--model", required=True, type=Path, help="sentence-transformers folder of a BERT"
    )
    parser.add_argument(
        "--data",
        required=True,
        type=Path,
        help="folder with langid/tatoeba.parquet and traffic/traffic.parquet",
    )
    parser.add_argument(
        "--out", type=Path, help=f"file; default {RANGES_FILE} in the model's folder"
    )
    given = parser.parse_args(arguments)
    if not (given.model / "modules.json").is_file():
        message = f"{given.model}: no sentence-transformers folder; check --model"
        raise InputError(message)
    ranges = measure_ranges(given.model, choose_texts(given.data))
    save_ranges(ranges, given.out or given.model / RANGES_FILE)


if __name__ == "__main__":
    run_job(main)
