"""One spelling for many: what a text looks like to the models and to the critical rules.

All in Polars' Rust expressions: no look-around, no backreference, so time is linear in the text.
Rust's `\\w` takes combining marks as part of a word; Python's does not and would cut Hindi apart.
"""

from collections.abc import Sequence

import polars as pl

_INVISIBLE = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+"
_JOINERS = r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]+"
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
        text.str.replace_all(_JOINERS, "")
        .str.replace_all(_INVISIBLE, " ")
        .str.normalize("NFKC")
        .str.to_lowercase()
    )


def separate_tokens(text: pl.Expr) -> pl.Expr:
    """Return folded text in which every mark and emoji is a word; links, handles, placeholders are one each."""
    named = (
        text.str.replace_all(PLACEHOLDER, " someone ")
        .str.replace_all(_LINK, " link ")
        .str.replace_all(_HANDLE, " handle ")
        .str.replace_all(_OPENING_STARS, "$1 ")
        .str.replace_all(_CLOSING_STARS, " $1")
    )
    return fold_text(named).str.replace_all(r"([^\w\s])", " $1 ").str.replace_all(r"\s+", " ")


# Devanagari to the Latin spelling that people type: the safety sets hold Hindi in Latin letters only,
# so both spellings must look alike to the model. A private-use mark stands for the inherent vowel
# until it is known whether a vowel sign, a virama, the end of the word or a full vowel in the next
# syllable removes it.
_VOWEL, _SIGN = "\ue001", "\ue002"
_CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
        ("k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h l").split(),
        strict=True,
    )
)
_VOWELS = dict(zip("अआइईउऊऋएऐओऔऑऍ", "a a i i u u ri e ai o au o e".split(), strict=True))
_SIGNS = dict(zip("ािीुूृेैोौॉॅ", "a i i u u ri e ai o au o e".split(), strict=True))
_SOUND = "[b-df-hj-np-tv-z]h?"
_MARKS = {"ं": "n", "ँ": "n", "ः": "h", "़": "", "।": " . ", "॥": " . "}
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
