"""Names of lists are found in every case; words that are names too, only if a person is meant."""

# ruff: noqa: RUF001, RUF002, SIM905  letters of these languages

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.filtering.privacy.inflection import polish_forms, russian_family_forms, russian_forms
from pipelines.filtering.privacy.listed_forms import fold
from pipelines.filtering.privacy.listed_names import ListedNames

COMMON = frozenset(
    "с и в я на не это очень роза слава был сегодня bir ve çok dün için deniz z nie jest mam dla "
    "marka कल ने से मेरी बात नहीं है कविता सुनाओ एक पूजा घर में "
    "مع إلى في هذا السوق أمس جميل جدا".split()
)
LISTED = ListedNames(COMMON)


def names(text: str) -> list[str]:
    """Return what is found, as it is written in the text."""
    return [text[a:b] for a, b in LISTED.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Встретила сегодня Ларису в метро", ["Ларису"]),
        ("Отдал ключи Геннадию Петровичу Власову", ["Геннадию Петровичу Власову"]),
        ("Мы с Серегой пили чай", ["Серегой"]),
        ("Жду Надежду у входа", ["Надежду"]),
        ("Dzwoniłem do Grzegorza", ["Grzegorza"]),
        ("Mam list dla Małgorzaty Kubiak", ["Małgorzaty Kubiak"]),
        ("nie lubię agnieszki", ["agnieszki"]),
        ("Hakan'a çok kızgınım", ["Hakan"]),
        ("Dün Tuğba'yla yemek yedik", ["Tuğba"]),
        ("تكلمت مع زينب أمس", ["زينب"]),
        ("هذا الكتاب لمريم", ["مريم"]),
        ("أبو خالد جارنا", ["أبو خالد"]),
        ("कल निखिल घर नहीं आया", ["निखिल"]),
        ("पूजा ने बात नहीं की", ["पूजा"]),
    ],
)
def test_a_listed_name_is_found_in_every_case(text: str, found: list[str]) -> None:
    """A name in a sentence is seldom spelt as in a list."""
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Роза завяла в вазе",
        "Слава богу, всё хорошо",
        "Marka jest droga",
        "Can you help me with Barry",
        "deniz çok dalgalı",
        "एक कविता सुनाओ",
        "घर में पूजा है",
        "هذا جميل جدا",
        "",
        "12345",
    ],
)
def test_a_word_that_is_a_name_too_needs_somebody(text: str) -> None:
    """Hope, faith and sea are given names in some language."""
    assert names(text) == []


def test_a_polish_form_in_another_language_is_none() -> None:
    """Without a word or a letter of Polish a sentence is not read as Polish."""
    assert names("The Tomka Bridge of Michele") == []


@settings(max_examples=80)
@given(st.text(alphabet="Анна Сергей я с पूजाने मريمل'y Ayşe Kasią i w.\n", max_size=120))
def test_spans_are_inside_and_apart_and_predicted_by_the_prefilter(text: str) -> None:
    """Whether a sentence is worth reading is asked first: the two must agree."""
    reached = 0
    for start, end in LISTED.find(text):
        assert reached <= start < end <= len(text)
        reached = end
    if reached:
        assert LISTED.may_hold(text)


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Tomek", {"Tomka", "Tomkowi", "Tomkiem", "Tomku"}),
        ("Krzysiek", {"Krzyśka", "Krzyśkowi"}),
        ("Zosia", {"Zosi", "Zosię", "Zosią", "Zosiu"}),
        ("Monika", {"Moniki", "Monice", "Monikę"}),
        ("Paweł", {"Pawła", "Pawłem"}),
        ("Jerzy", {"Jerzego", "Jerzemu"}),
    ],
)
def test_polish_cases(name: str, forms: set[str]) -> None:
    """Consonants soften, an e is fleeting."""
    assert forms - polish_forms(name) == set()


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Анна", {"Анны", "Анне", "Анну", "Анной"}),
        ("Мария", {"Марии", "Марию", "Марией"}),
        ("Игорь", {"Игоря", "Игорю", "Игорем"}),
        ("Павел", {"Павла", "Павлу"}),
        ("Серёжа", {"Серёжи", "Серёже", "Серёжей"}),
    ],
)
def test_russian_cases(name: str, forms: set[str]) -> None:
    """Of hard and soft stems."""
    assert forms - russian_forms(name) == set()


def test_a_russian_family_name_has_a_womans_forms() -> None:
    """Written down by a list of men's names alone."""
    assert {"Орлова", "Орловой", "Орловым"} - russian_family_forms("Орлов") == set()


def test_ways_of_writing_are_one() -> None:
    """ё and е, hamza, the dot under a letter of Hindi, in one character or two."""
    assert fold("семён") == "семен"
    assert fold("أحمد") == fold("احمد")
    assert fold("\u095bैनब") == fold("ज\u093cैनब") == "जैनब"
