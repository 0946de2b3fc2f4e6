"""What looks like a name and is nobody: places, brands, feasts, everyday words."""

# ruff: noqa: RUF001  letters of Turkish

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pipelines.places import SHIPPED
from pipelines.word_files import read_word_file

LISTS = Path(__file__).with_name("no_persons.yaml")
CUES = SHIPPED / "name_cues.yaml"
"""The phrases, surnames and titles beside which somebody is named, by language."""
NUMBERS = frozenset(
    "aadhaar bic cpf curp cvv dni iban itin nhs nie nif nino otp pan pin rfc ssn swift vin".split()  # noqa: SIM905
)
"""What numbers are called, in capitals as names are: "My IBAN is"."""
_ARTICLES = re.compile(r"\A(?:the|der|die|das|den|le|la|les|el|los|il|lo|het|de|o|a) ")
_LINKS = re.compile(
    r" (?:and|or|y|o|e|und|oder|et|ou|en|of|oder|och|i|lub|dan|atau|ve|veya|и|или|aur|ya|और|या) "
    r"|, ?|/"
)
_POSSESSIVE = re.compile(r"(?:'s|’s|'da|'de|'a|'e|'nın|'nin)\Z")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)\W{1,2}\Z")
_WORD_BEHIND = re.compile(r"[ -]([^\W\d_]+)")
_BETWEEN_TOWNS = (
    r"(?: (?:and|or|to|via|y|o|e|a|und|oder|nach|bis|et|ou|en|of|i|lub|dan|ve|и|или|до|в|aur|से|और)"
    r"|,) "
)
_TOWN_BEHIND = re.compile(rf"{_BETWEEN_TOWNS}([^\W\d_]+)")
_TOWN_BEFORE = re.compile(rf"([^\W\d_]+){_BETWEEN_TOWNS}\Z")
_ROMAN = re.compile(r" [IVX]{2,5}(?![\w'’])")
_BACK = 24
_PEOPLE_WORDS = 3
_ANNOUNCED_CHARS = 40
_ANNOUNCING_WORDS = 4
_ANNOUNCING = ("named", "related")
_LETTERS = re.compile(r"[^\W\d_]+")


@cache
def _nobody() -> frozenset[str]:
    read = read_word_file(LISTS)
    groups = (*read["places"], *read["brands"], read["days"], read["greetings"], read["history"])
    words = {word for group in groups for word in _flat(group)}
    return frozenset((*(words - _places_or_people()), *read["alone"]))


@cache
def _places_or_people() -> frozenset[str]:
    """Return what is a place behind a word of place, else somebody."""
    return _words("both") | _words("people_first")


@cache
def _words(key: str) -> frozenset[str]:
    """Return one of the lists that are not parted by language."""
    return frozenset(read_word_file(LISTS)[key])


@cache
def _phrases() -> re.Pattern[str]:
    """Return what of several words is nobody, as a pattern: a name inside of it is none either."""
    longest = sorted((one for one in _nobody() if " " in one), key=lambda one: (-len(one), one))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")


def _flat(group: str | Sequence[str]) -> Sequence[str]:
    return (group,) if isinstance(group, str) else group


@cache
def towns() -> frozenset[str]:
    """Return the names of places in small letters, also those that are names of persons."""
    read = read_word_file(LISTS)
    return frozenset((*(word for group in read["places"] for word in group), *read["both"]))


@cache
def ordinary_words() -> frozenset[str]:
    """Return the everyday words that are names too, of all languages, in small letters."""
    return frozenset(word for words in read_word_file(LISTS)["words"].values() for word in words)


@cache
def people_words() -> frozenset[str]:
    """Return what only people do and have, of all languages."""
    return frozenset(word for words in read_word_file(LISTS)["people"].values() for word in words)


def joins_speaker(words: Sequence[str]) -> bool:
    """Say whether words behind a name join it to who speaks: "and I"; in small letters."""
    return " ".join(words[:2]) in _words("and_speaker")


def is_nobody(text: str, start: int, end: int) -> bool:
    """Say whether a span that looks like a person is a place, a brand, a feast, or several of them.

    A place that is a name too ("Austin") counts as one behind a word of place, and a brand or a god
    that people are called by ("Zara", "Jesús") as somebody where a person is announced.
    """
    said = text[start:end].lower()
    if _is_listed(said) or all(map(_is_listed, _LINKS.split(said))):
        return not _is_told(text, start, end)
    around = text[max(0, start - _BACK) : end + _BACK].lower()
    begin = start - max(0, start - _BACK)
    for phrase in _phrases().finditer(around):
        if phrase.start() <= begin and begin + (end - start) <= phrase.end():
            return True
    read = read_word_file(LISTS)
    found = _WORD_BEFORE.search(text, max(0, start - _BACK), start)
    before = found[1].lower() if found else ""
    if _ARTICLES.sub("", said) in _places_or_people() and (
        before in read["place_words"] or _beside_town(text, start, end)
    ):
        return True
    return before in read["streets"] or _is_of_thing(text, start, end, before)


def _is_told(text: str, start: int, end: int) -> bool:
    """Say whether a name that a thing bears too is told as somebody's."""
    said = _POSSESSIVE.sub("", text[start:end].lower())
    if said in _words("acting"):
        if _acts(text, end):
            return True
    elif said not in _words("announced"):
        return False
    before = text[max(0, start - _ANNOUNCED_CHARS) : start].lower()
    words = _LETTERS.findall(before)[-_ANNOUNCING_WORDS:]
    is_label = before.rstrip(" *\"'").endswith((":", "\uff1a"))
    phrases = _words("labels") if is_label else announcing()
    return any(" ".join(words[at:]) in phrases for at in range(len(words)))


@cache
def announcing() -> frozenset[str]:
    """Return the phrases behind which a person is named, without those that a place may follow."""
    cues, loose = read_word_file(CUES), _words("loose")
    groups = [_words("selves"), *(some for kind in _ANNOUNCING for some in cues[kind].values())]
    said = (str(one).lower() for group in groups for one in group)
    phrases = (" ".join(_LETTERS.findall(phrase)) for phrase in said)
    return frozenset(phrase for phrase in phrases if phrase.rpartition(" ")[2] not in loose)


def _beside_town(text: str, start: int, end: int) -> bool:
    """Say whether a town stands on the other side of a link: "Rome to Austin"."""
    behind = _TOWN_BEHIND.match(text, end)
    before = _TOWN_BEFORE.search(text, max(0, start - 2 * _BACK), start)
    return any(found is not None and found[1].lower() in towns() for found in (behind, before))


def _is_of_thing(text: str, start: int, end: int, before: str) -> bool:
    """Say whether one name alone belongs to a thing: a saint's town, a king's number, a cake."""
    read = read_word_file(LISTS)
    words = text[start:end].lower().split()
    if len(words) == 2:  # noqa: PLR2004  "Santa Rita", "cerveza Victoria"
        return (
            words[0] in read["saints"]
            or words[0] in read["things_before"]
            or words[1] in read["things_behind"]
        )
    if len(words) != 1:
        return False
    # In Spanish and Portuguese a word with a capital behind "a" is somebody
    has_article = before in read["articles_before"] and not (
        before == "a" and text[start].isupper()
    )
    if has_article and words[0] in ordinary_words() and not _acts(text, end):
        return True
    if before in read["saints"] or before in read["things_before"] or _ROMAN.match(text, end):
        return True
    found = _WORD_BEHIND.match(text, end)
    behind = found[1].lower() if found else ""
    if behind in read["things_behind"]:
        return True
    begins = not text[max(0, start - 2) : start].strip()
    return begins and words[0] in read["orders"] and behind in read["articles"]


def _acts(text: str, end: int) -> bool:
    """Say whether what only people do stands within three words behind a name."""
    behind = _LETTERS.findall(text[end : end + 2 * _BACK].lower())[:_PEOPLE_WORDS]
    return not people_words().isdisjoint(behind)


def _is_listed(said: str) -> bool:
    bare = _ARTICLES.sub("", said)
    names = (said, bare, _POSSESSIVE.sub("", said), _POSSESSIVE.sub("", bare))
    return not _nobody().isdisjoint(names)
