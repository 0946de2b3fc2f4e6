"""Rows of words found in a text by whole-number arithmetic: no regular expression, no backtracking.

A text of n units (words, or signs where a script has no blanks) is n bits. `reach` holds the places
that a pattern has come to: bit p says that it can go on at unit p. To step over a word is to keep
the bits where that word stands and to shift them by one; a gap of three words is three shifts. So a
pattern of m items costs m operations on numbers of n bits, whatever the text:

>>> text = SpacedText(["i", "will", "really", "kill", "you"], {})
>>> said = enumerate(("i", "kill", "you"))
>>> i, kill, you = (Word(key, words=frozenset({word})) for key, word in said)
>>> found = Row((i, Gap(3), kill, you)).advance(text.everywhere, text)
>>> bin(found)  # it ends before unit 5
'0b100000'
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from pipelines.filtering.safety.harm_reading import ENDS

Needs: TypeAlias = tuple[frozenset[int | str], ...]
"""Sets of classes of words, or of strings; of each set one must stand in a text."""
_AGE = re.compile(r"(?<!\d)(?:1[0-7]|[1-9])(?!\d)", re.ASCII)
AGES = frozenset(map(str, range(1, 18)))
"""What `{age}` may be in a spaced text."""
_ENDS = frozenset(ENDS)
_END = re.compile(f"[{re.escape(ENDS)}]")


def bits_of(places: Iterable[int], units: int) -> int:
    """Return a number with its bits at the given places set; linear in `units` (sums are not)."""
    row = bytearray(units // 8 + 1)
    for place in places:
        row[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(row, "little")


class Text:
    """A text as places. `everywhere`: any; `starts`, `stops`: where a sentence begins, ends."""

    __slots__ = ("ends", "everywhere", "inside", "starts", "stops", "units")

    def __init__(self, units: int, ends: list[int]) -> None:
        self.units = units
        self.ends = ends
        closed = bits_of(ends, units)
        self.everywhere = (1 << (units + 1)) - 1
        self.inside = (self.everywhere >> 1) & ~closed
        self.starts = 1 | (closed << 1)
        self.stops = closed | (1 << units)

    def places(self, word: "Word") -> int:
        """Return the places where a word of a class, or a string, begins."""
        raise NotImplementedError

    def among(self, words: Mapping[str, object]) -> Iterable[str]:
        """Return which of the words, or strings, may stand in the text."""
        raise NotImplementedError

    def ages(self) -> tuple[int, int]:
        """Return the places where a number from 1 to 17 of one unit and of two units begins."""
        raise NotImplementedError


class SpacedText(Text):
    """A text of words; `classes` tells the classes of each, asked where a class is open."""

    __slots__ = ("_classes", "_found", "_places")

    def __init__(self, words: Sequence[str], classes: Mapping[str, AbstractSet[int | str]]) -> None:
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            if word in places:
                places[word].append(place)
            else:
                places[word] = [place]
        ends = [place for end in places.keys() & _ENDS for place in places[end]]
        super().__init__(len(words), sorted(ends))
        self._places = places
        self._classes = classes
        self._found: dict[int | str, int] = {}

    def places(self, word: "Word") -> int:
        """Return the places of the words of a class."""
        known = self._found.get(word.key)
        if known is None:
            known = self._found[word.key] = self._find(word)
        return known

    def _find(self, word: "Word") -> int:
        if word.words is None:
            classes = self._classes
            return self._bits_of([text for text in self._places if word.key in classes[text]])
        return self._bits_of(self._places.keys() & word.words)

    def _bits_of(self, words: Iterable[str]) -> int:
        places = [place for word in words for place in self._places[word]]
        return bits_of(places, self.units) if places else 0

    def among(self, words: Mapping[str, object]) -> Iterable[str]:
        """Return which of the words stand in the text."""
        return self._places.keys() & words.keys()

    def ages(self) -> tuple[int, int]:
        """Return the places of the numbers from 1 to 17: a number is one word."""
        return self._bits_of(self._places.keys() & AGES), 0


class UnspacedText(Text):
    """A text of signs without blanks; where a string begins is looked up at the first question."""

    __slots__ = ("_found", "signs")

    def __init__(self, signs: str) -> None:
        super().__init__(len(signs), [match.start() for match in _END.finditer(signs)])
        self.signs = signs
        self._found: dict[str, int] = {}

    def places(self, word: "Word") -> int:
        """Return the places where a string begins."""
        wanted = str(word.key)
        known = self._found.get(wanted)
        if known is None:
            known = self._found[wanted] = self._find(wanted)
        return known

    def among(self, words: Mapping[str, object]) -> Iterable[str]:
        """Return which of the strings stand in the text."""
        return [word for word in words if word in self.signs]

    def ages(self) -> tuple[int, int]:
        """Return the places of numbers of one and of two digits."""
        found = list(_AGE.finditer(self.signs))
        by_width = [[m.start() for m in found if m.end() - m.start() == width] for width in (1, 2)]
        return bits_of(by_width[0], self.units), bits_of(by_width[1], self.units)

    def _find(self, wanted: str) -> int:
        found = []
        place = self.signs.find(wanted)
        while place >= 0:
            found.append(place)
            place = self.signs.find(wanted, place + 1)
        return bits_of(found, self.units) if found else 0


class Pattern(Protocol):
    """Something that a text is stepped over with."""

    def advance(self, reach: int, text: Text) -> int:
        """Return the places that can be come to from the places of `reach`."""


@dataclass(frozen=True, slots=True)
class Word:
    """A class of words, or a string of signs, that stands here; `width` in units.

    `words`: all words of the class (or the string); None where they are open at one side.
    """

    key: int | str
    width: int = 1
    words: frozenset[str] | None = None

    def advance(self, reach: int, text: Text) -> int:
        """Step over it."""
        return (reach & text.places(self)) << self.width


@dataclass(frozen=True, slots=True)
class Age:
    """A number from 1 to 17."""

    def advance(self, reach: int, text: Text) -> int:
        """Step over it."""
        short, wide = text.ages()
        return (reach & short) << 1 | (reach & wide) << 2


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `most` units of one sentence."""

    most: int

    def advance(self, reach: int, text: Text) -> int:
        """Step over none, one, up to `most` units."""
        step = reach
        for _ in range(self.most):
            step = (step & text.inside) << 1
            if not step:
                break
            reach |= step
        return reach


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of a sentence."""

    def advance(self, reach: int, text: Text) -> int:
        """Stay where a sentence begins."""
        return reach & text.starts


@dataclass(frozen=True, slots=True)
class End:
    """The end of a sentence."""

    def advance(self, reach: int, text: Text) -> int:
        """Stay where a sentence ends."""
        return reach & text.stops


@dataclass(frozen=True, slots=True)
class Row:
    """One pattern after the other."""

    items: tuple[Pattern, ...]

    def advance(self, reach: int, text: Text) -> int:
        """Step over all, in order."""
        for item in self.items:
            reach = item.advance(reach, text)
            if not reach:
                return 0
        return reach


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any one of several patterns; `by_word`: those that begin with a word that is known, by it."""

    choices: tuple[Pattern, ...]
    by_word: Mapping[str, tuple[Pattern, ...]]

    def advance(self, reach: int, text: Text) -> int:
        """Step over each and keep all places; what begins with a missing word is passed over."""
        found = 0
        for choice in self.choices:
            found |= choice.advance(reach, text)
        for word in text.among(self.by_word):
            for choice in self.by_word[word]:
                found |= choice.advance(reach, text)
        return found


def one_of(choices: Iterable[Pattern]) -> Pattern:
    """Return any one of several patterns, in the form that is fastest to step over."""
    others: list[Pattern] = []
    by_word: dict[str, list[Pattern]] = {}
    for choice in choices:
        first = choice.items[0] if isinstance(choice, Row) else choice
        if isinstance(first, Word) and first.words is not None and len(first.words) == 1:
            (word,) = first.words
            by_word.setdefault(word, []).append(choice)
        else:
            others.append(choice)
    return OneOf(tuple(others), {word: tuple(patterns) for word, patterns in by_word.items()})


@dataclass(frozen=True, slots=True)
class Maybe:
    """A pattern or nothing."""

    item: Pattern

    def advance(self, reach: int, text: Text) -> int:
        """Step over it and stay as well."""
        return reach | self.item.advance(reach, text)


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of sentence that is a harm.

    `triggers`: classes of words (or strings) that stand together, the rarest first; in every text
    that the frame hits one of them is complete.
    `needs`: sets of classes; of each set one stands in every text that the frame hits.
    `lone`: one word can satisfy it, so the text must be seen to be of its language.
    `unless`: what excuses the sentence in which it stands.
    """

    label: str
    language: str
    notation: str
    spaced: bool
    pattern: Pattern
    unless: tuple[Pattern, ...]
    lone: bool
    triggers: tuple[tuple[int | str, ...], ...]
    needs: Needs

    def hits(self, text: Text) -> bool:
        """Say whether a sentence of the text is of this kind."""
        found = self.pattern.advance(text.everywhere, text)
        if not found:
            return False
        excused = 0
        for pattern in self.unless:
            excused |= pattern.advance(text.everywhere, text)
        return not excused or bool(_sentences_of(found, text) - _sentences_of(excused, text))


def _sentences_of(found: int, text: Text) -> set[int]:
    """Return the numbers of the sentences in which matches end; linear in the text."""
    numbers, sentence = [], 0
    ends = set(text.ends)
    for place in range(text.units):
        numbers.append(sentence)
        sentence += place in ends
    bits = bin(found)[:1:-1]
    return {numbers[place - 1] for place in range(1, len(bits)) if bits[place] == "1"}
