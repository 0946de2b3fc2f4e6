"""Encoder against sentence-transformers' default call: CPU-seconds on one thread, in one run.

python tests/bench/embedding.py [--data ../shared/data] [--rows 4000] [--split 500] [--model FOLDER]

To see a processor without AMX: ONEDNN_MAX_CPU_ISA=AVX512_CORE_VNNI in the environment.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import torch
from sentence_transformers import SentenceTransformer

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.diversity.similarity import Vectors
from pipelines.fetching import ENCODER
from pipelines.models.encoder import Encoder, locate_model
from pipelines.settings import FETCHED

MODEL = str(FETCHED / ENCODER)


def read_prompts(data: Path | None, rows: int) -> list[str]:
    """Return prompts with their copies; without data, sentences of very unequal length."""
    if data is None:
        return [f"Tell me {'a longer ' * (k * k % 31)}story about {k}" for k in range(rows)]
    traffic = pl.read_parquet(
        data / "traffic/traffic.parquet", columns=["conversation_id", "messages"]
    )
    users = traffic.explode("messages").unnest("messages").filter(pl.col("role") == "user")
    prompts = users.group_by("conversation_id", maintain_order=True).agg(pl.col("content").last())
    return list(prompts["content"].sample(min(rows, len(prompts)), seed=1))


def measure(
    encode: Callable[[Sequence[str]], object], texts: Sequence[str]
) -> tuple[float, Vectors]:
    """Return CPU-seconds and vectors of one call, after a small one to warm up."""
    encode(texts[:64])
    start = time.process_time()
    vectors = np.asarray(encode(texts), dtype=np.float32)
    return time.process_time() - start, vectors


def encode_freely(encoder: Encoder, texts: Sequence[str]) -> float:
    """Return the CPU-seconds of batches padded to their longest text, without dummy rows."""
    ids = sorted(set(encoder._tokenize(texts)), key=len)
    start = time.process_time()
    at = 0
    with torch.inference_mode():
        while at < len(ids):
            stop = at + 1
            while stop < len(ids) and len(ids[stop]) * (stop + 1 - at) <= encoder._batch_tokens:
                stop += 1
            sizes = np.array([len(tokens) for tokens in ids[at:stop]])
            tokens = np.zeros((len(sizes), sizes.max()), dtype=np.int64)
            for row, text in enumerate(ids[at:stop]):
                tokens[row, : len(text)] = text
            mask = torch.from_numpy(np.arange(sizes.max()) < sizes[:, None])
            encoder._forward(torch.from_numpy(tokens), mask)
            at = stop
    return time.process_time() - start


def main() -> None:
    """Print texts per CPU-second, ratios, differences of vectors, and the cost of bit equality."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--split", type=int, default=500)
    parser.add_argument("--model", default=MODEL)
    arguments = parser.parse_args()
    texts = read_prompts(arguments.data, arguments.rows)
    torch.set_num_threads(1)
    encoder = Encoder(arguments.model)
    own, vectors = measure(encoder.encode, texts)
    library = SentenceTransformer(str(locate_model(arguments.model)), device="cpu")
    default, expected = measure(lambda rows: library.encode(list(rows)), texts)
    again, _ = measure(encoder.encode, texts)
    own = (own + again) / 2
    cosines = (vectors * expected).sum(axis=1)
    print(f"{len(texts)} prompts, {len(set(texts))} distinct, {encoder.precision}")
    print(f"library default: {default:.1f} s, {len(texts) / default:.0f} prompts/s")
    print(f"ours: {own:.1f} s, {len(texts) / own:.0f} prompts/s: {default / own:.2f} x default")
    print(f"cosine to the library's: least {cosines.min():.5f}, median {np.median(cosines):.5f}")
    distinct = list(dict.fromkeys(texts))
    fixed, _ = measure(encoder.encode, distinct)
    free = encode_freely(encoder, distinct)
    print(f"fixed shapes {fixed:.1f} s, free batches {free:.1f} s: {fixed / free:.3f} x")
    order = np.random.default_rng(1).permutation(len(texts))
    found = np.empty_like(vectors)
    for start in range(0, len(order), arguments.split):
        rows = order[start : start + arguments.split]
        found[rows] = encoder.encode([texts[row] for row in rows])
    equal = (found == vectors).all(axis=1).mean()
    print(f"shuffled and split by {arguments.split}: {equal:.2%} of the vectors equal bit for bit")


if __name__ == "__main__":
    main()
