"""Postal addresses as people of many countries write them, put together by a seed."""

import random
import re
import string
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.word_files import read_word_file

WRITTEN = Path(__file__).parent / "privacy_written"
"""Sentences, names and addresses that writers wrote, one file a language."""
_SLOT = re.compile(r"\{(\w+)\}")
_HOUSE_MAX, _SMALL_MAX = 250, 20


class AddressPool:
    """The addresses of a language.

    Args:
        language: of a file in `WRITTEN`.
        streets: names of its streets that may be taken; the other parts are free.
    """

    def __init__(self, language: str, streets: Sequence[str]) -> None:
        written = read_written(language)
        self._shapes, self._streets = written["addresses"], tuple(streets)
        self._others = {one: written[f"{one}s"] for one in ("town", "area", "code")}

    def take(self, chance: random.Random) -> str:
        """Return an address on one line."""
        shape = chance.choice(self._shapes).replace("\n", ", ")
        return _SLOT.sub(lambda slot: self._part(slot[1], chance), shape)

    def _part(self, slot: str, chance: random.Random) -> str:
        if slot == "street":
            return chance.choice(self._streets)
        if slot == "letter":
            return chance.choice("abcABC")
        if slot in {"n", "m"}:
            return str(chance.randint(1, _HOUSE_MAX if slot == "n" else _SMALL_MAX))
        said = str(chance.choice(self._others[slot]))
        return _draw_code(said, chance) if slot == "code" else said


@cache
def read_written(language: str) -> Mapping[str, Any]:
    """Return what was written in a language; none where there is no file."""
    file = WRITTEN / f"{language}.yaml"
    return read_word_file(file) if file.is_file() else {}


def _draw_code(shape: str, chance: random.Random) -> str:
    """Return a postcode of a shape: `#` is a digit, `@` a capital letter."""
    kinds = {"#": string.digits, "@": string.ascii_uppercase}
    return "".join(chance.choice(kinds.get(sign, sign)) for sign in shape)
