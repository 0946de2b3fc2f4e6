"""Sentences of our own where the public sets have none: warm role-play, and insults beyond English.

The public sets hold hate in eleven languages but next to no affectionate role-play, so that a
model takes a hug for harassment. The texts are in `written_chat/`, one file per language. Content
warning: insults.
"""

from itertools import product
from pathlib import Path

import polars as pl

from pipelines.word_files import read_word_file

_FOLDER = Path(__file__).parent / "written_chat"
_LANGUAGES = ("en", "es", "hi-Latn", "hi")


def write_chat() -> pl.DataFrame:
    """Return all combinations: `text`, `label` (`safe`, `harassment`), `language`, `group`."""
    files = {language: read_word_file(_FOLDER / f"{language}.yaml") for language in _LANGUAGES}
    warm = [
        (
            f"*{action}* {line}".strip() if marked else f"{action} {line}".strip(),
            "safe",
            language,
            action,
        )
        for language, file in files.items()
        for action, line, marked in product(file["actions"], file["lines"], (True, False))
    ]
    insults = [
        (frame.format(insult), "harassment", language, insult)
        for language, file in files.items()
        for frame, insult in product(file.get("insult_frames", ()), file.get("insults", ()))
    ]
    return pl.DataFrame(warm + insults, schema=["text", "label", "language", "group"], orient="row")
