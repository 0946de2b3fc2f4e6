"""Words that tell an identifier, one file a kind; the recognisers beside this folder read them."""

import re
from functools import cache
from importlib.resources import files

import yaml

from pipelines.filtering.recogniser import by_first_letter, literal


@cache
def read_words(name: str) -> dict[str, list[str]]:
    """Return the lists of a file of this folder, by their names, in small letters.

    Raises:
        FileNotFoundError: no such file.
    """
    text = files(__package__).joinpath(f"{name}.yaml").read_text("utf-8")
    tables: dict[str, list[str]] = yaml.safe_load(text)
    return tables


def one_of(words: list[str]) -> str:
    """Return the expression that matches any of the listed words, the longest first."""
    return by_first_letter(map(literal, sorted(words, key=lambda word: (-len(word), word))))


def spaced(words: list[str]) -> str:
    """Return the expression that matches any of the listed words as they stand, the longest first."""
    return by_first_letter(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
