"""Names of German, Portuguese, Indonesian and romanised Hindi, told by lists, in small letters too.

A name that is no word in any text tells somebody by itself; one that is a word somewhere needs a
sentence of its own language. A name that is an everyday word of its language (`both`), or a family
name that is one, needs somebody: a title or a relative before it, what only people do behind it,
a name beside it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from pipelines.filtering.privacy.listed_sentence import ListedSentence
from pipelines.filtering.privacy.names_chinese import LISTS
from pipelines.filtering.privacy.no_persons import joins_speaker, ordinary_words
from pipelines.word_files import read_word_file

Language = Literal["de", "pt", "id", "hi_latn"]
Kind = Literal["given", "both", "family", "family_words"]
LANGUAGES: tuple[Language, ...] = ("de", "pt", "id", "hi_latn")
_KINDS: tuple[Kind, ...] = ("both", "given", "family_words", "family")
"""A word of an earlier kind is of no later one; a given name tells more than a family's."""
_GLUED_MIN, _PLAIN_MIN, _ALONE_MIN, _SURE_MIN = 5, 5, 3, 3
_WORDS_MAX = 4
_SHOWN = 2
_STRANGE_MIN = 4
_BEHIND = 2
_JOINTS = frozenset((" ", "-"))
_BESIDE = re.compile(r"\s?[,+&/]\s?|\s(?:und|u|e|ou|oder|dan|atau|sama|ama|aur|ya|or|and|x)\s")
_PARTICLES = frozenset(("von", "van", "da", "de", "do", "dos", "das", "bin", "binti", "al", "el"))


class _Told(NamedTuple):
    """Of which language a name is, and of which kind."""

    language: Language
    kind: Kind


class LatinNames:
    """Finds names of four languages in Latin letters.

    Args:
        common: words in small letters that are words in some text; a name among them tells only
            in a sentence of its language.
        names: words of names beside our own lists: they go on a name, but begin none.
    """

    def __init__(self, common: frozenset[str], names: Collection[str] = ()) -> None:
        self._common = common
        self._names = names
        self._table = latin_forms()

    def touches(self, low: Sequence[str]) -> bool:
        """Say whether a listed name stands among words in small letters."""
        return not self._table.keys().isdisjoint(low)

    def glued(self, low: str) -> int:
        """Return the letters of a sure name that a word begins with, an ending behind; 0 = none."""
        if len(low) <= _GLUED_MIN or not low.endswith(_endings()) or low in self._common:
            return 0
        for told_language, ending in _glued():
            stem = low[: -len(ending)] if low.endswith(ending) else ""
            if len(stem) >= _GLUED_MIN and stem not in self._common:
                told = self._table.get(stem, ())
                if any(one == (told_language, "given") for one in told):
                    return len(stem)
        return 0

    def end(self, sentence: ListedSentence, at: int) -> int:
        """Return the number of the word behind the name that begins at `at`, or `at`."""
        told = self._table.get(sentence.plain[at])
        if told is None and not self._is_known(sentence, at):
            return at + 1 if self.glued(sentence.plain[at]) else at
        stop = self._goes_on(sentence, at)
        return stop if told is None or self._tells(sentence, at, stop, told) else at

    def _is_known(self, sentence: ListedSentence, at: int) -> bool:
        """Say whether a word is among the model's names, in a sentence of one of the languages."""
        low, before = sentence.plain[at], sentence.low_at(at - 1)
        if low not in self._names:
            strange = len(low) >= _STRANGE_MIN and low not in self._common
            return strange and any(before in _read(one)["strange_before"] for one in LANGUAGES)
        small = sentence.words[at][0] == low and len(low) >= _PLAIN_MIN
        if low in ordinary_words() or low in _read("de")["nobody"]:
            return False
        return (small and _shows(sentence, "de")) or any(
            _shows(sentence, language) and before in _read(language)["before"]
            for language in LANGUAGES
        )

    def is_word(self, sentence: ListedSentence, at: int, stop: int) -> bool:
        """Say whether words that look like a name are words here: nothing shows a person.

        Only where a sentence of three words or more is of the word's language, and the word has
        no capital inside it.
        """
        said = sentence.plain[at:stop]
        if len(sentence.words) < _ALONE_MIN or not all(map(self._may_be_word, said)):
            return False
        languages = [one for one in LANGUAGES if _shows(sentence, one)]
        capital = any(
            sentence.words[n][0] != sentence.plain[n] and not sentence.begins(n)
            for n in range(at, stop)
        )
        if not languages or (capital and "de" not in languages):
            return False
        if capital and sentence.low_at(at - 1) in _read("de")["with"]:
            return False
        return not any(self._has_somebody(sentence, at, stop, one) for one in languages)

    def _may_be_word(self, low: str) -> bool:
        return not self._is_name(low) if low in self._table else low in self._common

    def _tells(self, sentence: ListedSentence, at: int, stop: int, told: Sequence[_Told]) -> bool:
        low = sentence.plain[at]
        given = [one for one in told if one.kind in {"given", "family"}]
        if any(self._is_told(sentence, at, stop, one) for one in told):
            return True
        words = any(
            _shows(sentence, one.language) for one in told if one.kind in {"both", "family_words"}
        )
        if not given or len(low) < _SURE_MIN or words:
            return False
        own = [one for one in given if _shows(sentence, one.language)]
        sure = low not in ordinary_words() and len(given) == len(told)
        if sure and low not in self._common and (own or len(sentence.words) <= _ALONE_MIN):
            return True
        whole = stop == len(sentence.words) and at == 0 and (stop > at + 1 or sure)
        return whole or any(one.kind == "given" or stop > at + 1 for one in own)

    def _is_told(self, sentence: ListedSentence, at: int, stop: int, one: _Told) -> bool:
        """Say whether what stands around a word tells that it is a name."""
        if sentence.low_at(at - 1) in _read(one.language)["before"]:
            return True
        return (
            one.kind != "family_words"
            and _shows(sentence, one.language)
            and self._has_somebody(sentence, at, stop, one.language, strict=True)
        )

    def _has_somebody(
        self,
        sentence: ListedSentence,
        at: int,
        stop: int,
        language: Language,
        *,
        strict: bool = False,
    ) -> bool:
        """Say whether somebody is meant by what stands around words that may be a name."""
        lists = _read(language)
        before = sentence.low_at(at - 1)
        if before in lists.get("skipped", ()):  # "ruf morgen Arnold an"
            before = sentence.low_at(at - 2)
        if before in lists["before"] or joins_speaker(sentence.plain[stop : stop + 2]):
            return True
        behind = sentence.low[stop : stop + (1 if strict or language == "hi_latn" else _BEHIND)]
        people = lists["strong_people" if strict and "strong_people" in lists else "people"]
        if not people.isdisjoint(behind) and (language != "de" or not strict):
            return True
        return self._has_name_beside(sentence, at, stop)

    def _has_name_beside(self, sentence: ListedSentence, at: int, stop: int) -> bool:
        """Say whether a sure name stands right before or behind, perhaps beyond an "and"."""
        words = sentence.words
        if stop > at + 1 and any(self._is_sure(low) for low in sentence.plain[at + 1 : stop]):
            return True
        for here, there in ((at, at - 1), (stop - 1, stop), (at, at - 2), (stop - 1, stop + 1)):
            if 0 <= there < len(words) and self._is_sure(sentence.plain[there]):
                first, last = sorted((here, there))
                between = sentence.piece[words[first].end() : words[last].start()]
                if _BESIDE.fullmatch(between):
                    return True
        return False

    def _is_sure(self, low: str) -> bool:
        return low not in self._common and self._is_name(low)

    def _is_name(self, low: str) -> bool:
        """Say whether a listed word is a name and, in one language at least, no everyday word."""
        return any(one.kind in {"given", "family"} for one in self._table.get(low, ()))

    def _goes_on(self, sentence: ListedSentence, at: int) -> int:
        """Return the number of the word behind the given names and family names from `at` on."""
        stop = last = at + 1
        while last < min(len(sentence.words), at + _WORDS_MAX) and self._joined(sentence, last - 1):
            if self._is_part(sentence, last):
                stop = last + 1
            elif sentence.plain[last] not in _PARTICLES:
                break
            last += 1
        return stop

    def _joined(self, sentence: ListedSentence, at: int) -> bool:
        words = sentence.words
        return sentence.piece[words[at].end() : words[at + 1].start()] in _JOINTS

    def _is_part(self, sentence: ListedSentence, at: int) -> bool:
        word, low = sentence.words[at][0], sentence.plain[at]
        if word != low:
            return low in self._table or low not in self._common
        if low in self._common:
            return self._is_name(low)
        return low in self._table or low in self._names


@cache
def _read(language: Language) -> Mapping[str, frozenset[str]]:
    read = read_word_file(LISTS / f"{language}.yaml")
    return {key: frozenset(map(str, values)) for key, values in read.items()}


@cache
def latin_forms() -> Mapping[str, tuple[_Told, ...]]:
    """Return the names in small letters, also without accents, each with what is known of it."""
    table: dict[str, list[_Told]] = {}
    for language in LANGUAGES:
        known = set[str]()
        for kind in _KINDS:
            forms = {form for name in _read(language)[kind] for form in _spellings(name)}
            for form in forms - known:
                table.setdefault(form, []).append(_Told(language, kind))
            known |= forms
    return {form: tuple(told) for form, told in table.items()}


def _spellings(name: str) -> Iterator[str]:
    """Yield a name as it is written, and as people without its keys write it."""
    yield name
    if not name.isascii() and len(name) >= _PLAIN_MIN:
        apart = unicodedata.normalize("NFD", name)
        yield "".join(sign for sign in apart if not unicodedata.combining(sign))
        yield name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")


@cache
def _glued() -> tuple[tuple[Language, str], ...]:
    return tuple(
        (language, ending)
        for language in LANGUAGES
        for ending in sorted(_read(language)["endings"], key=lambda one: (-len(one), one))
    )


@cache
def _endings() -> tuple[str, ...]:
    return tuple(ending for _, ending in _glued())


def _shows(sentence: ListedSentence, language: Language) -> bool:
    """Say whether a sentence is of a language, as far as its words tell."""
    return language in _shown(frozenset(sentence.low))


@lru_cache(maxsize=4_096)
def _shown(low: frozenset[str]) -> frozenset[Language]:
    """Return the languages of which a sentence has most words: one of three letters, or two.

    None where it has more words of another one: "die visser vangt nooit wat" is not German.
    """
    found = {language: _read(language)["shows"] & low for language in LANGUAGES}
    most = max(map(len, found.values()))
    if not most or any(len(words & low) > most for words in _other_languages()):
        return frozenset()
    return frozenset(
        language
        for language, words in found.items()
        if len(words) == most and (most > 1 or len(max(words, key=len)) > _SHOWN)
    )


@cache
def _other_languages() -> tuple[frozenset[str], ...]:
    read = read_word_file(LISTS / "other_languages.yaml")
    # One letter is a word of half of them.
    return tuple(frozenset(word for word in words if len(word) > 1) for words in read.values())
