"""Files of lines: one that all runs add to, and one that each run writes anew in any store."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipelines.stores.files import replace_bytes
from pipelines.stores.location import Location


class Lines(Protocol):
    """Where lines go."""

    def add(self, values: Mapping[str, object]) -> None:
        """Write an object as one more line of JSON."""


def as_json(values: Mapping[str, object]) -> str:
    """Return an object as one line of ASCII: whatever is in it can neither end a line nor steer."""
    return json.dumps(values, ensure_ascii=True, allow_nan=False)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file on a disk, which only its owner can read; each line is added at once.

    Args:
        file: its path.
    """

    file: Path

    def add(self, values: Mapping[str, object]) -> None:
        """Add a line in one write, so that lines of two runs never mix."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        there = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(there, f"{as_json(values)}\n".encode())
        finally:
            os.close(there)


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of one run in any store: it is written whole with each line, as some cannot append.

    Args:
        file: its place.
    """

    file: Location
    _lines: list[str] = field(default_factory=list)

    def add(self, values: Mapping[str, object]) -> None:
        """Add a line."""
        self._lines.append(as_json(values))
        replace_bytes(self.file, "".join(f"{line}\n" for line in self._lines).encode())
