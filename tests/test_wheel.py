"""The wheel in an empty environment: installation without a checkout."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from tests.factories import FIRST, KEY, ROOT, Tables, job, write_parquet

_EVIL = ("random", "polars")


@pytest.mark.slow
@pytest.mark.skipif(
    "CURATION_TEST_WHEEL" not in os.environ, reason="set CURATION_TEST_WHEEL=1: 2 to 10 minutes"
)
def test_the_wheel_curates_a_night_in_an_environment_of_its_own(tmp_path: Path) -> None:
    """Built, installed with the pins, completed, run in a folder whose modules would mislead."""
    bin_ = _install(_build(tmp_path), tmp_path / "env")
    here = tmp_path / "here"
    here.mkdir()
    for name in _EVIL:
        (here / f"{name}.py").write_text("raise SystemExit('reached')", encoding="utf-8")
    table = write_parquet(
        pa.table({"id": ["a", "b"], "v": [[1.0, 0.0], [1.0, 0.01]]}), tmp_path / "table"
    )
    _run([bin_ / "curation-setup"], here)
    options = [
        "--table",
        table,
        "--id-column",
        "id",
        "--embedding-column",
        "v",
        "--retain",
        "1",
        "--cut",
        "0.9",
    ]
    starts: list[list[object]] = [[bin_ / "prune"], [bin_ / "python", "-m", "jobs.prune"]]
    for number, start in enumerate(starts):
        _run([*start, *options, "--out", tmp_path / f"out{number}"], here)
        kept = Tables(tmp_path / f"out{number}").read("pruning").sort("id")["kept"].to_list()
        assert kept == [True, False]
    night = ("--ds", FIRST)
    traffic = ("--out", "input", "--conversations", "300", "--seed", "7")
    _run([sys.executable, job("make_traffic"), *traffic, *night], here)
    places = ("--traffic", "input/traffic", "--scores", "input/scores", "--warehouse", "warehouse")
    _run([bin_ / "curate", *places, *night], here)
    assert Tables(here / "warehouse").night("train", FIRST).height > 0


def _build(folder: Path) -> Path:
    source = shutil.copytree(
        ROOT, folder / "source", ignore=shutil.ignore_patterns(".*", "demo", "build", "dist")
    )
    build = 'from setuptools.build_meta import build_wheel; build_wheel("dist")'
    _run([sys.executable, "-c", build], source)
    return next((source / "dist").glob("*.whl"))


def _install(wheel: Path, folder: Path) -> Path:
    """Install by uv where there is one: it links what its cache holds."""
    _run([sys.executable, "-m", "venv", folder], folder.parent)
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    python = folder / "bin" / "python"
    pip: list[object] = [python, "-m", "pip", "install"]
    installer = pip if uv is None else [uv, "pip", "install", "--python", python]
    _run(
        [*installer, "--quiet", "-c", ROOT / "constraints.txt", wheel],
        folder.parent,
        needs_network=True,
    )
    return folder / "bin"


def _run(command: Sequence[object], folder: Path, *, needs_network: bool = False) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    inherited["CURATION_KEY"] = KEY
    ended = subprocess.run(  # noqa: S603 our own commands
        [str(part) for part in command],
        cwd=folder,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode and needs_network:
        pytest.skip(f"the packages cannot be had here: {ended.stderr.strip()[-200:]}")
    assert ended.returncode == 0, ended.stderr
