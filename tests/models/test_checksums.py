"""A model's file that was cut off or changed is exit 2 and named, before any work."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.filtering.privacy.entities import EntityModel
from pipelines.filtering.safety.encoder_head import load_head
from pipelines.models.checksums import SUMS_FILE, require_sums, write_sums
from pipelines.places import SHIPPED


def flip(file: Path) -> None:
    """Flip one bit in the middle: the file loads all the same."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def cut(file: Path) -> None:
    """Remove the second half of a file."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink], ids=["flipped", "cut off", "gone"])
@pytest.mark.parametrize("name", ["ner/model", "vocab/vectors", "common_words.txt"])
def test_a_file_of_the_entity_model_that_was_changed_is_named(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    """One bit of a matrix is enough to miss a name; spaCy does not notice."""
    folder = Path(shutil.copytree(SHIPPED / "privacy_ner", tmp_path / "ner"))
    damage(folder / name)

    with pytest.raises(ConfigurationError, match=rf"model file {folder / name} is missing or corr"):
        EntityModel(folder)


def test_a_flipped_bit_of_the_safety_head_is_named(tmp_path: Path) -> None:
    """The sum stands in its `model.json`."""
    folder = Path(shutil.copytree(SHIPPED / "safety_head", tmp_path / "head"))
    flip(folder / "model.safetensors")

    with pytest.raises(ConfigurationError, match=r"model\.safetensors is missing or corrupt"):
        load_head(folder)


def test_sums_are_those_of_the_folder_and_a_folder_without_any_is_taken(tmp_path: Path) -> None:
    """A note may be edited; a pipeline of somebody else has no sums."""
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "sub/b.bin", "CARD.md"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    require_sums(tmp_path, "")
    write_sums(tmp_path)
    (tmp_path / "CARD.md").write_text("edited", encoding="utf-8")
    require_sums(tmp_path, "")
    require_sums(SHIPPED / "privacy_ner", "")

    lines = (tmp_path / SUMS_FILE).read_text(encoding="utf-8").splitlines()
    assert [line.partition("  ")[2] for line in lines] == ["a.txt", "sub/b.bin"]
