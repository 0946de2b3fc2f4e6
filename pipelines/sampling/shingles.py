"""Long word runs that two sides share, found by hash alone: no text leaves the machine that reads it."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator

import polars as pl

WORDS = 13
"""Words of a run. Source: Brown et al., Language Models are Few-Shot Learners (2020), appendix C."""

_MARKS = re.compile("[!-/:-@\\[-`{-~¡«»¿।॥\u2000-\u206f\u3000-\u303f\uff00-\uff0f]+")
# Scripts that write no spaces: each sign counts as a word.
_SIGNS = re.compile("([\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff])")
_SHINGLES = {"sample_id": pl.String, "shingle": pl.Int64}


def hash_shingles(prompts: pl.DataFrame, words: int = WORDS) -> pl.DataFrame:
    """Return the hash of every run of words in every text; rows ignore each other.

    Args:
        prompts: [n] of `sample_id` and `text`; null has no run.
        words: of a run, 1 or more; a shorter text has none.

    Returns:
        Distinct `sample_id`, `shingle` (64 bits), in the order of the prompts. Case, width, punctuation
        and spacing do not matter.
    """
    rows = [
        (sample_id, shingle)
        for sample_id, text in prompts.select("sample_id", "text").iter_rows()
        for shingle in dict.fromkeys(_runs(text or "", words))
    ]
    return pl.DataFrame(rows, schema=_SHINGLES, orient="row")


def _runs(text: str, words: int) -> Iterator[int]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    said = _SIGNS.sub(r" \1 ", _MARKS.sub(" ", plain)).split()
    for start in range(len(said) - words + 1):
        run = " ".join(said[start : start + words]).encode("utf-8", "surrogatepass")
        yield int.from_bytes(hashlib.blake2b(run, digest_size=8).digest(), "big", signed=True)


def find_overlaps(train: pl.DataFrame, evaluation: pl.DataFrame) -> pl.DataFrame:
    """Return every row of eval that shares a run of words with train.

    Args:
        train: `sample_id`, `shingle` of `hash_shingles`.
        evaluation: likewise; where the texts are many, a part of it at a time.

    Returns:
        `sample_id` of eval, `train_id` (the row of train that shares most, the first id among equals),
        `shared` (runs shared with any row of train) and `runs` (of the row); by `sample_id`.
    """
    pairs = evaluation.join(train.rename({"sample_id": "train_id"}), on="shingle", how="inner")
    closest = (
        pairs.group_by("sample_id", "train_id")
        .agg(runs=pl.len())
        .sort("sample_id", -pl.col("runs").cast(pl.Int64), "train_id")
        .group_by("sample_id", maintain_order=True)
        .agg(pl.col("train_id").first())
    )
    shared = pairs.group_by("sample_id").agg(shared=pl.col("shingle").n_unique().cast(pl.Int64))
    runs = evaluation.group_by("sample_id").agg(runs=pl.len().cast(pl.Int64))
    return (
        closest.join(shared, on="sample_id", how="inner")
        .join(runs, on="sample_id", how="inner")
        .sort("sample_id")
    )
