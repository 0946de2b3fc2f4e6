r"""One spelling for many: what a text looks like to the models and to the critical rules.

All in Polars' Rust expressions: no look-around, no backreference, so time is linear in the text.
Rust's `\w` takes combining marks as part of a word; Python's does not and would cut Hindi apart.
"""

from collections.abc import Sequence

import polars as pl

_INVISIBLE = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+"
JOINERS = r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]+"
DEVANAGARI = r"[\u0900-\u097f]"
PLACEHOLDER = r"<[A-Z][A-Z0-9_]*_\d+>"
_LINK = r"(?:https?://|www\.)\S+"
_HANDLE = r"@\w+"
# Stars around a phrase are a role-play action, stars inside a word hide a curse: only those stay.
_OPENING_STARS = r"(^|[^\w*])\*+"
_CLOSING_STARS = r"\*+([^\w*]|$)"


def read_texts(texts: Sequence[str]) -> pl.Series:
    """Return the texts as a column [n] of strings; a lone surrogate becomes `?`, nothing raises."""
    try:
        return pl.Series("text", texts, dtype=pl.String)
    except UnicodeEncodeError:
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return pl.Series("text", clean, dtype=pl.String)


def fold_text(text: pl.Expr) -> pl.Expr:
    """Return lower-case NFKC text on one line, without invisible characters."""
    return (
        text.str.replace_all(JOINERS, "")
        .str.replace_all(_INVISIBLE, " ")
        .str.normalize("NFKC")
        .str.to_lowercase()
    )


def separate_tokens(text: pl.Expr) -> pl.Expr:
    """Return folded text in which each mark, emoji, link and placeholder is a word of its own."""
    named = (
        text.str.replace_all(PLACEHOLDER, " someone ")
        .str.replace_all(_LINK, " link ")
        .str.replace_all(_HANDLE, " handle ")
        .str.replace_all(_OPENING_STARS, "$1 ")
        .str.replace_all(_CLOSING_STARS, " $1")
    )
    return fold_text(named).str.replace_all(r"([^\w\s])", " $1 ").str.replace_all(r"\s+", " ")


# Devanagari to the Latin spelling that people type: the safety sets hold Hindi in Latin letters
# only, so both spellings must look alike to the model. A private-use character marks the inherent
# vowel until it is known whether a vowel sign, a virama, the end of the word or a full vowel in
# the next syllable removes it.
_VOWEL, _SIGN = "\ue001", "\ue002"


def _read_pairs(table: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in table.split())


_CONSONANTS = _read_pairs(
    "क:k ख:kh ग:g घ:gh ङ:n च:ch छ:chh ज:j झ:jh ञ:n ट:t ठ:th ड:d ढ:dh ण:n त:t थ:th द:d ध:dh न:n "
    "प:p फ:ph ब:b भ:bh म:m य:y र:r ल:l व:v श:sh ष:sh स:s ह:h ळ:l"
)
_VOWELS = _read_pairs("अ:a आ:a इ:i ई:i उ:u ऊ:u ऋ:ri ए:e ऐ:ai ओ:o औ:au ऑ:o ऍ:e")
_SIGNS = _read_pairs("ा:a ि:i ी:i ु:u ू:u ृ:ri े:e ै:ai ो:o ौ:au ॉ:o ॅ:e")
_SOUND = "[b-df-hj-np-tv-z]h?"
_MARKS = {"ं": "n", "ँ": "n", "\u0903": "h", "़": "", "।": " . ", "॥": " . "}
_SPELLING = (
    {letter: sound + _VOWEL for letter, sound in _CONSONANTS.items()}
    | _VOWELS
    | {sign: _SIGN + sound for sign, sound in _SIGNS.items()}
    | {"्": _SIGN}
    | _MARKS
)


def romanise_devanagari(text: pl.Expr) -> pl.Expr:
    """Return text whose Devanagari is spelt in Latin letters, roughly as people type it."""
    spelt = text.str.normalize("NFD").str.replace_many(_SPELLING).str.normalize("NFC")
    return (
        spelt.str.replace_all(f"{_VOWEL}{_SIGN}", "")
        .str.replace_all(f"([aeiou{_VOWEL}]{_SOUND}){_VOWEL}({_SOUND}[aeiou])", "$1$2")
        .str.replace_all(f"{_VOWEL}([^\\p{{L}}{_VOWEL}]|$)", "$1")
        .str.replace_all(_VOWEL, "a")
        .str.replace_all(_SIGN, "")
    )
