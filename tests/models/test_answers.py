"""A model may fail on one text; the rest of its batch is answered."""

import logging
from collections.abc import Sequence

import pytest

from pipelines.models.answers import answer_each


def upper(texts: Sequence[str]) -> list[str]:
    """Answer in capitals, but raise on a batch that holds the bad text."""
    if "bad" in texts:
        message = "bad text"
        raise RuntimeError(message)
    return [text.upper() for text in texts]


def test_only_the_text_that_raises_is_lost() -> None:
    """One hostile message must not send a thousand others to review."""
    assert answer_each(["a", "bad", "b"], upper) == ["A", None, "B"]
    assert answer_each([], upper) == []


def test_a_model_that_answers_too_few_is_not_believed() -> None:
    """Answers shifted by one row would belong to the wrong conversations."""
    assert answer_each(["a", "b"], lambda texts: list(texts)[: len(texts) - 1]) == [None, None]
    assert answer_each(["a", "b"], lambda texts: list(texts)[:1]) == ["a", "b"]


def test_no_text_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """An error's message may quote the text that caused it."""
    with caplog.at_level(logging.WARNING):  # also where another test has silenced the process
        answer_each(["secret words", "bad"], upper)

    assert [("secret" in r.getMessage(), "bad text" in r.getMessage()) for r in caplog.records] == [
        (False, False)
    ]
