"""Who may write to a warehouse, and what a run that was killed was about to publish."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError, CurationError
from pipelines.locations import require_writable_name, without_scheme

STAGING = "_staging"
"""The folder of a warehouse that holds the folders of its runs, the lock and the intent."""
_INTENT = "intent.json"


def local_root(place: str, name: str = "warehouse") -> Path:
    """Return a folder to write to as a path of a file system, which the lock and the intent need.

    Args:
        place: as given.
        name: of the setting or option that gives it, for errors.

    Raises:
        ConfigurationError: it has another scheme, or cannot be made.
    """
    require_writable_name(place, name)
    text = without_scheme(place)
    if "://" in text:
        message = (
            f"{name}: {place} is not a path of a file system; mount the store and give its path."
        )
        raise ConfigurationError(message)
    root = Path(text).absolute()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{name}: {place} cannot be made ({error.strerror}); give a directory that can be written."
        raise ConfigurationError(message) from None
    return root


@contextmanager
def hold_warehouse(root: Path) -> Iterator[None]:
    """Hold the warehouse alone; a killed process frees it.

    Raises:
        CurationError: another run holds it.
    """
    folder = root / STAGING
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"warehouse: another run holds {root}; wait for it to end and start again."
            raise CurationError(message) from None
        yield


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


def write_intent(root: Path, intent: Intent) -> None:
    """Make an intent durable: written, synced, then renamed into place."""
    place = root / STAGING / _INTENT
    draft = place.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(intent), file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(place)
    _sync(place.parent)


def read_intent(root: Path) -> Intent | None:
    """Return the intent that a killed run left; None where none did."""
    place = root / STAGING / _INTENT
    if not place.exists():
        return None
    values: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return Intent(values["run_id"], values["ds"], values["before"], tuple(values["tables"]))


def clear_intent(root: Path) -> None:
    """Remove the intent: the publication is complete, or undone."""
    (root / STAGING / _INTENT).unlink(missing_ok=True)
    _sync(root / STAGING)


def remove_leftovers(root: Path, keep: str | None) -> None:
    """Remove the folders of runs that died before they could publish."""
    for folder in (root / STAGING).iterdir():
        if folder.is_dir() and folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
