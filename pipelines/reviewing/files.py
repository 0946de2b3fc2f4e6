"""A reviewer's files on a local disk: read whole, written for their owner alone."""

from pathlib import Path

from pipelines.errors import ConfigurationError, InputError
from pipelines.private_files import write_private
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


def write_export(out: str, content: str) -> None:
    """Write an export to a file that its owner alone may read, whole or not at all.

    Raises:
        ConfigurationError: it cannot be written.
    """
    try:
        write_private(out, content)
    except OSError as error:
        place = Path(out).absolute()
        message = f"--export {place}: cannot be written ({error.strerror}); give another file."
        raise ConfigurationError(message) from None
