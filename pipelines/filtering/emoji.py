"""Emoji in words: a model that has no sign for 🐒 reads "monkey"."""

import unicodedata
from functools import cache

import polars as pl

_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_BLOCKS = (range(0x2190, 0x2C00), range(0x3297, 0x329A, 2), range(0x1F000, 0x1FB00))
_KINDS = {"So", "Sk", "Sm"}
# Rust's class of the same blocks, and of what joins and colours them.
EMOJI = r"[\u2190-\u2bff\u3297\u3299\x{1F000}-\x{1FAFF}]"
_TRIMMINGS = r"[\u200d\u20e3\ufe0e\ufe0f]"
_SKIN = {"1-2": "light", "3": "light", "4": "brown", "5": "dark", "6": "dark"}
_DULL = {"face", "with", "sign", "symbol", "of", "and", "emoji", "black", "white", "heavy"}


@cache
def emoji_names() -> dict[str, str]:
    """Return every emoji with its words behind it, between spaces; a flag's letter is a letter.

    `black` and `white` in a name tell how it is printed, not a colour, and would be taken for people.
    """
    signs = (chr(code) for block in _BLOCKS for code in block)
    named = {sign: unicodedata.name(sign, "") for sign in signs if unicodedata.category(sign) in _KINDS}
    words = {sign: f" {sign} {_shorten(name)} " for sign, name in named.items() if name}
    return words | {chr(code): chr(code - 0x1F1E6 + ord("a")) for code in _FLAG_LETTERS}


def _shorten(name: str) -> str:
    if name.startswith("EMOJI MODIFIER"):
        return f"{_SKIN[name.rsplit('TYPE-', 1)[1]]} skin"
    words = name.lower().replace("-", " ").split()
    return " ".join([word for word in words if word not in _DULL] or words)


def spell_emoji(text: pl.Expr) -> pl.Expr:
    """Return text whose emoji are words; one inside a word (`f❤ggot`) stands for a letter and goes."""
    bare = text.str.replace_all(_TRIMMINGS, "")
    inside = bare.str.replace_all(rf"(\p{{L}}){EMOJI}(\p{{L}})", "$1$2")
    return inside.str.replace_many(emoji_names())
