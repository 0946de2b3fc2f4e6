"""A model's revision: a digest of the modules and data files that decide its answers.

A version number raised by hand is forgotten at some time, and then answers of old code pass for
answers of the new. `tests/models/test_source_revision.py` compares each model's list with what it
imports.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pipelines.isolation import ROOT


def modules_of(package: str, *names: str) -> tuple[str, ...]:
    """Return the full names of modules of a package."""
    return tuple(f"{package}.{name}" for name in names)


def fingerprint_sources(*sources: str | Path) -> str:
    """Return the sha-256, in hex, of modules and data files by their names and content.

    Args:
        sources: full names of modules of ours; paths of files, or of folders with all files in them
            but notes (`.md`) and compiled Python. Neither their order nor their location
            matters.

    Raises:
        FileNotFoundError: a module or file does not exist.
    """
    digest = hashlib.sha256()
    for name, file in sorted({part for source in sources for part in _files_of(source)}):
        for part in (name.encode(), _read(file)):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _files_of(source: str | Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a source, each with a name that is the same on every machine."""
    if isinstance(source, str):
        module = Path(ROOT, *source.split("."))
        yield source, module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
    elif source.is_dir():
        files = (
            file for file in source.rglob("*") if file.is_file() and "__pycache__" not in file.parts
        )
        for file in files:
            if file.suffix != ".md":
                yield file.relative_to(source.parent).as_posix(), file
    else:
        yield source.name, source


def _read(file: Path) -> bytes:
    return file.read_bytes()
