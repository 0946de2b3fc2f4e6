"""Find long runs of words that texts share, by their hashes alone: no text is kept."""

from collections.abc import Iterator

import numpy as np
import polars as pl

_MARKS = "[!-/:-@\\[-`{-~¡«»¿।॥\u2000-\u206f\u3000-\u303f\uff00-\uff0f]+"
# Scripts that write no spaces: each character counts as a word.
_SIGNS = "([\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff])"
_ROWS_AT_ONCE = 100_000
_BASE = np.uint64(0x9E3779B97F4A7C15)


def hash_shingles(prompts: pl.DataFrame, words: int) -> pl.DataFrame:
    """Return the hash of every run of words in every text, row by row.

    Args:
        prompts: [n] of `sample_id` and `text`; a null text has no run.
        words: length of a run, 1 or more; a shorter text has no run.

    Returns:
        Distinct `sample_id`, `shingle` (64 bits), in the order of the prompts. Case, width,
        punctuation and spacing do not matter. Hashes differ between processes: they are compared,
        never stored.
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
    # The hash of a run is a polynomial of its words' hashes, modulo 2^64
    for offset in range(words):
        run = run * _BASE + np.roll(hashes, -offset)
    return pl.DataFrame(
        {"sample_id": said["sample_id"].gather(row[fits]), "shingle": run[fits]}
    ).unique(maintain_order=True)


def read_shingles(prompts: pl.LazyFrame, words: int) -> pl.DataFrame:
    """Return `hash_shingles` of prompts, read a part at a time; no rows where `words` is 0."""
    return pl.concat([hash_shingles(some, words) for some in _read(prompts, words)])


def find_shared(own: pl.DataFrame, others: pl.LazyFrame, words: int) -> pl.Series:
    """Return the samples that share a run of words with any of the other texts.

    Args:
        own: `sample_id`, `shingle` of `read_shingles`.
        others: `sample_id`, `text`, any number of rows; read a part at a time.
        words: length of a run, as for `own`.

    Returns:
        Distinct `sample_id` of `own`, sorted.
    """
    shared = [
        own.join(hash_shingles(some, words), on="shingle", how="semi")["sample_id"]
        for some in _read(others, words)
    ]
    return pl.concat(shared).unique().sort()


def share_runs(shingles: pl.DataFrame, users: pl.DataFrame) -> pl.DataFrame:
    """Return the runs that several samples share: `sample_id`, `text`, `users` (how many wrote it).

    Args:
        shingles: `sample_id`, `shingle`.
        users: `sample_id`, `user_key` of every sample.
    """
    shared = shingles.filter(pl.col("shingle").is_duplicated()).join(
        users, on="sample_id", how="inner"
    )
    return shared.select(
        "sample_id", text="shingle", users=pl.col("user_key").n_unique().over("shingle")
    )


def _read(prompts: pl.LazyFrame, words: int) -> Iterator[pl.DataFrame]:
    yield pl.DataFrame(schema={"sample_id": pl.String, "text": pl.String})
    if not words:
        return
    # A run has at least one character per word: shorter texts have no run.
    long = prompts.select("sample_id", "text").filter(pl.col("text").str.len_chars() >= words)
    yield from long.collect_batches(chunk_size=_ROWS_AT_ONCE)
