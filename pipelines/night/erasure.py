"""Erase subjects from a warehouse: every table, file and index, and the history of these.

Everything is done without Spark and under the claim, in steps that may be repeated. A row of
`erasures` without an end is the intent: whoever starts next goes through the same steps.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import polars as pl
import pyarrow as pa

from pipelines.cli import read_former_keys, read_key, require
from pipelines.config import RunConfig
from pipelines.drift.profile import count_languages, count_profile, replace_profile
from pipelines.erased import ErasedSubjects, ErasureRequest, name_subjects
from pipelines.identity import name_key
from pipelines.lake import TableFile, list_nights, scan_night
from pipelines.night.claim import Claim, Pace, hold_warehouse
from pipelines.night.erased_caches import (
    clean_facts,
    remove_reports,
    renew_reports,
)
from pipelines.night.erasure_survey import (
    TABLES,
    Survey,
    count_left,
    rows_without,
    survey_warehouse,
)
from pipelines.night.erasures import Row, begin, open_row, read_erasures, write_erasures
from pipelines.night.index import recount_centroids
from pipelines.night.plan import require_place
from pipelines.night.publication import recover
from pipelines.night.table_files import TableFiles
from pipelines.night.workspace import clear_runs
from pipelines.publishing.certificate import Certificate, TableRecord, query_of
from pipelines.publishing.erasure import KEYS, recount_clusters, recount_run
from pipelines.publishing.gates import NightFrames, count_rows, fingerprint_frames
from pipelines.slices import count_slices
from pipelines.spark.session import open_session, require_clients
from pipelines.stores.faults import explained
from pipelines.stores.files import read_rows
from pipelines.stores.location import Location
from pipelines.stores.opening import open_warehouse
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import DECISIONS, ERASURES, RUNS
from schemas.nightly import WRITTEN
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import CLUSTERS, PRUNING
from schemas.table import Table

_SWEPT = (*TABLES.values(), CLUSTERS, CENTROIDS)
"""The tables that hold texts, ids or sums of vectors: their history goes at once."""


def erase(config: RunConfig, subjects: Sequence[ErasureRequest]) -> Certificate:
    """Erase subjects and remember them; finish first what was killed.

    Args:
        config: names the warehouse and the key.
        subjects: who or what; one that is not known is remembered all the same.

    Raises:
        CurationError: with the exit code of the contract.
    """
    key = read_key(config.identity.key_file)
    keys = (key, *read_former_keys(config.identity.former_key_files))
    place = require(config.warehouse, "warehouse", "--warehouse")
    require_place(place, "warehouse")
    root, pace = open_warehouse(place), Pace(config.store.lease_seconds)
    with (
        explained(root),
        hold_warehouse(root, f"erase-{uuid4().hex[:12]}", pace=pace) as claim,
    ):
        read_erasures(root, keys)  # a key that is missing stops the job before any work
        _settle(claim, config)
        return complete_erasures(claim, keys, subjects, config.pruning.name_users_min)


def finish_erasures(claim: Claim, keys: Sequence[bytes], least_users: int) -> Certificate | None:
    """Finish the erasures that a killed run began; return None where there are none."""
    rows = read_erasures(claim.root, keys).values()
    if all(row["completed_at"] is not None for row in rows):
        return None
    return complete_erasures(claim, keys, (), least_users)


def complete_erasures(
    claim: Claim, keys: Sequence[bytes], subjects: Sequence[ErasureRequest], least_users: int
) -> Certificate:
    """Erase subjects, and those whose erasure is open, in one pass over the tables."""
    root, known = claim.root, read_erasures(claim.root, keys)
    asked = {
        name: (kind, name_key(key))
        for key in keys
        for name, kind in name_subjects(subjects, key).items()
    }
    going_on = {name for name, row in known.items() if row["completed_at"] is None}
    erased = ErasedSubjects(tuple(keys), frozenset({*asked, *going_on}))
    survey, now = survey_warehouse(root, erased), datetime.now(UTC)
    begun: dict[str, Row] = {name: known[name] for name in going_on}
    begun |= {
        name: begin(known.get(name), open_row(kind, name, key_id, now, survey.rows_of(name)))
        for name, (kind, key_id) in asked.items()
    }
    write_erasures(root, claim, known | begun)
    certificate = Erasing(claim, erased, survey, least_users).run()
    end = datetime.now(UTC)
    done = {name: dict(row) | {"completed_at": end} for name, row in begun.items()}
    write_erasures(root, claim, known | done)
    shown = ("subject_key", "kind", "requested_at", "completed_at", "rows")
    certificate.subjects = [{name: row[name] for name in shown} for row in done.values()]
    return certificate


def _settle(claim: Claim, config: RunConfig) -> None:
    """Leave nothing open that a killed run began; only a publication needs Spark for it."""
    if claim.intent is not None:
        with open_session(config.spark) as spark:
            require_clients(spark, claim.root)
            recover(spark, claim)
    elif claim.overtook:
        for table in (*WRITTEN, ERASURES):
            TableFiles(claim.root, table, claim).shut_out()
    clear_runs(None, claim.root)


@dataclass(slots=True)
class Erasing:
    """An erasure that is under way.

    Args:
        claim: by which the warehouse is held.
        erased: the subjects.
        survey: where they were found.
        least_users: a name of a cluster is of words of so many users at least.
    """

    claim: Claim
    erased: ErasedSubjects
    survey: Survey
    least_users: int
    _records: dict[str, TableRecord] = field(default_factory=dict)

    @property
    def root(self) -> Location:
        """The warehouse."""
        return self.claim.root

    def run(self) -> Certificate:
        """Take every step in its order; each does nothing where it was done before."""
        follow: Mapping[str, Callable[[], None]] = {
            PRUNING.name: self._mend_clusters,
            REPRESENTATIVES.name: self._mend_centroids,
            EVAL.name: self._mend_runs,
        }
        cached = 0
        for name in KEYS:
            if name == SAMPLES.name:  # from here on nobody could say whose the other rows are
                cached = clean_facts(self.root, self.erased)
                remove_reports(self.root, self.survey.nights)
            self._rewrite(name)
            follow.get(name, lambda: None)()
        self._sweep()
        reports = renew_reports(self.root)
        return Certificate(
            tables=list(self._records.values()),
            nights=self.survey.nights,
            cached_rows=cached,
            reports=reports,
        )

    def _record(self, table: Table) -> TableRecord:
        name = table.name
        return self._records.setdefault(name, TableRecord(name, query=query_of(name)))

    def _rewrite(self, name: str) -> None:
        """Write the files anew that hold rows of the subjects, in one commit."""
        hits, rule, table = self.survey.hits[name], self.survey.rules[name], TABLES[name]
        record = self._record(table)
        record.rows_removed = sum(sum(hit.removed.values()) for hit in hits)
        record.rows_mended = sum(hit.mended for hit in hits)
        anew = [(hit.file.ds, rows_without(hit.file, rule)) for hit in hits]
        self._replace(table, [hit.file for hit in hits], anew)

    def _replace(
        self, table: Table, old: Sequence[TableFile], new: Sequence[tuple[str, pa.Table]]
    ) -> None:
        if old:
            TableFiles(self.root, table, self.claim).replace(old, new)
            self._record(table).files_rewritten = len(old)

    def _left(self, table: Table, ds: str) -> pl.LazyFrame:
        """Return a night of a table without the subjects' samples, gone yet or not."""
        gone = self.survey.found.select("ds", "sample_id").drop_nulls().unique().lazy()
        return scan_night(self.root, table, ds).join(gone, on=["ds", "sample_id"], how="anti")

    def _mend_clusters(self) -> None:
        """Count the clusters of the nights that lost rows again."""
        changed: dict[str, pl.DataFrame] = {}
        for ds in self.survey.nights:
            stored = scan_night(self.root, CLUSTERS, ds).collect()
            users = self._left(SAMPLES, ds).select("sample_id", "user_key")
            pruned = self._left(PRUNING, ds).select("sample_id", "cluster_id", "kept")
            rows = pruned.join(users, on="sample_id", how="inner").collect(engine="streaming")
            mended = recount_clusters(stored, rows, self.least_users)
            if not mended.equals(stored):
                changed[ds] = mended
                self._record(CLUSTERS).rows_removed += stored.height - mended.height
        self._write_nights(CLUSTERS, changed)

    def _mend_centroids(self) -> None:
        """Sum the clusters of the nights that lost rows, and of all behind them, again."""
        nights = list_nights(self.root, CENTROIDS)
        first = min(self.survey.nights, default="9999-12-31")
        changed: dict[str, pl.DataFrame] = {}
        earlier = [ds for ds in nights if ds < first]
        before = scan_night(self.root, CENTROIDS, earlier[-1] if earlier else "").collect()
        for ds in (ds for ds in nights if ds >= first):
            stored = scan_night(self.root, CENTROIDS, ds).collect().sort("model", "cluster_id")
            columns = ("model", "model_revision", "cluster_id", "sample_id", "embedding")
            kept = self._left(REPRESENTATIVES, ds).select(columns).drop_nulls("embedding")
            sums = recount_centroids(stored, kept.collect(), before)
            before = sums.with_columns(
                ds=pl.lit(ds), run_id=pl.lit(stored["run_id"].first(), pl.String)
            ).select(stored.columns)
            if not before.equals(stored):
                changed[ds] = before
        self._write_nights(CENTROIDS, changed)

    def _write_nights(self, table: Table, nights: Mapping[str, pl.DataFrame]) -> None:
        """Write some nights of a table anew, in one commit."""
        record = self._record(table)
        old = [f for f in TableFiles(self.root, table, self.claim).files() if f.ds in nights]
        schema = pa.schema([field for field in table.arrow if field.name != "ds"])
        anew = [
            (ds, rows.select(schema.names).to_arrow().cast(schema)) for ds, rows in nights.items()
        ]
        record.rows_mended = sum(rows.height for rows in nights.values())
        self._replace(table, old, anew)

    def _mend_runs(self) -> None:
        """Let every row of `runs` name the versions that stay, all in one commit.

        From one to the other a reader of `runs` sees a pair of versions that belong together.
        """
        files = TableFiles(self.root, RUNS, self.claim)
        if files.version is None:
            return
        held = {file: read_rows(Location(file.path)) for file in files.files()}
        versions = {
            f"{side.name}_version": TableFiles(self.root, side, self.claim).version
            for side in (TRAIN, EVAL)
        }
        newest: dict[str, tuple[int, datetime, str]] = {}
        for file, rows in held.items():
            for row in rows.select(["train_version", "finished_at", "run_id"]).to_pylist():
                mine = (row["train_version"], row["finished_at"], row["run_id"])
                newest[file.ds] = max(newest.get(file.ds, mine), mine)
        old, new = [], []
        for file, rows in held.items():
            before = rows.to_pylist()
            after = [self._mend_run(row | versions, newest[file.ds][2], file.ds) for row in before]
            if after != before:
                old.append(file)
                new.append((file.ds, pa.Table.from_pylist(after, schema=rows.schema)))
                self._record(RUNS).rows_mended += len(after)
        self._record(RUNS)
        self._replace(RUNS, old, new)

    def _mend_run(self, row: dict[str, Any], newest: str, ds: str) -> dict[str, Any]:
        """Return a run's row with the counts and digests of what is left of its night."""
        if ds not in self.survey.nights:
            return row
        if row["run_id"] != newest:  # its rows are gone, so they cannot be digested again
            return _with_digests(row, "", "")
        frames = self._frames(ds)
        decided = frames.decisions.group_by("phase", "outcome").agg(pl.len().cast(pl.Int64))
        sides = {side.name: count_rows(getattr(frames, side.name)) for side in (TRAIN, EVAL)}
        slices = count_slices(frames.decisions, frames.samples)
        profile = count_profile(slices, count_languages(frames.samples, frames.language))
        counts = recount_run(row, decided.sort("phase", "outcome").collect(), sides)
        counts = replace_profile(counts, profile)
        return _with_digests(row, *fingerprint_frames(frames)) | {"counts": list(counts.items())}

    def _frames(self, ds: str) -> NightFrames:
        night = {
            name: scan_night(self.root, TABLES[name], ds)
            for name in (
                *("privacy", "safety", "language", "quarantine", "review", "constraints"),
                *(TRAIN.name, EVAL.name),
            )
        }
        others = scan_night(self.root, REPRESENTATIVES, ds)
        decisions = scan_night(self.root, DECISIONS, ds)
        return NightFrames(
            samples=self._left(SAMPLES, ds), decisions=decisions, others=others, **night
        )

    def _sweep(self) -> None:
        """Remove every file that no newest version names, and say what that took away."""
        for table in _SWEPT:
            files, record = TableFiles(self.root, table, self.claim), self._record(table)
            self.claim.require()
            record.files_deleted = files.sweep()
            record.version, record.versions_unreadable = files.version, files.count_unreadable()
            if table.name in KEYS:
                record.rows_left = count_left(self.root, self.survey, table.name)
        runs = TableFiles(self.root, RUNS, self.claim)
        if RUNS.name in self._records:
            self._records[RUNS.name].version = runs.version


def _with_digests(row: Mapping[str, Any], seen: str, published: str) -> dict[str, Any]:
    """Return a run's row with other digests, in its checks too, which tell them."""
    checks = str(row["checks"])
    for name, digest in (("input_fingerprint", seen), ("fingerprint", published)):
        if row[name]:
            checks = checks.replace(row[name], digest or "(erased)")
    json.loads(checks)
    return dict(row) | {"input_fingerprint": seen, "fingerprint": published, "checks": checks}
