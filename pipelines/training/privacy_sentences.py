"""Sentences of our own for the entity model: English, Spanish, Hindi, romanised Hindi, seeded.

The sentences and the words of their slots are in `privacy_sentences/`, one file per language.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from pipelines.training.privacy import Sentence
from pipelines.training.privacy_swaps import write_street
from pipelines.word_files import read_word_file

_FOLDER = Path(__file__).parent / "privacy_sentences"
_INITIAL_SHARE = 0.12


def write_sentences(count: int, seed: int) -> Iterator[Sentence]:
    """Yield `count` sentences with the spans of the names, streets and places set into them."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    for _ in range(count):
        language = chance.choices(("en", "es", "hi", "hi-Latn"), (3, 2, 2, 2))[0]
        # A third names no person.
        kind = "nameless" if chance.random() < 0.3 else "naming"  # noqa: PLR2004
        sentences = read_word_file(_FOLDER / f"{language}.yaml")[kind]
        yield _fill(chance.choice(sentences), language, chance)


def _fill(template: str, language: str, chance: random.Random) -> Sentence:
    text, spans = "", list[tuple[int, int, str]]()
    for number, part in enumerate(template.replace("}", "{").split("{")):
        said = part if number % 2 == 0 else _slot(part, language, chance)
        if number % 2:
            label = {"A": "STREET_ADDRESS", "L": "LOCATION"}.get(part, "PERSON")
            spans.append((len(text), len(text) + len(said), label))
        text += said
    return Sentence(text, tuple(spans))


def _slot(kind: str, language: str, chance: random.Random) -> str:
    words = read_word_file(_FOLDER / f"{language}.yaml")
    given, family = words["given"], words["family"]
    if kind == "A":
        # People live everywhere.
        if language in {"en", "es"} and chance.random() < 0.5:  # noqa: PLR2004
            return write_street(family, chance)
        street: str = chance.choice(words["streets"])
        return street.format(
            n=chance.randint(1, 999),
            m=chance.randint(1, 40),
            f=chance.choice(family),
            g=chance.choice(given),
        )
    if kind == "L":
        return str(chance.choice(words["places"]))
    if kind == "F":
        return str(chance.choice(family))
    if kind == "P" and chance.random() < 0.8:  # noqa: PLR2004  else a given name alone
        middle = language in {"en", "es"} and chance.random() < _INITIAL_SHARE
        initial = f"{chance.choice(given)[0]}{chance.choice(('.', ''))} " if middle else ""
        return f"{chance.choice(given)} {initial}{chance.choice(family)}"
    return str(chance.choice(given))
