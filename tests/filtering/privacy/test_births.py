"""A date of birth is found in the languages that are served; other dates are not."""

import pytest

from pipelines.filtering.privacy.rules import IdentifierRules

RULES = IdentifierRules()
SAID = {
    "je suis née le 12 avril 1988, à Lyon": "12 avril 1988",
    "sono nato il 3 maggio 1990": "3 maggio 1990",
    "nasci em 03/05/1990": "03/05/1990",
    "geboren am 3. Mai 1990": "3. Mai 1990",
    "geboren op 3 mei 1990": "3 mei 1990",
    "data urodzenia: 3 maja 1990": "3 maja 1990",
    "tanggal lahir saya 3 Agustus 1990": "3 Agustus 1990",
    "doğum tarihim 03.05.1990": "03.05.1990",
    "تاريخ الميلاد 03/05/1990": "03/05/1990",
    "моя дата рождения 3 мая 1990": "3 мая 1990",
    "我的生日是1990年5月3日": "1990年5月3日",
    "生年月日は1990年5月3日です": "1990年5月3日",
    "생년월일 1990년 5월 3일": "1990년 5월 3일",
}


@pytest.mark.parametrize("text", SAID)
def test_a_date_of_birth_is_found_whole(text: str) -> None:
    """With a name, a date of birth identifies a person in any register."""
    (found,) = RULES.find([text])

    assert [(f.entity_type, text[f.start : f.end]) for f in found or ()] == [
        ("DATE_OF_BIRTH", SAID[text])
    ]


@pytest.mark.parametrize(
    "text",
    [
        "the company was founded on 3 May 1990",
        "la fête est le 3 mai 1990",
        "1990年5月3日に始まった",
        "el 3 de mayo de 1990",
    ],
)
def test_another_date_is_left(text: str) -> None:
    """Only a date of birth is personal."""
    assert RULES.find([text]) == [[]]
