"""A further, optional safety layer: a Detoxify checkpoint from a local folder, never downloaded."""

import importlib
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from pipelines.errors import ConfigurationError
from pipelines.identity import fingerprint
from pipelines.models.answers import SafetyScore, answer_each
from pipelines.models.fasttext_file import hash_file
from pipelines.models.source_revision import fingerprint_sources, modules_of

_BATCH_ROWS = 32
_MAX_TOKENS = 256
SOURCES: tuple[str | Path, ...] = (
    "pipelines.filtering.safety.detoxify_layer",
    *modules_of("pipelines.models", "answers", "fasttext_file"),
)
"""What decides, beside the checkpoint's folder, what it answers."""
_REMEDY = (
    "Give a folder with one Detoxify checkpoint (*.ckpt), its config.json and its tokenizer files."
)
# Detoxify's checkpoints name some classes otherwise than its own answers do.
_NAMES = {
    "toxic": "toxicity",
    "identity_hate": "identity_attack",
    "severe_toxic": "severe_toxicity",
}


class DetoxifySafety:
    """Scores texts with a Detoxify model: `unsafe` is the highest of its classes.

    The folder holds the checkpoint (`*.ckpt`) and beside it the Hugging Face `config.json` and
    tokenizer files, so that nothing is fetched. Texts are cut at `_MAX_TOKENS` tokens.
    """

    name: ClassVar[str] = "detoxify"

    def __init__(self, path: Path | None = None) -> None:
        checkpoint = _find_checkpoint(path)
        self._torch = importlib.import_module("torch")
        self._model, self._tokenizer, self._classes = _load_checkpoint(self._torch, checkpoint)
        files = sorted(file for file in checkpoint.parent.iterdir() if file.is_file())
        self.revision = fingerprint(
            self.name,
            fingerprint_sources(*SOURCES),
            *(f"{file.name} {hash_file(file)}" for file in files),
        )

    def score(self, texts: Sequence[str]) -> list[SafetyScore | None]:
        """Return one score per text, in order; None where the model failed on that text."""
        # Texts of one length share a batch, so little is padded; the answers go back in order.
        order = sorted(range(len(texts)), key=lambda index: (len(texts[index]), index))
        answers: list[SafetyScore | None] = [None] * len(texts)
        for start in range(0, len(order), _BATCH_ROWS):
            chosen = order[start : start + _BATCH_ROWS]
            found = answer_each([texts[index] for index in chosen], self._score_batch)
            for index, answer in zip(chosen, found, strict=True):
                answers[index] = answer
        return answers

    def _score_batch(self, texts: Sequence[str]) -> list[SafetyScore]:
        torch = self._torch
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        inputs = self._tokenizer(
            clean, return_tensors="pt", truncation=True, max_length=_MAX_TOKENS, padding=True
        )
        with torch.inference_mode():
            rows = torch.sigmoid(self._model(**inputs)[0].float()).tolist()
        return [
            SafetyScore(unsafe=max(row), labels=dict(zip(self._classes, row, strict=True)))
            for row in rows
        ]


def _find_checkpoint(path: Path | None) -> Path:
    if path is None or not path.is_dir():
        message = f"detoxify: {path} is no folder. {_REMEDY}"
        raise ConfigurationError(message)
    files = sorted(path.glob("*.ckpt"))
    if len(files) != 1 or not (path / "config.json").is_file():
        message = (
            f"detoxify: {path} holds {len(files)} checkpoints and perhaps no config.json. {_REMEDY}"
        )
        raise ConfigurationError(message)
    return files[0]


def _load_checkpoint(
    torch: Any,  # noqa: ANN401 reason: imported only where the layer is used
    checkpoint: Path,
) -> tuple[Any, Any, list[str]]:
    """Return model, tokenizer and class names, built by Detoxify's own loader."""
    folder = str(checkpoint.parent)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            build = importlib.import_module("detoxify.detoxify").get_model_and_tokenizer
            # weights_only: a checkpoint is a pickle, and a pickle from elsewhere may run anything.
            loaded = torch.load(checkpoint, map_location="cpu", weights_only=True)
            # The checkpoint names its architecture by a hub id; the folder stands in for it.
            architecture = loaded["config"]["arch"]["args"] | {"model_type": folder}
            model, tokenizer = build(
                **architecture, state_dict=loaded["state_dict"], huggingface_config_path=folder
            )
            classes = [
                _NAMES.get(name, name) for name in loaded["config"]["dataset"]["args"]["classes"]
            ]
    except Exception as fault:
        message = (
            f"detoxify: {checkpoint} cannot be read ({type(fault).__name__}: {fault}). {_REMEDY}"
        )
        raise ConfigurationError(message) from fault
    return model.eval(), tokenizer, classes
