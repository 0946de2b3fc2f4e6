"""Words that are names too: when they are a thing, and names in small letters that are no words."""

import pytest

from pipelines.filtering.privacy.listed_names import ListedNames
from pipelines.filtering.privacy.no_persons import is_nobody

NAMES = ListedNames(frozenset({"un", "le", "est", "ma", "chez", "grand"}))


@pytest.mark.parametrize(
    ("before", "said", "behind", "expected"),
    [
        ("", "La Esperanza", " es lo último que se pierde", False),  # the article is in the span
        ("La ", "Esperanza", " es lo último que se pierde", True),
        ("la ", "Esperanza", " me llamó ayer", False),
        ("", "Esperanza", " me llamó", False),
        ("die ", "Rose", " blüht", True),
        ("la ", "Clémence", " est une vertu", True),
        ("boulevard ", "Victor Hugo", " fermé", True),
        ("улица ", "Ленина", " перекрыта", True),
        ("Jalan ", "Gatot Subroto", " macet", True),
        ("avec ", "Victor Hugo", " demain", False),
        ("ma ", "Clio", " est en panne", True),
    ],
)
def test_a_word_behind_an_article_or_a_street_is_nobody(
    before: str,
    said: str,
    behind: str,
    expected: bool,  # noqa: FBT001 reason: a case's expected answer
) -> None:
    """Unless it does what only people do."""
    text = before + said + behind

    assert is_nobody(text, len(before), len(before + said)) is expected


@pytest.mark.parametrize(
    ("before", "said", "behind", "expected"),
    [
        ("الجو ", "جميل", " والقمر منور", True),
        ("هذا العمل ", "صالح", " ومفيد", True),
        ("كلام ", "جميل", " وأسلوب راقي", True),
        ("المهندس ", "كريم", " هنا", False),  # a title
        ("الولد ", "كريم", " اتصل أمس", False),  # he called
        ("قابلت ", "كريم", " أمس", False),
        ("", "كريم على", " الجميع", True),
        ("كلمت ", "عبد الرحمن", " أمس", False),
    ],
)
def test_an_arabic_word_said_of_a_thing(
    before: str,
    said: str,
    behind: str,
    expected: bool,  # noqa: FBT001 reason: a case's expected answer
) -> None:
    """Beautiful, happy and good are men's names; behind a thing they say how it is."""
    text = before + said + behind

    assert NAMES.is_word_here(text, len(before), len(before + said)) is expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("est-ce que fatoumata t'a répondu ?", "fatoumata"),
        ("écris à ségolène pour la fête", "ségolène"),
        ("tu trouves pas que oceane abuse", "oceane"),
        ("le petit djibril dort", "djibril"),
        ("chez ludivine on mange bien", "ludivine"),
        ("Fatoumata Diallo a appelé", "Fatoumata Diallo"),
    ],
)
def test_a_french_name_in_small_letters_is_found(text: str, name: str) -> None:
    """The model, taught names with capitals, leaves a rare one in small letters."""
    assert [text[a:b] for a, b in NAMES.find(text)] == [name]


@pytest.mark.parametrize("text", ["la marine nationale", "une romane église", "un grand chevalier"])
def test_a_french_word_is_no_name(text: str) -> None:
    """No name of the list is a word."""
    assert NAMES.find(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("شبك كيرلس ساكت", "كيرلس"),
        ("رحنا انا وتيزيري للمخيم", "تيزيري"),
        ("مادام المعمري تاع الرياضيات صعيبة", "المعمري"),
        ("(انظر الشمري، 2019)", "الشمري"),
        ("باشمهندس صلاح ممكن سؤال", "صلاح"),
    ],
)
def test_an_arabic_name_of_dialects_is_found(text: str, name: str) -> None:
    """Copts and Berbers, names behind a letter, families behind a title or with no other sense."""
    assert [text[a:b] for a, b in NAMES.find(text)] == [name]


def test_an_arabic_preposition_is_no_name() -> None:
    """Without its dots it is written as Ali is."""
    assert NAMES.find("شكرا على التعليق") == []
