"""Names told by lists: Russian and Polish in every case, Turkish with endings, Arabic and Hindi.

A name that is no everyday word tells a person by itself; one that is a word too (faith, hope) needs
a capital inside the sentence, a family name behind it, or what only people have. A Polish or
Turkish name counts only in a sentence of that language.
"""

# ruff: noqa: RUF001  letters of Russian and Turkish

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from pipelines.filtering.privacy.evidence_words import find_words, low_words
from pipelines.filtering.privacy.listed_forms import (
    SMALL_MIN,
    Language,
    ListedForm,
    family_forms,
    fold,
    folded_list,
    given_forms,
    is_of_people,
    prefix_letters,
    read_list,
    turkish_stem,
)
from pipelines.filtering.privacy.listed_sentence import BEHIND, ListedSentence
from pipelines.filtering.privacy.names_latin import LatinNames

Spans = list[tuple[int, int]]
_PATRONYMIC = re.compile(
    r"[А-ЯЁ][а-яё]{2,20}(?:[оеё]вич|ьич|мич|нич)(?:а|у|ем|е)?\Z|[А-ЯЁ][а-яё]{2,20}(?:[оеё]вн"
    r"|ичн)(?:а|ы|е|у|ой)\Z"
)
_RUSSIAN_FAMILY = re.compile(
    r"[А-ЯЁ][а-яё]{2,20}(?:[оеё]в|[иы]н|ск|цк|енко|ук|юк|ян|дзе|швили)(?:а|у|ым|ом|ой|ый|ий|ого|ому"
    r"|им|ая|ую|ы|ых|е)?\Z"
)
_SONS = frozenset(["بن", "ابن", "بنت"])
_ON = "على"  # folded it is the name علي
_WORDS_MAX = 4
_WORDS_KEPT, _SENTENCES_KEPT = 65_536, 4_096
_LATIN_LAST = "\u024f"


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
            if _is_told_by_list(name)
            and name not in common
            and name not in read_list("tr")["nobody"]
        )
        self._given = given_forms()
        self._family = family_forms()
        self._families = self._family["hi"] | self._family["ar"]
        self._latin = LatinNames(frozenset(common), self._names)
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
        return self._touches(list(map(fold, low_words(piece)))) and (
            bool(self.find(piece)) or any(True for _ in self.unsure(piece))
        )

    def _touches(self, low: Sequence[str]) -> bool:
        """Say whether a name may stand among words in small letters: what is cheap to ask."""
        return (
            not self._given.keys().isdisjoint(low)
            or not self._families.isdisjoint(low)
            or not self._names.isdisjoint(low)
            or self._latin.touches(low)
            or any(map(self._is_longer, low))
        )

    def find(self, piece: str) -> Spans:
        """Return the spans of names in a sentence, in order of start, none overlapping."""
        return list(self._found(piece))

    def _find(self, piece: str) -> Spans:
        words = list(find_words(piece))
        plain = [word[0].lower() for word in words]
        low = list(map(fold, plain))
        if not self._touches(low):
            return []
        sentence = ListedSentence(piece, words, low, plain)
        spans, reached = Spans(), 0
        for at in range(len(words)):
            if at < reached:
                continue
            begin, stop = self._name(sentence, at)
            if stop == at and begin == at:
                begin, stop = self._before_family(sentence, at)
            if stop == at and begin == at:
                stop = self._latin.end(sentence, at)
            if stop == at and begin == at and self._is_arabic_family(sentence, at):
                stop = at + 1
            if stop > at:
                skip = prefix_letters(low[at], self._given) if begin == at else 0
                end = words[stop - 1].end()
                if stop == at + 1 and (glued := self._latin.glued(plain[at])):
                    end = words[at].start() + glued
                spans.append((words[begin].start() + skip, end))
                reached = stop
        return spans

    def _before_family(self, sentence: ListedSentence, at: int) -> tuple[int, int]:
        """Return the span of a strange Hindi word before a family name: "करतार सिंह"."""
        family = at + 1 < len(sentence.words) and sentence.joined(at)
        strange = (
            family
            and sentence.low[at + 1] in self._family["hi"]
            and len(sentence.plain[at]) > SMALL_MIN
            and "\u0900" <= sentence.plain[at][0] <= "\u097f"
            and sentence.plain[at] not in self._common
            and not is_of_people(sentence.low[at], "hi")
        )
        return (at, at + 2) if strange else (at, at)

    def _is_arabic_family(self, sentence: ListedSentence, at: int) -> bool:
        """Say whether a family name is nothing else, or stands behind a title."""
        low, before = sentence.low[at], sentence.low_at(at - 1)
        return low in self._family["ar"] and (
            low in folded_list("ar", "family_alone")
            or before in folded_list("ar", "titles")
            or (before in folded_list("ar", "before") and low.startswith("ال"))
        )

    def unsure(self, piece: str) -> Iterator[tuple[int, int]]:
        """Yield Hindi words that are names too, before what people do: the model decides."""
        words = list(find_words(piece)) if not piece.isascii() else []
        asked, people = folded_list("hi", "asked"), folded_list("hi", "people")
        for at, word in enumerate(words):
            if fold(word[0]) in asked and not people.isdisjoint(
                fold(one[0]) for one in words[at + 1 : at + 1 + BEHIND]
            ):
                yield word.span()

    def is_word_here(self, piece: str, start: int, end: int) -> bool:
        """Say whether an Arabic word that is a name too is said of a thing: الجو جميل.

        It stands behind a word with the article that is no title, or behind كلام (talk) and its
        like, and nothing shows a person.
        """
        said = piece[start:end].split()
        entry = self._given.get(fold(said[0]))
        arabic = entry is not None and entry.language == "ar" and entry.both
        if not arabic and piece[start] > _LATIN_LAST:
            return False
        words = list(find_words(piece))
        at = next((n for n, word in enumerate(words) if word.start() >= start), 0)
        plain = [word[0].lower() for word in words]
        sentence = ListedSentence(piece, words, list(map(fold, plain)), plain)
        if not arabic:
            stop = next((n for n in range(at, len(words)) if words[n].start() >= end), len(words))
            return self._latin.is_word(sentence, at, stop) and not any(
                a < end and start < b for a, b in self.find(piece)
            )
        servants, rest = folded_list("ar", "servants"), [word for word in said[1:] if word != _ON]
        named = any(self._is_arabic(low) or low in servants for low in map(fold, rest))
        return (
            len(words) > 1
            and not named
            and not sentence.has_people_before(at)
            and not sentence.is_said_of_people(at, "ar")
            and not any(a < end and start < b for a, b in self.find(piece))
        )

    def _may_be_longer(self, low: str) -> bool:
        """Say whether a word may be a name with letters before or behind it."""
        if not low.isascii() and prefix_letters(low, self._given):
            return True
        if len(low) <= SMALL_MIN or low in self._common:
            return False
        return turkish_stem(low, self._given) is not None or self._latin.glued(low) > 0

    def _entry(self, low: str) -> ListedForm | None:
        entry = self._given.get(low)
        if entry is not None:
            return entry
        if low in self._names:
            return ListedForm("ru" if low[0] >= "а" else "tr", both=True, base=False)
        if skip := prefix_letters(low, self._given):
            return self._given[low[skip:]]
        if low in self._common or len(low) <= SMALL_MIN:
            return None
        stem = turkish_stem(low, self._given)
        return None if stem is None else self._given[stem]

    def _name(self, sentence: ListedSentence, at: int) -> tuple[int, int]:
        """Return the numbers of the first word of the name around `at` and of the one behind it."""
        entry = self._entry(sentence.low[at])
        if entry is None:
            return at, at
        stop = self._family_end(sentence, at, entry)
        begin = self._family_begin(sentence, at, entry.language)
        told = stop > at + 1 or begin < at or self._tells(sentence, at, entry)
        shown = sentence.shows(entry.language) or (entry.base and sentence.has_ending(at))
        return (begin, stop) if told and shown else (at, at)

    def _tells(self, sentence: ListedSentence, at: int, entry: ListedForm) -> bool:
        if entry.language == "hi":
            return (
                not entry.both
                or sentence.next_low(at) in folded_list("hi", "behind")
                or self._beside(sentence, at)
            )
        if entry.language == "ar":
            return sentence.plain[at] != _ON and (
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
            return listed and not entry.both and plain and len(low) >= SMALL_MIN
        if sentence.begins(at):
            sure = not entry.both and (entry.base or low not in self._common)
            return sure or sentence.is_said_of_people(at, entry.language)
        return True

    def _beside(self, sentence: ListedSentence, at: int) -> bool:
        """Say whether a sure name stands on the other side of और (and)."""
        return any(
            (other := self._given.get(sentence.low_at(at + 2 * step))) is not None
            and not other.both
            and sentence.low_at(at + step) == "और"
            for step in (-1, 1)
        )

    def _family_end(self, sentence: ListedSentence, at: int, entry: ListedForm) -> int:
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

    def _is_family(self, sentence: ListedSentence, at: int, entry: ListedForm) -> bool:
        word, low, language = sentence.words[at][0], sentence.plain[at], entry.language
        folded = sentence.low[at]
        listed = folded in self._family[language]
        if language == "ar":
            sure = folded in self._given and not self._given[folded].both
            return low != _ON and (listed or sure)
        if language == "hi":
            sure = folded in self._given and not self._given[folded].both
            return (
                listed
                or sure
                or (not entry.both and low not in self._common and not is_of_people(folded, "hi"))
            )
        if word == low:
            return listed and low not in self._common
        if language == "ru":
            return listed or bool(_PATRONYMIC.match(word) or _RUSSIAN_FAMILY.match(word))
        return listed or (not entry.both and low not in self._common and not word.isupper())

    def _family_begin(self, sentence: ListedSentence, at: int, language: Language) -> int:
        """Return the number of a word before a name that belongs to it: a family name, أم."""
        before = at - 1
        if before < 0 or not sentence.joined(before):
            return at
        low = sentence.low[before]
        if language == "ar":
            return before if low in folded_list("ar", "mothers") else at
        if language == "hi":
            plain = sentence.plain[before] in self._common or is_of_people(low, "hi")
            return before if sentence.low[at] in self._family["hi"] and not plain else at
        capital = sentence.words[before][0] != sentence.plain[before]
        return (
            before if language in {"ru", "pl"} and capital and low in self._family[language] else at
        )


def _is_told_by_list(name: str) -> bool:
    """Say whether a word is of Cyrillic or Latin letters, where the model's lists are read too."""
    return len(name) >= SMALL_MIN and (name[0] <= _LATIN_LAST or "а" <= name[0] <= "ё")
