"""Sentences of our own where public sets are thin: harm in Spanish and Hindi, and what sounds like it.

Every frame of harm has neighbours that are safe in the same words (denial, quotation, a thing for a
target, care), so that a model learns what is said and not which words are in it; a frame that names
a group is told of every group, so that no group is a sign of harm. Content warning: hateful words.
"""

import polars as pl

from pipelines.training.clean_frames import CLEAN_FRAMES, CLEAN_SLOTS
from pipelines.training.fasttext_training import hash_share
from pipelines.training.harm_frames import WESTERN_FRAMES, WESTERN_SLOTS
from pipelines.training.harm_frames_hindi import HINDI_FRAMES, HINDI_SLOTS

SLOTS = WESTERN_SLOTS | HINDI_SLOTS
FRAMES = WESTERN_FRAMES | HINDI_FRAMES
_MOST_PER_FRAME = 14


def write_harm() -> pl.DataFrame:
    """Return [n] of `text`, `label`, `language`, `group` (the frame): the same rows at every call."""
    told = [
        (text, label, language, f"{language}:{frame}")
        for (language, label), frames in FRAMES.items()
        for frame in frames
        for text in _tell(frame, SLOTS[language])
    ]
    return pl.DataFrame(told, schema=["text", "label", "language", "group"], orient="row")


def write_clean() -> pl.DataFrame:
    """Return [n] of `text`, `label` (`safe`), `language`, `group` (the frame): ordinary chat."""
    told = [
        (text, "safe", language, f"{language}:{frame}")
        for language, frames in CLEAN_FRAMES.items()
        for frame in frames
        for text in _tell(frame, CLEAN_SLOTS[language])
    ]
    return pl.DataFrame(told, schema=["text", "label", "language", "group"], orient="row")


def hash_place(text: str, count: int) -> int:
    """Return a place in [0, count) that only the text decides."""
    return int(hash_share(pl.Series([text]))[0] * count)


def _tell(frame: str, slots: dict[str, tuple[str, ...]]) -> list[str]:
    """Return fillings of a frame's slots; of many those with the lowest hash."""
    texts = [frame]
    for name, words in slots.items():
        if f"{{{name}}}" in frame:
            texts = [text.replace(f"{{{name}}}", word, 1) for text in texts for word in words]
            texts = [text.replace(f"{{{name}}}", words[hash_place(text, len(words))]) for text in texts]
    chosen = pl.DataFrame({"text": texts, "order": hash_share(pl.Series(texts))})
    return chosen.sort("order", "text")["text"].head(_MOST_PER_FRAME).to_list()
