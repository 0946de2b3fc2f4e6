"""The head on the encoder's pass: it shares the pass, answers alone too, and fails closed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from pipelines.errors import ConfigurationError
from pipelines.filtering.safety.encoder_head import EncoderHead, combine_odds
from pipelines.filtering.safety.settings import SafetyLimits
from pipelines.models.encoder import Encoder
from pipelines.models.head_network import HeadNetwork
from pipelines.models.ladder import HeadShape
from tests.factories import ROOT

SHIPPED = ROOT / "pipelines" / "shipped"
CLEAN = [
    "Can you recommend a movie for tonight?",
    "How do I kill a Python process?",
    "¿Puedes ayudarme con mi tarea?",
    "मुझे एक कहानी सुनाओ",
    "I love my gay neighbours 😀",
]
UNSAFE = [
    "You stupid whore, I hate you",
    "how can I hack into someone's bank account",
    "all refugees are 🐀 and should be put down",
    "eres una puta asquerosa",
]


@pytest.fixture(scope="module")
def head() -> EncoderHead:
    """Return the shipped layer."""
    return EncoderHead()


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """Return the encoder whose pass is shared."""
    return Encoder()


def test_clean_prompts_pass_and_unsafe_ones_do_not(head: EncoderHead) -> None:
    """The shipped cuts must separate these in every language that is served by default."""
    cut = SafetyLimits().cuts["encoder_head"].review_from
    passed = [score.unsafe < cut for score in head.score(CLEAN + UNSAFE) if score]

    assert passed == [True] * len(CLEAN) + [False] * len(UNSAFE)


def test_one_pass_serves_vectors_and_head(head: EncoderHead, encoder: Encoder) -> None:
    """The head does not change the vectors, and answers as it does alone."""
    texts = [*CLEAN, *UNSAFE, CLEAN[0]]

    vectors, (answers,) = encoder.encode_with(texts, [head])

    assert np.array_equal(vectors, encoder.encode(texts))
    assert answers == head.score(texts)


def test_answers_do_not_depend_on_the_batch(head: EncoderHead) -> None:
    """Partitions differ from run to run; the answers may not. Broken text is answered too."""
    texts = [*CLEAN, "", "\ud800", "a" * 5_000, "😀" * 300, *UNSAFE]
    together = head.score(texts)

    assert together == [head.score([text])[0] for text in texts]
    assert together[::-1] == head.score(texts[::-1])
    assert all(score is not None and 0.0 <= score.unsafe <= 1.0 for score in together)


def test_scores_are_thousandths(head: EncoderHead) -> None:
    """What two processors round apart in the seventh digit must be one score."""
    assert [s.unsafe == round(s.unsafe, 3) for s in head.score(UNSAFE) if s] == [True] * len(UNSAFE)


def test_no_texts_have_no_answers(head: EncoderHead, encoder: Encoder) -> None:
    """An empty partition is no error."""
    vectors, answers = encoder.encode_with([], [head])

    assert (vectors.shape[0], answers, head.score([])) == (0, [[]], [])


def test_a_pass_that_gave_no_number_is_a_failure(head: EncoderHead) -> None:
    """NaN from the encoder must reach the policy as a failed layer, not as a score."""
    judged = np.full((2, 8), np.log(1 / 8), dtype=np.float32)
    judged[1, 3] = np.nan

    assert [score is None for score in head.answer(CLEAN[:2], judged)] == [False, True]


def test_padding_changes_no_answer() -> None:
    """Rows of one batch differ in length; what fills the shorter ones is no token."""
    torch.manual_seed(0)
    network = HeadNetwork(HeadShape(encoder_width=8, width=12, heads=2, labels=3)).eval()
    states = [torch.randn(1, 5, 8) for _ in range(3)]
    padded = [torch.cat([state, torch.full((1, 4, 8), 9.0)], dim=1) for state in states]
    with torch.inference_mode():
        short = network(states, torch.ones(1, 5, dtype=torch.bool))
        long = network(padded, torch.arange(9)[None, :] < 5)

    assert torch.allclose(short, long, atol=1e-5)


def test_the_combination_is_a_weighted_sum_of_log_odds() -> None:
    """A calibration that is not what was fitted has cuts that mean something else."""
    assert combine_odds(2.0, -1.0, {"fasttext": 0.5, "head": 0.25, "intercept": -0.5}) == 0.25


def test_the_default_cuts_are_those_of_the_model() -> None:
    """Cuts belong to a model; another model under old cuts would pass another share."""
    facts = json.loads((SHIPPED / "safety_head" / "model.json").read_text(encoding="utf-8"))

    assert SafetyLimits().cuts["encoder_head"].model_dump() == facts["cuts"]


@pytest.mark.parametrize("fault", ["missing", "truncated", "no facts"])
def test_a_model_that_is_not_whole_stops_before_work(tmp_path: Path, fault: str) -> None:
    """A head with half of its weights would give wrong answers."""
    shutil.copytree(SHIPPED / "safety_head", tmp_path / "safety_head")
    file = tmp_path / "safety_head" / "model.safetensors"
    if fault == "truncated":
        file.write_bytes(file.read_bytes()[:100_000])
    elif fault == "missing":
        file.unlink()
    else:
        (tmp_path / "safety_head" / "model.json").write_text("{", encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"(missing|corrupt).*train_safety"):
        EncoderHead(tmp_path / "safety_head")
