"""A sentence in which listed names are looked for: its words, and what stands beside a word."""

# ruff: noqa: RUF001  letters of Turkish, marks of sentences

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.filtering.privacy.listed_forms import Language, folded_list, is_of_people, read_list

_BREAK = re.compile(r"[.!?…:\n\"“„«(—–]")  # what a sentence begins behind
_APOSTROPHE = frozenset("'’")
_BLANK = " "
_SHOWN = 2  # letters; such short words are of many languages, so two of them are asked for
BEHIND = 3
"""Words behind a name in which people show."""
_TURKISH_VERB = re.compile(
    r"[^\W\d_]{2}(?:[iıuü]yor?(?:um|sun|lar|uz|du|mus|muş)?|m[iı][sş](?:t[iı]|s[iı]n)?"
    r"|[ae]ca[kğ](?:[ıi]m)?|ece[kğ](?:im)?|m[ae]d[iı](?:m|n|k)?|m[uü]s(?:un|ün)?)\Z"
)


@dataclass(frozen=True)
class ListedSentence:
    """A sentence, its words, and these in small letters, folded (`low`) and as they are."""

    piece: str
    words: Sequence[re.Match[str]]
    low: Sequence[str]
    plain: Sequence[str]

    def low_at(self, at: int) -> str:
        """Return a word in small letters; nothing where there is none."""
        return self.low[at] if 0 <= at < len(self.low) else ""

    def next_low(self, at: int) -> str:
        """Return the next word in small letters."""
        return self.low_at(at + 1)

    def joined(self, at: int) -> bool:
        """Say whether one blank alone stands between a word and the next."""
        return self.piece[self.words[at].end() : self.words[at + 1].start()] == _BLANK

    def begins(self, at: int) -> bool:
        """Say whether a word is the first of a sentence, so that its capital says nothing."""
        return at == 0 or bool(
            _BREAK.search(self.piece, self.words[at - 1].end(), self.words[at].start())
        )

    def has_ending(self, at: int) -> bool:
        """Say whether an apostrophe and a Turkish ending stand behind a word."""
        end = self.words[at].end()
        return (
            self.piece[end : end + 1] in _APOSTROPHE
            and self.next_low(at) in read_list("tr")["endings"]
        )

    def is_said_of_people(self, at: int, language: Language) -> bool:
        """Say whether what only people do stands within three words behind a word."""
        return any(is_of_people(low, language) for low in self.low[at + 1 : at + 1 + BEHIND])

    def has_people_before(self, at: int) -> bool:
        """Say whether the word before an Arabic one says that a person follows: قابلت, I met."""
        before = self.low_at(at - 1)
        return is_of_people(before, "ar") or before in folded_list("ar", "before")

    def shows(self, language: Language) -> bool:
        """Say whether a sentence is of a language, as far as its letters do not say so already."""
        if language not in {"pl", "tr"}:
            return True
        lists = read_list(language)
        shown = lists["shows"].intersection(self.low)
        if language == "tr" and any(_TURKISH_VERB.search(low) for low in self.low):
            return True
        return (
            not lists["marks"].isdisjoint(self.piece)
            or len(shown) > 1
            or len(max(shown, default="", key=len)) > _SHOWN
        )
