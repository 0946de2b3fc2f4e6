"""Which of the shell's folders a job may import from: none that replaces Python's modules or ours.

A `random.py` or `types.py` in the current directory or in a folder of PYTHONPATH comes before
Python's own. This module is imported before any other and imports only what is part of the
interpreter itself, which no file can replace.
"""

import os
import sys
import zipimport
from collections.abc import Iterator, Mapping

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""The folder that holds our packages: a checkout, or site-packages."""
OURS = frozenset({"pipelines", "jobs", "schemas", "expectations"})
_SOURCE_SUFFIXES = (".py", ".pyc", ".so", ".pyd")
_OF_SPARK = ("pyspark", "py4j")  # what an archive on PYTHONPATH usually holds


def isolate(*, is_started: bool) -> None:
    """Keep foreign modules out of the running job; called by a job before it imports others.

    A script has put `ROOT` first on `sys.path`. Where the shell's PYTHONPATH or the current
    directory would replace a module, the process restarts itself without that folder.

    Args:
        is_started: whether this is the process of the job; nothing is restarted where one is
            only imported.
    """
    _put_root_once()
    if not is_started or sys.flags.isolated or not sys.executable:
        return
    kept, left_out = sift(os.environ.get("PYTHONPATH", ""))
    if not left_out and (sys.flags.safe_path or not _reads_current_folder()):
        return
    for line in format_left_out(left_out):
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
    os.environ["PYTHONPATH"] = kept
    os.environ["PYTHONSAFEPATH"] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 this very command


def sift(python_path: str) -> tuple[str, dict[str, str]]:
    """Split a PYTHONPATH.

    Returns:
        what may stay, and each folder or archive that must not, with the module of it that would
        replace Python's, an installed package's or ours.
    """
    known = sys.stdlib_module_names | OURS | set(_installed())
    kept, left_out = [], {}
    for place in python_path.split(os.pathsep) if python_path else ():
        found = None if _is_ours(place) else _first_replaced(place or os.curdir, known)
        if found is not None:
            left_out[place or os.curdir] = found
        elif place:
            kept.append(place)
    return os.pathsep.join(kept), left_out


def format_left_out(left_out: Mapping[str, str]) -> list[str]:
    """Return a line for each folder that was left out."""
    return [
        f"PYTHONPATH: {place} is left out: its {module} would replace a module of the same name."
        for place, module in left_out.items()
    ]


def _put_root_once() -> None:
    # A wheel's comes after Python's own, and stays there
    if sys.path[0] == ROOT and ROOT in sys.path[1:]:
        sys.path.pop(0)
    jobs = os.path.join(ROOT, "jobs")
    sys.path[:] = [place for place in sys.path if place != jobs]


def _reads_current_folder() -> bool:
    return "-m" in sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]


def _is_ours(place: str) -> bool:
    """Whether a place is the folder of our packages, or lies in the Spark of this environment."""
    whole = os.path.realpath(place or os.curdir)
    return whole == os.path.realpath(ROOT) or any(
        whole.startswith(os.path.join(os.path.realpath(folder), "pyspark", ""))
        for folder in _site_folders()
    )


def _first_replaced(place: str, known: frozenset[str] | set[str]) -> str | None:
    """Return the first module in a folder that has one of the known names; None without one."""
    if os.path.isfile(place):
        return _replaced_in_archive(place)
    try:
        entries = sorted(os.listdir(place))
    except OSError:
        return None
    for entry in entries:
        name = entry.partition(".")[0]
        if name in known and _is_module(place, entry):
            return entry
    return None


def _is_module(place: str, entry: str) -> bool:
    whole = os.path.join(place, entry)
    if entry.endswith(_SOURCE_SUFFIXES):
        return True
    return os.path.isfile(os.path.join(whole, "__init__.py"))


def _replaced_in_archive(place: str) -> str | None:
    try:
        archive = zipimport.zipimporter(place)
    except zipimport.ZipImportError:
        return None
    return next((name for name in _OF_SPARK if archive.find_spec(name) is not None), None)


def _site_folders() -> Iterator[str]:
    return (folder for folder in sys.path if folder.endswith(("site-packages", "dist-packages")))


def _installed() -> Iterator[str]:
    """Return the names of all installed modules."""
    for folder in _site_folders():
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        yield from (
            entry.partition(".")[0]
            for entry in entries
            if not entry.endswith((".dist-info", ".pth"))
        )
