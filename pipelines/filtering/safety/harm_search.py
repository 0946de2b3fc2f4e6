"""Which frames hit a text: few are tried, since most texts lack what a frame needs.

Per word of a text one look-up says whether a trigger is looked for by it. Only then the classes of
all words are gathered, as one number with a bit for each need that they meet. What passes is
stepped over with the patterns.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import add, or_
from typing import Generic, TypeAlias, TypeVar

from pipelines.filtering.safety.harm_compiler import WordClasses
from pipelines.filtering.safety.harm_patterns import Frame, Pattern, SpacedText, Text, UnspacedText

_LONGEST_KNOWN = 40
_MOST_KNOWN = 200_000
_Fact = TypeVar("_Fact")
_Key: TypeAlias = int | str


class Known(dict[str, _Fact], Generic[_Fact]):
    """What is known of words, looked up once: chat repeats itself. It never grows too large."""

    def __init__(self, look_up: Callable[[str], _Fact]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, word: str) -> _Fact:
        """Look a word up; a very long one is not kept."""
        fact = self._look_up(word)
        if len(word) <= _LONGEST_KNOWN:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[word] = fact
        return fact


class _Index:
    """The frames by the rarest class of each trigger, with what else they need.

    Each distinct need is a bit, and a class is the number with the bits of all needs that it meets:
    there are a quarter as many needs as classes, and the numbers are as much shorter.
    """

    def __init__(self, frames: Mapping[int, Frame]) -> None:
        self._needs: dict[frozenset[_Key], int] = {}
        self.by_key: dict[_Key, dict[int, list[tuple[int, int]]]] = {}
        self.keys_by_key: dict[_Key, set[_Key]] = {}
        for number, frame in frames.items():
            for key, *others in frame.triggers:
                needs = [frozenset({other}) for other in others]
                needs += [need for need in frame.needs if key not in need]
                first, *rest = map(self._bit_of, needs or [frozenset({key})])
                entry = number, reduce(or_, rest, 0)
                self.by_key.setdefault(key, {}).setdefault(first, []).append(entry)
                self.keys_by_key.setdefault(key, {key}).update(*needs)
        self._firsts = {key: reduce(or_, by_need) for key, by_need in self.by_key.items()}
        self.met_by: dict[_Key, int] = {}
        for need, bit in self._needs.items():
            for key in need:
                self.met_by[key] = self.met_by.get(key, 0) | bit

    def _bit_of(self, need: frozenset[_Key]) -> int:
        return self._needs.setdefault(need, 1 << len(self._needs))

    def bits_of(self, keys: Iterable[_Key]) -> int:
        """Return the number that has the bit of each need which one of the classes meets."""
        return reduce(or_, (self.met_by.get(key, 0) for key in keys), 0)

    def possible(self, found: Iterable[_Key], present: int) -> set[int]:
        """Return the frames that the keys found look for and whose needs are all present."""
        numbers = set()
        for key in found:
            met = self._firsts[key] & present
            while met:
                first = met & -met
                met ^= first
                for number, others in self.by_key[key][first]:
                    if others & present == others:
                        numbers.add(number)
        return numbers


class SpacedSearch:
    """The frames of the languages that are written in words.

    Args:
        frames: by their number.
        common: the common words of each language.
        classes: of all words in them.
    """

    def __init__(
        self, frames: Mapping[int, Frame], common: Mapping[str, Pattern], classes: WordClasses
    ) -> None:
        self._frames = frames
        self._common = common
        self._index = index = _Index(frames)
        self._classes: Known[frozenset[_Key]] = Known(lambda word: frozenset(classes.of(word)))
        # Words that are known to be in no trigger: nearly all of a text
        self._dull: set[str] = set()
        telling, needed = frozenset(index.by_key), frozenset(index.met_by)
        self._telling = Known(lambda word: self._classes[word] & telling)
        self._bits = Known(lambda word: index.bits_of(self._classes[word] & needed))

    def find(self, text: str, *, spare: bool) -> list[int]:
        """Return the numbers of the frames that hit a text; without `spare` all are tried."""
        words = text.split()
        numbers: Iterable[int] = self._frames
        if spare:
            found = self._find_keys(words)
            if not found:
                return []
            numbers = self._index.possible(found, reduce(or_, map(self._bits.__getitem__, words)))
        if not numbers:
            return []
        places = SpacedText(words, self._classes)
        hits = [number for number in numbers if self._frames[number].hits(places)]
        return sure_hits(hits, self._frames, places, self._common)

    def _find_keys(self, words: list[str]) -> set[_Key]:
        """Return the classes of the words by which triggers are looked for."""
        found: set[_Key] = set()
        if len(self._dull) >= _MOST_KNOWN:
            self._dull.clear()
        for word in {*words} - self._dull:
            keys = self._telling[word]
            found |= keys
            if not keys and len(word) <= _LONGEST_KNOWN:
                self._dull.add(word)
        return found


class UnspacedSearch:
    """The frames of the languages that are written without blanks; the same in strings of signs."""

    def __init__(self, frames: Mapping[int, Frame], common: Mapping[str, Pattern]) -> None:
        self._frames = frames
        self._common = common
        self._index = _Index(frames)
        self._by_head: dict[str, list[str]] = {}
        for key in map(str, self._index.by_key):
            self._by_head.setdefault(key[:2], []).append(key)

    def find(self, text: str, *, spare: bool) -> list[int]:
        """Return the numbers of the frames that hit a text without blanks."""
        numbers: Iterable[int] = self._frames
        if spare:
            heads = self._by_head.keys() & {*text, *map(add, text, text[1:])}
            found = [key for head in heads for key in self._by_head[head] if key in text]
            others = {key for known in found for key in self._index.keys_by_key[known]}
            present = self._index.bits_of(key for key in others if str(key) in text)
            numbers = self._index.possible(found, present)
        if not numbers:
            return []
        places = UnspacedText(text)
        hits = [number for number in numbers if self._frames[number].hits(places)]
        return sure_hits(hits, self._frames, places, self._common)


def sure_hits(
    hits: list[int], frames: Mapping[int, Frame], text: Text, common: Mapping[str, Pattern]
) -> list[int]:
    """Return the hits without lone words of a language that the text is not of."""
    if not any(frames[number].lone for number in hits):
        return hits
    languages = likely_languages(text, common)
    return [
        number
        for number in hits
        if not frames[number].lone or _root(frames[number].language) in languages
    ]


def likely_languages(text: Text, common: Mapping[str, Pattern]) -> set[str]:
    """Return the languages of which a text has the most common words; `hi` is hi-Latn too."""
    counts = {
        language: pattern.advance(text.everywhere, text).bit_count()
        for language, pattern in common.items()
    }
    most = max(counts.values(), default=0)
    return {_root(language) for language, count in counts.items() if count == most > 0}


def _root(language: str) -> str:
    return language.partition("-")[0]
