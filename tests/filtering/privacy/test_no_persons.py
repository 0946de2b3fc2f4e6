"""Places, brands and feasts are nobody; a place that is a name too needs what says place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy.no_persons import (
    LISTS,
    announcing,
    is_nobody,
    ordinary_words,
    people_words,
    towns,
)
from pipelines.word_files import read_word_file

READ = read_word_file(LISTS)
BOTH = frozenset((*READ["both"], *READ["people_first"]))
NOBODY = sorted({word for group in (*READ["places"], *READ["brands"]) for word in group} - BOTH)
LINKS = (" and ", ", ", "/")
SINGLE = [name for name in NOBODY if not any(link in name for link in LINKS)]
PERSONS = ("Marta Kowalska", "Emeka", "Lin Xiaoyu", "Tobias Krämer")


def is_nobody_in(before: str, said: str, behind: str = "") -> bool:
    """Say whether what stands between two texts is nobody."""
    return is_nobody(before + said + behind, len(before), len(before + said))


@given(st.sampled_from(NOBODY), st.sampled_from(["", "I saw ", "the road to "]))
def test_a_listed_place_or_brand_is_nobody_wherever_it_stands(name: str, before: str) -> None:
    """Redacting a city takes the sense from a sentence and protects no one."""
    assert is_nobody_in(before, name)


@given(st.sampled_from(SINGLE), st.sampled_from(SINGLE), st.sampled_from(LINKS))
def test_several_of_them_are_nobody_too(one: str, other: str, link: str) -> None:
    """The entity model takes "Leeds and York" for one name."""
    assert is_nobody_in("from ", one + link + other)


@given(st.sampled_from(NOBODY), st.sampled_from(PERSONS))
def test_a_person_beside_a_place_stays_a_person(place: str, person: str) -> None:
    """One part that is nobody must not hide the other."""
    assert not is_nobody_in("", f"{place} and {person}")


@pytest.mark.parametrize("person", PERSONS)
def test_a_person_is_somebody(person: str) -> None:
    """No word of place, saint or thing stands there."""
    assert not is_nobody_in("I met ", person, " yesterday")


@pytest.mark.parametrize(
    ("before", "said", "behind", "expected"),
    [
        ("my sister ", "Alexa", " came over", False),
        ("", "Alexa", " told me a joke", True),
        ("", "Alexa", ", play some music", True),
        ("meine Freundin ", "Asia", "", False),
        ("our trip to ", "Asia", "", True),
        ("in love with ", "Roma", "", True),
        ("Nombre: ", "Jesús", ".\nApellidos:", False),
        ("soy ", "Jesús", "", False),
        ("gracias a ", "Jesús", "", True),
        ("", "Claude", " told me that he is tired", False),
        ("I asked ", "Claude", " for a recipe", True),
        ("", "Julia", " is tired", False),
        ("we drove through ", "Nancy", "", False),  # nothing says that it is the town
        ("we live in ", "Nancy", "", True),
        ("Yesterday ", "Austin", " called me", False),
        ("We live in ", "Austin", "", True),
        ("a bus from Rome to ", "Austin", "", True),
        ("", "Austin", " or Berlin next?", True),
        ("", "Austin", " or Emeka next?", False),
    ],
)
def test_a_place_that_is_a_name_too_needs_a_word_of_place(
    before: str, said: str, behind: str, *, expected: bool
) -> None:
    """Children are called Austin; in doubt it is a person."""
    assert is_nobody_in(before, said, behind) is expected


@pytest.mark.parametrize(
    ("before", "said", "behind", "expected"),
    [
        ("the church of ", "Santa Rita", "", True),
        ("king ", "Karol", " XII of Sweden", True),
        ("a slice of ", "Victoria", " sponge", True),
        ("a bottle of Jack ", "Daniels", " please", True),
        ("", "Mark", " the date", True),
        ("with ", "Mark", " the plumber", False),  # not the first word
        ("", "Mark", " called", False),
        ("", "Karol", " XIII2", False),
    ],
)
def test_a_name_that_belongs_to_a_thing_is_nobody(
    before: str, said: str, behind: str, *, expected: bool
) -> None:
    """A saint's town, a king, a cake, a brand, an order: each by what stands beside it."""
    assert is_nobody_in(before, said, behind) is expected


@given(st.text(max_size=60), st.data())
def test_any_span_of_any_text_has_an_answer(text: str, data: st.DataObject) -> None:
    """Chat is hostile input; a model's span may begin or end anywhere."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    assert is_nobody(text, start, end) in {True, False}


def test_the_lists_hold_small_letters_and_what_both_names_is_a_town() -> None:
    """They are compared with small letters: a capital in a list would never be found."""
    told = frozenset((*announcing(), *READ["announced"], *READ["acting"]))
    for words in (ordinary_words(), people_words(), towns(), frozenset(NOBODY), told):
        assert [word for word in words if word != word.lower()] == []
    assert towns() >= frozenset(READ["both"])
