"""The optional Detoxify layer, on a tiny checkpoint made here: real loading code, no download."""

from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification

from pipelines.errors import ConfigurationError
from pipelines.filtering.safety.detoxify_layer import DetoxifySafety

CLASSES = ["toxic", "insult", "threat"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a checkpoint of a BERT of a few thousand weights."""
    made = tmp_path_factory.mktemp("detoxify")
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "you",
        "are",
        "kind",
        "awful",
        "##s",
        "a",
    ]
    (made / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    size = {
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
    }
    config = BertConfig.from_dict(
        size | {"vocab_size": len(words), "max_position_embeddings": 300, "num_labels": 3}
    )
    config.save_pretrained(made)
    torch.manual_seed(1)
    architecture = {
        "model_type": "bert-base-uncased",
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizer",
        "num_classes": 3,
    }
    checkpoint = {
        "config": {"arch": {"args": architecture}, "dataset": {"args": {"classes": CLASSES}}},
        "state_dict": BertForSequenceClassification(config).state_dict(),
    }
    torch.save(checkpoint, made / "tiny.ckpt")
    return made


def test_unsafe_is_the_highest_of_the_classes(folder: Path) -> None:
    """A text that is only a threat must not be averaged into a safe one."""
    scores = [
        score for score in DetoxifySafety(folder).score(["you are kind", "you are awful"]) if score
    ]

    assert [sorted(score.labels) for score in scores] == [["insult", "threat", "toxicity"]] * 2
    assert [score.unsafe for score in scores] == [max(score.labels.values()) for score in scores]


def test_the_weights_of_the_checkpoint_are_used(folder: Path) -> None:
    """A loader that leaves fresh random weights would answer differently at each load."""
    texts = ["you are awful", "", "a" * 5000, "\ud800"]
    first, second = DetoxifySafety(folder).score(texts), DetoxifySafety(folder).score(texts)

    assert [score.unsafe for score in first if score] == [score.unsafe for score in second if score]
    assert len([score for score in first if score]) == len(texts)


@pytest.mark.parametrize("broken", ["missing", "empty", "corrupt"])
def test_a_checkpoint_that_cannot_be_read_stops_before_work(
    folder: Path, tmp_path: Path, broken: str
) -> None:
    """A night must not begin with a layer that will answer nothing."""
    path = tmp_path / "absent" if broken == "missing" else tmp_path
    if broken == "corrupt":
        (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
        (tmp_path / "tiny.ckpt").write_bytes((folder / "tiny.ckpt").read_bytes()[:1000])

    with pytest.raises(ConfigurationError, match="Give a folder with one Detoxify checkpoint"):
        DetoxifySafety(path)


def test_the_revision_is_of_the_files(folder: Path) -> None:
    """The same checkpoint has the same revision on every machine; another has another."""
    before = DetoxifySafety(folder).revision
    vocabulary = folder / "vocab.txt"
    kept = vocabulary.read_text(encoding="utf-8")
    vocabulary.write_text(kept + "\nnew", encoding="utf-8")
    changed = [file.name for file in folder.iterdir() if file.name == "vocab.txt"]

    assert changed == ["vocab.txt"]
    vocabulary.write_text(kept, encoding="utf-8")
    assert DetoxifySafety(folder).revision == before
