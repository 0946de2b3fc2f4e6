"""Nights, conversations and job runs that the Spark tests share."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from pipelines.cli import perform
from pipelines.demo.columns import SCORES, TRAFFIC
from pipelines.demo.traffic import DemoNight, generate_traffic

ROOT = Path(__file__).resolve().parents[1]
KEY = "0123456789abcdef"
FIRST, SECOND = "2026-01-31", "2026-02-01"
NIGHTLY = (
    *("samples", "privacy", "safety", "language", "pruning", "clusters", "decisions"),
    *("quarantine", "review", "constraints", "train", "eval", "representatives", "centroids"),
)
LOOKED_BACK_AT = ("representatives", "centroids", "pruning", "review")
"""What a night reads of nights before it; its report: `pruning` of the last, open `review`s."""
PHASES = ("intake", "privacy", "safety", "language", "diversity", "split", "sampling")
CONFIG = """
pruning: {retain: 0.9, cut: 0.95}
split: {eval_share: 0.25}
sampling:
  size: 0.5
  seed: 7
  constraints:
    - {dimension: is_first_turn, equals: true, at_least: 0.10}
    - {dimension: character_id, each_at_most: 0.07}
    - {dimension: source, equals: internal, at_most: 0.08}
    - {dimension: locale, match: traffic, tolerance: 0.05, soft: true}
    - dimension: difficulty
      shares: {low: 0.2, medium: 0.25, high: 0.25}
      tolerance: 0.05
      soft: true
  maximise: quality
"""
# Small nights of a few handmade rows, of which all that passed is published.
SMALL_CONFIG = """
split: {eval_share: 0.0}
pruning: {retain: 1.0, cut: 0.95}
sampling: {size: 1.0, seed: 7}
"""
# A few rows on a cold JVM: its second compiler costs more than it saves.
_COLD = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
_PLANTED = ("privacy", "unsafe", "malformed")
_OPENINGS = (
    "Could you help me plan a surprise party for my sister in the garden?",
    "Why do cats sleep so much during the day, is that normal?",
    "Tell me a short story about a lighthouse keeper and a lost whale.",
    "What should I cook tonight with rice, tomatoes and an old onion?",
    "Which colours go well together in a small and sunny kitchen?",
    "How long should I boil an egg to get a soft yolk?",
    "Let us pretend that you are a pirate and I guard the treasure.",
    "Which book would you take with you to a quiet island?",
    "My bicycle makes a strange noise whenever I turn left.",
    "How do I teach my dog to wait at the door?",
    "Write a poem about the first snow in the mountains.",
    "Do you think people will live on the moon one day?",
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended."""

    code: int
    out: str
    err: str


def run_here(main: Callable[[Sequence[str]], None], *arguments: object) -> Ended:
    """Run a job's main in this process as its command line would, without ending the process."""
    out, err = io.StringIO(), io.StringIO()
    argv = ["job", *map(str, arguments)]
    with (
        mock.patch.object(sys, "argv", argv),
        mock.patch.dict(os.environ, {"CURATION_KEY": KEY}),
        # A job quiets its own process; this one belongs to all tests
        mock.patch("logging.disable"),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = perform(main)
    return Ended(code, out.getvalue(), err.getvalue())


def environment_apart(folder: Path) -> dict[str, str]:
    """Return the environment of a process of its own, which logs into a folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    own = {"CURATION_KEY": KEY, "CURATION_LOGS": str(folder / "logs"), "SPARK_SUBMIT_OPTS": _COLD}
    return inherited | own


def run_apart(command: Sequence[object], folder: Path, **environment: str) -> Ended:
    """Run a command as a process of its own, in a directory that is not the repository's."""
    ended = subprocess.run(  # noqa: S603 our own scripts
        [sys.executable, *map(str, command)],
        cwd=folder,
        env=environment_apart(folder) | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def job(name: str) -> Path:
    """Return the script of a job."""
    return ROOT / "jobs" / f"{name}.py"


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a warehouse, read without Spark and without our code."""

    root: Path

    def read(self, name: str, version: int | None = None) -> pl.DataFrame:
        """Return a whole table, as it is or was at a version."""
        rows = pl.from_arrow(DeltaTable(self.root / name, version=version).to_pyarrow_table())
        assert isinstance(rows, pl.DataFrame)
        return rows

    def night(self, name: str, ds: str, version: int | None = None) -> pl.DataFrame:
        """Return one night of a table."""
        return self.read(name, version).filter(pl.col("ds") == ds)

    def version(self, name: str) -> int:
        """Return the newest version of a table."""
        return DeltaTable(self.root / name).version()

    def versions(self) -> dict[str, int]:
        """Return the newest version of train and eval; none before the first night."""
        return {
            name: self.version(name) for name in ("train", "eval") if (self.root / name).exists()
        }

    def published(self, ds: str) -> pl.DataFrame:
        """Return the rows of train and eval with their `side`."""
        return pl.concat(
            [self.night(side, ds).with_columns(side=pl.lit(side)) for side in ("train", "eval")],
            how="vertical",
        )

    def texts(self, names: Iterable[str] | None = None) -> dict[str, str]:
        """Return all that each file says, decoded: file below the warehouse to text."""
        return {str(f.relative_to(self.root)): _text_of(f) for f in _files(self.root, names)}


def _files(root: Path, names: Iterable[str] | None) -> list[Path]:
    places = [root] if names is None else [root / name for name in names]
    return sorted(f for place in places for f in place.rglob("*") if f.is_file())


def _text_of(file: Path) -> str:
    raw = file.read_bytes()
    if not raw.startswith(b"PAR1"):
        text = raw.decode("utf-8", "replace")
        unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
        return f"{text}\n{unescaped}"
    rows = pq.ParquetFile(file).read()
    return f"{rows.column_names}\n" + json.dumps(rows.to_pylist(), default=str, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class NightInput:
    """A night's input files and what is planted in it.

    Args:
        traffic, scores: Parquet directories.
        rows: the traffic's rows.
        truth: conversation_id, kind, value, of.
    """

    traffic: Path
    scores: Path
    rows: pl.DataFrame
    truth: pl.DataFrame

    def planted(self, kind: str) -> pl.DataFrame:
        """Return the truth of one kind."""
        return self.truth.filter(pl.col("kind") == kind)


def dense_night(seed: int, ds: str, rows: int, echoes: int, clean: int) -> DemoNight:
    """Return all planted rows of a demo night and a few clean ones, to check much by few rows."""
    whole = generate_traffic(rows, seed, ds)
    truth = pl.DataFrame(whole.truth)
    pairs = truth.filter(pl.col("kind") == "near_duplicate").head(echoes)
    planted = truth.filter(pl.col("kind").is_in(_PLANTED))["conversation_id"].to_list()
    wanted = {*planted, *pairs["conversation_id"], *pairs["of"]}
    plain = dict.fromkeys(
        i for i in whole.traffic["conversation_id"].to_pylist() if i not in wanted
    )
    wanted |= set(list(plain)[:clean])
    return DemoNight(*(_only(part, wanted) for part in (whole.traffic, whole.scores, whole.truth)))


def _only(rows: pa.Table, wanted: set[str]) -> pa.Table:
    return rows.filter(pa.array([name in wanted for name in rows["conversation_id"].to_pylist()]))


def conversation(number: int, text: str | None = None, **changes: object) -> dict[str, Any]:
    """Return a plain, good row of traffic; the prompts of numbers below twelve all differ."""
    prompt = _OPENINGS[number % len(_OPENINGS)] if text is None else text
    row: dict[str, Any] = dict.fromkeys(TRAFFIC.names)
    row |= {
        "conversation_id": f"conversation-{number}",
        "user_id": f"user-{number}",
        "character_id": f"character-{number % 4}",
        "locale": "en-US",
        "language": "en",
        "source": "user",
        "started_at": datetime(2026, 1, 31, 12, 0, 0, number, tzinfo=UTC),
        "messages": [{"role": "user", "content": prompt}],
    }
    return row | changes


def traffic_of(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows of traffic as a table of the contract's types."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=TRAFFIC)


def write_parquet(rows: pa.Table, folder: Path, files: int = 1) -> Path:
    """Write a table as a Parquet directory; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-max(1, rows.num_rows) // files)
    for number in range(files):
        pq.write_table(rows.slice(number * size, size), folder / f"part-{number:05d}.parquet")
    return folder


def no_scores() -> pa.Table:
    """Return a scores table without rows."""
    return SCORES.empty_table()


def rows_of(frame: pl.DataFrame, without: Iterable[str] = ("run_id",)) -> list[str]:
    """Return rows as sorted texts, to compare tables whatever the order of rows and columns."""
    columns = sorted(set(frame.columns) - set(without))
    rows = frame.select(columns).iter_rows(named=True)
    return sorted(json.dumps(_plain(row), sort_keys=True, ensure_ascii=False) for row in rows)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float):
        return round(value, 5)  # the last bits of a score are the processor's own
    return value if value is None or isinstance(value, str | int | bool) else str(value)
