"""Emoji in words: our models do not know most of them."""

import polars as pl
import pytest

from pipelines.filtering.safety.emoji import emoji_names, spell_emoji


def spell(text: str) -> str:
    """Return one text, spelt, with single spaces."""
    return " ".join(pl.DataFrame({"t": [text]}).select(spell_emoji(pl.col("t"))).item().split())


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("you 🐒", "you 🐒 monkey"),
        ("👨🏿 here", "👨 man 🏿 dark skin here"),
        ("⬛ cat", "⬛ large square cat"),
        ("🇨🇳 food", "chinese flag food"),
        ("🇫🇯 food", "fj food"),
        ("🏳️\u200d🌈 day", "gay pride flag day"),
        ("👨\u200d❤️\u200d👨 met", "gay men in love met"),
        ("f❤️ggot", "fggot"),
        ("wh0\ufe0f\u20e3re", "wh0re"),
        ("お元気ですか㊗", "お元気ですか ㊗ circled ideograph congratulation"),
        ("no emoji, just text: a-b_c (1) ñ हि", "no emoji, just text: a-b_c (1) ñ हि"),
    ],
)
def test_an_emoji_is_followed_by_its_words(text: str, spelt: str) -> None:
    """A colour of print is not a colour of skin, and an emoji inside a word replaces a letter."""
    assert spell(text) == spelt


def test_no_name_holds_what_is_replaced() -> None:
    """A name with an emoji in it would be replaced again on a second reading."""
    signs = set(emoji_names())
    words = "".join(
        name.replace(sign, "", 1) for sign, name in emoji_names().items() if sign in name
    )

    assert not signs & set(words)
