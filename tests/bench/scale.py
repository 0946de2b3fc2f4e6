"""What a night costs behind few and behind many nights: time and memory by stage, in one table.

`python tests/bench/scale.py --traffic T --scores S --key FILE --config conf/demo.yaml --behind 1000
60000`

A night of the traffic is curated once into a warehouse of its own, then once more behind so many
kept rows of made-up earlier nights of `--night-rows` rows each: vectors around those of the night's
own prompts, ids and keys by chance. Models answer what they have not answered before, so the runs
are of one kind.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from pipelines.diversity.clustering import Centroids, rank_centroids
from pipelines.diversity.similarity import unit_rows
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import RUNS
from schemas.sidecars import EMBEDDINGS
from tests.bench.night import print_stages, run_job
from tests.process_tree import Memory, MemoryWatch

_ROOT = Path(__file__).resolve().parents[2]
_NOISE = 0.03  # of each component: a cosine of about 0.86 to the vector it was made from


@dataclass(frozen=True, slots=True)
class Night:
    """What a night took: seconds by stage, seconds from start to end, peak memory."""

    stages: dict[str, float]
    seconds: float
    memory: Memory | None


def main(arguments: Sequence[str]) -> None:
    """Curate the night behind each number of kept rows and print the stages side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("traffic", "scores", "key", "config"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--ds", default="2026-02-01")
    parser.add_argument("--behind", type=int, nargs="+", default=[1000, 60000])
    parser.add_argument("--night-rows", type=int, default=25_000)
    parser.add_argument("--keep", help="folder to keep the warehouses in")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(given.keep or scratch)
        base = folder / "base"
        if not base.exists():
            _curate(given, base)
        found = dict[int, Night]()
        for rows in given.behind:
            place = folder / f"behind_{rows}"
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(base, place)
            make_nights(place, given.ds, rows, given.night_rows)
            print(f"behind {rows:,} kept rows:")
            found[rows] = _curate(given, place)
        _print(found)


def make_nights(warehouse: Path, ds: str, rows: int, night_rows: int) -> None:
    """Add made-up nights before `ds` to the index and to the stored vectors of a warehouse."""
    own = pl.read_delta(str(warehouse / REPRESENTATIVES.name)).filter(pl.col("ds") == ds)
    model = own["model"].mode().sort()[0]
    seeds = own.filter(pl.col("model") == model)
    vectors = np.array(seeds["embedding"].to_list(), np.float32)
    revision, words = seeds["model_revision"][0], seeds["run_words"][0]
    known = Centroids.of(seeds["cluster_id"].to_list(), vectors)
    whole = known
    chance = np.random.default_rng(7)
    nights = -(-rows // night_rows)
    for number in range(nights):
        night = (date.fromisoformat(ds) - timedelta(days=nights - number)).isoformat()
        count = min(night_rows, rows - number * night_rows)
        made = vectors[chance.integers(0, len(vectors), count)]
        made = unit_rows(made + _NOISE * chance.standard_normal(made.shape).astype(np.float32))
        nearest, _ = rank_centroids(made, *known.directions(), 1)
        clusters = np.array(known.names)[nearest[:, 0]].tolist()
        whole = whole.add(Centroids.of(clusters, made))
        _add_night(warehouse, night, made, clusters, (model, revision, words))
    _add_centroids(warehouse, night, whole, (model, revision))
    # With other nights before it, the night need not give the rows that it gave before.
    DeltaTable(warehouse / RUNS.name).delete(f"ds = '{ds}'")


def _add_night(
    warehouse: Path, night: str, made: np.ndarray, clusters: list[str], what: tuple[str, str, int]
) -> None:
    count = len(made)
    keys = np.random.default_rng(int(night.replace("-", ""))).integers(0, 2**63, (4, count))
    hashes = [f"{a:032x}{b:032x}" for a, b in keys[:2].T.tolist()]
    embedding = pa.FixedSizeListArray.from_arrays(pa.array(made.ravel()), made.shape[1])
    vectors = embedding.cast(pa.list_(pa.float32()))
    model, revision, words = what
    rows = {
        "sample_id": [f"{a:032x}" for a in keys[2].tolist()],
        "text_hash": hashes,
        "model": [model] * count,
        "model_revision": [revision] * count,
        "cluster_id": clusters,
        "user_key": [f"{a:032x}" for a in keys[3].tolist()],
        "conversation_id": [f"c{a}" for a in keys[3].tolist()],
        "side": ["train" if k % 10 else "eval" for k in range(count)],
        "published": [True] * count,
        "word_runs": pa.array([[k] for k in keys[0].tolist()], pa.list_(pa.int64())),
        "run_words": pa.array([words] * count, pa.int32()),
        "embedding": vectors,
        "ds": [night] * count,
        "run_id": ["made"] * count,
    }
    table = pa.table(rows).cast(REPRESENTATIVES.arrow).sort_by("cluster_id")
    write_deltalake(warehouse / REPRESENTATIVES.name, table, mode="append")
    stored = pa.table({name: rows[name] for name in EMBEDDINGS.names}).cast(EMBEDDINGS.arrow)
    write_deltalake(warehouse / EMBEDDINGS.name, stored, mode="append")


def _add_centroids(warehouse: Path, night: str, known: Centroids, what: tuple[str, str]) -> None:
    count = len(known.names)
    rows = {
        "model": [what[0]] * count,
        "model_revision": [what[1]] * count,
        "cluster_id": known.names,
        "first_ds": [night] * count,
        "rows": known.rows,
        "sum": pa.array(list(known.sums), pa.list_(pa.float64())),
        "ds": [night] * count,
        "run_id": ["made"] * count,
    }
    write_deltalake(warehouse / CENTROIDS.name, pa.table(rows).cast(CENTROIDS.arrow), mode="append")


def _curate(given: argparse.Namespace, warehouse: Path) -> Night:
    """Run the night as a process and print its stages with their peak memory."""
    command = [sys.executable, str(_ROOT / "jobs" / "curate.py"), "--config", given.config]
    command += ["--traffic", given.traffic, "--scores", given.scores, "--ds", given.ds]
    command += ["--warehouse", str(warehouse), "--set", f"identity.key_file={given.key}"]
    began = time.monotonic()
    with MemoryWatch() as memory:
        code, stages = run_job(command)
    ended = time.monotonic()
    if code:
        sys.exit(f"the night ended with {code}")
    print_stages(stages, began, ended, memory)
    return Night({stage.name: stage.seconds for stage in stages}, ended - began, memory.peaks())


def _print(found: dict[int, Night]) -> None:
    least = found[min(found)]
    print("\nseconds" + " " * 24 + "".join(f"{rows:>12,}" for rows in found))
    for name in least.stages:
        print(f"{name:<31}" + "".join(f"{n.stages.get(name, 0):>12.1f}" for n in found.values()))
    print(f"{'whole':<31}" + "".join(f"{night.seconds:>12.1f}" for night in found.values()))
    for rows, night in found.items():
        more = "memory not measured"
        if night.memory and least.memory:
            kinds = [
                f"{kind} {(getattr(night.memory, kind) - getattr(least.memory, kind)) / 1024:+.2f}"
                for kind in ("whole", "driver", "jvm", "workers")
            ]
            more = "peak GiB " + ", ".join(kinds)
        times = night.seconds / least.seconds
        print(f"{rows:,} against {min(found):,}: {times:.2f} times the time, {more}")


if __name__ == "__main__":
    main(sys.argv[1:])
