"""Who was erased stands nowhere, and no log names anybody."""

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_ids, find_rows
from pipelines.auditing.night import AuditedNight
from pipelines.identity import key_subject

INVARIANTS = (
    Invariant(
        "erased_subject",
        "Nobody who was erased has a row in a table.",
        "Erase the subject again by jobs/erase.py; stop what wrote the row.",
    ),
    Invariant(
        "log_holds_id",
        "No _delta_log holds an id of a person, a conversation or a sample.",
        "Write the night again by jobs/curate.py and let the log age out, or clean it up.",
    ),
    Invariant(
        "erasure_open",
        "Every erasure that was begun is complete.",
        "Nothing has to be done: the next start of jobs/erase.py or jobs/curate.py completes it.",
        is_notice=True,
    ),
)
_PEOPLE = {"user": "user_key", "conversation": "conversation_id"}
_SHORT = 6
"""A shorter id may be a word or a number that a log has anyway."""


def check_erasures(night: AuditedNight) -> Iterator[Finding]:
    """Yield rows of erased subjects, which only the key can tell, and ids in logs."""
    elsewhere = night.elsewhere
    for table in ("samples", "train", "eval", "decisions", "quarantine", "representatives"):
        rows = night.tables[table]
        for kind, column in _PEOPLE.items():
            if column in rows.columns and elsewhere.erased and elsewhere.keys:
                yield from _find_erased(night, table, kind, column)
    ids: set[str] = set()
    for column in ("user_key", "conversation_id", "sample_id"):
        ids |= set(night.tables["samples"][column].drop_nulls().to_list())
    long = {name for name in ids if len(name) >= _SHORT}
    for table, tokens in elsewhere.log_tokens.items():
        if found := sorted(long & tokens):
            yield find_ids("log_holds_id", table, found)


def _find_erased(night: AuditedNight, table: str, kind: str, column: str) -> Iterator[Finding]:
    values = night.tables[table][column].drop_nulls().unique().to_list()
    theirs = [
        value
        for value in values
        if any(
            key_subject(kind, value, key) in night.elsewhere.erased for key in night.elsewhere.keys
        )
    ]
    rows = night.tables[table].filter(pl.col(column).is_in(theirs))
    key = "sample_id" if "sample_id" in rows.columns else column
    yield from find_rows("erased_subject", table, rows, key, kind)


def find_open(erasures: pl.DataFrame) -> Iterator[Finding]:
    """Yield a finding of the erasures that are not complete."""
    rows = erasures.filter(pl.col("completed_at").is_null())
    yield from find_rows("erasure_open", "erasures", rows, "subject_key")
