"""Sentences with what identifies in angle brackets, and whether the rules cover it whole.

A line is a kind and a sentence; "-" stands for one that identifies nobody.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from pipelines.filtering.privacy.rules import IdentifierRules


def judge(file: Path, rules: IdentifierRules) -> Iterator[tuple[str, bool]]:
    """Yield each line's kind, and whether what identifies is covered, or anything is found in "-".

    Args:
        file: of lines of kind, tab, sentence.
        rules: that find.
    """
    told = [line.split("\t", 1) for line in file.read_text("utf-8").splitlines()]
    texts = [re.sub("[<>]", "", said) for _, said in told]
    for (kind, said), text, found in zip(told, texts, rules.find(texts), strict=True):
        telling = re.search("<([^>]*)>", said)
        if telling is None:
            yield kind, bool(found)
            continue
        hidden = {place for f in found or () for place in range(f.start, f.end)}
        needed = range(telling.start(), telling.start() + len(telling[1]))
        yield kind, {place for place in needed if text[place].isalnum()} <= hidden
