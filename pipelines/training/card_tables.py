"""Tables of figures for the cards of models."""

from collections.abc import Sequence
from typing import Any

CARD_FILE = "CARD.md"


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a Markdown table; numbers except counts have three digits, None is a dash."""
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(_show(value) for value in row)} |" for row in rows]
    return "\n".join(lines)


def _show(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
