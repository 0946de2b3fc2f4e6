"""Harm joined to an ordinary sentence: in a chat it is seldom a whole message."""

import polars as pl

from pipelines.training.fasttext_training import hash_share

_MOST_CHARS = 160
_CHAT = ("self_dialogue", "xpersona", "tatoeba", "synthetic_persona_chat", "codemixed_dstc2")
WRITTEN_TALK = ("written_chat", "written_clean")
"""Ordinary talk of ours."""
_TALK = _CHAT + WRITTEN_TALK


def join_texts(rows: pl.DataFrame, count: int) -> pl.DataFrame:
    """Return `count` new rows: a short labelled text, joined to a clean one of its language.

    Args:
        rows: training rows of `text`, `label`, `dataset`, `language`, `group`; more columns stay.
        count: rows wanted; fewer where there are not as many.

    Returns:
        Rows like `rows`, with the label of the labelled text and `dataset` = `joined`.
    """
    short = rows.filter(pl.col("text").str.len_chars() <= _MOST_CHARS).sort(
        "dataset", "text", "label"
    )
    short = short.with_columns(
        order=hash_share(pl.Series("join:" + short["dataset"] + short["text"]))
    )
    clean = short.filter(pl.col("dataset").is_in(_TALK), pl.col("label") == "safe").sort("order")
    judged = short.filter(~pl.col("dataset").is_in(_TALK)).sort("order").head(count)
    places = pl.int_range(pl.len()).over("language")
    counts = clean.group_by("language").agg(many=pl.len())
    left = judged.join(counts, on="language", how="inner").with_columns(
        place=places % pl.col("many")
    )
    right = clean.select("language", place=places, said="text")
    paired = left.join(right, on=["language", "place"], how="inner").sort("order", "text")
    first = pl.concat_str("said", "text", separator=" ")
    last = pl.concat_str("text", "said", separator=" ")
    text = pl.when(pl.int_range(pl.len()) % 3 == 0).then(last).otherwise(first)
    return paired.with_columns(text=text, dataset=pl.lit("joined")).select(rows.columns)
