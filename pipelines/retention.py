"""What Phase II leaves of each language, script, source, locale and job: rows, and different texts.

Rows alone say little about an encoder: a greeting that two hundred people wrote is dropped 199
times, and rightly so. Nor does it say much that a text repeats one of an earlier night: in a year
most small talk does. An encoder that cannot read a script keeps one text in place of many. So
different texts are counted against the different texts kept for them, of this night or an earlier
one:

    language  prompt          reason          witness          kept for it
    en        thank you, bye  leader                           thank you, bye
    gu        thank you, bye  near_duplicate  thank you, bye   thank you, bye
    gu        ok bye          near_duplicate  ok, bye (May)    ok, bye
    th        ราตรีสวัสดิ์       leader                           ราตรีสวัสดิ์
    th        วันนี้ฝนตก        near_duplicate  ราตรีสวัสดิ์        ราตรีสวัสดิ์

`gu` loses both rows, and 2 texts are kept for its 2: none is merged. Of the 2
texts of `th`, 1 is merged.
"""

from collections.abc import Mapping

import polars as pl

from pipelines.checks import Check
from pipelines.outcomes import Reason

DIMENSIONS = ("language", "script", "source", "locale", "jtbd")
"""The slices that are counted, those that an encoder may not read first."""

NOT_COMPARED = "not_compared."
"""Prefix of `runs.counts`: an earlier night's kept rows without a vector of the run's encoder."""

LEAST_TEXTS = 100
"""Slices of fewer different texts are not judged: with 100, .30 is no chance result of .15."""


def read_uncompared(counts: Mapping[str, int]) -> dict[str, int]:
    """Return earlier night → its rows that a run could not compare, of the run's counts.

    >>> read_uncompared({"not_compared.2026-01-01": 4, "intake.keep": 9})
    {'2026-01-01': 4}
    """
    return {
        key.removeprefix(NOT_COMPARED): rows
        for key, rows in counts.items()
        if key.startswith(NOT_COMPARED)
    }


def slice_samples(samples: pl.LazyFrame, language: pl.LazyFrame) -> pl.LazyFrame:
    """Return `sample_id` and `DIMENSIONS` of a night's samples.

    Args:
        samples: the table of that name.
        language: the table of that name; a night of an earlier version has no `script`, which is
            null then.
    """
    if "script" not in language.collect_schema().names():
        language = language.with_columns(script=pl.lit(None, pl.String))
    scripts = language.select("sample_id", "script").unique("sample_id", keep="any")
    return samples.join(scripts, on="sample_id", how="left").select("sample_id", *DIMENSIONS)


def count_retention(pruning: pl.LazyFrame, slices: pl.LazyFrame) -> pl.DataFrame:
    """Return what became of the rows and of the different texts of each slice.

    Args:
        pruning: of a night: `sample_id`, `text_hash`, `reason`, `witness_hash`, which is null too
            in a night of an earlier version: its texts then stand for themselves.
        slices: `sample_id` and one column per dimension; null is a value of its own.

    Returns:
        One row per `dimension` and `value` (as text): `rows`, of them `kept`, `near_duplicates` and
        `budget`; `texts` (different ones) and `merged_texts`: how many fewer are kept for them.
    """
    if "witness_hash" not in pruning.collect_schema().names():
        pruning = pruning.with_columns(witness_hash=pl.lit(None, pl.String))
    rows = pruning.select("sample_id", "text_hash", "reason")
    matched = rows.join(_find_kept_text(pruning), on="text_hash", how="left")
    sliced = matched.join(slices, on="sample_id", how="inner")
    names = [name for name in slices.collect_schema().names() if name != "sample_id"]
    return pl.concat([_count(sliced, name) for name in names])


def _find_kept_text(pruning: pl.LazyFrame) -> pl.LazyFrame:
    """Return each `text_hash` of a night and `kept_text`, the text kept for it: mostly itself.

    Where no row of a text stays, that is its witness's text; of several the first by name.
    """
    near = pl.col("reason") == Reason.NEAR_DUPLICATE
    dropped = pruning.group_by("text_hash").agg(near.all().alias("dropped")).filter("dropped")
    asked = pruning.join(dropped, on="text_hash", how="semi")
    witness = pl.coalesce("witness_hash", "text_hash").min()
    return asked.group_by("text_hash").agg(witness.alias("kept_text"))


def _count(rows: pl.LazyFrame, dimension: str) -> pl.DataFrame:
    reason, text = pl.col("reason"), pl.col("text_hash")
    kept_text = pl.coalesce("kept_text", "text_hash")
    counted = rows.group_by(value=pl.col(dimension).cast(pl.String)).agg(
        rows=pl.len().cast(pl.Int64),
        kept=(reason == Reason.LEADER).sum().cast(pl.Int64),
        near_duplicates=(reason == Reason.NEAR_DUPLICATE).sum().cast(pl.Int64),
        budget=(reason == Reason.BUDGET).sum().cast(pl.Int64),
        texts=text.n_unique().cast(pl.Int64),
        merged_texts=text.n_unique().cast(pl.Int64) - kept_text.n_unique().cast(pl.Int64),
    )
    named = counted.select(pl.lit(dimension).alias("dimension"), pl.all())
    return named.sort("value", nulls_last=True).collect(engine="streaming")


def check_slices(retention: pl.DataFrame, most_merged_share: float) -> Check:
    """Return the gate on slices: no slice of `LEAST_TEXTS` or more is merged beyond its share.

    Args:
        retention: from `count_retention`.
        most_merged_share: of the different texts of a slice, in [0, 1].
    """
    merged = find_merged(retention, most_merged_share, LEAST_TEXTS)
    promise = (
        "in no language, script, source, locale or job a few texts replace very many different ones"
    )
    evidence = (
        f"slices of {LEAST_TEXTS} different texts or more with a share merged above "
        f"{most_merged_share}: {format_merged(merged)}"
    )
    if merged.height:
        evidence += (
            "; the encoder may not read them, or they are one template: gates.max_duplicate_share"
        )
    return Check("slices_survive", promise, not merged.height, evidence)


def find_merged(
    retention: pl.DataFrame, most_merged_share: float, least_texts: int
) -> pl.DataFrame:
    """Return the slices that merge a greater share of different texts than allowed, worst first.

    Args:
        retention: from `count_retention`.
        most_merged_share: in [0, 1]; this share of a slice may be merged and no more.
        least_texts: a slice of fewer different texts is not judged.
    """
    share = pl.col("merged_texts") / pl.col("texts")
    judged = retention.filter(pl.col("texts") >= least_texts).filter(share > most_merged_share)
    return judged.sort(
        share, "dimension", "value", descending=[True, False, False], nulls_last=True
    )


def format_merged(merged: pl.DataFrame, listed: int = 5) -> str:
    """Return slices in words, `script Thai 296 of 318 texts`; a value that is no code is hidden."""
    code = pl.col("value").str.contains(r"^[A-Za-z][A-Za-z0-9_-]{0,23}$")
    value = pl.when(pl.col("value").is_null()).then(pl.lit("null")).when(code).then("value")
    shown = merged.head(listed).with_columns(value=value.otherwise(pl.lit("(not a code)")))
    named = [
        f"{dimension} {value} {lost} of {texts} texts"
        for dimension, value, lost, texts in shown.select(
            "dimension", "value", "merged_texts", "texts"
        ).iter_rows()
    ]
    more = [f"and {merged.height - listed} more"] if merged.height > listed else []
    return ", ".join([*named, *more]) or "none"
