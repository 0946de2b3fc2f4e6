"""Train the entity model of Phase I from public data and our own sentences; write its folder.

python jobs/train_privacy.py --data DIR --out pipelines/shipped/privacy_ner
"""

import argparse
import json
import sys
from itertools import chain
from pathlib import Path

import polars as pl

from pipelines.errors import ConfigurationError, CurationError, ExitCode
from pipelines.filtering.privacy.entities import COMMON_WORDS, CUE_WORDS, NAME_WORDS
from pipelines.models.encoder import locate_model
from pipelines.settings import FETCHED
from pipelines.training.privacy import Sentence, train_entities
from pipelines.training.privacy_data import (
    NAMELESS_ROMANISED,
    ROMANISED,
    common_words,
    judging_lists,
    many_languages,
    name_words,
    nameless_pieces,
    nameless_romanised,
    read_sources,
    select_taught,
    select_training,
    shipped_lists,
    vector_lists,
)
from pipelines.training.privacy_everyday import is_held_text
from pipelines.training.privacy_frames import LANGUAGES, cue_words
from pipelines.training.privacy_measure import measure_entities
from pipelines.training.privacy_renamed import named_in_english
from pipelines.training.privacy_vectors import make_vectors

_FILES = ("pii/meddocan_es", "pii/presidio_generated_large", "pii/presidio_synth_v2", "ner/social_ner")
_CHAT = (
    "traffic/traffic",
    "conversations/botbots",
    "conversations/chatterbot_corpus",
    "conversations/codemixed_dstc2",
    "conversations/self_dialogue",
    "conversations/topical_chat",
)
_PLAIN = {
    "langid/tatoeba": "text",
    "langid/romanized_indic_codemixed": "text",
    "intents/intents": "text",
    "intents/hinglish_top": "text_hinglish",
    "safety/davidson_tweets": "text",
}
_TALKS = ("conversations/chatterbot_corpus", "conversations/xpersona", "traffic/traffic")
_TEXTS = {  # the language's column, the text's column
    "langid/leipzig_short": "language_iso639_1",
    "safety/multilingual_hatecheck": "language",
}
_TATOEBA = {
    "deu": "de",
    "eng": "en",
    "fra": "fr",
    "hin": "hi",
    "ind": "id",
    "ita": "it",
    "nld": "nl",
    "pol": "pl",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "tur": "tr",
    "ara": "ar",
}
"""Tatoeba's codes of the languages that are taught; its others are taught as sentences without a name."""
_ENCODER = FETCHED / "multilingual_e5_small"
_NAMELESS = 5000


def main(arguments: argparse.Namespace) -> None:
    """Read, train, write the model; print its figures on the held-out rows as JSON."""
    missing = [
        str(path)
        for name in (*_FILES, *_CHAT, *_PLAIN)
        if not (path := arguments.data / f"{name}.parquet").is_file()
    ]
    if missing:
        raise ConfigurationError(
            *(f"--data: {path} is missing. Give the folder of the public data." for path in missing)
        )
    sources = read_sources({name: pl.read_parquet(arguments.data / f"{name}.parquet") for name in _FILES})
    sentences: list[Sentence] = select_training(sources, seed=arguments.seed)
    talks, plain = [_messages(arguments.data, name) for name in _CHAT], _read_plain(arguments.data)
    chat, traffic = [*chain.from_iterable(talks)], talks[0]
    taught = select_taught(sources)
    words = common_words([*chat, *plain], taught)
    names = name_words(taught)
    sentences += nameless_pieces(traffic, _NAMELESS, seed=arguments.seed)
    romanised = nameless_romanised(
        *(pl.read_parquet(arguments.data / f"{name}.parquet") for name in ROMANISED)
    )
    sentences += nameless_pieces(romanised, NAMELESS_ROMANISED, seed=arguments.seed)
    by_language = _read_languages(arguments.data)
    everything = [*chat, *plain, *chain.from_iterable(by_language.values())]
    lists = shipped_lists(words, names, everything)
    turns = many_languages(by_language, lists, seed=arguments.seed)
    turns += named_in_english(pl.read_parquet(arguments.data / "intents" / "hinglish_top.parquet"), lists)
    vectors = make_vectors(everything, locate_model(_ENCODER), vector_lists(lists))
    print(f"train_privacy: {len(sentences)} + {len(turns)} sentences", file=sys.stderr, flush=True)
    nlp = train_entities(sentences, vectors, epochs=arguments.epochs, seed=arguments.seed, by_turns=turns)
    nlp.to_disk(arguments.out)
    lists = judging_lists(lists, everything)
    (arguments.out / COMMON_WORDS).write_text("\n".join(sorted(lists.everyday)), "utf-8")
    (arguments.out / NAME_WORDS).write_text("\n".join(sorted(lists.names)), "utf-8")
    (arguments.out / CUE_WORDS).write_text("\n".join(cue_words()), "utf-8")
    print(json.dumps(measure_entities(nlp, sources), indent=1))


def _messages(data: Path, name: str) -> list[str]:
    rows = pl.read_parquet(data / f"{name}.parquet", columns=["messages"])
    return rows.explode("messages")["messages"].struct.field("content").drop_nulls().unique().sort().to_list()


def _read_plain(data: Path) -> list[str]:
    tables = {name: pl.read_parquet(data / f"{name}.parquet") for name in _PLAIN}
    tables["langid/tatoeba"] = tables["langid/tatoeba"].filter(
        pl.col("language_iso639_3").is_in(["eng", "spa"])
    )
    columns = (tables[name][column] for name, column in _PLAIN.items())
    return [text for column in columns for text in column.drop_nulls().unique().sort()]


def _read_languages(data: Path) -> dict[str, list[str]]:
    """Return the plain texts of each taught language, but for what measures; `other` = of all others."""
    texts: dict[str, list[str]] = {language: [] for language in (*LANGUAGES, "other")}
    tatoeba = pl.read_parquet(data / "langid" / "tatoeba.parquet")
    for code, text in tatoeba.select("language_iso639_3", "text").iter_rows():
        if not is_held_text(text):
            texts[_TATOEBA.get(code, "other")].append(text)
    for name, column in _TEXTS.items():
        for language, text in pl.read_parquet(data / f"{name}.parquet").select(column, "text").iter_rows():
            if language in texts:
                texts[language].append(text)
    for name in _TALKS:
        rows = (
            pl.read_parquet(data / f"{name}.parquet").filter(pl.col("language") != "en").explode("messages")
        )
        for language, message in rows.select("language", "messages").iter_rows():
            if language in texts and message is not None and message["content"]:
                texts[language].append(message["content"])
    return {language: sorted(set(found)) for language, found in texts.items()}


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with pii/, ner/ and traffic/ (Parquet)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--epochs", type=int, default=6, help="passes over the sentences")
    parser.add_argument("--seed", type=int, default=7, help="of every shuffle and of the first weights")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main(_parse())
    except CurationError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    sys.exit(ExitCode.PUBLISHED)
