"""Korean names without a cue: a word that is a name and a particle that fits its last syllable.

A family name and two syllables, or a given name of a list; 지민이는 has the 이 that only names
take. What is a word too (유리, glass) needs a family name or a title.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.filtering.privacy.names_chinese import LISTS
from pipelines.filtering.privacy.segmenting import Spans
from pipelines.word_files import read_word_file

_WORD = re.compile(r"[가-힣]{2,12}")
_BEHIND = re.compile(r" ([가-힣]{1,8})(?: ([가-힣]{1,8}))?(?: ([가-힣]{1,8}))?")
_SURNAME = re.compile(
    r"(?<![가-힣])"
    r"[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄] ?"
    r"(?:대리|과장|부장|팀장|차장|실장|교수|박사|변호사|선생)님?(?![가-힣]{3})"
    r"|(?<![가-힣])[김박최정강조윤장임한오서신권황송류홍양손배백허곽] ?씨(?=[\s가는의,.]|\Z)"
)
"""A family name alone with what its bearer is called: 김 대리."""
_CALLS = frozenset(["야", "아", "네"])
_ONLY_NAMES = frozenset(["이가", "이는", "이를", "이한테", "이에게", "이네", "이하고", "이랑은"])
_WITH_I = frozenset(
    [
        "이",
        "이다",
        "이나",
        "이면",
        "이란",
        "이라고",
        "이라는",
        "이에요",
        "이예요",
        "이잖아",
        "이었어",
        "이야",
        "이랑",
        "이도",
        "이만",
        "이여",
    ]
)
"""Endings of nouns too; the others with 이 (이가, 이는, 이한테) only names take."""
_OF_NOUNS = (
    "이라",
    "이었",
    "이지",
    "이죠",
    "이거",
    "이구",
    "이세",
    "이래",
    "이던",
    "이냐",
    "이인",
    "이요",
)
_TO = ("한테", "에게")  # only to people
_FIRST, _FINALS = 0xAC00, 28
_FULL = 3  # syllables of a family name and a given one
_GIVEN = 2
_PARTICLE_LIKE = frozenset("은이도인의나지아하한로들만가중자")
"""Syllables that end names, but as often stand behind a noun."""
_NO_NAME_ENDS = _PARTICLE_LIKE | frozenset("일용안실성서면게고며네데")
"""Syllables that end words too; a full name behind which nothing stands ends otherwise."""
_PLAIN = frozenset("김박최윤황권홍허곽류백배손송임")
"""Family names with which few words begin."""
_COMMON_FAMILIES = 40  # stand first in the list
_FOREIGN_REST = re.compile(r"(?: (?!씨)[가-힣]{1,3}(?=[ 씨님이가은는을를도의랑,.!?]|\Z)){1,3}")
_VIETNAMESE = re.compile(
    r"(?<![가-힣])(?:쩐|팜|레|도|보|부|판|당|딘|르엉|호앙)"
    r" (?:티|반|민|득|응옥|꾸옥|흐우|투) ?"
    r"[가-힣]{1,3}?(?=이?(?:가|는|를|랑|한테|에게|도|의)?(?:[ ,.!?]|\Z)|씨|님)"
)
_SHORT_CALL = re.compile(r"(?<![가-힣])[빈솔훈결율찬혁준건](?=아[ ,!?~])")
_TITLE_NEXT = re.compile(r" ?(?:씨|님|군|양|선생|과장|대리|누나|언니|오빠|형)")


@dataclass(frozen=True)
class _Korean:
    """The lists of Korean."""

    families: frozenset[str]
    common_families: frozenset[str]
    doubles: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    given: frozenset[str]
    given_common: frozenset[str]
    ordinary: frozenset[str]
    words: frozenset[str]
    nouns: frozenset[str]
    particles: Mapping[bool, frozenset[str]]
    """By whether the syllable before has a final consonant."""
    titles: tuple[str, ...]
    people: tuple[str, ...]
    foreign: frozenset[str]
    foreign_words: frozenset[str]
    """Those that are words too: with a title, or where people do something."""
    foreign_families: frozenset[str]
    """Of Viet Nam; the rest of the name stands behind them."""
    nobody: frozenset[str]
    """What stands before 씨 and 아, but is no name."""
    glued: tuple[str, ...]
    """What people are called right behind their name: 재석삼촌, 석진이형."""
    things: frozenset[str]
    family_titled: re.Pattern[str]

    def name_in(self, word: str, behind: Sequence[str]) -> int:
        """Return how many syllables of a word are a name; 0 = none.

        Args:
            word: a run of Hangul.
            behind: the next words.
        """
        titled = bool(behind) and behind[0].startswith(self.titles)
        of_people = any(one.startswith(self.people) for one in behind)
        for length in self._lengths(word):
            stem = word[:length]
            particle = word[length:]
            is_glued = self._is_glued(particle, final=_has_final(stem[-1]))
            if particle not in self.particles[_has_final(stem[-1])] and not is_glued:
                continue
            called = (
                is_glued
                or (particle.startswith(_TO) and stem != "우리")
                or particle.startswith(self.titles)
                or (titled and not particle)
                or (of_people and bool(particle) and stem not in self.things)
                or (bool(behind) and particle in _CALLS)
                or (_is_behind_names(particle) and _has_final(stem[-1]))
            )
            of_full = of_people and not particle and stem[-1] not in _NO_NAME_ENDS
            if self._is_name(stem, particle, titled=called or (of_full and length == _FULL)):
                return length
        return 0

    def _is_glued(self, behind: str, *, final: bool) -> bool:
        """Say whether a word goes on with what people are called, or with 이 and that."""
        return behind.startswith(self.glued) or (
            final and behind.startswith("이") and behind[1:].startswith(self.glued)
        )

    def _lengths(self, word: str) -> Iterator[int]:
        longest = min(len(word), 7)
        yield from (n for n in (4, 3, 2, *range(longest, 4, -1)) if n <= longest)

    def _is_name(self, stem: str, particle: str, *, titled: bool) -> bool:
        if stem in self.foreign:
            return True
        if stem in self.foreign_words:
            return titled
        if len(stem) == _GIVEN:
            sounds = particle in _ONLY_NAMES and stem not in self.nouns and self._may_be_given(stem)
            told = particle in {"아", "씨"} and stem not in self.nobody | self.nouns
            sounds = sounds or (told and self._may_be_given(stem))
            return (stem in self.given and (titled or stem not in self.ordinary)) or sounds
        if stem[:2] in self.doubles:
            return stem[2] in self.last if len(stem) == _FULL else self._may_be_given(stem[2:])
        return len(stem) == _FULL and self._is_full(stem, sure=titled or bool(particle))

    def _is_full(self, stem: str, *, sure: bool) -> bool:
        """Say whether three syllables are a family name and a given one.

        Args:
            stem: the syllables.
            sure: a particle or a title stands behind them.
        """
        if stem in self.words or stem[0] not in self.families:
            return False
        if stem[:2] in self.nouns and stem[2] in _PARTICLE_LIKE:
            return False
        given = stem[1:]
        if given in (self.given if sure else self.given_common) and given not in self.ordinary:
            return True
        if stem[0] in _PLAIN and stem[2] not in _NO_NAME_ENDS and self._may_be_given(given):
            return stem[:2] not in self.nouns
        if stem[0] not in self.common_families:
            return sure and self._may_be_given(given)
        return given in self.given_common or (sure and self._may_be_given(given))

    def _may_be_given(self, given: str) -> bool:
        if len(given) != _GIVEN:
            return False
        return given in self.given or (given[0] in self.first and given[1] in self.last)


def find_korean(piece: str) -> Spans:
    """Return the spans of Korean names in a sentence, in order of start, none overlapping."""
    lists = _lists()
    found = Spans()
    for match in _WORD.finditer(piece):
        behind = _BEHIND.match(piece, match.end())
        length = lists.name_in(match[0], [one for one in behind.groups() if one] if behind else [])
        if length:
            end = match.start() + length
            if match[0] in lists.foreign_families:
                end = _with_rest(piece, end)
            found.append((_with_family(piece, match.start(), lists), end))
    for pattern in (_SURNAME, _VIETNAMESE, _SHORT_CALL, lists.family_titled):
        found += [match.span() for match in pattern.finditer(piece)]
    return found


def _with_family(piece: str, start: int, lists: _Korean) -> int:
    """Return where a name begins that a family name and a blank may stand before: 김 철수."""
    before = piece[max(0, start - 3) : start]
    if before[-1:] == " " and before[-2:-1] in lists.families and not _WORD.match(before[:2]):
        return start - 2
    return start


def _is_behind_names(particle: str) -> bool:
    """Say whether a particle with 이 stands behind names alone: 이가, but not 이라면."""
    return (
        particle.startswith("이") and particle not in _WITH_I and not particle.startswith(_OF_NOUNS)
    )


def _with_rest(piece: str, end: int) -> int:
    """Return where a Vietnamese name ends whose family name ends at a place: 응우옌 반 남 씨."""
    rest = _FOREIGN_REST.match(piece, end)
    if rest is None:
        return end
    words = rest[0].split()
    for count in range(len(words), 0, -1):
        stop = end + len("".join(words[:count])) + count
        if count <= 2 and (stop == len(piece) or _TITLE_NEXT.match(piece, stop)):  # noqa: PLR2004
            return stop
    return end + 1 + len(words[0].rstrip("이가은는을를도의랑"))


def _has_final(syllable: str) -> bool:
    return (ord(syllable) - _FIRST) % _FINALS > 0


@cache
def _lists() -> _Korean:
    read: Mapping[str, Any] = read_word_file(LISTS / "ko.yaml")
    words = (LISTS / "ko_words.txt").read_text("utf-8").split()
    particles = read["particles"]
    return _Korean(
        frozenset(read["surnames"]),
        frozenset(read["surnames"][:_COMMON_FAMILIES]),
        frozenset(read["double"]),
        frozenset(read["first"]),
        frozenset(read["last"]),
        frozenset([*read["given"], *read["given_more"]]),
        frozenset(read["given"]),
        frozenset(read["ordinary"]),
        frozenset([*words, *read["words"]]),
        frozenset(read["nouns"]),
        {
            final: frozenset([*particles["any"], *particles["consonant" if final else "vowel"]])
            for final in (False, True)
        },
        tuple(read["titles"]),
        tuple(read["people"]),
        frozenset([*read["foreign"], *read["foreign_families"]]),
        frozenset(read["foreign_words"]),
        frozenset(read["foreign_families"]),
        frozenset(read["nobody"]),
        tuple(read["glued"]),
        frozenset(read["things"]),
        re.compile(
            rf"(?<![가-힣])[{read['plain_families']}] ?"
            rf"(?:{'|'.join(read['family_titles'])})(?:님|이|가|은|는|한테|께|께서)?(?![가-힣]{{3}})"
            r"|(?<![가-힣])[이한오신전고안유노주]쌤(?:이|은|한테|께서|께)?(?![가-힣]{2})"
        ),
    )
