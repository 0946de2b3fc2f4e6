"""The script that most of a text is written in, as Unicode assigns one to every character.

The regular expressions of polars know Unicode's scripts, so no further package is needed.

>>> name_scripts(pl.Series(["good night", "శుభ రాత్రి", "お茶を飲む", "👍👍", "42", None])).to_list()
['Latin', 'Telugu', 'Japanese', 'emoji', 'no letters', None]
"""

import polars as pl

LATIN, HAN, JAPANESE = "Latin", "Han", "Japanese"
EMOJI, NO_LETTERS, OTHER = "emoji", "no letters", "other"
# Unicode's own names; on a tie the earlier one wins.
_SCRIPTS = (
    *(LATIN, "Cyrillic", "Greek", "Armenian", "Georgian", "Hebrew", "Arabic", "Syriac", "Thaana"),
    *(
        "Ethiopic",
        "Devanagari",
        "Bengali",
        "Gurmukhi",
        "Gujarati",
        "Oriya",
        "Tamil",
        "Telugu",
        "Kannada",
    ),
    *(
        "Malayalam",
        "Sinhala",
        "Thai",
        "Lao",
        "Tibetan",
        "Myanmar",
        "Khmer",
        "Mongolian",
        "Cherokee",
    ),
    *("Canadian_Aboriginal", "Tifinagh", "Nko", "Adlam", "Vai", "Yi", "Ol_Chiki", "Meetei_Mayek"),
    *("Javanese", "Sundanese", "Balinese", "Hangul", HAN),
)
_KANA = r"\p{Hiragana}\p{Katakana}"
_NAMED = "".join(rf"\p{{{name}}}" for name in _SCRIPTS) + _KANA
_FOREIGN = r"[\p{L}--\p{Latin}]"
_ANY_EMOJI = r"[\p{Extended_Pictographic}\p{Regional_Indicator}\x{20E3}]"

SCRIPTS = (*_SCRIPTS, JAPANESE, EMOJI, NO_LETTERS, OTHER)
"""Every answer that there is, null (no text) aside."""


def name_scripts(texts: pl.Series) -> pl.Series:
    """Return the script that most characters of each text belong to.

    Args:
        texts: [n], null = no text.

    Returns:
        [n] of `SCRIPTS`, null where the text is null. A text with kana counts its Han characters as
        Japanese. `emoji` and `no letters` hold no letter; `other` holds letters, most of them of a
        script that has no name here, or of none (mathematical bold, for instance).

    Source: Unicode Standard Annex 24, its property Script.
    """
    text = pl.col("text")
    plain = (
        pl.when(text.str.contains(r"\p{Latin}"))
        .then(pl.lit(LATIN))
        .when(text.str.contains(_ANY_EMOJI))
        .then(pl.lit(EMOJI))
        .when(text.is_not_null())
        .then(pl.lit(NO_LETTERS))
    )
    rows = texts.to_frame("text").with_row_index("row")
    # Most texts hold Latin letters alone: the counts are made of the others.
    foreign = rows.filter(text.str.contains(_FOREIGN)).select("row", foreign=_dominant(text))
    named = rows.select("row", plain=plain).join(
        foreign, on="row", how="left", maintain_order="left"
    )
    return named.select(pl.coalesce("foreign", "plain").alias(texts.name)).to_series()


def _dominant(text: pl.Expr) -> pl.Expr:
    """Return the script with most characters of a text that holds a letter."""
    counts = {name: text.str.count_matches(rf"\p{{{name}}}") for name in _SCRIPTS}
    kana = text.str.count_matches(f"[{_KANA}]")
    counts[JAPANESE] = pl.when(kana > 0).then(kana + counts[HAN]).otherwise(0)
    counts[HAN] = pl.when(kana > 0).then(0).otherwise(counts[HAN])
    counts[OTHER] = text.str.count_matches(rf"[\p{{L}}&&[^{_NAMED}]]")
    names = dict(enumerate(counts))
    largest = pl.concat_list(count.cast(pl.Int64) for count in counts.values()).list.arg_max()
    return largest.replace_strict(names, return_dtype=pl.String)
