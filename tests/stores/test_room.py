"""Only one room knows stores: no other locks, links, renames or expects a local warehouse."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import ROOT

_ROOMS = ("night", "spark", "any_table", "publishing", "report")
# What only a disk has. `local` is how a location says where it lies on one.
_OF_DISKS = re.compile(
    r"\bfcntl\b|\bflock\b|\bshutil\b|\bos\.(?:link|rename|replace|symlink|fsync|"
    r"makedirs|remove|scandir)\b|"
    r"\.(?:rename|hardlink_to|symlink_to|unlink|iterdir|glob|rglob|rmdir|mkdir|is_dir|write_text)\("
)
# Files of this installation and inputs on a disk, none of a warehouse.
_OWN_FILES = {"spark/log_store.py", "spark/inputs.py"}
_PATHS = {
    "night/plan.py": "the file of jobs to be done",
    "night/watching.py": "a log that this machine's nights share",
    "report/page.py": "its templates",
    "report/svg.py": "its styles",
    "spark/inputs.py": "traffic on a disk, whose files may differ in their types",
    "spark/log_store.py": "the source that is compiled",
}
FILES = [
    *(file for room in _ROOMS for file in sorted((ROOT / "pipelines" / room).rglob("*.py"))),
    ROOT / "pipelines" / "lake.py",
    ROOT / "pipelines" / "published.py",
]


def name_of(file: Path) -> str:
    """Return a file's name below `pipelines`."""
    return str(file.relative_to(ROOT / "pipelines"))


def code_of(file: Path) -> Iterator[str]:
    """Yield the lines of a file without its docstrings and comments."""
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            first.value.value = ""
    return iter(ast.unparse(tree).splitlines())


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_other_room_does_what_only_a_disk_can(file: Path) -> None:
    """A second machine does not see the lock, and a store makes no link."""
    if name_of(file) in _OWN_FILES:
        return
    assert [line for line in code_of(file) if _OF_DISKS.search(line)] == []


def test_paths_are_of_files_of_ours_alone() -> None:
    """A Path cannot name what lies on HDFS or S3."""
    using = {
        name_of(file)
        for file in FILES
        if re.search(r"(?<!fs\.)\bPath\(|: Path\b", "\n".join(code_of(file)))
    }

    assert using <= set(_PATHS)
