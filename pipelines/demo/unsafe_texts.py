"""Unsafe texts to plant: unmistakable in what they are, without a word of how anything is done.

The texts are in `texts/unsafe/`, one grammar per language.
"""

import random
from dataclasses import dataclass

from pipelines.demo.grammar import Speaker, read_grammar

_CATEGORIES = ("threat", "hate", "self_harm", "harassment")


@dataclass(frozen=True, slots=True)
class UnsafeText:
    """A text that no phase may keep, and its category."""

    category: str
    text: str


def draw_unsafe(language: str, chance: random.Random) -> UnsafeText:
    """Return an unsafe text of the language: a threat, hate, intent of self-harm, or harassment."""
    category = chance.choice(_CATEGORIES)
    return UnsafeText(category, Speaker(read_grammar("unsafe", language), chance, {}).say(category))
