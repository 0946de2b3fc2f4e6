"""Our own sentences: whole, stable, fair to every group, and none of the demo's."""

import random

import polars as pl

from pipelines.demo.unsafe_texts import draw_unsafe
from pipelines.training.joined_texts import join_texts
from pipelines.training.written_harm import HARM_FILES, HARM_LANGUAGES, write_harm
from pipelines.word_files import read_word_file

HARM = write_harm()


def test_every_sentence_is_whole_and_always_the_same() -> None:
    """A slot that stayed open would be a word that only our sentences have."""
    assert HARM.filter(pl.col("text").str.contains("[{}]")).rows() == []
    assert write_harm().equals(HARM)


def test_no_sentence_is_one_that_the_demo_plants() -> None:
    """The demo measures what generalises; one that learned its sentences would not show that."""
    chance = random.Random(3)  # noqa: S311 a draw of the demo
    planted = {
        draw_unsafe(lang, chance).text for lang in ("en", "es", "hi", "hi-Latn") for _ in range(400)
    }

    assert planted & set(HARM["text"]) == set()


def test_every_group_is_named_in_kindness_too() -> None:
    """A group that occurs only in hate is learned as a sign of it."""
    for language in HARM_LANGUAGES:
        groups = read_word_file(HARM_FILES / f"{language}.yaml")["slots"]["group"]
        rows = HARM.filter(pl.col("language") == language)
        safe = " ".join(rows.filter(pl.col("label") == "safe")["text"])
        assert (language, [word for word in groups if word not in safe]) == (language, [])


def test_a_joined_text_keeps_its_label_and_finds_talk_of_its_language() -> None:
    """Hindi harm behind an English sentence would teach that a change of language is harm."""
    rows = pl.DataFrame(
        [
            ("hola amiga", "safe", "xpersona", "es", "1"),
            ("hello friend", "safe", "xpersona", "en", "2"),
            ("te odio", "harassment", "ours", "es", "3"),
            ("go away", "harassment", "ours", "en", "4"),
            ("geh weg", "harassment", "ours", "de", "5"),
        ],
        schema=["text", "label", "dataset", "language", "group"],
        orient="row",
    )

    joined = join_texts(rows, 10)

    both = [{said, text} for said, text in (("hola amiga", "te odio"), ("hello friend", "go away"))]
    found = {row["language"]: row for row in joined.to_dicts()}
    assert sorted(found) == ["en", "es"]
    assert {found["es"]["label"], found["en"]["dataset"]} == {"harassment", "joined"}
    assert all(
        sum(part in found[lang]["text"] for part in pair) == 2
        for lang, pair in zip(("es", "en"), both, strict=True)
    )
    assert join_texts(rows.reverse(), 10).equals(joined)
