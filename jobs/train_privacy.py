"""Train the entity model of Phase I from public data and our own sentences; write its folder."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

import json
from collections.abc import Sequence
from pathlib import Path

from pipelines.cli import job_parser, run_job
from pipelines.training.privacy_training import gather_teaching, train_privacy

_EXAMPLE = "example: python jobs/train_privacy.py --data DIR --out pipelines/shipped/privacy_ner"


def main(arguments: Sequence[str]) -> None:
    """Read, train, write the model; print its figures on the held-out rows as JSON."""
    parser = job_parser(__doc__, _EXAMPLE, configured=False)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with pii/, ner/ and traffic/ (Parquet)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--epochs", type=int, default=6, help="passes over the sentences")
    parser.add_argument(
        "--seed", type=int, default=7, help="of every shuffle and of the first weights"
    )
    given = parser.parse_args(arguments)
    teaching = gather_teaching(given.data, given.seed)
    counts = f"{len(teaching.sentences)} + {len(teaching.turns)}"
    print(f"train_privacy: {counts} sentences", file=sys.stderr, flush=True)
    figures = train_privacy(teaching, given.out, epochs=given.epochs, seed=given.seed)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    run_job(main)
