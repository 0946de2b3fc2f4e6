"""Files on a disk that their owner alone may read, whatever the process lets others read."""

import os
from pathlib import Path


def open_private(path: str, flags: int) -> int:
    """Open a file for `open(opener=…)`; one that it makes is its owner's alone."""
    return os.open(path, flags, 0o600)


def write_private(file: str, content: str) -> None:
    """Write a text file that its owner alone may read, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    place = Path(file).absolute()
    draft = place.with_name(f".{place.name}.draft")
    draft.unlink(missing_ok=True)
    with open(draft, "x", encoding="utf-8", newline="", opener=open_private) as out:
        out.write(content)
    draft.replace(place)
