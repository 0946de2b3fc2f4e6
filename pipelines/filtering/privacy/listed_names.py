"""Names told by lists: Russian and Polish in every case, Turkish with endings, Arabic and Hindi.

A name that is no everyday word tells a person by itself; one that is a word too (faith, hope) needs
a capital inside the sentence, a family name behind it, or what only people have. A Polish or
Turkish name counts only in a sentence of that language.
"""

# ruff: noqa: RUF001  letters of Russian and Turkish

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from pipelines.filtering.privacy.evidence_words import WORD
from pipelines.filtering.privacy.inflection import (
    polish_family_forms,
    polish_forms,
    russian_family_forms,
    russian_forms,
)
from pipelines.word_files import read_word_file

Spans = list[tuple[int, int]]
Language = Literal["ru", "pl", "tr", "ar", "hi"]
LISTS = Path(__file__).parent / "name_lists"
_LANGUAGES: tuple[Language, ...] = ("ru", "pl", "tr", "ar", "hi")
_BREAK = re.compile(r"[.!?…:\n\"“„«(—–]")  # what a sentence begins behind
_APOSTROPHE = frozenset("'’")
_BLANK = " "
_PATRONYMIC = re.compile(
    r"[А-ЯЁ][а-яё]{2,20}(?:[оеё]вич|ьич|мич|нич)(?:а|у|ем|е)?\Z|[А-ЯЁ][а-яё]{2,20}(?:[оеё]вн"
    r"|ичн)(?:а|ы|е|у|ой)\Z"
)
_RUSSIAN_FAMILY = re.compile(
    r"[А-ЯЁ][а-яё]{2,20}(?:[оеё]в|[иы]н|ск|цк|енко|ук|юк|ян|дзе|швили)(?:а|у|ым|ом|ой|ый|ий|ого|ому"
    r"|им|ая|ую|ы|ых|е)?\Z"
)
_ARABIC_PREFIXES = frozenset("وفبلك")
_SONS = frozenset(["بن", "ابن", "بنت"])
_WORDS_MAX = 4
_WORDS_KEPT, _SENTENCES_KEPT = 65_536, 4_096
_SHOWN = 2  # letters; such short words are of many languages, so two of them are asked for
_BEHIND = 3  # words behind a name in which people show
_LATIN_LAST = "\u024f"
_TURKISH_VERB = re.compile(
    r"[^\W\d_]{2}(?:[iıuü]yor?(?:um|sun|lar|uz|du|mus|muş)?|m[iı][sş](?:t[iı]|s[iı]n)?"
    r"|[ae]ca[kğ](?:[ıi]m)?|ece[kğ](?:im)?|m[ae]d[iı](?:m|n|k)?|m[uü]s(?:un|ün)?)\Z"
)
_PLAIN_TURKISH = str.maketrans("ğşıöüçâî", "gsioucai")
_SMALL_MIN = 4  # letters of a name with an ending, or in small letters


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is known of a form: its language, whether it is a word too, whether a list has it so."""

    language: Language
    both: bool
    base: bool


class ListedNames:
    """Finds names by lists.

    Args:
        common: words in small letters that name nobody so; such a form does not tell first in a
            sentence.
        names: words of names in small letters, beside our own lists.
    """

    def __init__(self, common: Collection[str], names: Collection[str] = ()) -> None:
        self._common = common
        self._names = frozenset(
            name
            for name in names
            if _is_told_by_list(name) and name not in common and name not in _lists("tr")["nobody"]
        )
        self._given = _given()
        self._family = _families()
        # A sentence is asked about twice, whether it may hold a name and which; words
        # recur all the time.
        self._found = lru_cache(_SENTENCES_KEPT)(self._find)
        self._is_longer = lru_cache(_WORDS_KEPT)(self._may_be_longer)

    def is_given(self, low: str) -> bool:
        """Say whether a word in small letters is a given name and no everyday word."""
        entry = self._given.get(fold(low))
        return entry is not None and not entry.both

    def may_hold(self, piece: str) -> bool:
        """Say whether `find` or `unsure` answers anything."""
        return self._touches(list(map(fold, WORD.findall(piece.lower())))) and (
            bool(self.find(piece)) or any(True for _ in self.unsure(piece))
        )

    def _touches(self, low: Sequence[str]) -> bool:
        """Say whether a name may stand among words in small letters: what is cheap to ask."""
        return (
            not self._given.keys().isdisjoint(low)
            or not self._family["hi"].isdisjoint(low)
            or not self._names.isdisjoint(low)
            or any(map(self._is_longer, low))
        )

    def find(self, piece: str) -> Spans:
        """Return the spans of names in a sentence, in order of start, none overlapping."""
        return list(self._found(piece))

    def _find(self, piece: str) -> Spans:
        words = list(WORD.finditer(piece))
        plain = [word[0].lower() for word in words]
        low = list(map(fold, plain))
        if not self._touches(low):
            return []
        sentence = _Sentence(piece, words, low, plain)
        spans, reached = Spans(), 0
        for at in range(len(words)):
            if at < reached:
                continue
            begin, stop = self._name(sentence, at)
            if stop == at and begin == at:
                begin, stop = self._before_family(sentence, at)
            if stop > at:
                skip = _prefix_letters(low[at], self._given) if begin == at else 0
                spans.append((words[begin].start() + skip, words[stop - 1].end()))
                reached = stop
        return spans

    def _before_family(self, sentence: "_Sentence", at: int) -> tuple[int, int]:
        """Return the span of a strange Hindi word before a family name: "करतार सिंह"."""
        family = at + 1 < len(sentence.words) and sentence.joined(at)
        strange = (
            family
            and sentence.low[at + 1] in self._family["hi"]
            and len(sentence.plain[at]) > _SMALL_MIN
            and "\u0900" <= sentence.plain[at][0] <= "\u097f"
            and sentence.plain[at] not in self._common
            and not _is_of_people(sentence.low[at], "hi")
        )
        return (at, at + 2) if strange else (at, at)

    def unsure(self, piece: str) -> Iterator[tuple[int, int]]:
        """Yield Hindi words that are names too, before what people do: the model decides."""
        words = list(WORD.finditer(piece)) if not piece.isascii() else []
        asked, people = _folded("hi", "asked"), _folded("hi", "people")
        for at, word in enumerate(words):
            if fold(word[0]) in asked and not people.isdisjoint(
                fold(one[0]) for one in words[at + 1 : at + 1 + _BEHIND]
            ):
                yield word.span()

    def _may_be_longer(self, low: str) -> bool:
        """Say whether a word may be a name with letters before or behind it."""
        if not low.isascii() and _prefix_letters(low, self._given):
            return True
        if len(low) <= _SMALL_MIN or low in self._common:
            return False
        return _turkish_stem(low, self._given) is not None

    def _entry(self, low: str) -> _Entry | None:
        entry = self._given.get(low)
        if entry is not None:
            return entry
        if low in self._names:
            return _Entry("ru" if low[0] >= "а" else "tr", both=True, base=False)
        if skip := _prefix_letters(low, self._given):
            return self._given[low[skip:]]
        if low in self._common or len(low) <= _SMALL_MIN:
            return None
        stem = _turkish_stem(low, self._given)
        return None if stem is None else self._given[stem]

    def _name(self, sentence: "_Sentence", at: int) -> tuple[int, int]:
        """Return the numbers of the first word of the name around `at` and of the one behind it."""
        entry = self._entry(sentence.low[at])
        if entry is None:
            return at, at
        stop = self._family_end(sentence, at, entry)
        begin = self._family_begin(sentence, at, entry.language)
        told = stop > at + 1 or begin < at or self._tells(sentence, at, entry)
        shown = sentence.shows(entry.language) or (entry.base and sentence.has_ending(at))
        return (begin, stop) if told and shown else (at, at)

    def _tells(self, sentence: "_Sentence", at: int, entry: _Entry) -> bool:
        if entry.language == "hi":
            return (
                not entry.both
                or sentence.next_low(at) in _folded("hi", "behind")
                or self._beside(sentence, at)
            )
        if entry.language == "ar":
            return (
                not entry.both
                or sentence.is_said_of_people(at, "ar")
                or sentence.has_people_before(at)
            )
        word, low = sentence.words[at][0], sentence.plain[at]
        if entry.language == "tr" and sentence.has_ending(at) and word != low:
            return True
        if word == low:
            listed = sentence.low[at] in self._given or entry.language == "tr"
            plain = entry.base or low not in self._common
            return listed and not entry.both and plain and len(low) >= _SMALL_MIN
        if sentence.begins(at):
            sure = not entry.both and (entry.base or low not in self._common)
            return sure or sentence.is_said_of_people(at, entry.language)
        return True

    def _beside(self, sentence: "_Sentence", at: int) -> bool:
        """Say whether a sure name stands on the other side of और (and)."""
        return any(
            (other := self._given.get(sentence.low_at(at + 2 * step))) is not None
            and not other.both
            and sentence.low_at(at + step) == "और"
            for step in (-1, 1)
        )

    def _family_end(self, sentence: "_Sentence", at: int, entry: _Entry) -> int:
        language, stop = entry.language, at + 1
        while stop < min(len(sentence.words), at + _WORDS_MAX) and sentence.joined(stop - 1):
            if (
                language == "ar"
                and sentence.low[stop] in _SONS
                and self._is_arabic(sentence.low_at(stop + 1))
            ):
                stop += 2
            elif self._is_family(sentence, stop, entry):
                stop += 1
            else:
                break
        return stop

    def _is_arabic(self, low: str) -> bool:
        return low in self._family["ar"] or (
            (one := self._given.get(low)) is not None and one.language == "ar"
        )

    def _is_family(self, sentence: "_Sentence", at: int, entry: _Entry) -> bool:
        word, low, language = sentence.words[at][0], sentence.plain[at], entry.language
        folded = sentence.low[at]
        listed = folded in self._family[language]
        if language == "ar":
            return listed or (folded in self._given and not self._given[folded].both)
        if language == "hi":
            sure = folded in self._given and not self._given[folded].both
            return (
                listed
                or sure
                or (not entry.both and low not in self._common and not _is_of_people(folded, "hi"))
            )
        if word == low:
            return listed and low not in self._common
        if language == "ru":
            return listed or bool(_PATRONYMIC.match(word) or _RUSSIAN_FAMILY.match(word))
        return listed or (not entry.both and low not in self._common and not word.isupper())

    def _family_begin(self, sentence: "_Sentence", at: int, language: Language) -> int:
        """Return the number of a word before a name that belongs to it: a family name, أم."""
        before = at - 1
        if before < 0 or not sentence.joined(before):
            return at
        low = sentence.low[before]
        if language == "ar":
            return before if low in _folded("ar", "mothers") else at
        if language == "hi":
            plain = sentence.plain[before] in self._common or _is_of_people(low, "hi")
            return before if sentence.low[at] in self._family["hi"] and not plain else at
        capital = sentence.words[before][0] != sentence.plain[before]
        return (
            before if language in {"ru", "pl"} and capital and low in self._family[language] else at
        )


@dataclass(frozen=True)
class _Sentence:
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
            and self.next_low(at) in _lists("tr")["endings"]
        )

    def is_said_of_people(self, at: int, language: Language) -> bool:
        """Say whether what only people do stands within three words behind a word."""
        return any(_is_of_people(low, language) for low in self.low[at + 1 : at + 1 + _BEHIND])

    def has_people_before(self, at: int) -> bool:
        """Say whether the word before an Arabic one says that a person follows: قابلت, I met."""
        return _is_of_people(self.low_at(at - 1), "ar")

    def shows(self, language: Language) -> bool:
        """Say whether a sentence is of a language, as far as its letters do not say so already."""
        if language not in {"pl", "tr"}:
            return True
        lists = _lists(language)
        shown = lists["shows"].intersection(self.low)
        if language == "tr" and any(_TURKISH_VERB.search(low) for low in self.low):
            return True
        return (
            not lists["marks"].isdisjoint(self.piece)
            or len(shown) > 1
            or len(max(shown, default="", key=len)) > _SHOWN
        )


def _is_told_by_list(name: str) -> bool:
    """Say whether a word is of Cyrillic or Latin letters, where the model's lists are read too."""
    return len(name) >= _SMALL_MIN and (name[0] <= _LATIN_LAST or "а" <= name[0] <= "ё")


def _prefix_letters(low: str, given: Mapping[str, _Entry]) -> int:
    """Return 1 where an Arabic word is a sure name behind a prefix (ل, to), else 0."""
    if (
        len(low) < _SMALL_MIN
        or low[0] not in _ARABIC_PREFIXES
        or low in given
        or low in _folded("ar", "words")
    ):
        return 0
    entry = given.get(low[1:])
    return int(entry is not None and not entry.both)


def _turkish_stem(low: str, given: Mapping[str, _Entry]) -> str | None:
    """Return the sure Turkish name that a word is with an ending; None = none."""
    endings = _lists("tr")["endings"]
    for length in range(1, min(6, len(low) - 3)):
        stem = low[:-length]
        if (
            low[-length:] in endings
            and (entry := given.get(stem))
            and entry.language == "tr"
            and not entry.both
        ):
            return stem
    return None


@cache
def _lists(language: Language) -> Mapping[str, frozenset[str]]:
    read: Mapping[str, Any] = read_word_file(LISTS / f"{language}.yaml")
    return {key: frozenset(map(str, values)) for key, values in read.items()}


def _is_of_people(low: str, language: Language) -> bool:
    """Say whether a word is one of `people`, or begins with one of four letters or more."""
    return low in _folded(language, "people") or low.startswith(_begins(language))


@cache
def _begins(language: Language) -> tuple[str, ...]:
    return tuple(sorted(word for word in _folded(language, "people") if len(word) >= _SMALL_MIN))


@cache
def _folded(language: Language, key: str) -> frozenset[str]:
    return frozenset(map(fold, _lists(language)[key]))


_GIVEN_FORMS: Mapping[Language, Callable[[str], set[str]]] = {
    "ru": russian_forms,
    "pl": polish_forms,
}
_FAMILY_FORMS: Mapping[Language, Callable[[str], set[str]]] = {
    "ru": russian_family_forms,
    "pl": polish_family_forms,
}


_FOLDED = {
    **dict.fromkeys(map(ord, "\u0623\u0625\u0622\u0671"), "\u0627"),
    ord("ى"): "ي",
    ord("ة"): "ه",
    ord("ё"): "е",
    **dict(zip(range(0x958, 0x960), "कखगजडढफय", strict=True)),
    **dict.fromkeys([0x93C, 0x200C, 0x200D, 0x640, *range(0x64B, 0x653)]),
}
"""Ways of writing that differ from hand to hand: ё, hamza, dots, vowel signs."""


def fold(low: str) -> str:
    """Return a word in small letters as the tables hold it: without what is often left out."""
    return low if low.isascii() else low.translate(_FOLDED)


def _as_it_is(name: str) -> set[str]:
    return {name}


def _turkish_small(name: str) -> str:
    return name.replace("I", "ı").replace("İ", "i").lower()


@cache
def _given() -> Mapping[str, _Entry]:
    """Return the forms in small letters with what is known of them; a list's own forms win."""
    table: dict[str, _Entry] = {}
    for language in _LANGUAGES:
        lists = _lists(language)
        for name in sorted(lists["given"] | lists["both"]):
            both = name in lists["both"]
            for form in sorted(_GIVEN_FORMS.get(language, _as_it_is)(name)):
                _enter(table, form, _Entry(language, both, form == name))
    return table


def _enter(table: dict[str, _Entry], form: str, entry: _Entry) -> None:
    small = {form.lower()}
    if entry.language == "tr":
        small.add(_turkish_small(form))
        plain = _turkish_small(form).translate(_PLAIN_TURKISH)
        small |= {plain} if len(plain) > _SMALL_MIN and not entry.both else set()
    for low in map(fold, small):
        known = table.get(low)
        if len(low) > 1 and (known is None or (entry.base, entry.both) > (known.base, known.both)):
            table[low] = entry


@cache
def sure_names() -> frozenset[str]:
    """Return given names of Polish and Turkish of five letters or more, in small letters."""
    return frozenset(
        low
        for low, entry in _given().items()
        if entry.language in {"pl", "tr"}
        and entry.base
        and not entry.both
        and len(low) > _SMALL_MIN
    )


@cache
def _families() -> Mapping[Language, frozenset[str]]:
    return {
        language: frozenset(
            fold(form.lower())
            for name in _lists(language)["family"]
            for form in _FAMILY_FORMS.get(language, _as_it_is)(name)
        )
        for language in _LANGUAGES
    }
