"""Greetings, one-word answers and goodbyes: too short for a model, so they are looked up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import yaml

from pipelines.errors import ConfigurationError
from pipelines.filtering.normalise import separate_tokens
from pipelines.places import SHIPPED

OPENERS_FILE = SHIPPED / "openers.yaml"
NEUTRAL = "any"
_LONGEST = 4
_WORD = re.compile(r"[^\W\d_]\S*")
_DRAWN_OUT = re.compile(r"(\w)\1+\b|(\w)\2{2,}")


@dataclass(frozen=True, slots=True)
class Opening:
    """The language label of the phrases that a line begins with, and how many words follow them."""

    label: str
    words_left: int


class OpenerTable:
    """Phrases of one to four words, each of one language.

    Raises:
        ConfigurationError: the file cannot be read, or a phrase is listed under two languages.
    """

    def __init__(self, file: Path = OPENERS_FILE) -> None:
        self.phrases = _read_phrases(file)
        lines = separate_marks([phrase for phrase, _ in self.phrases])
        self._labels = {
            " ".join(split_words(line)): label
            for line, (_, label) in zip(lines, self.phrases, strict=True)
        }
        if len(self._labels) < len(self.phrases):
            message = (
                f"{file}: a phrase is listed twice; one that two languages share identifies "
                "neither. Remove it."
            )
            raise ConfigurationError(message)

    def find(self, line: str) -> Opening | None:
        """Return what a line opens with, or None where that is no phrase of the table.

        Args:
            line: as `separate_marks` returns it. Letters drawn out ("hiiii", "heyy") are read as
                one. Phrases of one language are read on ("hola, buenas" is one opening), and
                "hello, kaise ho" is Hindi; neutral words are read over.
        """
        words = split_words(line)
        short = [_DRAWN_OUT.sub(r"\1\2", word) for word in words]
        label, start = NEUTRAL, 0
        while start < len(words):
            found = self._longest_phrase(words, start) or self._longest_phrase(short, start)
            # "hello" opens chats in every language, so what follows it decides.
            if found is None or (label not in {NEUTRAL, "en"} and found[0] not in {NEUTRAL, label}):
                break
            label, start = (label if found[0] == NEUTRAL else found[0]), found[1]
        return None if label == NEUTRAL else Opening(label, len(words) - start)

    def _longest_phrase(self, words: Sequence[str], start: int) -> tuple[str, int] | None:
        for length in range(min(_LONGEST, len(words) - start), 0, -1):
            phrase = " ".join(words[start : start + length])
            if phrase in self._labels:
                return self._labels[phrase], start + length
        return None


def split_words(line: str) -> list[str]:
    """Return the words of a prepared line, without marks, digits and emoji."""
    return _WORD.findall(line)


def separate_marks(texts: Sequence[str]) -> list[str]:
    """Return lower-case texts in which every mark is a word of its own."""
    return pl.DataFrame({"text": texts}).select(separate_tokens(pl.col("text")))["text"].to_list()


def _read_phrases(file: Path) -> list[tuple[str, str]]:
    try:
        table = yaml.safe_load(file.read_text(encoding="utf-8"))
        return [
            (phrase.strip(), str(label)) for label in table for phrase in table[label].split(",")
        ]
    except (OSError, ValueError, TypeError, AttributeError, yaml.YAMLError) as fault:
        message = (
            f"{file} is missing or no table of phrases by language. Restore it from the repository."
        )
        raise ConfigurationError(message) from fault
