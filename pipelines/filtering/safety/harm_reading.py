"""How the critical layer reads a text: words between blanks, in one spelling, disguised or not.

`critical_view` makes a column of texts into tokens; `words_of_view` says which of them are words to
a frame. A hyphen, an apostrophe, a quotation mark or an emoji is none (`self-harm` and `self harm`,
`I'm` and `I m` read alike); a comma, a colon and a bracket are, so they fill a gap.
"""

import re

import polars as pl

from pipelines.filtering.normalise import romanise_devanagari, separate_tokens
from pipelines.filtering.safety.deobfuscation import read_plainly

ENDS = ".!?;\u3002\u061f\u06d4\u0964"
"""Signs that end a sentence: Latin, Chinese, Arabic, Urdu, Hindi; a line break is the first."""
_KEPT_SIGNS = ",:()/\u3001\u2013\u2014"
_SILENT = rf"[^\w\s{re.escape(ENDS + _KEPT_SIGNS)}]"
_LINE_BREAK = r"[\r\n\u0085\u2028\u2029]+"
# Letters that stay after the accents are gone, and are typed in either form.
# Tatweel only stretches a word.
_ONE_LETTER = {
    "\u0131": "i",
    "\u00df": "ss",
    "\u00f8": "o",
    "\u0142": "l",
    "\u0111": "d",
    "\u00e6": "ae",
    "\u0153": "oe",
    "\u0640": "",
    "\u0649": "\u064a",
    "\u06cc": "\u064a",
    "\u0629": "\u0647",
    "\u06a9": "\u0643",
}
_ORDINAL = r"(\p{L} (?:1[0-9]|[1-9]))\. ?(\p{L})"
_NO_ASCII = r"[^\x00-\x7f]"
_GLUED_AGE = r" (1[0-7]|[1-9])(\p{L})"


def view_texts(texts: pl.DataFrame) -> pl.DataFrame:
    """Return [n] of `row` and `view` of [n] of `row` and `text`; the rows in another order."""
    # Nine of ten texts of a night hold ASCII alone, on which half of the reading does nothing.
    plain = texts.filter(~pl.col("text").str.contains(_NO_ASCII))
    other = texts.filter(pl.col("text").str.contains(_NO_ASCII))
    return pl.concat(
        [
            plain.select("row", view=_space(separate_tokens(_end_lines(pl.col("text"))))),
            other.select("row", view=critical_view(pl.col("text"))),
        ]
    )


def critical_view(text: pl.Expr) -> pl.Expr:
    """Return a text as the rules read it: lower-case tokens, no accents, Latin for Devanagari.

    One blank stands before, between and behind the tokens. A line break is a full stop, and a
    number from 1 to 17 is a token also where letters are glued to it (`14yo`); the full stop of an
    ordinal in a sentence (`in der 7. Klasse`) is gone.
    """
    tokens = separate_tokens(romanise_devanagari(_end_lines(text)))
    return _space(
        tokens.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.replace_many(_ONE_LETTER)
    )


def _end_lines(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(_LINE_BREAK, " . ").str.replace_all(_ORDINAL, "$1 $2")


def _space(tokens: pl.Expr) -> pl.Expr:
    spaced = pl.concat_str(pl.lit(" "), tokens.str.strip_chars(), pl.lit(" "))
    return spaced.str.replace_all(_GLUED_AGE, " $1 $2")


def unmask(texts: pl.DataFrame) -> pl.DataFrame:
    """Return the rows (`row`, `text`) that look disguised, their text without the disguise."""
    # Letters may be spelt apart over lines: only a line break behind a longer word ends a sentence.
    lines = pl.col("text").str.replace_all(rf"(\S\S)[ \t]*{_LINE_BREAK}", "$1 . ")
    # A word behind an underscore is a word too
    parted = lines.str.replace_all(r"(\p{L})_+", "$1 ")
    marked = texts.select("row", text=lines, parted=parted)
    plain = marked.with_columns(
        plain=pl.Series(read_plainly(marked["parted"].to_list()), dtype=pl.String)
    )
    return plain.filter(pl.col("plain") != pl.col("text")).select("row", text="plain")


def words_of_view(view: pl.Expr) -> pl.Expr:
    """Return a `critical_view` without the signs that are no words, else as it was."""
    return view.str.replace_all(f"({_SILENT} )+", "").str.replace_all("  +", " ")


def read_words(texts: list[str]) -> list[list[str]]:
    """Return the words [n] of each text as a frame reads them: for the entries of a lexicon."""
    column = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    words = column.select(words_of_view(critical_view(pl.col("text"))).alias("words"))["words"]
    return [row.split() for row in words.to_list()]
