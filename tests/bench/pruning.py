"""Pruning by size and budget: CPU-seconds on one thread, what is left, coverage against random rows.

python tests/bench/pruning.py [--vectors FILE.npy] [--rows 6000 12000] [--cut 0.95]
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: one thread, as a task has

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.diversity.evidence import verify_pruning
from pipelines.diversity.pruning import PruneSettings, prune
from pipelines.diversity.similarity import Vectors, find_nearest, unit_rows


def make_vectors(rows: int, dimension: int = 384) -> Vectors:
    """Return rows around centres of unequal weight, with copies, as chat has them."""
    chance = np.random.default_rng(1)
    centres = chance.standard_normal((max(2, rows // 3), dimension))
    noise = chance.uniform(0.02, 1.0, (rows, 1)) * chance.standard_normal((rows, dimension))
    vectors = (centres[chance.zipf(1.5, rows) % len(centres)] + noise).astype(np.float32)
    vectors[: rows // 20] = vectors[rows // 2 : rows // 2 + rows // 20]
    return vectors


def describe_coverage(vectors: Vectors, kept: np.ndarray) -> str:
    """Return mean and first percentile of each row's cosine to its nearest kept row, and of random ones."""
    unit = unit_rows(vectors)
    chance = np.random.default_rng(2).permutation(len(unit))[: int(kept.sum())]
    parts = []
    for name, rows in (("kept", np.flatnonzero(kept)), ("random", np.sort(chance))):
        cosines = find_nearest(unit, unit[rows]).similarity
        parts.append(f"{name} mean {cosines.mean():.4f} p1 {np.percentile(cosines, 1):.4f}")
    return ", ".join(parts)


def main() -> None:
    """Print one line for each size and budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--rows", type=int, nargs="+", default=[6000, 12000])
    parser.add_argument("--cut", type=float, default=0.95)
    arguments = parser.parse_args()
    everything = np.load(arguments.vectors) if arguments.vectors else make_vectors(max(arguments.rows))
    for rows in arguments.rows:
        vectors = everything[:rows]
        for retain in (1.0, 0.8, 0.5, 0.2):
            ids = [f"{number:07d}" for number in range(len(vectors))]
            start = time.process_time()
            found = prune(vectors, ids, np.zeros(len(ids)), PruneSettings(retain=retain, cut=arguments.cut))
            seconds = time.process_time() - start
            evidence = verify_pruning(vectors, found, arguments.cut)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{len(ids)} rows, retain {retain}: {seconds:.2f} s, kept {int(found.kept.sum())}, "
                f"pairs left {evidence.residual_pairs}, all promises hold: {evidence.holds}, "
                f"peak {peak} MiB; {describe_coverage(vectors, found.kept)}"
            )


if __name__ == "__main__":
    main()
