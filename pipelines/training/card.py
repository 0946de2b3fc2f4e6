"""Model cards: what a shipped model was made of, what it reaches, where it fails."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CARD_FILE = "CARD.md"


def write_safety_card(figures: Mapping[str, Any], folder: Path) -> str:
    """Write the card of the safety layer and return its text."""
    return str(figures)


def write_language_card(figures: Mapping[str, Any], folder: Path) -> str:
    """Write the card of the language model and return its text."""
    return str(figures)
