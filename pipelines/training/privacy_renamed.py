"""Real sentences in which a name replaces a mention of somebody ("my father", "he")."""

import random
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import polars as pl

from pipelines.filtering.privacy.entities import split_pieces
from pipelines.filtering.privacy.evidence_words import WORD
from pipelines.filtering.privacy.markup import blank_markup
from pipelines.identity import order_by_seed
from pipelines.training.privacy import Sentence
from pipelines.training.privacy_everyday import Lists, everyday_words
from pipelines.training.privacy_frames import NamePool, as_chat, take_name
from pipelines.training.privacy_names import widespread_names
from pipelines.word_files import read_lines

_PEOPLE = Path(__file__).parent / "privacy_frames" / "people.tsv"
_FULL = 0.45  # of the names
_COPIES = 5
_NAME_LETTERS_MIN = 3


@cache
def _people(language: str) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Return the pattern of all mentions of people, and each kind with the words that stay."""
    for line in read_lines(_PEOPLE):
        code, *kinds = line.split("\t")
        if code == language:
            parts = [kind.partition("=") for kind in kinds]
            anybody = "|".join(
                f"(?:{pattern})" for pattern, *_ in sorted(parts, key=lambda p: -len(p[0]))
            )
            around = r"(?<![^\W_])(?:{})(?![^\W_]|[\u0900-\u0963])"
            return (
                re.compile(around.format(anybody), re.IGNORECASE),
                tuple((re.compile(p, re.IGNORECASE), rest or "{}") for p, _, rest in parts),
            )
    message = f"{_PEOPLE}: no line of {language}"
    raise KeyError(message)


def write_renamed(
    texts: Iterable[str], language: str, lists: Lists, count: int, *, seed: int
) -> Iterator[Sentence]:
    """Yield at most `count` real sentences with a name for a mention, a third in lower case.

    Sentences with another unknown capitalised word are left out: it may be a name.
    """
    anybody, kinds = _people(language)
    plain, persons = frozenset(everyday_words(language)), widespread_names()
    pieces = sorted(
        {
            p.strip()
            for text in texts
            for _, p in split_pieces(blank_markup(text))
            if anybody.search(p)
        },
        key=lambda piece: (order_by_seed(seed, piece), piece),
    )
    tagged = (lists.tag(piece, plain, persons) for piece in pieces)
    fitting = [sentence for sentence in tagged if sentence is not None and not sentence.spans]
    chance = random.Random(f"renamed {language} {seed}")  # noqa: S311  training data, seeded
    pool = NamePool(language, held=False)
    for number in range(count if fitting else 0):
        if number >= _COPIES * len(fitting):
            return
        text = fitting[number % len(fitting)].text
        found = chance.choice(list(anybody.finditer(text)))
        rest = next(rest for kind, rest in kinds if kind.fullmatch(found[0]))
        name = take_name("P" if chance.random() < _FULL else "G", pool, chance)
        start = found.start() + rest.index("{}")
        said = text[: found.start()] + rest.replace("{}", name) + text[found.end() :]
        yield as_chat(Sentence(said, ((start, start + len(name), "PERSON"),)), chance)


def named_in_english(asked: pl.DataFrame, lists: Lists) -> Iterator[Sentence]:
    """Yield romanised Hindi orders; the capitals of their English show which words are names.

    Args:
        asked: [n] of `text_hinglish`, `text_en`.
        lists: of names and everyday words; names that three countries share, or of India, count.
    """
    indian = {name.lower() for name in NamePool("hi-Latn", held=False).given}
    persons = (widespread_names() | indian) - set(everyday_words("en"))
    for text, english in (
        asked.select("text_hinglish", "text_en").unique(maintain_order=True).iter_rows()
    ):
        capitals = {
            w.lower()
            for w in WORD.findall(english)[1:]
            if w[0].isupper() and len(w) >= _NAME_LETTERS_MIN
        }
        capitals -= {
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "i'm",
        }
        words = [(m.start(), m.end(), m[0].lower()) for m in WORD.finditer(text)]
        unsure = any(
            low in capitals and low not in persons and low not in lists.everyday
            for *_, low in words
        )
        spans = [(start, end, "PERSON") for start, end, low in words if low in capitals & persons]
        if spans and not unsure:
            yield Sentence(text, tuple(spans))
