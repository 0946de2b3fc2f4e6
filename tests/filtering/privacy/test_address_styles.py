"""Addresses by shape: each style is found whole, and what only looks like it is not."""

# ruff: noqa: RUF001  letters of Russian

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy.address_styles import STYLE_RULES
from pipelines.filtering.privacy.prefilter import plain
from pipelines.filtering.privacy.rules import IdentifierRules

SCREENED = IdentifierRules(types=("STREET_ADDRESS",))
BARE = IdentifierRules(types=("STREET_ADDRESS",), screened=False)

ADDRESSES = [
    "Lange Reihe 45, 20099 Hamburg",
    "Korte Gracht 8, 1011 AB Amsterdam",
    "Polna 8, 00-622 Warszawa",
    "Gran Vía 28, 3ºC",
    "Blvd. Kukulcán km 12.5",
    "Laan van Meerdervoort 500",
    "Straße des 17. Juni 135",
    "Noordeinde 68a",
    "Rynek Główny 4/7",
    "3 the glebe, dunblane fk15 9hq",
    "77 west 104th st",
    "Rose Cottage, 2 Church Walk",
    "Mill Lane, no. 12",
    "numero 8 di via Verdi",
    "lot 14 harbour view rd",
    "बी-14/2, सेक्टर 62",
    "P.O. Box 4471",
    "Postfach 12 34 56",
    "а/я 117",
    "私書箱 25",
    "Ленина 45",
    "7-я линия, 34",
]
LOOKALIKES = [
    "Windows 11, London",
    "Boeing 737, Madrid",
    "I ran 12 miles on the lane",
    "the barn, the house and the lodge",
    "box 12 of 40",
    "on the 104th street fair",
    "unit 4 of the course",
    "Ленина читали в 45 классах",
    "na nowej 12.50",
    "Chapter 12, Berlin",
    "sector 62 of the game",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_style_is_found_whole(address: str) -> None:
    """A house number beside the placeholder would still name the door."""
    text = f"ok: {address} "
    (findings,) = SCREENED.find([text])
    hidden = {place for one in findings or () for place in range(one.start, one.end)}
    start = text.index(address)
    shown = [
        sign for place, sign in enumerate(address, start) if sign.isalnum() and place not in hidden
    ]

    assert shown == []


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_looks_like_a_style_is_none(text: str) -> None:
    """Models, scores and courses have numbers behind names, too."""
    assert SCREENED.find([text]) == [[]]


@pytest.mark.parametrize(
    ("before", "hidden", "behind"),
    [
        ("at ", "14 Oak Street, Bristol", " these days"),
        ("in der ", "Goethestraße 12, 04109 Leipzig", " seit Mai"),
        ("", "Calle Mayor 12, 28013 Madrid", " con mi hermana"),
        ("", "Rua do Ouro 45, 1100-060 Lisboa", " amanhã"),
        ("", "Lale Sokak 12, Nilüfer, Bursa", " adresine"),
        ("", "14 Oak Street", ", and then, London is great"),
        ("", "14 Oak Street", ", reading a book"),
        ("", "14 Oak Street", " Bristol fashion"),
    ],
)
def test_postcode_and_town_belong_to_an_address(before: str, hidden: str, behind: str) -> None:
    """Beside the placeholder they would tell where to look; everyday words stay."""
    (findings,) = SCREENED.find([before + hidden + behind])
    ends = max((one.end for one in findings or ()), default=0)

    assert ends == len(before + hidden)


PIECES = [*ADDRESSES, *LOOKALIKES, "ok", ",", "\n", "12", "km", "die", "🙂", "x" * 90]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))
def test_no_need_of_a_style_loses_a_finding(pieces: list[str]) -> None:
    """The prefilter may spare work and must never spare an address."""
    text = " ".join(pieces)

    assert SCREENED.find([text]) == BARE.find([text])


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))
def test_spans_lie_in_the_text_with_a_score(pieces: list[str]) -> None:
    """A rule counts in the plain text: a span outside of it would hide another word."""
    text = plain(" ".join(pieces))
    for rule in STYLE_RULES:
        for start, end, score in rule.scan(text):
            assert 0 <= start < end <= len(text.text)
            assert 0 < score <= 1
