"""Sums of the files of a model's folder: a file that was changed on its way is named before work.

A flipped bit in a matrix loads without an error and answers a little differently. A folder without
sums, of somebody else's model, is taken as it is.
"""

import hashlib
from pathlib import Path

from pipelines.errors import ConfigurationError

SUMS_FILE = "SHA256SUMS"
"""In the form of `sha256sum`, which can check it too."""


def write_sums(folder: Path) -> None:
    """Write the sums of all files of a folder but notes (`.md`)."""
    lines = [f"{found}  {name}\n" for name, found in _sum_files(folder).items()]
    (folder / SUMS_FILE).write_text("".join(lines), encoding="utf-8")


def require_sums(folder: Path, remedy: str) -> None:
    """Refuse a folder in which a file differs from its sum, or is missing.

    Raises:
        ConfigurationError: a line for each such file.
    """
    sums = folder / SUMS_FILE
    if not sums.is_file():
        return
    lines = sums.read_text(encoding="utf-8", errors="replace").splitlines()
    said = {name: found for found, _, name in (line.partition("  ") for line in lines)}
    there = _sum_files(folder)
    faults = [
        f"model file {folder / name} is missing or corrupt: its hash is not the one in {SUMS_FILE}."
        f" {remedy}"
        for name, found in said.items()
        if there.get(name) != found
    ]
    if faults:
        raise ConfigurationError(*faults)


def _sum_files(folder: Path) -> dict[str, str]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.suffix != ".md" and file.name != SUMS_FILE
    }
