"""Words that are stretched or masked (`kiiilll`, `k*ll`, `ki11`), read as the words that are meant.

One letter typed three times passes a filter that looks words up. What was meant is known from its
lexicon alone, so what no list holds (`soooo`, `v2`) stays as it is.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from string import ascii_lowercase

import polars as pl

_STRETCHED_LETTERS = ascii_lowercase + "абвгдежзийклмнопрстуфхцчшщыьэюяابتثجحخدرزسشصضطعغفقكلمنهوي"
_STRETCHED = "|".join(f"{letter}{{3}}" for letter in _STRETCHED_LETTERS)
_MASKS = "*#%_+"
_MASKED = rf"\p{{L}}[{_MASKS}]{{1,2}}\p{{L}}|\p{{L}}\p{{N}}{{1,2}}(?:\p{{L}}|[^\p{{L}}\p{{N}}]|$)"
LOOKS_DISTORTED = f"(?i){_STRETCHED}|{_MASKED}"
"""Texts that may hold such a word, as a pattern of Polars."""

_WORD = re.compile(rf"[^\W\d_][^\W_{_MASKS}]*(?:[{_MASKS}]{{1,2}}[^\W_{_MASKS}]+)*")
_RUN = re.compile(r"([^\W\d_])\1\1")
_LETTERS_OF = dict(
    pair.split(":")
    for pair in ["0:o", "1:il", "2:z", "3:e", "4:a", "5:s", "6:g", "7:t", "8:b", "9:g"]
)
_LETTERS_MIN, _LETTERS_MAX = 3, 24
_KNOWN_LETTERS_MIN = 2
READINGS_MAX, _READINGS_MANY = 16, 3
"""A word may be meant in so many ways (`goood`: god, good); in a text of many of them in fewer."""
_FEW_WORDS, _WORDS_MAX = 2, 400


class DistortedWords:
    """Finds the words of a lexicon that a distorted one may mean.

    Args:
        lexicon: words in lower case; only these are ever meant.
    """

    def __init__(self, lexicon: Iterable[str]) -> None:
        self._lexicon = frozenset(lexicon)
        self._by_squeezed: dict[str, list[str]] = {}
        self._by_length: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self._lexicon):
            if len(word) >= _LETTERS_MIN:
                self._by_squeezed.setdefault(_squeeze(word), []).append(word)
                self._by_length.setdefault((word[0], len(word)), []).append(word)

    def meant_by(self, word: str) -> Sequence[str]:
        """Return what a word of a text may mean, sorted; nothing where the lexicon holds it.

        >>> DistortedWords(["good", "god", "kill"]).meant_by("kiiilll")
        ['kill']
        >>> DistortedWords(["good", "god", "kill"]).meant_by("goood")
        ['god', 'good']
        >>> DistortedWords(["good", "god", "kill"]).meant_by("k*1l")
        ['kill']
        """
        folded = word.lower()
        if folded in self._lexicon or not _LETTERS_MIN <= len(folded) <= _LETTERS_MAX:
            return []
        if _RUN.search(folded) and folded.isalpha():
            runs = _runs_of(folded)
            meant = self._by_squeezed.get("".join(runs), ())
            return [known for known in meant if _fits(_counts_of(known), _counts_of(folded))]
        if sum(sign.isalpha() for sign in folded) < _KNOWN_LETTERS_MIN or folded.isalpha():
            return []
        shape = re.compile("".join(map(_shape_of, folded)))
        meant = self._by_length.get((folded[0], len(folded)), ())
        return [known for known in meant if shape.fullmatch(known)]

    def read(self, text: str) -> list[str]:
        """Return the text with distorted words as what they mean, once per way to read them."""
        meant: Mapping[str, Sequence[str]] = {
            word: found
            for word in [*dict.fromkeys(_WORD.findall(text))][:_WORDS_MAX]
            if (found := self.meant_by(word))
        }
        limit = READINGS_MAX if len(meant) <= _FEW_WORDS else _READINGS_MANY
        most = min(limit, max(map(len, meant.values()), default=0))
        return [_WORD.sub(lambda word: _choose(word[0], meant, way), text) for way in range(most)]  # noqa: B023

    def read_all(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Return the rows (`row`, `text`) that hold a distorted word, as often as they are read."""
        found = texts.filter(pl.col("text").str.contains(LOOKS_DISTORTED))
        rows = [(row, read) for row, text in found.iter_rows() for read in self.read(text)]
        return pl.DataFrame(rows, schema=texts.schema, orient="row")


def _choose(word: str, meant: Mapping[str, Sequence[str]], way: int) -> str:
    found = meant.get(word)
    return word if not found else found[min(way, len(found) - 1)]


def _shape_of(sign: str) -> str:
    if sign in _MASKS:
        return r"[^\W\d_]"
    return f"[{_LETTERS_OF[sign]}]" if sign in _LETTERS_OF else re.escape(sign)


def _squeeze(word: str) -> str:
    return "".join(_runs_of(word))


def _runs_of(word: str) -> list[str]:
    return [letter for letter, _ in groupby(word)]


def _counts_of(word: str) -> list[int]:
    return [len(list(run)) for _, run in groupby(word)]


def _fits(known: Sequence[int], stretched: Sequence[int]) -> bool:
    """Say whether no letter stands oftener in the known word: it is stretched, never shortened."""
    return all(one <= other for one, other in zip(known, stretched, strict=True))
