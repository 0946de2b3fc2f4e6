"""Train the name tagger of Phase I from public data and our own sentences; write its folder."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
from pipelines.isolation import isolate

# Before any other import, which a foreign file may answer
isolate(is_started=__name__ == "__main__")

import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipelines.cli import job_parser, run_job
from pipelines.training.name_sentences import gather_name_sentences
from pipelines.training.name_tagger import TaggerSettings, save_tagger, train_names
from pipelines.training.names_in_chat import read_written_chat

_EXAMPLE = "example: python jobs/train_names.py --data DIR --out pipelines/shipped/name_tagger"


def main(arguments: Sequence[str]) -> None:
    """Read, train, write the tagger."""
    parser = job_parser(__doc__, _EXAMPLE, configured=False)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with pii/, ner/ and traffic/ (Parquet)"
    )
    parser.add_argument(
        "--entities",
        type=Path,
        default=Path("pipelines/shipped/privacy_ner"),
        help="folder of the entity model",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the tagger")
    parser.add_argument(
        "--states",
        type=Path,
        help="folder in which the encoder's states stay for a next run: some six gigabytes, twenty "
        "minutes less",
    )
    settings = TaggerSettings()
    given = parser.parse_args(arguments)
    sentences = gather_name_sentences(given.data, given.entities, settings.seed)
    own = frozenset(one.sentence.text for one in read_written_chat(held=False))
    print(f"{len(sentences)} sentences; the encoder's pass and the training take half an hour")
    with tempfile.TemporaryDirectory() as folder:
        network = train_names(sentences, own, given.states or Path(folder), settings)
    save_tagger(network, given.out)


if __name__ == "__main__":
    run_job(main)
