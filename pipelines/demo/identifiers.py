"""Identifiers to plant: valid by checksum, in a range reserved for examples if one exists."""

import random
import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from pipelines.demo.check_digits import (
    curp_digit,
    dni_letter,
    iban_digits,
    luhn_digit,
    verhoeff_digit,
)
from pipelines.demo.grammar import TEXTS
from pipelines.word_files import read_word_file

_WORDS = TEXTS / "identifiers.yaml"
_HOSTS = ("example.com", "example.org", "example.net", "mail.example.com", "post.example.org")
_AREAS = ("212", "415", "312", "206", "617", "303", "512", "404", "702", "503")
_CARD_STARTS = ("411111", "400000", "555555", "520082")  # the test ranges of the card networks


def make_name(language: str, chance: random.Random) -> str:
    """Return an invented full name."""
    words = read_word_file(_WORDS)[language]
    return f"{chance.choice(words['given'])} {chance.choice(words['family'])}"


def make_identifier(kind: str, language: str, locale: str, chance: random.Random) -> str:
    """Return the text of an identifier of a kind, as people of the language and locale write it."""
    return _MAKERS[kind](language, locale, chance)


def kinds_for(language: str, locale: str) -> Sequence[str]:
    """Return the kinds of identifier that a person of this language and locale may give away."""
    kinds = ["email", "phone", "email", "phone", "card", "password", "api_key", "address", "name"]
    if locale.endswith("-IN"):
        return [*kinds, "aadhaar", "aadhaar"]
    if language == "es":
        return [*kinds, "curp", "iban"] if locale == "es-MX" else [*kinds, "dni", "iban"]
    return [*kinds, "ssn", "iban"]


def _digits(count: int, chance: random.Random) -> str:
    return "".join(chance.choices(string.digits, k=count))


def _email(language: str, _locale: str, chance: random.Random) -> str:
    latin = "hi-Latn" if language == "hi" else language
    plain = (
        unicodedata.normalize("NFKD", make_name(latin, chance))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    joined = plain.replace(" ", chance.choice((".", "_", "")))
    return f"{joined}{chance.randint(11, 9999)}@{chance.choice(_HOSTS)}"


def _phone(_language: str, locale: str, chance: random.Random) -> str:
    """Return a number that its country's plan accepts: North America's are reserved for fiction."""
    last = _digits(3, chance)
    numbers = {
        "en-GB": f"+44 7911 123{last}",
        "en-AU": f"+61 491 570 {last}",
        "es-ES": f"+34 612 345 {last}",
        "es-MX": f"+52 55 1234 5{last}",
        "es-AR": f"+54 9 11 2345-6{last}",
        "es-CO": f"+57 300 123 4{last}",
    }
    if locale.endswith("-IN"):
        return f"+91 98765 {chance.randint(40, 49)}{last}"
    area = "416" if locale == "en-CA" else chance.choice(_AREAS)
    return numbers.get(locale, f"+1 {area}-555-01{last[:2]}")


def _card(_language: str, _locale: str, chance: random.Random) -> str:
    digits = chance.choice(_CARD_STARTS) + _digits(9, chance)
    digits += luhn_digit(digits)
    gap = chance.choice((" ", "-", ""))
    return gap.join(digits[start : start + 4] for start in range(0, 16, 4))


def _iban(language: str, _locale: str, chance: random.Random) -> str:
    country, account = (
        ("GB", f"WEST{_digits(14, chance)}") if language == "en" else ("DE", _digits(18, chance))
    )
    whole = f"{country}{iban_digits(country, account)}{account}"
    if chance.random() < 0.5:  # noqa: PLR2004  printed in groups of four as often as not
        return whole
    return " ".join(whole[start : start + 4] for start in range(0, len(whole), 4))


def _ssn(_language: str, _locale: str, chance: random.Random) -> str:
    return f"{chance.randint(701, 728)}-{chance.randint(10, 99)}-{chance.randint(1000, 9998)}"


def _aadhaar(_language: str, _locale: str, chance: random.Random) -> str:
    digits = str(chance.randint(2, 9)) + _digits(10, chance)
    digits += verhoeff_digit(digits)
    return " ".join(digits[start : start + 4] for start in range(0, 12, 4))


def _dni(_language: str, _locale: str, chance: random.Random) -> str:
    digits = str(chance.randint(1, 9)) + _digits(7, chance)
    return digits + dni_letter(digits)


def _curp(_language: str, _locale: str, chance: random.Random) -> str:
    def draw(signs: str, count: int) -> str:
        return "".join(chance.choices(signs, k=count))

    consonants = "BCDFGHJKLMNPQRSTVWXYZ"
    birth = f"{chance.randint(60, 99)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    first = draw(consonants, 1) + draw("AEIOU", 1) + draw(consonants, 2) + birth + draw("HM", 1)
    first += chance.choice(("DF", "JC", "NL", "OC", "PL")) + draw(consonants, 3) + "0"
    return first + curp_digit(first)


def _password(_language: str, _locale: str, chance: random.Random) -> str:
    first, second = chance.sample(read_word_file(_WORDS)["password_words"], k=2)
    return (
        f"{first}{chance.choice('-_!#')}{second}{chance.randint(10, 9999)}{chance.choice('!?$*')}"
    )


def _api_key(_language: str, _locale: str, chance: random.Random) -> str:
    body = "".join(chance.choices(string.ascii_letters + string.digits, k=36))
    return chance.choice((f"sk-{body}", f"ghp_{body}"))


def _address(language: str, _locale: str, chance: random.Random) -> str:
    words = read_word_file(_WORDS)[language]
    street, town = chance.choice(words["streets"]), chance.choice(words["towns"])
    return str(words["address"]).format(n=chance.randint(3, 998), street=street, town=town)


_MAKERS: Mapping[str, Callable[[str, str, random.Random], str]] = {
    "email": _email,
    "phone": _phone,
    "card": _card,
    "iban": _iban,
    "ssn": _ssn,
    "aadhaar": _aadhaar,
    "dni": _dni,
    "curp": _curp,
    "password": _password,
    "api_key": _api_key,
    "address": _address,
    "name": lambda language, _locale, chance: make_name(language, chance),
}
