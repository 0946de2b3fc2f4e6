"""Patterns over bits: they must find what a regular expression would, and not what it would not."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.filtering.safety.harm_compiler import WordClasses
from pipelines.filtering.safety.harm_grammar import Literal
from pipelines.filtering.safety.harm_patterns import (
    Age,
    End,
    Gap,
    Maybe,
    Pattern,
    Row,
    SpacedText,
    Start,
    UnspacedText,
    Word,
    bits_of,
    one_of,
)

VOCABULARY = ["a", "b", "c", "7", "18", ".", ","]
CLASSES: dict[str, set[int | str]] = {word: set() for word in VOCABULARY} | {"b": {4}, "c": {4}}
A, B, B_OR_C, OPEN = (
    Word(1, words=frozenset("a")),
    Word(2, words=frozenset("b")),
    Word(3, words=frozenset("bc")),
    Word(4),
)

# Pairs of a pattern and a regular expression over words, each with a blank behind it.
ITEMS: st.SearchStrategy[tuple[Pattern, str]] = st.recursive(
    st.sampled_from(
        [
            (A, "a "),
            (B, "b "),
            (B_OR_C, "(?:b |c )"),
            (OPEN, "(?:b |c )"),
            (Age(), "7 "),
            (Gap(1), r"(?:[^. ]+ ){0,1}"),
            (Gap(3), r"(?:[^. ]+ ){0,3}"),
            (Start(), r"(?:(?<=\. )|(?<![\s\S]))"),
            (End(), r"(?:(?=\. )|(?![\s\S]))"),
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(
            lambda parts: (Row(tuple(p for p, _ in parts)), "".join(f"(?:{r})" for _, r in parts))
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda parts: (one_of(p for p, _ in parts), f"(?:{'|'.join(r for _, r in parts)})")
        ),
        inner.map(lambda part: (Maybe(part[0]), f"(?:{part[1]})?")),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=500)
@given(ITEMS, st.lists(st.sampled_from(VOCABULARY), max_size=9), st.integers(0, 9))
def test_a_pattern_finds_what_its_regular_expression_finds(
    item: tuple[Pattern, str], words: list[str], begin: int
) -> None:
    """No other test checks this arithmetic: a bit that is off by one lets harm pass."""
    pattern, regex = item
    line = "".join(f"{word} " for word in words)
    starts = [sum(len(word) + 1 for word in words[:place]) for place in range(len(words) + 1)]
    begin = min(begin, len(words))
    expected = [
        place
        for place, start in enumerate(starts)
        if re.compile(rf"{regex}(?<=^[\s\S]{{{start}}})").match(line, starts[begin])
    ]

    found = pattern.advance(1 << begin, SpacedText(words, CLASSES))

    assert [place for place in range(len(starts)) if found >> place & 1] == expected


@given(st.text("ab.7 1", max_size=12))
def test_a_string_is_found_anywhere(signs: str) -> None:
    """Without blanks an entry may begin at any character, also inside another match of itself."""
    text = UnspacedText(signs)
    expected = {place for place in range(len(signs)) if signs.startswith("aa", place)}

    assert {
        place for place in range(len(signs)) if text.places(Word("aa", 2)) >> place & 1
    } == expected


@given(st.sets(st.integers(0, 40)))
def test_bits_are_at_their_positions(places: set[int]) -> None:
    """Every position of a text has its bit."""
    assert bits_of(places, 40) == sum(1 << place for place in places)


_LETTERS = st.text(alphabet="ab", min_size=1, max_size=5)


@given(st.sets(st.tuples(_LETTERS, st.booleans(), st.booleans()), max_size=8), _LETTERS)
def test_a_word_has_the_classes_of_the_words_that_it_begins_ends_or_holds(
    listed: set[tuple[str, bool, bool]], word: str
) -> None:
    """Open words are looked up by their edge; a class that is missed would miss a harm."""
    classes = WordClasses()
    keys = {
        classes.key_of(frozenset({Literal(text, start, end)})): f"{'.*' * start}{text}{'.*' * end}"
        for text, start, end in sorted(listed)
    }

    assert set(classes.of(word)) == {
        key for key, pattern in keys.items() if re.fullmatch(pattern, word)
    }
