"""Trees of frames turned into patterns, and what must stand in a text for them: their anchors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pipelines.filtering.safety.deobfuscation import read_plainly
from pipelines.filtering.safety.harm_anchors import (
    Conditions,
    all_stand,
    one_stands,
    signs_stand,
    words_stand,
)
from pipelines.filtering.safety.harm_grammar import (
    BUILT_IN,
    Between,
    Choice,
    Items,
    Literal,
    Named,
    NotationError,
    Optional,
    Tree,
)
from pipelines.filtering.safety.harm_patterns import (
    Age,
    End,
    Gap,
    Maybe,
    Pattern,
    Row,
    Start,
    Word,
    one_of,
)
from pipelines.filtering.safety.harm_reading import read_words

COMMON = "common"
"""The list of a file's most frequent function words."""
_EDGE = 3  # letters by which words that are open at one side are looked up
_GAPS = {True: (3, 7), False: (8, 20)}
STAND_INS = frozenset({"someone", "link", "handle"})
"""What a placeholder, a link and a handle are read as: no sign of anything."""
Readings: TypeAlias = Mapping[str, Sequence[tuple[str, ...]]]
"""The words of an entry, once for each way in which it is read."""


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled tree, what must stand in the text for it, and its fewest words."""

    pattern: Pattern
    conditions: Conditions
    least: int


class WordClasses:
    """The classes of each word: a list of words, or a word of a frame, is a numbered class.

    Ask for those of a word once all files are loaded.
    """

    def __init__(self) -> None:
        self._keys: dict[frozenset[Literal], int] = {}
        self._exact: dict[str, list[int]] = {}
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        self._middles: dict[str, list[int]] = {}

    def key_of(self, words: frozenset[Literal]) -> int:
        """Return the number of the class of these words; the same words are the same class."""
        if words not in self._keys:
            key = self._keys[words] = len(self._keys)
            for word in words:
                self._table_of(word).setdefault(word.text, []).append(key)
        return self._keys[words]

    def _table_of(self, word: Literal) -> dict[str, list[int]]:
        if word.open_start:
            return self._middles if word.open_end else self._ends
        return self._starts if word.open_end else self._exact

    @property
    def words(self) -> Iterable[str]:
        """All words that are whole, of every class."""
        return self._exact.keys()

    @cached_property
    def _open_words(self) -> tuple[Mapping[str, set[int]], Mapping[str, set[int]]]:
        """Return lengths of words open at the end by first letters, of others by last ones."""
        heads, tails = dict[str, set[int]](), dict[str, set[int]]()
        for text in self._starts:
            heads.setdefault(text[:_EDGE], set()).add(len(text))
        for text in self._ends:
            tails.setdefault(text[-_EDGE:], set()).add(len(text))
        return heads, tails

    def of(self, word: str) -> Iterator[int]:
        """Yield the classes of a word of a text; some twice."""
        yield from self._exact.get(word, ())
        heads, tails = self._open_words
        for letters in range(1, min(_EDGE, len(word)) + 1):
            for size in heads.get(word[:letters], ()):
                yield from self._starts.get(word[:size], ())
            for size in tails.get(word[-letters:], ()):
                yield from self._ends.get(word[-size:], ())
        for middle, keys in self._middles.items():
            if middle in word:
                yield from keys


class Compiler:
    """Turns the trees of one file into patterns."""

    def __init__(
        self,
        lists: Mapping[str, Sequence[Tree]],
        readings: Readings,
        classes: WordClasses,
        *,
        spaced: bool,
    ) -> None:
        self.spaced = spaced
        self.lists = lists
        self.classes = classes
        self._stand_ins = STAND_INS | {
            classes.key_of(frozenset({Literal(word)})) for word in STAND_INS
        }
        self._open: list[str] = []
        self._lists_done: dict[str, Part] = {}
        self._words_done: dict[Literal, Part] = {}
        self._read = readings
        common = (word for tree in lists.get(COMMON, ()) for word in literals_of(tree))
        self._common = frozenset("".join(readings[word.text][0]) for word in common)

    def says_nothing(self, part: Part) -> bool:
        """Say whether a part needs no word of a text, or only what placeholders are read as."""
        return all(self._stand_ins.issuperset(trigger.keys) for trigger in part.conditions.triggers)

    def compile(self, tree: Tree) -> Part:  # noqa: PLR0911 reason: one return per kind of tree
        """Return the pattern of a tree.

        Raises:
            NotationError: a list is unknown or holds itself; a word is none.
        """
        match tree:
            case Literal():
                return self._words_done.get(tree) or self._compile_literal(tree)
            case Named("age"):
                return Part(Age(), Conditions(), 1)
            case Named("start"):
                return Part(Start(), Conditions(), 0)
            case Named("end"):
                return Part(End(), Conditions(), 0)
            case Named(name):
                return self._compile_list(name)
            case Between(size):
                return Part(Gap(_GAPS[self.spaced][size]), Conditions(), 0)
            case Optional(item):
                return Part(Maybe(self.compile(item).pattern), Conditions(), 0)
            case Choice(choices):
                return self._compile_choice(choices)
            case Items(items):
                return _in_a_row([self.compile(item) for item in items])

    def by_size(self, tree: Tree) -> list[Part]:
        """Return a frame's one or two parts: what one word can satisfy, and what needs more."""
        whole = self.compile(tree)
        if whole.least > 1:
            return [whole]
        choices = self._choices(tree)
        parts = [self.compile(choice) for choice in choices]
        if len({part.least <= 1 for part in parts}) == 1:
            return [whole]
        small = [choice for choice, part in zip(choices, parts, strict=True) if part.least <= 1]
        large = [choice for choice, part in zip(choices, parts, strict=True) if part.least > 1]
        return [self._compile_choice(small), self._compile_choice(large)]

    def _choices(self, tree: Tree) -> list[Tree]:
        match tree:
            case Items((item,)):
                return self._choices(item)
            case Choice(choices):
                return [inner for choice in choices for inner in self._choices(choice)]
            case Named(name) if name in self.lists:
                return [inner for entry in self.lists[name] for inner in self._choices(entry)]
        return [tree]

    def _compile_literal(self, word: Literal) -> Part:
        readings = [words for words in self._read[word.text] if words]
        if not readings:
            message = f"`{word.text}` is no word to the reading of texts; leave it out"
            raise NotationError(message)
        parts = [self._compile_reading(word, words) for words in readings]
        part = self._words_done[word] = parts[0] if len(parts) == 1 else _any_of(parts)
        return part

    def _compile_reading(self, word: Literal, words: Sequence[str]) -> Part:
        if not self.spaced:
            signs = "".join(words)
            conditions = signs_stand(signs, self._common)
            return Part(
                Word(signs, len(signs), frozenset({signs})), conditions, (len(signs) + 1) // 2
            )
        last = len(words) - 1
        literals = [
            Literal(text, word.open_start and place == 0, word.open_end and place == last)
            for place, text in enumerate(words)
        ]
        return _in_a_row([self._compile_word(literal) for literal in literals])

    def _compile_word(self, word: Literal) -> Part:
        return self._one_of_words(frozenset({word}))

    def _one_of_words(self, words: frozenset[Literal]) -> Part:
        key = self.classes.key_of(words)
        closed = not any(word.open_start or word.open_end for word in words)
        pattern = Word(key, words=frozenset(word.text for word in words) if closed else None)
        return Part(pattern, words_stand(key, words, self._common | STAND_INS), 1)

    def _compile_list(self, name: str) -> Part:
        if name not in self.lists:
            known = ", ".join(sorted([*self.lists, *BUILT_IN]))
            message = f"{{{name}}} is no list of this file; known here: {known}"
            raise NotationError(message)
        if name in self._open:
            message = f"{{{name}}} holds itself: {' > '.join([*self._open, name])}"
            raise NotationError(message)
        if name not in self._lists_done:
            self._open.append(name)
            try:
                self._lists_done[name] = self._compile_choice(self.lists[name])
            finally:
                self._open.pop()
        return self._lists_done[name]

    def _compile_choice(self, choices: Sequence[Tree]) -> Part:
        """Compile a choice; its single words become one class: a list of fifty costs one step."""
        singles = frozenset(word for choice in choices for word in self._single_words(choice))
        parts = [self.compile(choice) for choice in choices if not self._single_words(choice)]
        if singles:
            parts.insert(0, self._one_of_words(singles))
        return parts[0] if len(parts) == 1 else _any_of(parts)

    def _single_words(self, tree: Tree) -> list[Literal]:
        if not self.spaced:
            return []
        match tree:
            case Items((item,)):
                return self._single_words(item)
            case Literal(text, open_start, open_end):
                readings = self._read[text]
                if all(len(words) == 1 for words in readings):
                    return [Literal(words[0], open_start, open_end) for words in readings]
        return []


def read_entries(texts: Iterable[str]) -> Readings:
    """Return how entries are read, as texts are: plain and, where it differs, undisguised."""
    texts = sorted(texts)
    plain, unmasked = read_words(texts), read_words(read_plainly(texts))
    pairs = zip(texts, plain, unmasked, strict=True)
    return {text: list(dict.fromkeys((tuple(one), tuple(other)))) for text, one, other in pairs}


def literals_of(tree: Tree) -> Iterator[Literal]:
    """Yield the words of a tree, without those of the lists that it names."""
    match tree:
        case Literal():
            yield tree
        case Optional(item):
            yield from literals_of(item)
        case Choice(parts) | Items(parts):
            for part in parts:
                yield from literals_of(part)


def _in_a_row(parts: Sequence[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    pattern = Row(tuple(part.pattern for part in parts))
    conditions = all_stand([part.conditions for part in parts])
    return Part(pattern, conditions, sum(part.least for part in parts))


def _any_of(parts: Sequence[Part]) -> Part:
    pattern = one_of(part.pattern for part in parts)
    conditions = one_stands([part.conditions for part in parts])
    return Part(pattern, conditions, min(part.least for part in parts))
