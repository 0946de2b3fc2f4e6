"""Forms of listed names, with what is known of each: Russian, Polish, Turkish, Arabic, Hindi."""

# ruff: noqa: RUF001  letters of Russian and Turkish

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pipelines.filtering.privacy.inflection import (
    polish_family_forms,
    polish_forms,
    russian_family_forms,
    russian_forms,
)
from pipelines.word_files import read_word_file

Language = Literal["ru", "pl", "tr", "ar", "hi", "fr"]
LISTS = Path(__file__).parent / "name_lists"
_LANGUAGES: tuple[Language, ...] = ("ru", "pl", "tr", "ar", "hi", "fr")
_ARABIC_PREFIXES = frozenset("وفبلك")
_PLAIN_TURKISH = str.maketrans("ğşıöüçâî", "gsioucai")
SMALL_MIN = 4
"""Letters of a name with an ending, or in small letters."""


@dataclass(frozen=True, slots=True)
class ListedForm:
    """What is known of a form: its language, whether it is a word too, whether a list has it so."""

    language: Language
    both: bool
    base: bool


def prefix_letters(low: str, given: Mapping[str, ListedForm]) -> int:
    """Return 1 where an Arabic word is a sure name behind a prefix (ل, to), else 0."""
    if (
        len(low) < SMALL_MIN
        or low[0] not in _ARABIC_PREFIXES
        or low in given
        or low in folded_list("ar", "words")
    ):
        return 0
    entry = given.get(low[1:])
    return int(entry is not None and not entry.both)


def turkish_stem(low: str, given: Mapping[str, ListedForm]) -> str | None:
    """Return the sure Turkish name that a word is with an ending; None = none."""
    endings = read_list("tr")["endings"]
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
def read_list(language: Language) -> Mapping[str, frozenset[str]]:
    """Return the lists of a language: per key, such as `given`, its words as they are written."""
    read: Mapping[str, Any] = read_word_file(LISTS / f"{language}.yaml")
    return {key: frozenset(map(str, values)) for key, values in read.items()}


def is_of_people(low: str, language: Language) -> bool:
    """Say whether a word is one of `people`, or begins with one of four letters or more."""
    return low in folded_list(language, "people") or low.startswith(_begins(language))


@cache
def _begins(language: Language) -> tuple[str, ...]:
    return tuple(sorted(word for word in folded_list(language, "people") if len(word) >= SMALL_MIN))


@cache
def folded_list(language: Language, key: str) -> frozenset[str]:
    """Return a list of a language as the tables hold words."""
    return frozenset(map(fold, read_list(language)[key]))


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
def given_forms() -> Mapping[str, ListedForm]:
    """Return the forms in small letters with what is known of them; a list's own forms win."""
    table: dict[str, ListedForm] = {}
    for language in _LANGUAGES:
        lists = read_list(language)
        for name in sorted(lists["given"] | lists["both"]):
            both = name in lists["both"]
            for form in sorted(_GIVEN_FORMS.get(language, _as_it_is)(name)):
                _enter(table, form, ListedForm(language, both, form == name))
    return table


def _enter(table: dict[str, ListedForm], form: str, entry: ListedForm) -> None:
    small = {form.lower()}
    if entry.language == "tr":
        small.add(_turkish_small(form))
        plain = _turkish_small(form).translate(_PLAIN_TURKISH)
        small |= {plain} if len(plain) > SMALL_MIN and not entry.both else set()
    for low in map(fold, small):
        known = table.get(low)
        if len(low) > 1 and (known is None or (entry.base, entry.both) > (known.base, known.both)):
            table[low] = entry


@cache
def sure_names() -> frozenset[str]:
    """Return given names of Polish and Turkish of five letters or more, in small letters."""
    return frozenset(
        low
        for low, entry in given_forms().items()
        if entry.language in {"pl", "tr"} and entry.base and not entry.both and len(low) > SMALL_MIN
    )


@cache
def family_forms() -> Mapping[Language, frozenset[str]]:
    """Return per language the forms of family names, folded."""
    return {
        language: frozenset(
            fold(form.lower())
            for name in read_list(language)["family"]
            for form in _FAMILY_FORMS.get(language, _as_it_is)(name)
        )
        for language in _LANGUAGES
    }
