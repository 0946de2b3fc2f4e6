"""Pruning against other methods on the same vectors, and what a budget keeps: CPU-seconds.

python tests/bench/pruning.py vectors --vectors FILE.npy [--data ../shared/data] [--rows 50000]
python tests/bench/pruning.py speed [--vectors FILE.npy] [--rows 25000 50000] [--cut 0.90]
python tests/bench/pruning.py growth [--vectors FILE.npy] [--rows 25000 50000 100000 200000 400000]
python tests/bench/pruning.py crossover [--vectors FILE.npy] [--rows 25000 100000 400000]
    [--exact-rows 100000] [--probe-clusters 8] [--seconds 7200]
python tests/bench/pruning.py coverage --data ../shared/data [--rows 8000]

`vectors` encodes the last prompts of the traffic, then intents, then all user turns, each text
once. `crossover` measures brute force and probe clusters, what these overlook and what the night's
sample says of it, and prints the pruning.exact_pairs that fit into the seconds; above --exact-rows
clusters alone. `speed` measures semhash too where it can be imported, as from PYTHONPATH=FOLDER
after pip install --no-deps --target FOLDER semhash==0.5.0 model2vec vicinity frozendict pyversity
usearch orjson numkong. Vectors beyond those of the file are rows of it turned by 6 to 50 degrees at
random.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: one thread, as a task has
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import importlib.util
import math
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import faiss
import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.diversity.pairs import pairs_across
from pipelines.diversity.pruning import prune
from pipelines.diversity.residual import estimate_residual
from pipelines.diversity.settings import PruneSettings
from pipelines.diversity.similarity import Vectors, find_nearest, unit_rows
from pipelines.models.encoder import Encoder
from tests.bench.pruning_methods import (
    cluster_rows,
    dedupe_by_all,
    dedupe_by_clusters,
    dedupe_by_graph,
    dedupe_by_semhash,
    keep_by_rule,
    make_vectors,
    prune_all,
)

_RETAINS = (0.2, 0.5, 0.8)


def count_faults(unit: Vectors, kept: np.ndarray, cut: float) -> tuple[int, int]:
    """Return pairs left among kept rows and dropped rows without a kept row at the cut."""
    rows = np.flatnonzero(kept)
    left = (len(pairs_across(unit[rows], unit[rows], cut).left) - len(rows)) // 2
    return left, int((find_nearest(unit[~kept], unit[rows]).similarity < cut).sum())


def time_of(
    method: Callable[[Vectors, float], np.ndarray], unit: Vectors, cut: float
) -> tuple[float, np.ndarray]:
    """Return CPU-seconds and who stays."""
    start = time.process_time()
    answer = method(unit, cut)
    return time.process_time() - start, answer


def read_vectors(file: Path | None, rows: int) -> Vectors:
    """Return the first rows of the file, then rows rotated at random; synthetic without a file."""
    if file is None:
        return make_vectors(rows)
    real = np.load(file, mmap_mode="r")[:rows].astype(np.float32)
    everything = np.empty((rows, real.shape[1]), dtype=np.float32)
    everything[: len(real)] = unit_rows(real)
    chance = np.random.default_rng(5)
    for start in range(len(real), rows, 16_384):
        size = min(16_384, rows - start)
        turned = chance.standard_normal((size, real.shape[1]), dtype=np.float32)
        turned *= chance.uniform(0.1, 1.2, (size, 1)).astype(np.float32) / math.sqrt(real.shape[1])
        turned += everything[chance.integers(0, len(real), size)]
        everything[start : start + size] = unit_rows(turned)
    return everything


def compare_speed(arguments: argparse.Namespace) -> None:
    """Print CPU-seconds, pairs left, rows without witness and rows that differ, by method."""
    everything = read_vectors(arguments.vectors, max(arguments.rows))
    methods: list[tuple[str, Callable[[Vectors, float], np.ndarray]]] = [
        ("ours, with witness, novelty, clusters", prune_all),
        ("SemDeDup as published", dedupe_by_clusters),
    ]
    if importlib.util.find_spec("semhash"):
        methods += [
            ("semhash, default (usearch)", partial(dedupe_by_semhash, backend="usearch")),
            ("semhash, exact (basic)", partial(dedupe_by_semhash, backend="basic")),
        ]
    else:
        methods += [
            ("greedy on HNSW (faiss)", dedupe_by_graph),
            ("greedy on exact faiss", dedupe_by_all),
        ]
    for rows in arguments.rows:
        unit = unit_rows(everything[:rows])
        own, exact = 0.0, keep_by_rule(unit, arguments.cut)
        for name, method in methods:
            seconds, kept = time_of(method, unit, arguments.cut)
            own = own or seconds
            left, bare = count_faults(unit, kept, arguments.cut)
            print(
                f"{len(unit)} rows, {name}: {seconds:.2f} s ({seconds / own:.1f} x ours), kept "
                f"{kept.sum()}, pairs left {left}, dropped without a kept witness {bare}, rows "
                f"unlike the exact rule {int((kept != exact).sum())}",
                flush=True,
            )


def measure_growth(arguments: argparse.Namespace) -> None:
    """Print CPU-seconds, peak memory and the exponent from one size to the next."""
    everything = read_vectors(arguments.vectors, max(arguments.rows))
    before: tuple[int, float] | None = None
    for rows in arguments.rows:
        seconds, kept = time_of(prune_all, everything[:rows], arguments.cut)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        grown = (
            ""
            if before is None
            else f", exponent {math.log(seconds / before[1], rows / before[0]):.2f}"
        )
        print(
            f"{rows} rows: {seconds:.1f} s, {1e6 * seconds / rows:.0f} us a row, kept "
            f"{kept.sum()}, peak {peak} MiB of which vectors {everything.nbytes >> 20}{grown}",
            flush=True,
        )
        before = rows, seconds


def measure_crossover(arguments: argparse.Namespace) -> None:
    """Print the cost of brute force and clusters, what clusters miss, the sample's estimate."""
    everything = read_vectors(arguments.vectors, max(arguments.rows))
    exact_seconds: dict[int, float] = {}
    for rows in arguments.rows:
        unit, ids = everything[:rows], [f"{number:07d}" for number in range(rows)]
        kept: np.ndarray | None = None
        if rows <= arguments.exact_rows:
            exact_seconds[rows], kept = time_of(prune_all, unit, arguments.cut)
            print(
                f"{rows} rows, all pairs: {exact_seconds[rows]:.1f} s, kept {kept.sum()}",
                flush=True,
            )
        limits = PruneSettings(
            retain=1.0, cut=arguments.cut, exact_pairs=1, probe_clusters=arguments.probe_clusters
        )
        start = time.process_time()
        found = prune(unit, ids, np.zeros(rows), limits)
        middle = time.process_time()
        told = estimate_residual(unit, ids, found, arguments.cut)
        end = time.process_time()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        left = (
            "not counted" if kept is None else str(count_faults(unit, found.kept, arguments.cut)[0])
        )
        print(
            f"{rows} rows, {arguments.probe_clusters} probe clusters: {middle - start:.1f} s, kept "
            f"{found.kept.sum()}, pairs left {left}, peak {peak} MiB; sample {end - middle:.1f} s: "
            f"{told.describe()}",
            flush=True,
        )
    if len(exact_seconds) > 1:
        # Seconds = linear x rows + square x rows squared, through the two largest sizes.
        (small, short), (large, long) = sorted(exact_seconds.items())[-2:]
        square = (long / large - short / small) / (large - small)
        linear = long / large - square * large
        most = (math.sqrt(linear**2 + 4 * square * arguments.seconds) - linear) / (2 * square)
        print(
            f"all pairs cost {1e6 * linear:.0f} us a row and {1e9 * square:.3f} ns a pair: "
            f"pruning.exact_pairs {most * most / 2:.1e} fit into {arguments.seconds:.0f} "
            "CPU-seconds here"
        )


def save_vectors(arguments: argparse.Namespace) -> None:
    """Encode a number of different texts and write their vectors."""
    traffic = pl.read_parquet(arguments.data / "traffic/traffic.parquet", columns=["messages"])
    users = (
        traffic.with_row_index()
        .explode("messages")
        .unnest("messages")
        .filter(pl.col("role") == "user")
    )
    last = users.group_by("index", maintain_order=True).agg(pl.col("content").last())["content"]
    intents = pl.read_parquet(arguments.data / "intents/intents.parquet")["text"]
    parts = [
        part.sample(fraction=1.0, shuffle=True, seed=1)
        for part in (last, intents, users["content"])
    ]
    texts = pl.concat(parts).unique(maintain_order=True).head(max(arguments.rows))
    np.save(arguments.vectors, Encoder().encode(texts.to_list()))


def read_pools(data: Path, rows: int) -> dict[str, tuple[list[str], list[str]]]:
    """Return texts and their intents, or the origin where a set has none, of three public sets."""
    every = pl.read_parquet(data / "intents/intents.parquet")
    intents = every.sample(min(rows, every.height), seed=1)
    pairs = pl.read_parquet(data / "similarity/sts_pairs.parquet").filter(
        pl.col("language") == "en"
    )
    traffic = pl.read_parquet(
        data / "traffic/traffic.parquet", columns=["conversation_id", "messages"]
    )
    labels = pl.read_parquet(data / "traffic/traffic_labels.parquet").select(
        "conversation_id", "topic", "dataset"
    )
    prompts = (
        traffic.explode("messages").unnest("messages").filter(pl.col("role") == "user")
        .group_by("conversation_id", maintain_order=True).agg(pl.col("content").last())
        .join(labels, on="conversation_id", how="left", maintain_order="left").sample(rows, seed=1)
        .with_columns(pl.coalesce("topic", "dataset").fill_null("none"))
    )  # fmt: skip
    return {
        "intents": (intents["text"].to_list(), intents["intent"].to_list()),
        "similarity": ([*pairs["text_a"], *pairs["text_b"]], [*pairs["origin"], *pairs["origin"]]),
        "traffic": (prompts["content"].to_list(), prompts["topic"].to_list()),
    }


def keep_by_method(unit: Vectors, retain: float) -> dict[str, np.ndarray]:
    """Return who stays under the same budget by each way to choose."""
    ids = [f"{number:07d}" for number in range(len(unit))]
    # Near the top a cut would decide, not the budget: at 1.0 only copies go.
    own = prune(unit, ids, np.zeros(len(unit)), PruneSettings(retain=retain, cut=1.0)).kept
    size = int(own.sum())
    chance = np.random.default_rng(2)
    kept = {"ours": own, "random": _mask(len(unit), chance.permutation(len(unit))[:size])}
    cluster, _ = cluster_rows(unit, math.isqrt(len(unit)))
    place = np.empty(len(unit))
    for number in np.unique(cluster):
        rows = chance.permutation(np.flatnonzero(cluster == number))
        place[rows] = np.arange(len(rows)) / len(rows)
    kept["random per cluster"] = _mask(
        len(unit), np.lexsort((chance.random(len(unit)), place))[:size]
    )
    # SemDeDup keeps, at a threshold that leaves the size wanted, who is least like a row before it.
    closest = np.full(len(unit), -1.0)
    _, cosine = cluster_rows(unit, math.isqrt(len(unit)))
    for number in np.unique(cluster):
        rows = np.flatnonzero(cluster == number)
        rows = rows[np.argsort(cosine[rows], kind="stable")]
        closest[rows] = np.triu(unit[rows] @ unit[rows].T, k=1).max(axis=0, initial=-1.0)
    kept["SemDeDup's rule"] = _mask(len(unit), np.argsort(closest, kind="stable")[:size])
    return kept


def _mask(rows: int, chosen: np.ndarray) -> np.ndarray:
    mask = np.zeros(rows, dtype=np.bool_)
    mask[chosen] = True
    return mask


def compare_coverage(arguments: argparse.Namespace) -> None:
    """Print how well each choice represents the pool: cosine mean and percentile, rare intents."""
    for name, (texts, intents) in read_pools(arguments.data, arguments.rows[0]).items():
        unit = Encoder().encode(texts)
        labels = np.array(intents)
        values, counts = np.unique(labels, return_counts=True)
        rare = values[counts <= np.percentile(counts, 25)]
        previous: set[int] = set()
        for retain in _RETAINS:
            for method, kept in keep_by_method(unit, retain).items():
                cosines = find_nearest(unit, unit[kept]).similarity
                share = np.isin(rare, labels[kept]).mean()
                nested = ""
                if method == "ours":
                    chosen = set(np.flatnonzero(kept).tolist())
                    nested, previous = f", holds the smaller set: {previous <= chosen}", chosen
                print(
                    f"{name} {len(unit)}, p {retain}, {method}: mean {cosines.mean():.4f}, p1 "
                    f"{np.percentile(cosines, 1):.4f}, rare intents present {share:.3f}{nested}",
                    flush=True,
                )


def main() -> None:
    """Make vectors or run one of the comparisons."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=("vectors", "speed", "growth", "crossover", "coverage"))
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, nargs="+", default=[25_000, 50_000])
    parser.add_argument("--cut", type=float, default=0.90)
    parser.add_argument("--exact-rows", type=int, default=100_000)
    parser.add_argument("--probe-clusters", type=int, default=PruneSettings().probe_clusters)
    parser.add_argument("--seconds", type=float, default=7_200.0)
    arguments = parser.parse_args()
    faiss.omp_set_num_threads(1)
    run = {
        "vectors": save_vectors,
        "speed": compare_speed,
        "growth": measure_growth,
        "crossover": measure_crossover,
        "coverage": compare_coverage,
    }
    if arguments.what in {"speed", "growth", "crossover"}:
        # The libraries are loaded before the clock starts
        prune_all(make_vectors(256), arguments.cut)
    run[arguments.what](arguments)


if __name__ == "__main__":
    main()
