"""Deobfuscation: disguises are removed, ordinary text is not changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.filtering.safety.deobfuscation import read_for_encoder, read_plainly

READ = [
    ("I will k i l l you", "i will kill you"),
    ("they are v-e-r-m-i-n !", "they are vermin !"),
    ("0dio a los negros", "odio a los negros"),
    ("h0w to m4ke a b0mb", "how to make a bomb"),
    ("kill \u0430ll j\u0435ws", "kill all jews"),
    ("ha\u200bte", "hate"),
    ("\uff48\uff41\uff54\uff45", "hate"),
    ("बम <PERSON_1>", "bam someone"),
]
ORDINARY = [
    "Hello World, it is 10am and the 3rd bus costs 5kg of $100 notes!",
    "I am a big U S fan",
    "@someone said: ¡qué día!",
    "ask <PERSON_1> for it",
    "don't",
    "学校に行って仕事をします",
    "是的\uff01你好\uff0c我很好。",
    "",
]


@pytest.mark.parametrize(("text", "read"), READ)
def test_a_disguise_is_taken_off(text: str, read: str) -> None:
    """A model must not be defeated by one digit."""
    assert " ".join(read_plainly([text])[0].split()) == read


def test_ordinary_text_comes_back_as_it_is() -> None:
    """A text that is read unchanged shares the encoder's pass; any change costs a second one."""
    assert read_plainly(ORDINARY) == read_for_encoder(ORDINARY) == ORDINARY


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=40), max_size=5))
def test_a_reading_does_not_depend_on_the_batch(texts: list[str]) -> None:
    """Partitions differ from run to run; the answers may not."""
    assert read_plainly(texts) == [read_plainly([text])[0] for text in texts]


def test_hostile_texts_are_read_in_linear_time() -> None:
    """A megabyte of one character must not take long."""
    texts = ["\ud800", "k.i.l.l." * 100_000, "4" * 1_000_000, "🔥" * 200_000, "a4" * 300_000]

    assert [len(text) > 0 for text in read_plainly(texts)] == [True] * len(texts)


def test_the_encoder_reads_words_for_emoji_and_long_texts_unchanged() -> None:
    """Its second pass is for what changes a judgement: a short text with an emoji in it."""
    long = "we walked on and on " * 25 + "🐀"

    assert [" ".join(text.split()) for text in read_for_encoder(["all 🐀 out", "H0p"])] == [
        "all rat out",
        "hop",
    ]
    assert read_for_encoder([long]) == [long]
