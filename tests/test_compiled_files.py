"""What was slow to make is read again from its file; a damaged file is never believed."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.compiled_files import keep_compiled
from pipelines.filtering.safety.harm_frames import FrameSet, compile_files
from tests.factories import ROOT

TREE = {"a": [1, 2, 3], "b": {"c": "d" * 100}}


def fail() -> dict[str, object]:
    """Stand for what must not be made again."""
    raise AssertionError


def test_it_is_made_once_for_each_key(tmp_path: Path) -> None:
    """Another version of its sources must not read the file of this one."""
    assert keep_compiled("tree", "1", lambda: TREE, tmp_path) == TREE
    assert keep_compiled("tree", "1", fail, tmp_path) == TREE
    with pytest.raises(AssertionError):
        keep_compiled("tree", "2", fail, tmp_path)


@pytest.mark.parametrize("cut", [0, 10, 32, 60, -1])
def test_a_file_that_was_cut_off_is_made_anew(tmp_path: Path, cut: int) -> None:
    """A full disk or a killed process leaves half of it."""
    keep_compiled("tree", "1", lambda: TREE, tmp_path)
    (file,) = tmp_path.glob("tree-*.pickle")
    whole = file.read_bytes()
    file.write_bytes(whole[:cut])

    assert keep_compiled("tree", "1", lambda: TREE, tmp_path) == TREE
    assert file.read_bytes() == whole


def test_a_file_with_another_content_is_not_unpickled(tmp_path: Path) -> None:
    """Its digest stands before it, and is compared before anything of it is run."""
    keep_compiled("tree", "1", lambda: TREE, tmp_path)
    (file,) = tmp_path.glob("tree-*.pickle")
    file.write_bytes(file.read_bytes()[:32] + pickle.dumps({"a": 0}))

    assert keep_compiled("tree", "1", lambda: TREE, tmp_path) == TREE


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    """An installation may belong to another user."""
    place = tmp_path / "a file"
    place.write_text("no folder")

    assert keep_compiled("tree", "1", lambda: TREE, place) == TREE


def test_few_files_stay(tmp_path: Path) -> None:
    """Each version of the code leaves one; without an end they would fill the disk."""
    for key in "abcdefgh":
        keep_compiled("tree", key, lambda: TREE, tmp_path)

    assert len(list(tmp_path.iterdir())) == 4


def test_frames_that_were_kept_are_those_that_are_compiled() -> None:
    """A text must not be harmful today and harmless tomorrow."""
    kept = FrameSet()
    made = compile_files(sorted((ROOT / "pipelines/filtering/safety/harm_words").glob("*.yaml")))

    assert kept.revision == made.revision
    assert kept.frames == made.frames


def test_a_worker_imports_no_library_that_its_models_do_not_use() -> None:
    """Presidio brings transformers with it: 6 processor seconds for each worker of a night."""
    code = (
        "import sys; from pipelines.models.registry import load_model, read_registry\n"
        "[load_model(spec) for spec in read_registry(None).values()]\n"
        "print({'presidio_analyzer', 'transformers', 'sentence_transformers'} & set(sys.modules))"
    )
    ended = subprocess.run(  # noqa: S603 our own code
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ended.stdout.strip() == "set()"
