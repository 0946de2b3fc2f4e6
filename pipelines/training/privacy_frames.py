"""Sentences from our own frames in many languages, filled with names of many peoples by a seed."""

import random
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from pipelines.filtering.privacy.markup import blank_markup
from pipelines.training.privacy import Sentence
from pipelines.training.privacy_addresses import AddressPool, read_written
from pipelines.training.privacy_names import LOCALES, family_names, foreign_names, given_names
from pipelines.training.privacy_swaps import invent_names
from pipelines.word_files import read_lines

LANGUAGES = tuple(LOCALES)
"""Languages with a file of frames."""
_FOLDER = Path(__file__).parent / "privacy_frames"
_PLACES = _FOLDER / "places.tsv"
_SCRIPTS_OF_THEIR_OWN = frozenset({"hi", "ru", "ar"})
_HELD_OF_16 = 2  # an eighth of the frames and of the names
_FOREIGN, _INVENTED = 0.18, 0.2  # shares of the names
_INVENTED_NAMES = 1500
_GIVEN_ALONE, _INITIAL, _SECOND_FAMILY, _PARTICLE = 0.1, 0.06, 0.3, 0.2
_PARTICLES = {"pt": ("da", "dos", "de"), "nl": ("van", "de", "van der", "van den"), "de": ("von",)}
_LOWER, _UPPER = 0.32, 0.03
_JOINED = 0.25
_ADDRESSED = 0.14
_LABELS = {"L": "LOCATION", "A": "STREET_ADDRESS"}
_GLUE = (" ", ". ", ", ", "\n", "! ", " ... ")


def is_held(text: str) -> bool:
    """Say whether a frame or a name is held out to measure: an eighth, by a hash of its letters."""
    return sha256(text.casefold().encode()).digest()[0] % 16 < _HELD_OF_16


@cache
def read_frames(language: str, *, held: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the frames with a name and those without one, of those held out or of the others."""
    written = read_written(language)
    lines = read_lines(_FOLDER / f"{language}.txt")
    lines += (*written.get("named", ()), *written.get("nameless", ()))
    chosen = [line for line in dict.fromkeys(lines) if is_held(line) is held]
    named = tuple(line for line in chosen if any(slot in line for slot in ("{P}", "{G}", "{F}")))
    return named, tuple(line for line in chosen if line not in set(named))


def write_frames(language: str, count: int, seed: int, *, held: bool = False) -> Iterator[Sentence]:
    """Yield `count` sentences of a language, a quarter of them without a name.

    Names are of the language's own people, of others, or invented after them; one sentence in seven
    says an address; a third is in lower case, a quarter of two frames joined. With `held`, frames,
    names and streets are those held out.
    """
    chance = random.Random(f"{language} {seed}")  # noqa: S311  not for secrets
    named, plain = read_frames(language, held=held)
    addressed = _part(read_written(language).get("addressed", ()), held=held)
    pool = NamePool(language, held=held)
    for _ in range(count):
        if addressed and chance.random() < _ADDRESSED:
            yield as_chat(_fill(chance.choice(addressed), pool, chance), chance)
            continue
        is_named = chance.random() < 0.72 or not plain  # noqa: PLR2004  frames with a name
        frame = chance.choice(named if is_named else plain)
        if chance.random() < _JOINED:
            parts = [frame, chance.choice(plain or named)]
            chance.shuffle(parts)
            frame = chance.choice(_GLUE).join(parts)
        yield as_chat(_fill(frame, pool, chance), chance)


class NamePool:
    """The names that a language's frames may take."""

    def __init__(self, language: str, *, held: bool) -> None:
        self.language = language
        self.given = _part(given_names(language), held=held)
        self.family = _part(family_names(language), held=held)
        others = () if language in _SCRIPTS_OF_THEIR_OWN else foreign_names()
        self.foreign = tuple(_part(names, held=held) for names in others)
        single = [n.title() for n in self.given + self.family if n.isalpha()]
        self.invented = (
            invent_names(single, _INVENTED_NAMES, 5)
            if language not in {"hi", "ar"} and not held
            else []
        )
        written = read_written(language)
        streets = _part(written.get("streets", ()), held=held)
        self.addresses = AddressPool(language, streets) if streets else None

    def take(self, kind: str, chance: random.Random) -> str:
        """Return a name of a kind: `given` or `family`."""
        draw = chance.random()
        if draw < _FOREIGN and self.foreign:
            return chance.choice(self.foreign[kind == "family"])
        if draw < _FOREIGN + _INVENTED and self.invented:
            return chance.choice(self.invented)
        return chance.choice(self.given if kind == "given" else self.family)


def _part(names: Sequence[str], *, held: bool) -> tuple[str, ...]:
    return tuple(name for name in names if is_held(name) is held)


@cache
def _places(language: str) -> tuple[str, ...]:
    rows = (line.split("\t") for line in read_lines(_PLACES))
    known = next(places for code, places in rows if code == language).split("|")
    return (*known, *read_written(language).get("towns", ()))


def _fill(frame: str, pool: NamePool, chance: random.Random) -> Sentence:
    text, spans = "", list[tuple[int, int, str]]()
    for number, part in enumerate(frame.replace("}", "{").split("{")):
        said = take_name(part, pool, chance) if number % 2 else part
        if number % 2:
            spans.append((len(text), len(text) + len(said), _LABELS.get(part, "PERSON")))
        text += said
    return Sentence(blank_markup(text), tuple(spans))


def take_name(kind: str, pool: NamePool, chance: random.Random) -> str:
    """Return what fills a slot: `P`, `G`, `F` full, given, family name; `L`, `A` place, address."""
    if kind == "L":
        return chance.choice(_places(pool.language))
    if kind == "A" and pool.addresses is not None:
        return pool.addresses.take(chance)
    if kind == "F":
        return pool.take("family", chance)
    given = pool.take("given", chance)
    if kind == "G" or chance.random() < _GIVEN_ALONE:
        return given
    family = pool.take("family", chance)
    if pool.language in {"es", "pt"} and chance.random() < _SECOND_FAMILY:
        family += f" {pool.take('family', chance)}"
    if pool.language in _PARTICLES and chance.random() < _PARTICLE:
        family = f"{chance.choice(_PARTICLES[pool.language])} {family}"
    if pool.language not in _SCRIPTS_OF_THEIR_OWN and chance.random() < _INITIAL:
        given += f" {given[0]}."
    return f"{given} {family}"


def as_chat(sentence: Sentence, chance: random.Random) -> Sentence:
    """Return a sentence in lower case, in capitals, or mostly as it is."""
    draw = chance.random()
    change = str.lower if draw < _LOWER else str.upper if draw < _LOWER + _UPPER else str
    text = change(sentence.text)
    return Sentence(text, sentence.spans) if len(text) == len(sentence.text) else sentence


def no_persons() -> tuple[str, ...]:
    """Return places and peoples, in lower case, that are seldom a person's name."""
    return read_lines(_FOLDER / "no_persons.txt")


def cue_words() -> list[str]:
    """Return the words of `cues.txt`: an unknown word in lower case next to one may be a name."""
    return sorted(set((_FOLDER / "cues.txt").read_text("utf-8").split()))
