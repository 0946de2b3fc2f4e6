"""Keep what is slow to make of files in a file of its own, beside the models that set-up fetched.

Every worker of a night makes it otherwise: the frames of critical harm took 11 of the 31 processor
seconds in which a worker loads its models (EPYC without AVX512, one core).
"""

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from pipelines.places import COMPILED

_T = TypeVar("_T")
_MOST_KEPT = 4
"""Files of one name: checkouts of several versions may share an environment."""
_DIGEST_BYTES = 32


def keep_compiled(name: str, key: str, make: Callable[[], _T], folder: Path = COMPILED) -> _T:
    """Return what `make` returns, read from a file where an earlier process has kept it.

    The file is trusted as the code beside it is: whoever may write one may write the other. One
    that is cut off, or was made by another Python, is made anew; where none can be written nothing
    is kept.

    Args:
        name: of what is made.
        key: changes whenever what `make` returns may change: a digest of its sources.
        make: returns an object that pickle knows.
        folder: of the files; it is made.
    """
    python = ".".join(map(str, sys.version_info[:3]))
    file = folder / f"{name}-{hashlib.sha256(f'{python} {key}'.encode()).hexdigest()[:16]}.pickle"
    with contextlib.suppress(Exception):  # whatever a damaged file or another library does to it
        return cast("_T", _read(file))
    made = make()
    with contextlib.suppress(OSError, pickle.PicklingError):
        _write(file, made)
        _remove_old(folder, name)
    return made


def _read(file: Path) -> object:
    content = file.read_bytes()
    digest, body = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != digest:
        message = f"{file} is damaged"
        raise ValueError(message)
    return pickle.loads(body)  # noqa: S301 of our own folder, see above


def _write(file: Path, made: object) -> None:
    body = pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(body).digest() + body)
        part.chmod(0o644)  # read by all, as the code is
        part.replace(file)  # a reader sees all of it or none
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _remove_old(folder: Path, name: str) -> None:
    kept = sorted(folder.glob(f"{name}-*.pickle"), key=lambda file: file.stat().st_mtime)
    for file in kept[:-_MOST_KEPT]:
        file.unlink(missing_ok=True)
