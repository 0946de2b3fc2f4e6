"""The explanation of one decision in sentences, and what would have changed the outcome."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipelines.explanation.evidence import SampleCase
from pipelines.report.values import show_value

_VALUE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one decision was made.

    Args:
        sentences: what happened and why, with scores and cuts.
        otherwise: what would have to differ for another outcome, as far as the tables can prove it.
    """

    sentences: tuple[str, ...]
    otherwise: tuple[str, ...] = ()


Explainer = Callable[[SampleCase], Explanation]
"""Explains one reason for a sample."""


def explain(*sentences: str, otherwise: str | Iterable[str] = ()) -> Explanation:
    """Return the explanation of a decision; empty sentences are left out."""
    other = (otherwise,) if isinstance(otherwise, str) else tuple(otherwise)
    return Explanation(tuple(filter(None, sentences)), tuple(filter(None, other)))


def show_score(value: float | None) -> str:
    """Return a score, cut or cosine with enough digits to differ from its cut.

    >>> show_score(0.629), show_score(0.62896131), show_score(None)
    ('0.629', '0.628961', 'no number')
    """
    return "no number" if value is None or not math.isfinite(value) else f"{value:.6g}"


def show_text(value: object) -> str:
    """Return a value of the data as one line without control characters."""
    return show_value(None if value is None else str(value), _VALUE_CHARS)


def join_words(words: Iterable[str]) -> str:
    """Return words as a list in a sentence.

    >>> join_words(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = [*words] or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last
