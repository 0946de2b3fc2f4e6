"""An audit of nights that the jobs have curated finds nothing."""

import shutil
from pathlib import Path

import pytest

from jobs.audit import main as audit
from pipelines.lake import list_files
from schemas.sidecars import PRUNING
from tests.conftest import TwoNights
from tests.factories import FIRST, SECOND, Tables, run_here


@pytest.mark.spark
def test_an_audit_of_curated_nights_is_clean_and_names_what_is_broken_since(
    history: TwoNights,
    tmp_path: Path,
) -> None:
    """Two nights, the first of them run again: a monitor stays quiet until a row is lost."""
    ended = run_here(audit, "--warehouse", history.tables.root)

    assert (ended.code, ended.err) == (0, "")
    assert "0 are broken" in ended.out

    broken = Tables(Path(shutil.copytree(history.tables.root, tmp_path / "w")))
    named = list_files(broken.root, PRUNING, SECOND.__eq__)
    Path(named[0].path).unlink()

    assert run_here(audit, "--warehouse", broken.root, "--to", FIRST).code == 0
    lost = run_here(audit, "--warehouse", broken.root, "--from", SECOND)
    assert lost.code == 5
    assert lost.out.startswith(f"broken file_missing, pruning of {SECOND}, 1: part-")
