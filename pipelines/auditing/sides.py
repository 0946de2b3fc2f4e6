"""A user, a conversation and a text are on one side for good, this night and any other."""

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_ids, find_rows
from pipelines.auditing.night import SIDES, AuditedNight
from pipelines.outcomes import Outcome, Phase
from pipelines.sampling.shingles import read_shingles

_RERUN = (
    "Run the later of the nights again by jobs/curate.py; tell who trains that eval is not clean."
)

INVARIANTS = (
    Invariant("user_on_both_sides", "A user is on one side, over all nights.", _RERUN),
    Invariant(
        "conversation_on_both_sides", "A conversation is on one side, over all nights.", _RERUN
    ),
    Invariant("text_on_both_sides", "A prompt is on one side, over all nights.", _RERUN),
    Invariant(
        "word_run_on_both_sides",
        "No long run of words is in train and in eval, in the night or the few nights before it.",
        _RERUN,
    ),
)
_BY_COLUMN = {
    "user_key": "user_on_both_sides",
    "conversation_id": "conversation_on_both_sides",
    "text_hash": "text_on_both_sides",
}


def check_sides(night: AuditedNight) -> Iterator[Finding]:
    """Yield what is on both sides, in the night itself or in the index over all nights."""
    rows = _list_sided(night)
    for column, name in _BY_COLUMN.items():
        own = rows if column != "text_hash" else rows.filter("published")
        sides = own.group_by(column).agg(pl.col("side").n_unique())
        here = own.join(sides.filter(pl.col("side") > 1), on=column, how="semi")
        yield from find_rows(name, "decisions", here, note="in the night")
        torn = night.elsewhere.torn.filter(pl.col("dimension") == column).select(
            pl.col("key").alias(column)
        )
        over = own.join(torn, on=column, how="semi").join(here, on="sample_id", how="anti")
        yield from find_rows(name, "representatives", over, note="over nights")
    yield from _check_runs(night)


def _list_sided(night: AuditedNight) -> pl.DataFrame:
    """Return every row of the night that has a side: by the split, and where it is published."""
    who = night.tables["samples"].select("sample_id", "user_key", "conversation_id", "text_hash")
    given = night.decided(Phase.SPLIT, Outcome.KEEP).select("sample_id", side="reason")
    split = who.join(given, on="sample_id", how="inner").with_columns(published=pl.lit(value=False))
    out = night.published.select(*who.columns, "side").with_columns(published=pl.lit(value=True))
    return pl.concat([split, out.select(split.columns)])


def _check_runs(night: AuditedNight) -> Iterator[Finding]:
    words = 0 if night.limits.split is None else night.limits.split.shared_words
    if not words:
        return
    runs = {
        side: read_shingles(night.tables[side].lazy().select("sample_id", text="prompt"), words)
        for side in SIDES
    }
    met: set[str] = set()
    for own, other in (("eval", "train"), ("train", "eval")):
        past = night.elsewhere.near.filter(pl.col("side") == other).select("word_runs")
        theirs = past.explode("word_runs").drop_nulls()
        hashes = [theirs.select(shingle=pl.col("word_runs").reinterpret(signed=False))]
        if own == "eval":
            hashes.append(runs[other].select("shingle"))
        shared = runs[own].join(pl.concat(hashes), on="shingle", how="semi")
        met.update(shared["sample_id"].to_list())
    if met:
        yield find_ids("word_run_on_both_sides", "eval", sorted(met))
