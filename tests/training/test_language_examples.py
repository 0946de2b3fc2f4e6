"""Training lines of the language model: sentences, their words and pairs, openers and names."""

import polars as pl

from pipelines.filtering.language.greetings import OpenerTable
from pipelines.training import language_examples
from pipelines.training.language_examples import write_examples

TEXTS = pl.DataFrame(
    {
        "text": ["Der Hund schläft heute lange.", "mujhe pizza chahiye"],
        "label": ["de", "hi-Latn"],
        "dataset": ["tatoeba", "hinglish_top"],
    }
)


def lines_of(label: str) -> list[str]:
    """Return the training lines of a label, without the openers."""
    openers = {phrase for phrase, _ in OpenerTable().phrases}
    examples = write_examples(TEXTS).filter(pl.col("label") == label)
    return sorted(line for line in examples["line"] if line not in openers)


def test_a_sentence_is_cut_into_its_words_and_near_pairs() -> None:
    """A model that never saw a word alone guesses when it is asked for one."""
    words = ["der", "heute", "hund", "lange", "schläft"]
    pairs = ["der schläft", "hund heute", "schläft lange"]

    assert [line for line in lines_of("de") if line in words or line in pairs] == sorted(
        words + pairs
    )


def test_mixed_texts_are_said_again_and_never_cut() -> None:
    """`pizza` is no Hindi word because it occurs in a Hindi order."""
    assert [line for line in lines_of("hi-Latn") if "pizza" in line] == ["mujhe pizza chahiye"] * 3


def test_names_say_no_language_and_the_order_is_a_hash() -> None:
    """The order of the input may not change the model."""
    examples = write_examples(TEXTS)

    assert set(examples.filter(pl.col("line") == "maria")["label"]) == {"und"}
    assert examples.equals(write_examples(TEXTS.reverse()))


def test_nonsense_has_no_language() -> None:
    """Random keys and letters look like a small language to a model that never saw them."""
    garbled = [
        line
        for line in lines_of("und")
        if sorted(line.replace(" ", "")) == sorted("mujhepizzachahiye")
    ]

    assert len(garbled) == 3
    assert "mujhe pizza chahiye" not in garbled
    assert len(lines_of("und")) > language_examples.GARBLED_LINES // 2
