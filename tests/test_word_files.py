"""Word files are read whole, once, and as they are written."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from pipelines.word_files import read_lines, read_word_file

ROOT = Path(__file__).parents[1] / "pipelines"
FILES = [*sorted((ROOT / "demo").rglob("*.yaml")), *sorted((ROOT / "training").rglob("*.yaml"))]


def texts_in(value: object) -> list[object]:
    """Return all that is in a file's mappings and lists."""
    if isinstance(value, Mapping):
        return texts_in(tuple(value.values()))
    return (
        [one for part in value for one in texts_in(part)] if isinstance(value, tuple) else [value]
    )


def test_a_file_is_read_with_its_lists_as_tuples(tmp_path: Path) -> None:
    """What is cached is shared, so no reader may change it."""
    file = tmp_path / "words.yaml"
    file.write_text("# ours\na: [x, 'no']\nb: {c: d}\n", encoding="utf-8")

    read = read_word_file(file)

    assert (read["a"], dict(read["b"])) == (("x", "no"), {"c": "d"})
    assert read_word_file(file) is read
    with pytest.raises(TypeError, match="does not support item assignment"):
        read["a"] = ()  # type: ignore[index]  # reason: what must fail


def test_a_repeated_key_is_refused(tmp_path: Path) -> None:
    """YAML would keep the last of them, and the first one's texts would be gone unseen."""
    file = tmp_path / "words.yaml"
    file.write_text("a: [x]\nb: {c: d}\na: [y]\n", encoding="utf-8")

    with pytest.raises(yaml.YAMLError, match="the key a is repeated; join the two"):
        read_word_file(file)


def test_lines_come_without_comments_and_empty_ones(tmp_path: Path) -> None:
    """A comment must not be read as a word."""
    file = tmp_path / "words.txt"
    file.write_text("# ours\n\none\ntwo # no comment\n", encoding="utf-8")

    assert read_lines(file) == ("one", "two # no comment")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_word_file_says_what_it_is_and_holds_texts_alone(file: Path) -> None:
    """YAML makes a number of 2:30 and a truth value of no where nobody put quotes."""
    assert file.read_text(encoding="utf-8").startswith("# ")
    assert {type(one) for one in texts_in(read_word_file(file))} == {str}
