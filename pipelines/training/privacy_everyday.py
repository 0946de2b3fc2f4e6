"""Everyday sentences of many languages without a name: real ones, and seeded changes of them."""

import random
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipelines.filtering.privacy.entities import split_pieces
from pipelines.filtering.privacy.evidence_words import WORD
from pipelines.filtering.privacy.markup import blank_markup
from pipelines.identity import order_by_seed
from pipelines.training.privacy import Sentence
from pipelines.training.privacy_names import widespread_names
from pipelines.word_files import read_lines

_FOLDER = Path(__file__).parent / "privacy_words"
_HELD_HEX = "8"  # half of Tatoeba measures
_FREQUENT = 300
_SWAP, _SWAP_LETTERS_MIN = 0.35, 4
_UNCASED_FROM = "\u0530"  # letters from here on have no capitals


def everyday_words(language: str) -> tuple[str, ...]:
    """Return words of a language that are no names when in lower case, sorted."""
    return read_lines(_FOLDER / f"{language}.txt")


def word_languages() -> list[str]:
    """Return the languages of `everyday_words`, sorted."""
    return sorted(file.stem for file in _FOLDER.glob("*.txt"))


def is_held_text(text: str) -> bool:
    """Say whether a sentence of Tatoeba is held out to measure: half of them."""
    return order_by_seed(3, text) < _HELD_HEX


@dataclass(frozen=True)
class Lists:
    """Words by which a sentence is judged, in lower case.

    Args:
        everyday: words of all languages that are no names in lower case.
        names: words of people's names.
    """

    everyday: Collection[str]
    names: Collection[str]

    def tag(self, text: str, plain: Collection[str], persons: Collection[str]) -> Sentence | None:
        """Return the sentence with its certain names marked; None if it might hold another name.

        A word with a capital inside the sentence, or any word of a script without capitals, must be
        an everyday one and no name, or else one of `persons`.

        Args:
            text: one sentence.
            plain: everyday words of the sentence's language.
            persons: given names in lower case that are nothing else.
        """
        spans = list[tuple[int, int, str]]()
        for number, match in enumerate(WORD.finditer(text)):
            word, low = match[0], match[0].lower()
            named = low in self.names
            if word == low and word[0] < _UNCASED_FROM:
                if named and low not in self.everyday and low not in plain:
                    return None
            elif low in persons and low not in plain:
                start, end = match.span()
                if spans and text[spans[-1][1] : start] == " ":
                    start = spans.pop()[0]
                spans.append((start, end, "PERSON"))
            elif number == 0 and word[0] < _UNCASED_FROM:
                if low not in plain:
                    return None
            elif named or low not in self.everyday:
                return None
        return Sentence(text, tuple(spans))


def write_everyday(
    texts: Iterable[str], language: str, lists: Lists, count: int, *, seed: int
) -> Iterator[Sentence]:
    """Yield at most `count` sentences of real texts, each with a changed copy that names nobody.

    A changed copy has other everyday words in place of its rarer ones, is cut to its first words,
    or has other capitals.
    """
    pieces = sorted(
        {p.strip() for text in texts for _, p in split_pieces(blank_markup(text)) if p.strip()},
        key=lambda piece: (order_by_seed(seed, piece), piece),
    )
    plain, persons = frozenset(everyday_words(language)), widespread_names()
    tagged = (lists.tag(piece, plain, persons) for piece in pieces)
    chosen = list(islice((sentence for sentence in tagged if sentence is not None), count))
    chance = random.Random(f"everyday {language} {seed}")  # noqa: S311  not for secrets
    counts = Counter(word.lower() for piece in pieces for word in WORD.findall(piece))
    frequent = {word for word, _ in counts.most_common(_FREQUENT)}
    words = [word for word in everyday_words(language) if len(word) > 1]
    for sentence in chosen:
        yield sentence
        if not sentence.spans:
            yield Sentence(_change(sentence.text, frequent, words, chance), ())


def _change(
    text: str, frequent: Collection[str], words: Sequence[str], chance: random.Random
) -> str:
    def other(match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < _SWAP_LETTERS_MIN or word.lower() in frequent or chance.random() > _SWAP:
            return word
        new = chance.choice(words)
        return new.capitalize() if word.istitle() else new

    swapped = WORD.sub(other, text)
    kind = chance.randrange(8)
    if kind < 3:  # noqa: PLR2004  three of eight: a fragment, as one types to a search box
        swapped = " ".join(swapped.split()[: chance.randint(1, 5)]).rstrip(",.;:")
    if kind in {0, 3}:
        return swapped.lower()
    if kind == 4:  # noqa: PLR2004
        return swapped[:1].upper() + swapped[1:].rstrip(".")
    return swapped.title() if kind == 5 and chance.random() < 0.3 else swapped  # noqa: PLR2004
