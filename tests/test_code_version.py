"""The version says what code ran: the commit, and whether it was edited since."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest

from pipelines.code_version import code_version

GIT = which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="needs git")
Git = Callable[..., str]
CLEAN = re.compile(r"[^+]+\+[0-9a-f]{12}")
DIRTY = re.compile(r"[^+]+\+[0-9a-f]{12}\.dirty-[0-9a-f]{8}")


def run_git(folder: Path, *arguments: str) -> str:
    """Return what git answers, as a committer without settings of the machine."""
    known = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    told = subprocess.run(  # noqa: S603 fixed arguments
        [str(GIT), *known, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a repository with one commit, of a module, a setting and a note."""
    root = tmp_path / "checkout"
    for name in ("pipelines/night.py", "conf/nightly.yaml", "README.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("as committed\n")
    run_git(root, "init", "-q")
    run_git(root, "add", "-A")
    run_git(root, "commit", "-q", "-m", "first")
    return root


def test_a_clean_checkout_is_named_by_its_commit(checkout: Path) -> None:
    """A run of a commit can be repeated; files beside the code do not change that."""
    commit = run_git(checkout, "rev-parse", "--short=12", "HEAD")
    (checkout / "README.md").write_text("edited\n")
    (checkout / "notes.txt").write_text("untracked\n")

    assert CLEAN.fullmatch(code_version(checkout))
    assert code_version(checkout).endswith(f"+{commit}")


@pytest.mark.parametrize("name", ["pipelines/night.py", "conf/nightly.yaml"])
def test_an_edit_has_a_version_of_its_own(checkout: Path, name: str) -> None:
    """Answers kept for a commit must not be taken for those of the edited code, staged or not."""
    clean = code_version(checkout)
    found = []
    for content in ("one edit\n", "another edit\n", "one edit\n"):
        (checkout / name).write_text(content)
        found.append(code_version(checkout))
    run_git(checkout, "add", "-A")
    staged = code_version(checkout)
    (checkout / name).write_text("as committed\n")

    assert [DIRTY.fullmatch(version) is not None for version in found] == [True] * 3
    assert found[0] == found[2] == staged
    assert found[0] != found[1]
    assert code_version(checkout) == clean


def test_a_deleted_file_is_an_edit(checkout: Path) -> None:
    """Code that is gone is not code that is empty, nor another file that is gone."""
    (checkout / "pipelines/night.py").unlink()
    without = code_version(checkout)
    (checkout / "pipelines/night.py").write_text("")
    empty = code_version(checkout)
    run_git(checkout, "checkout", "-q", "--", ".")
    (checkout / "conf/nightly.yaml").unlink()
    versions = [without, empty, code_version(checkout)]

    assert [DIRTY.fullmatch(version) is not None for version in versions] == [True] * 3
    assert len(set(versions)) == 3


def test_a_wheel_inside_a_strangers_checkout_names_no_commit(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment is often inside another repository; its commit is not our code's.

    Nor does the repository that a git hook names to all that it starts.
    """
    packages = checkout / "pipelines"
    plain = code_version(packages)
    monkeypatch.setenv("GIT_DIR", str(checkout / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(packages))

    assert "+" not in plain
    assert code_version(packages) == plain


def test_without_git_or_repository_the_package_alone_is_named(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container has neither; the night runs all the same."""
    released = code_version(checkout).partition("+")[0]
    alone = code_version(tmp_path)
    monkeypatch.setattr("pipelines.code_version.which", lambda _: None)

    assert [alone, code_version(checkout)] == [released, released]
