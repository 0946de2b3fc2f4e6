"""Whether the files of an input are still those that a night began to read.

A night reads its input more than once. Spark lists the files first, so one that comes later is not
read; one that is replaced meanwhile would be, half of the night from the old and half from the new.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.errors import InputError
from pipelines.intake.parquet_files import DataFile, list_files
from pipelines.locations import as_local, is_path
from pipelines.stores.files import list_folder
from pipelines.stores.location import Location, locate

_Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class InputStamps:
    """The files of an input at a moment.

    Args:
        what: the input, for errors.
        place: where it is.
        ds: of this night.
        files: path → what changes when the file is replaced.
    """

    what: str
    place: str
    ds: str
    files: Mapping[str, _Stamp]

    def require_same(self) -> None:
        """Make sure that no file was replaced or removed since.

        Raises:
            InputError: names one and counts the others.
        """
        now = _stamp_files(self.place, self.ds)
        changed = sorted(file for file, stamp in self.files.items() if now.get(file) != stamp)
        if changed:
            others = f" and {len(changed) - 1} other files" if len(changed) > 1 else ""
            message = (
                f"{self.what}: {changed[0]}{others} changed while the night read them; nothing was "
                "published. Start again when the export has ended, or give a Delta table, which "
                "is read as it was at the start."
            )
            raise InputError(message)


def stamp_input(what: str, place: str, ds: str, version: int | None) -> InputStamps:
    """Return the files of an input as they are now; none of a table that is read at a version."""
    is_files = version is None and is_path(place)
    return InputStamps(what, place, ds, _stamp_files(place, ds) if is_files else {})


def _stamp_files(place: str, ds: str) -> dict[str, _Stamp]:
    local = as_local(place)
    if local is not None and not local.exists():
        return {}
    files = [file for file in list_files(local or locate(place), ds)[0] if not _is_empty(file)]
    folders = {file.path.parent for file in files if isinstance(file.path, Location)}
    remote = {
        str(entry.place): (entry.changed_at,) for folder in folders for entry in list_folder(folder)
    }
    return remote | {
        str(file.path): _stamp_local(file) for file in files if not isinstance(file.path, Location)
    }


def _is_empty(file: DataFile) -> bool:
    return not isinstance(file.path, Location) and not file.path.exists()


def _stamp_local(file: DataFile) -> _Stamp:
    seen = file.path.stat()  # type: ignore[union-attr]  # the caller has sorted out locations
    return seen.st_ino, seen.st_size, seen.st_mtime_ns
