"""Messages, reports and documents are grammatical, and name only commands that exist."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.diversity.groups import Group, check_groups
from pipelines.errors import InputError
from pipelines.sampling.bounds import resolve
from pipelines.sampling.conflicts import explain_conflict
from pipelines.sampling.constraints import parse_block
from pipelines.sampling.draw import draw_sample
from pipelines.sampling.draw_summary import describe_draw
from pipelines.wording import be, format_count

ROOT = Path(__file__).parents[1]
_ROOMS = ("pipelines", "jobs", "expectations", "schemas", "conf", "notebooks")
_TEXTS = (*ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml")
_JOB = re.compile(r"\bjobs/(\w{1,40}\.py)")
_SCRIPT = re.compile(r"\b((?:tests|notebooks)/[\w/]{1,80}\.py)")
# In prose only what is between backticks, after "run" or after a semicolon is meant as a
# command.
_TARGET = re.compile(r"(?:`|[Rr]un |^\$ ?)make ([a-z][a-z-]{1,20})\b", re.MULTILINE)


def _texts() -> list[tuple[Path, str]]:
    kinds = {".py", ".md", ".yaml", ".txt", ".conf", ".sh", ".properties", ".xml"}
    files = [file for room in _ROOMS for file in (ROOT / room).rglob("*") if file.suffix in kinds]
    # These hold sentences of people, not ours to the reader.
    spoken = {"harm_words", "phrases", "shipped", "secret_words"}
    files = [file for file in files if not spoken & set(file.parts) or file.name == "CARD.md"]
    return [
        (file.relative_to(ROOT), file.read_text(encoding="utf-8")) for file in (*files, *_TEXTS)
    ]


def test_every_job_and_script_that_is_named_exists() -> None:
    """A report that sends its reader to a command that is not there has wasted the night twice."""
    named = {
        (str(file), found)
        for file, text in _texts()
        for found in (*(f"jobs/{job}" for job in _JOB.findall(text)), *_SCRIPT.findall(text))
    }

    assert len(named) > 20
    assert sorted(pair for pair in named if not (ROOT / pair[1]).is_file()) == []


def test_every_make_target_that_is_named_exists() -> None:
    """A removed target of `make` must be removed from the texts too."""
    targets = set(
        re.findall(
            r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    named = {(str(file), target) for file, text in _texts() for target in _TARGET.findall(text)}

    assert {"setup", "demo", "test", "check"} <= {target for _, target in named} & targets
    assert sorted(pair for pair in named if pair[1] not in targets) == []


def test_one_thing_is_in_the_singular() -> None:
    """The verb and the noun agree with the count."""
    assert [format_count(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert format_count(2, "copy", "copies") == "2 copies"
    assert [be(n) for n in (0, 1, 2)] == ["are", "is", "are"]


def test_messages_about_one_row_or_vector_read_aloud() -> None:
    """The commonest fault is a single one."""
    with pytest.raises(
        InputError, match=r"^embedding: 1 vector is zero or not finite, first \['b'\]$"
    ):
        check_groups([Group(np.arange(2), np.array([[1, 0], [0, 0]], np.float32), 0.9)], ["a", "b"])
    pool = pl.DataFrame({"sample_id": ["a", "b"], "kind": ["x", "y"], "quality": [1.0, 0.5]})
    floor = {"dimension": "kind", "equals": "x", "at_least": 1}
    block = parse_block({"size": 1, "constraints": [floor], "maximise": "quality"})

    assert describe_draw(draw_sample(pool, None, block), block, 2) == [
        "Feasible: 1 of 2 rows, total quality 1.0000; soft constraints missed by 0 rows.",
        "No other sample has a greater total.",
        "1 of 1 bound binds or is missed:",
        "  constraints[0]: kind equals x at_least 1: x has 1 of the sample, 1 row of the pool",
    ]


def test_a_bound_without_a_whole_number_says_so() -> None:
    """Where no whole number fits, the message names the least needed and the most allowed."""
    pool = pl.DataFrame({"sample_id": ["a", "b", "c"], "kind": ["x", "y", "y"]})
    block = parse_block({"size": 2, "constraints": [{"dimension": "kind", "match": "traffic"}]})

    first = explain_conflict(resolve(pool, block.constraints, None), 3, 2, "sampling")[0]

    assert first == (
        "sampling.constraints[0]: kind match traffic: kind x of 2 leaves no whole number of rows, "
        "as it needs 1 and allows 0, the pool has 1 and 2 others"
    )
