"""Words that tell an identifier, one file a kind; the recognisers beside this folder read them."""

import re
from functools import cache
from importlib.resources import files
from typing import Any  # of the tables: each file has its own form

import yaml

from pipelines.filtering.privacy.recogniser import by_first_letter, literal


@cache
def read_tables(name: str) -> dict[str, Any]:
    """Return the content of a file of this folder, by its names: lists of words, or tables of them.

    Raises:
        FileNotFoundError: no such file.
    """
    tables: dict[str, Any] = yaml.safe_load(
        files(__package__).joinpath(f"{name}.yaml").read_text("utf-8")
    )
    return tables


def read_words(name: str) -> dict[str, list[str]]:
    """Return the lists of a file of this folder, by their names, in small letters.

    Raises:
        FileNotFoundError: no such file.
    """
    return read_tables(name)


def one_of(words: list[str]) -> str:
    """Return the expression that matches any of the listed words, the longest first."""
    return by_first_letter(map(literal, sorted(words, key=lambda word: (-len(word), word))))


def spaced(words: list[str]) -> str:
    """Return the expression that matches any of the listed words as they stand, the longest first."""
    return by_first_letter(
        re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))
    )
