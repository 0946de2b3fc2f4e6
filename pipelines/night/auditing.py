"""Audit a warehouse night by night, from its tables alone and without Spark."""

from collections.abc import Mapping, Sequence

import polars as pl

from pipelines.auditing.erasures import find_open
from pipelines.auditing.findings import Finding, find_ids
from pipelines.auditing.night import TableState
from pipelines.auditing.registry import audit_night
from pipelines.auditing.report import AuditReport
from pipelines.auditing.runs import MISSING
from pipelines.auditing.structure import STILL_READABLE, check_structure
from pipelines.errors import CurationError, InputError
from pipelines.night.audit_reading import (
    FAULTS,
    INDEX,
    NIGHTLY,
    TABLES,
    Shelves,
    describe_state,
    find_damaged,
)
from pipelines.night.claim import read_intent
from pipelines.night.explaining import batch_nights
from pipelines.stores.location import Location
from schemas.ledger import RUNS
from schemas.sidecars import EMBEDDINGS

_WHOLE = "the warehouse"


def audit_warehouse(
    root: Location, first: str | None, last: str | None, keys: Sequence[bytes]
) -> AuditReport:
    """Return what nights of a warehouse break.

    Args:
        root: the warehouse; it is only read.
        first: the first night; None = no bound.
        last: the last one; None = no bound.
        keys: by which erased subjects are told; empty = that is not checked.

    Raises:
        InputError: there is no night to audit.
        CurationError: one of the nights is being published.
    """
    shelves = Shelves.open(root, keys)
    nights = [
        ds
        for ds in shelves.nights()
        if (first is None or first <= ds) and (last is None or ds <= last)
    ]
    report = AuditReport(nights)
    unread = [name for name, shelf in shelves.of.items() if not shelf.is_readable]
    for name in unread:
        report.add(_WHOLE, [Finding("log_unreadable", name, 1)])
    if not nights and not unread:
        message = f"warehouse: {root} has no night to audit; run jobs/curate.py first."
        raise InputError(message)
    _require_settled(root, nights)
    for few in batch_nights(nights):
        torn = shelves.find_torn(few)
        for ds in few:
            _audit(shelves, ds, torn, report)
    report.add(_WHOLE, find_open(shelves.erasures))
    if not keys and shelves.erasures.height:
        report.skip("erased_subject", _WHOLE, "no key is given (CURATION_KEY or identity.key_file)")
    return report


def _require_settled(root: Location, nights: Sequence[str]) -> None:
    intent = read_intent(root)
    if intent is not None and intent.ds in nights:
        message = (
            f"warehouse: the night {intent.ds} is being published, or a publication of it was cut "
            "short; audit it when that run has ended, or run jobs/curate.py, which completes it."
        )
        raise CurationError(message)


def _audit(shelves: Shelves, ds: str, torn: pl.DataFrame, report: AuditReport) -> None:
    """Audit a night; where its tables cannot be read, say which, and that the rest is not known."""
    states = _describe(shelves, ds)
    found = list(check_structure(states, TABLES))
    report.add(ds, found)
    if any(finding.name not in STILL_READABLE for finding in found):
        report.skip("everything else", ds, "its tables cannot be read as they should be")
        return
    try:
        if not _is_published(shelves, ds):
            tables = [table.name for table in NIGHTLY if states[table.name].rows]
            report.add(ds, [find_ids(MISSING.name, "runs", tables)])
            return
        night = shelves.read_night(ds, torn)
    except FAULTS:
        damaged = list(find_damaged(shelves, ds))
        if not damaged:
            raise
        report.add(ds, damaged)
        report.skip("everything else", ds, "its tables cannot be read as they should be")
        return
    findings, unmade = audit_night(night, TABLES)
    report.add(ds, findings)
    for name, why in unmade:
        report.skip(name, ds, why)


def _is_published(shelves: Shelves, ds: str) -> bool:
    runs = shelves.of[RUNS.name].night(ds).filter(pl.col("status") == "published")
    return bool(runs.select(pl.len()).collect().item())


def _describe(shelves: Shelves, ds: str) -> Mapping[str, TableState]:
    """Return how the tables are stored; an index that no code of its time made is no fault."""
    has_index = any(shelves.of[table.name].schema is not None for table in INDEX)
    states = {}
    for table in NIGHTLY:
        if has_index or table not in INDEX:
            states[table.name] = describe_state(shelves.of[table.name], ds)
    states[EMBEDDINGS.name] = describe_state(shelves.of[EMBEDDINGS.name], "")
    return states
