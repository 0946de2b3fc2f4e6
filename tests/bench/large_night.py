"""A large night behind Phase I: seconds and peak memory of every stage, on any number of cores.

`python tests/bench/large_night.py --rows 1000000 --cores 2`
`python tests/bench/large_night.py --rows 30000 --behind 7500000 --cores 2`

No text is scored: what Phase I leaves (`facts`, `vectors`) is made up and staged by this script.
Everything behind it is the night's own code, from the policy of Phase I to the report. Memory is
that of the driver's Python, of its JVM and of all Python workers, each at its own peak. The
vectors lie around topics as those of short prompts do, a fifth of them near-duplicates.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import polars as pl

from pipelines.cli import Progress
from pipelines.config_files import load_config
from pipelines.diversity.clustering import Centroids, assign_clusters
from pipelines.diversity.similarity import unit_rows
from pipelines.night.checking import check_night, stage_run
from pipelines.night.claim import Claim, hold_warehouse
from pipelines.night.drawing import assign_sides, draw_sample
from pipelines.night.ledger_tables import stage_tables
from pipelines.night.night import Night, name_run, read_revisions
from pipelines.night.phase_one import decide_phase_one, level_prompts, make_samples
from pipelines.night.plan import Plan, make_plan
from pipelines.night.pruning import prune
from pipelines.night.publication import publish
from pipelines.night.report_facts import gather_facts
from pipelines.night.report_files import write_report
from pipelines.night.scoring import Traffic
from pipelines.night.vectors import PromptVectors
from pipelines.night.workspace import Staged, Workspace
from pipelines.publishing.account import require_all
from pipelines.spark.progress import Stages
from pipelines.spark.session import open_session
from pipelines.spark.tables import Warehouse
from pipelines.table_columns import polars_schema
from pipelines.telemetry.events import Event, StageEnded
from pipelines.telemetry.feed import Feed
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.night import FACTS, PROMPT_SCORES, READINGS, VECTORS
from schemas.sidecars import EMBEDDINGS, PROMPT_SAFETY
from schemas.table import Table
from tests.bench.made_nights import Rows, add_nights
from tests.bench.night import Stage, print_stages
from tests.process_tree import MemoryWatch

_DS = "2026-02-01"
_CHUNK = 50_000
_DIMENSION = 384
_TOPICS = 3_000
_WORDS = 5_000
_USERS = 0.4  # of the rows
_NEAR = 0.2
_NIGHT_ROWS = 25_000  # of a night before
_SAFETY = ("critical_rules", "fasttext_safety")
_HEAD = "encoder_head"


def main(arguments: Sequence[str]) -> None:
    """Stage a night of so many rows, run what is behind Phase I, and print the stages."""
    given = _options().parse_args(arguments)
    began = time.monotonic()
    os.environ.setdefault("CURATION_KEY", "key of a benchmark")
    with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
        plan = _plan(given, Path(scratch))
        with (
            hold_warehouse(plan.root, name_run(_DS), _DS) as claim,
            open_session(plan.config.spark) as spark,
            MemoryWatch() as watch,
        ):
            ends = Ends()
            night = Night(
                spark,
                plan,
                Stages(spark.sparkContext, Progress(), Feed([ends])),
                Workspace(spark, plan.root, claim.run_id, _DS),
                Warehouse(spark, plan.root, claim),
                datetime.now(UTC),
                read_revisions(spark, plan.loading),
                claim,
            )
            meaning = Meaning.make()
            with night.stages.stage("make nights before it", given.behind):
                make_nights(night, meaning, given.behind, given.index)
            with night.stages.stage("make facts", given.rows):
                facts, vectors = make_facts(night, given.rows, meaning)
            run(night, given.rows, facts, vectors, claim)
            ended = zip(night.stages.records, ends.times, strict=True)
            stages = [Stage(record.name, "", record.seconds, at) for record, at in ended]
            print_stages(stages, began, time.monotonic(), watch)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--behind", type=int, default=0, help="kept rows of made-up nights before")
    parser.add_argument("--index", help="folder that keeps these nights for the next run")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--folder", help="where the warehouse is made; it is removed")
    parser.add_argument("--set", action="append", default=[], dest="overrides")
    return parser


def _plan(given: argparse.Namespace, folder: Path) -> Plan:
    (folder / "traffic").mkdir()
    pl.DataFrame({"conversation_id": ["none"]}).write_parquet(folder / "traffic" / "part.parquet")
    master = f"spark.master=local[{given.cores},4]"
    config = load_config(None, [master, *given.overrides])
    places = {"traffic": str(folder / "traffic"), "warehouse": str(folder / "warehouse")}
    return make_plan(config.with_places(places | {"ds": _DS}))


def run(night: Night, rows: int, facts: Staged, vectors: PromptVectors, claim: Claim) -> None:
    """Run the night behind Phase I, publish it and write its report."""
    decided = decide_phase_one(night, facts, vectors)
    levels = level_prompts(night, facts)
    samples = make_samples(night, facts, levels, vectors)
    pruned = prune(night, facts, samples, decided, vectors)
    sides = assign_sides(night, facts, samples, decided, pruned, vectors)
    sample = draw_sample(night, samples, sides)
    tables = stage_tables(night, facts, vectors, samples, decided, pruned, sample)
    traffic = Traffic(night.spark.range(0), None, rows, {}, "made")
    findings = check_night(night, traffic, tables)
    require_all(findings.checks)
    stage_run(night, traffic, findings)
    with night.stages.stage("publish"):
        publish(night.spark, claim)
    with night.stages.stage("report"):
        write_report(gather_facts(night.plan.root, _DS), night.plan.root, None)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What vectors of prompts lie around: one part that all have, and topics."""

    common: np.ndarray
    topics: np.ndarray

    @classmethod
    def make(cls) -> Self:
        """Return some by chance."""
        chance = np.random.default_rng(7)
        topics = chance.standard_normal((_TOPICS, _DIMENSION)).astype(np.float32)
        return cls(chance.standard_normal(_DIMENSION).astype(np.float32), topics)

    def draw(self, count: int, chance: np.random.Generator) -> np.ndarray:
        """Return [count, d]: common part, a topic, a part of their own; some near another row."""
        own = chance.standard_normal((count, _DIMENSION)).astype(np.float32)
        of_topic = self.topics[chance.integers(0, len(self.topics), count)]
        made = unit_rows(1.6 * self.common + 0.8 * of_topic + 0.6 * own)
        near = chance.choice(count, int(count * _NEAR), replace=False)
        noise = chance.standard_normal((len(near), _DIMENSION)).astype(np.float32)
        noise /= np.sqrt(_DIMENSION)
        strength = chance.uniform(0.02, 0.5, (len(near), 1)).astype(np.float32)
        made[near] = unit_rows(made[chance.integers(0, count, len(near))] + strength * noise)
        return made


def make_nights(night: Night, meaning: Meaning, rows: int, index: str | None) -> None:
    """Add so many kept rows of nights before to the index, in clusters that the first one founds.

    Their texts were scored then: nothing behind Phase I looks for those vectors again.
    """
    if not rows:
        return
    root, kept = Path(str(night.plan.root)), Path(index or "none") / str(rows)
    if index and kept.is_dir():
        shutil.copytree(kept, root, copy_function=os.link, dirs_exist_ok=True)
        return
    for table in (REPRESENTATIVES, CENTROIDS):
        night.warehouse.create(table)
    first = meaning.draw(_NIGHT_ROWS, np.random.default_rng(8))
    known = Centroids.of(assign_clusters(first, [f"{n:08}" for n in range(len(first))]), first)
    words = night.plan.config.split.shared_words
    users = int(_NIGHT_ROWS * _USERS)
    revision = night.revisions["e5"]
    made = Rows(meaning.draw, known, "e5", revision, words, users, _NIGHT_ROWS, stored=False)
    add_nights(root, _DS, rows, made)
    if index:
        for table in (REPRESENTATIVES, CENTROIDS):
            shutil.copytree(root / table.name, kept / table.name, copy_function=os.link)


def make_facts(night: Night, rows: int, meaning: Meaning) -> tuple[Staged, PromptVectors]:
    """Stage what Phase I leaves of so many made-up conversations, each with a text of its own."""
    for table in (EMBEDDINGS, PROMPT_SAFETY):
        night.warehouse.create(table)
    chance = np.random.default_rng(9)
    for start in range(0, rows, _CHUNK):
        numbers = np.arange(start, min(start + _CHUNK, rows))
        _sink(night, FACTS, _facts_of(night, numbers, rows, chance))
        hashes = [f"{n:064x}" for n in numbers.tolist()]
        made = meaning.draw(len(numbers), chance)
        named = {"text_hash": hashes, "model": ["e5"] * len(numbers)}
        revision = {"model_revision": [night.revisions["e5"]] * len(numbers)}
        _sink(night, READINGS, pl.DataFrame(named))
        listed = pl.Series("embedding", made, dtype=pl.Array(pl.Float32, _DIMENSION))
        vectors = pl.DataFrame(named | revision).with_columns(listed.cast(pl.List(pl.Float32)))
        _sink(night, VECTORS, vectors)
        score = {"model": _HEAD, "model_revision": night.revisions[_HEAD], "unsafe": 0.01}
        scored = pl.DataFrame({"text_hash": hashes}).with_columns(
            *(pl.lit(value).alias(name) for name, value in score.items())
        )
        _sink(night, PROMPT_SCORES, scored)
    staged = night.workspace.staged
    return staged(FACTS), PromptVectors(
        night.plan.unread.name, staged(READINGS), staged(VECTORS), staged(PROMPT_SCORES)
    )


def _sink(night: Night, table: Table, rows: pl.DataFrame) -> None:
    """Stage rows as one more file; a column that they lack is null."""
    kinds = polars_schema(table)
    missing = [pl.lit(None).alias(name) for name in kinds if name not in rows.columns]
    night.workspace.sink(table, rows.with_columns(*missing).lazy())


def _facts_of(
    night: Night, numbers: np.ndarray, rows: int, chance: np.random.Generator
) -> pl.DataFrame:
    count = len(numbers)
    words = chance.integers(0, _WORDS, (count, 12))
    prompts = [
        " ".join(f"w{word}" for word in line) + f" n{n}"
        for line, n in zip(words.tolist(), numbers.tolist(), strict=True)
    ]
    users = chance.integers(0, max(1, int(rows * _USERS)), count)
    safe = [
        {"model": m, "model_revision": night.revisions[m], "unsafe": 0.01, "labels": []}
        for m in _SAFETY
    ]
    private: list[dict[str, object]] = [
        {"model": m, "model_revision": night.revisions[m], "findings": []} for m in ("rules", "ner")
    ]
    kinds = polars_schema(FACTS)
    fixed = {
        "turn_index": 0,
        "locale": "en-US",
        "source": "user",
        "is_first_turn": True,
        "depth": "1",
        "found": [],
        "redacted": True,
        "identified": "en",
        "confidence": 0.99,
        "romanised": False,
        "mixed": False,
    }
    return pl.DataFrame(
        {
            "conversation_id": [f"c{n}" for n in numbers.tolist()],
            "sample_id": [f"{n * 2654435761 % 2**32:08x}{n:024x}" for n in numbers.tolist()],
            "user_key": [f"{n:032x}" for n in users.tolist()],
            "character_id": [
                f"character{n}"
                for n in (chance.pareto(1.2, count) * 40 % 2_000).astype(int).tolist()
            ],
            "started_at": 1_770_000_000_000_000 + numbers,
            "quality": chance.random(count),
            "reward_count": np.full(count, 8),
            "reward_variance": chance.gamma(2.0, 0.05, count),
            "best_reward": chance.random(count),
            "reward_mean": chance.random(count) * 0.5,
            "reward_model": ["rm"] * count,
            "text_hash": [f"{n:064x}" for n in numbers.tolist()],
            "prompt": prompts,
            "content": [f"{n:064x}" for n in numbers.tolist()],
        }
    ).with_columns(
        *(pl.lit(value, dtype=kinds[name]).alias(name) for name, value in fixed.items()),
        messages=pl.concat_list(pl.struct(role=pl.lit("user"), content="prompt")),
        safety=pl.lit(pl.Series([safe], dtype=kinds["safety"])).first(),
        privacy=pl.lit(pl.Series([private], dtype=kinds["privacy"])).first(),
    )


@dataclass(slots=True)
class Ends:
    """When each stage ended, by `time.monotonic`."""

    name: str = "the bench"
    times: list[float] = field(default_factory=list)

    def write(self, event: Event) -> None:
        """Note the end of a stage."""
        if isinstance(event, StageEnded):
            self.times.append(time.monotonic())


if __name__ == "__main__":
    main(sys.argv[1:])
