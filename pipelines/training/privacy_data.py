"""Which rows teach the entity model and which are held out to measure it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain

import polars as pl

from pipelines.filtering.privacy.entities import split_pieces
from pipelines.filtering.privacy.evidence_words import WORD
from pipelines.identity import order_by_seed
from pipelines.training.privacy import Sentence, from_spans, from_tags, lowered
from pipelines.training.privacy_everyday import (
    Lists,
    everyday_words,
    word_languages,
    write_everyday,
)
from pipelines.training.privacy_frames import LANGUAGES, no_persons, write_frames
from pipelines.training.privacy_names import (
    WordLists,
    family_names,
    foreign_names,
    given_names,
    listed_given_names,
    name_vocabulary,
    widespread_names,
    written_vocabulary,
)
from pipelines.training.privacy_renamed import write_renamed
from pipelines.training.privacy_sentences import write_sentences
from pipelines.training.privacy_swaps import gather_names, swap_spans

Sources = dict[tuple[str, bool], list[Sentence]]
"""Sentences by slice and whether they are held out to measure."""
ROMANISED = ("langid/romanized_indic_codemixed", "intents/hinglish_top")
"""The tables of `nameless_romanised`."""
NAMELESS_ROMANISED = 2500
"""Sentences of them that are taught as examples without a name."""
_HELD_OUT_HEX = "2"  # of the 16 first digits 0 to f those below this: an eighth
_OWN = 6000
_FRAMES = 2600  # sentences of each language's frames
_EVERYDAY = 1300  # real sentences of each language, and as many changed ones
_OTHERS = 1500
_RENAMED = 1500  # real sentences of each language with a name in somebody's place
_COPIES = {"presidio_generated_large": 3, "presidio_synth_v2": 3, "meddocan_es": 0}
_INITIALS_MAX = 2
_COMMON_FROM = 5  # times written in lower case
_CAPITAL_SHARE_MAX = 0.1  # of a word's uses inside a sentence
_EVERYDAY_FROM = 60  # the same for words that are names too, such as "will"
_EVERYDAY_SHARE_MAX = 0.3
_BOTH_FROM = 2  # times in lower case, of an everyday word that is a name too
_SMALL_FROM, _SMALL_SHARE = 300, 0.05  # "the" of "the Rock" is no name
_UNCASED = "\u0530"  # letters from here on have no capitals
_SAID_FROM, _NAMED_SHARE = 3, 0.3
# the two generated sets share sentences under other names of their slots
_SLOT = r"\{\{.*?\}\}|[^a-zA-Z]"
_INSIDE = re.compile(r"(?<=[^\W\d_][^\W\d_]\s)[^\W\d_]+")


def is_held_out(rows: pl.DataFrame) -> pl.Series:
    """Return whether each row is held out: by its template's words if it has one, else by id."""
    template = pl.col("template").str.replace_all(_SLOT, "").str.to_lowercase()
    key = template if "template" in rows.columns else pl.col("id").cast(pl.String)
    keys = rows.select(key=key)["key"]
    return pl.Series("held", [order_by_seed(0, k) < _HELD_OUT_HEX for k in keys], dtype=pl.Boolean)


def read_sources(tables: Mapping[str, pl.DataFrame]) -> Sources:
    """Return the sentences of each slice, split by document, template or row: (slice, held out)."""
    sources: Sources = {}
    for name, rows in tables.items():
        held = is_held_out(rows)
        for is_held in (False, True):
            part = rows.filter(held if is_held else ~held)
            if "tags" in rows.columns:
                for source in sorted(set(part["source"])):
                    sources[source, is_held] = list(
                        from_tags(part.filter(pl.col("source") == source))
                    )
            else:
                by_line = "meddocan" in name
                sources[name.rpartition("/")[2], is_held] = list(from_spans(part, by_line=by_line))
    sources["own", False] = list(write_sentences(_OWN, seed=1))
    sources["own", True] = list(write_sentences(600, seed=2))
    return sources


def select_taught(sources: Mapping[tuple[str, bool], list[Sentence]]) -> list[Sentence]:
    """Return the sentences that are not held out, unchanged."""
    return list(
        chain.from_iterable(sentences for (_, held), sentences in sources.items() if not held)
    )


def select_training(
    sources: Mapping[tuple[str, bool], list[Sentence]], *, seed: int
) -> list[Sentence]:
    """Return what is not held out, with other names in copies of it, a fifth in lower case too.

    The generated sets repeat few sentences often, so they are copied most; the same for the same
    seed.
    """
    names = gather_names(select_taught(sources))
    copies = (
        swap_spans(sentences, names, seed + 100 * round_)
        for (name, held), sentences in sorted(sources.items())
        for round_ in range(_COPIES.get(name, 1))
        if not held
    )
    return list(lowered(chain(select_taught(sources), *copies), 0.2, seed))


def nameless_pieces(texts: Iterable[str], count: int, *, seed: int) -> list[Sentence]:
    """Return `count` sentences of chat without a name: no capital after the first letter."""
    pieces = {
        piece
        for text in texts
        for piece in map(str.strip, (p for _, p in split_pieces(text)))
        if piece[1:].islower()
    }
    return [
        Sentence(piece, ())
        for piece in sorted(pieces, key=lambda p: (order_by_seed(seed, p), p))[:count]
    ]


def nameless_romanised(booked: pl.DataFrame, asked: pl.DataFrame) -> list[str]:
    """Return romanised Hindi without names of people.

    Args:
        booked: [n] of `text`, `language`: talk about tables to book.
        asked: [n] of `text_hinglish`, `text_en`: orders to an assistant; those count whose English
            has no capital inside.
    """
    inner = pl.col("text_en").str.slice(1)
    return [
        *booked.filter(language="hi-Latn")["text"].unique().sort(),
        *asked.filter(inner == inner.str.to_lowercase())["text_hinglish"].unique().sort(),
    ]


def common_words(texts: Iterable[str], taught: Iterable[Sentence]) -> list[str]:
    """Return the words that are no name when in lower case or at the start of a sentence.

    A word is common if chat often writes it in lower case and seldom with a capital inside a
    sentence. A word that is also a name of a person in `taught` must be in lower case far more
    often.
    """
    low: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        low.update(word for word in WORD.findall(text) if word == word.lower())
        capital.update(
            word.lower()
            for word in _INSIDE.findall(text)
            if word[0].isupper() and not word.isupper()
        )
    names = _person_words(taught)
    return sorted(
        word
        for word, count in low.items()
        if count >= (_EVERYDAY_FROM if word in names else _COMMON_FROM)
        and capital[word]
        <= (_EVERYDAY_SHARE_MAX if word in names else _CAPITAL_SHARE_MAX) * (count + capital[word])
    )


def name_words(taught: Iterable[Sentence]) -> list[str]:
    """Return the words of the persons that were taught, but for initials."""
    return sorted(word for word in _person_words(taught) if len(word) > _INITIALS_MAX)


def many_languages(
    texts: Mapping[str, Iterable[str]], lists: Lists, *, seed: int
) -> list[Sentence]:
    """Return sentences of our frames and of real texts by language; for `other`, real ones only."""
    sentences = list[Sentence]()
    for language in LANGUAGES:
        sentences += write_frames(language, _FRAMES, seed)
    for language in LANGUAGES:
        sentences += write_renamed(texts[language], language, lists, _RENAMED, seed=seed)
        sentences += write_everyday(texts[language], language, lists, _EVERYDAY, seed=seed)
    sentences += nameless_pieces(texts["other"], _OTHERS, seed=seed)
    return sentences


def vector_lists(lists: Lists) -> WordLists:
    """Return the words of names and the everyday ones, for the facts of vectors."""
    given, family = (
        frozenset(
            word.lower()
            for names in parts
            for name in names
            for word in name.split()
            if len(word) > 1
        )
        for parts in zip(
            foreign_names(),
            *((given_names(one), family_names(one)) for one in ("hi", "ru", "ar")),
            strict=True,
        )
    )
    return WordLists(given, family, frozenset(lists.everyday))


def shipped_lists(common: Iterable[str], named: Iterable[str], texts: Iterable[str]) -> Lists:
    """Return the lists that judge findings: words of the chat and of the taught languages.

    An everyday word that is also a name is common only if the texts write it in lower case at
    least as often as with a capital inside a sentence, or only our writers know it for a name.

    Args:
        common: words of `common_words`.
        named: words of `name_words`.
        texts: plain texts of all languages.
    """
    names = set(named) | name_vocabulary()
    low: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        low.update(word for word in WORD.findall(text) if word == word.lower())
        capital.update(word.lower() for word in _INSIDE.findall(text) if word[0].isupper())
    shared = widespread_names()
    names -= {
        word
        for word in names
        if low[word] >= _SMALL_FROM
        and capital[word] < _SMALL_SHARE * low[word]
        and word not in shared
    }
    everyday = {word for language in word_languages() for word in everyday_words(language)}
    nouns = set(everyday_words("de"))  # written with a capital always
    both = {
        word
        for word in everyday & names
        if word in nouns
        or word[0] >= _UNCASED
        or (low[word] >= _BOTH_FROM and capital[word] <= low[word])
    }
    sure = names - written_vocabulary()
    return Lists(frozenset(set(common) | everyday - sure | both), frozenset(names))


def judging_lists(lists: Lists, texts: Iterable[str]) -> Lists:
    """Return the lists as they ship: a widespread name is common only if seldom used as a name.

    Texts without any capital do not count: a name in them looks like a word. Places and peoples
    are no names.

    Args:
        lists: of `shipped_lists`.
        texts: plain texts of all languages.
    """
    low: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        if text != text.lower():
            low.update(word for word in WORD.findall(text) if word == word.lower())
            capital.update(word.lower() for word in _INSIDE.findall(text) if word[0].isupper())
    named = {
        word
        for word in widespread_names().intersection(lists.everyday)
        if word[0] < _UNCASED
        and (low[word] < _SAID_FROM or capital[word] > _NAMED_SHARE * (low[word] + capital[word]))
    }
    # The model distinguishes them from words
    arabic = {word for name in listed_given_names("ar") for word in name.split()}
    nobody = set(no_persons())
    return Lists(
        frozenset(lists.everyday) - named - arabic | nobody, frozenset(lists.names) - nobody
    )


def _person_words(taught: Iterable[Sentence]) -> set[str]:
    spans = (
        (sentence.text, span)
        for sentence in taught
        for span in sentence.spans
        if span[2] == "PERSON"
    )
    return {
        word for text, (start, end, _) in spans for word in WORD.findall(text[start:end].lower())
    }
