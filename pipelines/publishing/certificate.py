"""What an erasure did, table by table, for the person who has to answer for it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from pipelines.publishing.erasure import BY_CONVERSATION, BY_SAMPLE, BY_TEXT, KEYS
from pipelines.wording import format_count

_QUERIES = {
    BY_SAMPLE: "SELECT count(*) FROM {table} WHERE (ds, sample_id) IN (:samples)",
    BY_CONVERSATION: "SELECT count(*) FROM {table} WHERE (ds, conversation_id) IN (:conversations)",
    BY_TEXT: "SELECT count(*) FROM {table} WHERE text_hash NOT IN (SELECT text_hash FROM samples "
    "WHERE text_hash IS NOT NULL UNION SELECT text_hash FROM pruning "
    "UNION SELECT text_hash FROM representatives)",
}
_OWN = {
    "samples": "SELECT count(*) FROM samples WHERE user_key = :user_key "
    "OR conversation_id = :conversation_id",
    "constraints": "SELECT count(*) FROM constraints WHERE value IN (:samples, :conversations, "
    ":user_key)",
    "clusters": "SELECT count(*) FROM clusters c WHERE rows <> (SELECT count(*) FROM pruning p "
    "WHERE p.ds = c.ds AND p.cluster_id = c.cluster_id)",
    "centroids": "SELECT (SELECT sum(rows) FROM centroids WHERE ds = :last_ds) "
    "- (SELECT count(*) FROM representatives WHERE embedding IS NOT NULL)",
    "runs": "SELECT count(*) FROM runs WHERE train_version < :train_version "
    "OR eval_version < :eval_version",
}
_OWN |= {
    name: _OWN["samples"].replace("samples", name) for name in ("representatives", "train", "eval")
}


def query_of(table: str) -> str:
    """Return the query that is 0 when nothing of the subjects is left in a table."""
    return _OWN.get(table) or _QUERIES[KEYS[table]].format(table=table)


@dataclass(slots=True)
class TableRecord:
    """What was done to a table.

    Args:
        table: its name.
        rows_removed: rows of the subjects, and of texts that no sample names any more.
        rows_mended: rows of others that named a subject.
        rows_left: rows of the subjects, counted again behind the commit; None = it is not counted.
        files_rewritten: of the newest version.
        files_deleted: of versions before, and of runs that were killed.
        version: the newest one; None = there is no such table.
        versions_unreadable: of the versions before it that can be read back no more.
        query: that shows it, 0 = nothing is left.
    """

    table: str
    rows_removed: int = 0
    rows_mended: int = 0
    rows_left: int | None = None
    files_rewritten: int = 0
    files_deleted: int = 0
    version: int | None = None
    versions_unreadable: int = 0
    query: str = ""


@dataclass(slots=True)
class Certificate:
    """What an erasure did; it holds no id, the subjects are named by their keyed hashes.

    Args:
        subjects: `subject_key`, `kind`, `requested_at`, `completed_at`, `rows` of each.
        tables: what was done to each table.
        nights: whose rows changed.
        cached_rows: rows that left `_facts`.
        reports: nights whose report was made anew.
    """

    subjects: Sequence[Mapping[str, object]] = ()
    tables: list[TableRecord] = field(default_factory=list)
    nights: Sequence[str] = ()
    cached_rows: int = 0
    reports: Sequence[str] = ()

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON values."""
        told = asdict(self)
        told["subjects"] = [
            {
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in subject.items()
            }
            for subject in self.subjects
        ]
        return told

    def lines(self) -> list[str]:
        """Return it as lines for a terminal."""
        head = f"{'table':<16}{'removed':>9}{'mended':>8}{'left':>6}{'rewritten':>11}{'deleted':>9}"
        rows = [
            f"{t.table:<16}{t.rows_removed:>9}{t.rows_mended:>8}"
            f"{'-' if t.rows_left is None else t.rows_left:>6}{t.files_rewritten:>11}"
            f"{t.files_deleted:>9}{t.versions_unreadable:>13}"
            for t in self.tables
        ]
        nights = f"nights changed: {', '.join(self.nights) or 'none'}"
        return [
            *map(_line_of, self.subjects),
            f"{'':<41}{'files':>9}{'files':>9}{'versions':>13}",
            f"{head}{'unreadable':>13}",
            *rows,
            f"_facts: {format_count(self.cached_rows, 'row')} removed; {nights}",
            f"reports made anew: {', '.join(self.reports) or 'none'}",
        ]


def _line_of(subject: Mapping[str, object]) -> str:
    rows = subject["rows"]
    total = sum(rows.values()) if isinstance(rows, Mapping) else 0
    return (
        f"{subject['kind']} {subject['subject_key']}: {format_count(total, 'row')} removed, "
        f"asked {subject['requested_at']:%Y-%m-%d %H:%M} UTC, "
        f"done {subject['completed_at']:%Y-%m-%d %H:%M} UTC"
    )
