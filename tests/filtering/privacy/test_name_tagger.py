"""The name tagger reads sentences one by one, and stops what is damaged or of another encoder."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from torch import Tensor

from pipelines.errors import ConfigurationError
from pipelines.filtering.privacy.name_tagger import FACTS_FILE, WEIGHTS_FILE, NameTagger
from pipelines.places import SHIPPED

FOLDER = SHIPPED / "name_tagger"
NAMED = {
    "i gave the book to Rose yesterday": "Rose",
    "ayer vi a Paloma en el mercado": "Paloma",
    "شفت كريم امس في السوق": "كريم",
    "Mark hat mir gestern beim Umzug geholfen": "Mark",
}
PLAIN = {
    "the rose in my garden died": "rose",
    "una paloma entró por la ventana": "paloma",
    "mark the date in your calendar": "mark",
}


@pytest.fixture(scope="module")
def tagger() -> NameTagger:
    """Return the shipped tagger."""
    return NameTagger(FOLDER)


def share(tagger: NameTagger, text: str, word: str) -> float:
    """Return the share of a word of a text."""
    (found,) = tagger.shares([text])
    answer = found.of(text.index(word), text.index(word) + len(word))
    assert answer is not None
    return answer


def test_the_sentence_decides(tagger: NameTagger) -> None:
    """The same word is somebody in one sentence and a thing in another."""
    named = {text: share(tagger, text, word) for text, word in NAMED.items()}
    plain = {text: share(tagger, text, word) for text, word in PLAIN.items()}

    assert min(named.values()) > max(plain.values())


def test_answers_do_not_depend_on_the_batch(tagger: NameTagger) -> None:
    """Partitions differ from run to run; the answers may not. Broken text is answered too."""
    texts = [*NAMED, "", "\ud800", "a" * 5_000, "😀" * 300, "Ann " * 400, *PLAIN]
    together = tagger.shares(texts)

    for text, found in zip(texts, together, strict=True):
        (alone,) = tagger.shares([text])
        assert np.array_equal(found.shares, alone.shares)
        assert np.array_equal(found.starts, alone.starts)
    assert tagger.shares([]) == []


def test_what_was_not_read_has_no_share(tagger: NameTagger) -> None:
    """Of a long text the end is not read, and blanks are no token."""
    text = "Ann " * 400
    (found,) = tagger.shares([text])

    assert found.of(0, 3) is not None
    assert found.of(len(text) - 4, len(text) - 1) is None


def test_no_number_is_no_answer(tagger: NameTagger, monkeypatch: pytest.MonkeyPatch) -> None:
    """NaN would compare as below every cut, so that each person would be let stand."""

    def judge(_: NameTagger, states: Mapping[int, Tensor], mask: Tensor) -> np.ndarray:
        assert states
        return np.full((len(mask), 160), np.nan, np.float32)

    monkeypatch.setattr(NameTagger, "judge", judge)

    with pytest.raises(ValueError, match="no number"):
        tagger.shares(["Ann is here"])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("missing", "missing or corrupt"),
        ("truncated", "missing or corrupt"),
        ("no facts", "model.json"),
        ("another encoder", "was trained on the encoder 000000000000"),
    ],
)
def test_a_folder_that_is_not_whole_stops_the_run(tmp_path: Path, fault: str, said: str) -> None:
    """A tagger that cannot answer must not let names pass."""
    folder = tmp_path / "name_tagger"
    shutil.copytree(FOLDER, folder)
    if fault == "missing":
        (folder / WEIGHTS_FILE).unlink()
    elif fault == "truncated":
        (folder / WEIGHTS_FILE).write_bytes((folder / WEIGHTS_FILE).read_bytes()[:-1])
    elif fault == "no facts":
        (folder / FACTS_FILE).unlink()
    else:
        facts = json.loads((folder / FACTS_FILE).read_text("utf-8")) | {"encoder": "0" * 12}
        (folder / FACTS_FILE).write_text(json.dumps(facts), "utf-8")

    with pytest.raises(ConfigurationError, match=said):
        NameTagger(folder)
