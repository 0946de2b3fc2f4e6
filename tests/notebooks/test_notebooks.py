"""The notebooks run on a published warehouse, state what is true of it, and show no chat text."""

import re
import runpy
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import Curated
from tests.factories import FIRST, ROOT

pytestmark = pytest.mark.spark

NOTEBOOKS = sorted(file.name for file in (ROOT / "notebooks").glob("*.py"))
READ, WHY, WHAT_IF = (
    "01_read_a_run.py",
    "02_why_was_this_row_dropped.py",
    "03_what_if_constraints.py",
)
_SHOWN_CHARS = 25  # shorter texts are greetings, which anything may hold by chance


def run_notebook(name: str, warehouse: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a notebook prints about a warehouse."""
    with pytest.MonkeyPatch.context() as patch, pl.Config():
        patch.setenv("CURATION_WAREHOUSE", str(warehouse))
        runpy.run_path(str(ROOT / "notebooks" / name))
    return capsys.readouterr().out


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_shows_no_words_but_published_ones(
    name: str, first_night: Curated, capsys: pytest.CaptureFixture[str]
) -> None:
    """Notebooks are mailed; a person whose row was dropped for privacy must not appear in one."""
    shown = " ".join(run_notebook(name, first_night.tables.root, capsys).split())
    published = " ".join(" ".join(first_night.tables.read("train")["prompt"]).split())

    messages = first_night.input.rows["messages"].explode().struct.field("content").drop_nulls()
    openings = {
        " ".join(text.split())[:_SHOWN_CHARS] for text in messages if len(text) > 2 * _SHOWN_CHARS
    }
    assert len(shown) > 1_000
    assert [text for text in openings if text in shown and text not in published] == []


def test_reading_a_run_gives_the_sizes_and_the_funnel(
    first_night: Curated, capsys: pytest.CaptureFixture[str]
) -> None:
    """A notebook must count as the job does."""
    shown = run_notebook(READ, first_night.tables.root, capsys)

    sizes = [
        re.search(rf"^{side}, +version \d+: ([\d,]+) rows", shown, re.MULTILINE)
        for side in ("train", "eval")
    ]
    assert [size and size[1].replace(",", "") for size in sizes] == [
        str(first_night.tables.read(side).height) for side in ("train", "eval")
    ]
    kept = (
        first_night.tables.read("decisions")
        .filter(phase="language", outcome="keep", ds=FIRST)
        .height
    )
    assert re.search(rf"│ language +┆ {kept} +┆", shown)


def test_the_cosine_from_the_vectors_is_the_one_in_the_table(
    first_night: Curated, capsys: pytest.CaptureFixture[str]
) -> None:
    """The notebook tells its reader to check the witness; the check has to come out."""
    shown = run_notebook(WHY, first_night.tables.root, capsys)

    told = re.search(r"similarity ([\d.]+), cut 0\.95", shown)
    counted = re.search(r"cosine from the stored vectors: ([\d.]+)", shown)
    assert told is not None
    assert counted is not None
    assert abs(float(told[1]) - float(counted[1])) <= 2e-6


def test_every_sample_has_one_end(first_night: Curated, capsys: pytest.CaptureFixture[str]) -> None:
    """A sample without an end, or with two, would mean that the account is wrong."""
    shown = run_notebook(WHY, first_night.tables.root, capsys)

    samples = f"{first_night.tables.read('samples').height:,}"
    assert f"{samples} ends for {samples} samples" in shown


def test_drawing_with_the_run_s_own_block_gives_the_published_rows(
    first_night: Curated, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a change the notebook must give the published sample, or its changes mean nothing."""
    shown = run_notebook(WHAT_IF, first_night.tables.root, capsys)

    rows = first_night.tables.read("train").height
    assert f"drawn again: {rows:,} rows, the published ones: True" in shown
    assert "The nearest that can hold" in shown
