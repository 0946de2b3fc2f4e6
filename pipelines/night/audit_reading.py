"""Read a warehouse for its audit: every log once, each night's files alone, others by the index."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl
import pyarrow as pa
from deltalake.exceptions import DeltaError

from pipelines.auditing.findings import Finding, find_ids
from pipelines.auditing.night import SIDES, AuditedNight, Elsewhere, TableState
from pipelines.explanation.limits import read_limits
from pipelines.lake import (
    TableFile,
    files_of_log,
    list_gone,
    newest_commit,
    open_table,
    scan_night,
    scan_table,
    scan_table_files,
)
from pipelines.published import RUN_ORDER
from pipelines.publishing.gates import count_rows
from pipelines.stores import files as store_files
from pipelines.stores.location import Location
from pipelines.table_columns import polars_schema, polars_types
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import CONSTRAINTS, DECISIONS, ERASURES, QUARANTINE, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import CLUSTERS, EMBEDDINGS, LANGUAGE, PRIVACY, PRUNING, SAFETY
from schemas.table import Table

INDEX = (REPRESENTATIVES, CENTROIDS)
NIGHTLY = (
    *(SAMPLES, PRIVACY, SAFETY, LANGUAGE, PRUNING, CLUSTERS, DECISIONS, QUARANTINE, REVIEW),
    *(CONSTRAINTS, TRAIN, EVAL, RUNS),
    *INDEX,
)
"""The tables of a night that an audit reads."""
TABLES: Mapping[str, Table] = {table.name: table for table in (*NIGHTLY, EMBEDDINGS)}
_INPUT = (SAMPLES.name, QUARANTINE.name)
"""Each row of the input is in one of them."""
NEAR_NIGHTS = 7
"""So many nights before a night are compared with it by vectors and runs of words."""
_WORD = re.compile(r"[^\s\"',:;/\\={}\[\]()]+")
_SIDED = {"train": TRAIN, "eval": EVAL}
_KEYS = ("user_key", "conversation_id", "text_hash")
_NEAR = ("sample_id", "side", "model", "model_revision", "word_runs", "embedding")
FAULTS = (DeltaError, pl.exceptions.PolarsError, OSError, ValueError, pa.ArrowException)
"""What a damaged log or file raises, by who reads it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table as its newest version has it, opened once.

    Args:
        table: its schema in the code.
        schema: as stored; None = there is no such table, or its log cannot be read.
        files: night → its files; "" = of a table without nights.
        version: the schema version that it says.
        has_statistics: its log holds minima and maxima.
        is_readable: its log can be read.
        tokens: words of its log.
    """

    table: Table
    schema: pa.Schema | None = None
    files: Mapping[str, Sequence[TableFile]] = field(default_factory=dict)
    version: str | None = None
    has_statistics: bool = False
    is_readable: bool = True
    tokens: frozenset[str] = frozenset()

    def scan(self, files: Sequence[TableFile]) -> pl.LazyFrame:
        """Return the rows of some files; a column that they lack is null."""
        wanted = polars_schema(self.table)
        if self.schema is None or not files:
            return pl.LazyFrame(schema=wanted)
        stored = polars_types(self.schema)
        rows = scan_table_files(files, stored)
        missing = {name: kind for name, kind in wanted.items() if name not in stored}
        return rows.with_columns(pl.lit(None, kind).alias(n) for n, kind in missing.items())

    def night(self, ds: str) -> pl.LazyFrame:
        """Return the rows of a night."""
        return self.scan(self.files.get(ds, ()))


def open_shelf(root: Location, table: Table) -> Shelf:
    """Open a table: its log is read, no file of it is opened."""
    place = root / table.name
    if newest_commit(place) is None:
        return Shelf(table)
    try:
        log = open_table(place)
        schema = pa.schema(log.schema().to_arrow())
        settings = log.metadata().configuration
        named = pa.table(log.get_add_actions(flatten=True)).column_names
        by_night: dict[str, list[TableFile]] = {}
        for file in files_of_log(log, place):
            by_night.setdefault(file.ds, []).append(file)
    except FAULTS:
        return Shelf(table, is_readable=False)
    counted = settings.get("delta.dataSkippingNumIndexedCols") != "0"
    return Shelf(
        table,
        schema,
        by_night,
        settings.get("curation.schemaVersion"),
        counted or any(name.startswith(("min.", "max.")) for name in named),
        tokens=frozenset(_read_log(place)),
    )


def _read_log(place: Location) -> Iterator[str]:
    """Yield the words of a log; whatever is written there, an id would be one of them."""
    for entry in store_files.list_folder(place / "_delta_log"):
        if entry.place.name.endswith((".json", ".crc")):
            text = store_files.read_bytes(entry.place).decode("utf-8", "replace")
            yield from _WORD.findall(text)


def describe_state(shelf: Shelf, ds: str) -> TableState:
    """Return how a table is stored, of one night ("" = of a table without nights)."""
    files = shelf.files.get(ds, ())
    gone = list_gone(files)
    there = [file for file in files if Location(file.path) not in gone]
    cut = [Location(file.path).name for file in there if _is_cut(file)]
    return TableState(
        shelf.schema,
        shelf.version,
        shelf.has_statistics,
        bool(files),
        [place.name for place in gone],
        cut,
        shelf.is_readable,
    )


def _is_cut(file: TableFile) -> bool:
    """Say whether a file is not as long as its table's log says."""
    try:
        with store_files.open_input(Location(file.path)) as stream:
            return bool(stream.size() != file.size)
    except OSError:
        return True


def find_damaged(shelves: "Shelves", ds: str) -> Iterator[Finding]:
    """Yield the files of a night that cannot be read to their end; each is read for it."""
    for name, shelf in shelves.of.items():
        bad = []
        for file in shelf.files.get(ds if shelf.table.nightly else "", ()):
            try:
                shelf.scan([file]).collect()
            except FAULTS:
                bad.append(Location(file.path).name)
        if bad:
            yield find_ids("file_damaged", name, bad)


def read_at_version(root: Location, ds: str, run: Mapping[str, Any]) -> dict[str, pl.Series | None]:
    """Return side → `sample_id` of the night at the version that its run names."""
    found: dict[str, pl.Series | None] = {}
    for side in SIDES:
        version = run[f"{side}_version"]
        if version is None:
            continue
        try:
            rows = scan_night(root, _SIDED[side], ds, version).select("sample_id").collect()
        except FAULTS:
            continue
        found[side] = rows["sample_id"]
    return found


@dataclass(frozen=True, slots=True)
class Shelves:
    """The tables of a warehouse, each log of them read once.

    Args:
        root: the warehouse.
        of: table → its shelf.
        erasures: the whole table of that name.
        keys: by which erased subjects are told.
        index_rows: kept rows of all nights in the index.
    """

    root: Location
    of: Mapping[str, Shelf]
    erasures: pl.DataFrame
    keys: Sequence[bytes]
    index_rows: int

    @classmethod
    def open(cls, root: Location, keys: Sequence[bytes]) -> "Shelves":
        """Read the logs of all tables."""
        shelves = {name: open_shelf(root, table) for name, table in TABLES.items()}
        columns = ["subject_key", "kind", "requested_at", "completed_at", "rows"]
        erasures = scan_table(root, ERASURES).select(columns).collect()
        index = shelves[REPRESENTATIVES.name]
        files = [file for of_night in index.files.values() for file in of_night]
        try:
            rows = count_rows(index.scan(files))
        except FAULTS:
            rows = 0  # the file that cannot be read is told with its night
        return cls(root, shelves, erasures, keys, rows)

    def nights(self) -> list[str]:
        """Return every night that a table has files of."""
        return sorted({ds for table in NIGHTLY for ds in self.of[table.name].files if ds})

    def find_torn(self, nights: Sequence[str]) -> pl.DataFrame:
        """Return `dimension`, `key` of what some nights and any night have on both sides.

        One pass over narrow columns of the index.
        """
        shelf = self.of[REPRESENTATIVES.name]
        every = [file for files in shelf.files.values() for file in files]
        own = [file for ds in nights for file in shelf.files.get(ds, ())]
        parts = [pl.DataFrame(schema={"dimension": pl.String, "key": pl.String})]
        for column in _KEYS:
            is_sided = pl.col("side").is_not_null()
            is_sided &= pl.lit(value=True) if column != "text_hash" else pl.col("published")
            asked = shelf.scan(own).filter(is_sided).select(column).unique()
            rows = shelf.scan(every).filter(is_sided).select(column, "side")
            sides = rows.join(asked, on=column, how="semi").group_by(column)
            torn = sides.agg(pl.col("side").n_unique()).filter(pl.col("side") > 1)
            found = torn.select(dimension=pl.lit(column), key=column)
            parts.append(found.collect(engine="streaming"))
        return pl.concat(parts)

    def read_night(self, ds: str, torn: pl.DataFrame) -> AuditedNight:
        """Return what an audit reads of a night whose tables can be read.

        Args:
            ds: the night.
            torn: from `find_torn`.
        """
        tables = {t.name: self.of[t.name].night(ds).collect() for t in NIGHTLY if t is not RUNS}
        runs = self.of[RUNS.name].night(ds).collect().sort(*RUN_ORDER, "run_id")
        run = runs.filter(pl.col("status") == "published").row(-1, named=True)
        tables[EMBEDDINGS.name] = self._read_vectors(tables)
        config = _read_json(run["config"])
        checks = _read_json(run["checks"])
        return AuditedNight(
            ds=ds,
            tables=tables,
            runs=runs,
            at_version=read_at_version(self.root, ds, run),
            limits=read_limits(config if isinstance(config, dict) else {}, _of_list(checks)),
            config=config if isinstance(config, dict) else {},
            report=self._read_report(ds),
            elsewhere=self._look_elsewhere(ds, tables, run, torn),
        )

    def _read_vectors(self, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """Return the rows of `embeddings` about a night's prompts, one file at a time."""
        shelf = self.of[EMBEDDINGS.name]
        parts = [tables[name].select("text_hash") for name in (PRUNING.name, REPRESENTATIVES.name)]
        hashes = pl.concat(parts).unique()["text_hash"].implode()
        found = [shelf.scan(()).collect()]
        for file in shelf.files.get("", ()):
            rows = shelf.scan([file]).filter(pl.col("text_hash").is_in(hashes))
            if rows.select(pl.len()).collect().item():
                found.append(rows.collect())
        return pl.concat(found)

    def _read_report(self, ds: str) -> Mapping[str, Any] | None:
        place = self.root / f"reports/ds={ds}/report.json"
        try:
            told = json.loads(store_files.read_bytes(place))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def _look_elsewhere(
        self, ds: str, tables: Mapping[str, pl.DataFrame], run: Mapping[str, Any],
        torn: pl.DataFrame,
    ) -> Elsewhere:  # fmt: skip
        revisions = dict(run["model_revisions"])
        named = tables[PRUNING.name].filter(pl.col("witness_ds") != ds)
        witnesses = self._read_witnesses(named, revisions)
        known = witnesses.select(witness_ds="ds", witness_id="sample_id")
        lost = named.join(known, on=["witness_ds", "witness_id"], how="anti")
        return Elsewhere(
            torn=torn,
            witnesses=witnesses,
            near=self._read_near(ds),
            rows=self.index_rows - tables[REPRESENTATIVES.name].height,
            renewed=self._find_renewed(lost["witness_ds"].unique().to_list(), run),
            removed=self._list_removed(),
            erased=frozenset(self.erasures["subject_key"].to_list()),
            keys=self.keys,
            log_tokens={name: shelf.tokens for name, shelf in self.of.items()},
        )

    def _read_witnesses(self, named: pl.DataFrame, revisions: Mapping[str, str]) -> pl.DataFrame:
        """Return kept rows of other nights that are named; a vector of another revision is null."""
        shelf = self.of[REPRESENTATIVES.name]
        said = pl.col("model").replace_strict(revisions, default=None, return_dtype=pl.String)
        vector = pl.when(pl.col("model_revision") == said).then("embedding").alias("embedding")
        found = [shelf.scan(()).select("ds", "sample_id", "text_hash", "embedding").collect()]
        for (night,), rows in named.drop_nulls("witness_id").group_by("witness_ds"):
            is_named = pl.col("sample_id").is_in(rows["witness_id"].unique().implode())
            kept = shelf.night(str(night)).filter(is_named)
            found.append(kept.select("ds", "sample_id", "text_hash", vector).collect())
        return pl.concat(found)

    def _list_removed(self) -> list[tuple[datetime, int]]:
        """Return when rows of input were erased, and how many; who had none changes no night."""
        ends = self.erasures.select(pl.coalesce("completed_at", "requested_at")).to_series()
        counts = [dict(rows or {}) for rows in self.erasures["rows"].to_list()]
        rows = [sum(told.get(name, 0) for name in _INPUT) for told in counts]
        return [(end, n) for end, n in zip(ends.to_list(), rows, strict=True) if n]

    def _read_near(self, ds: str) -> pl.DataFrame:
        shelf = self.of[REPRESENTATIVES.name]
        before = sorted(night for night in shelf.files if night < ds)[-NEAR_NIGHTS:]
        files = [file for night in before for file in shelf.files[night]]
        return shelf.scan(files).filter("published").select(_NEAR).collect()

    def _find_renewed(self, nights: Sequence[str], run: Mapping[str, Any]) -> frozenset[str]:
        """Return those of some nights that were run again since a run began."""
        shelf = self.of[RUNS.name]
        found = []
        for night in nights:
            last = shelf.night(night).select(RUN_ORDER).drop_nulls().collect().sort(RUN_ORDER)
            if last.height and last.row(-1) > tuple(run[name] for name in RUN_ORDER):
                found.append(night)
        return frozenset(found)


def _read_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return None


def _of_list(checks: object) -> list[dict[str, Any]]:
    return [c for c in checks if isinstance(c, dict)] if isinstance(checks, list) else []
