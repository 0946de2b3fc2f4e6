"""Answer types of the safety and language models; a text that a model fails on fails alone."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

_Answer = TypeVar("_Answer")
_LOG = logging.getLogger(__name__)

UNCERTAIN_LANGUAGE = "und"


@dataclass(frozen=True, slots=True)
class SafetyScore:
    """How unsafe a text is: a probability in [0, 1], and what a model says of each kind of harm."""

    unsafe: float
    labels: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LanguageAnswer:
    """The language of a text: ISO 639-1, or `und` where the model is not certain.

    `confidence` in [0, 1]; `romanised` = Hindi in Latin letters; `mixed` = mixed with English.
    """

    language: str
    confidence: float
    romanised: bool = False
    mixed: bool = False


class SafetyLayer(Protocol):
    """The interface of every layer of the safety cascade."""

    @property
    def name(self) -> str:
        """Return the name under which its scores are stored."""

    @property
    def revision(self) -> str:
        """Return what changes whenever an answer may."""

    def score(self, texts: Sequence[str]) -> list[SafetyScore | None]:
        """Return one answer per text, in order; None where the model failed on that text."""


def answer_each(
    texts: Sequence[str], answer_batch: Callable[[Sequence[str]], Sequence[_Answer]]
) -> list[_Answer | None]:
    """Return one answer per text, in order; None only for a text on which the model raises.

    The whole batch is answered at once. Only where that raises, or returns another number of
    answers, is each text answered by itself; so a clean batch costs nothing extra.
    """
    try:
        return list(_ask(texts, answer_batch))
    except Exception as fault:  # noqa: BLE001 reason: a model may raise anything
        # The exception's message may quote the text, so only its type is logged.
        _LOG.warning(
            "a batch of %d texts failed (%s); asking one by one", len(texts), type(fault).__name__
        )
    return [_answer_one(text, answer_batch) for text in texts]


def _answer_one(
    text: str, answer_batch: Callable[[Sequence[str]], Sequence[_Answer]]
) -> _Answer | None:
    try:
        return _ask([text], answer_batch)[0]
    except Exception:  # noqa: BLE001 reason: see answer_each
        return None


def _ask(
    texts: Sequence[str], answer_batch: Callable[[Sequence[str]], Sequence[_Answer]]
) -> Sequence[_Answer]:
    answers = answer_batch(texts) if texts else ()
    if len(answers) != len(texts):
        message = f"{len(answers)} answers to {len(texts)} texts"
        raise ValueError(message)
    return answers
