"""Rules for answers to security questions: what opens an account when its password is forgotten.

The words stand in `secret_words/questions.yaml`. The question's name is found first, then a mark or
the word for an answer behind it.
"""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, literal, near
from pipelines.filtering.privacy.recogniser_cues import (
    LETTER,
    UNSPACED,
    UNSPACED_LETTER,
    Cues,
    any_of,
    flat,
    read_words,
    spelled,
    stems,
)

_Q = read_words("questions")
_NAMED, _ANSWERS = flat(_Q["named"]), spelled(_Q["answers"])
_CUES = Cues(_NAMED)
_REACH, _ANSWER_CHARS = 90, 44
_MARK = re.compile(
    rf"(?:(?<!{LETTER})|(?<=[{UNSPACED}])|(?=[{UNSPACED}]))(?:{any_of(_ANSWERS)})"
    rf"(?=[\s:=\"'“”«»{UNSPACED}])[ ]?[:=]?|{any_of(_Q['marks'])}|(?P<asked>\?)"
)
_LINK = re.compile(
    rf"[ ]?(?:[:=]|(?:{any_of(_Q['links'])})(?![^\W_])|{any_of(_Q['glued'])}|(?=[ ]))"
)
_says_answer = near(map(literal, _ANSWERS), before=_ANSWER_CHARS)
_asks_after = near(map(literal, flat(_Q["topics"])), before=_REACH)
_VALUE = re.compile(
    rf"[ \t\"'`]{{0,3}}(?P<value>[^\s\"'`,;:=?!.()<>{UNSPACED}]{{2,30}}"
    rf"(?:[ ][^\s\"'`,;:=?!.()<>{UNSPACED}]{{1,30}}){{0,5}}|[{UNSPACED}]{{2,12}})"
)
_NO_ANSWERS = frozenset(_Q["no_answers"].split())
_CLOSED = frozenset(_Q["closed"])
_PARTICLES = tuple(word for word in sorted(_CLOSED, key=len, reverse=True) if len(word) > 1)
_WORDS_MAX, _CHARS_MIN = 3, 2


def scan_answers(text: PlainText) -> Iterator[Span]:
    """Find "security question first pet = Biscuit", "Geheimfrage Schule, Antwort Waldschule"."""
    for cue in _CUES.find(text):
        end = min(len(text.text), cue.end() + _REACH)
        line = text.text.find("\n", cue.end(), end)
        # Who says "the answer to the security question" needs no more than a link
        link = _LINK.match(text.lower, cue.end())
        if link is not None and _says_answer(text, cue.end(), cue.end()):
            span = _answer(text, link.end(), asked=not link[0].strip())
            if span is not None:
                yield *span, 0.8
                continue
        for mark in _MARK.finditer(text.lower, cue.end(), end if line < 0 else line):
            is_word = mark[0][:1].isalpha()
            topic = _asks_after(text, mark.start(), mark.start())
            if not is_word and not topic:
                continue
            span = _answer(text, mark.end(), asked=bool(mark["asked"]))
            if span is not None:
                yield *span, 0.8
                break


def _answer(text: PlainText, place: int, *, asked: bool) -> tuple[int, int] | None:
    """Return the span of the answer in what follows a mark.

    Args:
        text: the text.
        place: where the mark ends.
        asked: the mark is that of a question: then only a name counts.
    """
    said = _VALUE.match(text.text, place)
    if said is None:
        return None
    start, value = said.start("value"), said["value"]
    if UNSPACED_LETTER.match(value):
        kept = next((value.removesuffix(p) for p in _PARTICLES if value.endswith(p)), value)
        is_none = any(word in value for word in _NO_ANSWERS if UNSPACED_LETTER.match(word))
        return None if is_none or len(kept) < _CHARS_MIN else (start, start + len(kept))
    words = value.split(" ")
    if words[0].lower() in _NO_ANSWERS or (asked and not words[0][:1].isupper()):
        return None
    if len(words) > 1 and words[-1].lower() in _CLOSED:
        words = words[:-1]
    capital = next((i for i, word in enumerate(words) if not word[:1].isupper()), len(words))
    # "Biscuit McFluff dont tell": the capitals; "biscuit mcfluff": all that is said, if it is short
    count = capital or (len(words) if len(words) <= _WORDS_MAX else 1)
    kept = words[:count]
    return start, start + len(" ".join(kept))


ANSWER_RULES = (Rule("PASSWORD", Needs(any_of=stems(_NAMED, 9), reach=260), scan_answers),)
