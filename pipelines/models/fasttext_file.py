"""Load a fastText model and its `model.json`; the file is checked by its hash first."""

import hashlib
import importlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from pipelines.errors import ConfigurationError
from pipelines.identity import fingerprint

LABEL_PREFIX = "__label__"
MODEL_FILE = "model.bin"
FACTS_FILE = "model.json"


class FastText(Protocol):
    """The part of fastText's Python class that we call."""

    def predict(self, text: list[str], k: int) -> tuple[list[list[str]], list[Any]]:
        """Return the k best labels and their probabilities for each line."""

    def get_labels(self) -> list[str]:
        """Return every label, with its prefix."""


def load_fasttext(file: Path, remedy: str) -> FastText:
    """Return the model in a file.

    Raises:
        ConfigurationError: there is no such file, or fastText cannot read it.
    """
    if not file.is_file():
        message = f"model file {file} does not exist. {remedy}"
        raise ConfigurationError(message)
    try:
        # fastText has no type hints and imports slowly, so it is imported here and only here.
        return cast("FastText", importlib.import_module("fasttext").load_model(str(file)))
    except (ValueError, MemoryError, RuntimeError) as fault:
        message = f"model file {file} cannot be read by fastText ({fault}). {remedy}"
        raise ConfigurationError(message) from fault


def load_shipped(folder: Path, remedy: str) -> tuple[FastText, dict[str, Any], str]:
    """Return model, facts of `model.json` and revision of a folder that a training job wrote.

    A truncated fastText file can end the process instead of raising, so its hash is compared with
    the one in `model.json` before fastText sees it.

    Raises:
        ConfigurationError: a file is missing, unreadable, or not the one that was trained.
    """
    facts = read_facts(folder / FACTS_FILE, remedy)
    file = folder / MODEL_FILE
    if not file.is_file():
        message = f"model file {file} does not exist. {remedy}"
        raise ConfigurationError(message)
    found = hash_file(file)
    if found != facts.get("sha256"):
        message = f"model file {file} is corrupt: its hash is not the one in {FACTS_FILE}. {remedy}"
        raise ConfigurationError(message)
    return load_fasttext(file, remedy), facts, fingerprint(found, hash_file(folder / FACTS_FILE))


def predict_lines(model: FastText, lines: Sequence[str], best: int) -> list[dict[str, float]]:
    """Return for each line its `best` most probable labels with their probabilities.

    A line must not contain a newline, where fastText would end it. A list is passed because a
    single string fails with NumPy 2.
    """
    labels, shares = model.predict(list(lines), k=best)
    cut = len(LABEL_PREFIX)
    return [
        {label[cut:]: float(share) for label, share in zip(names, values, strict=True)}
        for names, values in zip(labels, shares, strict=True)
    ]


def hash_file(file: Path) -> str:
    """Return the sha-256 of a file's bytes, in hex."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read_facts(file: Path, remedy: str) -> dict[str, Any]:
    """Return the facts in a model's folder.

    Raises:
        ConfigurationError: the file is missing or is not a mapping.
    """
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        message = f"model file {file} is missing or corrupt. {remedy}"
        raise ConfigurationError(message) from fault
    if not isinstance(facts, dict):
        message = f"model file {file} is not a mapping of settings. {remedy}"
        raise ConfigurationError(message)
    return facts
