"""Where a model's files are, told so that every machine finds them in its own installation."""

import sys
from importlib.util import find_spec
from pathlib import Path

from pipelines.errors import ConfigurationError
from pipelines.places import FETCHED, SETUP, SHIPPED

_PACKAGE, _SHIPPED, _FETCHED = "package:", "shipped/", "fetched/"


def portable_place(path: str, folder: Path) -> str:
    """Return a path of the registry as it can travel to another machine.

    Args:
        path: `shipped/NAME`, `fetched/NAME` and `package:NAME/SUB` stay as they are: each machine
            has its own. Another path becomes an absolute one, which must lead to the same files on
            every machine.
        folder: of the registry's file, from which a relative path counts.
    """
    return (
        path if path.startswith((_PACKAGE, _SHIPPED, _FETCHED)) else str((folder / path).absolute())
    )


def find_files(place: str) -> Path:
    """Return the file or folder of a place in this installation.

    Raises:
        ConfigurationError: the package is not installed, or set-up has not fetched the folder.
    """
    if place.startswith(_PACKAGE):
        return _find_in_package(place.removeprefix(_PACKAGE))
    if place.startswith(_SHIPPED):
        return SHIPPED.parent / place
    if place.startswith(_FETCHED):
        return _find_fetched(place.removeprefix(_FETCHED))
    return Path(place)


def _find_in_package(path: str) -> Path:
    package, _, inside = path.partition("/")
    try:
        found = find_spec(package)
    except (ImportError, ValueError):  # no parent package, or an empty name
        found = None
    if found is None or found.origin is None:
        message = f"the package {package} is not installed; run {SETUP}."
        raise ConfigurationError(message)
    return Path(found.origin).parent / inside


def _find_fetched(below: str) -> Path:
    if not (FETCHED / below).is_dir():
        message = (
            f"{_FETCHED}{below} is not in this Python environment ({sys.prefix}); run {SETUP}."
        )
        raise ConfigurationError(message)
    return FETCHED / below
