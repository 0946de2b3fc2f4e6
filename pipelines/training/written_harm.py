"""Our own sentences where public sets are thin: harm in Spanish and Hindi, and its lookalikes.

The texts are in `written_harm/` and `written_clean/`, one file per language. Every frame of harm
has safe neighbours in the same words: a denial, a quotation, care, or a thing as the target. So a
model learns what is said, not which words it is said in. A frame with a slot for a group is filled
with every group, so that no group's name becomes a sign of harm. Content warning: hateful words.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pipelines.training.fasttext_training import hash_share
from pipelines.word_files import read_word_file

HARM_FILES = Path(__file__).parent / "written_harm"
CLEAN_FILES = Path(__file__).parent / "written_clean"
HARM_LANGUAGES = ("en", "es", "hi-Latn", "hi")
# Public sets hold hate in these and hardly any chat, so that a model takes the language for harm.
_CLEAN_LANGUAGES = ("es", "hi-Latn", "hi")
_MOST_PER_FRAME = 14
_COLUMNS = ("text", "label", "language", "group")


def write_harm() -> pl.DataFrame:
    """Return [n] of `text`, `label`, `language`, `group` (frame): the same rows at every call."""
    written = [
        (text, label, language, f"{language}:{frame}")
        for language in HARM_LANGUAGES
        for file in (read_word_file(HARM_FILES / f"{language}.yaml"),)
        for label, frames in file["frames"].items()
        for frame in frames
        for text in _fill(frame, file["slots"])
    ]
    return pl.DataFrame(written, schema=_COLUMNS, orient="row")


def write_clean() -> pl.DataFrame:
    """Return [n] of `text`, `label` (`safe`), `language`, `group` (the frame): ordinary chat."""
    written = [
        (text, "safe", language, f"{language}:{frame}")
        for language in _CLEAN_LANGUAGES
        for file in (read_word_file(CLEAN_FILES / f"{language}.yaml"),)
        for frame in file["frames"]
        for text in _fill(frame, file["slots"])
    ]
    return pl.DataFrame(written, schema=_COLUMNS, orient="row")


def _hash_place(text: str, count: int) -> int:
    """Return a place in [0, count) that only the text decides."""
    return int(hash_share(pl.Series([text]))[0] * count)


def _fill(frame: str, slots: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the frame with its slots filled in, at most 14 times: those with the lowest hash."""
    texts = [frame]
    for name, words in slots.items():
        if f"{{{name}}}" in frame:
            texts = [text.replace(f"{{{name}}}", word, 1) for text in texts for word in words]
            texts = [
                text.replace(f"{{{name}}}", words[_hash_place(text, len(words))]) for text in texts
            ]
    chosen = pl.DataFrame({"text": texts, "order": hash_share(pl.Series(texts))})
    return chosen.sort("order", "text")["text"].head(_MOST_PER_FRAME).to_list()
