"""The files of a Delta table replaced by others in one commit, without Spark.

Delta's own DELETE writes its condition into the log, and with it the ids that are to leave. Here
some files go and others come; the log says which, and nothing of what they hold.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote
from uuid import uuid4

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Transaction
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction

from pipelines.errors import CurationError
from pipelines.lake import TableFile, list_commits, list_files, newest_commit, open_table
from pipelines.stores.files import remove_file, write_rows
from pipelines.stores.location import Location
from schemas.claims import FENCE
from schemas.table import Table

_VECTORS = "delta.enableDeletionVectors"


class Fence(Protocol):
    """Who holds the warehouse."""

    def next_write(self) -> int:
        """Return a number higher than that of every write before it."""

    def require(self) -> None:
        """Raise where the warehouse is held by another."""


@dataclass(frozen=True, slots=True)
class TableFiles:
    """A table whose files are replaced by who holds the warehouse.

    Args:
        root: the warehouse.
        table: of it.
        fence: who holds it.
    """

    root: Location
    table: Table
    fence: Fence

    @property
    def place(self) -> Location:
        """Where it lies."""
        return self.root / self.table.name

    @property
    def version(self) -> int | None:
        """The newest version; None = there is no such table."""
        return newest_commit(self.place)

    def files(self) -> list[TableFile]:
        """Return the files of the newest version, by night and path."""
        return list_files(self.root, self.table)

    def create(self) -> None:
        """Create the table where it is missing."""
        if self.version is None:
            DeltaTable.create(
                str(self.place),
                self.table.arrow,
                mode="ignore",
                partition_by=["ds"] if self.table.nightly else None,
                configuration={
                    # No statistics of ids: what stands in the log outlives the file.
                    "delta.dataSkippingNumIndexedCols": "0",
                    "curation.schemaVersion": str(self.table.version),
                },
                raise_if_key_not_exists=False,
            )

    def replace(self, old: Sequence[TableFile], new: Sequence[tuple[str, pa.Table]]) -> None:
        """Put files in place of others, in one commit at the version behind the one that was read.

        Args:
            old: files of the newest version.
            new: the night of each ("" where the table has none) and its rows, without `ds`.

        Raises:
            CurationError: another run has taken the warehouse over, or the table is of a kind that
                cannot be written so.
        """
        log = open_table(self.place)
        self._require_plain(log)
        known = {
            unquote(path): path
            for path in pa.table(log.get_add_actions(flatten=True))["path"].to_pylist()
        }
        removed = [self._remove(file, known) for file in old]
        added = [self._add(ds, rows) for ds, rows in new if rows.num_rows]
        self._commit(log, [*removed, *added])

    def shut_out(self) -> None:
        """Let a table that is there refuse all writes of who held the warehouse before."""
        if self.version is not None:
            self._commit(open_table(self.place), [])

    def sweep(self) -> int:
        """Remove every file that the newest version does not name; return how many there were.

        No version before it can be read back then, unless all its files are of the newest too.
        """
        if self.version is None:
            return 0
        log = open_table(self.place)
        # Only listed: a vacuum of delta-rs commits twice, and `runs` names versions.
        stale = log.vacuum(0, dry_run=True, enforce_retention_duration=False, full=True)
        for path in stale:
            remove_file(self.place / unquote(path))
        return len(stale)

    def count_unreadable(self) -> int:
        """Return how many versions of the log can be read back no more."""
        if self.version is None:
            return 0
        log = open_table(self.place)
        newest, last = set(log.file_uris()), log.version()
        unreadable = 0
        for version in (version for version in list_commits(self.place) if version < last):
            try:
                log.load_as_version(version)
                unreadable += not newest.issuperset(log.file_uris())
            except DeltaError:  # the log before it is gone
                unreadable += 1
        return unreadable

    def _require_plain(self, log: DeltaTable) -> None:
        self.fence.require()
        if log.metadata().configuration.get(_VECTORS) == "true":
            message = (
                f"warehouse: {self.place} has deletion vectors, which keep a row in its file; set"
                f" {_VECTORS} to false, run REORG TABLE … APPLY (PURGE) on it, start again."
            )
            raise CurationError(message)

    def _remove(self, file: TableFile, known: dict[str, str]) -> RemoveAction:
        path = known[file.path.removeprefix(f"{self.place}/")]
        return RemoveAction(
            path=path,
            deletion_timestamp=_milliseconds(),
            data_change=True,
            partition_values={"ds": file.ds} if self.table.nightly else {},
            size=file.size,
        )

    def _add(self, ds: str, rows: pa.Table) -> AddAction:
        path = f"{f'ds={ds}/' if self.table.nightly else ''}part-{uuid4()}.snappy.parquet"
        return AddAction(
            path=path,
            size=write_rows(rows, self.place / path),
            partition_values={"ds": ds} if self.table.nightly else {},
            modification_time=_milliseconds(),
            data_change=True,
            stats=json.dumps({"numRecords": rows.num_rows}),
        )

    def _commit(self, log: DeltaTable, actions: list[AddAction | RemoveAction]) -> None:
        self.fence.require()
        log.create_write_transaction(
            actions,
            "append",
            log.schema(),
            partition_by=["ds"] if self.table.nightly else None,
            commit_properties=CommitProperties(
                # Where Spark puts its own: a key `job` of the commit means something else to Delta.
                custom_metadata={"userMetadata": json.dumps({"job": "erase"})},
                # At the next version or not at all: who took the warehouse over has moved it.
                max_commit_retries=0,
                app_transactions=[Transaction(FENCE, self.fence.next_write())],
            ),
            post_commithook_properties=PostCommitHookProperties(
                create_checkpoint=False, cleanup_expired_logs=False
            ),
        )


def _milliseconds() -> int:
    return int(time.time() * 1000)
