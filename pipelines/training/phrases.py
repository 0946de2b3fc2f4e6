"""Sentences of our own in every served language: plain harm, and ordinary talk that sounds like it.

Public sets hold hate in eleven languages and next to no threats, plans or questions how to do
harm, and of clean talk hardly any that names a group or says `kill` in passing. One file per
language is in `phrases/`; its lines are templates, and all sentences of a template stay in one
part of a split. Content warning: harm.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from pipelines.training.fasttext_training import hash_share
from pipelines.word_files import read_word_file

_FOLDER = Path(__file__).parent / "phrases"
_SLOT = re.compile(r"\{([^{}]*)\}")
_MOST_PER_TEMPLATE = 6
_COMBINATIONS_MAX = 400
SAFE = "safe"
_LABEL_OF = MappingProxyType({
    "threat": "violence",
    "violence": "violence",
    "self_harm": "self_harm",
    "hate": "hate",
    "harassment": "harassment",
    "doxxing": "harassment",
    "weapons": "dangerous_advice",
    "drugs": "dangerous_advice",
})  # fmt: skip


def write_phrases_harm() -> pl.DataFrame:
    """Return [n] of `text`, `label`, `language`, `group` (the template), `slice` (kind of harm)."""
    return _write("harm")


def write_phrases_clean() -> pl.DataFrame:
    """Return [n] of `text`, `label` (`safe`), `language`, `group` (template), `slice` (subject)."""
    return _write("clean")


def fill(template: str) -> list[str]:
    """Return fillings of a template: `{a|b}` is one of its words; of many, those of lowest hash.

    >>> sorted(fill("{hi|hello} there"))
    ['hello there', 'hi there']
    """
    parts = _SLOT.split(template)
    choices = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    texts = []
    for number, words in enumerate(product(*choices)):
        if number == _COMBINATIONS_MAX:
            break
        texts.append(re.sub(r"\s{2,}", " ", "".join(words)).strip())
    chosen = pl.DataFrame({"text": sorted(set(texts))}, schema={"text": pl.String})
    ordered = chosen.with_columns(order=hash_share(chosen["text"])).sort("order", "text")
    return ordered["text"].head(_MOST_PER_TEMPLATE).to_list()


def _write(part: str) -> pl.DataFrame:
    rows = [
        row
        for file in sorted(_FOLDER.glob("*.yaml"))
        for row in _fill_all(read_word_file(file), part)
    ]
    names = ["text", "label", "language", "group", "slice"]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _fill_all(written: Mapping[str, Any], part: str) -> Iterator[tuple[str, str, str, str, str]]:
    language = written["language"]
    for kind, templates in written[part].items():
        label = SAFE if part == "clean" else _LABEL_OF[kind]
        for template in templates:
            for text in fill(template):
                yield text, label, language, f"{language}:{template}", kind
