"""The jobs as commands that a wheel installs: `curate`, `score` and so on."""

from functools import partial
from importlib import import_module


def run_command(name: str) -> None:
    """Run a job by its name and end the process with its exit code."""
    from pipelines.isolation import isolate  # noqa: PLC0415 before the job's module

    isolate(is_started=True)
    from pipelines.cli import run_job  # noqa: PLC0415 as above

    run_job(import_module(f"jobs.{name}").main)


curate = partial(run_command, "curate")
score = partial(run_command, "score")
prune = partial(run_command, "prune")
sample = partial(run_command, "sample")
report = partial(run_command, "report")
reembed = partial(run_command, "reembed")
reindex = partial(run_command, "reindex")
erase = partial(run_command, "erase")
audit = partial(run_command, "audit")
explain = partial(run_command, "explain")
review = partial(run_command, "review")
status = partial(run_command, "status")
