"""The entity model from the public data's tables to its folder: read, choose, train, measure."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import polars as pl
from spacy.vectors import Vectors

from pipelines.errors import ConfigurationError
from pipelines.filtering.privacy.entities import COMMON_WORDS, CUE_WORDS, NAME_WORDS
from pipelines.models.checksums import write_sums
from pipelines.models.encoder import locate_model
from pipelines.settings import FETCHED
from pipelines.training.privacy import Sentence, train_entities
from pipelines.training.privacy_data import (
    NAMELESS_ROMANISED,
    ROMANISED,
    Sources,
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
from pipelines.training.privacy_everyday import Lists, is_held_text
from pipelines.training.privacy_frames import LANGUAGES, cue_words
from pipelines.training.privacy_measure import Figures, measure_entities
from pipelines.training.privacy_renamed import named_in_english
from pipelines.training.privacy_vectors import make_vectors

_FILES = (
    "pii/meddocan_es",
    "pii/presidio_generated_large",
    "pii/presidio_synth_v2",
    "ner/social_ner",
)
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
"""Tatoeba's codes of the taught languages; others give sentences without a name."""
_ENCODER = FETCHED / "multilingual_e5_small"
_NAMELESS = 5000


@dataclass(frozen=True, slots=True)
class Gathered:
    """Sentences with the names in them, and what they were chosen by.

    Attributes:
        sources: sentences of each public slice, taught and held out.
        sentences: taught in every pass.
        turns: taught in every other pass, one half at a time.
        lists: of everyday words and names.
        texts: plain ones, all.
    """

    sources: Sources
    sentences: list[Sentence]
    turns: list[Sentence]
    lists: Lists
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Teaching:
    """All that the entity model learns from.

    Attributes:
        sources: sentences of each public slice, taught and held out.
        sentences: taught in every pass.
        turns: taught in every other pass, one half at a time.
        vectors: of single words.
        lists: words by which a finding is judged.
    """

    sources: Sources
    sentences: list[Sentence]
    turns: list[Sentence]
    vectors: Vectors
    lists: Lists


def gather_teaching(data: Path, seed: int) -> Teaching:
    """Return what the model is taught, from the folder of the public data; the same for a seed.

    Raises:
        ConfigurationError: a table is missing; one line for each.
    """
    found = gather_sentences(data, seed)
    vectors = make_vectors(found.texts, locate_model(_ENCODER), vector_lists(found.lists))
    return Teaching(
        found.sources,
        found.sentences,
        found.turns,
        vectors,
        judging_lists(found.lists, found.texts),
    )


def gather_sentences(data: Path, seed: int) -> Gathered:
    """Return the sentences that are taught, from the folder of the public data.

    Raises:
        ConfigurationError: a table is missing; one line for each.
    """
    _check_tables(data)
    sources = read_sources({name: _read(data, name) for name in _FILES})
    sentences: list[Sentence] = select_training(sources, seed=seed)
    talks, plain = [_messages(data, name) for name in _CHAT], _read_plain(data)
    chat, traffic = [*chain.from_iterable(talks)], talks[0]
    taught = select_taught(sources)
    words = common_words([*chat, *plain], taught)
    names = name_words(taught)
    sentences += nameless_pieces(traffic, _NAMELESS, seed=seed)
    romanised = nameless_romanised(*(_read(data, name) for name in ROMANISED))
    sentences += nameless_pieces(romanised, NAMELESS_ROMANISED, seed=seed)
    by_language = _read_languages(data)
    everything = [*chat, *plain, *chain.from_iterable(by_language.values())]
    lists = shipped_lists(words, names, everything)
    turns = many_languages(by_language, lists, seed=seed)
    turns += named_in_english(_read(data, "intents/hinglish_top"), lists)
    return Gathered(sources, sentences, turns, lists, everything)


def train_privacy(teaching: Teaching, out: Path, *, epochs: int, seed: int) -> dict[str, Figures]:
    """Train, write the model and its word lists, return its figures on the held-out rows."""
    nlp = train_entities(
        teaching.sentences, teaching.vectors, epochs=epochs, seed=seed, by_turns=teaching.turns
    )
    nlp.to_disk(out)
    lists = teaching.lists
    (out / COMMON_WORDS).write_text("\n".join(sorted(lists.everyday)), "utf-8")
    (out / NAME_WORDS).write_text("\n".join(sorted(lists.names)), "utf-8")
    (out / CUE_WORDS).write_text("\n".join(cue_words()), "utf-8")
    write_sums(out)
    return measure_entities(nlp, teaching.sources)


def _check_tables(data: Path) -> None:
    files = [data / f"{name}.parquet" for name in (*_FILES, *_CHAT, *_PLAIN)]
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise ConfigurationError(
            *(f"--data: {file} is missing. Give the folder of the public data." for file in missing)
        )


def _read(data: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(data / f"{name}.parquet")


def _messages(data: Path, name: str) -> list[str]:
    rows = pl.read_parquet(data / f"{name}.parquet", columns=["messages"])
    return (
        rows.explode("messages")["messages"]
        .struct.field("content")
        .drop_nulls()
        .unique()
        .sort()
        .to_list()
    )


def _read_plain(data: Path) -> list[str]:
    tables = {name: pl.read_parquet(data / f"{name}.parquet") for name in _PLAIN}
    tables["langid/tatoeba"] = tables["langid/tatoeba"].filter(
        pl.col("language_iso639_3").is_in(["eng", "spa"])
    )
    columns = (tables[name][column] for name, column in _PLAIN.items())
    return [text for column in columns for text in column.drop_nulls().unique().sort()]


def _read_languages(data: Path) -> dict[str, list[str]]:
    """Return the plain texts by taught language, without held-out ones; `other` = the rest."""
    texts: dict[str, list[str]] = {language: [] for language in (*LANGUAGES, "other")}
    tatoeba = pl.read_parquet(data / "langid" / "tatoeba.parquet")
    for code, text in tatoeba.select("language_iso639_3", "text").iter_rows():
        if not is_held_text(text):
            texts[_TATOEBA.get(code, "other")].append(text)
    for name, column in _TEXTS.items():
        for language, text in (
            pl.read_parquet(data / f"{name}.parquet").select(column, "text").iter_rows()
        ):
            if language in texts:
                texts[language].append(text)
    for name in _TALKS:
        rows = (
            pl.read_parquet(data / f"{name}.parquet")
            .filter(pl.col("language") != "en")
            .explode("messages")
        )
        for language, message in rows.select("language", "messages").iter_rows():
            if language in texts and message is not None and message["content"]:
                texts[language].append(message["content"])
    return {language: sorted(set(found)) for language, found in texts.items()}
