"""Phase II says of each row what the contract lets it say: kept, or dropped with its witness."""

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_rows, show_id
from pipelines.auditing.night import AuditedNight
from pipelines.diversity.pruning import count_allowed
from pipelines.outcomes import Outcome, Phase, Reason

_RERUN = "Run the night again by jobs/curate.py."
_INDEX = "Run jobs/reindex.py for the witness's night, or run this night again."

INVARIANTS = (
    Invariant(
        "pruning_lost",
        "Every sample that language kept and that has a vector stands in pruning, and no other.",
        _RERUN,
    ),
    Invariant("pruning_decision", "diversity decided what pruning says.", _RERUN),
    Invariant(
        "pruning_statement",
        "A kept row is a leader without a witness; a dropped one is none and has a similarity.",
        _RERUN,
    ),
    Invariant("budget_exceeded", "At most round(retain x rows) are kept.", _RERUN),
    Invariant(
        "witness_unknown",
        "The witness of a dropped row stands in its night, unless that is explained.",
        _INDEX,
    ),
    Invariant(
        "witness_gone",
        "The witness of a dropped row is still there.",
        "Nothing has to be done: its night was run again, or it was erased. To compare the dropped "
        "rows anew, run this night again by jobs/curate.py.",
        is_notice=True,
    ),
    Invariant("witness_dropped", "The witness of a dropped row is kept.", _RERUN),
    Invariant(
        "witness_below_cut", "A near-duplicate is at or above the cut to its witness.", _RERUN
    ),
    Invariant("witness_hash_wrong", "witness_hash is the text_hash of the witness.", _RERUN),
    Invariant("novelty_wrong", "The novelty of a dropped row is 1 - similarity.", _RERUN),
)
_ROUNDING = 1e-6


def check_pruning(night: AuditedNight) -> Iterator[Finding]:
    """Yield what is wrong with the answers of Phase II, as far as no vector is needed."""
    rows = night.tables["pruning"]
    yield from _check_decisions(night, rows)
    yield from _check_statements(rows)
    yield from _check_budget(night, rows)
    yield from _check_witnesses(night, rows)
    yield from _check_cut(night, rows)


def _check_decisions(night: AuditedNight, rows: pl.DataFrame) -> Iterator[Finding]:
    decided = night.decided(Phase.DIVERSITY)
    asked = decided.filter(pl.col("reason") != Reason.NOT_EMBEDDED)
    yield from find_rows("pruning_lost", "pruning", asked.join(rows, on="sample_id", how="anti"))
    stray = rows.join(asked, on="sample_id", how="anti")
    yield from find_rows("pruning_lost", "decisions", stray, note="of no decision")
    said = asked.select("sample_id", "outcome", said="reason")
    both = rows.join(said, on="sample_id", how="inner")
    keeps = pl.col("outcome") == Outcome.KEEP
    wrong = both.filter((pl.col("said") != pl.col("reason")) | (keeps != pl.col("kept")))
    yield from find_rows("pruning_decision", "decisions", wrong)
    hashes = night.tables["samples"].select("sample_id", known="text_hash")
    other = rows.join(hashes, on="sample_id", how="inner")
    other = other.filter(pl.col("known").ne_missing(pl.col("text_hash")))
    yield from find_rows("pruning_decision", "pruning", other, note="text_hash")


def _check_statements(rows: pl.DataFrame) -> Iterator[Finding]:
    is_leader = pl.col("reason") == Reason.LEADER
    bare = pl.all_horizontal(
        pl.col(name).is_null() for name in ("witness_id", "witness_ds", "similarity")
    )
    named = pl.col("witness_id").is_null() == pl.col("witness_ds").is_null()
    # A budget of fewer rows than models leaves budget rows without a witness.
    told = named & (
        pl.col("similarity").is_not_null() | (bare & (pl.col("reason") == Reason.BUDGET))
    )
    holds = (is_leader == pl.col("kept")) & pl.when("kept").then(bare).otherwise(told)
    yield from find_rows("pruning_statement", "pruning", rows.filter(~holds))


def _check_budget(night: AuditedNight, rows: pl.DataFrame) -> Iterator[Finding]:
    retain = night.config.get("pruning", {}).get("retain")
    kept = rows.filter("kept")
    if isinstance(retain, int | float) and not night.is_mended:
        allowed = count_allowed(retain, rows.height)
        if kept.height > allowed:
            note = f"{kept.height} kept of {rows.height}, {allowed} allowed"
            yield from find_rows("budget_exceeded", "pruning", kept, note=note)


def _check_witnesses(night: AuditedNight, rows: pl.DataFrame) -> Iterator[Finding]:
    dropped = rows.filter(~pl.col("kept"))
    # Erasure takes the witness and leaves its cosine.
    erased = dropped.filter(pl.col("witness_id").is_null() & pl.col("similarity").is_not_null())
    named = dropped.filter(pl.col("witness_id").is_not_null())
    here = pl.col("witness_ds") == night.ds
    own = named.filter(here).join(
        rows.select(witness_id="sample_id", is_kept="kept", known="text_hash"),
        on="witness_id",
        how="left",
    )
    known = night.elsewhere.witnesses.select(
        witness_ds="ds", witness_id="sample_id", known="text_hash"
    )
    past = named.filter(~here).join(known, on=["witness_ds", "witness_id"], how="left")
    lost = past.filter(pl.col("known").is_null())
    is_renewed = pl.col("witness_ds").is_in(list(night.elsewhere.renewed))
    is_known = night.erased_rows > 0
    gone = [erased if is_known else erased.head(0), lost.filter(is_renewed)]
    unknown = [erased.head(0) if is_known else erased]
    unknown += [own.filter(pl.col("is_kept").is_null()), lost.filter(~is_renewed)]
    yield from _of_parts("witness_unknown", unknown)
    yield from _of_parts("witness_gone", gone)
    fallen = own.filter(~pl.col("is_kept"))
    yield from find_rows("witness_dropped", "pruning", fallen)
    told = pl.concat([own.select(_TOLD), past.select(_TOLD)])
    wrong = told.filter(
        pl.col("witness_hash").is_not_null() & (pl.col("witness_hash") != pl.col("known"))
    )
    yield from find_rows("witness_hash_wrong", "pruning", wrong)


_TOLD = ("sample_id", "witness_hash", "known")


def _of_parts(name: str, parts: list[pl.DataFrame]) -> Iterator[Finding]:
    rows = pl.concat([part.select("sample_id", "witness_ds") for part in parts])
    nights = rows["witness_ds"].drop_nulls().unique().sort().to_list()
    shown = ", ".join(map(show_id, nights[:3])) + (" ..." if len(nights) > 3 else "")  # noqa: PLR2004 as shown
    yield from find_rows(name, "pruning", rows, note=f"of {shown}" if nights else "erased")


def _check_cut(night: AuditedNight, rows: pl.DataFrame) -> Iterator[Finding]:
    cuts = {m: night.limits.cut_of(m) for m in rows["model"].drop_nulls().unique().to_list()}
    cut = pl.col("model").replace_strict(cuts, default=None, return_dtype=pl.Float64)
    is_near = pl.col("reason") == Reason.NEAR_DUPLICATE
    below = rows.filter(is_near & (pl.col("similarity") < cut - _ROUNDING))
    yield from find_rows("witness_below_cut", "pruning", below)
    told = rows.filter(~pl.col("kept") & pl.col("similarity").is_not_null())
    off = told.filter((pl.col("novelty") - (1 - pl.col("similarity"))).abs() > _ROUNDING)
    yield from find_rows("novelty_wrong", "pruning", off)
