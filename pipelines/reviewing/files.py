"""A reviewer's files on a local disk: read whole, written for their owner alone."""

import os
from pathlib import Path

from pipelines.errors import ConfigurationError, InputError
from pipelines.stores.location import Location


def is_inside(file: str, root: Location) -> bool:
    """Whether a file lies in a warehouse, also through links."""
    return root.is_local and root.local.resolve() in Path(file).absolute().resolve().parents


def name_of(file: str) -> str:
    """Return the name of a file without its folder."""
    return Path(file).name


def read_text(file: str) -> str:
    """Return what a file of answers holds.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"--import {file}: cannot be read as text in UTF-8 ({type(error).__name__})."
        raise InputError(message) from None


def write_private(out: str, content: str) -> None:
    """Write a file that its owner alone may read, whole or not at all.

    Raises:
        ConfigurationError: it cannot be written.
    """
    place = Path(out).absolute()
    draft = place.with_name(f".{place.name}.draft")
    try:
        draft.unlink(missing_ok=True)
        with open(draft, "x", encoding="utf-8", newline="", opener=_open_private) as file:
            file.write(content)
        draft.replace(place)
    except OSError as error:
        message = f"--export {place}: cannot be written ({error.strerror}); give another file."
        raise ConfigurationError(message) from None


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
