"""Sentences in which people give an identifier away in a chat."""

import random
from dataclasses import dataclass

from pipelines.demo.grammar import read_grammar
from pipelines.demo.identifiers import kinds_for, make_identifier


@dataclass(frozen=True, slots=True)
class PlantedPii:
    """A sentence that gives identifiers away, and the texts of them."""

    sentence: str
    values: tuple[str, ...]


def plant_pii(language: str, locale: str, chance: random.Random) -> PlantedPii:
    """Return a sentence with one identifier in it, or with a full name and its contact."""
    kind = chance.choice(kinds_for(language, locale))
    sentence = chance.choice(read_grammar("pii", language)[kind])
    value = make_identifier(kind, language, locale, chance)
    values = [value]
    if "#" in sentence:
        values.append(make_identifier(chance.choice(("email", "phone")), language, locale, chance))
        sentence = sentence.replace("#", values[1], 1)
    return PlantedPii(sentence.replace("@", value, 1), tuple(values))
