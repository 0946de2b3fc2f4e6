"""What the running night does, or that it died: its status file and its claim, without Spark."""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.errors import InputError
from pipelines.night.claim import ALIVE, read_claim
from pipelines.stores.files import read_bytes
from pipelines.stores.location import Location
from pipelines.telemetry.events import End
from pipelines.telemetry.status import STATUS_FILE, Status
from pipelines.wording import format_time

DIED = "died"
"""The end of a run that says that it runs, though it does not."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as it is seen from outside.

    Args:
        status: as the run says itself; its `end` is `died` where the run can say no more.
        why: how that is known; empty = it did not die.
    """

    status: Status
    why: str = ""


def read_status(root: Location, now: datetime | None = None) -> Seen:
    """Return what the newest run of a warehouse does.

    Args:
        root: the warehouse.
        now: by this host's clock; None = read it.

    Raises:
        InputError: no run has left a status there.
    """
    status = _read(root)
    claim = read_claim(root)
    if status.end != End.RUNNING:
        return Seen(status)
    why = _find_death(status, claim, now or datetime.now(UTC))
    return Seen(Status(**asdict(status) | {"end": DIED}), why) if why else Seen(status)


def _read(root: Location) -> Status:
    place = root / STATUS_FILE
    try:
        values = json.loads(read_bytes(place))
        named = {field.name: values[field.name] for field in fields(Status)}
    except FileNotFoundError:
        message = f"warehouse: no run has left a status at {place}; jobs/curate.py writes it."
        raise InputError(message) from None
    except (ValueError, KeyError, TypeError):
        message = f"{place}: is no status of a run; the next run writes it anew."
        raise InputError(message) from None
    return Status(**named)


def _find_death(status: Status, claim: Mapping[str, Any] | None, now: datetime) -> str:
    """Return how it is known that a run which says that it runs does not; empty = it may run."""
    if claim is None or claim["run_id"] != status.run_id:
        return "another run has claimed the warehouse since"
    if claim["status"] not in ALIVE:
        return "it has given the warehouse back without saying how it ended"
    if claim["host"] == socket.gethostname() and not _is_there(claim["process"]):
        return f"its process {claim['process']} on this host is gone"
    heard = max(claim["at"], datetime.fromisoformat(status.updated_at))
    until = heard + timedelta(seconds=claim["lease_seconds"])
    if now > until:
        return f"its lease ended at {format_time(until)}"
    return ""


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # another user's
    return True


def render_lines(seen: Seen, now: datetime | None = None) -> list[str]:
    """Return a run in a few lines of plain text."""
    status = seen.status
    ended = "" if status.exit_code is None else f", exit code {status.exit_code}"
    why = f": {seen.why}; the next run takes the warehouse over" if seen.why else ""
    updated = datetime.fromisoformat(status.updated_at)
    ago = max(0.0, ((now or datetime.now(UTC)) - updated).total_seconds())
    return [
        f"night    {status.ds}",
        f"run      {status.run_id}",
        f"state    {status.end}{ended}{why}",
        f"phase    {_describe_phase(status)}",
        f"started  {format_time(datetime.fromisoformat(status.started_at))}",
        f"updated  {format_time(updated)}, {ago:,.0f} s ago",
    ]


def _describe_phase(status: Status) -> str:
    if status.phase is None:
        return "none yet"
    done = "" if status.done is None else f", {status.done:,}"
    of = f" of {status.of:,}" if status.of is not None and done else ""
    rows = f"{done}{of} rows" if done else ""
    return status.phase + rows + ("" if status.rate is None else f", {status.rate:,.0f} rows/s")


def render_json(seen: Seen) -> str:
    """Return the same as JSON: the keys of the status file, and `why`; in printable ASCII."""
    return json.dumps(asdict(seen.status) | {"why": seen.why or None}, indent=1)
