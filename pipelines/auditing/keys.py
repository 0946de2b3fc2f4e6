"""Each row is in its table once, with ids and values that a row of it can have."""

from collections.abc import Iterator, Mapping

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_ids, find_rows
from pipelines.auditing.night import SIDES, AuditedNight
from pipelines.identity import hash_text, name_sample
from pipelines.intake.settings import SOURCES
from pipelines.outcomes import Outcome, Phase
from schemas.table import Table

_RERUN = "Run the night again by jobs/curate.py."

INVARIANTS = (
    Invariant(
        "partition_missing",
        "A table of which the run counted rows has rows of the night.",
        "Restore the table to the version before the partition went, or run the night again.",
    ),
    Invariant("row_twice", "No key of a table stands in a night twice.", _RERUN),
    Invariant("value_missing", "A column that may not be null holds no null.", _RERUN),
    Invariant("conversation_twice", "A conversation has at most one sample in a night.", _RERUN),
    Invariant(
        "sample_id_wrong", "sample_id is the hash of conversation_id and turn_index.", _RERUN
    ),
    Invariant(
        "user_key_wrong",
        "user_key is a keyed hash of 32 hex digits, never a raw id.",
        "Run the night again by jobs/curate.py, then vacuum the table: a raw id may stand in it.",
    ),
    Invariant("text_hash_wrong", "text_hash is the sha-256 of the redacted prompt.", _RERUN),
    Invariant(
        "prefix_wrong",
        "messages end in the prompt, a user turn, whose number and depth the row says.",
        _RERUN,
    ),
    Invariant("value_outside", "Scores, shares and names are within their range.", _RERUN),
    Invariant("weight_wrong", "Weights are finite and above 0.", _RERUN),
)

_SHARE = (0.0, 1.0)
_RANGES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "samples": {"quality": _SHARE, "turn_index": (0, 2**31), "reward_count": (0, 2**31)},
    "safety": {"unsafe": _SHARE},
    "language": {"confidence": _SHARE},
    # A cosine is written with 12 decimals.
    "pruning": {"similarity": (-1.0, 1.0), "novelty": (0.0, 2.0)},
    "constraints": {"achieved": _SHARE, "required_min": _SHARE, "required_max": _SHARE},
}
_NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "samples": {
        "source": tuple(SOURCES),
        "difficulty": ("low", "medium", "high", "unknown"),
    },
    "decisions": {"phase": tuple(Phase), "outcome": tuple(Outcome)},
    "pruning": {"reason": ("leader", "near_duplicate", "budget")},
    "review": {"status": ("open", "approved", "rejected")},
    "constraints": {"side": SIDES},
}
_OF_SAMPLES = ("samples", "privacy", "safety", "language")
_COUNTED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_OF_SAMPLES, ("intake.keep",)),
    "decisions": ("intake.",),
    "quarantine": ("intake.quarantine",),
    "pruning": ("diversity.keep", "diversity.drop"),
    "clusters": ("diversity.keep",),
    "review": ("privacy.review", "safety.review", "language.review", "diversity.review"),
    "train": ("published.train",),
    "eval": ("published.eval",),
    "constraints": ("published.train",),
}
"""Table → what a run counts of its rows, by the beginning of its name."""
_ROUNDING = 1e-9


def check_keys(night: AuditedNight, tables: Mapping[str, Table]) -> Iterator[Finding]:
    """Yield rows that stand twice, lack a value, or have one that no row can have.

    Args:
        night: the night.
        tables: the schemas of its tables.
    """
    yield from _check_partitions(night)
    for name, rows in night.tables.items():
        yield from _check_key(tables[name], rows)
        yield from _check_nulls(tables[name], rows)
    samples = night.tables["samples"]
    again = samples.filter(
        pl.col("conversation_id").is_duplicated() & ~pl.col("sample_id").is_duplicated()
    )
    yield from find_rows("conversation_twice", "samples", again)
    for name in ("samples", *SIDES):
        yield from _check_ids(name, night.tables[name])
    for side in SIDES:
        yield from _check_texts(side, night.tables[side])
    yield from _check_values(night)
    for side in SIDES:
        weight = pl.col("weight")
        is_good = (weight.is_finite() & (weight > 0)).fill_null(value=False)
        yield from find_rows("weight_wrong", side, night.tables[side].filter(~is_good))


def _check_partitions(night: AuditedNight) -> Iterator[Finding]:
    """Ask the run what it counted: the rows themselves are gone."""
    counted = {name: rows for name, rows in night.counts.items() if rows}
    for table, prefixes in _COUNTED.items():
        told = [n for prefix in prefixes for name, n in counted.items() if name.startswith(prefix)]
        if told and night.tables[table].is_empty():
            yield Finding("partition_missing", table, sum(told))


def _check_key(table: Table, rows: pl.DataFrame) -> Iterator[Finding]:
    key = [name for name in table.key if name in rows.columns]
    if not key or table.name == "runs":
        return
    # A quarantined row has no sample, and may share its conversation with another.
    named = rows.filter(pl.col(key[0]).is_not_null())
    twice = named.filter(pl.struct(key).is_duplicated()).unique(key)
    yield from find_rows("row_twice", table.name, twice, key[0])


def _check_nulls(table: Table, rows: pl.DataFrame) -> Iterator[Finding]:
    wanted = [c.name for c in table.all_columns if not c.null and c.name in rows.columns]
    lacking = [name for name in wanted if rows[name].null_count()]
    if lacking:
        bad = rows.filter(pl.any_horizontal(pl.col(name).is_null() for name in lacking))
        ids = bad[table.key[0]].to_list() if table.key and table.key[0] in bad.columns else []
        note = ", ".join(lacking)
        yield find_ids("value_missing", table.name, ids, note, bad.height)


def _check_ids(name: str, rows: pl.DataFrame) -> Iterator[Finding]:
    known = rows.drop_nulls(["conversation_id", "turn_index", "sample_id"])
    wrong = [
        sample
        for sample, conversation, turn in known.select(
            "sample_id", "conversation_id", "turn_index"
        ).iter_rows()
        if sample != name_sample(conversation, turn)
    ]
    if wrong:
        yield find_ids("sample_id_wrong", name, wrong)
    raw = rows.filter(~pl.col("user_key").str.contains("^[0-9a-f]{32}$"))
    yield from find_rows("user_key_wrong", name, raw)


def _check_texts(side: str, rows: pl.DataFrame) -> Iterator[Finding]:
    told = rows.select("sample_id", "text_hash", "prompt").drop_nulls("prompt").iter_rows()
    wrong = [sample for sample, known, prompt in told if known != hash_text(prompt)]
    if wrong:
        yield find_ids("text_hash_wrong", side, wrong)
    last = pl.col("messages").list.last()
    users = pl.col("messages").list.eval(pl.element().struct.field("role") == "user").list.sum()
    holds = (
        (last.struct.field("content") == pl.col("prompt"))
        & (last.struct.field("role") == "user")
        & (users == pl.col("turn_index") + 1)
        & (pl.col("is_first_turn") == (pl.col("turn_index") == 0))
    )
    yield from find_rows("prefix_wrong", side, rows.filter(~holds.fill_null(value=False)))


def _check_values(night: AuditedNight) -> Iterator[Finding]:
    for name, ranges in _RANGES.items():
        rows = night.tables[name]
        for column, (low, high) in ranges.items():
            value = pl.col(column).cast(pl.Float64)
            fits = value.is_between(low - _ROUNDING, high + _ROUNDING) & value.is_not_nan()
            bad = rows.filter(~fits.fill_null(value=True))
            yield from find_rows("value_outside", name, bad, _id_of(rows), column)
    for name, known in _NAMES.items():
        rows = night.tables[name]
        for column, values in known.items():
            bad = rows.filter(~pl.col(column).is_in(values).fill_null(value=True))
            yield from find_rows("value_outside", name, bad, _id_of(rows), column)


def _id_of(rows: pl.DataFrame) -> str:
    return "sample_id" if "sample_id" in rows.columns else "constraint"
