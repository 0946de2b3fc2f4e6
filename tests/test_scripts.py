"""The script of a text, against Python's own names of characters."""

import unicodedata
from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.scripts import SCRIPTS, name_scripts

TEXTS = {
    "Good night, see you at 8!": "Latin",
    "Buenas noches, ¿qué tal, niño?": "Latin",
    "Спокойной ночи": "Cyrillic",
    "تصبح على خير": "Arabic",
    "शुभ रात्रि": "Devanagari",
    "শুভ রাত্রি": "Bengali",
    "ശുഭ രാത്രി": "Malayalam",
    "ราตรีสวัสดิ์": "Thai",
    "រាត្រីសួស្តី": "Khmer",
    "ღამე მშვიდობისა": "Georgian",
    "ደህና እደር": "Ethiopic",
    "晚安 明天见": "Han",
    "おやすみなさい、明日会いましょう": "Japanese",
    "東京大学の学生": "Japanese",
    "안녕히 주무세요": "Hangul",
    "👍🏽🔥": "emoji",
    "🇮🇳": "emoji",
    "12:30 -- ???": "no letters",
    "": "no letters",
    "𐤀𐤁𐤂": "other",
    "ok शुभ रात्रि": "Devanagari",
    "good night शु": "Latin",
}
LETTERS = {
    "Latin": "abcéñß",
    "Cyrillic": "абвг",
    "Greek": "αβγδ",
    "Thai": "กขคง",
    "Hangul": "가나다라",
    "Hebrew": "אבגד",
}


@pytest.mark.parametrize(("text", "script"), TEXTS.items())
def test_a_text_has_the_script_of_most_of_its_characters(text: str, script: str) -> None:
    """An encoder reads scripts, not languages: romanised Hindi is Latin; the larger one counts."""
    assert name_scripts(pl.Series([text])).to_list() == [script]


@given(st.lists(st.none() | st.text(), max_size=6))
def test_every_text_has_one_answer_whatever_its_neighbours(texts: list[str | None]) -> None:
    """A night is named batch by batch: no answer may depend on what else is in the batch."""
    found = name_scripts(pl.Series(texts, dtype=pl.String)).to_list()
    alone = [name_scripts(pl.Series([text], dtype=pl.String))[0] for text in texts]

    assert found == alone
    assert [name is None for name in found] == [text is None for text in texts]
    assert set(found) <= {*SCRIPTS, None}


@given(
    st.text(
        alphabet=[sign for signs in LETTERS.values() for sign in signs] + list(" .7"), max_size=30
    )
)
def test_the_script_is_that_of_the_names_of_its_characters(text: str) -> None:
    """Python names each character with its script in front; the most frequent one wins."""
    counts = Counter(unicodedata.name(sign).split()[0] for sign in text if sign.isalpha())
    best = {name for name, rows in counts.items() if rows == max(counts.values())}
    found = name_scripts(pl.Series([text])).to_list()[0]

    assert found.upper() in (best or {"NO LETTERS"})
