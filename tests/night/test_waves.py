"""A night in waves has the rows of a night in one task, whatever tasks and waves there are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from pyspark.sql import SparkSession

from pipelines.diversity.clustering import Centroids
from pipelines.diversity.settings import PruneBudget
from pipelines.errors import InputError, unpack_fault
from pipelines.night.index import KnownClusters
from pipelines.night.pruning_task import NightRule, prune_night
from pipelines.night.wave_files import WaveFiles
from pipelines.night.waves import WaveNight, WaveSizes
from pipelines.stores.location import Location

pytestmark = pytest.mark.spark

CUTS = {"e5": 0.93, "char_ngrams": 0.6}
ROWS = 400


def make_night(folder: Path, files: int, *, hard: bool = False) -> pl.DataFrame:
    """Write `candidates` of two models; return the rows as `prune_night` takes them.

    A hard night has vectors of length 3, and no leader among the rows of the second model: earlier
    nights have kept rows near all of them.
    """
    chance = np.random.default_rng(11)
    centres = chance.standard_normal((90, 12))
    noise = chance.uniform(0, 0.7, (ROWS, 1)) * chance.standard_normal((ROWS, 12))
    vectors = centres[chance.integers(0, 90, ROWS)] + noise
    vectors[:40] = vectors[200:240]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) / (3 if hard else 1)
    models = ["char_ngrams" if n % 6 == 0 else "e5" for n in range(ROWS)]
    met = chance.random(ROWS) < 0.3
    near = chance.uniform(0.4, 1, ROWS)
    if hard:
        met[::6], near[::6] = True, 0.99
    priority = chance.integers(0, 9, ROWS).astype(np.float64)
    rows = pl.DataFrame(
        {
            "sample_id": [f"s{n:04}" for n in chance.permutation(ROWS).tolist()],
            "text_hash": [f"{n:064}" for n in range(ROWS)],
            "priority": [None if n % 7 == 0 else p for n, p in enumerate(priority.tolist())],
            "stratum": [None if n % 5 == 0 else f"t{n % 3}" for n in range(ROWS)],
            "model": models,
            "embedding": pl.Series(vectors.astype(np.float32).tolist(), dtype=pl.List(pl.Float32)),
            "similarity": [
                c if is_met else None for c, is_met in zip(near.tolist(), met, strict=True)
            ],
            "witness_id": [f"o{n}" if is_met else None for n, is_met in enumerate(met)],
            "witness_ds": ["2026-01-01" if is_met else None for is_met in met],
            "witness_hash": [f"{n:063}o" if is_met else None for n, is_met in enumerate(met)],
            "sides": [["eval"] if n % 11 == 0 else None for n in range(ROWS)],
        }
    )
    candidates = rows.select("sample_id", "text_hash", "priority", "stratum", "model", "embedding")
    for number in range(files):
        candidates[number::files].write_parquet(folder / f"part-{number}.parquet")
    return rows


def rule_of(known: Mapping[str, Centroids], **budget: Any) -> NightRule:  # noqa: ANN401 settings
    """Return a rule with clusters of earlier nights."""
    dates = {model: dict.fromkeys(own.names, "2026-01-01") for model, own in known.items()}
    return NightRule(
        PruneBudget(**budget), CUTS, "2026-02-01", KnownClusters({}, dict(known), dates)
    )


def known_clusters() -> dict[str, Centroids]:
    """Return clusters of one model that a third of the rows are near."""
    chance = np.random.default_rng(11)
    centres = chance.standard_normal((90, 12))[:9].astype(np.float32)
    return {"e5": Centroids.of([f"c{n:04}" for n in range(9)], centres)}


def in_waves(
    spark: SparkSession, folder: Path, rows: pl.DataFrame, rule: NightRule, sizes: WaveSizes
) -> pl.DataFrame:
    """Return `pruned` of a night in waves, by id."""
    files = sorted(Location(str(file)) for file in folder.glob("*.parquet"))
    night = WaveNight(spark, WaveFiles(Location(f"{folder}/waves")), rule, sizes)
    narrow = spark.createDataFrame(rows.drop("embedding").to_arrow())
    return pl.DataFrame(night.prune(files, narrow).toArrow()).sort("sample_id")


def in_one_task(spark: SparkSession, rows: pl.DataFrame, rule: NightRule) -> pl.DataFrame:
    """Return `pruned` of a night in one task, by id."""
    whole = spark.createDataFrame(rows.to_arrow())
    return pl.DataFrame(prune_night(whole, rule).toArrow()).sort("sample_id")


@pytest.mark.parametrize(
    ("sizes", "budget"),
    [
        (WaveSizes(1, 10_000), {"retain": 1.0}),
        (WaveSizes(2, 150, 90, 10), {"retain": 1.0}),
        (WaveSizes(7, 70, 90, 10), {"retain": 0.2, "keep_at_least": 20, "priority_weight": 0.5}),
        (WaveSizes(64, 200, 50, 500), {"retain": 0.25}),
    ],
    ids=["1 task", "2 tasks", "7 tasks", "64 tasks"],
)
def test_waves_have_the_rows_of_one_task(
    spark: SparkSession, tmp_path: Path, sizes: WaveSizes, budget: dict[str, Any]
) -> None:
    """Who grows a cluster wants the same rows sooner: every column, to the last bit."""
    rows = make_night(tmp_path, files=1 + sizes.tasks % 3, hard=sizes.tasks == 7)
    rule = rule_of(known_clusters() if sizes.tasks > 1 else {}, **budget)
    found = in_waves(spark, tmp_path, rows, rule, sizes)
    expected = in_one_task(spark, rows, rule)

    assert expected["reason"].n_unique() == (2 if budget["retain"] == 1.0 else 3)
    assert found.to_dicts() == expected.to_dicts()


def test_what_is_wrong_with_a_night_reaches_the_driver(spark: SparkSession, tmp_path: Path) -> None:
    """A vector of zeros is named by the id of its row, though no task sees all rows and vectors."""
    rows = make_night(tmp_path, files=1)
    zero = pl.Series([[0.0] * 12], dtype=pl.List(pl.Float32))
    own = pl.col("sample_id") == "s0007"
    candidates = pl.read_parquet(tmp_path / "part-0.parquet")
    changed = pl.when(own).then(pl.lit(zero)).otherwise("embedding").alias("embedding")
    candidates.with_columns(changed).write_parquet(tmp_path / "part-0.parquet")

    with pytest.raises(Exception, match="curation-fault") as ended:
        in_waves(spark, tmp_path, rows, rule_of({}), WaveSizes(1))
    fault = unpack_fault(str(ended.value))
    assert isinstance(fault, InputError)
    assert fault.faults == ("embedding: 1 vector is zero or not finite, first ['s0007']",)
