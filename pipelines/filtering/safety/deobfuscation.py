"""How the safety models read a text: disguises taken off, emoji in words, Hindi in Latin letters.

Most texts are read as they stand; only those that look unusual pay for what follows.
"""

import re
import unicodedata
from collections.abc import Sequence
from string import ascii_lowercase

import polars as pl

from pipelines.filtering.normalise import (
    DEVANAGARI,
    JOINERS,
    PLACEHOLDER,
    fold_text,
    read_texts,
    romanise_devanagari,
)
from pipelines.filtering.safety.emoji import EMOJI, spell_emoji
from pipelines.models.source_revision import modules_of

_LOOKALIKES = dict(zip("аеорсухіјѕһԁԛԝαεικνορτυχ", "aeopcyxijshdqwaeiknoptux", strict=True))
# Letters of other alphabets of signs, which Unicode's own folding leaves as they are.
_LETTER_SIGNS = {
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)),
    **{chr(first + n): ascii_lowercase[n] for first in (0x1F150, 0x1F170) for n in range(26)},
}
_CYRILLIC = {latin: letter for letter, latin in list(_LOOKALIKES.items())[:8]}
_LEET = {
    "0": "o",
    "1": "i",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "@": "a",
    "$": "s",
    "!": "i",
    "|": "i",
}
_INSIDE = r"\p{L}[0-9@$!|+*]{1,3}\p{L}"
_IN_FRONT = r"(?:^|[^\p{L}\p{N}@$!|+*])[013457]\p{L}{3}"
_SPELT = r"(?:^|[^\p{L}])(?:\p{L}[\s._*-]{1,2}){3,}\p{L}"
_ALIKE = r"[\u0370-\u03ff\u0400-\u04ff\u0500-\u052f]"
# Latin and lookalike letters in one word, a word of lookalikes alone, other forms of Latin letters.
# Words of Russian or Greek are no disguise.
_FOREIGN = (
    rf"[A-Za-z]{_ALIKE}|{_ALIKE}[A-Za-z]"
    rf"|(?:^|[^\p{{L}}])[{''.join(_LOOKALIKES)}]{{2,}}(?:[^\p{{L}}]|$)"
    r"|[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]|[\x{1D400}-\x{1D7FF}]"
    rf"|[{''.join(_LETTER_SIGNS)}]{{2}}"
)
_DISGUISED = f"{_INSIDE}|{_IN_FRONT}|{_SPELT}|{_FOREIGN}|{EMOJI}|{JOINERS}"
UNUSUAL = f"{_DISGUISED}|{DEVANAGARI}"
READING = unicodedata.unidata_version
"""What decides, beside `READING_SOURCES`, how a text is read; revisions hold both."""
READING_SOURCES = (
    *modules_of("pipelines.filtering", "normalise", "safety.deobfuscation", "safety.emoji"),
    "pipelines.models.answers",
)
_MOST_CHARS = 400
_SPELT_OUT = re.compile(
    r"(?<![^\W\d_'\u2019])[^\W\d_](?:[\s._*-]{1,2}[^\W\d_](?![^\W\d_])){2,}(?:(?<=\.[^\W\d_])\.)?"
)


def read_plainly(texts: Sequence[str], *, in_latin: bool = True) -> list[str]:
    """Return the texts as a model should read them; one that looks ordinary comes back as it is.

    Args:
        texts: [n].
        in_latin: spell Devanagari in Latin letters, for a model that was taught Hindi in both.
    """
    rows = read_texts(texts).to_frame("text").with_row_index("row")
    unusual = rows.filter(pl.col("text").str.contains(UNUSUAL if in_latin else _DISGUISED))
    if unusual.is_empty():
        return rows["text"].to_list()
    spelt = romanise_devanagari(pl.col("text")) if in_latin else pl.col("text")
    plain = unusual.select("row", text=_unmask(spell_emoji(spelt.str.replace_many(_LETTER_SIGNS))))
    joined = plain.with_columns(pl.Series("text", [join_letters(text) for text in plain["text"]]))
    return rows.update(joined, on="row")["text"].to_list()


def read_for_encoder(texts: Sequence[str]) -> list[str]:
    """Return the texts read plainly, emoji as words: the encoder has no sign for them.

    It knows Devanagari better than any spelling of it in Latin letters, so that stays. A long text
    is taken as it stands: its second pass would cost much, and a sign in it changes little.
    """
    plain = pl.Series(
        read_plainly([text[:_MOST_CHARS] for text in texts], in_latin=False), dtype=pl.String
    )
    short = plain.str.replace_all(EMOJI, " ").to_list()
    return [
        text if len(text) > _MOST_CHARS else read for text, read in zip(texts, short, strict=True)
    ]


def _unmask(text: pl.Expr) -> pl.Expr:
    named = text.str.replace_all(PLACEHOLDER, " someone ")  # in lower case it would be none
    folded = fold_text(named)
    latin = folded.str.count_matches("[a-z]") >= folded.str.count_matches(_ALIKE)
    plain = (
        pl.when(latin).then(folded.str.replace_many(_LOOKALIKES)).otherwise(_to_cyrillic(folded))
    )
    return replace_leet(plain)


def _to_cyrillic(text: pl.Expr) -> pl.Expr:
    """Return text in which a Latin letter among Cyrillic ones is the one that it looks like."""
    for latin, cyrillic in _CYRILLIC.items():
        text = text.str.replace_all(rf"([\u0400-\u04ff]){latin}", f"${{1}}{cyrillic}")
        text = text.str.replace_all(rf"{latin}([\u0400-\u04ff])", f"{cyrillic}${{1}}")
    return text


def replace_leet(text: pl.Expr) -> pl.Expr:
    """Return text in which a digit or sign beside letters of a word is the letter it looks like."""
    for _ in range(2):  # neighbours share a letter, so every other sign is left for a second pass
        for sign, letter in _LEET.items():
            text = text.str.replace_all(
                rf"(\p{{L}}){re.escape(sign)}(\p{{L}})", f"${{1}}{letter}${{2}}"
            )
    for digit in "013457":
        text = text.str.replace_all(
            rf"(^|[^\p{{L}}\p{{N}}]){digit}(\p{{L}}{{3}})", f"${{1}}{_LEET[digit]}${{2}}"
        )
    return text


def join_letters(text: str) -> str:
    """Return text in which letters spelt apart (`k i l l`, `k.i.l.l`) are one word."""
    return _SPELT_OUT.sub(lambda run: re.sub(r"[\s._*-]", "", run[0]), text)
