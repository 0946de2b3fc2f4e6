"""Planted identifiers are valid, so that a rule with a checksum must accept them."""

import re

import phonenumbers
import pytest

from pipelines.demo.chance import chance_for
from pipelines.demo.check_digits import (
    curp_digit,
    dni_letter,
    iban_digits,
    luhn_digit,
    verhoeff_digit,
)
from pipelines.demo.identifiers import kinds_for, make_identifier
from pipelines.demo.planted_pii import plant_pii

LOCALES = [
    ("en", "en-US"),
    ("en", "en-GB"),
    ("en", "en-CA"),
    ("en", "en-AU"),
    ("en", "en-IN"),
    ("es", "es-ES"),
]
LOCALES += [
    ("es", "es-MX"),
    ("es", "es-AR"),
    ("es", "es-CO"),
    ("hi", "hi-IN"),
    ("hi-Latn", "hi-IN"),
]


def test_check_digits_are_those_of_published_examples() -> None:
    """Expected values are the textbook examples of each scheme."""
    assert luhn_digit("7992739871") == "3"
    assert verhoeff_digit("236") == "3"
    assert iban_digits("GB", "WEST12345698765432") == "82"
    assert dni_letter("12345678") == "Z"
    assert curp_digit("BOXW310820HNERXN0") == "9"


@pytest.mark.parametrize(("language", "locale"), LOCALES)
def test_phones_are_valid_where_their_user_lives(language: str, locale: str) -> None:
    """A number that no plan accepts would rightly be left alone by the rules."""
    chance = chance_for(11)
    numbers = [make_identifier("phone", language, locale, chance) for _ in range(30)]

    assert [n for n in numbers if not phonenumbers.is_valid_number(phonenumbers.parse(n))] == []


@pytest.mark.parametrize(("language", "locale"), LOCALES)
def test_planted_pii_holds_its_values_and_no_leftover_mark(language: str, locale: str) -> None:
    """The truth table quotes the values; a placeholder in the text would be easy to notice."""
    chance = chance_for(5)
    for _ in range(80):
        pii = plant_pii(language, locale, chance)
        rest = pii.sentence
        for value in pii.values:
            assert value in rest
            rest = rest.replace(value, "")
        assert re.search(r"[@#]", rest) is None


@pytest.mark.parametrize(("language", "locale"), LOCALES)
def test_every_kind_can_be_made(language: str, locale: str) -> None:
    """A kind without an identifier or a sentence fails only on the night that draws it."""
    chance = chance_for(2)
    made = {
        kind: make_identifier(kind, language, locale, chance)
        for kind in kinds_for(language, locale)
    }

    assert [kind for kind, text in made.items() if len(text) < 6] == []


def test_cards_pass_luhn() -> None:
    """By the rule: double every second digit from the right, sum the digits, take modulo 10."""
    chance = chance_for(4)
    for _ in range(50):
        digits = re.sub(r"\D", "", make_identifier("card", "en", "en-US", chance))
        doubled = "".join(str(int(d) * (1 + place % 2)) for place, d in enumerate(reversed(digits)))

        assert sum(map(int, doubled)) % 10 == 0
