"""Find long runs of words that texts share, by their hashes alone: no text is kept."""

from collections.abc import Iterator

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

_MARKS = "[!-/:-@\\[-`{-~¡«»¿।॥\u2000-\u206f\u3000-\u303f\uff00-\uff0f]+"
# Scripts that write no spaces: each character counts as a word.
_SIGNS = "([\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff])"
_ROWS_AT_ONCE = 100_000
_BASE = np.uint64(0x9E3779B97F4A7C15)
# Steps of SplitMix64 (Steele, Lea, Flood 2014): shift, factor.
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


def hash_shingles(prompts: pl.DataFrame, words: int) -> pl.DataFrame:
    """Return the hash of every run of words in every text, row by row.

    Args:
        prompts: [n] of `sample_id` and `text`; a null text has no run.
        words: length of a run, 1 or more; a shorter text has no run.

    Returns:
        Distinct `sample_id`, `shingle` (64 bits), in the order of the prompts. Case, width,
        punctuation and spacing do not matter. Equal runs have equal hashes in every process: they
        may be stored.
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
    hashes = _hash_words(said["words"].explode(empty_as_null=False))
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


def _hash_words(words: pl.Series) -> NDArray[np.uint64]:
    """Return a 64-bit hash of each non-empty word: a polynomial of bytes modulo 2^64, then mixed.

    Polars' own hash changes with its version, and these are stored.
    """
    plain = words.to_arrow().cast(pa.large_string())
    _, offsets, data = plain.buffers()
    ends = np.frombuffer(offsets, np.int64)[plain.offset : plain.offset + len(plain) + 1]
    if not len(plain):
        return np.empty(0, np.uint64)
    letters = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]].astype(np.uint64) + np.uint64(1)
    starts, lengths = ends[:-1] - ends[0], np.diff(ends)
    powers = np.cumprod(np.full(int(lengths.max()), _BASE, np.uint64))
    place = np.arange(len(letters)) - np.repeat(starts, lengths)
    found = np.add.reduceat(letters * powers[place], starts)
    for shift, factor in _MIX:
        found = (found ^ (found >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(found ^ (found >> np.uint64(31)), np.uint64)


def read_shingles(prompts: pl.LazyFrame, words: int) -> pl.DataFrame:
    """Return `hash_shingles` of prompts, read a part at a time; no rows where `words` is 0."""
    return pl.concat([hash_shingles(some, words) for some in _read(prompts, words)])


def find_shared(own: pl.DataFrame, others: pl.LazyFrame) -> pl.Series:
    """Return the samples that share a run of words with any of the other texts.

    Args:
        own: `sample_id`, `shingle` of `read_shingles`.
        others: `shingle` of other texts, any number of rows; read a part at a time.

    Returns:
        Distinct `sample_id` of `own`, sorted.
    """
    asked = own.lazy().select("shingle")
    met = others.join(asked, on="shingle", how="semi").unique().collect(engine="streaming")
    return own.join(met, on="shingle", how="semi")["sample_id"].unique().sort()


def share_runs(shingles: pl.DataFrame, users: pl.DataFrame) -> pl.DataFrame:
    """Return the runs that several samples share: `sample_id`, `text`, `users` (how many wrote it).

    Args:
        shingles: `sample_id`, `shingle`.
        users: `sample_id`, `user_key` of every sample.
    """
    shared = shingles.filter(_is_repeated(shingles["shingle"])).join(
        users, on="sample_id", how="inner"
    )
    return shared.select(
        "sample_id", text="shingle", users=pl.col("user_key").n_unique().over("shingle")
    )


def _is_repeated(shingles: pl.Series) -> pl.Series:
    """Return which hashes stand there more than once; sorted they take a third of a hash table."""
    sorted_ = np.sort(shingles.to_numpy())
    repeated = pl.Series(np.unique(sorted_[1:][sorted_[1:] == sorted_[:-1]]))
    return shingles.is_in(repeated.implode())


def _read(prompts: pl.LazyFrame, words: int) -> Iterator[pl.DataFrame]:
    yield pl.DataFrame(schema={"sample_id": pl.String, "text": pl.String})
    if not words:
        return
    # A run has at least one character per word: shorter texts have no run.
    long = prompts.select("sample_id", "text").filter(pl.col("text").str.len_chars() >= words)
    yield from long.collect_batches(chunk_size=_ROWS_AT_ONCE)
