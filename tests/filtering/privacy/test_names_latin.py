"""Names of four languages in small letters are told by lists; everyday words tell nobody."""

# ruff: noqa: SIM905  a word list is read as one line

import pytest

from pipelines.filtering.privacy.listed_names import ListedNames

COMMON = frozenset(
    "malte hans beat ernst heide can surya fajar rahmat bagus pooja kavita suraj ravi clara rosa "
    "porto und der die das ich nicht mit hat mein im tenaga lebih hemat ki thali kaha ou gema ovo "
    "não que com richter weber alves".split()
)
NAMES = ListedNames(COMMON, frozenset({"ludmilka", "allen"}))


def found(text: str) -> list[str]:
    """Return what is found, as it is written in the text."""
    return [text[a:b] for a, b in NAMES.find(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("wieso antwortet tjark nich mehr", ["tjark"]),
        ("ich bin in ulla verliebt und er weiß es nicht", ["ulla"]),
        ("wtf hat hans da an", ["hans"]),  # a word elsewhere, in a sentence of German
        ("uwes auto steht schon wieder da", []),  # too short for an ending
        ("swantjes mama ist nicht da", ["swantje"]),
        ("meine schwester heide kommt nicht", ["heide"]),
        ("frau weber hat heute keine zeit", ["weber"]),
        ("auf welchen namen bitte? ursula wessely", ["ursula wessely"]),
        ("gestern war ludmilka nicht da und der hund auch nicht", ["ludmilka"]),
        ("kauê ou isabel?", ["kauê", "isabel"]),
        ("o caderno do antonio não chegou", ["antonio"]),
        ("alô, clara?", ["clara"]),
        ("jairajka phone switch off hai", ["jairaj"]),
        ("aaj pooja ne khana khaya", ["pooja"]),
        ("bu rahmat udah pulang belum", ["rahmat"]),
        ("difollow gangsar di ig yg kemarin", ["gangsar"]),
    ],
)
def test_a_name_in_small_letters_is_found(text: str, names: list[str]) -> None:
    """A name that is a word somewhere needs its language; an everyday word needs somebody."""
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "im ernst ich kann nicht mehr",
        "die heide blüht und der sommer geht",
        "tenaga surya lebih hemat ga sih",
        "pooja ki thali kaha rakhi hai",
        "ovo: clara ou gema?",
        "not in allen, and hans is not here either",
        "der pate und das kino",
        "",
    ],
)
def test_an_everyday_word_is_no_name(text: str) -> None:
    """Nor is a name of another language in a sentence of English."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("before", "said", "behind", "expected"),
    [
        ("", "Fajar", " sudah menyingsing di ufuk yang jauh", True),
        ("tenaga ", "surya", " lebih hemat ga sih", True),
        ("Die Suppe ist im ", "Porto", " nicht mit drin", True),
        ("bu ", "surya", " belum pulang yg", False),
        ("", "Tom", " tidak terluka", False),
        ("aaj ", "pooja", " ne kuch nahi kaha", False),
        ("", "surya", "", False),  # alone it may be somebody
    ],
)
def test_the_model_is_overruled_where_nothing_shows_a_person(
    before: str,
    said: str,
    behind: str,
    expected: bool,  # noqa: FBT001 reason: a case's expected answer
) -> None:
    """A word of the language, in a sentence of it."""
    text = before + said + behind

    assert NAMES.is_word_here(text, len(before), len(before + said)) is expected


@pytest.mark.parametrize("text", ["die visser vangt nooit wat", "o matko ale sie usmialam"])
def test_a_sentence_of_another_language_is_not_read_by_these_lists(text: str) -> None:
    """A Dutch fisherman is no German family; some small words are of both languages."""
    assert found(text) == []
