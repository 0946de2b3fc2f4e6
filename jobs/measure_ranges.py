"""Measure how far the activations of an encoder go, so that its pass may use integer products."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

isolate(is_started=__name__ == "__main__")  # before any other import, which a foreign file may answer

import argparse
from pathlib import Path

from pipelines.errors import CurationError, ExitCode, InputError
from pipelines.models.integer_bert import RANGES_FILE
from pipelines.training.activation_ranges import choose_texts, measure_ranges, save_ranges


def main(arguments: list[str] | None = None) -> int:
    """Measure, write, return the exit code."""
    parser = argparse.ArgumentParser(prog="measure_ranges.py", description=__doc__)
    parser.add_argument("--model", required=True, type=Path, help="sentence-transformers folder of a BERT")
    parser.add_argument(
        "--data",
        required=True,
        type=Path,
        help="folder with langid/tatoeba.parquet and traffic/traffic.parquet",
    )
    parser.add_argument("--out", type=Path, help=f"file; default {RANGES_FILE} in the model's folder")
    options = parser.parse_args(arguments)
    try:
        if not (options.model / "modules.json").is_file():
            message = f"{options.model}: no sentence-transformers folder; check --model"
            raise InputError(message)
        ranges = measure_ranges(options.model, choose_texts(options.data))
        save_ranges(ranges, options.out or options.model / RANGES_FILE)
    except CurationError as fault:
        sys.stderr.write(f"{fault}\n")
        return int(fault.exit_code)
    return int(ExitCode.PUBLISHED)


if __name__ == "__main__":
    sys.exit(main())
