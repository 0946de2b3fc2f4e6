"""Train the entity model of Phase I from public data and our own sentences; write its folder.

python jobs/train_privacy.py --data DIR --out pipelines/shipped/privacy_ner
"""

import argparse
import json
import sys
from pathlib import Path

import polars as pl

from pipelines.errors import ConfigurationError, CurationError, ExitCode
from pipelines.filtering.entities import COMMON_WORDS, NAME_WORDS
from pipelines.training.privacy import Sentence, train_entities
from pipelines.training.privacy_data import (
    common_words,
    name_words,
    nameless_pieces,
    read_sources,
    select_taught,
    select_training,
)
from pipelines.training.privacy_measure import measure_entities

_FILES = ("pii/meddocan_es", "pii/presidio_generated_large", "pii/presidio_synth_v2", "ner/social_ner")
_CHAT = "traffic/traffic"


def main(arguments: argparse.Namespace) -> None:
    """Read, train, write the model; print its figures on the held-out rows as JSON."""
    missing = [
        str(path) for name in (*_FILES, _CHAT) if not (path := arguments.data / f"{name}.parquet").is_file()
    ]
    if missing:
        raise ConfigurationError(
            *(f"--data: {path} is missing. Give the folder of the public data." for path in missing)
        )
    sources = read_sources({name: pl.read_parquet(arguments.data / f"{name}.parquet") for name in _FILES})
    sentences: list[Sentence] = select_training(sources, seed=arguments.seed)
    chat = (
        pl.read_parquet(arguments.data / f"{_CHAT}.parquet")
        .explode("messages")["messages"]
        .struct.field("content")
    )
    texts = chat.drop_nulls().unique().sort().to_list()
    taught = select_taught(sources)
    words = common_words(texts, taught)
    names = name_words(taught)
    sentences += nameless_pieces(texts, seed=arguments.seed)
    print(f"train_privacy: {len(sentences)} sentences", file=sys.stderr, flush=True)
    nlp = train_entities(sentences, epochs=arguments.epochs, seed=arguments.seed)
    nlp.to_disk(arguments.out)
    (arguments.out / COMMON_WORDS).write_text("\n".join(words), "utf-8")
    (arguments.out / NAME_WORDS).write_text("\n".join(names), "utf-8")
    print(json.dumps(measure_entities(nlp, sources), indent=1))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with pii/, ner/ and traffic/ (Parquet)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument(
        "--epochs", type=int, default=8, help="passes over the sentences (8: about seven minutes)"
    )
    parser.add_argument("--seed", type=int, default=7, help="of every shuffle and of the first weights")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main(_parse())
    except CurationError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    sys.exit(ExitCode.PUBLISHED)
