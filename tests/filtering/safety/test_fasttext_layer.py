"""The shipped fastText layer: it loads whole or not at all, and judges a text by its worst part."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.filtering.safety.fasttext_layer import (
    STEP_CHARS,
    WINDOW_CHARS,
    Calibration,
    FastTextSafety,
    cut_windows,
)
from pipelines.filtering.safety.settings import SafetyLimits
from tests.factories import ROOT

SHIPPED = ROOT / "pipelines" / "shipped" / "safety_fasttext"
CLEAN = [
    "Can you recommend a movie for tonight?",
    "¿Puedes ayudarme con mi tarea?",
    "मुझे एक कहानी सुनाओ",
    "kya tum thik ho",
]
UNSAFE = [
    "You stupid whore, I hate you",
    "how can I hack into someone's bank account",
    "eres una puta asquerosa",
]


@pytest.fixture(scope="module")
def layer() -> FastTextSafety:
    """Return the shipped layer."""
    return FastTextSafety()


def test_clean_chat_passes_and_abuse_does_not(layer: FastTextSafety) -> None:
    """The shipped cuts must separate these in every language that is served by default."""
    cut = SafetyLimits().cuts["fasttext_safety"].review_from
    passed = [score.unsafe < cut for score in layer.score(CLEAN + UNSAFE) if score]

    assert passed == [True] * len(CLEAN) + [False] * len(UNSAFE)


def test_a_long_text_is_as_unsafe_as_its_worst_window(layer: FastTextSafety) -> None:
    """Averaged over a whole story a page of abuse would vanish."""
    story = "We walked through the garden and talked about the weather. " * 40
    long = story + " ".join(UNSAFE * 4) + " " + story
    windows = [score.unsafe for score in layer.score(cut_windows([long])[0]) if score]
    whole, calm = (score.unsafe for score in layer.score([long, story]) if score)

    assert (whole, whole > calm + 0.3) == (max(windows), True)


def test_answers_do_not_depend_on_the_batch(layer: FastTextSafety) -> None:
    """Partitions differ from run to run; the answers may not. Broken text is answered too."""
    texts = [*CLEAN, "", "\ud800", "\x00\n\r", "\u0301", "😀" * 1000, "a" * 100_000, *UNSAFE]
    together = layer.score(texts)

    assert together == [layer.score([text])[0] for text in texts]
    assert together[::-1] == layer.score(texts[::-1])
    assert all(score is not None and 0.0 <= score.unsafe <= 1.0 for score in together)


@pytest.mark.parametrize(
    "length", [0, 1, WINDOW_CHARS, WINDOW_CHARS + 1, WINDOW_CHARS + STEP_CHARS, 5000]
)
def test_windows_cover_every_character(length: int) -> None:
    """Text in a gap between windows would not be judged."""
    text = "".join(chr(0x4E00 + index) for index in range(length))
    windows, owners = cut_windows(["x", text])

    assert set("".join(windows[1:])) == set(text)
    assert owners == [0] + [1] * (len(windows) - 1)
    assert max(map(len, windows)) <= WINDOW_CHARS


def test_calibration_is_a_rising_probability() -> None:
    """A cut on the calibrated scale must mean the same order as the model's own."""
    curve = Calibration(0.5, -0.1)
    values = [curve(share / 100) for share in range(101)]

    assert values == sorted(values)
    assert (values[0] > 0.0, values[-1] < 1.0) == (True, True)


def test_the_default_cuts_are_those_of_the_card() -> None:
    """Cuts belong to a model; another model under old cuts would pass another share."""
    facts = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))

    assert SafetyLimits().cuts["fasttext_safety"].model_dump() == facts["cuts"]


@pytest.mark.parametrize("fault", ["missing", "truncated", "no facts"])
def test_a_model_that_is_not_whole_stops_before_work(tmp_path: Path, fault: str) -> None:
    """A truncated file may end the process inside fastText; the hash must be checked first."""
    shutil.copytree(SHIPPED, tmp_path / "model")
    file = tmp_path / "model" / "model.bin"
    if fault == "truncated":
        file.write_bytes(file.read_bytes()[:100_000])
    elif fault == "missing":
        file.unlink()
    else:
        (tmp_path / "model" / "model.json").write_text("{", encoding="utf-8")

    with pytest.raises(
        ConfigurationError, match=r"model\.(bin|json).*(missing|exist|corrupt).*train_safety"
    ):
        FastTextSafety(tmp_path / "model")
