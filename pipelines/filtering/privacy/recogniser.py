"""The form of every identifier rule: a scan behind a necessary condition."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipelines.filtering.privacy.prefilter import Needs, PlainText

Span = tuple[int, int, float]
"""Start, end (exclusive) and score of what a rule found in a plain text."""
Scan = Callable[[PlainText], Iterable[Span]]


@dataclass(frozen=True)
class Rule:
    """How one entity type is found.

    Attributes:
        entity_type: Presidio's name, or ours where it has none.
        needs: without this in the text, `scan` finds nothing; the screen rests on it.
        scan: from a plain text to spans in its parts. Its cost is linear in the length.
    """

    entity_type: str
    needs: Needs
    scan: Scan

    def spans(self, text: PlainText) -> Iterator[Span]:
        """Find the type in the parts of a plain text: spans of the original text, one at a time."""
        for start, end, score in self.scan(text):
            yield *text.original(start, end), score


_LATIN = r"A-Za-z0-9_\u00c0-\u024f"
_LOOK = re.compile(r"\(\?<?!(?:\[[^\]]*\]|\\w)")


def latin_edges(pattern: str) -> str:
    """Return a pattern whose look-arounds take letters of other scripts for an end of word.

    Chinese, and often Hindi, set no blank between a word and a number.
    """

    def narrow(look: re.Match[str]) -> str:
        alnum = look[0].replace(r"[^\W_]", f"[{_LATIN.replace('_', '')}]")
        return alnum.replace("[\\w", f"[{_LATIN}").replace(
            r"\w", f"[{_LATIN}]" if "[" not in look[0] else _LATIN
        )

    return _LOOK.sub(narrow, pattern)


def by_pattern(
    pattern: str,
    score: float,
    holds: Callable[[str], bool] | None = None,
    *,
    cased: bool = False,
    group: int | str = 0,
) -> Scan:
    """Return a scan for a regular expression whose match, if `holds` is given, must satisfy it.

    Args:
        pattern: on the lower-cased text unless `cased`; every quantifier bounded.
        score: of every match, in [0, 1].
        holds: the check digits; it gets the matched group.
        cased: match the text as it is written.
        group: of the match, the part that is the identifier.
    """
    compiled = re.compile(latin_edges(pattern))

    def scan(text: PlainText) -> Iterator[Span]:
        for match in text.matches(compiled, cased=cased):
            start, end = match.span(group)
            if start < end and (holds is None or holds(match[group])):
                yield start, end, score

    return scan


def beside(  # noqa: PLR0913  a row of a table: what is found, beside what, and how sure
    pattern: str,
    words: Iterable[str],
    score: float,
    holds: Callable[[str], bool] | None = None,
    *,
    before: int = 50,
    after: int = 20,
    sure: float | None = None,
    group: int | str = 0,
) -> Scan:
    """Return a scan for a pattern that counts only beside one of the words.

    Args:
        pattern: on the lower-cased text; every quantifier bounded.
        words: expressions, one of which must stand near.
        score: of every match, in [0, 1].
        holds: the check digits; it gets the letters and digits of the matched group.
        before: characters before the match in which the word may stand.
        after: characters behind it.
        sure: score where `holds` says yes; then a match counts without it too. None = it must hold.
        group: of the match, the part that is the identifier.
    """
    compiled, says_so = re.compile(latin_edges(pattern)), near(words, before=before, after=after)

    def scan(text: PlainText) -> Iterator[Span]:
        for match in text.matches(compiled):
            start, end = match.span(group)
            if start == end or not says_so(text, start, end) or goes_on(text.text, start, end):
                continue
            held = holds is not None and holds(bare(match[group]))
            if held or holds is None or sure is not None:
                yield start, end, sure if held and sure is not None else score

    return scan


def goes_on(text: str, start: int, end: int) -> bool:
    """Do digits go on behind a mark at either end of a span, so that it would be half a number?"""
    if text[start].isdigit() and re.search(r"\d[ .,/-]\Z", text[max(0, start - 2) : start]):
        return True
    marks = " ./-" if text[start:end].isdecimal() else "./-"
    return (
        text[end - 1].isdigit()
        and text[end : end + 1] in set(marks)
        and text[end + 1 : end + 2].isdigit()
    )


def bare(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(filter(str.isalnum, text))


IsBeside = Callable[[PlainText, int, int], bool]
"""Does a word stand near a span of a text?"""
SEPARATOR = r"[ \t\n\r.,/_\-\u00b7]{0,3}"
"""What people put between the groups of a number, or between its digits."""
_JOINED = r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # no blank between words
_NO_LETTER_BEFORE = (
    r"(?<![^\W\d_\u0900-\u0dff])"  # the vowel signs of India's scripts are no letters to Python
)
SPACED_LETTER = r"[^\W\d_\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""A letter of a script that sets blanks between words."""
# "IMEIは49…": a letter of a script without blanks begins a word of its own
_NO_LETTER_BEHIND = f"(?!{SPACED_LETTER})"


def near(
    words: Iterable[str], before: int = 60, after: int = 0, *, on_line: bool = False
) -> IsBeside:
    """Return a test: does one of the words stand within so many characters of a span?

    Args:
        words: expressions; a digit may follow them at once, a letter may not, but in scripts that
            are written without blanks.
        before: characters before the span that are read.
        after: characters behind it.
        on_line: whether these end with the line, as for words that take a finding back: what is
            said on another line must hide nothing.
    """
    listed = list(words)
    joined = [word for word in listed if re.match(_JOINED, word[0])]
    apart = [word for word in listed if not re.match(_JOINED, word[0])]
    # What every word needs stands first and once: the search then fails at once inside of words.
    options = (
        [rf"{_NO_LETTER_BEFORE}(?:{by_first_letter(apart)}){_NO_LETTER_BEHIND}"] if apart else []
    )
    compiled = re.compile("|".join((*options, *joined)))

    def test(text: PlainText, start: int, end: int) -> bool:
        # By position: a word that the window cuts is not one
        search, low = (
            compiled.search,
            text.lower,
        )
        if search(low, max(0, start - before), start):
            return True
        last = low.find("\n", end, end + after) if on_line else -1
        return bool(after and search(low, end, last if last >= 0 else end + after))

    return test


def by_first_letter(words: Iterable[str]) -> str:
    """Return the alternation of expressions, those of one first letter together.

    >>> by_first_letter(["one", "two", "oh", "(?:a|b)c"])
    'o(?:ne|h)|two|(?:a|b)c'
    """
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(
            word[0] if word[0].isalnum() and word[1:2] not in set("?*+{") else "", []
        ).append(word)
    plain_words = groups.pop("", [])
    grouped = [
        found[0] if len(found) == 1 else f"{letter}(?:{'|'.join(word[1:] for word in found)})"
        for letter, found in groups.items()
    ]
    return "|".join((*grouped, *plain_words))


_ENDING = r"(?:[^\W\d_]|[\u0900-\u0dff]){0,24}"  # the vowel signs of India's scripts are no letters


def literal(word: str) -> str:
    """Return the expression of a listed word.

    A star at its end stands for any ending, a blank for one to three; `[eé]` for either letter.
    """
    kept = word.removesuffix("*")
    said = (
        (kept if "[" in kept else re.escape(kept)).replace("\\ ", " ").replace(" ", r"[\s.-]{1,3}")
    )
    return said + (_ENDING if word.endswith("*") else "")


def stem(word: str) -> str:
    """Return what stands in a text wherever a listed word does, for the screen."""
    return max(word.removesuffix("*").split(), key=len)
