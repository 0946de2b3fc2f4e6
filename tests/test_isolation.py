"""A module in the shell's folders never replaces Python's, an installed package's or ours."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipelines.isolation import ROOT, format_left_out, sift


@pytest.mark.parametrize(
    "entry",
    ["random.py", "types.py", "polars.py", "polars/__init__.py", "pipelines/__init__.py", "re.so"],
)
def test_a_folder_with_a_module_of_a_known_name_is_left_out(tmp_path: Path, entry: str) -> None:
    """Otherwise the job would run the other module."""
    (tmp_path / entry).parent.mkdir(exist_ok=True)
    (tmp_path / entry).touch()

    kept, left_out = sift(str(tmp_path))

    assert (kept, left_out) == ("", {str(tmp_path): entry.split("/", maxsplit=1)[0]})
    [line] = format_left_out(left_out)
    assert line.startswith(
        f"PYTHONPATH: {tmp_path} is left out: its {left_out[str(tmp_path)]} would replace"
    )


@pytest.mark.parametrize(
    "entry", ["my_scorer.py", "random.txt", "types/readme", "polars-1.0/__init__.py"]
)
def test_a_folder_of_modules_that_nobody_else_has_stays(tmp_path: Path, entry: str) -> None:
    """A model class of one's own is found by PYTHONPATH (conf/models.yaml)."""
    (tmp_path / entry).parent.mkdir(exist_ok=True)
    (tmp_path / entry).touch()

    assert sift(os.pathsep.join([str(tmp_path), "/no/such/folder"])) == (
        f"{tmp_path}:/no/such/folder",
        {},
    )


def test_our_own_root_stays_and_nothing_is_nothing() -> None:
    """A checkout beside the installed one is reached by PYTHONPATH."""
    assert sift(ROOT) == (ROOT, {})
    assert sift("") == ("", {})


def test_an_empty_element_is_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`PYTHONPATH=$PYTHONPATH:/x` with nothing before the colon is the usual accident."""
    (tmp_path / "random.py").touch()
    monkeypatch.chdir(tmp_path)

    assert sift(f"{os.pathsep}/no/such") == ("/no/such", {".": "random.py"})


def test_an_archive_of_another_spark_is_left_out(tmp_path: Path) -> None:
    """`export PYTHONPATH=$SPARK_HOME/python/lib/py4j-src.zip` is in many profiles."""
    archives = {name: tmp_path / f"{name}.zip" for name in ("py4j", "mine")}
    for name, file in archives.items():
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(f"{name}/__init__.py", "")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK")

    kept, left_out = sift(os.pathsep.join(map(str, [*archives.values(), broken])))

    assert (kept, left_out) == (f"{archives['mine']}:{broken}", {str(archives["py4j"]): "py4j"})


@pytest.mark.parametrize(
    ("job", "name"), [("curate", "types"), ("make_traffic", "pathlib"), ("make_traffic", "polars")]
)
def test_a_job_starts_from_a_shell_whose_pythonpath_would_replace_a_module(
    tmp_path: Path, job: str, name: str
) -> None:
    """As a process: the line names the folder, and the job goes on; also in that directory."""
    (tmp_path / f"{name}.py").write_text("raise SystemExit('reached')", encoding="utf-8")
    ended = subprocess.run(  # noqa: S603 our own script
        [sys.executable, Path(ROOT) / "jobs" / f"{job}.py", "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout[:6]) == (0, "usage:")
    assert ended.stderr == (
        f"PYTHONPATH: {tmp_path} is left out: its {name}.py would replace a module of the same "
        "name.\n"
    )
