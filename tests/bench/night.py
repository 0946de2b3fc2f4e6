"""Whole nights as a user runs them: wall time and peak memory of every stage, on two cores.

Runs jobs/curate.py as a process of its own on a traffic table, reads its progress lines, and
watches the memory (PSS) of it and everything it starts: driver, JVM, Python workers. Nights of
several sizes are printed side by side at the end, with the power of its size by which each stage
grows.
"""

import argparse
import math
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipelines.demo.traffic import generate_traffic
from tests.process_tree import Memory, MemoryWatch

_ROOT = Path(__file__).resolve().parents[2]
_DS = "2026-01-31"
_DONE = re.compile(r"^(?P<name>.+?)\s+done: (?:(?P<rows>[\d,]+) rows, )?(?P<seconds>[\d.]+) s")
_EXAMPLE = """example:
  python tests/bench/night.py --traffic ../shared/data/traffic/traffic.parquet
  python tests/bench/night.py --conversations 2500 5000 10000

A number of --conversations is of demo traffic; a table that is given runs whole. Nothing is
kept."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that ended at a time of `time.monotonic`."""

    name: str
    rows: str
    seconds: float
    ended: float


def read_arguments() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=_EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--traffic", help="Delta or Parquet; default demo traffic, made for this run"
    )
    parser.add_argument("--scores", help="reward scores table; optional")
    parser.add_argument("--ds", default=_DS, help="the night (default %(default)s)")
    parser.add_argument(
        "--conversations",
        type=int,
        nargs="+",
        default=[5_000],
        help="of demo traffic, one night each (%(default)s)",
    )
    parser.add_argument("--cores", type=int, default=2, help="default %(default)s")
    parser.add_argument("--config", help="YAML settings; default conf/nightly.yaml")
    parser.add_argument(
        "--set", action="append", default=[], dest="overrides", metavar="KEY.PATH=VALUE"
    )
    return parser.parse_args()


def make_demo(folder: Path, conversations: int, ds: str) -> tuple[str, str]:
    """Write a demo night below a folder; return the paths of its traffic and scores."""
    night = generate_traffic(conversations, 7, ds)
    for name, rows in (("traffic", night.traffic), ("scores", night.scores)):
        (folder / name).mkdir()
        pq.write_table(rows, folder / name / "part-0.parquet")
    return str(folder / "traffic"), str(folder / "scores")


def command_of(
    given: argparse.Namespace, traffic: str, scores: str | None, warehouse: Path
) -> list[str]:
    """Return the command of the job."""
    options = {"--traffic": traffic, "--scores": scores, "--config": given.config}
    return [
        sys.executable,
        str(_ROOT / "jobs" / "curate.py"),
        *(f"{name}={value}" for name, value in options.items() if value is not None),
        f"--warehouse={warehouse}",
        f"--ds={given.ds}",
        f"--set=spark.master=local[{given.cores},4]",
        *(f"--set={override}" for override in given.overrides),
    ]


def keep_to(cores: int) -> None:
    """Bind this process and its children to a number of cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def run_job(command: Sequence[str]) -> tuple[int, list[Stage]]:
    """Run the job, pass its lines on, and return its exit code and the stages it reported."""
    environment = {"CURATION_KEY": "key of a benchmark", **os.environ}
    stages = []
    with subprocess.Popen(  # noqa: S603 our own job
        command, env=environment, stderr=subprocess.PIPE, text=True
    ) as job:
        for line in job.stderr or ():
            print(line, end="", file=sys.stderr, flush=True)
            if found := _DONE.match(line):
                rows = found["rows"] or ""
                stages.append(Stage(found["name"], rows, float(found["seconds"]), time.monotonic()))
        return job.wait(), stages


def print_stages(stages: Sequence[Stage], began: float, ended: float, memory: MemoryWatch) -> None:
    """Print a line per stage; what no stage covers is start-up, time in between, and the end."""
    kinds = "".join(f"{kind:>9}" for kind in ("driver", "JVM", "workers", "whole"))
    print(f"\n{'stage':<30}{'rows':>10}{'seconds':>10}{kinds}   MiB at the peak")
    for stage in stages:
        peaks = _in_mib(memory.peaks(stage.ended - stage.seconds, stage.ended))
        print(f"{stage.name:<30}{stage.rows:>10}{stage.seconds:>10.1f}{peaks}")
    whole = ended - began
    rest = whole - sum(stage.seconds for stage in stages)
    print(f"{'start-up and between stages':<30}{'':>10}{rest:>10.1f}")
    print(f"{'all':<30}{'':>10}{whole:>10.1f}{_in_mib(memory.peaks())}")


def _in_mib(peaks: Memory | None) -> str:
    if peaks is None:
        return "   not measured"
    kinds = (peaks.driver, peaks.jvm, peaks.workers, peaks.whole)
    return "".join(f"{mib:>9,.0f}" for mib in kinds)


def run_night(given: argparse.Namespace, conversations: int) -> tuple[int, Mapping[str, float]]:
    """Run a night and print its table; return the job's exit code and the seconds of each stage."""
    with TemporaryDirectory(prefix="bench-night-") as folder:
        traffic, scores = given.traffic, given.scores
        if traffic is None:
            traffic, scores = make_demo(Path(folder), conversations, given.ds)
        command = command_of(given, traffic, scores, Path(folder) / "warehouse")
        began = time.monotonic()
        with MemoryWatch() as memory:
            code, stages = run_job(command)
        ended = time.monotonic()
        print_stages(stages, began, ended, memory)
    seconds = dict[str, float]()
    for stage in stages:
        seconds[stage.name] = seconds.get(stage.name, 0.0) + stage.seconds
    return code, seconds | {"all": ended - began}


def print_growth(found: Mapping[int, Mapping[str, float]]) -> None:
    """Print the seconds of each stage by size, and its exponent from the smallest to the largest.

    What does not depend on the size (start-up, commits) is part of each, so exponents of short
    stages are too low.
    """
    sizes = sorted(found)
    least, most = sizes[0], sizes[-1]
    print(f"\n{'stage':<30}" + "".join(f"{size:>12,}" for size in sizes) + f"{'exponent':>10}")
    for name in found[most]:
        row = [found[size].get(name, 0.0) for size in sizes]
        power = ""
        if row[0] > 0 and row[-1] > 0:
            power = f"{math.log(row[-1] / row[0]) / math.log(most / least):.2f}"
        print(f"{name:<30}" + "".join(f"{seconds:>12.1f}" for seconds in row) + f"{power:>10}")


def main() -> int:
    """Run the nights and print their tables; return the exit code of the first that failed."""
    given = read_arguments()
    keep_to(given.cores)
    found = dict[int, Mapping[str, float]]()
    for conversations in given.conversations if given.traffic is None else [0]:
        code, found[conversations] = run_night(given, conversations)
        if code != 0:
            return code
    if len(found) > 1:
        print_growth(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
