"""Who may write to a warehouse, and what a run that was killed was about to publish.

The one row of `<warehouse>/_claims` says both. It is replaced by compare-and-swap, so of two runs
one gets it. Its epoch is a fencing number: the tables refuse what a run of an earlier epoch writes
late.
"""

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from deltalake.exceptions import DeltaError

from pipelines.errors import CurationError
from pipelines.failures import says_full
from pipelines.night.soundness import find_epoch
from pipelines.stores import faults
from pipelines.stores.files import list_folder, read_bytes
from pipelines.stores.host_lock import hold_host_lock
from pipelines.stores.location import Location, Place, locate
from pipelines.stores.row_table import RowTable, Seen
from pipelines.wording import format_time
from schemas.claims import CLAIMS, WRITES_PER_EPOCH

STAGING = "_staging"
"""The folder of a warehouse that holds the folders of its runs, and the lock of this host."""
LEASE_SECONDS = 900.0
_BEATS_PER_LEASE = 15
_TRIES = 20
ALIVE = ("claimed", "publishing", "published")
"""States of a claim whose run holds the warehouse, or died."""
# Behind it a run that died before may still write: who overtook it ended before it shut it out.
_NOT_SHUT_OUT = "released early"
_DEAD = (*ALIVE, _NOT_SHUT_OUT)
_STORE_FAULTS = (DeltaError, OSError)


class ClaimLostError(CurationError):
    """Another run has taken the warehouse over; what this one writes is refused."""


class HeldError(CurationError):
    """Another run holds the warehouse.

    Args:
        message: says which, where, since when.
        run_id, ds: the run and its night, empty where it is of none; both empty = it has not said
            yet who it is.
    """

    def __init__(self, message: str, run_id: str = "", ds: str = "") -> None:
        super().__init__(message)
        self.run_id, self.ds = run_id, ds


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is about to publish; while it exists the publication is not complete.

    Args:
        run_id, ds: the run and its night.
        before: table name → version before; to go back to.
        tables: names of staged nightly tables, in the order they are written.
    """

    run_id: str
    ds: str
    before: Mapping[str, int]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes for claims.

    Args:
        lease_seconds: a holder that has not renewed its lease for so long counts as dead; on a disk
            the lock of the host shows it at once.
        now: the clock of this host.
        sleep: wait for so many seconds.
    """

    lease_seconds: float = LEASE_SECONDS
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep

    @property
    def beat_seconds(self) -> float:
        """How often a holder renews its lease."""
        return self.lease_seconds / _BEATS_PER_LEASE


@dataclass(slots=True)
class Claim:
    """A warehouse held by this process under an epoch.

    Args:
        root: the warehouse.
        run_id, ds: the run that holds it, and its night.
        pace: how time passes.
        row: as it was written last.
        overtook: whether a run before it died whose late writes are still to be shut out.
    """

    root: Location
    run_id: str
    ds: str
    pace: Pace
    row: dict[str, Any]
    overtook: bool = False
    _writes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def epoch(self) -> int:
        """The fencing number."""
        return int(self.row["epoch"])

    @property
    def intent(self) -> Intent | None:
        """The publication that is open; None where none is."""
        return _intent_of(self.row)

    def next_write(self) -> int:
        """Return the number of the next write to any table, higher than all of any epoch so far."""
        with self._lock:
            self._writes += 1
            return self.epoch * WRITES_PER_EPOCH + self._writes

    def require(self) -> None:
        """Make sure that the warehouse is still held.

        Raises:
            ClaimLostError: another run has taken it over.
        """
        seen = _table(self.root).read()
        if seen is None or seen.row is None or seen.row["epoch"] != self.epoch:
            raise _lost(self.root, None if seen is None else seen.row)

    def is_held(self) -> bool:
        """Whether the warehouse is still held, as far as the store answers."""
        try:
            self.require()
        except (ClaimLostError, *_STORE_FAULTS):
            return False
        return True

    def begin(self, intent: Intent) -> None:
        """Make an intent durable; from here on the next run finishes the publication.

        Raises:
            ClaimLostError: another run has taken the warehouse over.
        """
        self._put(status="publishing", **_columns_of(intent))

    def settle(self, status: str = "published") -> None:
        """Close the intent: the publication is complete, or undone.

        Raises:
            ClaimLostError: another run has taken the warehouse over.
        """
        self._put(status=status, **_columns_of(None))

    def release(self) -> None:
        """Give the warehouse back; an open intent stays, and so does a dead run nobody shut out."""
        self._put(status=_NOT_SHUT_OUT if self.overtook else "released")

    def beat(self) -> None:
        """Renew the lease of this run."""
        self._put()

    def _put(self, **changes: object) -> None:
        with self._lock:
            for _ in range(_TRIES):
                seen = _table(self.root).read_or_make()
                if seen.row is None or seen.row["epoch"] != self.epoch:
                    raise _lost(self.root, seen.row)
                row = {**self.row, **changes, "at": self.pace.now()}
                if _table(self.root).swap(seen, row):
                    self.row = row
                    return
        raise _lost(self.root, None)


@contextmanager
def hold_warehouse(
    root: Place, run_id: str = "a run", ds: str = "", pace: Pace | None = None
) -> Iterator[Claim]:
    """Hold the warehouse alone.

    A killed process frees it: on a disk at once, elsewhere when its lease is over.

    Raises:
        HeldError: another run holds it; says which, where, since when.
        ConfigurationError: the store is not there, or refuses.
    """
    place = locate(root)
    with hold_host_lock(place / STAGING / "lock") as is_alone:
        with faults.explained(place):
            if not is_alone:
                raise _held(place, _newest_row(place))
            claim = _take_whole(place, run_id, ds, pace or Pace())
        with _kept_alive(claim):
            try:
                yield claim
            finally:
                # Where the store does not answer now, the lease runs out.
                with suppress(ClaimLostError, *_STORE_FAULTS):
                    claim.release()


def read_intent(root: Place) -> Intent | None:
    """Return the publication that is open; None where none is."""
    row = _newest_row(locate(root))
    return None if row is None else _intent_of(row)


def read_claim(root: Place) -> Mapping[str, Any] | None:
    """Return the row of `_claims`, as it is now; None where nobody has claimed the warehouse."""
    return _newest_row(locate(root))


def _take_whole(root: Location, run_id: str, ds: str, pace: Pace) -> Claim:
    try:
        return _take(root, run_id, ds, pace)
    except DeltaError as error:
        if not root.is_local or says_full(error):
            raise
        message = (
            f"warehouse: {root / CLAIMS.name}, which says who may write there, is damaged. Make "
            "sure that no run is going on, put the folder back from a copy, or remove it and run "
            "the newest night again."
        )
        raise CurationError(message) from error


def _take(root: Location, run_id: str, ds: str, pace: Pace) -> Claim:
    table = _table(root)
    for _ in range(_TRIES):
        seen = table.read_or_make()
        if seen.row is not None and seen.row["status"] in ALIVE and not root.is_local:
            _require_dead(root, seen, pace)
        now = pace.now()
        before: Mapping[str, Any] = seen.row or _columns_of(_old_intent(root))
        row = {
            **{name: before.get(name) for name in CLAIMS.names},
            "epoch": int(before["epoch"] if seen.row else find_epoch(root)) + 1,
            "run_id": run_id,
            "ds": ds,
            "status": "claimed",
            "host": socket.gethostname(),
            "process": os.getpid(),
            "since": now,
            "at": now,
            "lease_seconds": pace.lease_seconds,
        }
        if table.swap(seen, row):
            # What a run leaves behind is small; a store that will not list must not stop the night.
            with suppress(*_STORE_FAULTS):
                table.tidy()
            return Claim(root, run_id, ds, pace, row, before.get("status") in _DEAD)
    raise _held(root, _newest_row(root))


def _old_intent(root: Location) -> Intent | None:
    """Return the publication that a killed run of version 0.1 left open, in a file of its own."""
    file = root / STAGING / "intent.json"
    if not any(entry.place == file for entry in list_folder(file.parent)):
        return None
    values: dict[str, Any] = json.loads(read_bytes(file))
    return Intent(values["run_id"], values["ds"], values["before"], tuple(values["tables"]))


def _require_dead(root: Location, seen: Seen, pace: Pace) -> None:
    """Refuse to overtake a holder that may be alive: its lease runs, or it writes while watched.

    The clocks of two hosts differ; a holder whose lease looks over, or not begun, is watched for
    two beats.
    """
    row = seen.row or {}
    age = (pace.now() - row["at"]).total_seconds()
    if 0 <= age < row["lease_seconds"]:
        raise _held(root, row)
    version = seen.table.version()
    for _ in range(2 * _BEATS_PER_LEASE):
        pace.sleep(row["lease_seconds"] / _BEATS_PER_LEASE**2)
        now = _table(root).read()
        if now is not None and now.table.version() != version:
            raise _held(root, now.row, clocks_differ_by=age)


@contextmanager
def _kept_alive(claim: Claim) -> Iterator[None]:
    """Say from time to time that the holder lives; on a disk the lock of the host says it."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(claim.pace.beat_seconds):
            try:
                claim.beat()
            except ClaimLostError:
                return  # the next write to a table says so
            except _STORE_FAULTS:
                continue  # a store that does not answer for a while

    thread = threading.Thread(target=beat, name="claim", daemon=True)
    if not claim.root.is_local:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if thread.ident is not None:
            thread.join()


def _table(root: Location) -> RowTable:
    return RowTable(root / CLAIMS.name, CLAIMS.arrow)


def _newest_row(root: Location) -> Mapping[str, Any] | None:
    seen = _table(root).read()
    return None if seen is None else seen.row


def _columns_of(intent: Intent | None) -> dict[str, object]:
    if intent is None:
        return dict.fromkeys(("intent_run_id", "intent_ds", "tables", "versions_before"))
    return {
        "intent_run_id": intent.run_id,
        "intent_ds": intent.ds,
        "tables": list(intent.tables),
        "versions_before": [intent.before[name] for name in intent.tables],
    }


def _intent_of(row: Mapping[str, Any]) -> Intent | None:
    if row["intent_run_id"] is None:
        return None
    tables = tuple(row["tables"])
    before = dict(zip(tables, row["versions_before"], strict=True))
    return Intent(row["intent_run_id"], row["intent_ds"], before, tables)


def _held(
    root: Location, row: Mapping[str, Any] | None, clocks_differ_by: float | None = None
) -> HeldError:
    message = f"warehouse: another run holds {root}; wait for it to end and start again."
    if row is None or row["status"] not in ALIVE:
        return HeldError(message)
    since = format_time(row["since"])
    who = f"{row['run_id']} on {row['host']}, process {row['process']}, since {since}"
    message = f"warehouse: another run holds {root}: {who}; wait for it to end and start again."
    if clocks_differ_by is not None:
        message += (
            f" The clocks of the two hosts differ by some {abs(clocks_differ_by):.0f} s; set them."
        )
    elif not root.is_local:
        until = row["at"] + timedelta(seconds=row["lease_seconds"])
        message += f" If it has died, its claim ends at {format_time(until)}."
    return HeldError(message, row["run_id"], row["ds"] or "")


def _lost(root: Location, row: Mapping[str, Any] | None) -> ClaimLostError:
    who = "nobody says who" if row is None else f"{row['run_id']} on {row['host']}"
    message = (
        f"warehouse: another run has taken over {root} ({who}), as this one did not renew its "
        "lease in time; nothing more is written. Start again when that run has ended."
    )
    return ClaimLostError(message)
