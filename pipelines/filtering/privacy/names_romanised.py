"""Korean and Chinese names in Latin letters, in a sentence of their own script: zhang wei还没来.

A run of one to three words is such a name if one is a family name and the others fall into
syllables that given names are made of. One word alone needs what only names have behind it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pipelines.filtering.privacy.names_chinese import LISTS
from pipelines.filtering.privacy.segmenting import Spans
from pipelines.word_files import read_word_file

_RUN = re.compile(
    r"(?<![A-Za-z\d@_.#/:&])[A-Za-z]{2,14}(?:[ -][A-Za-z]{1,14})*(?![A-Za-z\d@_./:&])"
)
_KOREAN_BEHIND = re.compile(
    r"(?:이?(?:가|는|를|랑|한테|에게|네|도|의|라고)|이(?=[\s?!.,]|\Z)"
    r"|야|아|은|을|님|씨| ?(?:오빠|언니|누나|형|씨|선배|쌤))"
)
_WORDS_MAX = 3
_SYLLABLES_MAX = 2
_ALONE_MIN = {"ko": 5, "zh": 6}
"""Letters of one word that is a name."""
Language = Literal["ko", "zh"]


@dataclass(frozen=True)
class _Romanised:
    """The lists of a language."""

    families: frozenset[str]
    sure: frozenset[str]
    given: re.Pattern[str]
    """One or two syllables."""
    glued: re.Pattern[str]
    """A family name and a given one in one word."""
    words: frozenset[str]

    def is_full(self, words: Sequence[str]) -> bool:
        """Say whether words are a family name and a given one, in either order."""
        for family, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
            if family in self.families and rest and self.given.fullmatch("".join(rest)):
                return True
        return False


def find_romanised(piece: str, language: Language) -> Spans:
    """Return the spans of names in Latin letters in a sentence, in order of start."""
    lists = _lists(language)
    found = Spans()
    for run in _RUN.finditer(piece):
        words = re.split("[ -]", run[0].lower())
        if len(words) > _WORDS_MAX or " ".join(words) in lists.words:
            continue
        if len(words) == 1:
            is_name = _is_alone(piece, run, lists, language)
        else:
            western = run[0].istitle() and len(words) == 2 and words[1] in lists.sure  # noqa: PLR2004
            is_name = western or lists.is_full(words)
        if is_name:
            found.append(run.span())
    return found


def _is_alone(piece: str, run: re.Match[str], lists: _Romanised, language: Language) -> bool:
    """Say whether one word is a full name, or in Korean a given one with what names have behind."""
    word = run[0].lower()
    if len(word) < _ALONE_MIN[language] or word in lists.words:
        return False
    if language == "zh":
        return lists.glued.fullmatch(word) is not None
    behind = _KOREAN_BEHIND.match(piece, run.end())
    return behind is not None and bool(lists.given.fullmatch(word) or lists.glued.fullmatch(word))


@cache
def _lists(language: Language) -> _Romanised:
    read: Mapping[str, Any] = read_word_file(LISTS / "romanised.yaml")[language]
    syllable = _any(read["given"])
    fronts = [*read["families"], *read.get("fronts", ())]
    # a Korean given name has two syllables
    least = _SYLLABLES_MAX if language == "ko" else 1
    given = rf"{syllable}{{{least},{_SYLLABLES_MAX}}}"
    return _Romanised(
        frozenset(read["families"]),
        frozenset(read.get("sure", read["families"])),
        re.compile(given),
        re.compile(rf"{_any(fronts)}{given}"),
        frozenset(map(str, read["words"])),
    )


def _any(words: Sequence[str]) -> str:
    return f"(?:{'|'.join(sorted(map(str, words), key=lambda w: (-len(w), w)))})"
