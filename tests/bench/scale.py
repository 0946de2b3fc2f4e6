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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import polars as pl
from deltalake import DeltaTable

from pipelines.diversity.clustering import Centroids
from pipelines.diversity.similarity import unit_rows
from schemas.index import REPRESENTATIVES
from schemas.ledger import RUNS
from tests.bench.made_nights import Rows, add_nights
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
            _make_nights(place, given.ds, rows, given.night_rows)
            print(f"behind {rows:,} kept rows:")
            found[rows] = _curate(given, place)
        _print(found)


def _make_nights(warehouse: Path, ds: str, rows: int, night_rows: int) -> None:
    """Add made-up nights before `ds`, of vectors around those of the night's own prompts."""
    own = pl.read_delta(str(warehouse / REPRESENTATIVES.name)).filter(pl.col("ds") == ds)
    model = own["model"].mode().sort()[0]
    seeds = own.filter(pl.col("model") == model)
    vectors = np.array(seeds["embedding"].to_list(), np.float32)
    known = Centroids.of(seeds["cluster_id"].to_list(), vectors)

    def draw(count: int, chance: np.random.Generator) -> np.ndarray:
        near = vectors[chance.integers(0, len(vectors), count)]
        return unit_rows(near + _NOISE * chance.standard_normal(near.shape).astype(np.float32))

    revision, words = seeds["model_revision"][0], seeds["run_words"][0]
    made = Rows(draw, known, model, revision, words, night_rows=night_rows)
    add_nights(warehouse, ds, rows, made)
    # With other nights before it, the night need not give the rows that it gave before.
    DeltaTable(warehouse / RUNS.name).delete(f"ds = '{ds}'")


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
