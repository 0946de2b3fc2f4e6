"""Phase II of one night in waves and in one task, in one run: seconds, ratio, and whether equal.

`python tests/bench/waves.py --rows 50000 --cores 1 2` makes vectors of 384 dimensions around
centres, a third of them near-duplicates, and prunes them as a night does, from the files of
`candidates` to `pruned`. With `--waves-only` there is no one task.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.config import SparkSettings
from pipelines.diversity.settings import PruneBudget
from pipelines.diversity.similarity import unit_rows
from pipelines.night.index import KnownClusters
from pipelines.night.pruning_task import NightRule, prune_night
from pipelines.night.wave_files import WaveFiles
from pipelines.night.waves import WaveNight, WaveSizes
from pipelines.spark.session import start_session
from pipelines.stores.location import Location
from schemas.night import NEAREST_KEPT

_DIMENSION = 384
_FILE_ROWS = 100_000


def main(arguments: Sequence[str]) -> None:
    """Print one line per number of cores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--retain", type=float, default=0.8)
    parser.add_argument("--tasks", type=int, default=16)
    parser.add_argument("--waves-only", action="store_true")
    given = parser.parse_args(arguments)
    rule = NightRule(
        PruneBudget(retain=given.retain), {"e5": 0.95}, "2026-02-01", KnownClusters({}, {}, {})
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_candidates(folder / "candidates", given.rows)
        print(f"{given.rows:,} rows x {_DIMENSION}, retain {given.retain}")
        for cores in given.cores:
            settings = SparkSettings(master=f"local[{cores}]", partitions=given.tasks)
            spark = start_session(settings, "bench")
            prepare_workers(spark, cores)
            _compare(spark, folder, rule, given, cores)
            spark.stop()


def make_candidates(folder: Path, rows: int) -> None:
    """Write `candidates` of made-up vectors; a third has a cosine of .80 to .99 to another row."""
    folder.mkdir()
    chance = np.random.default_rng(7)
    for start in range(0, rows, _FILE_ROWS):
        count = min(_FILE_ROWS, rows - start)
        vectors = chance.standard_normal((count, _DIMENSION)).astype(np.float32)
        near = chance.choice(count, count // 3, replace=False)
        noise = chance.uniform(0.1, 0.75, (len(near), 1)) * vectors[near]
        vectors[near] = vectors[chance.integers(0, count, len(near))] + noise
        names = [f"s{number:09}" for number in range(start, start + count)]
        pl.DataFrame(
            {
                "sample_id": names,
                "text_hash": names,
                "priority": chance.random(count),
                "stratum": [""] * count,
                "model": ["e5"] * count,
                "embedding": pl.Series(unit_rows(vectors).tolist(), dtype=pl.List(pl.Float32)),
            }
        ).write_parquet(folder / f"part-{start // _FILE_ROWS:05}.parquet")


def prepare_workers(spark: SparkSession, cores: int) -> None:
    """Let every worker import what it needs: a night does so while it embeds."""

    def load(batches: object) -> object:
        import pipelines.night.wave_answers  # noqa: F401, PLC0415 in the worker
        from pipelines.diversity.quantized import multiplies_integers  # noqa: PLC0415

        multiplies_integers()  # loads PyTorch
        time.sleep(1)  # else one worker does the tasks of all
        return batches

    spark.range(0, cores, 1, cores).mapInArrow(load, "id long").collect()  # type: ignore[arg-type]


def _compare(
    spark: SparkSession, folder: Path, rule: NightRule, given: argparse.Namespace, cores: int
) -> None:
    files = sorted(Location(str(file)) for file in (folder / "candidates").glob("*.parquet"))
    candidates = spark.read.parquet(str(folder / "candidates"))
    night = WaveNight(
        spark, WaveFiles(Location(str(folder / f"waves{cores}"))), rule, WaveSizes(given.tasks)
    )
    started = time.monotonic()
    waves = _write(
        night.prune(files, _with_nearest(candidates.drop("embedding"))), folder / "waves"
    )
    seconds = time.monotonic() - started
    if given.waves_only:
        print(f"{cores} cores: waves {seconds:.1f} s")
        return
    started = time.monotonic()
    whole = _write(prune_night(_with_nearest(candidates), rule), folder / "whole")
    one_task = time.monotonic() - started
    print(
        f"{cores} cores: waves {seconds:.1f} s, one task {one_task:.1f} s, "
        f"ratio {one_task / seconds:.2f}; same rows: {waves.equals(whole)}, "
        f"{int(whole['kept'].sum()):,} kept"
    )


def _with_nearest(rows: DataFrame) -> DataFrame:
    """Add the columns of `nearest_kept` as they are without an earlier night."""
    types = {"similarity": "double", "sides": "array<string>"}
    names = [name for name in NEAREST_KEPT.names if name != "text_hash"]
    return rows.select(
        "*", *(F.lit(None).cast(types.get(name, "string")).alias(name) for name in names)
    )


def _write(rows: DataFrame, folder: Path) -> pl.DataFrame:
    rows.write.mode("overwrite").parquet(str(folder))
    return pl.read_parquet(folder / "*.parquet").sort("sample_id")


if __name__ == "__main__":
    main(sys.argv[1:])
