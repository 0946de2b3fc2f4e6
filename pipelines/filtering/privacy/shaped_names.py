"""Names that need no model: accounts, pet names, pairs, kin behind a name, a scene's players."""

# ruff: noqa: RUF001  letters of Turkish

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pipelines.filtering.privacy.evidence_words import NameLists, find_words
from pipelines.filtering.privacy.fiction import FICTION, SOFTWARE
from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.listed_names import ListedNames
from pipelines.filtering.privacy.no_persons import ordinary_words

_SCORE = 0.85
_NAME_MIN = 3  # letters of a name
_SENTENCES_KEPT = 16_384
_NOBODY = FICTION | SOFTWARE
_BEHIND_A_NAME = frozenset(
    [
        *("uncle", "aunty", "aunti", "auntie", "ji", "bhaiya", "didi", "bhai", "sahab", "saab"),
        *("madam", "mam", "chacha", "chachi", "mausi", "bhabhi", "teyze", "amca", "abla", "abi"),
        *("hoca", "hocam", "bey", "hanım", "hanim", "dayı", "hala", "yenge"),
    ]
)
"""What people are called behind their name, in India and Turkey."""
_ACTING = re.compile(  # "*Lena lächelt*": a scene, played between asterisks
    r"(?:^|\n)[*_]{1,2}([A-ZÀ-ÞŁŚŻА-ЯЁ][^\W\d_A-Z]{2,20})(?=(?:'s)? [a-zß-ÿа-яёąćęłńśźżğışöüç])"
)
_PARTICLES = frozenset(["el", "al", "de", "da", "bin", "ben", "van", "di", "dos", "von"])
_ACCOUNT = re.compile(
    r"(?<![\w@.])@([^\W\d_][\w.]{2,30}\w)(?!@)((?: [A-ZÀ-ÞŁŚŻА-ЯЁ][\w'-]{1,20}){0,2})"
)
_ACCOUNT_PART = re.compile(r"[\d_.]+")


class ShapedNames:
    """Finds names by the shape of what stands around them.

    Args:
        lists: common words and names.
        listed: names of our own lists.
    """

    def __init__(self, lists: NameLists, listed: ListedNames) -> None:
        self._lists = lists
        self._listed = listed
        # A sentence is asked about twice, whether it may hold a name and which.
        self._known = lru_cache(_SENTENCES_KEPT)(self._find_small)

    def find(self, text: str) -> Iterator[Finding]:
        """Yield the persons of a sentence that its shape tells; some may overlap."""
        yield from self.accounts(text)
        yield from self.small(text)

    def accounts(self, text: str) -> Iterator[Finding]:
        """Yield accounts of which a part is a name: "@lotte.smit", "@Pia Wenz"."""
        for match in _ACCOUNT.finditer(text) if "@" in text else ():
            parts = _ACCOUNT_PART.split(match[1].lower())
            if any(self._is_known(part) for part in parts):
                is_name = match[1].istitle() and match[2]  # "@Pia Wenz", not "@pia_wenz Hello"
                kind = "PERSON" if is_name else "SOCIAL_HANDLE"
                yield Finding(kind, match.start(1), match.end(2 if is_name else 1), _SCORE)

    def small(self, text: str) -> tuple[Finding, ...]:
        """Return names that no model need see: pet names, pairs, players of a scene."""
        return self._known(text)

    def _find_small(self, text: str) -> tuple[Finding, ...]:
        words = list(find_words(text))
        low = [word[0].lower() for word in words]
        found = list[Finding]()
        if not self._lists.names.isdisjoint(low) or any(map(self._lists.is_pet_name, low)):
            found.extend(self._told(text, words, low))
        acting = (one for one in _ACTING.finditer(text) if self._is_actor(one[1]))
        found.extend(Finding("PERSON", *one.span(1), _SCORE) for one in acting)
        return tuple(found)

    def _told(
        self, text: str, words: Sequence[re.Match[str]], low: Sequence[str]
    ) -> Iterator[Finding]:
        """Yield pet names, names before what people are called, and pairs."""
        known = [self._is_told_small(word[0]) for word in words]
        for at, word in enumerate(words):
            behind = low[at + 1] if at + 1 < len(words) else ""
            if self._lists.is_pet_name(low[at]) or (
                behind in _BEHIND_A_NAME and self._lists.is_name(word[0])
            ):
                yield Finding("PERSON", *word.span(), _SCORE)
            stop = self._pair_end(text, words, known, at)
            if stop:
                yield Finding("PERSON", word.start(), words[stop].end(), _SCORE)

    def _is_actor(self, word: str) -> bool:
        """Say whether who acts in a played scene has a name: a listed or a strange one."""
        low = word.lower()
        lists = self._lists
        strange = low not in lists.common and low not in _NOBODY
        return (strange or low in lists.names) and low not in ordinary_words()

    def _is_told_small(self, word: str) -> bool:
        return len(word) > _NAME_MIN and word.islower() and self._lists.is_name(word)

    def _pair_end(
        self, text: str, words: Sequence[re.Match[str]], known: Sequence[bool], at: int
    ) -> int:
        """Return the number of the second name of a pair, perhaps behind a particle; 0 = none."""
        if not known[at]:
            return 0
        for step in (1, 2):
            last = at + step
            if last >= len(words) or text[words[last - 1].end() : words[last].start()] != " ":
                return 0
            if known[last]:
                return last
            if words[last][0] not in _PARTICLES:
                return 0
        return 0

    def _is_known(self, low: str) -> bool:
        return len(low) >= _NAME_MIN and (self._lists.is_name(low) or self._listed.is_given(low))
