"""Long runs of words that texts share, found by hash alone: no text is kept."""

from collections.abc import Iterator

import numpy as np
import polars as pl

_MARKS = "[!-/:-@\\[-`{-~¡«»¿।॥\u2000-\u206f\u3000-\u303f\uff00-\uff0f]+"
# Scripts that write no spaces: each sign counts as a word.
_SIGNS = "([\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff])"
_ROWS_AT_ONCE = 100_000
_BASE = np.uint64(0x9E3779B97F4A7C15)


def hash_shingles(prompts: pl.DataFrame, words: int) -> pl.DataFrame:
    """Return the hash of every run of words in every text; rows ignore each other.

    Args:
        prompts: [n] of `sample_id` and `text`; null has no run.
        words: of a run, 1 or more; a shorter text has none.

    Returns:
        Distinct `sample_id`, `shingle` (64 bits), in the order of the prompts. Case, width, punctuation
        and spacing do not matter. A hash holds for one process: it is compared, never stored.
    """
    plain = (
        pl.col("text")
        .str.normalize("NFKC")
        .str.to_lowercase()
        .str.replace_all(_MARKS, " ")
        .str.replace_all(_SIGNS, " ${1} ")
        .str.extract_all(r"\S+")
    )
    said = prompts.select("sample_id", words=plain).filter(pl.col("words").list.len() >= words)
    lengths = said["words"].list.len().to_numpy().astype(np.int64)
    # Polars' hash changes with its version: it only says which runs of one process are equal.
    hashes = said["words"].explode(empty_as_null=False).hash(0).to_numpy()
    starts = np.cumsum(lengths) - lengths
    row = np.repeat(np.arange(len(lengths)), lengths)
    fits = np.arange(len(row)) - np.repeat(starts, lengths) <= np.repeat(lengths, lengths) - words
    run = np.zeros(len(hashes), np.uint64)
    for offset in range(words):  # the hash of a run is a polynomial of its words' hashes, modulo 2^64
        run = run * _BASE + np.roll(hashes, -offset)
    return pl.DataFrame({"sample_id": said["sample_id"].gather(row[fits]), "shingle": run[fits]}).unique(
        maintain_order=True
    )


def read_shingles(prompts: pl.LazyFrame, words: int) -> pl.DataFrame:
    """Return `hash_shingles` of prompts that are never in memory together; none where `words` is 0."""
    return pl.concat([hash_shingles(some, words) for some in _read(prompts, words)])


def find_shared(own: pl.DataFrame, others: pl.LazyFrame, words: int) -> pl.Series:
    """Return who of one's own shares a run of words with any other text.

    Args:
        own: `sample_id`, `shingle` of `read_shingles`.
        others: `sample_id`, `text`; as many as there are, read in parts.
        words: of a run, as for `own`.

    Returns:
        Distinct `sample_id` of `own`, sorted.
    """
    met = [
        own.join(hash_shingles(some, words), on="shingle", how="semi")["sample_id"]
        for some in _read(others, words)
    ]
    return pl.concat(met).unique().sort()


def share_runs(shingles: pl.DataFrame, users: pl.DataFrame) -> pl.DataFrame:
    """Return the runs that several samples share: `sample_id`, `text`, `users` (how many wrote it).

    Args:
        shingles: `sample_id`, `shingle`.
        users: `sample_id`, `user_key` of every sample.
    """
    shared = shingles.filter(pl.col("shingle").is_duplicated()).join(users, on="sample_id", how="inner")
    return shared.select("sample_id", text="shingle", users=pl.col("user_key").n_unique().over("shingle"))


def _read(prompts: pl.LazyFrame, words: int) -> Iterator[pl.DataFrame]:
    yield pl.DataFrame(schema={"sample_id": pl.String, "text": pl.String})
    if not words:
        return
    # A run has a sign a word at least; what is shorter need not be split.
    long = prompts.select("sample_id", "text").filter(pl.col("text").str.len_chars() >= words)
    yield from long.collect_batches(chunk_size=_ROWS_AT_ONCE)
