"""Which texts no export may hold, whatever a person has to decide."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipelines.identity import hash_text
from pipelines.reviewing.queue import Withheld

_MINORS = "minors"
"""Part of a layer's labels for sexual content with minors."""


def bar_texts(
    samples: pl.Series, safety: pl.DataFrame, critical: Sequence[str]
) -> dict[str, Withheld]:
    """Return the samples whose texts are barred: for a finding, or as no layer has read them.

    Args:
        samples: ids.
        safety: their rows of `safety`.
        critical: the layers that look for sexual content with minors; one has to have answered.
    """
    answered: set[str] = set()
    found: set[str] = set()
    for row in safety.select("sample_id", "model", "unsafe", "labels").to_dicts():
        labels = dict(row["labels"] or {})
        if any(_MINORS in str(name) and value != 0 for name, value in labels.items()):
            found.add(row["sample_id"])
        if row["model"] in critical and row["unsafe"] is not None:
            answered.add(row["sample_id"])
    barred = {name: Withheld.UNREAD for name in samples.to_list() if name not in answered}
    return barred | dict.fromkeys(found, Withheld.MINORS)


def compare_text(kept: Mapping[str, Any] | None, text_hash: str | None) -> Withheld | None:
    """Return why a kept text must not be exported; None = it may be.

    Args:
        kept: `redacted`, `prompt`, `messages`; None = nothing is kept.
        text_hash: of the prompt, as the published night has it.
    """
    if kept is None:
        return Withheld.NOT_KEPT
    if not kept["redacted"] or kept["prompt"] is None or kept["messages"] is None:
        return Withheld.NOT_REDACTED
    return None if hash_text(kept["prompt"]) == text_hash else Withheld.CHANGED
