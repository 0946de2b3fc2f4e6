"""Ordinary talk of people who name who they are, in seven languages, and harm at the same people.

Public sets name many groups in hatred only, so that a model takes "I am a queer person and I love
cooking" for an attack. The texts are in `written_identity/`, one file per language. Every frame,
kind or hateful, takes terms drawn by a hash, so that no term is a sign of either.
`tests/bench/safety.py` measures with other frames, and with terms that are in none of these
files. Content warning: hateful sentences.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.training.fasttext_training import hash_share
from pipelines.word_files import read_word_file

IDENTITY_FILES = Path(__file__).parent / "written_identity"
_LANGUAGES = ("en", "es", "hi-Latn", "hi", "fr", "de", "pt")
_KIND_TERMS, _HATEFUL_TERMS = 16, 9  # of a frame


def write_identity() -> pl.DataFrame:
    """Return [n] of `text`, `label`, `language`, `group` (frame): the same rows at every call."""
    kinds = (("kind", "safe", _KIND_TERMS), ("hateful", "hate", _HATEFUL_TERMS))
    written = [
        (frame.format(term), label, language, f"{language}:{frame}")
        for kind, label, count in kinds
        for language in _LANGUAGES
        for file in (read_word_file(IDENTITY_FILES / f"{language}.yaml"),)
        for frame in file[kind]
        for term in _choose_terms(file["terms"], frame, count)
    ]
    return pl.DataFrame(written, schema=["text", "label", "language", "group"], orient="row")


def _choose_terms(terms: Sequence[str], frame: str, count: int) -> list[str]:
    """Return terms for a frame, drawn by hash: each term comes about as often as the next."""
    named = pl.DataFrame({"term": terms})
    order = hash_share(pl.Series([frame + term for term in terms]))
    return named.with_columns(order=order).sort("order", "term")["term"].head(count).to_list()
