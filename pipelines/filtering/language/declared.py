"""Compare declared with identified languages: a fact per sample, and a rate for the report."""

from enum import StrEnum

import polars as pl

from pipelines.models.answers import UNCERTAIN_LANGUAGE

# Former and longer codes of languages that the identifier names in two letters.
_SAME = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "nb": "no",
    "fil": "tl",
    "cmn": "zh",
    "yue": "zh",
    "arb": "ar",
}
# BCP-47 for "none", "several" and "not said"; `xx` is what clients send in their place.
_NOT_SAID = ("und", "mul", "zxx", "mis", "xx")


class DeclaredLanguage(StrEnum):
    """What identification says of the declared language."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


def compare_declared(samples: pl.DataFrame) -> pl.DataFrame:
    """Compare what each client declared with what was identified; `unknown` = cannot be compared.

    Args:
        samples: [n] of `sample_id`, `language` and `locale` as declared (BCP-47 or null; the
            language counts, the locale where it is missing) and `identified` (ISO 639-1, `und` or
            null).

    Returns:
        [n] of `sample_id`, `declared` (two letters, null = nothing usable), `identified` and
        `declared_language` (a `DeclaredLanguage`), in the order of `samples`.

    Raises:
        polars.exceptions.ColumnNotFoundError: `samples` lacks one of its columns.
    """
    declared = pl.coalesce(_primary_tag("language"), _primary_tag("locale"))
    rows = samples.select("sample_id", "identified", declared=declared)
    uncertain = pl.col("identified").is_null() | (pl.col("identified") == UNCERTAIN_LANGUAGE)
    fact = (
        pl.when(uncertain | pl.col("declared").is_null())
        .then(pl.lit(DeclaredLanguage.UNKNOWN))
        .when(pl.col("identified").replace(_SAME) == pl.col("declared"))
        .then(pl.lit(DeclaredLanguage.MATCH))
        .otherwise(pl.lit(DeclaredLanguage.MISMATCH))
    )
    return rows.select(
        "sample_id", "declared", "identified", declared_language=fact.cast(pl.String)
    )


def rate_mismatch(facts: pl.DataFrame) -> pl.DataFrame:
    """Return how often each declared language was not what people wrote.

    Args:
        facts: from `compare_declared`.

    Returns:
        A row per `declared`, in its order, null last: `rows`, `known` (those not `unknown`),
        `mismatches`, and `mismatch_rate` in [0, 1] of the known, null where none is.
    """
    known = (pl.col("declared_language") != DeclaredLanguage.UNKNOWN).sum()
    missed = (pl.col("declared_language") == DeclaredLanguage.MISMATCH).sum()
    counts = facts.group_by("declared").agg(rows=pl.len(), known=known, mismatches=missed)
    rate = pl.when(pl.col("known") > 0).then(pl.col("mismatches") / pl.col("known"))
    return counts.with_columns(mismatch_rate=rate).sort("declared", nulls_last=True)


def _primary_tag(column: str) -> pl.Expr:
    """Return the language of a tag: `hi-Latn-IN` and `HI_in` are `hi`; null where it says none."""
    tag = (
        pl.col(column)
        .cast(pl.String)
        .str.to_lowercase()
        .str.extract(r"^\s*([a-z]{2,3})(?:[-_]|\s*$)")
    )
    code = tag.replace(_SAME)
    has_two_letters = code.str.len_bytes() == 2  # noqa: PLR2004 reason: ISO 639-1
    return pl.when(~code.is_in(_NOT_SAID) & has_two_letters).then(code)
