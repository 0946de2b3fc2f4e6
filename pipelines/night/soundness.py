"""Whether the logs of a warehouse's tables are whole; a damaged one is named before any work.

Spark appends to a table whose last commits are cut off or gone: it believes the checksum beside
them, or goes on from the version before. The next night would be published on top of rows of the
wrong version, under a version that `runs` names already.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from pipelines.errors import CurationError
from pipelines.lake import list_files, scan_table
from pipelines.stores.faults import explain_store
from pipelines.stores.files import list_folder, read_bytes
from pipelines.stores.location import Location, Place, locate
from schemas.claims import FENCE, WRITES_PER_EPOCH
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import RUNS
from schemas.samples import EVAL, TRAIN
from schemas.sidecars import EMBEDDINGS, PROMPT_SAFETY
from schemas.table import Table

_ENTRY = re.compile(r"(\d{20})\.(json|crc|checkpoint)(?:\.[\w.-]+)?")
_HINT = "_last_checkpoint"
_FROM_COPY = "put the table back from a copy of the warehouse"
_REMEDIES = {
    **dict.fromkeys(
        (EMBEDDINGS.name, PROMPT_SAFETY.name),
        "remove the folder of the table, whose rows are made anew",
    ),
    **dict.fromkeys(
        (REPRESENTATIVES.name, CENTROIDS.name),
        "remove the folder of the table and run jobs/reindex.py",
    ),
}


@dataclass(frozen=True, slots=True)
class _Log:
    """The entries of a table's log, by version."""

    commits: dict[int, Location]
    checkpoints: frozenset[int]
    checksums: frozenset[int]

    @property
    def newest(self) -> int:
        """The newest version; -1 = there is none."""
        return max(self.commits, default=-1)


def require_whole_logs(root: Place, tables: Sequence[Table]) -> None:
    """Refuse a warehouse in which the log of a table is damaged.

    Args:
        root: the warehouse.
        tables: that are looked at; one that is not made yet is whole.

    Raises:
        CurationError: a line for each that is damaged: where, what, and what to do.
    """
    place = locate(root)
    found = {table.name: _find_fault(place, table) for table in tables}
    found |= {name: fault for name, fault in _find_lost(place) if not any(found.values())}
    faults = [
        f"warehouse: {place / name} is damaged: {fault}. Nothing was published; "
        f"{_REMEDIES.get(name, _FROM_COPY)}, then start again."
        for name, fault in found.items()
        if fault
    ]
    if faults:
        raise CurationError(*faults)


def _find_fault(root: Location, table: Table) -> str:
    """Return what is wrong with the log of a table; empty = nothing."""
    place = root / table.name
    log = _read_log(place)
    if not log.commits:
        others = [e.place.name for e in list_folder(place) if e.place.name != "_delta_log"]
        return "its log is gone, its rows are there" if others else ""
    if gone := _find_gone(log):
        return gone
    if not _is_whole(read_bytes(log.commits[log.newest])):
        return f"entry {log.newest} of its log is cut off"
    try:
        list_files(root, table)
    except (DeltaError, OSError, ValueError) as error:
        if not root.is_local and (known := explain_store(error, f"warehouse {root}")):
            raise known from error
        hint = place / "_delta_log" / _HINT
        if "hint" in str(error):
            return f"{hint} names a checkpoint that is not there (that file may be removed)"
        return "its log cannot be read"
    return ""


def _read_log(place: Location) -> _Log:
    kinds: dict[str, dict[int, Location]] = {"json": {}, "crc": {}, "checkpoint": {}}
    for entry in list_folder(place / "_delta_log"):
        name = _ENTRY.fullmatch(entry.place.name)
        if name is not None:
            kinds[name[2]][int(name[1])] = entry.place
    return _Log(kinds["json"], frozenset(kinds["checkpoint"]), frozenset(kinds["crc"]))


def _find_gone(log: _Log) -> str:
    """Return which entry is missing of those since the last checkpoint; empty = none."""
    start = max(log.checkpoints, default=-1) + 1
    newest = max(log.newest, max(log.checksums, default=-1))
    gone = [version for version in range(start, newest + 1) if version not in log.commits]
    return f"entry {gone[0]} of its log is gone" if gone else ""


def _is_whole(commit: bytes) -> bool:
    """Whether a commit has lines, all of them JSON: a file that was cut off has not."""
    lines = commit.splitlines()
    try:
        return bool(lines) and all(isinstance(json.loads(line), dict) for line in lines)
    except ValueError:
        return False


def _find_lost(root: Location) -> Iterator[tuple[str, str]]:
    """Yield the published tables whose log ends before a version that `runs` names."""
    names = {TRAIN.name: "train_version", EVAL.name: "eval_version"}
    runs = scan_table(root, RUNS).select(pl.col(*names.values()).max()).collect()
    for name, column in names.items():
        said, there = runs[column].item(), _read_log(root / name).newest
        if said is not None and said > there:
            yield name, f"its log ends at version {there}, runs names version {said}"


def find_epoch(root: Location) -> int:
    """Return the highest epoch that wrote to a table: claims that are lost must not begin anew."""
    folders = [entry.place for entry in list_folder(root) if entry.is_folder]
    tables = [place for place in folders if DeltaTable.is_deltatable(str(place))]
    written = [DeltaTable(str(place)).transaction_version(FENCE) or 0 for place in tables]
    return max(written, default=0) // WRITES_PER_EPOCH
