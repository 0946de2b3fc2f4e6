"""Find kept rows of earlier nights that a run cannot compare: no vector of its encoder exists.

Vectors of two encoders, or of two revisions of one, cannot be compared. So a run reads the vectors
of its own revision alone. After a change of the encoder, the rows of earlier nights are not
compared until they are embedded again (jobs/reembed.py).
"""

from collections.abc import Mapping

import polars as pl

from pipelines.wording import be


def select_uncompared(
    kept: pl.LazyFrame, embeddings: pl.LazyFrame, models: Mapping[str, str]
) -> pl.LazyFrame:
    """Return the rows of `kept` whose text has no vector of any of the models.

    Args:
        kept: `text_hash` and more.
        embeddings: `text_hash`, `model`, `model_revision`.
        models: name → revision of the models whose vectors are compared.
    """
    compared = [
        (pl.col("model") == name) & (pl.col("model_revision") == revision)
        for name, revision in models.items()
    ]
    known = embeddings.filter(pl.any_horizontal(compared)).select("text_hash").unique()
    return kept.join(known, on="text_hash", how="anti")


def count_by_night(rows: pl.LazyFrame) -> dict[str, int]:
    """Return night → rows, in the order of nights; a night without rows is left out."""
    counted = rows.group_by("ds").agg(pl.len().cast(pl.Int64)).sort("ds")
    return dict(counted.collect(engine="streaming").iter_rows())


def describe_reembedding(ds: str, missing: int, gone: int, failed: int) -> str:
    """Return what became of a night's rows without a vector, in one line.

    Args:
        ds: the night.
        missing: its kept rows that had no vector.
        gone: of these, those whose text is not stored any more.
        failed: of these, those for which the encoder gave no vector.
    """
    parts = [f"{missing - gone - failed:,} embedded"]
    if gone:
        parts.append(
            f"{gone:,} not: their text is no longer stored (not published, and no facts kept)"
        )
    if failed:
        parts.append(f"{failed:,} not: the encoder gave no vector")
    return (
        f"{ds}: {missing:,} kept {be(missing, 'row', 'rows')} without a vector; {'; '.join(parts)}"
    )
