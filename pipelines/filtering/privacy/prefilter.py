"""What a text must hold for a rule to fire at all, and where: cheap looks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

_INVISIBLE = (
    "\u20e3\ufe00-\ufe0f\u00ad\u034f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d"
    "\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_HIDDEN = re.compile(f"[{_INVISIBLE}]+")
# U+20E3 and a variation selector make a keycap of a digit.
_SPACES = (
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
_DIGITS_END = (
    0x20000  # Unicode has no digits behind its first two planes; to look there costs every start
)
_CIRCLED = {0x2460: 1, 0x2776: 1, 0x2780: 1, 0x278A: 1, 0x24F5: 1}  # first of nine, its value
_MARKS = (
    '\u2024.\u066b.\u066c,\u060c,\u2019\'\u2032\'\u2033"\u201c"\u201d"\ufe6b@\u2022\u00b7\u2219'
    "\u00b7\u2027\u00b7\u30fb\u00b7\u2044/\u2028\n\u2029\n"
)
_ALIKE = (
    {point: str(int(chr(point))) for point in range(0x80, _DIGITS_END) if chr(point).isdecimal()}
    | {first + i: str(value + i) for first, value in _CIRCLED.items() for i in range(9)}
    | {0x24EA: "0", 0x24FF: "0"}
    | {ord(c): " " for c in _SPACES}
    | {ord(c): "-" for c in _DASHES}
    | {point: chr(point - 0xFEE0) for point in range(0xFF01, 0xFF5F) if not chr(point).isdecimal()}
    | {0xFF0D: "-"}
    | {ord(mark): like for mark, like in zip(_MARKS[::2], _MARKS[1::2], strict=True)}
)


@dataclass(frozen=True)
class PlainText:
    """A text as the rules read it: no invisible characters, ASCII digits and dashes.

    Attributes:
        text: the plain form; each character stands for one of the original.
        offsets: [len(text) + 1] offset of each character in the original, then its length; None =
            the same.
        parts: [n, 2] start and end of what is to be read of it, by start, apart; None = all.
    """

    text: str
    offsets: Sequence[int] | None = field(default=None, repr=False)
    parts: Sequence[tuple[int, int]] | None = field(default=None, repr=False)

    @cached_property
    def lower(self) -> str:
        """The plain text in lower case, character by character, so that offsets stay."""
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "".join(low if len(low := c.lower()) == 1 else c for c in self.text)

    @cached_property
    def digit_count(self) -> int:
        """How many ASCII digits the plain text holds."""
        return sum(map(self.text.count, "0123456789"))

    def at(self, parts: Sequence[tuple[int, int]]) -> "PlainText":
        """Return the same text, of which no more than these parts are to be read."""
        view = replace(self, parts=parts)
        vars(view).update(lower=self.lower)  # made once for all rules
        return view

    def matches(self, pattern: re.Pattern[str], *, cased: bool = False) -> Iterator[re.Match[str]]:
        """Yield what a pattern meets in the parts of the lower-cased text, or as it is written."""
        text = self.text if cased else self.lower
        for start, end in ((0, len(text)),) if self.parts is None else self.parts:
            yield from pattern.finditer(text, start, end)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that a non-empty span of the plain text stands for.

        Invisible characters behind its last one belong to it: the keycap of a digit is a part of
        it.
        """
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end]


def plain(text: str) -> PlainText:
    """Return the text as the rules read it."""
    if text.isascii():
        return PlainText(text)
    alike = text.translate(_ALIKE)
    kept, start = list[int](), 0
    for hidden in _HIDDEN.finditer(alike):
        kept.extend(range(start, hidden.start()))
        start = hidden.end()
    if not start:
        return PlainText(alike)
    kept.extend(range(start, len(alike) + 1))
    return PlainText(_HIDDEN.sub("", alike), kept)


_ROWS_MIN = 100  # texts: Polars compiles a pattern at each call, which takes as long as to read 60


@dataclass(frozen=True)
class Needs:
    """A necessary condition of a rule, cheap to test.

    Attributes:
        digits: least number of digits in the text.
        within: characters in which so many digits of every match stand; None = not known.
        any_of: lower-case strings of which one must stand in the text; empty = no such need.
        words: how many different ones of `any_of` must stand in it.
        instead: lower-case strings of which one does as well as the digits.
        pattern: an expression that the lower-cased text holds, which Rust and Python read alike: no
            look-around. Rust searches many times as fast as Python. None = no such need.
        reach: most characters from those digits, where `within` is known, else from such a string,
            to either end of a match; what stands around a match may be read further. None = not
            known.
    """

    digits: int = 0
    within: int | None = None
    any_of: tuple[str, ...] = ()
    words: int = 1
    reach: int | None = None
    instead: tuple[str, ...] = ()
    pattern: str | None = None

    def met_by(self, text: PlainText) -> bool:
        """Can the rule fire on this text?"""
        if text.digit_count < self.digits and not any(one in text.lower for one in self.instead):
            return False
        if self.any_of and sum(word in text.lower for word in self.any_of) < self.words:
            return False
        return self.pattern is None or re.search(self.pattern, text.lower) is not None


class Screen:
    """Which rules can fire on which text of a batch: all strings are looked for in one pass.

    The words of rules that need digits are looked for only where one stands, or what does as well:
    nine texts of ten hold none.

    Args:
        needs: of the rules, in their order.
    """

    def __init__(self, needs: Sequence[Needs]) -> None:
        self._needs = needs
        self._instead = sorted({word for need in needs for word in need.instead})
        without = {word for need in needs if not need.digits for word in need.any_of}
        self._words = sorted(without.union(self._instead))
        self._words_by_digits = sorted(
            {word for need in needs if need.digits for word in need.any_of}.difference(self._words)
        )
        # A set of rules is a whole number with a bit for each: to unite sets is then cheap.
        self._enough_digits = [
            sum(1 << i for i, need in enumerate(needs) if digits >= need.digits)
            for digits in range(max((need.digits for need in needs), default=0) + 1)
        ]
        self._wordless = sum(1 << i for i, need in enumerate(needs) if not need.any_of)
        self._by_word: dict[str, int] = {}
        self._by_words: dict[str, list[int]] = {}
        for i, need in enumerate(needs):
            for word in set(need.any_of):
                if need.words == 1:
                    self._by_word[word] = self._by_word.get(word, 0) | 1 << i
                else:
                    self._by_words.setdefault(word, []).append(i)
        self._by_instead = {
            word: sum(1 << i for i, need in enumerate(needs) if word in need.instead)
            for word in self._instead
        }

    def pick(self, texts: Sequence[PlainText]) -> list[tuple[int, ...]]:
        """Return the positions of the rules whose needs each text meets."""
        try:
            lower = pl.Series("text", [text.lower for text in texts], dtype=pl.String)
        except UnicodeEncodeError:  # a lone surrogate is no text that Polars could hold
            return [
                tuple(i for i, need in enumerate(self._needs) if need.met_by(text))
                for text in texts
            ]
        counts = lower.str.count_matches("[0-9]").to_list()
        held = _extract(lower, self._words)
        some = [
            i
            for i, (count, words) in enumerate(zip(counts, held, strict=True))
            if count or not self._by_instead.keys().isdisjoint(words)
        ]
        for i, words in zip(some, _extract(lower.gather(some), self._words_by_digits), strict=True):
            held[i] += words
        rules = [self._rules_for(count, words) for count, words in zip(counts, held, strict=True)]
        return list(map(_bits, self._without_pattern(lower, rules)))

    def _without_pattern(self, lower: pl.Series, rules: list[int]) -> list[int]:
        """Return the rules of each text without those whose pattern it does not hold.

        Where few texts are left for a rule, they are read without asking.
        """
        for rule, need in enumerate(self._needs):
            rows = [i for i, one in enumerate(rules) if one >> rule & 1] if need.pattern else []
            if len(rows) >= _ROWS_MIN and need.pattern:
                holds = lower.gather(rows).str.contains(need.pattern)
                for row in (~holds).arg_true().to_list():
                    rules[rows[row]] ^= 1 << rule
        return rules

    def _rules_for(self, digits: int, words: Iterable[str]) -> int:
        """Return the rules whose strings and digits stand in a text, as bits."""
        rules, counted = self._wordless, dict[int, int]()
        enough = self._enough_digits[min(digits, len(self._enough_digits) - 1)]
        for word in set(words):
            rules |= self._by_word.get(word, 0)
            enough |= self._by_instead.get(word, 0)
            for rule in self._by_words.get(word, ()):
                counted[rule] = counted.get(rule, 0) + 1
        for rule, count in counted.items():
            if count >= self._needs[rule].words:
                rules |= 1 << rule
        return rules & enough


def _bits(rules: int) -> tuple[int, ...]:
    """Return the places of the bits that are set, from the lowest."""
    places = list[int]()
    while rules:
        lowest = rules & -rules
        places.append(lowest.bit_length() - 1)
        rules ^= lowest
    return tuple(places)


def _extract(lower: pl.Series, words: list[str]) -> list[list[str]]:
    """Return which of the words each text holds; Polars knows no empty list of them."""
    found: list[list[str]] = (
        lower.str.extract_many(words, overlapping=True).to_list() if words else [[] for _ in lower]
    )
    return found
