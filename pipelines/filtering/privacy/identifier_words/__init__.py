"""Words that tell an identifier, one file a kind; the recognisers beside this folder read them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any  # of the tables: each file has its own form

from pipelines.filtering.privacy.recogniser import by_first_letter, literal
from pipelines.word_files import read_word_file


def read_tables(name: str) -> Mapping[str, Any]:
    """Return the content of a file of this folder, by its names: lists of words, or tables of them.

    Raises:
        FileNotFoundError: no such file.
    """
    return read_word_file(Path(__file__).parent / f"{name}.yaml")


def read_words(name: str) -> Mapping[str, Sequence[str]]:
    """Return the lists of a file of this folder, by their names, in small letters.

    Raises:
        FileNotFoundError: no such file.
    """
    return read_tables(name)


def in_a_row(lists: Iterable[Sequence[str]]) -> list[str]:
    """Return the words of lists, one of each language, in a row."""
    return [word for words in lists for word in words]


def one_of(words: Sequence[str]) -> str:
    """Return the expression that matches any of the listed words, the longest first."""
    return by_first_letter(map(literal, sorted(words, key=lambda word: (-len(word), word))))


def spaced(words: Sequence[str]) -> str:
    """Return the expression that matches any listed word as it stands, the longest first."""
    return by_first_letter(
        re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))
    )
