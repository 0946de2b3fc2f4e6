"""Harmless chat of our own that a naive model stops, in every served language.

Sentences that name a group of people without harm, and harsh words in a harmless sense, by writers
who read nothing of ours. The texts are in `plain_talk/`: a folder per kind, a file per language, a
sentence per line, in which `{a|b}` holds alternatives.
"""

from pathlib import Path

import polars as pl

from pipelines.training.phrases import SAFE, fill
from pipelines.word_files import read_lines

_FOLDER = Path(__file__).parent / "plain_talk"


def write_talk() -> pl.DataFrame:
    """Return [n] of `text`, `label` (`safe`), `language`, `group` (the line), `slice` (kind)."""
    rows = [
        (text, SAFE, file.stem, f"{file.stem}:{line}", file.parent.name)
        for file in sorted(_FOLDER.glob("*/*.txt"))
        for line in read_lines(file)
        for text in fill(line)
    ]
    names = ["text", "label", "language", "group", "slice"]
    talk = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return talk.unique("text", keep="first", maintain_order=True)  # "haha" is of many languages
