"""The night as a Dagster job: `dagster dev -f dagster_job.py`, or a code location of yours.

run_night.py retries by exit code, so Dagster does not. A night is a partition, so that past ones
can be run again from its page.
"""

import shlex
import subprocess

import dagster

COMMAND = (
    "/opt/curation/.venv/bin/python /opt/curation/conf/schedule/run_night.py "
    "--alert /etc/curation/alert -- /opt/curation/.venv/bin/python /opt/curation/jobs/curate.py "
    "--config /etc/curation/nightly.yaml"
)
NIGHTS = dagster.DailyPartitionsDefinition(start_date="2026-01-01")
SECONDS = 24 * 3_600


@dagster.op
def curate_night(context: dagster.OpExecutionContext) -> None:
    """Run the night; CURATION_KEY comes from the environment of the process."""
    command = [*shlex.split(COMMAND), "--ds", context.partition_key]
    code = subprocess.run(command, check=False).returncode  # noqa: S603 our own command
    if code:
        message = f"exit {code}; docs/operations.md"
        raise dagster.Failure(message, allow_retries=False)


@dagster.job(partitions_def=NIGHTS, tags={"dagster/max_runtime": SECONDS})
def curation() -> None:
    """Curate one night of conversations."""
    curate_night()


schedule = dagster.build_schedule_from_partitioned_job(curation, hour_of_day=3)
definitions = dagster.Definitions(jobs=[curation], schedules=[schedule])
