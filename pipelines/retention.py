"""What Phase II leaves of each language, script, source, locale and job: rows, and different texts.

Rows alone say little about an encoder: a greeting that two hundred people wrote is dropped 199 times, and
rightly so. A text is lost where another one stands for it, and none of its own copies is kept:

    language  prompt          reason           is its text lost?
    en        thank you, bye  leader           no
    gu        thank you, bye  near_duplicate   no: its copy above is kept
    th        ราตรีสวัสดิ์       leader           no
    th        วันนี้ฝนตก        near_duplicate   yes: another text was kept in its place

So `gu` loses 1 of 1 rows and 0 of 1 texts, `th` 1 of 2 rows and 1 of 2 texts. An encoder that cannot read a
script takes different texts of it for one: it loses texts.
"""

import polars as pl

from pipelines.checks import Check
from pipelines.outcomes import Reason

DIMENSIONS = ("language", "script", "source", "locale", "jtbd")
"""The slices that are counted, those that an encoder may not read first."""

NOT_COMPARED = "not_compared."
"""Under this and an earlier night `runs.counts` holds its kept rows without a vector of the run's encoder."""

LEAST_TEXTS = 100
"""Different texts: a smaller slice holds no night. Of 100 ordinary ones (share .15) .30 is no chance."""


def slice_samples(samples: pl.LazyFrame, language: pl.LazyFrame) -> pl.LazyFrame:
    """Return `sample_id` and `DIMENSIONS` of a night's samples.

    Args:
        samples: the table of that name.
        language: the table of that name; a night of an earlier version has no `script`, which is null then.
    """
    if "script" not in language.collect_schema().names():
        language = language.with_columns(script=pl.lit(None, pl.String))
    scripts = language.select("sample_id", "script").unique("sample_id", keep="any")
    return samples.join(scripts, on="sample_id", how="left").select("sample_id", *DIMENSIONS)


def count_retention(pruning: pl.LazyFrame, slices: pl.LazyFrame, kept_before: pl.LazyFrame) -> pl.DataFrame:
    """Return what became of the rows and of the different texts of each slice.

    Args:
        pruning: of a night: `sample_id`, `text_hash`, `reason`.
        slices: `sample_id` and one column per dimension; null is a value of its own.
        kept_before: `text_hash` of what earlier nights kept; may repeat.

    Returns:
        One row per `dimension` and `value` (as text): `rows`, of them `kept`, `near_duplicates` and
        `budget`; `texts` (different ones) and `lost_texts`: those dropped as near-duplicates of another
        text, of which no copy of this night or an earlier one is kept.
    """
    near = pl.col("reason") == Reason.NEAR_DUPLICATE
    dropped = pruning.group_by("text_hash").agg(lost=near.all())
    lost = dropped.filter("lost").join(kept_before.select("text_hash"), on="text_hash", how="anti")
    told = pruning.select("sample_id", "text_hash", "reason").join(lost, on="text_hash", how="left")
    rows = told.join(slices, on="sample_id", how="inner")
    names = [name for name in slices.collect_schema().names() if name != "sample_id"]
    return pl.concat([_count(rows, name) for name in names])


def _count(rows: pl.LazyFrame, dimension: str) -> pl.DataFrame:
    reason, text = pl.col("reason"), pl.col("text_hash")
    counted = rows.group_by(value=pl.col(dimension).cast(pl.String)).agg(
        rows=pl.len().cast(pl.Int64),
        kept=(reason == Reason.LEADER).sum().cast(pl.Int64),
        near_duplicates=(reason == Reason.NEAR_DUPLICATE).sum().cast(pl.Int64),
        budget=(reason == Reason.BUDGET).sum().cast(pl.Int64),
        texts=text.n_unique().cast(pl.Int64),
        lost_texts=text.filter(pl.col("lost").is_not_null()).n_unique().cast(pl.Int64),
    )
    named = counted.select(pl.lit(dimension).alias("dimension"), pl.all())
    return named.sort("value", nulls_last=True).collect(engine="streaming")


def check_losses(retention: pl.DataFrame, most_lost_share: float) -> Check:
    """Return the gate on slices: none of `LEAST_TEXTS` or more loses a greater share than it may.

    Args:
        retention: from `count_retention`.
        most_lost_share: of the different texts of a slice, in [0, 1].
    """
    losses = find_losses(retention, most_lost_share, LEAST_TEXTS)
    promise = "no language, script, source, locale or job loses its different texts as near-duplicates"
    evidence = (
        f"slices of {LEAST_TEXTS} different texts or more that lose above {most_lost_share}:"
        f" {tell_losses(losses)}"
    )
    if losses.height:
        evidence += "; the encoder may not read them, or they are one template: gates.max_duplicate_share"
    return Check("slices_survive", promise, not losses.height, evidence)


def find_losses(retention: pl.DataFrame, most_lost_share: float, least_texts: int) -> pl.DataFrame:
    """Return the slices that lose a greater share of their different texts than they may, worst first.

    Args:
        retention: from `count_retention`.
        most_lost_share: in [0, 1]; a slice may lose this share and no more.
        least_texts: a slice of fewer different texts is not judged.
    """
    share = pl.col("lost_texts") / pl.col("texts")
    judged = retention.filter(pl.col("texts") >= least_texts).filter(share > most_lost_share)
    return judged.sort(share, "dimension", "value", descending=[True, False, False], nulls_last=True)


def tell_losses(losses: pl.DataFrame, listed: int = 5) -> str:
    """Return slices in words, `script Thai 296 of 318 texts`; a value that is no plain code is hidden."""
    code = pl.col("value").str.contains(r"^[A-Za-z][A-Za-z0-9_-]{0,23}$")
    value = pl.when(pl.col("value").is_null()).then(pl.lit("null")).when(code).then("value")
    shown = losses.head(listed).with_columns(value=value.otherwise(pl.lit("(not a code)")))
    told = [
        f"{dimension} {value} {lost} of {texts} texts"
        for dimension, value, lost, texts in shown.select(
            "dimension", "value", "lost_texts", "texts"
        ).iter_rows()
    ]
    more = [f"and {losses.height - listed} more"] if losses.height > listed else []
    return ", ".join([*told, *more]) or "none"
