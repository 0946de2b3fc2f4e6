"""Words that point at a secret, read from `secret_words/*.yaml` and looked for in one pass."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.filtering.privacy.prefilter import PlainText
from pipelines.word_files import read_word_file

_WORDS = Path(__file__).parent / "secret_words"


def read_words(name: str) -> Mapping[str, Any]:
    """Return what a word file holds."""
    return read_word_file(_WORDS / f"{name}.yaml")


def flat(groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the words of all languages, each once, with and without accents, longest first."""
    return longest(spelled(word for words in groups.values() for word in words))


_PLAIN_LETTERS = str.maketrans({"ł": "l", "\u0131": "i", "ß": "ss", "\u2019": "'"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")


def spelled(words: Iterable[str]) -> list[str]:
    """Return words and, of Latin ones, the spellings of who types no accents.

    >>> spelled(["código", "tür", "код"])
    ['código', 'codigo', 'tür', 'tur', 'tuer', 'код']
    """
    ways = [
        (word, _without_accents(word), _without_accents(word.translate(_UMLAUTS))) for word in words
    ]
    return list(dict.fromkeys(way for three in ways for way in three))


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word.translate(_PLAIN_LETTERS))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


def longest(words: Iterable[str]) -> list[str]:
    """Return words once each, the longest first."""
    return sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))


def any_of(words: Iterable[str]) -> str:
    """Return an alternation of words as they stand, the longest first; a blank may be two."""
    return "|".join(re.escape(word).replace(r"\ ", r"[ \t]{1,2}") for word in longest(words))


LETTER = r"[^\W\d_]"
UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
UNSPACED_LETTER = re.compile(rf"[{UNSPACED}]")
# A Chinese word may touch a Latin one: only letters with blanks between words part from a cue.
LETTERS_WITH_BLANKS = r"a-z\u00b5-\u024f\u0370-\u052f\u0590-\u06ff\u0900-\u0dff\u1e00-\u1eff"
_TOUCHES = re.compile(rf"[0-9{LETTERS_WITH_BLANKS}]")
_COMPOUND_CHARS = (
    7  # "Netflixpasswort", "dbPassword": so long a word is a cue at the end of another, too
)


class Cues:
    """Words that are looked for in one pass; one of blanks between words stands alone.

    Args:
        words: in lower case.
    """

    def __init__(self, words: Iterable[str]) -> None:
        kept = list(dict.fromkeys(words))
        self._alone = {
            w for w in kept if len(w) < _COMPOUND_CHARS and not UNSPACED_LETTER.search(w)
        }
        self._pattern = re.compile(
            _branch(
                [
                    (w, "" if UNSPACED_LETTER.search(w) else f"(?![{LETTERS_WITH_BLANKS}])")
                    for w in kept
                ]
            )
        )

    def find(self, text: PlainText) -> Iterator[re.Match[str]]:
        """Yield the cues in the parts of a text."""
        low = text.lower
        for match in text.matches(self._pattern):
            start = match.start()
            if not (start and match[0] in self._alone and _TOUCHES.match(low, start - 1)):
                yield match


def _branch(words: Sequence[tuple[str, str]]) -> str:
    """Return an alternation that shares beginnings, so that a search tries few words."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for word, end in words:
        groups.setdefault(word[:1], []).append((word[1:], end))
    ends = [f"{end}" for _, end in groups.pop("", [])]
    parts = [re.escape(first) + _branch(rest) for first, rest in sorted(groups.items())]
    return f"(?:{'|'.join(parts + ends)})" if len(parts) + len(ends) > 1 else "".join(parts + ends)


def worded(words: Iterable[str], glued: Iterable[str] = ()) -> str:
    """Return an alternation of words that end at a word's end, and of particles that need none."""
    said = rf"(?:{any_of(words)})(?![^\W_])"
    return rf"(?:{said}|{any_of(glued)})" if glued else said


def stems(words: Iterable[str], chars: int = 4) -> tuple[str, ...]:
    """Return what one of must stand in a text with any of the words: fewer, shorter strings.

    No blank is among them, since people type two: of "clé api" the longer word stands for both.
    """
    found = sorted({_stem(word, chars) for word in words})
    return tuple(
        stem for stem in found if not any(other != stem and other in stem for other in found)
    )


def _stem(word: str, chars: int) -> str:
    first = word.split(maxsplit=1)[0]
    return first[:chars] if len(first) >= chars else max(word.split(), key=len)


def has_both(said: str) -> bool:
    """Say whether letters and digits are mixed."""
    return any(map(str.isdigit, said)) and any(map(str.isalpha, said))
