"""Greetings are looked up, whatever marks or drawn-out letters come with them."""

from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.filtering.language.greetings import OpenerTable, Opening, separate_marks

TABLE = OpenerTable()


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("hello", Opening("en", 0)),
        ("HELLO!!! 😀", Opening("en", 0)),
        ("hiiii", Opening("en", 0)),
        ("heyy Luna", Opening("en", 1)),
        ("hola, buenas", Opening("es", 0)),
        ("hello kya haal", Opening("hi-Latn", 0)),
        ("hello my dear", Opening("en", 2)),
        ("hola, hello", Opening("es", 1)),
        ("ok thanks", Opening("en", 0)),
        ("no, gracias jaja", Opening("es", 0)),
        ("haha ok no", None),
        ("कैसे हो?", Opening("hi", 0)),
        ("s'il te plaît", Opening("fr", 0)),
        ("你好", Opening("zh", 0)),
        ("Luna", None),
        ("ok", None),
        ("😀", None),
        ("", None),
    ],
)
def test_phrases_are_found_as_people_type_them(text: str, opening: Opening | None) -> None:
    """A chat that begins with "hello" must not be lost because a model needs more letters."""
    assert TABLE.find(separate_marks([text])[0]) == opening


@pytest.mark.parametrize(
    "content", ["en: hi, hello\nes: hola, hi\n", "- hi\n", "en: [\n", "en: 3\n"]
)
def test_a_broken_table_is_an_error_with_its_file(tmp_path: Path, content: str) -> None:
    """A phrase of two languages would belong to whichever comes last."""
    file = tmp_path / "openers.yaml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"openers\.yaml"):
        OpenerTable(file)
