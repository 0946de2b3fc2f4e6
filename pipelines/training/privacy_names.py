"""Names of people by language, from Faker's lists (MIT), for the entity model's sentences."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipelines.training.privacy_addresses import read_written
from pipelines.word_files import read_lines, read_word_file

LOCALES: Mapping[str, Sequence[str]] = {
    "en": ("en_US", "en_GB", "en_IE", "en_NZ", "en_KE", "en_NG", "en_PK"),
    "es": ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL"),
    "hi": ("hi_IN", "mr_IN", "ne_NP"),
    "hi-Latn": ("en_IN",),
    "de": ("de_DE", "de_AT", "de_CH"),
    "fr": ("fr_FR", "fr_CA", "fr_BE"),
    "it": ("it_IT",),
    "pt": ("pt_BR", "pt_PT"),
    "nl": ("nl_NL", "nl_BE"),
    "pl": ("pl_PL",),
    "id": ("id_ID",),
    "tr": ("tr_TR",),
    "ru": ("ru_RU", "uk_UA"),
    "ar": ("ar_SA", "ar_PS", "ar_AA"),
}
"""Languages that are taught, and the Faker locales whose names their sentences take."""
ELSEWHERE = (
    "en",
    "sv_SE",
    "da_DK",
    "no_NO",
    "fi_FI",
    "cs_CZ",
    "hu_HU",
    "ro_RO",
    "hr_HR",
    "vi_VN",
    "zh_CN",
)
"""More locales in Latin letters: names of other cultures occur in every language."""
_NAME = re.compile(r"[^\W\d_]\S*(?: \S+){0,2}")
_LETTERS_MIN, _LETTERS_MAX = 2, 24
_COUNTRIES_MIN = 3
_MORE = Path(__file__).parent / "privacy_frames" / "names.tsv"
_KINDS_WRITTEN = ("given", "family")
_AMBIGUOUS = Path(__file__).parent / "privacy_frames" / "ambiguous_names.yaml"


@dataclass(frozen=True)
class WordLists:
    """Words in lower case of which it is known what they are.

    Args:
        given: given names.
        family: family names.
        everyday: words that are no names in lower case.
    """

    given: frozenset[str]
    family: frozenset[str]
    everyday: frozenset[str]

    def facts(self, words: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return [n, 3]: whether each word is in each list."""
        lists = (self.given, self.family, self.everyday)
        return np.array([[float(word in one) for one in lists] for word in words], dtype=np.float32)


@cache
def given_names(language: str) -> tuple[str, ...]:
    """Return the given names of a language of `LOCALES`, sorted."""
    return tuple(sorted({*_gather(LOCALES[language], "first"), *_more(language)[0]}))


def listed_given_names(language: str) -> tuple[str, ...]:
    """Return the given names of a language without those of our writers, sorted."""
    return tuple(sorted({*_gather(LOCALES[language], "first"), *_tabled(language)[0]}))


@cache
def family_names(language: str) -> tuple[str, ...]:
    """Return the family names of a language of `LOCALES`, sorted; `hi-Latn` has those of Hindi."""
    return tuple(sorted({*_gather(LOCALES[language], "last"), *_more(language)[1]}))


@cache
def foreign_names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return given and family names in Latin letters from everywhere, sorted."""
    latin = [language for language in LOCALES if language not in {"hi", "ru", "ar"}]
    given = {name for language in latin for name in given_names(language)}
    family = {name for language in latin for name in family_names(language)}
    return (
        tuple(sorted(given.union(_gather(ELSEWHERE, "first")))),
        tuple(sorted(family.union(_gather(ELSEWHERE, "last")))),
    )


def name_vocabulary() -> set[str]:
    """Return the words of all these names in lower case, but for those of a letter or two."""
    return _words_of(
        [*foreign_names(), *(given_names(one) + family_names(one) for one in ("hi", "ru", "ar"))]
    )


def written_vocabulary() -> set[str]:
    """Return the words of `name_vocabulary` that our writers' names alone hold.

    Writers name everybody, also whose name is an everyday word of theirs: Turkish Çiçek (flower).
    """
    written = _words_of([read_written(one).get(k, ()) for one in LOCALES for k in _KINDS_WRITTEN])
    listed = [names for one in LOCALES for names in _tabled(one)]
    fakers = [
        _gather((*LOCALES[one], *ELSEWHERE), kind) for one in LOCALES for kind in ("first", "last")
    ]
    return written - _words_of([*listed, *fakers])


def _words_of(parts: Sequence[Sequence[str]]) -> set[str]:
    return {
        word.lower()
        for names in parts
        for name in names
        for word in name.split()
        if len(word) > 2  # noqa: PLR2004
    }


def widespread_names() -> frozenset[str]:
    """Return given names in lower case that three or more countries share; no places or words."""
    locales = [locale for one in LOCALES.values() for locale in one] + list(ELSEWHERE)
    counts = Counter(name.lower() for locale in locales for name in set(_read(locale, "first")))
    shared = {name for name, count in counts.items() if count >= _COUNTRIES_MIN}
    return frozenset(shared.difference(read_word_file(_AMBIGUOUS)["names"]) | {"tom", "mary"})


@cache
def _more(language: str) -> tuple[list[str], list[str]]:
    """Return given and family names of our own lists, in addition to Faker's, with a capital."""
    given, family = _tabled(language)
    written = read_written(language)
    return [*written.get("given", ()), *given], [*written.get("family", ()), *family]


def _tabled(language: str) -> tuple[list[str], list[str]]:
    """Return given and family names of `names.tsv`."""
    for line in read_lines(_MORE):
        code, given, family = line.split("\t")
        if code == language:
            return [name.title() for name in given.split()], [
                name.title() for name in family.split()
            ]
    return [], []


def _gather(locales: Sequence[str], kind: str) -> tuple[str, ...]:
    return tuple(sorted({name for locale in locales for name in _read(locale, kind)}))


def _read(locale: str, kind: str) -> Iterator[str]:
    """Yield a locale's names of a kind; some modules hold pairs of a name and its weight."""
    provider = import_module(f"faker.providers.person.{locale}").Provider
    fields = [f for f in dir(provider) if f"{kind}_name" in f and not f.startswith("_")]
    for field in fields:
        value = getattr(provider, field)
        for entry in value if isinstance(value, (tuple, list, dict)) else ():
            name = (
                str(entry[0] if isinstance(entry, tuple) else entry).replace("\u200d", "").strip()
            )
            if (
                _NAME.fullmatch(name)
                and _LETTERS_MIN <= len(name) <= _LETTERS_MAX
                and not name.isupper()
            ):
                yield name if name != name.lower() or name[0] > "\u024f" else name.title()
