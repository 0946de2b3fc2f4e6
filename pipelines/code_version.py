"""The version of this code: of the package, of the commit, and of what was edited since."""

import hashlib
import os
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import which

from pipelines.isolation import ROOT

_PACKAGE = "conversation-curation"
# What a night's rows may depend on; notebooks and tests are not among it.
_WATCHED = ("pipelines", "schemas", "expectations", "jobs", "conf")
# A shell inside a git hook has these set, for a repository that may be another one.
_OF_A_HOOK = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"}
)


def code_version(root: Path = Path(ROOT)) -> str:
    """Return the package's version and, where it runs from a checkout, the commit and its edits.

    `0.1.0` of a wheel, `0.1.0+1a2b3c4d5e6f` of a checkout, `0.1.0+1a2b3c4d5e6f.dirty-1a2b3c4d`
    where a tracked file of the code was edited: the digits follow from the edited files' names and
    content.

    Args:
        root: the folder of our packages; a repository counts only if this is its top folder, so
            that a wheel in an environment inside somebody's checkout never names that one's commit.
    """
    try:
        released = version(_PACKAGE)
    except PackageNotFoundError:
        released = "0"
    answers = (
        _ask_git(root, "rev-parse", "--show-toplevel", "--short=12", "HEAD").decode().splitlines()
    )
    if len(answers) != 2 or not _is_same(answers[0], root):  # noqa: PLR2004 two were asked
        return released
    edits = _digest_edits(root)
    return f"{released}+{answers[1]}.dirty-{edits}" if edits else f"{released}+{answers[1]}"


def _is_same(place: str, root: Path) -> bool:
    return os.path.realpath(place) == os.path.realpath(root)


def _digest_edits(root: Path) -> str:
    """Return 8 hex digits that identify the edits to tracked files; empty if there are none."""
    listed = _ask_git(root, "diff", "HEAD", "--name-only", "--no-renames", "-z", "--", *_WATCHED)
    names = sorted(name for name in listed.split(b"\0") if name)
    digest = hashlib.sha256()
    for name in names:
        for part in (name, _read(root / os.fsdecode(name))):
            digest.update(b"deleted" if part is None else len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:8] if names else ""


def _read(file: Path) -> bytes | None:
    """Return a file's content; None where it was deleted."""
    try:
        return file.read_bytes()
    except OSError:
        return None


def _ask_git(root: Path, *arguments: str) -> bytes:
    """Return what git answers in a folder; empty where there is no git, or no repository."""
    git = which("git")
    if git is None:
        return b""
    surroundings = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    try:
        answer = subprocess.run(  # noqa: S603 fixed arguments
            [git, "--no-optional-locks", *arguments],
            cwd=root,
            env=surroundings,
            capture_output=True,
            check=False,
        )
    except OSError:
        return b""
    return answer.stdout if answer.returncode == 0 else b""
