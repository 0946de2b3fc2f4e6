"""The cast: who the users talk to, in which languages, and about what.

The characters are in `texts/characters/`, one file per home language.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.demo.chance import chance_for, falling_weights, opaque_id
from pipelines.demo.grammar import TEXTS
from pipelines.word_files import read_word_file

_HOME_SHARE = 0.75  # of a language's chats are with a character at home in it
_HOMES = ("en", "es", "hi")


@dataclass(frozen=True, slots=True)
class Character:
    """A persona: its id, display name, the instructions for the model, and its home language."""

    character_id: str
    name: str
    instructions: str
    home: str


class Cast:
    """All characters, drawn with a Zipf-like weight; the first holds less than 5 % of the chats."""

    def __init__(self) -> None:
        self.members = tuple(character for home in _HOMES for character in _read_characters(home))
        weights = falling_weights(len(self.members), flat=9.0, power=0.8)
        order = sorted(
            range(len(self.members)), key=lambda i: opaque_id("rank", self.members[i].character_id)
        )
        weight_of = dict(zip(order, weights, strict=True))
        self._homes: dict[str, tuple[list[Character], list[float]]] = {}
        for home in _HOMES:
            chosen = [i for i, member in enumerate(self.members) if member.home == home]
            running = itertools.accumulate(weight_of[i] for i in chosen)
            self._homes[home] = [self.members[i] for i in chosen], list(running)

    def draw(self, chance: random.Random, language: str) -> Character:
        """Draw a character for a chat: mostly one at home in its language, else an English one."""
        home = language[:2] if chance.random() < _HOME_SHARE else "en"
        members, running = self._homes[home]
        return chance.choices(members, cum_weights=running)[0]


def _read_characters(home: str) -> Iterator[Character]:
    file = read_word_file(TEXTS / "characters" / f"{home}.yaml")
    for described in file["characters"]:
        name = described["name"]
        chance = chance_for("character", name)
        manners = chance.sample(file["manners"], k=chance.randint(1, 3))
        instructions = " ".join((file["introduction"].format(**described), *manners))
        yield Character(opaque_id("chr", name), name, instructions, home)
