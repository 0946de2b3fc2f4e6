"""Distorted words are read as what they mean; ordinary ones stay what they are."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.safety.critical_rules import CriticalRules
from pipelines.filtering.safety.distorted_words import READINGS_MAX, DistortedWords

_LEXICON = ("kill", "god", "good", "yourself", "stab", "bomb", "убью")
_WORDS = DistortedWords(_LEXICON)
_RULES = CriticalRules()


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("kiiilll", ["kill"]),
        ("kill", []),
        ("kil", []),
        ("kll", []),
        ("gooood", ["god", "good"]),
        ("k*ll", ["kill"]),
        ("k*1l", ["kill"]),
        ("b0mb", ["bomb"]),
        ("убьююю", ["убью"]),
        ("v2", []),
        ("1080p", []),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", []),
        ("", []),
    ],
)
def test_a_word_means_those_of_the_lexicon_alone(word: str, meant: Sequence[str]) -> None:
    """It is stretched or masked, never shortened, and a word of the lexicon is itself."""
    assert list(_WORDS.meant_by(word)) == list(meant)


@given(st.text(alphabet="kilgod*0 .", max_size=30))
def test_a_text_is_read_in_few_ways_of_the_same_words(text: str) -> None:
    """Readings differ in distorted words alone, and there are never many."""
    readings = _WORDS.read(text)

    assert len(readings) <= READINGS_MAX
    assert all(len(reading.split()) == len(text.split()) for reading in readings)
    assert text not in readings


@given(st.sampled_from(_LEXICON), st.integers(3, 6), st.data())
def test_a_stretched_letter_changes_nothing(word: str, times: int, data: st.DataObject) -> None:
    """Which letter is held does not matter."""
    place = data.draw(st.integers(0, len(word) - 1))
    stretched = word[:place] + word[place] * times + word[place + 1 :]

    assert word in _WORDS.meant_by(stretched)


def test_rows_without_distorted_words_are_not_read_again() -> None:
    """Most chat is ordinary, and pays nothing."""
    texts = pl.DataFrame({"row": [0, 1, 2], "text": ["so goood", "hello there", "soooo nice"]})

    assert _WORDS.read_all(texts).rows() == [(0, "so god"), (0, "so good")]


@pytest.mark.parametrize(
    "text",
    [
        "kiiiillll yourseeeelf",
        "k*ll yourself",
        "ki11 yourself",
        "k.i.l.l. yourself",
        "now you idiot, go kill_yourself",
        "ᴋɪʟʟ ʏᴏᴜʀꜱᴇʟꜰ",
        "🅺🅸🅻🅻 🆈🅾🆄🆁🆂🅴🅻🅵",
        "b-o-m-b the sch00l tomorrow, im doing it",
        "k**l yourself",
        "i_will_kill_u_tonight",
    ],
)
def test_the_rules_see_through_a_disguise(text: str) -> None:
    """One letter typed three times must not pass them."""
    (score,) = _RULES.score([text])
    assert score is not None
    assert score.unsafe == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "goooood morninggg",
        "thats soooo coool",
        "f*ck this g0es hard",
        "my 4k tv, 1080p60",
        "I will kill YouTube",
    ],
)
def test_ordinary_stretched_talk_is_left(text: str) -> None:
    """People stretch words when they are glad."""
    (score,) = _RULES.score([text])
    assert score is not None
    assert score.unsafe == 0.0
