"""Before an erasure: whose rows there are, in which files of which tables. Nothing is changed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from pipelines.erased import ErasedSubjects
from pipelines.lake import TableFile, list_files, newest_commit, scan_parquet, scan_table
from pipelines.publishing.erasure import (
    BY_TEXT,
    KEYS,
    Rule,
    find_orphans,
    find_rows,
    key_of_row,
    make_rules,
)
from pipelines.stores.files import read_rows
from pipelines.stores.location import Location
from schemas.index import REPRESENTATIVES
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import EMBEDDINGS, LANGUAGE, PRIVACY, PROMPT_SAFETY, PRUNING, SAFETY
from schemas.table import Table

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        *(PRIVACY, SAFETY, LANGUAGE, REVIEW, PRUNING, CONSTRAINTS, DECISIONS),
        *(EMBEDDINGS, PROMPT_SAFETY, REPRESENTATIVES, TRAIN, EVAL, QUARANTINE, SAMPLES),
    )
}
"""The tables of `KEYS` by name."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that holds rows of the subjects, or rows of others that name them.

    Args:
        file: of the newest version.
        removed: subject → rows; "" = of nobody any more.
        mended: rows of others.
    """

    file: TableFile
    removed: Mapping[str, int]
    mended: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What an erasure finds.

    Args:
        found: the rows that say whose others are, from `find_rows`.
        rules: of each table.
        hits: table → the files that are to be written anew.
    """

    found: pl.DataFrame
    rules: Mapping[str, Rule]
    hits: Mapping[str, list[Hit]]

    @property
    def nights(self) -> list[str]:
        """The nights that lose rows, in order."""
        own = {hit.file.ds for hits in self.hits.values() for hit in hits if hit.removed}
        return sorted({*self.found["ds"], *own} - {""})

    def rows_of(self, subject: str) -> dict[str, int]:
        """Return table → rows of a subject."""
        counts = {
            name: sum(hit.removed.get(subject, 0) for hit in hits)
            for name, hits in self.hits.items()
        }
        return {name: rows for name, rows in counts.items() if rows}


def survey_warehouse(root: Location, erased: ErasedSubjects) -> Survey:
    """Find every row of the subjects; ids and hashes are read, no text and no vector."""
    found = find_rows(_sources(root), erased)
    kept = _kept_hashes(root, found)
    orphans = {
        name: find_orphans(scan_table(root, TABLES[name]).select("text_hash"), kept, found)
        for name, keys in KEYS.items()
        if keys == BY_TEXT
    }
    rules = make_rules(found, orphans)
    return Survey(found, rules, {name: _find_hits(root, name, rules[name]) for name in KEYS})


def count_left(root: Location, survey: Survey, name: str) -> int:
    """Return the rows of the subjects that a table holds now."""
    hits = _find_hits(root, name, survey.rules[name])
    return sum(sum(hit.removed.values()) + hit.mended for hit in hits)


def _sources(root: Location) -> list[pl.LazyFrame]:
    no_text = pl.lit(None, pl.String).alias("text_hash")
    columns = ("ds", "sample_id", "conversation_id", "user_key", "text_hash")
    bad = scan_table(root, QUARANTINE).select(
        "ds",
        pl.lit(None, pl.String).alias("sample_id"),
        "conversation_id",
        key_of_row(pl.col("row")).alias("user_key"),
        no_text,
    )
    tables = (SAMPLES, REPRESENTATIVES, TRAIN, EVAL)
    return [*(scan_table(root, table).select(columns) for table in tables), bad]


def _kept_hashes(root: Location, found: pl.DataFrame) -> pl.LazyFrame:
    gone = found.select("ds", "sample_id").drop_nulls().unique().lazy()
    parts = [
        scan_table(root, table).join(gone, on=["ds", "sample_id"], how="anti").select("text_hash")
        for table in (SAMPLES, PRUNING, REPRESENTATIVES)
    ]
    return pl.concat(parts)


def _find_hits(root: Location, name: str, rule: Rule) -> list[Hit]:
    if newest_commit(root / name) is None:
        return []
    hits = []
    for file in list_files(root, TABLES[name]):
        place = Location(file.path)
        columns = scan_parquet([place]).collect_schema().names()
        wanted = [c for c in (*rule.keys, *rule.mended) if c in columns]
        rows = with_night(scan_parquet([place]).select(wanted).collect(), file.ds)
        told = rule.tell(rows)
        own = Counter(told.drop_nulls().to_list())
        mended = _count_mended(rule, rows.filter(told.is_null()))
        if own or mended:
            hits.append(Hit(file, own, mended))
    return hits


def _count_mended(rule: Rule, others: pl.DataFrame) -> int:
    if rule.mend is None:
        return 0
    after = rule.mend(others)
    differs = [pl.col(name).ne_missing(after[name]) for name in after.columns]
    return others.filter(pl.any_horizontal(differs)).height


def with_night(rows: pl.DataFrame, ds: str) -> pl.DataFrame:
    """Add the night of a file to its rows, which do not hold it."""
    return rows.with_columns(ds=pl.lit(ds)) if ds else rows


def rows_without(file: TableFile, rule: Rule) -> pa.Table:
    """Return the rows of a file without the subjects', in the types of the file."""
    whole = read_rows(Location(file.path))
    wanted = [c for c in (*rule.keys, *rule.mended) if c in whole.column_names]
    narrow = with_night(pl.DataFrame(whole.select(wanted)), file.ds)
    is_other = rule.tell(narrow).is_null()
    left = whole.filter(is_other.to_arrow())
    if rule.mend is None:
        return left
    for name, values in rule.mend(narrow.filter(is_other)).to_dict().items():
        place = left.column_names.index(name)
        own = left.schema.field(name)
        left = left.set_column(place, own, values.to_arrow().cast(own.type))
    return left
