"""Cases of Russian and Polish names, by rule: a sentence seldom has a list's form."""

# ruff: noqa: RUF001  endings of Russian

import re
from collections.abc import Iterator, Mapping

_RUSSIAN_HISSING = "гкхжшчщц"
_POLISH_SOFTENED: Mapping[str, str] = {
    "ch": "sze",
    "k": "ce",
    "g": "dze",
    "r": "rze",
    "ł": "le",
    "h": "sze",
    **{letter: letter + "ie" for letter in "nszmbpwf"},
    "t": "cie",
    "d": "dzie",
}
"""From the last consonants of a stem to them with the ending -e of the locative."""
_POLISH_HARD = re.compile(r"(?:sz|cz|rz|dz|ż|c|j|l|ń|ś|ź|ć)\Z")


def russian_forms(name: str) -> set[str]:
    """Return a Russian given name in all cases."""
    return {name, *_russian(name)}


def _russian(name: str) -> Iterator[str]:
    stem, last = name[:-1], name[-1]
    endings: tuple[str, ...]
    if name.endswith("ия"):
        endings = ("и", "ю", "ей")
    elif last == "а":
        soft = stem[-1] in _RUSSIAN_HISSING
        endings = ("и" if soft else "ы", "е", "у", "ей" if stem[-1] in "жшчщц" else "ой", "ою", "")
    elif last == "я":
        endings = ("и", "е", "ю", "ей", "ь")
    elif last == "й":
        endings = ("я", "ю", "ем", "е", "и")
    elif last == "ь":
        endings = ("я", "ю", "ем", "е", "и", "ью")
    elif last in "еиоуэюыё":
        return
    else:
        yield from (name + end for end in ("а", "у", "ом", "е", "ем"))
        if name in {"Павел", "Лев", "Пётр"}:
            short = {"Павел": "Павл", "Лев": "Льв", "Пётр": "Петр"}[name]
            yield from (short + end for end in ("а", "у", "ом", "е"))
        if name.endswith(("ек", "ёк")):
            short = name[:-2] + ("ьк" if name[-3] in "лн" else "к")
            yield from (short + end for end in ("а", "у", "ом", "е"))
        return
    yield from (stem + end for end in endings)


def russian_family_forms(name: str) -> set[str]:
    """Return a family name in -ов, -ев, -ин, -ский of a man, a woman and a family, in all cases."""
    if name.endswith("ий"):
        stem = name[:-2]
        return {
            stem + end for end in ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ие", "их")
        }
    return {name + end for end in ("", "а", "у", "ым", "е", "ой", "ы", "ых", "ыми")}


def polish_forms(name: str) -> set[str]:
    """Return a Polish given name, or a family name that is no adjective, in all cases."""
    return {name, *_polish(name)}


def _polish(name: str) -> Iterator[str]:
    if name.endswith("a"):
        yield from _polish_feminine(name[:-1])
    elif name.endswith(("i", "y")):
        yield from (name + end for end in ("ego", "emu", "m", "ch"))
        yield from (name[:-1] + end for end in ("ego", "emu", "m"))
    elif name.endswith(("o", "e", "u", "é")):
        return
    else:
        yield from _polish_masculine(name)


def _polish_feminine(stem: str) -> Iterator[str]:
    yield from (stem + end for end in ("ę", "ą", "o", "u"))
    if stem.endswith(("i", "j")):
        short = stem[:-1]
        yield from (short + end for end in ("i", "ii", "ji"))
        yield stem + "i"
        return
    soft = _POLISH_HARD.search(stem)
    yield stem + ("i" if stem.endswith(("k", "g", "l")) else "y")
    if soft:
        yield from (stem + "i", stem + "y")
    else:
        yield from _softened(stem)


def _softened(stem: str) -> Iterator[str]:
    for length in (2, 1):
        if stem[-length:] in _POLISH_SOFTENED:
            yield stem[:-length] + _POLISH_SOFTENED[stem[-length:]]
            return


def _polish_masculine(name: str) -> Iterator[str]:
    stem = _without_fleeting_e(name)
    if stem[-1] in "śćńź":
        stem = stem[:-1] + {"ś": "si", "ć": "ci", "ń": "ni", "ź": "zi"}[stem[-1]]
    yield from (stem + end for end in ("a", "owi", "em", "u", "owie", "ów", "ami"))
    if stem.endswith(("k", "g")):
        yield stem + "iem"
    yield from _softened(stem)


def _without_fleeting_e(name: str) -> str:
    """Return the stem of the other cases: Marek, Marka; Paweł, Pawła; Kacper, Kacpra."""
    if name.endswith("iek"):
        hard = {"s": "ś", "c": "ć", "z": "ź", "n": "ń"}.get(name[-4], name[-4])
        return name[:-4] + hard + "k"
    if name.endswith(("ek", "eł", "ec")) and len(name) > 3:  # noqa: PLR2004
        return name[:-2] + name[-1]
    return name[:-2] + "r" if name in {"Kacper", "Ksawer", "Aleksander"} else name


def polish_family_forms(name: str) -> set[str]:
    """Return a family name of a man, a woman and a family, in all cases."""
    if name.endswith(("ski", "cki", "dzki")):
        stem = name[:-1]
        return {
            stem + end for end in ("i", "iego", "iemu", "im", "a", "iej", "ą", "ie", "ich", "imi")
        }
    return polish_forms(name)
