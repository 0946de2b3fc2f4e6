"""Help, a wrong option and a wrong setting are answered before anything heavy is loaded."""

import json
import subprocess
import sys
from typing import NamedTuple

import pytest

from pipelines.isolation import ROOT

REQUIRED = {
    "curate": [],
    "score": ["--table=t", "--text-column=c", "--id-column=i", "--scorers=quality", "--out=o"],
    "prune": ["--table=t", "--text-column=c", "--id-column=i", "--retain=1", "--out=o"],
    "sample": ["--table=t", "--id-column=i", "--constraints=c.yaml", "--out=o"],
    "report": ["--warehouse=w", "--ds=2026-01-31"],
    "reembed": ["--warehouse=w"],
    "reindex": ["--warehouse=w"],
    "erase": ["--warehouse=w", "--user=u"],
    "audit": ["--warehouse=w"],
    "review": ["--warehouse=w", "--export=e.jsonl"],
    "status": ["--warehouse=w"],
    "explain": ["--warehouse=w", "--conversation=c"],
}
HEAVY = ("torch", "faiss", "spacy", "pyspark", "polars", "scipy", "fasttext")
# Runs jobs one after the other in one process: what one of them loads, all that follow would show.
RUNNER = """
import contextlib, importlib, io, json, sys

cases, heavy = json.loads(sys.argv[1])
for job, arguments in cases:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            importlib.import_module(f"jobs.{job}").main(arguments)
            end = "done"
        except SystemExit as exit:
            end = f"exit {exit.code}"
        except Exception as error:
            end = f"exit {int(error.exit_code)}"
            said.write(str(error))
    print(json.dumps([job, end, said.getvalue(), sorted(set(heavy) & set(sys.modules))]))
"""


class JobStart(NamedTuple):
    """How a job ended, all that it said, and what is loaded since."""

    job: str
    code: str
    said: str
    loaded: list[str]


def run_each(*arguments: str, required: bool = False) -> list[JobStart]:
    """Run every job with the same arguments, in a fresh process for all of them together."""
    cases = [(job, [*(needed if required else ()), *arguments]) for job, needed in REQUIRED.items()]
    ended = subprocess.run(  # noqa: S603 our own interpreter and text
        [sys.executable, "-c", RUNNER, json.dumps([cases, HEAVY])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [JobStart(*json.loads(line)) for line in ended.stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "required", "code", "part"),
    [
        (("--help",), False, "exit 0", "usage: "),
        (("--no-such-option",), True, "exit 2", "unrecognized arguments: --no-such-option"),
        (("--set", "pruning.cutt=0.9"), True, "exit 2", "Did you mean pruning.cut?"),
        (("--set", "pruning.cut=high"), True, "exit 2", "pruning.cut"),
    ],
)
def test_settings_weigh_nothing(
    arguments: tuple[str, ...],
    required: bool,  # noqa: FBT001 a case of the table
    code: str,
    part: str,
) -> None:
    """A mistyped setting is reported at once, not after seconds of loading models and Spark."""
    runs = run_each(*arguments, required=required)

    assert [(ended.job, ended.code, part in ended.said) for ended in runs] == [
        (job, code, True) for job in REQUIRED
    ]
    assert [(ended.job, ended.loaded) for ended in runs] == [(job, []) for job in REQUIRED]
