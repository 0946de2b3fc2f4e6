"""What a night costs behind few and behind many nights: time and memory by stage, in one table.

`python tests/bench/scale.py --traffic T --scores S --key FILE --config conf/demo.yaml --behind 1000
60000`

A night of the traffic is curated once into a warehouse of its own, then once more behind so many
kept rows of made-up earlier nights of `--night-rows` rows each: vectors around those of the night's
own prompts, ids and keys by chance. Models answer what they have not answered before, so the runs
are of one kind.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import polars as pl
import psutil
import pyarrow as pa
from deltalake import write_deltalake

from pipelines.diversity.clustering import Centroids, rank_centroids
from pipelines.diversity.similarity import unit_rows
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.sidecars import EMBEDDINGS

_ROOT = Path(__file__).resolve().parents[2]
_DONE = re.compile(r"^(.+?)\s+done: (?:[\d,]+ rows, )?([\d.]+) s")
_NOISE = 0.03  # of each component: a cosine of about 0.86 to the vector it was made from


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
        found = {}
        for rows in given.behind:
            place = folder / f"behind_{rows}"
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(base, place)
            make_nights(place, given.ds, rows, given.night_rows)
            found[rows] = _curate(given, place)
            print(f"behind {rows:,} kept rows: {found[rows]['whole']:.1f} s")
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


def _add_night(
    warehouse: Path, night: str, made: np.ndarray, clusters: list[str], what: tuple[str, str, int]
) -> None:
    count = len(made)
    keys = np.random.default_rng(abs(hash(night)) % 2**32).integers(0, 2**63, (4, count))
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


def _curate(given: argparse.Namespace, warehouse: Path) -> dict[str, float]:
    """Run the night as a process; return stage → seconds, `whole` and `memory` (peak PSS, GiB)."""
    command = [sys.executable, str(_ROOT / "jobs" / "curate.py"), "--config", given.config]
    command += ["--traffic", given.traffic, "--scores", given.scores, "--ds", given.ds]
    command += ["--warehouse", str(warehouse), "--set", f"identity.key_file={given.key}"]
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 our own job
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak = _Peak(process.pid)
    peak.start()
    lines = process.stdout.read().splitlines() if process.stdout else []
    code = process.wait()
    peak.ended.set()
    if code:
        print("\n".join(lines[-30:]))
        sys.exit(f"the night ended with {code}")
    stages = {m[1]: float(m[2]) for line in lines if (m := _DONE.match(line))}
    return stages | {"whole": time.perf_counter() - start, "memory": peak.most}


class _Peak(threading.Thread):
    """Measure the peak memory (PSS) of a process and its children."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._process = psutil.Process(pid)
        self.ended = threading.Event()
        self.most = 0.0

    def run(self) -> None:
        """Look once a second."""
        while not self.ended.wait(1.0):
            total = 0
            for one in (self._process, *self._process.children(recursive=True)):
                try:
                    total += one.memory_full_info().pss
                except psutil.Error:
                    continue
            self.most = max(self.most, total / 2**30)


def _print(found: dict[int, dict[str, float]]) -> None:
    first = found[min(found)]
    names = [name for name in first if name not in {"whole", "memory"}]
    print("seconds" + " " * 24 + "".join(f"{rows:>12,}" for rows in found))
    for name in [*names, "whole", "memory"]:
        print(f"{name:<31}" + "".join(f"{of.get(name, 0):>12.1f}" for of in found.values()))
    for rows, of in found.items():
        print(
            f"{rows:,} against {min(found):,}: {of['whole'] / first['whole']:.2f} times the time, "
            f"{of['memory'] - first['memory']:+.2f} GiB"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
